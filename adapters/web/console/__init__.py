"""The console: whether the log verifies, whom nothing reaches, and the demonstration's clock. Not here: anything that decides."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.web import words
from adapters.web.desk import BOT, Desk, Visitor
from adapters.web.trouble import Trouble


class Console:
    """For administrators; in a demonstration, for everybody."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where it is found; the clock can be moved only in a demonstration."""
        routes = [
            Route("/console/audit", self.desk.page(self.audit)),
            Route("/console/chats", self.desk.page(self.chats)),
            Route("/console/chats", self.desk.change(self.retry), methods=["POST"]),
        ]
        if self.desk.options.demo:
            routes.append(Route("/console/clock", self.desk.change(self.advance), methods=["POST"]))
        return routes

    async def audit(self, request: Request, visitor: Visitor) -> Response:
        """Verifies the whole log now, and shows its end."""
        self._admit(visitor)
        read, demo = self.desk.engine.read, self.desk.options.demo
        return self.desk.show(
            "audit",
            visitor,
            waiting=await read.waiting(self.tenant, visitor.id),
            status=await read.audit(self.tenant),
            tail=await read.audit_tail(self.tenant, 30, visitor.language),
            now=await read.now(self.tenant) if demo else None,
            next_moment=await read.next_moment(self.tenant) if demo else None,
        )

    async def chats(self, request: Request, visitor: Visitor) -> Response:
        """Whom nothing reaches, where and why."""
        self._admit(visitor)
        waiting = await self.desk.engine.read.waiting(self.tenant, visitor.id)
        return self.desk.show(
            "chats", visitor, waiting=waiting, rows=await self.desk.engine.unreached.rows(self.tenant)
        )

    async def retry(self, request: Request, visitor: Visitor) -> Response:
        """Sends what a chat was not reached with again."""
        self._admit(visitor)
        async with request.form() as form:
            chat = form.get("chat")
        if not isinstance(chat, str) or not await self.desk.engine.unreached.retry(self.tenant, chat, visitor.id, BOT):
            raise Trouble(404)
        return RedirectResponse("/console/chats", status_code=303)

    async def advance(self, request: Request, visitor: Visitor) -> Response:
        """Moves the clock to the next moment; by the page's form only if that is still the moment it showed (`to`)."""
        due = await self.desk.engine.read.next_moment(self.tenant)
        script = request.headers.get("content-type", "").startswith("application/json")
        if not script:
            async with request.form() as form:
                if due is None or due.isoformat() != form.get("to"):
                    raise Trouble(409, "moment")
        if due is None:
            raise Trouble(409, "moment")
        await self.desk.engine.demonstration.advance(self.tenant, due)
        if not script:
            return RedirectResponse("/console/audit", status_code=303)
        return JSONResponse(
            {"toast": words.say(visitor.language, "clock.moved", at=words.moment(visitor.language, due))}
        )

    def _admit(self, visitor: Visitor) -> None:
        if not self.desk.options.demo and not (visitor.person and visitor.person.administrator):
            raise Trouble(403)

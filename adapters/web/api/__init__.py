"""For scripts: who one is and what one's chat shows, as JSON. What they do goes through POST /chat/press, say and form, like all else."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.desk import Desk, Visitor
from adapters.web.trouble import Trouble
from workflow.domain.command import Refused


class Who(msgspec.Struct, frozen=True):
    """The body of POST /api/v1/session."""

    person: str


class Api:
    """The same session, the same rights, the same inbox as a browser's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where it is found; people can be listed and picked only in a demonstration."""
        desk = self.desk
        routes = [
            Route("/api/v1/session", desk.page(self.session, anyone=True)),
            Route("/api/v1/transcript", desk.page(self.transcript)),
            Route("/api/v1/flows", desk.page(self.flows)),
            Route("/api/v1/form/{flow}", desk.page(self.form)),
        ]
        if desk.options.demo:
            routes += [
                Route("/api/v1/people", desk.page(self.people, anyone=True)),
                Route("/api/v1/session", desk.change(self.be, anyone=True), methods=["POST"]),
            ]
        return routes

    async def session(self, request: Request, visitor: Visitor) -> Response:
        """{person, language, csrf}: `csrf` goes into X-CSRF-Token of every POST."""
        person = visitor.person.id if visitor.person else ""
        return _json({"person": person, "language": visitor.language, "csrf": self.desk.sessions.csrf(visitor.session)})

    async def be(self, request: Request, visitor: Visitor) -> Response:
        """Somebody of the demonstration; a new cookie, so ask for the new CSRF token afterwards."""
        who = await self.desk.body(request, Who)
        if await self.desk.engine.read.person(self.tenant, who.person) is None:
            raise Trouble(404)
        return self.desk.sign_in(who.person, "/api/v1/session")

    async def people(self, request: Request, visitor: Visitor) -> Response:
        """[{id, name, language, posts}]."""
        people = await self.desk.engine.read.people(self.tenant)
        return _json([{"id": one.id, "name": one.name, "language": one.language, "posts": one.posts} for one in people])

    async def transcript(self, request: Request, visitor: Visitor) -> Response:
        """[{id, no, mine, at, text, view, version}], `?after=NO` only newer ones; views as workflow.talk.view spells them."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > 18:
            raise Trouble(400)
        messages = await self.desk.engine.read.transcript(self.tenant, visitor.id, after=int(after), limit=200)
        return _json([
            {"id": one.id, "no": one.no, "mine": one.mine, "at": one.at, "text": one.text, "view": one.view, "version": one.version}
            for one in messages
        ])  # fmt: skip

    async def flows(self, request: Request, visitor: Visitor) -> Response:
        """[[flow, title]]: what one may hand in."""
        return _json(await self.desk.engine.read.flows(self.tenant, visitor.id, visitor.language))

    async def form(self, request: Request, visitor: Visitor) -> Response:
        """{token, title, help, questions}."""
        form = await self.desk.engine.read.form(self.tenant, visitor.id, request.path_params["flow"], visitor.language)
        if isinstance(form, Refused):
            raise Trouble(404, "flow", detail=self.desk.engine.read.refusal(form, visitor.language))
        return _json({"token": form.token, "title": form.title, "help": form.help, "questions": form.questions})


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")

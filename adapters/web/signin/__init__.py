"""Who somebody is: picked in a demonstration, proved by a single-use address otherwise; and the language they read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.web.desk import BOT, Desk, Visitor
from adapters.web.trouble import Trouble
from workflow.domain.command import Refused


class SignIn:
    """The front door."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where it is found; nobody is picked outside a demonstration."""
        desk = self.desk
        routes = [
            Route("/", desk.page(self.door, anyone=True)),
            Route("/signin/{code}", desk.page(self.offer, anyone=True)),
            Route("/signin/{code}", desk.change(self.redeem, anyone=True), methods=["POST"]),
            Route("/signout", desk.change(self.leave), methods=["POST"]),
            Route("/language", desk.change(self.speak, anyone=True), methods=["POST"]),
        ]
        if desk.options.demo:
            routes.insert(0, Route("/signin/as", desk.change(self.be, anyone=True), methods=["POST"]))
        return routes

    async def door(self, request: Request, visitor: Visitor) -> Response:
        """A demonstration's people; otherwise the chat, or how to get in."""
        if self.desk.options.demo:
            other = "localhost" if request.url.hostname != "localhost" else "127.0.0.1"
            people = await self.desk.engine.read.people(self.tenant)
            return self.desk.show("people", visitor, people=people, second=f"http://{other}:{self.desk.port}")
        if visitor.person is not None:
            return RedirectResponse("/chat", status_code=303)
        return self.desk.show("signin", visitor, code="")

    async def be(self, request: Request, visitor: Visitor) -> Response:
        """Somebody of the demonstration."""
        async with request.form() as form:
            person = str(form.get("person", ""))
        if await self.desk.engine.read.person(self.tenant, person) is None:
            raise Trouble(404)
        return self.desk.sign_in(person)

    async def offer(self, request: Request, visitor: Visitor) -> Response:
        """A button: only pressing it uses the address up, so that what looks at links beforehand does not."""
        return self.desk.show("signin", visitor, code=request.path_params["code"])

    async def redeem(self, request: Request, visitor: Visitor) -> Response:
        """The address is used."""
        person = await self.desk.engine.identity.redeem(self.tenant, request.path_params["code"], BOT)
        if isinstance(person, Refused):
            raise Trouble(403, "link", detail=self.desk.engine.read.refusal(person, visitor.language))
        return self.desk.sign_in(person)

    async def leave(self, request: Request, visitor: Visitor) -> Response:
        """This browser is nobody's again."""
        return self.desk.sign_out()

    async def speak(self, request: Request, visitor: Visitor) -> Response:
        """The other language: the person's own from now on, or this browser's."""
        async with request.form() as form:
            back = str(form.get("back", "/"))
        language = "en" if visitor.language == "zh" else "zh"
        if visitor.person is not None:
            await self.desk.engine.identity.speak(self.tenant, visitor.person.id, language)
        own_path = back.startswith("/") and not back.startswith(("//", "/\\"))
        answer = RedirectResponse(back if own_path else "/", status_code=303)
        answer.set_cookie(
            "language", language, max_age=365 * 24 * 3600, samesite="strict", httponly=True, secure=self.desk.secure
        )
        return answer

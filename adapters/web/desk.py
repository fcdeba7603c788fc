"""What every page stands on: the visitor, the answer in their language, and what a change must bring (session, CSRF, rate).

The rooms chat/, console/, api/ and signin/ give routes; this module knows none of them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec
import structlog
from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.web import words
from adapters.web.face import Engine, PersonRow
from adapters.web.guard import Rate
from adapters.web.render import Render
from adapters.web.session import Session, Sessions
from adapters.web.trouble import Trouble
from adapters.web.windows import Windows
from workflow.ports import Inbox

BOT: Final = "web"
SLOW: Final = 30.0
"""Seconds in which a body that is no file must have come."""

_AGAIN: Final = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>…</title>'
"""A link on another site brings no strict cookie: the page that comes first asks for itself again, and then it does."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Options(Struct, frozen=True, kw_only=True):
    """How the web is served. `public` is the address people type, where that is not `http://host:port` (behind TLS).

    `patience`: how long a press waits for its toast, in seconds; `beat`: how often an idle window hears from us.
    `burst` changes at once and `each` more a second are a person's; signing in has tighter ones.
    """

    tenant: str
    secret: bytes
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    public: str = ""
    patience: float = 0.1
    beat: float = 15.0
    burst: float = 60
    each: float = 20


class Visitor(Struct, frozen=True):
    """Who asks. `person` None: nobody is signed in."""

    session: Session
    language: words.Language
    person: PersonRow | None = None
    fresh: bool = False

    @property
    def id(self) -> str:
        """The person's id; Trouble 401 when nobody is signed in."""
        if self.person is None:
            raise Trouble(401)
        return self.person.id


Answering = Callable[[Request, Visitor], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Desk:
    """The engine, the windows and the sessions, as pages use them. `engine` and `inbox` are there once the web runs."""

    engine: Engine
    inbox: Inbox

    def __init__(self, options: Options) -> None:
        self.options = options
        self.port = options.port
        self.secure = options.public.startswith("https:")
        self.sessions = Sessions(options.secret, name=f"guankou_{options.port}", secure=self.secure)
        self.render = Render()
        self.windows = Windows()
        self.presses: dict[str, asyncio.Future[str]] = {}
        self._changes = Rate(options.burst, options.each)
        self._strangers = Rate(20, 0.5)

    # ------------------------------------------------------------------------------------------------ where we are

    @property
    def address(self) -> str:
        """What to type into a browser."""
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return self.options.public.rstrip("/") or f"http://{host}:{self.port}"

    def hosts(self) -> frozenset[str]:
        """The Host headers that we answer to."""
        ours = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        if not self.options.demo:
            ours |= {urlsplit(self.address).netloc.lower(), f"{self.options.host}:{self.port}".lower()}
        return frozenset(ours)

    # ------------------------------------------------------------------------------------------------ endpoints

    def page(self, answer: Answering, *, anyone: bool = False) -> Endpoint:
        """An endpoint that only reads. Unless `anyone`, who is not signed in is sent to the front door."""

        async def reading(request: Request) -> Response:
            visitor = await self.visitor(request)
            if visitor.fresh and request.headers.get("sec-fetch-site") == "cross-site":
                return HTMLResponse(_AGAIN)
            if visitor.person is None and not anyone:
                if _wants_page(request):
                    return RedirectResponse("/", status_code=303)
                raise Trouble(401)
            return self._remembering(visitor, await answer(request, visitor))

        return self._answering(reading)

    def change(self, answer: Answering, *, anyone: bool = False) -> Endpoint:
        """An endpoint that changes something: same origin, CSRF token in the header, within the limits of rate."""

        async def changing(request: Request) -> Response:
            visitor = await self.visitor(request)
            if visitor.person is None and not anyone:
                raise Trouble(401)
            origin = request.headers.get("origin")
            if origin is not None and urlsplit(origin).netloc.lower() not in self.hosts():
                raise Trouble(403, "csrf")
            token = request.headers.get("x-csrf-token") or await self._form_token(request)
            if not self.sessions.vouches(visitor.session, token):
                raise Trouble(403, "csrf")
            if visitor.person is not None:
                self._changes.take(visitor.person.id)
            else:
                self._strangers.take(request.client.host if request.client else "")
            return self._remembering(visitor, await answer(request, visitor))

        return self._answering(changing)

    async def visitor(self, request: Request) -> Visitor:
        """Whoever the cookie proves, if their account still stands; else a stranger, in a session of their own."""
        session = self.sessions.read(request.cookies.get(self.sessions.name))
        language = words.preferred(request.headers.get("accept-language", ""))
        if (chosen := request.cookies.get("language")) is not None:
            language = words.language_of(chosen)
        if session is None:
            return Visitor(session=self.sessions.begin(), language=language, fresh=True)
        row = await self.person(session.person) if session.person else None
        return Visitor(session=session, language=words.language_of(row.language) if row else language, person=row)

    async def person(self, external: str) -> PersonRow | None:
        """Who an account of the web is. In a demonstration everybody has one."""
        tenant = self.options.tenant
        if self.options.demo:
            return await self.engine.read.person(tenant, external)
        person = await self.engine.identity.account(tenant, BOT, external)
        return await self.engine.read.person(tenant, person) if person else None

    # ------------------------------------------------------------------------------------------------ bodies

    async def body(self, request: Request, shape: type[T]) -> T:
        """A JSON body of that shape; Trouble when it is none."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise Trouble(415)
        async with asyncio.timeout(SLOW):
            raw = await request.body()
        try:
            return msgspec.json.decode(raw, type=shape)
        except ValueError as error:
            raise Trouble(400, detail=str(error)) from None

    async def _form_token(self, request: Request) -> str:
        if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
            return ""
        async with asyncio.timeout(SLOW):
            return str((await request.form()).get("csrf", ""))

    # ------------------------------------------------------------------------------------------------ answers

    def show(self, name: str, visitor: Visitor, **facts: Any) -> Response:
        """A page for the visitor."""
        frame = {
            "visitor": visitor, "csrf": self.sessions.csrf(visitor.session), "demo": self.options.demo, "waiting": facts.pop("waiting", None),
            "room": name,
        }  # fmt: skip
        return HTMLResponse(self.render.page(name, visitor.language, **frame, **facts))

    def sign_in(self, person: str, to: str = "/chat") -> Response:
        """The person's own new session, and on to `to`."""
        answer = RedirectResponse(to, status_code=303)
        self._set(answer, self.sessions.begin(person))
        return answer

    def sign_out(self) -> Response:
        """Nobody's session, and back to the front door."""
        return self.sign_in("", "/")

    def refuse(self, request: Request, trouble: Trouble) -> Response:
        """A trouble in words, as a page or as JSON."""
        language = words.preferred(request.headers.get("accept-language", ""))
        if (chosen := request.cookies.get("language")) is not None:
            language = words.language_of(chosen)
        facts = {"address": self.address} | trouble.facts
        what = words.say(language, f"trouble.{trouble.word}", **facts)
        then = trouble.detail or words.say(language, f"trouble.{trouble.word}.next", **facts)
        headers = {"Retry-After": "3"} if trouble.status in {429, 503} else {}
        if _wants_page(request):
            page = self.render.page("trouble", language, what=what, then=then, status=trouble.status)
            return HTMLResponse(page, status_code=trouble.status, headers=headers)
        told = {"error": trouble.word, "what": what, "next": then}
        return JSONResponse(told, status_code=trouble.status, headers=headers)

    def _answering(self, endpoint: Endpoint) -> Endpoint:
        async def answered(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Exception as error:  # noqa: BLE001  # whatever it is, somebody waits for an answer
                return await self.troubled(request, error)

        return answered

    async def troubled(self, request: Request, error: Exception) -> Response:
        """What any exception becomes. What we did not foresee gets a number that stands in the log too."""
        match error:
            case Trouble():
                return self.refuse(request, error)
            case TimeoutError():
                return self.refuse(request, Trouble(408, "400"))
            case ClientDisconnect():
                return Response(status_code=499)
            case _:
                number = secrets.token_hex(4)
                log.error(
                    "web.trouble",
                    number=number,
                    method=request.method,
                    room=request.url.path.split("/")[1],
                    exc_info=error,
                )
                return self.refuse(request, Trouble(500, id=number))

    def _remembering(self, visitor: Visitor, answer: Response) -> Response:
        if visitor.fresh and "set-cookie" not in answer.headers:
            self._set(answer, visitor.session)
        return answer

    def _set(self, answer: Response, session: Session) -> None:
        answer.set_cookie(
            self.sessions.name,
            self.sessions.write(session),
            max_age=30 * 24 * 3600,
            httponly=True,
            samesite="strict",
            secure=self.secure,
        )


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")

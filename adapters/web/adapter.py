"""The web as a chat adapter: HTTP in, server-sent events out. What stands on the pages is in chat/, console/, api/ and signin/."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from adapters.web import updates
from adapters.web.api import Api
from adapters.web.chat.conversation import Conversation
from adapters.web.chat.files import Files
from adapters.web.chat.forms import Forms
from adapters.web.chat.items import Items
from adapters.web.console import Console
from adapters.web.desk import Desk, Options
from adapters.web.face import Engine
from adapters.web.guard import FILE, Guard
from adapters.web.render import assets, edition
from adapters.web.signin import SignIn
from adapters.web.trouble import Trouble
from adapters.web.windows import Shown, Toast
from workflow.domain.command import Refused
from workflow.ports import Blob, Delivery, Health, Inbox, Incoming, Limits, Outcome, Profile, Update
from workflow.talk.view import Notice, View

LOOPBACK: Final = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")

PROFILE: Final = Profile(
    network="web",
    capabilities=frozenset({"buttons", "edits", "files", "forms", "confirm", "silent"}),
    limits=Limits(text=20_000, token=64, file_up=FILE, file_down=FILE),
)


class WebAdapter:
    """The local chat in the browser. Made first, attached to its engine, then run; `address` is where it is.

    A person's chat is known by their id, and so is their account. A message is named by its delivery's id, so showing it
    again is showing it in place, however often.
    """

    def __init__(self, options: Options) -> None:
        if options.demo and not LOOPBACK.fullmatch(options.host):
            raise ValueError(
                f"a demonstration is served on loopback only, not on {options.host}: anybody may be anybody there"
            )
        self.desk = Desk(options)
        self.app = self._build()
        self._serving = asyncio.Event()

    def attach(self, engine: Engine) -> None:
        """The engine whose people, items and files are shown."""
        self.desk.engine = engine

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return self.desk.address

    async def serving(self) -> str:
        """Waits until it listens; its address."""
        await self._serving.wait()
        return self.address

    # ------------------------------------------------------------------------------------------------ the port

    @property
    def profile(self) -> Profile:
        """What the web can do."""
        return PROFILE

    async def run(self, inbox: Inbox) -> None:
        """Serve until cancelled. OSError, in words, when the port is taken."""
        if not hasattr(self.desk, "engine"):
            raise RuntimeError("the web shows an engine's people and items: attach() one before run()")
        self.desk.inbox = inbox
        listening = self._listen()
        self.desk.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self.app, log_config=None, access_log=False, lifespan="off", server_header=False, timeout_graceful_shutdown=3,
            proxy_headers=not self.desk.options.demo,
        )  # fmt: skip
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]), name="web server")
        self._serving.set()
        try:
            await asyncio.shield(task)
        finally:
            self._serving.clear()
            server.should_exit = True
            self.desk.windows.close()
            await asyncio.wait({task})

    def read(self, update: Update) -> Incoming | None:
        """What a browser sent."""
        return updates.read(update)

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        """To every open window; a window that is opened later reads the transcript."""
        ref = delivery.ref or delivery.id
        self.desk.windows.push(delivery.chat, Shown(ref, view))
        return Outcome("sent", ref=ref)

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        """The message says why it is no more."""
        return await self.show(delivery, Notice(reason))

    async def acknowledge(self, handle: str, text: str) -> None:
        """The answer to a press: with its own request when that still waits, else to the open windows."""
        waiting = self.desk.presses.get(handle)
        if waiting is not None and not waiting.done():
            waiting.set_result(text)
        elif text:
            self.desk.windows.push(handle.rpartition("/")[0], Toast(text))

    async def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        """A file uploaded before; FileNotFoundError when it is no more."""
        person, _, file = blob.ref.rpartition("/")
        found = await self.desk.engine.files.download(self.desk.options.tenant, person, file)
        if isinstance(found, Refused):
            raise FileNotFoundError(f"the file {file} of {person} is not there any more ({found.reason})")
        async for chunk in found[1]:
            yield chunk

    async def invitation(self, code: str) -> str:
        """None: whoever is here has signed in."""
        return ""

    async def health(self) -> Health:
        """Whether it listens."""
        if self._serving.is_set():
            return Health(ok=True, detail=self.address)
        return Health(ok=False, detail="the web server is not running")

    async def probe(self) -> Health:
        """Nobody has to let us in here."""
        return await self.health()

    # ------------------------------------------------------------------------------------------------ the server

    def _build(self) -> ASGIApp:
        desk = self.desk
        rooms = (Conversation(desk), Forms(desk), Items(desk), Files(desk), Console(desk), Api(desk), SignIn(desk))
        routes = [Route("/static/{edition}/{name}", _static), Route("/health", self._health)]
        routes += [route for room in rooms for route in room.routes()]
        app = Starlette(routes=routes, exception_handlers={Trouble: desk.troubled, HTTPException: self._missing})
        return Guard(app, hosts=desk.hosts, sizes={"/files": FILE}, secure=desk.secure, refuse=desk.refuse)

    async def _missing(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self.desk.refuse(request, Trouble(status if status in {404, 405} else 400))

    async def _health(self, request: Request) -> Response:
        """We listen, or nobody would be answered. Which networks are reached is anybody's to know; why not, only the log's."""
        bots = await self.desk.engine.health(self.desk.options.tenant)
        return JSONResponse({"ok": True, "bots": {name: health.ok for name, health in bots.items()}})

    def _listen(self) -> socket.socket:
        host, port = self.desk.options.host, self.desk.options.port
        try:
            return socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512
            )
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = (
                "something else listens there; choose another port (GUANKOU_PORT)"
                if taken
                else (error.strerror or "it is refused")
            )
            raise OSError(error.errno, f"the web cannot listen on {host}:{port}: {why}") from error


class _Server(uvicorn.Server):
    """Leaves signals to whoever started us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _static(request: Request) -> Response:
    asset = assets().get(request.path_params["name"])
    if asset is None:
        raise Trouble(404)
    named = request.path_params["edition"] == edition()
    keep = "public, max-age=31536000, immutable" if named else "no-cache"
    return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": keep})

"""The server itself: HTTP in and out, the order in which a call is judged, and the face for tests."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiohttp import web

from tests.telegram.server import files, params
from tests.telegram.server.clients import Client
from tests.telegram.server.clock import Clock
from tests.telegram.server.faults import Faults, Injected, Lost, Slow
from tests.telegram.server.groups import Group
from tests.telegram.server.limits import Limits
from tests.telegram.server.methods import METHODS
from tests.telegram.server.refusals import UNAUTHORIZED, UNKNOWN_METHOD, Json, Refusal, too_many
from tests.telegram.server.state import Chat, User, World

HOST = "127.0.0.1"
TOKEN = "4242424242:AAE-guankou_tests-no_real_bot_at_all_x"


class Call(NamedTuple):
    """One request as it came, whatever became of it. `at` is the server's monotonic seconds."""

    at: float
    method: str
    params: dict[str, Any]


class BotApi:
    """`async with BotApi() as server:` and `TelegramAPIServer.from_base(server.url)` for the bot."""

    def __init__(
        self,
        token: str = TOKEN,
        port: int = 0,
        *,
        username: str = "guankou_bot",
        limits: Limits | None = None,
        privacy: bool = True,
    ) -> None:
        self.token = token
        self.port = port
        self.username = username
        self.bot_id = int(token.partition(":")[0])
        self.clock = Clock()
        bot = User(self.bot_id, "guankou", username, is_bot=True)
        self.world = World(bot, self.clock, limits or Limits(), privacy=privacy)
        self.updates = self.world.updates
        self.webhook = self.world.webhook
        self.sizes = self.world.sizes
        self.faults = Faults()
        self.calls: list[Call] = []
        self.refused: list[tuple[str, Refusal]] = []  # every answer that was not ok, with its method
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    # ------------------------------------------------------------------------------------------------ life

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self.updates.interrupt()
        await self.webhook.close()
        await self.fail_connect()

    @property
    def url(self) -> str:
        """What `from_base` wants; GUANKOU_TELEGRAM_API_URL too."""
        return f"http://{HOST}:{self.port}"

    async def fail_connect(self) -> None:
        """Nobody listens, and whoever was connected is cut off; until `restore`."""
        if self._runner is None:
            return
        if self._runner.server is not None:
            for connection in list(self._runner.server.connections):
                if connection.transport is not None:
                    connection.transport.abort()
        await self._runner.cleanup()
        self._runner = None

    async def restore(self) -> None:
        """Listens again, at the same address."""
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/{rest:.*}", self._lost)
        # Who hangs up is waited for no longer: a poll that was given up must not look like one that waits.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await site.start()
        if not self.port:
            self.port = int(self._runner.addresses[0][1])

    # ------------------------------------------------------------------------------------------------ people and chats

    def person(self, id: int, first_name: str = "", username: str = "", language_code: str = "zh-hans") -> Client:
        """Somebody with Telegram. The bot cannot write to them before they wrote to it (or `private()` was called)."""
        user = User(id, first_name or f"某{id}", username, language_code)
        self.world.users[id] = user
        return Client(self.world, user)

    def group(self, id: int, title: str, members: Iterable[Client]) -> Group:
        """A group that the bot is a member of; `id` is negative."""
        if id >= 0:
            raise ValueError(f"a group's id is negative, not {id}")
        users = {client.id: client.user for client in members} | {self.bot_id: self.world.bot}
        return Group(self.world, self.world.open(Chat(id, "group", title, users)))

    def chat(self, id: int | str) -> Chat:
        """KeyError when the bot has no such chat."""
        return self.world.chats[int(id)]

    # ------------------------------------------------------------------------------------------------ faults

    def inject(
        self,
        method: str,
        error_code: int,
        description: str = "",
        times: int = 1,
        *,
        retry_after: int | None = None,
        chat: int | None = None,
        migrate_to: int | None = None,
        body: str | None = None,
    ) -> None:
        """The next `times` calls of `method` ("*": any) are refused so, and nothing is done.

        With `retry_after` the chat of the call stays shut so long. `body` is sent in place of JSON (a gateway's page)."""
        refusal = Refusal(error_code, description, retry_after=retry_after, migrate_to=migrate_to, body=body)
        if retry_after is not None and not description:
            refusal = too_many(retry_after)
        self.faults.plan(Injected(method, chat, times, refusal))

    def lose(self, method: str, times: int = 1, *, chat: int | None = None) -> None:
        """The thing is done, its answer is dropped and the connection with it."""
        self.faults.plan(Lost(method, chat, times))

    def slow(self, method: str, seconds: float, times: int = 1, *, chat: int | None = None, done: bool = True) -> None:
        """The answer takes so long. `done=False`: the thing waits too, and is not done when nobody waits any more."""
        self.faults.plan(Slow(method, chat, times, seconds, done))

    def raw(self, update: Json, *, chat: int = 0) -> int:
        """Any object as an update, decodable or not; its id. An `update_id` already confirmed comes out of order."""
        return self.updates.raw(update, chat)

    def redeliver(self, update_id: int) -> None:
        """The same update once more, though it was confirmed."""
        self.updates.redeliver(update_id)

    def route(self, public: str, local: str) -> None:
        """Where a webhook's public address leads: this server speaks to nobody outside."""
        self.webhook.routes[public.rstrip("/")] = local.rstrip("/")

    # ------------------------------------------------------------------------------------------------ what was seen

    @property
    def provoked429(self) -> int:
        """How often the bot really was too fast; injected refusals do not count."""
        return self.world.gate.provoked

    @property
    def impatient(self) -> int:
        """How often it came back to a chat before the `retry_after` that it was told."""
        return self.world.gate.impatient

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method.lower() == method.lower()]

    async def until_polled(self, patience: float = 2.0) -> None:
        """Until somebody waits in a long poll. TimeoutError when nobody does."""
        async with asyncio.timeout(patience):
            await self.updates.polled.wait()

    # ------------------------------------------------------------------------------------------------ HTTP

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            result = await self._judged(request, name)
        except Refusal as refusal:
            self.refused.append((name, refusal))
            if refusal.body is not None:
                return web.Response(status=refusal.code, text=refusal.body, content_type="text/html")
            return web.json_response(refusal.json, status=refusal.code)
        if result is None:  # the answer is lost, or nobody waits for it
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.json_response(result)

    async def _judged(self, request: web.Request, name: str) -> Json | None:
        """Token, method, parameters; then what a test has planned; then the rules themselves."""
        self._admit(request)
        method = METHODS.get(name.lower())
        found = await params.raw(request, self.sizes.up)
        self.calls.append(Call(self.clock.now(), method.name if method else name, found))
        if method is None:
            raise Refusal(*UNKNOWN_METHOD)
        values = params.read(method.takes, found)
        chat = values.get("chat_id")
        slow = self.faults.next(Slow, name, chat)
        if slow is not None and not slow.done:
            await self._wait(slow.seconds)
            if request.transport is None or request.transport.is_closing():
                return None
        if chat is not None:
            self._obstruct(name, chat)
        elif injected := self.faults.next(Injected, name, None):
            raise injected.refusal
        answer = method.run(self.world, values)
        if inspect.isawaitable(answer):
            answer = await answer
        if slow is not None and slow.done:
            await self._wait(slow.seconds)
        if self.faults.next(Lost, name, chat):
            return None
        result, description = answer if isinstance(answer, tuple) else (answer, None)
        return {"ok": True, "result": result} | ({"description": description} if description else {})

    def _obstruct(self, name: str, chat: int) -> None:
        now = self.clock.now()
        if name.lower().startswith(("send", "edit")):
            self.world.gate.heed(chat, now)
        if injected := self.faults.next(Injected, name, chat):
            if injected.refusal.retry_after is not None:
                self.world.gate.hush(chat, now, injected.refusal.retry_after)
            raise injected.refusal

    async def _wait(self, seconds: float) -> None:
        """Shorter when the server ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    def _admit(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if ":" not in token:
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(*UNAUTHORIZED)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request)
            upload = files.at_path(self.world, request.match_info["path"])
            if upload is None or upload.size > self.sizes.down:
                raise Refusal(404, "Not Found")
            if injected := self.faults.next(Injected, "file", None):
                raise injected.refusal
        except Refusal as refusal:
            self.refused.append(("file", refusal))
            return web.json_response(refusal.json, status=refusal.code)
        return web.Response(body=upload.data, content_type="application/octet-stream")

    async def _lost(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(Refusal(404, "Not Found").json, status=404)

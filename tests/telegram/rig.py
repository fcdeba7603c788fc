"""A person with Telegram in hand, and our bot, both on the local Bot API server: for the conformance suite and our own tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from adapters.telegram.bot import TelegramAdapter
from adapters.telegram.settings import TelegramSettings
from tests.contract.suite import Keeper, Rig, Seen
from tests.telegram.server import TOKEN, BotApi, Message
from workflow.talk.view import Choice

SECRET = b"a secret of thirty-two bytes or more"
PUBLIC = "https://bot.example.org/telegram"
WANG = 700_100


def settings(server: BotApi, **more: Any) -> TelegramSettings:
    """What the environment would say."""
    return TelegramSettings(token=SecretStr(server.token), api_url=server.url, **more)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def adapter(server: BotApi, **more: Any) -> TelegramAdapter:
    """Our bot on that server. With `webhook`, the server finds its listener."""
    if more.get("webhook"):
        more.setdefault("webhook_port", free_port())
        server.route("https://bot.example.org", f"http://127.0.0.1:{more['webhook_port']}")
    return TelegramAdapter(settings(server, **more), SECRET)


async def until(what: Callable[[], bool], patience: float = 3.0) -> None:
    """Wait until it holds; an error when it does not come to that."""
    for _ in range(round(patience / 0.005)):
        if what():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"it did not come to that within {patience} s")


class TelegramRig(Rig):
    """王芳 in her private chat. `webhook`: posted to instead of polling."""

    def __init__(self, server: BotApi, *, webhook: bool = False) -> None:
        self.server = server
        self.webhook = webhook
        self.telegram = self.adapter = adapter(server, webhook=PUBLIC if webhook else "")
        self.keeper = Keeper()
        self.client = server.person(WANG, "王芳", "wangfang")
        self.client.private()
        self.chat = self.account = str(WANG)
        self.task: asyncio.Task[None] | None = None
        self.offered: Counter[int] = Counter()
        self._count_offers()

    def _count_offers(self) -> None:
        """How often each update was handed out by the long poll: the server itself does not count."""
        poll = self.server.updates.poll

        async def counting(offset: int, limit: int, patience: float) -> list[dict[str, Any]]:
            bodies = await poll(offset, limit, patience)
            self.offered.update(int(body["update_id"]) for body in bodies)
            return bodies

        self.server.updates.poll = counting  # type: ignore[method-assign]

    async def start(self) -> None:
        self.task = asyncio.create_task(self.adapter.run(self.keeper))
        async with asyncio.timeout(3):
            while not (await self.adapter.health()).ok:
                assert not self.task.done(), self.task.exception()
                await asyncio.sleep(0.005)
        if not self.webhook:
            await self.server.until_polled()

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        self.server.updates.interrupt()

    async def taken(self) -> None:
        """Until Telegram knows that everything arrived."""
        await until(lambda: not self.server.updates.ready and (self.webhook or self.server.updates.polled.is_set()))

    async def _arrived(self, *, again: bool) -> None:
        number = self.server.updates.next_id - 1
        await self.taken()
        self.refusals += sum(one == number and not 200 <= status < 300 for one, status in self.server.webhook.attempts)
        self.refusals += max(0, self.offered[number] - 1)
        if again:
            self.server.redeliver(number)
            await asyncio.sleep(0)
            await self.taken()

    # ------------------------------------------------------------------------------------------------ the person

    async def say(self, text: str, *, again: bool = False) -> None:
        self.client.send(text)
        await self._arrived(again=again)

    async def press(self, ref: str, choice: Choice, *, again: bool = False) -> str:
        query = self.client.pressed(None, int(ref), choice.token)
        await self._arrived(again=again)
        return query.text or ""

    async def send_file(self, name: str, body: bytes) -> None:
        self.client.send_file(name, body, media_type="application/pdf")
        await self._arrived(again=False)

    async def send_photo(self, name: str, body: bytes) -> None:
        self.client.send_photo(body)
        await self._arrived(again=False)

    async def send_location(self, latitude: float, longitude: float) -> None:
        self.client.send_location(latitude, longitude)
        await self._arrived(again=False)

    async def send_contact(self, phone: str) -> None:
        self.client.send_contact(phone)
        await self._arrived(again=False)

    async def seen(self, until: Callable[[list[Seen]], bool]) -> list[Seen]:
        seen: list[Seen] = []
        for _ in range(100):
            seen = [_seen(message) for message in self.server.chat(self.chat).said]
            if until(seen):
                break
            await asyncio.sleep(0.02)
        return seen

    # ------------------------------------------------------------------------------------------------ the network

    async def lose_next_answer(self) -> bool:
        self.server.lose("sendMessage")
        return True

    async def refuse(self, what: str) -> bool:
        if what == "slow":
            self.server.inject("sendMessage", 429, retry_after=3)
        else:
            self.client.block()
        return True


def _seen(message: Message) -> Seen:
    """As it stands on a phone: a reply keyboard's keys and a forced reply's hint are read there, too."""
    markup = message.markup or {}
    keys = [key["text"] if isinstance(key, dict) else key for row in markup.get("keyboard", ()) for key in row]
    hint = markup.get("input_field_placeholder", "")
    return Seen(
        str(message.id), "\n".join(filter(None, (message.text, hint))), (*message.buttons, *keys),
        (message.upload.name,) if message.upload is not None else (),
    )  # fmt: skip


@asynccontextmanager
async def rigged(*, webhook: bool = False) -> AsyncIterator[TelegramRig]:
    """A server and a started rig on it."""
    async with BotApi(TOKEN) as server:
        rig = TelegramRig(server, webhook=webhook)
        await rig.start()
        try:
            yield rig
        finally:
            await rig.stop()

"""The whole chain: PostgreSQL, an engine with a tenant, the Telegram adapter, the local Bot API server, people with telephones.

`opened` gives a `House`; `sound` asks of it what must hold after every fault (I1 to I10).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import structlog

from adapters.telegram.bot import FILE, TelegramAdapter
from adapters.telegram.pace import Pace, Rate
from adapters.telegram.sending import Sending
from tests.integration.rig import FLOW, ORGANISATION, SECRET, populate, settings
from tests.integration.sound import assert_sound, superuser
from tests.telegram.rig import PUBLIC, adapter
from tests.telegram.server import TOKEN, UNLIMITED, BotApi, Client, Limits, Message
from workflow.domain.command import Answer, Command
from workflow.domain.event import Deed
from workflow.domain.item import Item
from workflow.engine import logs
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.engine.outcomes import Outcome as Came
from workflow.journal import canonical
from workflow.ports import ChatAdapter
from workflow.store import chats, ids, inbox, listings, tenants
from workflow.store.pool import Database

ROOMS = ORGANISATION + "rooms: { 站群: { unit: 东站 } }\n"
TOLD = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员 }
  发布: { do: [ { tell: 站群 } ] }
"""
FIRST = 700_200_001
"""The Telegram id of the organisation's first person; the others follow."""
MARK = "重发"
FAST = Rate(1000, 0.001)


@dataclass(frozen=True)
class Sent:
    """A message as it was when it went out, whatever became of it since."""

    chat: int
    id: int
    text: str


@dataclass
class House:
    """`ids` are the people's, by their keys in the organisation; `phones` what they hold. `sent` is all that ever went out."""

    engine: Engine
    tenant: str
    server: BotApi
    telegram: TelegramAdapter
    ids: dict[str, str]
    phones: dict[str, Client]
    url: str
    log: io.StringIO
    sent: list[Sent] = field(default_factory=list)
    private: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------------ people

    def said(self, who: str, word: str = "") -> list[Message]:
        """What stands of the bot's messages in somebody's private chat, as far as they have this word."""
        return [one for one in self.phones[who].private().said if word in one.text]

    def drawn(self, who: str, label: str = "通过") -> list[Message]:
        """Those that have a button of that label."""
        return [one for one in self.said(who) if label in one.buttons]

    async def shown(self, who: str, word: str) -> Message:
        """The newest with that word, once there is one."""
        await self.until(lambda: self.said(who, word), f"{who} reads {word}")
        return self.said(who, word)[-1]

    async def asked(self, who: str, label: str = "通过") -> Message:
        """The newest with that button, once there is one."""
        await self.until(lambda: self.drawn(who, label), f"{who} sees a button {label}")
        return self.drawn(who, label)[-1]

    async def press(self, who: str, label: str = "通过", message: Message | None = None) -> str:
        """Press the newest button of that label; the toast."""
        found = message or await self.asked(who, label)
        return await self.phones[who].press(None, found.id, label)

    def token(self, message: Message, label: str) -> str:
        """What a button says to the bot."""
        return next(str(one["callback_data"]) for row in message.rows for one in row if one["text"] == label)

    # ------------------------------------------------------------------------------------------------ the engine

    async def do(self, verb: str, actor: str, item: str = "", **args: Any) -> Came:
        return await self.engine.perform(
            Command(str(uuid4()), self.tenant, item, verb, self.ids.get(actor, actor), "api", args)
        )

    async def submit(self, title: str = "我的中国心 我的中国梦", people: int = 80) -> Answer:
        outcome = await self.do("submit", "报", flow="walk", form={"标题": title, "人数": people})
        assert isinstance(outcome, Answer), outcome
        self.private.append(title)
        return outcome

    async def item(self, answer: Answer) -> Any:
        return await self.engine.read.find(self.tenant, self.ids["报"], answer.code)

    async def events(self, answer: Answer) -> int:
        return len(await listings.events(self.engine.database, self.tenant, answer.item))

    async def deeds(self, who: str = "") -> list[Deed]:
        """What stands in somebody's stream, or in the administration's."""
        stream = self.ids[who] if who else ids.administration(self.tenant)
        return [canonical.deed(row.body) for row in await listings.events(self.engine.database, self.tenant, stream)]

    async def settled(self) -> None:
        """Telegram has nothing left to tell, and nothing is left to decide or to send, now or later."""
        await self.until(lambda: not self.server.updates.ready, "everything is fetched")
        give_up = monotonic() + 15
        while True:
            done = self.engine.settled(self.tenant) if self.engine.bots.all else self.engine.handle.drain()
            await asyncio.wait_for(done, 15)
            wait = await chats.next_wake(self.engine.database, self.tenant, ["telegram"])
            if wait is None and not await inbox.waiting(self.engine.database, self.tenant):
                return
            assert monotonic() < give_up, "something is owed for ever, or waits to be decided"
            await asyncio.sleep(min(max(wait or 0.0, 0.01), 0.2))

    async def until(self, holds: Callable[[], Any], what: str = "", seconds: float = 8.0) -> None:
        give_up = monotonic() + seconds
        while not holds():
            assert monotonic() < give_up, f"never happened: {what or holds}"
            await asyncio.sleep(0.01)

    # ------------------------------------------------------------------------------------------------ what must hold

    async def sound(self) -> dict[str, Item]:
        """I1 to I10, as far as tables, chats and the log can tell; the items as their events make them."""
        await self.settled()
        async with superuser(self.url) as connection:
            items = await assert_sound(self.engine, connection, self.tenant)
            await self._copies(connection)
            await self._nothing_kept(connection)
        self._secrets()
        assert self.server.provoked429 == 0, "nobody was faster than Telegram allows"
        assert self.server.impatient == 0, "nobody came back before the time that Telegram named"
        return items

    async def _copies(self, connection: Any) -> None:
        """I5: of one delivery at most one message went out without a mark; every other says that it is one more."""
        rows = await connection.fetch(
            "select c.external_id, count(*) as owed from delivery d join chat c using (tenant_id, chat_id)"
            " where d.tenant_id = $1 and c.bot = 'telegram' and d.attempt > 0 group by 1",
            self.tenant,
        )
        owed, plain, gone = Counter[int](), Counter[int](), Counter[int]()
        for row in rows:
            owed[_place(int(row["external_id"]))] += row["owed"]
        plain.update(_place(one.chat) for one in self.sent if MARK not in one.text)
        for chat in self.server.world.chats.values():
            gone[_place(chat.id)] += sum(one.deleted for one in chat.messages if one.from_bot)
        for place, count in plain.items():
            assert count <= owed[place] + gone[place], f"an extra copy in {place} says nothing of it: {self.sent}"

    async def _nothing_kept(self, connection: Any) -> None:
        """What came in is gone once it is settled: nobody's words lie about."""
        assert not await connection.fetchval(
            "select count(*) from command where done_at is not null and body is not null"
        )

    def _secrets(self) -> None:
        """I10: no token of the bot's, of a button's or of a link's, nobody's name, number or words."""
        written = self.log.getvalue()
        tokens = {
            str(button.get("callback_data", "-"))
            for chat in self.server.world.chats.values() for one in chat.messages for row in one.rows for button in row
        }  # fmt: skip
        people = [str(one.user.id) for one in self.phones.values()] + [
            one.user.first_name for one in self.phones.values()
        ]
        for secret in (TOKEN.partition(":")[2], *tokens - {"-"}, *people, *self.private):
            assert secret not in written, f"{secret!r} stands in the log"
        for line in written.splitlines():
            assert "event" in json.loads(line), line


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that is written to any log meanwhile, at its most talkative."""
    out, root = io.StringIO(), logging.getLogger()
    lines = logging.StreamHandler(out)
    lines.setFormatter(_Line())
    before = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    logs.configure("debug", "json", out)
    try:
        yield out
    finally:
        root.removeHandler(lines)
        root.setLevel(before)
        structlog.reset_defaults()
        logs.configure("warning", "json")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"event": super().format(record)}, ensure_ascii=False)


@asynccontextmanager
async def opened(
    database: Any,
    *,
    organisation: str = ORGANISATION,
    flow: str = FLOW,
    others: Mapping[str, ChatAdapter] = MappingProxyType({}),
    limits: Limits = UNLIMITED,
    serving: bool = True,
    alone: bool = False,
    webhook: bool = False,
    **changed: Any,
) -> AsyncIterator[House]:
    """A tenant whose people all have Telegram (and what `others` there are), and an engine that polls (or is posted to).

    `alone`: it has no bots at all: workers of other processes do. Where Telegram knows no limits, the adapter keeps no pace. `changed` are settings of the engine; with `serving` False somebody else runs the adapter.
    """
    with logged() as log:
        async with BotApi(TOKEN, limits=limits) as server:
            store = await Database.open(database.app_url)
            keys = Keys(SECRET)
            try:
                async with Engine.open(settings(**changed), store, [], keys=keys, alone=True) as first:
                    tenant = await populate(first, organisation=organisation, flows=(flow,))
                    people = (await first.read.organisation(tenant)).people
                    phones = {one.key: server.person(FIRST + no, one.name) for no, one in enumerate(people)}
                    for name in ("telegram", *others):
                        await tenants.make_bot(store, tenant, name, name)
                    for one in people:
                        phones[one.key].private()
                        await linked(first, tenant, one.id, "telegram", str(phones[one.key].id))
                        for name in others:
                            await linked(first, tenant, one.id, name, one.id)
                telegram = adapter(server, webhook=PUBLIC) if webhook else adapter(server)
                if limits is UNLIMITED:
                    telegram._sending = Sending(telegram._wire, Pace(private=FAST, group=FAST, total=FAST), FILE)
                bots = [Bot(tenant, name, one) for name, one in {"telegram": telegram, **others}.items()]
                async with Engine.open(
                    settings(**changed), store, [] if alone else bots, keys=keys, alone=alone
                ) as engine:
                    ids_ = {one.key: one.id for one in people}
                    here = House(engine, tenant, server, telegram, ids_, phones, database.superuser_url, log)
                    here.private += [one.name for one in people]
                    _record(here)
                    async with served(engine, telegram) if serving and not alone else contextlib.nullcontext():
                        yield here
            finally:
                await store.close()


async def linked(engine: Engine, tenant: str, person: str, bot: str, external: str) -> None:
    code = await engine.identity.link(tenant, person)
    assert isinstance(code, str)
    assert await engine.identity.redeem(tenant, code, bot, external) == person


@asynccontextmanager
async def served(engine: Engine, telegram: TelegramAdapter) -> AsyncIterator[None]:
    """The adapters run, and Telegram is read."""
    task = asyncio.create_task(engine.serve())
    try:
        for _ in range(1000):
            if (await telegram.health()).ok:
                break
            await asyncio.sleep(0.005)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _place(chat: int) -> int:
    """A private chat; or all groups together, which become others."""
    return max(chat, 0)


def _record(here: House) -> None:
    """Keep every message as it went out: an edit changes what stands on the server."""
    post = here.server.world.post

    def recorded(message: Message) -> Message:
        if message.from_bot:
            here.sent.append(Sent(message.chat.id, message.id, message.text))
        return post(message)

    here.server.world.post = recorded  # type: ignore[method-assign]

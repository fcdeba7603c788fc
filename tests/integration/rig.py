"""An engine for tests: a real database, a small organisation, one flow, and a network in memory where people press and type."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import msgspec

from workflow.domain.command import Answer, Command, Refused
from workflow.engine import logs
from workflow.engine.apply import Source
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.engine.outcomes import Outcome as Came
from workflow.engine.settings import Settings
from workflow.ports import (
    Blob,
    ChatAdapter,
    Delivery,
    Filled,
    Health,
    Inbox,
    Incoming,
    Limits,
    Moved,
    Outcome,
    Pressed,
    Profile,
    Typed,
    Update,
)
from workflow.store import tenants
from workflow.store.pool import Database
from workflow.talk.view import Card, Checklist, View

ORGANISATION = """
organisation: test
title: 试验街道
tenant: test
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: { 东中心: { tier: 中心 }, 东所: { tier: 所, parent: 东中心 }, 东站: { tier: 站, parent: 东所 } }
people:
  报: { name: 李报, roles: [东站.协调员] }
  甲: { name: 张甲, roles: [东站.审核员] }
  乙: { name: 王乙, roles: [东所.审核员] }
  丙: { name: 赵丙, roles: [东所.审核员] }
  管: { name: 郭管, roles: [东中心.管理员] }
  理: { name: 何理, roles: [东中心.管理员] }
  外: { name: 钱外, roles: [] }
"""
FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员, due: 1工作日 }
  复审: { review: 所.审核员, need: all, back: [提交人, 初审] }
  编号: { do: [ { number: { 项目编号: DX-<0001 每年> } } ] }
"""
SECRET = b"a secret for tests, 32 bytes and more"


@dataclass
class Said:
    """One message as the far side sees it: everything that stood under this reference, the last last."""

    ref: str
    chat: str
    views: list[View] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)

    @property
    def view(self) -> View:
        return self.views[-1]


class Network:
    """An adapter whose network is this object. `script` answers the next calls of `show` (to chat
    `only`), `always` those to a chat."""

    def __init__(self, capabilities: frozenset[Any] = frozenset({"buttons", "edits"}), name: str = "memory") -> None:
        self.profile = Profile(name, capabilities, Limits(20_000, 64, 0, 0))
        self.messages: dict[str, Said] = {}
        self.script: list[Outcome | Exception | None] = []
        self.only = ""
        self.always: dict[str, Outcome] = {}
        self.withdrawn: list[str] = []
        self.toasts: list[str] = []
        self.calls = 0
        self.on_show: Callable[[Delivery], Any] | None = None
        self._numbers = count(1)

    async def run(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    def read(self, update: Update) -> Incoming | None:
        if update.body == b"nothing":
            return None
        return msgspec.json.decode(update.body, type=Pressed | Typed | Filled | Moved)

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        self.calls += 1
        if self.on_show is not None and (waiting := self.on_show(delivery)) is not None:
            await waiting
        scripted = self.script.pop(0) if self.script and self.only in ("", delivery.chat) else None
        if isinstance(scripted, Exception):
            raise scripted
        scripted = scripted or self.always.get(delivery.chat)
        ref = delivery.ref or f"m{next(self._numbers)}"
        if scripted is not None and scripted.kind != "ambiguous":
            return scripted
        said = self.messages.setdefault(ref, Said(ref, delivery.chat))
        said.views.append(view)
        said.attempts.append(delivery.attempt)
        return scripted or Outcome("sent", ref=ref)

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        self.withdrawn.append(delivery.ref)
        return Outcome("sent", ref=delivery.ref)

    async def acknowledge(self, handle: str, text: str) -> None:
        self.toasts.append(text)

    async def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        yield b"%PDF-1.7\n" + blob.name.encode()

    async def invitation(self, code: str) -> str:
        return ""

    async def health(self) -> Health:
        return Health(ok=True)

    async def probe(self) -> Health:
        return Health(ok=True)

    def of(self, chat: str) -> list[Said]:
        return [one for one in self.messages.values() if one.chat == chat]


@dataclass
class House:
    """An open engine, and who is who in it."""

    engine: Engine
    tenant: str
    network: Network
    people: dict[str, str]

    async def do(self, verb: str, actor: str, item: str = "", id: str = "", **args: Any) -> Came:
        person = self.people.get(actor, actor)
        return await self.engine.perform(Command(id or str(uuid4()), self.tenant, item, verb, person, "api", args))

    async def submit(self, title: str = "我的中国心 我的中国梦", people: int = 80, id: str = "") -> Answer:
        outcome = await self.do("submit", "报", id=id, flow="walk", form={"标题": title, "人数": people})
        assert isinstance(outcome, Answer), outcome
        return outcome

    async def press(self, who: str, label: str, source: str = "", said: Said | None = None, chat: str = "") -> None:
        """Press a button of the newest message in somebody's chat that has it, as the network would tell of it."""
        person = self.people[who]
        found = said or next(one for one in reversed(self.network.of(person)) if label in labels(one.view))
        token = next(choice.token for choice in choices(found.view) if choice.label == label)
        pressed = Pressed(chat or person, person, token, message=found.ref, handle="h")
        await self.say(who, pressed, source, chat)

    async def type(self, who: str, text: str, source: str = "") -> None:
        await self.say(who, Typed(self.people[who], self.people[who], text), source)

    async def say(self, who: str, incoming: Incoming, source: str = "", chat: str = "") -> None:
        body = msgspec.json.encode(incoming)
        update = Update(source or str(uuid4()), chat or self.people.get(who, who), body)
        await self.engine.inbox(self.tenant, "memory").accept([update])

    async def talk(self, who: str, *turns: str) -> None:
        """One after the other, each once the last was answered: `[提交]` is pressed, anything else is typed."""
        for turn in turns:
            if turn.startswith("["):
                await self.press(who, turn[1:-1])
            else:
                await self.type(who, turn)
            await self.settled()

    async def settled(self) -> None:
        try:
            await asyncio.wait_for(self.engine.settled(self.tenant), 30)
        except TimeoutError:
            relay, queue = self.engine.relay, self.engine.queue
            wait = await relay.owing(self.tenant)
            raise AssertionError(f"never settles: {relay.idle=} {queue.empty=} {queue.busy=} owing={wait}") from None

    async def until(self, holds: Callable[[], Any], what: str = "", seconds: float = 10.0) -> None:
        give_up = monotonic() + seconds
        while not holds():
            assert monotonic() < give_up, f"never happened: {what or holds}"
            await asyncio.sleep(0.01)

    def chat(self, who: str) -> list[Said]:
        return self.network.of(self.people[who])

    async def audit(self) -> None:
        status = await self.engine.read.audit(self.tenant)
        assert status.verified, status.first_bad


async def all_settled(houses: Sequence[House]) -> None:
    """Until all are at rest in one moment: who was settled may have taken over a chat that another left in between."""
    while True:
        for one in houses:
            await one.settled()
        if all(one.engine.relay.idle and one.engine.queue.empty for one in houses):
            return


def choices(view: View) -> list[Any]:
    if isinstance(view, Checklist):
        return [*view.card.choices, *(choice for line in view.lines for choice in line.choices)]
    found = list(getattr(view, "choices", ()))
    return [*found, *getattr(view, "options", ())]


def labels(view: View) -> list[str]:
    return [choice.label for choice in choices(view)]


def card(view: View) -> Card:
    assert isinstance(view, Card), view
    return view


logs.configure("warning", "json")


def settings(**changed: Any) -> Settings:
    return Settings(**{"poll_seconds": 0.2, "orphan_seconds": 5.0, "quiet": "", "flood_burst": 10_000, **changed})


async def populate(engine: Engine, *, organisation: str = ORGANISATION, flows: tuple[str, ...] = (FLOW,)) -> str:
    """Apply the organisation and the flows; the tenant's id."""
    sources = [Source("test.yaml", organisation.encode())]
    sources += [Source("", flow.encode()) for flow in flows]
    applied = await engine.apply(sources, demonstration=True)
    assert applied.ok, (applied.problem, [one.message_en for _, one in applied.findings])
    return applied.tenant


@asynccontextmanager
async def house(
    url: str,
    *,
    organisation: str = ORGANISATION,
    flows: tuple[str, ...] = (FLOW,),
    network: Network | None = None,
    others: Mapping[str, ChatAdapter] = MappingProxyType({}),
    **changed: Any,
) -> AsyncIterator[House]:
    """A tenant with its people linked on the network in memory, and an engine that serves it, and `others` besides."""
    network = network or Network()
    database = await Database.open(url)
    try:
        keys = Keys(SECRET)
        async with Engine.open(settings(**changed), database, [], keys=keys, alone=True) as first:
            tenant = await populate(first, organisation=organisation, flows=flows)
            rows = await first.read.people(tenant)
            known = {one.key: one.id for one in (await first.read.organisation(tenant)).people}
            for name in ("memory", *others):
                await tenants.make_bot(database, tenant, name, name)
            for row in rows:
                code = await first.identity.link(tenant, row.id)
                assert isinstance(code, str)
                assert await first.identity.redeem(tenant, code, "memory", row.id) == row.id
        adapters: dict[str, ChatAdapter] = {"memory": network, **others}
        bots = [Bot(tenant, name, adapter) for name, adapter in adapters.items()]
        async with Engine.open(settings(**changed), database, bots, keys=keys) as engine:
            yield House(engine, tenant, network, known)
    finally:
        await database.close()


def refused(outcome: Came, reason: str) -> Refused:
    assert isinstance(outcome, Refused), outcome
    assert outcome.reason == reason, outcome
    return outcome


__all__ = [
    "FLOW",
    "ORGANISATION",
    "UUID",
    "House",
    "Network",
    "all_settled",
    "card",
    "house",
    "json",
    "labels",
    "refused",
]

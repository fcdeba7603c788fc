"""A hall: many items of one flow, so that they may join each other, begin by themselves, and be looked at together. In memory."""

from __future__ import annotations

import textwrap
import uuid
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from tests.steps.court import START, Court
from workflow.decide import Decision, decide
from workflow.domain.command import Command, Refused
from workflow.domain.effect import Effect, Merge, Order, Send, Window
from workflow.domain.event import Event
from workflow.domain.fold import refold
from workflow.domain.item import Item
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import NamedList, Organisation
from workflow.steps.draft import Ended, Needs, Random, World
from workflow.steps.firing import commands
from workflow.verbs.join import MERGED

__all__ = ["START", "Hall", "NamedList"]

TENANT = str(uuid.UUID(int=1))
_COURT = "flow: court\ntitle: 试\nstart: { by: 站.协调员 }\nsteps: { 甲: { review: 站.审核员 } }\n"


class Hall:
    """`do` decides a command as the engine would: what is the same joins, what an end orders is done at once."""

    def __init__(self, text: str, organisation: Organisation | None = None) -> None:
        self.organisation = replace(organisation or Court(_COURT).organisation, tenant=TENANT)
        compiled = compile_flow(textwrap.dedent(text), "hall", organisation=self.organisation)
        assert compiled.definition is not None, [(one.code, one.line, one.message_zh) for one in compiled.findings]
        self.findings = compiled.findings
        self.definition = compiled.definition
        self.lifecycle = Lifecycle(self.definition)
        self.now = START
        self.items: dict[str, Item] = {}
        self.events: dict[str, list[Event]] = {}
        self.effects: list[Effect] = []
        self.merges: dict[tuple[str, bytes], tuple[str, datetime]] = {}
        self.windows: list[tuple[Window, str]] = []
        self.ordered: list[Command] = []
        self._ids = iter(range(1, 10_000))

    def world(self) -> World:
        return World(self.now, self.organisation, Random(b"s" * 32, str(next(self._ids))), key=b"k" * 32)

    def submit(self, actor: str, **form: Any) -> str | Refused:
        """The item that it became, or that it joined."""
        id_ = str(uuid.UUID(int=next(self._ids)))
        found = self.do(Command(id_, "t", id_, "submit", actor, "test", {"flow": self.definition.flow, "form": form}))
        return found if isinstance(found, Refused) else found.item.id

    def act(self, item: str, actor: str, verb: str, **args: Any) -> Decision | Refused:
        return self.do(Command(str(uuid.UUID(int=next(self._ids))), "t", item, verb, actor, "test", args))

    def fire(self, moment: datetime, *, late: bool = False) -> list[Decision | Refused]:
        """What begins by itself at a moment."""
        return [self.do(one) for one in commands(self.definition, self.world(), moment, late=late)]

    def do(self, command: Command) -> Decision | Refused:
        found = self._decided(command)
        if isinstance(found, Refused):
            if found.reason == MERGED:
                return self.do(replace(command, item=found.facts["item"], verb="join"))
            return found
        item = found.item
        self.items[item.id] = item
        self.events.setdefault(item.id, []).append(found.event)
        self.effects += found.effects
        assert refold(command.tenant, self.events[item.id]) == item
        for effect in found.effects:
            match effect:
                case Merge():
                    self.merges[effect.flow, effect.mac] = item.id, effect.until
                case Window():
                    self.windows.append((effect, item.id))
                case Order(command=ordered) if ordered.item in self.items:
                    self.do(ordered)
                case Order(command=ordered):
                    self.ordered.append(ordered)
        return found

    def _decided(self, command: Command) -> Decision | Refused:
        world = self.world()
        while True:
            found = decide(self.definition, self.lifecycle, self.items.get(command.item), command, world)
            if not isinstance(found, Needs):
                return found
            world.counters.update(dict.fromkeys(found.counters, 0))
            world.involved = {**world.involved, **dict.fromkeys(found.involved, False)}
            world.merges = {**world.merges, **{key: self._open(key) for key in found.merges}}
            for look in found.windows:
                rows = [
                    Ended(item, one.at, one.body)
                    for one, item in self.windows
                    if (one.flow, one.rule, one.key) == look[:3] and (look.since is None or one.at >= look.since)
                ]
                rows.sort(key=lambda row: (row.at, row.item), reverse=True)
                world.windows = {**world.windows, look: tuple(rows[: look.most])}

    def _open(self, key: tuple[str, bytes]) -> str:
        item, until = self.merges.get(key, ("", self.now))
        return item if item and until > self.now and self.items[item].ended is None else ""

    def told(self, kind: str) -> list[str]:
        """Who was told of something, ever."""
        return [one.person or one.room for one in self.effects if isinstance(one, Send) and one.kind == kind]

    def facts(self, item: str) -> list[Any]:
        return [fact for event in self.events[item] for fact in event.facts]

"""A court for the rules: one item of one flow, a small organisation, a clock that the test turns."""

from __future__ import annotations

import itertools
import textwrap
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from workflow.decide import Decision, decide
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.effect import Effect
from workflow.domain.event import Event
from workflow.domain.fold import refold
from workflow.domain.item import Item, Line
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation, Person, Position, Unit
from workflow.steps.draft import Draft, Needs, Random, World

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Beijing

POSTS = {
    "报": ("站一", "协调员"), "甲": ("站一", "审核员"), "乙": ("所一", "审核员"), "丙": ("所一", "审核员"),
    "丁": ("所一", "审核员"), "所调": ("所一", "协调员"), "戊": ("中心一", "审核员"), "己": ("中心一", "审核员"),
    "中调": ("中心一", "协调员"), "管": ("中心一", "管理员"), "管二": ("中心一", "管理员"),
}  # fmt: skip


class Court:
    """Everything a rule's test does. `do` returns the refusal's reason, or "" when it was decided."""

    def __init__(self, text: str, extra: tuple[Position, ...] = (), without: tuple[str, ...] = ()) -> None:
        compiled = compile_flow(textwrap.dedent(text), "court")
        assert compiled.definition is not None, compiled.findings
        self.definition = compiled.definition
        self.lifecycle = Lifecycle(self.definition)
        self.positions = tuple(
            Position(one, unit, role, None, None) for one, (unit, role) in POSTS.items() if one not in without
        )
        self.positions += extra
        self.now = START
        self.item: Item | None = None
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.rows: dict[int, tuple[str, str]] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.refused: Refused | None = None
        self.told: set[str] = set()
        self.loads: dict[str, int] = {}
        self.contents: list[str] = []
        self.key = bytes(32)
        self.apart: dict[tuple[str, str, int], dict[str, Line]] = {}
        self._ids = itertools.count(1)

    @property
    def organisation(self) -> Organisation:
        keys = dict.fromkeys([*POSTS, *(one.person for one in self.positions), "外"])
        return Organisation(
            id="o", title="o", tenant="t", version=1, tiers=("中心", "所", "站"), roles=("审核员", "协调员", "管理员"),
            units=(Unit("中心一", "中心", None), Unit("所一", "所", "中心一"), Unit("站一", "站", "所一")),
            people=tuple(Person(id=one, key=one, name=one, language="zh", left_at=None) for one in keys),
            positions=self.positions,
        )  # fmt: skip

    def do(self, actor: str, verb: str, **args: Any) -> str:
        command = Command(str(uuid.UUID(int=next(self._ids))), "t", str(uuid.UUID(int=7)), verb, actor, "test", args)
        world = World(self.now, self.organisation, Random(b"s" * 32), key=self.key)
        before = msgspec.json.encode(self.item)
        found = decide(self.definition, self.lifecycle, self.item, command, world)
        if isinstance(found, Needs):
            world.counters.update({key: self.counters.get(key, 0) for key in found.counters})
            world.loads.update({person: self.loads.get(person, 0) for person in found.loads})
            world.rows = {key: tuple(self.apart.get(key, {}).values()) for key in found.rows}
            world.counts = {key: len(self.apart.get(key, {})) for key in found.counts}
            world.involved = {key: key[1] in self.told for key in found.involved}
            found = decide(self.definition, self.lifecycle, self.item, command, world)
        assert not isinstance(found, Needs)
        assert msgspec.json.encode(self.item) == before, "a decision changed the item that it was asked about"
        if isinstance(found, Refused):
            self.refused = found
            return found.reason
        self.counters.update(world.counters)
        self.item = found.item
        self.events.append(found.event)
        self.effects += found.effects
        self.contents += [one.body.decode() for one in found.contents]
        for row in found.tasks:
            self.rows[row.task.no] = (row.task.person, row.task.state)
        self._sound(found)
        return ""

    def view(self) -> Draft:
        """The item as values are computed from it."""
        assert self.item is not None
        command = Command("", "t", self.item.id, "", "", "test", {})
        return Draft(
            self.definition, self.lifecycle, self.item, command, World(self.now, self.organisation, Random(b"s" * 32))
        )

    def _sound(self, found: Decision) -> None:
        """After every decision: the fold of the written events is the state, and the rows are the tasks."""
        again = refold("t", [msgspec.json.decode(msgspec.json.encode(one), type=Event) for one in self.events])
        assert msgspec.json.encode(again) == msgspec.json.encode(found.item)
        live = {task.no: task.state for run in found.item.runs.values() for task in run.tasks.values()}
        open_rows = {no for no, (_, state) in self.rows.items() if state in ("open", "waiting")}
        assert open_rows == {no for no, state in live.items() if state in ("open", "waiting")}

    def submit(self, actor: str = "报", **form: Any) -> str:
        return self.do(actor, "submit", form={"标题": "清明祭扫", **form})

    def until(self, at: datetime) -> None:
        """Turn the clock to `at`, waking the item at each of its moments."""
        while self.item is not None and self.item.next_at is not None and self.item.next_at <= at:
            self.now = max(self.now, self.item.next_at)
            assert self.do(SYSTEM, "wake") == ""
        self.now = at

    @property
    def place(self) -> str:
        assert self.item is not None
        return self.item.place

    @property
    def owing(self) -> list[str]:
        assert self.item is not None
        return [t.person for run in self.item.runs.values() for t in run.tasks.values() if t.state == "open"]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [fact for one in self.events for fact in msgspec.to_builtins(one)["facts"] if fact["fact"] == kind]

    def states(self, person: str) -> list[str]:
        """What became of each of a person's tasks, in order."""
        return [state for _, (holder, state) in sorted(self.rows.items()) if holder == person]

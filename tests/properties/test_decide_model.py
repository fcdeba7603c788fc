"""The decision core against a plain model of one flow: what is decided, by whom, where the item stands, and who owes what."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from workflow.decide import Decision, decide
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.event import Event
from workflow.domain.fold import refold
from workflow.domain.item import Item
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation, Person, Position, Unit
from workflow.steps.draft import Needs, Random, World

FLOW = """
flow: model
title: 模型
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  一审: { review: 站.审核员 }
  二审: { review: 所.审核员, need: 2, back: [提交人, 一审] }
  三审: { when: 人数 >= 500, review: 中心.审核员, need: all }
  归档: { do: [ { count: { 场次: 1 } } ] }
"""
HOLDERS = {"一审": ["甲", "双"], "二审": ["双", "乙", "丙", "丁"], "三审": ["戊", "己"]}
TIERS = {"一审": ("站一", "站"), "二审": ("所一", "所"), "三审": ("中心一", "中心")}
NEED = {"一审": 1, "二审": 2, "三审": 2}
PEOPLE = ["报", "甲", "双", "乙", "丙", "丁", "戊", "己", "管", "外"]

ORGANISATION = Organisation(
    id="o", title="o", tenant="t", version=1, tiers=("中心", "所", "站"), roles=("审核员", "协调员", "管理员"),
    units=(Unit("中心一", "中心", None), Unit("所一", "所", "中心一"), Unit("站一", "站", "所一")),
    people=tuple(Person(id=one, key=one, name=one, language="zh", left_at=None) for one in PEOPLE),
    positions=(
        Position("报", "站一", "协调员", None, None), Position("管", "中心一", "管理员", None, None),
        *(Position(p, TIERS[step][0], "审核员", None, None) for step, people in HOLDERS.items() for p in people),
    ),
)  # fmt: skip
COMPILED = compile_flow(FLOW, "model")
assert COMPILED.definition is not None, COMPILED.findings
DEFINITION = COMPILED.definition
LIFECYCLE = Lifecycle(DEFINITION)
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Model(RuleBasedStateMachine):
    """Left: the core. Right: a dictionary and a few ifs."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = itertools.count(1)
        self.item: Item | None = None
        self.events: list[Event] = []
        self.rows: dict[int, str] = {}
        self.now = START
        self.counted = 0
        self.accepted: list[tuple[str, str, str]] = []
        # the model
        self.place = ""
        self.owing: set[str] = set()
        self.ayes = self.noes = 0
        self.parts: dict[str, str] = {}
        self.big = False
        self.cast: list[tuple[str, str, str]] = []

    def command(self, verb: str, actor: str, **args: Any) -> Decision | Refused:
        found = decide(
            DEFINITION, LIFECYCLE, self.item,
            Command(str(uuid.UUID(int=next(self.ids))), "t", str(uuid.UUID(int=1)), verb, actor, "test", args),
            World(self.now, ORGANISATION, Random(b"s" * 32)),
        )  # fmt: skip
        if isinstance(found, Decision):
            self.item = found.item
            self.events.append(found.event)
            for row in found.tasks:
                self.rows[row.task.no] = row.task.state
            self.counted += sum(getattr(effect, "n", 0) for effect in found.effects)
        assert not isinstance(found, Needs), "this flow needs nothing more"
        return found

    def enter(self, place: str) -> None:
        if place == "三审" and not self.big:
            place = "done"
        self.place, self.ayes, self.noes = place, 0, 0
        tier = TIERS.get(place, ("", ""))[1]
        self.owing = {one for one in HOLDERS.get(place, ()) if self.parts.get(one, tier) == tier}

    @initialize(people=st.integers(1, 5000))
    def submit(self, people: int) -> None:
        found = self.command("submit", "报", form={"标题": "清明祭扫", "人数": str(people)})
        assert isinstance(found, Decision), found
        self.big = people >= 500
        self.enter("一审")

    def may_vote(self, actor: str) -> bool:
        return self.place in HOLDERS and actor in self.owing

    @rule(actor=st.sampled_from(PEOPLE), choice=st.sampled_from(["approve", "reject"]))
    def vote(self, actor: str, choice: str) -> None:
        place = self.place
        found = self.command(choice, actor, comment="理由")
        assert isinstance(found, Decision) == self.may_vote(actor), found
        if isinstance(found, Refused):
            return
        self.cast.append((place, actor, choice))
        self.parts.setdefault(actor, TIERS[place][1])
        self.owing.discard(actor)
        self.ayes += choice == "approve"
        self.noes += choice == "reject"
        if self.ayes >= NEED[place]:
            self.enter({"一审": "二审", "二审": "三审", "三审": "done"}[place])
        elif self.noes and (place != "二审" or self.ayes + len(self.owing) < NEED[place]):
            self.enter("rejected")

    @precondition(lambda self: self.item is not None and max(self.item.rounds.values()) < 9)
    @rule(actor=st.sampled_from(PEOPLE), to=st.sampled_from(["submitter", "一审"]))
    def send_back(self, actor: str, to: str) -> None:
        place = self.place
        found = self.command("return", actor, comment="请补充", to=to)
        allowed = self.may_vote(actor) and (to == "submitter" or place == "二审")
        assert isinstance(found, Decision) == allowed, found
        if allowed:
            self.cast.append((place, actor, "return"))
            self.parts.setdefault(actor, TIERS[place][1])
            self.enter("returned" if to == "submitter" else to)

    @precondition(lambda self: self.place == "returned")
    @rule(people=st.integers(1, 5000))
    def resubmit(self, people: int) -> None:
        assert isinstance(self.command("resubmit", "甲"), Refused)
        assert isinstance(self.command("resubmit", "报", form={"人数": str(people)}), Decision)
        self.big = people >= 500
        self.enter("一审")

    @precondition(lambda self: len(self.events) > 6)
    @rule()
    def withdraw(self) -> None:
        found = self.command("withdraw", "报")
        ended = self.place in ("done", "rejected", "withdrawn")
        assert isinstance(found, Refused) == ended
        if not ended:
            self.enter("withdrawn")

    def due(self) -> datetime | None:
        return self.item.next_at if self.item is not None else None

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        while (before := self.due()) is not None and before <= self.now:
            found = self.command("wake", SYSTEM)
            assert isinstance(found, Decision), found
            assert self.due() != before
        assert isinstance(self.command("wake", SYSTEM), Refused)

    @invariant()
    def agree(self) -> None:
        if self.item is None:
            return
        assert self.item.place == self.place
        owing = {task.person for run in self.item.runs.values() for task in run.tasks.values() if task.state == "open"}
        assert owing == ({"报"} if self.place == "returned" else self.owing)
        assert self.counted == (self.place == "done")

    @invariant()
    def fold_is_state(self) -> None:
        if self.item is None:
            return
        again = refold("t", [msgspec.json.decode(msgspec.json.encode(one), type=Event) for one in self.events])
        assert again is not None
        assert msgspec.json.encode(again) == msgspec.json.encode(self.item)
        assert msgspec.json.decode(msgspec.json.encode(self.item), type=Item).version == len(self.events)

    @invariant()
    def nothing_lost_nothing_doubled(self) -> None:
        voted = [
            (place, fact["person"], fact["choice"])
            for event in self.events
            for place, fact in _votes(event, self.events)
        ]
        assert voted == self.cast

    @invariant()
    def rows_agree(self) -> None:
        if self.item is None:
            return
        for run in self.item.runs.values():
            for task in run.tasks.values():
                assert self.rows[task.no] == task.state
        live = {task.no for run in self.item.runs.values() for task in run.tasks.values()}
        assert not [no for no, state in self.rows.items() if state in ("open", "waiting") and no not in live]


def _votes(event: Event, events: list[Event]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for fact in msgspec.to_builtins(event)["facts"]:
        if fact["fact"] == "voted":
            before = refold("t", events[: event.version - 1])
            assert before is not None
            found.append((before.runs[fact["run"]].place, fact))
    return found


Model.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestModel = Model.TestCase

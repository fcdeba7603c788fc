"""The engine whole against a plain model: two engines, one database, people who press, program, repeat, come too late, all at once.

Every history is a tenant of its own; after it, nothing may be lost, doubled, orphaned or untold (tests/integration/sound.py).
GUANKOU_TEST_HISTORIES and GUANKOU_TEST_STEPS make it longer.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.integration.rig import House, Said, choices, labels
from tests.integration.sound import assert_sound, histories
from tests.properties.histories import Stage, play
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.event import Voted
from workflow.domain.fold import refold
from workflow.domain.item import Item
from workflow.engine.outcomes import Outcome
from workflow.ports import Pressed
from workflow.talk.view import Card

HISTORIES: Final = int(os.environ.get("GUANKOU_TEST_HISTORIES", "8"))
STEPS: Final = int(os.environ.get("GUANKOU_TEST_STEPS", "40"))

FLOW = """
flow: model
title: 模型
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  一审: { review: 站.审核员 }
  二审: { review: 所.审核员, need: 2, back: [提交人, 一审], due: 2天 }
  三审: { when: 人数 >= 500, review: 中心.审核员, need: all, due: 1天, late: continue }
  编号: { do: [ { number: { 项目编号: M-<0001> } }, { count: { 场次: 1 } } ] }
"""
ORGANISATION = """
organisation: test
title: 模型街道
tenant: TENANT
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: { 中心一: { tier: 中心 }, 所一: { tier: 所, parent: 中心一 }, 站一: { tier: 站, parent: 所一 } }
people:
  报: { name: 李报, roles: [站一.协调员] }
  甲: { name: 张甲, roles: [站一.审核员] }
  双: { name: 吴双, roles: [站一.审核员, 所一.审核员] }
  乙: { name: 王乙, roles: [所一.审核员] }
  丙: { name: 赵丙, roles: [所一.审核员] }
  戊: { name: 钱戊, roles: [中心一.审核员] }
  己: { name: 周己, roles: [中心一.审核员] }
  管: { name: 郭管, roles: [中心一.管理员] }
  理: { name: 何理, roles: [中心一.管理员] }
  外: { name: 孙外, roles: [] }
"""
HOLDERS = {"一审": ("甲", "双"), "二审": ("双", "乙", "丙"), "三审": ("戊", "己")}
TIER = {"一审": "站", "二审": "所", "三审": "中心"}
NEXT = {"一审": "二审", "二审": "三审", "三审": "done"}
PEOPLE = ("报", "甲", "双", "乙", "丙", "戊", "己", "管", "外")
ADMINISTRATORS = {"管", "理"}
ENDS = ("done", "rejected", "withdrawn", "terminated")
LATE = timedelta(days=1)
MOST_ROUNDS = 8
MOST_ITEMS = 6
SUBMITTERS = ("withdraw", "resubmit", "comment")
AT_ONCE = ("approve", "approve", "approve", "approve", "reject", "return", "comment", "withdraw", "resubmit")
CHOICES = ("approve", "approve", "approve", "approve", "reject")
NUMBER = st.integers(0, 99)
STRANGER = str(uuid4())


@dataclass
class Paper:
    """One item as the model sees it: a place, who owes a vote there, and a few numbers."""

    item: str
    code: str
    big: bool
    place: str = ""
    owing: set[str] = field(default_factory=set)
    sitting: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    cast: list[tuple[str, str, str]] = field(default_factory=list)
    ayes: int = 0
    noes: int = 0
    need: int = 0
    stuck: bool = False

    @property
    def ended(self) -> bool:
        return self.place in ENDS

    @property
    def worn(self) -> bool:
        """Whether it went round so often that the engine would ask the administrators next."""
        return max(self.rounds.values()) >= MOST_ROUNDS

    def enter(self, place: str) -> None:
        if place == "三审" and not self.big:
            place = "done"
        self.place, self.ayes, self.noes, self.stuck = place, 0, 0, False
        able = {one for one in HOLDERS.get(place, ()) if self.may_sit(one)}
        self.need = {"一审": 1, "二审": 2, "三审": max(len(able), 1)}.get(place, 0)
        if place in HOLDERS:
            self.rounds[place] = self.rounds.get(place, 0) + 1
            self.stuck = len(able) < self.need
        self.owing = set() if self.stuck else able
        self.sitting = set(self.owing)

    def may_sit(self, person: str) -> bool:
        tier = TIER.get(self.place, "")
        return person != "报" and self.parts.get(person, tier) == tier

    def allows(self, verb: str, actor: str, to: str = "") -> bool:
        """Whether somebody may do this now."""
        if verb in ("approve", "reject"):
            return actor in self.owing
        if verb == "return":
            return actor in self.owing and (to == "submitter" or self.place == "二审")
        if verb == "transfer":
            return actor in self.owing and self.may_sit(to) and to not in self.sitting
        if verb == "reassign":
            return actor == "管" and self.stuck and self.may_sit(to) and to not in self.sitting
        if verb == "resubmit":
            return actor == "报" and self.place == "returned"
        if verb == "withdraw":
            return actor == "报" and not self.ended
        if verb == "terminate":
            return actor == "管" and not self.ended
        return verb == "comment" and actor in ("报", "管")

    def do(self, verb: str, actor: str, to: str = "", big: bool | None = None) -> None:
        """What follows when it is done."""
        if verb in ("approve", "reject", "return"):
            self.cast.append((self.place, actor, verb))
            self.parts.setdefault(actor, TIER[self.place])
            self.owing.discard(actor)
            self.ayes += verb == "approve"
            self.noes += verb == "reject"
        if verb == "return":
            self.enter("returned" if to == "submitter" else to)
        elif verb == "transfer":
            self.owing, self.sitting = self.owing - {actor} | {to}, self.sitting - {actor} | {to}
        elif verb == "reassign":
            self.owing, self.sitting = self.owing | {to}, self.sitting | {to}
            self.need = len(self.sitting) if self.place == "三审" else self.need
            self.stuck = len(self.sitting) < self.need
        elif verb == "resubmit":
            self.big = self.big if big is None else big
            self.enter("一审")
        elif verb in ("withdraw", "terminate"):
            self.enter("withdrawn" if verb == "withdraw" else "terminated")
        elif verb in ("approve", "reject") and not self.stuck:
            if self.ayes >= self.need:
                self.enter(NEXT[self.place])
            elif self.noes and (self.place != "二审" or self.ayes + len(self.owing) < self.need):
                self.enter("rejected")


class History(RuleBasedStateMachine):
    """Left: two engines. Right: a `Paper` an item."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.papers: list[Paper] = []
        self.done: list[tuple[Command, Outcome]] = []
        self.seen: dict[tuple[str, int], tuple[str, int]] = {}
        self.turn = itertools.count()
        self.stack = AsyncExitStack()

    @initialize()
    def open(self) -> None:
        """A tenant with two engines, and two items: a history without any would say little."""
        self.stage.run(self._open())
        self.begin(80)
        self.begin(500)

    async def _open(self) -> None:
        self.houses = await self.stage.houses(self.stack, ORGANISATION, (FLOW,))
        self.names = {person: key for key, person in self.houses[0].people.items()}

    # ------------------------------------------------------------------------------------------- doing

    @property
    def here(self) -> House:
        """Now the one engine, now the other."""
        return self.houses[next(self.turn) % 2]

    def command(self, paper: Paper | None, verb: str, actor: str, **args: Any) -> Command:
        one = self.houses[0]
        item = paper.item if paper is not None else ""
        return Command(str(uuid4()), one.tenant, item, verb, one.people[actor], "api", args)

    def act(self, paper: Paper, verb: str, actor: str, to: str = "", **args: Any) -> None:
        """Do one thing, and hold what came of it to the model."""
        if to:
            args["to"] = self.houses[0].people.get(to, to)
        allowed = paper.allows(verb, actor, to)
        outcome = self.perform(self.command(paper, verb, actor, comment="理由", **args))
        assert isinstance(outcome, Answer) == allowed, (verb, actor, to, paper, outcome)
        if allowed:
            paper.do(verb, actor, to, args.get("form", {}).get("人数", 0) >= 500 if "form" in args else None)
        self.agree(paper)

    def perform(self, command: Command) -> Outcome:
        outcome = self.stage.run(self.here.engine.perform(command))
        self.done.append((command, outcome))
        return outcome

    def agree(self, paper: Paper) -> Item:
        """The item is where the model has it, and the same people owe something."""
        one = self.here
        item = self.stage.run(one.engine.read.find(one.tenant, one.people["报"], paper.item))
        assert isinstance(item, Item)
        assert item.place == paper.place, (item.place, paper)
        tasks = [(task, run) for run in item.runs.values() for task in run.tasks.values() if task.state == "open"]
        owing = {"报"} if paper.place == "returned" else paper.owing | (ADMINISTRATORS if paper.stuck else set())
        assert {self.names[task.person] for task, _ in tasks} == owing, paper
        self.seen.update({(paper.item, task.no): (self.names[task.person], run.round) for task, run in tasks})
        return item

    # What is drawn must not depend on who won a race: rules draw numbers, and the history says what they stand for.

    def paper(self, n: int, fitting: Sequence[Paper] = ()) -> Paper:
        """The n-th item of those that fit; where there are none, of all."""
        found = fitting or self.papers
        return found[n % len(found)]

    def asking(self, n: int, *, again: bool = False) -> Paper:
        """An item where somebody owes a vote (`again`: and that may open a further round); a new one, where there is none."""
        found = [one for one in self.papers if one.owing and not (again and one.worn)]
        return found[n % len(found)] if found else self.begin(80 if n % 2 else 800)

    def begin(self, people: int, times: int = 1) -> Paper:
        """Hand an item in, perhaps the same command several times at once, at both engines."""
        command = self.command(None, "submit", "报", flow="model", form={"标题": "我的中国心", "人数": people})
        outcomes = self.stage.run(self.together([command] * times))
        assert outcomes == [outcomes[0]] * times
        outcome = outcomes[0]
        assert isinstance(outcome, Answer), outcome
        self.done.append((command, outcome))
        paper = Paper(outcome.item, outcome.code, people >= 500)
        paper.enter("一审")
        self.papers.append(paper)
        self.agree(paper)
        return paper

    @staticmethod
    def one_of(n: int, owing: set[str], *others: str) -> str:
        found = [*sorted(owing), *others]
        return found[n % len(found)]

    # ------------------------------------------------------------------------------------------- what people do

    @rule(people=st.sampled_from([1, 499, 500, 5000]), times=st.sampled_from([1, 1, 1, 3]))
    def submit(self, people: int, times: int) -> None:
        if len(self.papers) < MOST_ITEMS:
            self.begin(people, times)

    @rule(actor=st.sampled_from(PEOPLE), people=st.sampled_from([0, 7, 5001]))
    def submit_in_vain(self, actor: str, people: int) -> None:
        if actor != "报" or people != 7:
            form = {"标题": "清明", "人数": people}
            assert isinstance(self.perform(self.command(None, "submit", actor, flow="model", form=form)), Refused)

    @rule(n=NUMBER, actor=st.sampled_from(PEOPLE), choice=st.sampled_from(["approve", "approve", "reject"]))
    def vote(self, n: int, actor: str, choice: str) -> None:
        """Whoever it is."""
        self.act(self.paper(n), choice, actor)

    @rule(n=NUMBER, who=NUMBER, choice=st.sampled_from(CHOICES))
    def vote_of_who_owes_one(self, n: int, who: int, choice: str) -> None:
        paper = self.asking(n)
        self.act(paper, choice, self.one_of(who, paper.owing))

    @rule(n=NUMBER, who=NUMBER, to=st.sampled_from(["submitter", "一审"]), anybody=st.sampled_from(PEOPLE))
    def send_back(self, n: int, who: int, to: str, anybody: str) -> None:
        paper = self.asking(n, again=True)
        self.act(paper, "return", self.one_of(who, paper.owing, anybody), to)

    @rule(n=NUMBER, people=st.sampled_from([3, 800]), actor=st.sampled_from(["报", "报", "甲"]))
    def resubmit(self, n: int, people: int, actor: str) -> None:
        paper = self.paper(n, [one for one in self.papers if one.place == "returned"])
        self.act(paper, "resubmit", actor, form={"人数": people})

    @rule(n=NUMBER, who=NUMBER, to=st.sampled_from([*PEOPLE, STRANGER]))
    def transfer(self, n: int, who: int, to: str) -> None:
        paper = self.asking(n)
        actor = self.one_of(who, paper.owing, "外")
        if to in PEOPLE:
            self.act(paper, "transfer", actor, to)
        else:
            assert isinstance(self.perform(self.command(paper, "transfer", actor, to=to)), Refused)

    @rule(n=NUMBER, who=NUMBER, tos=st.permutations(PEOPLE))
    def use_up_the_reviewers(self, n: int, who: int, tos: list[str]) -> None:
        """Hand a task round and send it back, so often that a later step finds too few who have no part yet."""
        paper = self.asking(n, again=True)
        for to in tos[:2]:
            if paper.owing:
                self.act(paper, "transfer", self.one_of(who, paper.owing), to)
        if paper.owing and not paper.worn:
            self.act(paper, "return", self.one_of(who, paper.owing), "submitter")
        if paper.place == "returned":
            self.act(paper, "resubmit", "报", form={"人数": 800})

    @rule(n=NUMBER, to=st.sampled_from(PEOPLE), actor=st.sampled_from(["管", "管", "甲"]))
    def reassign(self, n: int, to: str, actor: str) -> None:
        if stuck := [one for one in self.papers if one.stuck]:
            self.act(stuck[n % len(stuck)], "reassign", actor, to)

    @rule(n=NUMBER, verb=st.sampled_from(["withdraw", "terminate"]), actor=st.sampled_from(["报", "管", "甲", "乙"]))
    def end(self, n: int, verb: str, actor: str) -> None:
        self.act(self.paper(n), verb, actor if n % 3 == 0 else "丙")

    @rule(n=NUMBER, actor=st.sampled_from(["报", "管"]))
    def comment(self, n: int, actor: str) -> None:
        self.act(self.paper(n), "comment", actor)

    # ------------------------------------------------------------------------------------------- again, too late, at once

    @rule(n=NUMBER, other=st.booleans())
    def repeat(self, n: int, other: bool) -> None:
        """The id of an earlier command again, the command perhaps another: the first answer, and nothing else."""
        command, outcome = self.done[n % len(self.done)]
        if other:
            changed = self.command(self.paper(n), "withdraw", "报")
            command = Command(command.id, changed.tenant, changed.item, changed.verb, changed.actor, changed.network)
        again = self.stage.run(self.here.engine.perform(command))
        assert msgspec.json.encode(again) == msgspec.json.encode(outcome)
        for paper in self.papers:
            self.agree(paper)

    @rule(n=NUMBER, choice=st.sampled_from(["approve", "reject"]))
    def press_an_old_button(self, n: int, choice: str) -> None:
        """A task that was open once, named with its round: good as long as it is the one that its holder has open now."""
        item, no = list(self.seen)[n % len(self.seen)]
        person, round_ = self.seen[item, no]
        paper = next(one for one in self.papers if one.item == item)
        found = self.agree(paper)
        tasks = [run.tasks[no] for run in found.runs.values() if no in run.tasks]
        current = any(task.state == "open" and task.part for task in tasks)
        outcome = self.perform(self.command(paper, choice, person, task=[no, round_], comment="理由"))
        assert isinstance(outcome, Answer) == current, (outcome, paper)
        if current:
            paper.do(choice, person)
        self.agree(paper)

    @rule(n=NUMBER, who=NUMBER, times=st.integers(1, 4), same=st.booleans())
    def press_in_a_chat(self, n: int, who: int, times: int, same: bool) -> None:
        """A prompt's button, several times at both engines, as one update that came again or as so many."""
        paper = self.asking(n)
        actor = self.one_of(who, paper.owing)
        self.stage.run(self._pressed(paper, actor, times, str(uuid4()) if same else ""))
        paper.do("approve", actor)
        self.agree(paper)

    async def _pressed(self, paper: Paper, actor: str, times: int, source: str) -> None:
        await self.settled()
        prompt = next(one for one in reversed(self.houses[0].chat(actor)) if is_prompt(one, paper.code))
        token = next(choice.token for choice in choices(prompt.view) if choice.label == "通过")
        person = self.houses[0].people[actor]
        pressed = Pressed(person, person, token, message=prompt.ref)
        await asyncio.gather(*(self.here.say(actor, pressed, source) for _ in range(times)))
        await self.settled()

    @rule(n=NUMBER, acts=st.lists(st.tuples(st.sampled_from(AT_ONCE), NUMBER), min_size=2, max_size=6))
    def all_at_once(self, n: int, acts: list[tuple[str, int]]) -> None:
        """Several acts on one item on both engines: what was done can be told in one order, and what was refused fits it."""
        paper = self.asking(n, again=True)
        done = [
            (verb, "报" if verb in SUBMITTERS else self.one_of(who, paper.owing, *PEOPLE[:5])) for verb, who in acts
        ]
        commands = [
            self.command(paper, verb, actor, comment="理由", **({"to": "submitter"} if verb == "return" else {}))
            for verb, actor in done
        ]
        outcomes = self.stage.run(self.together(commands))
        self.done += zip(commands, outcomes, strict=True)
        self.replay(paper, done, outcomes)
        self.agree(paper)

    def replay(self, paper: Paper, acts: Sequence[tuple[str, str]], outcomes: Sequence[Outcome]) -> None:
        was = [deepcopy(paper)]
        followed = [(one.version, act) for act, one in zip(acts, outcomes, strict=True) if isinstance(one, Answer)]
        for _, (verb, actor) in sorted(followed):
            to = "submitter" if verb == "return" else ""
            assert paper.allows(verb, actor, to), (verb, actor, was, outcomes)
            paper.do(verb, actor, to)
            was.append(deepcopy(paper))
        for (verb, actor), one in zip(acts, outcomes, strict=True):
            if isinstance(one, Refused):
                to = "submitter" if verb == "return" else ""
                assert not all(then.allows(verb, actor, to) for then in was), (verb, actor, one, was)

    async def together(self, commands: Sequence[Command]) -> list[Outcome]:
        return list(await asyncio.gather(*(self.here.engine.perform(one) for one in commands)))

    # ------------------------------------------------------------------------------------------- time

    @rule(hours=st.sampled_from([1, 7, 23, 25, 50, 200]), both=st.booleans())
    def time_passes(self, hours: int, both: bool) -> None:
        """The tenant's clock jumps; both engines see what is due. What is late goes on, where the flow says so."""
        now = self.stage.run(self._pass(timedelta(hours=hours), both))
        for paper in self.papers:
            if paper.place == "三审":
                item = self.stage.run(self._events_of(paper))
                opened = item.results["三审"].began if "三审" in item.results else None
                if item.place != "三审" and opened is not None:
                    assert opened + LATE <= now, "before its time"
                    paper.enter("done")
                else:
                    began = item.runs[0].opened_at
                    assert began is not None
                    assert began + LATE > now, "its time has come"
            self.agree(paper)

    async def _pass(self, by: timedelta, both: bool) -> datetime:
        one = self.houses[0]
        to = await one.engine.read.now(one.tenant) + by
        await asyncio.gather(*(which.engine.demonstration.advance(one.tenant, to) for which in self.houses[: 1 + both]))
        await self.settled()
        return await one.engine.read.now(one.tenant)

    async def _events_of(self, paper: Paper) -> Item:
        told = await histories(self.stage.root, self.houses[0].tenant)
        item = refold(self.houses[0].tenant, told[paper.item])
        assert item is not None
        return item

    async def settled(self) -> None:
        for one in self.houses:
            await one.settled()

    # ------------------------------------------------------------------------------------------- afterwards

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and hasattr(self, "houses"):
                self.time_passes(24 * 30, both=True)
                self.stage.run(self._whole())
        finally:
            if sys.exc_info()[0] is not None:
                self.stage.broke.append(traceback.format_exc())
            self.stage.run(self.stack.aclose())

    async def _whole(self) -> None:
        one = self.houses[0]
        await self.settled()
        items = await assert_sound(one.engine, self.stage.root, one.tenant)
        assert items.keys() == {paper.item for paper in self.papers}
        told = await histories(self.stage.root, one.tenant)
        for paper in self.papers:
            assert self._votes(told[paper.item]) == paper.cast, "no vote lost, none doubled, none in another order"
        numbers = sorted(str(item.names["项目编号"]) for item in items.values() if "项目编号" in item.names)
        assert len(numbers) == sum(paper.place == "done" for paper in self.papers)
        assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, len(numbers) + 1))
        self._chats()
        assert all(which.engine.handle.figures.quarantined == 0 for which in self.houses)
        self.stage.played.append(one.tenant)

    def _votes(self, events: Sequence[Any]) -> list[tuple[str, str, str]]:
        found = []
        for place, event in enumerate(events):
            for fact in event.facts:
                if isinstance(fact, Voted):
                    before = refold(self.houses[0].tenant, events[:place])
                    assert before is not None
                    found.append((before.runs[fact.run].place, self.names[fact.person], fact.choice))
        return found

    def _chats(self) -> None:
        """Who owes something has the one prompt for it with its buttons; nobody else has any."""
        shown = {
            (said.view.number, who)
            for who in PEOPLE for said in self.houses[0].chat(who)
            if isinstance(said.view, Card) and "通过" in labels(said.view)
        }  # fmt: skip
        assert shown == {(paper.code, who) for paper in self.papers for who in paper.owing}
        assert all(said.attempts[0] == 1 for said in self.houses[0].network.messages.values()), "nothing was sent twice"


def is_prompt(said: Said, code: str) -> bool:
    """Whether a message is the open prompt of this item."""
    return isinstance(said.view, Card) and said.view.number == code and "通过" in labels(said.view)


def test_the_engine_does_what_the_model_does(server_url: str, template: str) -> None:
    play(History, server_url, template, HISTORIES, STEPS)

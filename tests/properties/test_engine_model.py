"""The engine whole against a plain model: two engines, one database, people who press, program, repeat, come too late, all at once.

Every history is a tenant of its own; after it, nothing may be lost, doubled, orphaned or untold (tests/integration/sound.py).
GUANKOU_TEST_HISTORIES and GUANKOU_TEST_STEPS make it longer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.integration.rig import Said, choices, labels
from tests.integration.sound import histories
from tests.properties.histories import ADMINISTRATORS, TwoEngines, play
from tests.properties.papers import FLOW, LATE, ORGANISATION, PEOPLE, Paper
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.event import Voted
from workflow.domain.fold import refold
from workflow.domain.item import Item
from workflow.ports import Pressed
from workflow.talk.view import Card

HISTORIES: Final = int(os.environ.get("GUANKOU_TEST_HISTORIES", "8"))
STEPS: Final = int(os.environ.get("GUANKOU_TEST_STEPS", "40"))

MOST_ITEMS = 6
SUBMITTERS = ("withdraw", "resubmit", "comment")
AT_ONCE = ("approve", "approve", "approve", "approve", "reject", "return", "comment", "withdraw", "resubmit")
CHOICES = ("approve", "approve", "approve", "approve", "reject")
NUMBER = st.integers(0, 99)
STRANGER = str(uuid4())


class History(TwoEngines):
    """Left: two engines. Right: a `Paper` an item."""

    def __init__(self) -> None:
        super().__init__()
        self.papers: list[Paper] = []
        self.seen: dict[tuple[str, int], tuple[str, int]] = {}

    @initialize()
    def open(self) -> None:
        """A tenant with two engines, and two items: a history without any would say little."""
        self.run(self.enter(ORGANISATION, FLOW))
        self.begin(80)
        self.begin(500)

    # ------------------------------------------------------------------------------------------- doing

    def command(self, paper: Paper | None, verb: str, actor: str, **args: Any) -> Command:
        return self.commanded(paper.item if paper is not None else "", verb, actor, args)

    def act(self, paper: Paper, verb: str, actor: str, to: str = "", **args: Any) -> None:
        """Do one thing, and hold what came of it to the model."""
        if to:
            args["to"] = self.houses[0].people.get(to, to)
        allowed = paper.allows(verb, actor, to)
        [outcome] = self.perform([self.command(paper, verb, actor, comment="理由", **args)])
        assert isinstance(outcome, Answer) == allowed, (verb, actor, to, paper, outcome)
        if allowed:
            paper.do(verb, actor, to, args.get("form", {}).get("人数", 0) >= 500 if "form" in args else None)
        self.agree(paper)

    def in_vain(self, command: Command) -> None:
        [outcome] = self.perform([command])
        assert isinstance(outcome, Refused), (command, outcome)

    def agree(self, paper: Paper) -> Item:
        """The item is where the model has it, and the same people owe something."""
        one = self.here
        item = self.run(one.engine.read.find(one.tenant, one.people["报"], paper.item))
        assert isinstance(item, Item)
        assert item.place == paper.place, (item.place, paper)
        owing = {"报"} if paper.place == "returned" else paper.owing | (ADMINISTRATORS if paper.stuck else set())
        assert set(self.owing(item)) == owing, paper
        tasks = ((task, run.round) for run in item.runs.values() for task in run.tasks.values() if task.state == "open")
        self.seen.update({(paper.item, task.no): (self.names[task.person], round_) for task, round_ in tasks})
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
        [outcome] = self.perform([command], times)
        assert isinstance(outcome, Answer), outcome
        paper = Paper(outcome.item, outcome.code, people >= 500)
        paper.enter("一审")
        self.papers.append(paper)
        self.agree(paper)
        return paper

    # ------------------------------------------------------------------------------------------- what people do

    @rule(people=st.sampled_from([1, 499, 500, 5000]), times=st.sampled_from([1, 1, 1, 3]))
    def submit(self, people: int, times: int) -> None:
        if len(self.papers) < MOST_ITEMS:
            self.begin(people, times)

    @rule(actor=st.sampled_from(PEOPLE), people=st.sampled_from([0, 7, 5001]))
    def submit_in_vain(self, actor: str, people: int) -> None:
        if actor != "报" or people != 7:
            form = {"标题": "清明", "人数": people}
            self.in_vain(self.command(None, "submit", actor, flow="model", form=form))

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
            self.in_vain(self.command(paper, "transfer", actor, to=to))

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
        again = self.run(self.here.engine.perform(command))
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
        [outcome] = self.perform([self.command(paper, choice, person, task=[no, round_], comment="理由")])
        assert isinstance(outcome, Answer) == current, (outcome, paper)
        if current:
            paper.do(choice, person)
        self.agree(paper)

    @rule(n=NUMBER, who=NUMBER, times=st.integers(1, 4), same=st.booleans())
    def press_in_a_chat(self, n: int, who: int, times: int, same: bool) -> None:
        """A prompt's button, several times at both engines, as one update that came again or as so many."""
        paper = self.asking(n)
        actor = self.one_of(who, paper.owing)
        self.run(self._pressed(paper, actor, times, str(uuid4()) if same else ""))
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
        told = [
            (verb, "报" if verb in SUBMITTERS else self.one_of(who, paper.owing, *PEOPLE[:5]), "submitter" if verb == "return" else "")
            for verb, who in acts
        ]  # fmt: skip
        commands = [
            self.command(paper, verb, actor, comment="理由", **({"to": to} if to else {})) for verb, actor, to in told
        ]
        self.tell(paper, told, self.perform(commands))
        self.agree(paper)

    # ------------------------------------------------------------------------------------------- time

    @rule(hours=st.sampled_from([1, 7, 23, 25, 50, 200]), both=st.booleans())
    def time_passes(self, hours: int, both: bool) -> None:
        """The tenant's clock jumps; both engines see what is due. What is late goes on, where the flow says so."""
        now = self.run(self.advance(timedelta(hours=hours), both=both))
        for paper in self.papers:
            if paper.place == "三审":
                item = self.run(self._events_of(paper))
                opened = item.results["三审"].began if "三审" in item.results else None
                if item.place != "三审" and opened is not None:
                    assert opened + LATE <= now, "before its time"
                    paper.enter("done")
                else:
                    began = item.runs[0].opened_at
                    assert began is not None
                    assert began + LATE > now, "its time has come"
            self.agree(paper)

    async def _events_of(self, paper: Paper) -> Item:
        told = await histories(self.stage.root, self.houses[0].tenant)
        item = refold(self.houses[0].tenant, told[paper.item])
        assert item is not None
        return item

    # ------------------------------------------------------------------------------------------- afterwards

    def leave(self) -> None:
        self.time_passes(24 * 30, both=True)
        items, told = self.run(self.sound())
        assert items.keys() == {paper.item for paper in self.papers}
        for paper in self.papers:
            assert self._votes(told[paper.item]) == paper.cast, "no vote lost, none doubled, none in another order"
        numbers = sorted(str(item.names["项目编号"]) for item in items.values() if "项目编号" in item.names)
        assert len(numbers) == sum(paper.place == "done" for paper in self.papers)
        assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, len(numbers) + 1))
        self._chats()

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

"""The engine against a plain model of what the language can besides votes: a task that is grabbed, an asked collect, money, a run.

Two engines, one database, people who press at once and press again. Every history is a tenant of its own; after each act the
items and the accounts stand where the model has them, and after all of it nothing is lost, doubled, orphaned or untold.
GUANKOU_TEST_ERRANDS and GUANKOU_TEST_STEPS make it longer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.properties.errands import (
    CHILD,
    DOERS,
    DUE,
    FLOW,
    JUDGES,
    ORGANISATION,
    PEOPLE,
    PLACES,
    SCORERS,
    Errand,
    child_of,
)
from tests.properties.histories import TwoEngines, play
from workflow.domain import ledger as accounts
from workflow.domain.command import Answer, Command
from workflow.domain.event import Answered, Handed, Taken, Voted
from workflow.engine.ledger import Ledger
from workflow.engine.outcomes import encode
from workflow.store import audit, load
from workflow.store import ledger as rows

HISTORIES: Final = int(os.environ.get("GUANKOU_TEST_ERRANDS", "8"))
STEPS: Final = int(os.environ.get("GUANKOU_TEST_STEPS", "40"))

CURRENCY, POOL = "公益币", "中心一.池"
POOLED = 25
MOST_ITEMS = 5
NUMBER = st.integers(0, 99)
WORDS: Final = {Taken: "take", Handed: "done", Answered: "answer"}


class Errands(TwoEngines):
    """Left: two engines. Right: an `Errand` an item, and what all of them leave in the pool."""

    def __init__(self) -> None:
        super().__init__()
        self.errands: list[Errand] = []
        self.refused: list[str] = []

    @initialize()
    def open(self) -> None:
        """A tenant with two engines and money in its pool, and two items."""
        self.run(self._open())
        self.begin([3, 4])

    async def _open(self) -> None:
        await self.enter(ORGANISATION, CHILD, FLOW)
        one = self.houses[0]
        self.ledger = Ledger(one.engine.database, one.engine.definitions)
        await self.ledger.credit(
            one.tenant, one.people["管"], CURRENCY, POOL, POOLED * 100, "年初拨付", command=str(uuid4())
        )

    # ------------------------------------------------------------------------------------------- doing

    @property
    def pool(self) -> int:
        """What may still be held."""
        return POOLED - sum(one.held + one.paid for one in self.errands)

    def command(self, item: str, verb: str, actor: str, to: str = "", hours: int = 3) -> Command:
        args: dict[str, Any] = {}
        if verb == "done":
            args["answers"] = {"时长": str(hours)}
        elif verb == "answer":
            args["answers"] = {"分": "5"}
        elif verb != "take":
            args["comment"] = "理由"
        if to:
            args["to"] = self.houses[0].people[to]
        return self.commanded(item, verb, actor, args)

    def act(self, one: Errand, verb: str, actor: str, to: str = "", hours: int = 3, times: int = 1) -> None:
        """Do one thing, and hold what came of it to the model."""
        allowed = one.allows(verb, actor)
        outcome = self.perform([self.command(one.item, verb, actor, to, hours)], times)[0]
        assert isinstance(outcome, Answer) == allowed, (verb, actor, to, one, outcome)
        if allowed:
            one.do(verb, actor, to, hours)
        self.agree()

    def act_on_child(self, one: Errand, verb: str, actor: str, times: int = 1) -> None:
        may = {"approve": SCORERS, "reject": SCORERS, "terminate": {"管"}}.get(verb, set())
        allowed = one.child == "看" and actor in may
        outcome = self.perform([self.command(child_of(one), verb, actor)], times)[0]
        assert isinstance(outcome, Answer) == allowed, (verb, actor, one, outcome)
        if allowed:
            one.do_to_child(verb, actor)
        self.agree()

    def begin(self, amounts: Sequence[int], times: int = 1) -> None:
        """Hand these in at once: what the pool covers runs, and what it does not is rejected by the system."""
        forms = ({"标题": "跑腿", "数额": amount} for amount in amounts)
        commands = [self.commanded("", "submit", "报", {"flow": "errand", "form": form}) for form in forms]
        there, over = self.pool, []
        for amount, outcome in zip(amounts, self.perform(commands, times), strict=True):
            assert isinstance(outcome, Answer), outcome
            if outcome.state == "running":
                self.errands.append(Errand(outcome.item, amount, held=amount))
            else:
                assert outcome.state == "rejected", outcome
                self.refused.append(outcome.item)
                over.append(amount)
        assert 0 <= self.pool <= there
        assert all(amount > self.pool for amount in over), "it was there"
        self.agree()

    def agree(self) -> None:
        """Every item, and what it set going, is where the model has it, the same people owe something, and every account is right."""
        self.run(self._agree())

    async def _agree(self) -> None:
        if any(one.place not in ("派单", "打分") for one in self.errands):
            await self.settled()
        one = self.here
        asked = [*(one.item for one in self.errands), *(child_of(one) for one in self.errands), *self.refused]
        found = (await load.batch(one.engine.database, one.tenant, asked)).items
        for errand in self.errands:
            item = found[errand.item].item
            assert (item.place, self.owing(item)) == (errand.place, sorted(errand.owing)), errand
            assert (child_of(errand) in found) == bool(errand.child)
            if errand.child:
                child = found[child_of(errand)].item
                assert (child.place, self.owing(child)) == (errand.child, sorted(errand.child_owing)), errand
        assert all(found[item].item.place == "rejected" for item in self.refused)
        balances = {name: fen for name, fen in (await rows.balances(one.engine.database, one.tenant)).items() if fen}
        assert balances == self.balances()

    def balances(self) -> dict[str, int]:
        """All accounts, in fen; their sum is what was paid in."""
        have = Counter({accounts.balance(CURRENCY, POOL): self.pool})
        for one in self.errands:
            have[accounts.held(CURRENCY, POOL)] += one.held
            if one.paid:
                have[accounts.balance(CURRENCY, self.houses[0].people[one.owner])] += one.paid
        assert have.total() == POOLED
        return {name: 100 * sum_ for name, sum_ in have.items() if sum_}

    # What is drawn must not depend on who won a race: rules draw numbers, and the history says what they stand for.

    def at(self, n: int, place: str) -> Errand:
        """The n-th item of those that stand there; where there are none, one that is brought there, if any can be."""
        found = [one for one in self.errands if one.place == place]
        if not found:
            before = [one for one in self.errands if one.place in PLACES[: PLACES.index(place)]]
            if not before and self.pool and len(self.errands) < MOST_ITEMS:
                self.begin([1])
                before = self.errands[-1:]
            found = before or self.errands
            while before and not found[n % len(found)].ended and found[n % len(found)].place != place:
                self.onward(found[n % len(found)], n)
        return found[n % len(found)]

    def onward(self, one: Errand, who: int, hours: int = 3, times: int = 1) -> None:
        """Whatever is next there."""
        if one.place == "核查":
            self.act_on_child(one, "approve", self.one_of(who, SCORERS), times)
        elif one.stuck:
            self.act(one, "reassign", "管", self.one_of(who, DOERS, "外"), times=times)
        else:
            doing = "done" if one.owner else "take"
            verb = {"派单": doing, "打分": "answer", "复核": "approve"}[one.place]
            self.act(one, verb, self.one_of(who, one.owing), hours=hours, times=times)

    # ------------------------------------------------------------------------------------------- what people do

    @rule(amounts=st.lists(st.integers(1, 9), min_size=1, max_size=3), times=st.sampled_from([1, 1, 3]))
    def submit(self, amounts: list[int], times: int) -> None:
        if len(self.errands) + len(amounts) <= MOST_ITEMS:
            self.begin(amounts, times)

    @rule(n=NUMBER, who=NUMBER, hours=st.integers(1, 9), times=st.sampled_from([1, 1, 2, 3]))
    def go_on(self, n: int, who: int, hours: int, times: int) -> None:
        if under_way := [one for one in self.errands if not one.ended]:
            self.onward(under_way[n % len(under_way)], who, hours, times)

    @rule(n=NUMBER, who=NUMBER)
    def decline(self, n: int, who: int) -> None:
        one = self.at(n, "派单")
        self.act(one, "decline", self.one_of(who, one.owing, "外"))

    @rule(n=NUMBER, who=NUMBER, choice=st.sampled_from(["approve", "approve", "reject"]))
    def judge(self, n: int, who: int, choice: str) -> None:
        self.act(self.at(n, "复核"), choice, self.one_of(who, JUDGES))

    @rule(n=NUMBER, who=st.sampled_from(PEOPLE), verb=st.sampled_from(["approve", "reject", "terminate", "withdraw"]))
    def decide_a_child(self, n: int, who: str, verb: str) -> None:
        """Whoever it is; nobody may withdraw what nobody handed in."""
        self.act_on_child(self.at(n, "核查"), verb, who)

    @rule(
        n=NUMBER, actor=st.sampled_from(PEOPLE),
        verb=st.sampled_from(["take", "done", "decline", "answer", "approve", "reject", "reassign", "withdraw"]),
    )  # fmt: skip
    def anybody_anything(self, n: int, actor: str, verb: str) -> None:
        one = self.errands[n % len(self.errands)]
        if verb not in ("withdraw", "reassign") or not one.allows(verb, actor):
            self.act(one, verb, actor, "外" if verb == "reassign" else "")

    @rule(n=NUMBER, verb=st.sampled_from(["withdraw", "terminate"]), actor=st.sampled_from(["报", "管", "甲"]))
    def end(self, n: int, verb: str, actor: str) -> None:
        if n % 3 == 0:
            self.act(self.errands[n % len(self.errands)], verb, actor)

    # ------------------------------------------------------------------------------------------- again, and at once

    @rule(n=NUMBER)
    def repeat(self, n: int) -> None:
        """Earlier commands again, all at once: the first answers, and nothing else."""
        known = self.done[-1 - n % len(self.done) :][:8]
        again = self.run(self.together(command for command, _ in known))
        assert [encode(one) for one in again] == [encode(outcome) for _, outcome in known]
        self.agree()

    @rule(
        n=NUMBER, times=st.integers(1, 2),
        acts=st.lists(st.tuples(st.sampled_from(["next", "next", "next", "decline", "end"]), NUMBER), min_size=2, max_size=5),
    )  # fmt: skip
    def all_at_once(self, n: int, times: int, acts: list[tuple[str, int]]) -> None:
        """Several acts on one item on both engines: what was done can be told in one order, and what was refused fits it."""
        one = self.at(n, PLACES[n % 2 and n % 4])
        next_ = {"打分": "answer", "复核": "approve"}.get(one.place, "done" if one.owner else "take")
        told = [
            ("withdraw", "报") if word == "end" and who % 4 == 0
            else (next_ if word != "decline" else "decline", self.one_of(who, one.owing, *sorted(DOERS)))
            for word, who in acts
        ]  # fmt: skip
        self.tell(one, told, self.perform([self.command(one.item, verb, actor) for verb, actor in told], times))
        self.agree()

    @rule(times=st.integers(1, 2), who=NUMBER)
    def all_are_settled_at_once(self, times: int, who: int) -> None:
        """Items that pay from one pool at the same moment: each is done, once."""
        self.at(who, "复核")
        waiting = [one for one in self.errands if one.place == "复核"]
        told = [self.one_of(who, one.owing) for one in waiting]
        came = self.perform(
            [self.command(one.item, "approve", actor) for one, actor in zip(waiting, told, strict=True)], times
        )
        for one, actor, said in zip(waiting, told, came, strict=True):
            assert isinstance(said, Answer), said
            one.do("approve", actor)
        self.agree()

    @rule(n=NUMBER, choice=st.sampled_from(["approve", "reject"]), who=NUMBER)
    def withdraw_while_its_child_is_decided(self, n: int, choice: str, who: int) -> None:
        """Whichever comes first, neither is left behind."""
        one, actor = self.at(n, "核查"), self.one_of(who, SCORERS)
        if one.place != "核查":
            return
        ended, decided = self.perform(
            [self.command(one.item, "withdraw", "报"), self.command(child_of(one), choice, actor)]
        )
        if isinstance(decided, Answer):
            one.child_told.append((choice, actor))
            one.child = "done" if choice == "approve" else "rejected"
        if isinstance(ended, Answer):
            one.do("withdraw", "报")
        else:
            assert isinstance(decided, Answer), "neither of both was done"
            assert choice == "reject", ended
            one.end("rejected")
        self.agree()

    @rule(hours=st.sampled_from([1, 7, 25, 49]), both=st.booleans())
    def time_passes(self, hours: int, both: bool) -> None:
        """The tenant's clock jumps; what was asked of many ends when it is due, whoever has not answered."""
        self.run(self._pass(timedelta(hours=hours), both))
        self.agree()

    async def _pass(self, by: timedelta, both: bool) -> None:
        one = self.houses[0]
        waiting = [errand for errand in self.errands if errand.place == "打分"]
        found = (await load.batch(one.engine.database, one.tenant, [errand.item for errand in waiting])).items
        now = await self.advance(by, both=both)
        for errand in waiting:
            opened = found[errand.item].item.runs[0].opened_at
            assert opened is not None
            if opened + DUE <= now:
                errand.check()

    # ------------------------------------------------------------------------------------------- afterwards

    def leave(self) -> None:
        items, told = self.run(self.sound())
        self.agree()
        begun = {child_of(errand) for errand in self.errands if errand.child}
        assert items.keys() == {errand.item for errand in self.errands} | begun | set(self.refused)
        for errand in self.errands:
            assert self._told(told[errand.item]) == errand.told, "nothing lost, nothing doubled, all in order"
            if errand.child:
                assert self._told(told[child_of(errand)]) == errand.child_told
        one = self.houses[0]
        verdict = self.run(audit.verify(one.engine.database, one.tenant, one.engine.definitions.lifecycles(one.tenant)))
        assert verdict.verified, verdict.first_bad

    def _told(self, events: Sequence[Any]) -> list[tuple[str, str]]:
        facts = (fact for event in events for fact in event.facts)
        return [
            (fact.choice if isinstance(fact, Voted) else WORDS[type(fact)], self.names[fact.person])
            for fact in facts
            if isinstance(fact, (Voted, Taken, Handed, Answered))
        ]


def test_the_engine_does_what_the_model_of_the_language_does(server_url: str, template: str) -> None:
    play(Errands, server_url, template, HISTORIES, STEPS)

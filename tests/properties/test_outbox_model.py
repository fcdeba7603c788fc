"""The outbox explored: every order of three workers, three crashes, lost answers, takeovers, refusals and changes of mind.

Nothing is lost silently, and no message stands twice in a chat without saying so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import pytest
from msgspec.structs import replace

from tests.properties import outbox
from tests.properties.outbox import Call, State, answered, claim, digest, least, settle, without
from workflow.engine import outbox as engines
from workflow.ports import Outcome
from workflow.store.chats import Owed, Result

WORKERS: Final = 3


class Luck(NamedTuple):
    """How much may still go wrong: workers die or are too slow, what is shown changes, people delete messages."""

    crashes: int = 3
    changes: int = 1
    deletions: int = 1
    deleted: bool = False


def following(state: State, luck: Luck, edits: bool) -> Iterator[tuple[State, Luck]]:
    """Every next state."""
    if state.wanted and not state.leased and not state.unreachable and len(state.calls) < WORKERS:
        yield claim(state), luck
    for call in state.calls:
        if not call.word:
            yield from ((after, luck) for after in answered(state, call, edits))
        else:
            yield settle(state, call), luck
        if luck.crashes:
            worse = luck._replace(crashes=luck.crashes - 1)
            over = state._replace(leased=state.leased and not call.holds)
            yield without(over, call), worse  # it died; nobody waits longer than the lease
            if call.holds and state.leased:
                yield over, worse  # it lives, and is too slow
    yield from gathered(state, luck)
    if luck.changes and not state.dead:
        less = luck._replace(changes=luck.changes - 1)
        if state.digested:
            yield state._replace(echo=True), less
        else:
            yield state._replace(version=state.version + 1, wanted=state.wanted + 1), less
    if state.unreachable:
        yield state._replace(unreachable=False), luck
    if luck.deletions:
        for at, message in enumerate(state.chat):
            if message is not None:
                chat = (*state.chat[:at], None, *state.chat[at + 1 :])
                yield state._replace(chat=chat), luck._replace(deletions=luck.deletions - 1, deleted=True)


def gathered(state: State, luck: Luck) -> Iterator[tuple[State, Luck]]:
    """A digest may come to stand for what was never tried; what is owed of that afterwards is forgotten."""
    fresh = not (state.digested or state.leased or state.attempt or state.ref or state.dead or state.unreachable)
    if state.wanted and fresh:
        yield digest(state), luck
    if state.echo and not state.leased:
        yield state._replace(echo=False), luck


def unmarked(state: State, edits: bool) -> int:
    """How many messages stand in the chat that look like the only one. Where nothing can be edited, each version is one."""
    plain = [one for one in state.chat if one is not None and not one.marked]
    return len(plain) if edits else max([0, *(plain.count(one) for one in set(plain))])


def faults(state: State, luck: Luck, edits: bool) -> Iterator[str]:
    """What must never be."""
    if unmarked(state, edits) > 1:
        yield "two copies, and none says that it is one"
    if state.wanted or state.calls or state.dead:
        return
    known = state.chat[state.ref - 1] if state.ref else None
    if known is None and not luck.deleted:
        yield "nothing is owed, and nothing was shown"
    elif known is not None and known.version != state.version:
        yield "nothing is owed, and what stands there is not what is true"


def explore(edits: bool, luck: Luck) -> tuple[int, list[str]]:
    """How many states there are, and the first one that must not be."""
    begin = (State(), luck)
    seen, todo = {begin}, [begin]
    while todo:
        state, left = todo.pop()
        for wrong in faults(state, left, edits):
            return len(seen), [wrong, repr(state), repr(left)]
        for after, worse in following(state, left, edits):
            one = (least(after), worse)
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return len(seen), []


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was judged is judged anew, by whatever policy the test has."""
    outbox.judged.cache_clear()
    yield
    outbox.judged.cache_clear()


ALL: Final = [(5, Luck(3, 1, 1))]
SOME: Final = [(5, Luck(3, 0, 0)), (3, Luck(1, 1, 1))]
"""Attempts until something is given up, and how much goes wrong. All of it takes minutes: GUANKOU_TEST_OUTBOX=all."""


@pytest.mark.parametrize(("attempts", "luck"), ALL if "GUANKOU_TEST_OUTBOX" in os.environ else SOME, ids=str)
@pytest.mark.parametrize("edits", [True, False], ids=["edited in place", "said anew"])
def test_nothing_is_lost_and_every_copy_says_so(
    edits: bool, attempts: int, luck: Luck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ATTEMPTS", attempts)
    states, wrong = explore(edits, luck)
    assert not wrong, "\n".join(wrong)
    assert states > 10_000


def policy(**words: str) -> Callable[[Owed, Outcome, int], Result]:
    """The engine's, but for what is recorded of some outcomes."""

    def judge(owed: Owed, outcome: Outcome, attempts: int) -> Result:
        found = engines.judge(owed, outcome, attempts)
        return replace(found, word=words.get(found.word, found.word))

    return judge


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"ambiguous": "later"}, "two copies"),
        ({"ambiguous": "shown"}, "nothing was shown"),
        ({"unreachable": "shown"}, "nothing was shown"),
        ({"paced": "shown"}, "nothing was shown"),
    ],
    ids=str,
)
def test_a_worse_policy_is_found_out(words: dict[str, str], wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "judge", policy(**words))
    _, found = explore(True, Luck(1, 0, 0))
    assert found
    assert wrong in found[0]


def test_so_is_one_that_forgets_what_may_have_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(state: State, call: Call) -> State:
        after = record(state, call)
        return after._replace(attempt=0) if call.word == "again" else after

    record = outbox.record
    monkeypatch.setattr(outbox, "record", forgetful)
    _, found = explore(True, Luck(1, 1, 1))
    assert found
    assert "two copies" in found[0]

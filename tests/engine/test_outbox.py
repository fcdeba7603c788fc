"""What is recorded of a network's answer: what is a failure, what is only a rhythm, and when something is given up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from workflow.engine.outbox import LOCKED_OUT, SHORTEST, back_off, judge
from workflow.ports import Outcome
from workflow.store.chats import Owed

FIRST = Owed(
    chat="c", external="c", bot="b", person="p", private=True, epoch=1, stream="s", topic=1, no=1, line=1, about=b"", ref="",
    wanted=1, sent=0, attempt=1, tries=0, urgent=False, at=datetime(2026, 11, 2, tzinfo=UTC),
)  # fmt: skip
EDIT = replace(FIRST, ref="m1", sent=1)
LAST = replace(FIRST, tries=7)


@pytest.mark.parametrize(
    ("owed", "outcome", "word"),
    [
        (FIRST, Outcome("sent", ref="m1"), "shown"),
        (EDIT, Outcome("noop"), "shown"),
        (FIRST, Outcome("duplicate", ref="m1"), "shown"),
        (FIRST, Outcome("ambiguous"), "ambiguous"),
        (EDIT, Outcome("ambiguous"), "later"),
        (EDIT, Outcome("gone"), "again"),
        (FIRST, Outcome("gone"), "later"),
        (replace(FIRST, sent=1), Outcome("ambiguous"), "ambiguous"),
        (FIRST, Outcome("unreachable"), "unreachable"),
        (FIRST, Outcome("rejected"), "dead"),
        (FIRST, Outcome("moved", to="d"), "moved"),
        (FIRST, Outcome("unauthorised"), "paced"),
        (FIRST, Outcome("retry"), "later"),
        (FIRST, Outcome("retry", after=3.0), "paced"),
        (replace(FIRST, late=True), Outcome("retry", after=3.0), "later"),
        (LAST, Outcome("retry", after=3.0), "paced"),
        (replace(LAST, late=True), Outcome("retry", after=3.0), "dead"),
        (LAST, Outcome("retry"), "dead"),
        (LAST, Outcome("ambiguous"), "dead"),
        (LAST, Outcome("moved", to="d"), "dead"),
        (LAST, Outcome("unauthorised"), "paced"),
        (LAST, Outcome("unreachable"), "unreachable"),
        (LAST, Outcome("sent", ref="m1"), "shown"),
    ],
)
def test_what_is_recorded(owed: Owed, outcome: Outcome, word: str) -> None:
    assert judge(owed, outcome, 8).word == word


def test_a_time_that_the_network_names_is_obeyed() -> None:
    assert judge(FIRST, Outcome("retry", after=17.5), 8).after == 17.5
    assert judge(replace(FIRST, late=True), Outcome("retry", after=17.5), 8).after == 17.5
    assert judge(FIRST, Outcome("retry", after=0.001), 8).after == SHORTEST
    assert judge(FIRST, Outcome("unauthorised"), 8).after == LOCKED_OUT
    assert judge(FIRST, Outcome("sent", ref="m1"), 8).after == 0


def test_references_and_words_are_kept() -> None:
    assert judge(FIRST, Outcome("sent", ref="m1"), 8).ref == "m1"
    assert judge(EDIT, Outcome("noop"), 8).ref == "m1"
    assert judge(EDIT, Outcome("gone"), 8).ref == ""
    assert judge(FIRST, Outcome("moved", to="d"), 8).to == "d"
    assert judge(LAST, Outcome("retry"), 8).detail == "given up after 8 tries"
    assert judge(LAST, Outcome("retry", detail="502"), 8).detail == "502"


def test_the_pause_grows_and_ends_growing() -> None:
    pauses = [back_off(tries) for tries in range(7)]
    assert pauses == sorted(pauses)
    assert 0.8 * 900 <= back_off(100) <= 1.2 * 900

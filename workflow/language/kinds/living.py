"""What only a live step has: the all-clear's interval, the deeds of its stop, how many set it going again. Not here: doing it (steps.kinds.live)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workflow.domain.definition import Action
from workflow.domain.tree import Duration
from workflow.language.deeds.deeds import read_actions
from workflow.language.entries import Entries, whole
from workflow.language.ladder import read_length, seconds
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node, Scalar

LEAST_BEAT: Final = 60
"""Seconds."""
MOST_PEOPLE: Final = 20
TWO: Final = 2
"""How many set it going again where the flow does not say."""
GOES_ON: Final = frozenset({"驳回", "逾期"})
"""Results with which a step before may let the item go on."""


def read_beat(reading: Reading, key: str, node: Node, _settled: Settled) -> Duration | None:
    """How often the all-clear is owed."""
    scalar = reading.desk.text(node, f"{key}: 10分钟")
    found = reading.desk.read("G208", scalar, read_length) if scalar is not None else None
    if scalar is not None and found is not None and seconds(found) < LEAST_BEAT:
        reading.desk.say("F336", whole(scalar))
        return None
    return found


def read_stop(reading: Reading, _key: str, node: Node, settled: Settled) -> tuple[Action, ...]:
    """What the one press does."""
    return read_actions(reading, node, settled)


def read_people(reading: Reading, key: str, node: Node, _settled: Settled) -> int | None:
    """A number of people, one at least."""
    scalar = reading.desk.text(node, f"{key}: {TWO}")
    if scalar is None:
        return None
    if (
        scalar.text.isascii()
        and scalar.text.isdecimal()
        and len(scalar.text) <= 2
        and 0 < int(scalar.text) <= MOST_PEOPLE
    ):
        return int(scalar.text)
    reading.desk.say("F303", whole(scalar), example=f"{key}: {TWO}")
    return None


def read_reopening(reading: Reading, entries: Entries) -> Iterator[str]:
    """The fields of the form whose change makes a step look again."""
    if "reopen_on" not in entries:
        return
    known = [one.name for one in reading.form]
    for scalar in reading.desk.words(entries["reopen_on"][1], "reopen_on: [脚本]"):
        if scalar.text not in known:
            reading.desk.unknown("F337", whole(scalar), scalar.text, known)
        yield scalar.text


def check_gates(reading: Reading, written: Scalar, passed: Mapping[str, str]) -> None:
    """A live step opens only when all before it passed: say which of them let the item go on without."""
    for name in passed:
        if reading.results.get(name, frozenset()) & GOES_ON:
            reading.desk.say("F338", whole(written), word=name)

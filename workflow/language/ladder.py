"""The `late` ladder: so long after `due`, do this. Not here: climbing it (steps.moments)."""

from __future__ import annotations

from typing import Final

from workflow.domain.definition import Rung
from workflow.domain.tree import Duration
from workflow.grammars.expression import ExpressionReader
from workflow.grammars.kinds import Type
from workflow.grammars.types import Checked
from workflow.language.deeds.deeds import read_actions
from workflow.language.entries import whole
from workflow.language.keys import LATES
from workflow.language.reading import Reading, Settled
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar

EXAMPLE: Final = "{ 0日: { tell: 中心.协调员 }, 2工作日: cancel }"
ENDINGS: Final = {word: then for word, then in LATES.items() if then != "escalate"}
LASTING: Final = Type("duration")
_DAY: Final = 86_400
_SECONDS: Final = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "wh": 3600,
    "d": _DAY,
    "wd": _DAY,
    "w": 7 * _DAY,
    "mo": 30 * _DAY,
    "y": 365 * _DAY,
}


def read_ladder(reading: Reading, node: nodes.Mapping, settled: Settled, step: str) -> tuple[Rung, ...]:
    """The rungs in their order; each later than the one before, and none behind one that ends the step."""
    rungs: list[Rung] = []
    ended: Scalar | None = None
    before = set(reading.names.bare)
    for key, value in reading.desk.pairs(node, EXAMPLE):
        after = reading.desk.read("G208", key, read_length)
        if after is not None:
            reading.spell(key, after, Checked(after, LASTING, ()), lambda text: Checked(read_length(text), LASTING, ()))
        rung = _rung(reading, value, settled, after)
        if rung is None:
            continue
        if rungs and not _later(rungs[-1].after, rung.after):
            reading.desk.say("F340", whole(key), word=key.text)
        elif ended is not None:
            reading.desk.say("F341", whole(ended), word=ended.text)
        ended = None
        if rung.then and isinstance(value, Scalar):
            ended = value
        rungs.append(rung)
    reading.names.doubt(set(reading.names.bare) - before, frozenset({(step, "other")}))
    return tuple(rungs)


def _rung(reading: Reading, value: Node, settled: Settled, after: Duration | None) -> Rung | None:
    if isinstance(value, Scalar):
        if reading.desk.text(value, EXAMPLE) is None:
            return None
        then = reading.desk.chosen(value, ENDINGS, "")
        return Rung(after, then=then) if after is not None and then else None  # type: ignore[arg-type]
    actions = read_actions(reading, value, settled)
    return Rung(after, actions) if after is not None else None


def read_length(text: str) -> Duration:
    """A bare length of time: `2工作日`."""
    reader = ExpressionReader(text)
    found = reader.duration()
    reader.finish()
    return found


def _later(one: Duration, other: Duration) -> bool:
    """Whether the second is longer; where only a calendar could tell (working days beside days), it is taken to be."""
    units = [{unit for _, unit in each.parts} for each in (one, other)]
    if units[0] != units[1] and (units[0] | units[1]) & {"wd", "wh"} and seconds(one):
        return True
    return seconds(other) > seconds(one)


def seconds(duration: Duration) -> int:
    """About how many."""
    return sum(count * _SECONDS[unit] for count, unit in duration.parts)

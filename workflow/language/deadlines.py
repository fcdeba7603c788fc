"""An inner `due` that lies behind the one around it, which therefore means nothing. Not here: when a step is due (steps.moments)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.tree import Duration, Ref, Shift, Value
from workflow.language.desk import Desk
from workflow.language.text.nodes import Place

_DAY: Final = 86_400
_LONGEST_BREAK: Final = 12
"""Days that one working day may take at most: the longest holiday, and the weekends around it."""
_BOUNDS: Final = {
    "s": (1, 1), "m": (60, 60), "h": (3600, 3600), "d": (_DAY, _DAY), "w": (7 * _DAY, 7 * _DAY),
    "mo": (28 * _DAY, 31 * _DAY), "y": (365 * _DAY, 366 * _DAY), "wd": (_DAY, _LONGEST_BREAK * _DAY), "wh": (3600, _LONGEST_BREAK * _DAY),
}  # fmt: skip
"""Seconds that a unit takes at least and at most."""


def check_deadlines(desk: Desk, steps: Iterable[Step], spots: Mapping[str, Place], around: Step | None = None) -> None:
    """Say where a `due` that is written is certainly later than that of the step it stands in."""
    for step in steps:
        inner = step.body[0] if step.kind == "each" else step
        mine = step if step.due is not None else inner
        spot = spots.get(f"{step.place.removesuffix(f'/{places.ROW}')} due")
        if (
            spot is not None
            and around is not None
            and mine.due is not None
            and around.due is not None
            and _later(mine.due, around.due)
        ):
            desk.say("F342", spot, word=around.name)
        check_deadlines(desk, inner.body, spots, mine if mine.due is not None else around)


def _later(inner: Value, outer: Value) -> bool:
    """Whether the first moment always comes after the second; both count from an opening, and the outer step opens first."""
    (one, mine), (other, theirs) = _counted(inner), _counted(outer)
    if mine is None or theirs is None or one != other:
        return False
    return _apart(mine, theirs)


def _counted(due: Value) -> tuple[tuple[str, ...], tuple[int, Duration | None] | None]:
    """From where a moment is counted (`()`: from the opening), and how far, forwards or backwards; None where that is open."""
    match due:
        case Duration():
            return (), (1, due)
        case Shift(anchor=Ref() as anchor):
            return anchor.parts, (due.sign, due.duration)
        case Ref():
            return due.parts, (1, None)
    return (), None


def _apart(mine: tuple[int, Duration | None], theirs: tuple[int, Duration | None]) -> bool:
    units = {unit for _, duration in (mine, theirs) if duration is not None for _, unit in duration.parts}
    if len(units) == 1 and mine[0] == theirs[0]:
        one, other = (0 if duration is None else duration.parts[0][0] for _, duration in (mine, theirs))
        return mine[0] * one > theirs[0] * other
    return _ends(*mine)[0] > _ends(*theirs)[1]


def _ends(sign: int, duration: Duration | None) -> tuple[int, int]:
    parts = duration.parts if duration is not None else ()
    low, high = (sum(count * _BOUNDS[unit][end] for count, unit in parts) for end in (0, 1))
    return (low, high) if sign > 0 else (-high, -low)

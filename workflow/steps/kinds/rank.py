"""`rank` 排名: the rows of a list by their score, the highest first; equal scores share a place (1, 1, 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Step
from workflow.domain.item import Line, Moment, Run
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate, evaluate_condition
from workflow.grammars.values import Money, Row, lower
from workflow.steps.draft import Draft
from workflow.steps.electorate import resolve_need, sized
from workflow.steps.environment import Scene
from workflow.steps.kinds.draw import bounded, listed
from workflow.steps.kinds.kind import Exported, Kind, Verdict, way_on

SCORE, PLACE, SELECTED = "得分", "名次", "入选"


class Score(NamedTuple):
    """What rows are ranked by, and of which type it is: `number` or `money`."""

    tree: tree.Value
    type: tree.FieldType


class Ranked(NamedTuple):
    """One row in its place, from 1."""

    row: Row
    score: Any
    place: int


def ranking(rows: Sequence[Row], scores: Sequence[Any]) -> list[Ranked]:
    """The rows, highest score first; equal ones share a place and stand in the order of the list."""
    ordered = sorted(zip(rows, scores, strict=True), key=lambda one: -_size(one[1]))
    found: list[Ranked] = []
    for n, (row, score) in enumerate(ordered, 1):
        shared = bool(found) and _size(found[-1].score) == _size(score)
        found.append(Ranked(row, score, found[-1].place if shared else n))
    return found


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    draft.record(e.Opened(no, round_, "joining", moments=moments))
    rows, scene, score = listed(draft, no, step), Scene(draft, no), step.own["score"]
    bounded(step, len(rows))
    found = ranking(rows, [_scored(score.tree, scene.at(row)) for row in rows])
    most = len(found) if step.need is None else sized(resolve_need(draft, no, step.need), len(found)).ayes
    chosen = _selected(found, most, step.own.get("within"), scene)
    lines = [
        Line(
            one.row.origin,
            values=(
                (SCORE, {"type": score.type, "value": lower(one.score, score.type)}),
                (PLACE, {"type": "int", "value": one.place}),
                (SELECTED, {"type": "bool", "value": n < chosen}),
            ),
        )
        for n, one in enumerate(found)
    ]
    draft.record(e.Ranked(no, tuple(lines)))
    return "approved"


def _selected(found: list[Ranked], most: int, within: tree.Value | None, scene: Scene) -> int:
    """How many from the top are selected: at most so many, and no further than where `within` first fails."""
    if within is None:
        return min(most, len(found))
    so_far: list[Row] = []
    for one in found[:most]:
        row = Row(one.row.origin, {SCORE: one.score, PLACE: one.place, **one.row.columns})
        so_far.append(row)
        if not evaluate_condition(within, scene.at(Row(row.origin, row.columns, tuple(so_far)))):
            return len(so_far) - 1
    return len(so_far)


def _scored(score: tree.Value, scene: Scene) -> Any:
    value = evaluate(score, scene)
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Money):
        raise ConditionError("得分要一个数", "a score is a number", score.span)
    return value


def _size(score: Any) -> int | Fraction:
    size: int | Fraction = score.fen if isinstance(score, Money) else score
    return size


def _verdict(_draft: Draft, _run: Run) -> Verdict:
    return "approved"


def _rows(step: Step) -> Mapping[str, tree.FieldType]:
    score = step.own.get("score")
    return {SCORE: score.type if score is not None else "number", PLACE: "int", SELECTED: "bool"}


def _export(_draft: Draft, run: Run) -> Exported:
    return Exported(run.rows)


RANK: Final = Kind(
    "rank", "list", _open, _verdict, way_on, keys={"score": "score", "need": "need", "within": "within"}, free=frozenset({"need"}),
    rows=_rows, export=_export,
)  # fmt: skip

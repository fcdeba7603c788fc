"""`draw` 抽取: so many rows of a list at random, by a seed that was committed to when the item began (`domain.lots`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from workflow.domain import event as e
from workflow.domain import lots, tree
from workflow.domain.definition import Definition, Step
from workflow.domain.fold import step_path
from workflow.domain.item import Moment, Pair, Run
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.values import Missing, Money, Row, decimal_text
from workflow.steps.draft import Draft
from workflow.steps.electorate import resolve_need, sized
from workflow.steps.environment import Scene
from workflow.steps.kinds.kind import Exported, Kind, Verdict, way_on

MOST: Final = 1000
"""Rows that one draw or ranking brings."""
SEED: Final = "种子"


def purpose(item: str, place: str) -> str:
    """What a draw's secret is derived for."""
    return f"draw {item} {place}"


def commitments(draft: Draft, definition: Definition) -> tuple[Pair, ...]:
    """For every draw of the flow, by its place, what is said of its seeds before anything is known."""
    return tuple(
        (step.place, lots.commitment(draft.world.secret(purpose(draft.item.id, step.place))))
        for step in definition.places.values() if step.kind == "draw"
    )  # fmt: skip


def listed(draft: Draft, no: int, step: Step) -> list[Row]:
    """The rows of the list behind the word."""
    of: tree.Ref = step.own["of"]
    rows = evaluate(of, Scene(draft, no))
    if not isinstance(rows, list):
        raise ConditionError(f"“{'.'.join(of.parts)}”不是列表", f"“{'.'.join(of.parts)}” is no list", of.span)
    return rows


def bounded(step: Step, rows: int) -> None:
    """Refuse more rows than an item holds."""
    if rows > MOST:
        raise ConditionError(
            f"“{step.name}”有 {rows} 行，一件之内最多 {MOST} 行",
            f"“{step.name}” has {rows} rows; one item holds {MOST} at most",
            (0, 0),
        )


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    draft.record(e.Opened(no, round_, "joining", moments=moments))
    rows, path = listed(draft, no, step), step_path(draft.run(no))
    pool = tuple((row.origin, _value(row, step.own.get("spread", ""))) for row in rows)
    need = min(sized(resolve_need(draft, no, step.need), len(pool)).ayes, len(pool))
    bounded(step, need)
    secret = draft.world.secret(purpose(draft.item.id, step.place))
    if draft.item.seeds.get(step.place) != lots.commitment(secret):
        raise ConditionError(
            "抽取的种子和发起时公布的不符：系统的密钥换过了，请管理员终止本件，重新发起",
            "the seed is not the one committed to when the item began: the system's key has changed; begin the item anew",
            (0, 0),
        )
    seed = lots.seed(secret, round_)
    draft.record(e.Drawn(no, path, step.place, round_, seed, pool, lots.draw(seed, path, pool, need)))
    draft.record(e.Named(((SEED, {"type": "text", "value": seed}),), no))
    return "approved"


def _value(row: Row, spread: str) -> str:
    value: Any = row.columns.get(spread) if spread else None
    if value is None or isinstance(value, Missing):
        return ""
    if isinstance(value, Row):
        return value.origin
    if isinstance(value, date | Money | str | bool):
        return str(value)
    return decimal_text(value)


def _verdict(_draft: Draft, _run: Run) -> Verdict:
    return "approved"


def _rows(_step: Step) -> Mapping[str, tree.FieldType]:
    return {}


def _export(_draft: Draft, run: Run) -> Exported:
    return Exported(run.rows)


DRAW = Kind(
    "draw", "list", _open, _verdict, way_on, keys={"need": "need", "spread": "column"}, exports={SEED: "text"},
    rows=_rows, export=_export,
)  # fmt: skip

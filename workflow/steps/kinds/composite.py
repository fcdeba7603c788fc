"""`all` 并行, `steps` 依次做 and `each`: steps made of runs of their own, joined when these are over."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.domain import event as e
from workflow.domain.definition import Step
from workflow.domain.fold import step_path
from workflow.domain.item import Line, Moment, Run
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate, evaluate_condition
from workflow.grammars.values import Row
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.kinds.kind import JUDGED, TIMED, Exported, Kind, Verdict, way_out

MOST_ROWS = 200


def _begin(
    draft: Draft,
    no: int,
    round_: int,
    moments: tuple[Moment, ...],
    threads: list[tuple[str, int]],
    rows: Sequence[Row] = (),
) -> Verdict:
    draft.record(e.Opened(no, round_, "joining", moments=moments, rows=tuple(Line(row.origin) for row in rows)))
    path = step_path(draft.run(no))
    for place, row in threads:
        draft.record(e.Forked(no, draft.item.next_run, path, place, row))
    return "" if threads else "approved"


def _all(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    return _begin(draft, no, round_, moments, [(branch.place, -1) for branch in step.body])


def _steps(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    return _begin(draft, no, round_, moments, [(step.body[0].place, -1)])


def _each(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    scene = Scene(draft, no)
    rows = evaluate(step.each, scene) if step.each is not None else []
    chosen = [row for row in rows if step.where is None or evaluate_condition(step.where, scene.at(row))]
    if len(chosen) > MOST_ROWS:
        raise ConditionError(
            f"“{step.name}”有 {len(chosen)} 行，一件之内最多 {MOST_ROWS} 行",
            f"“{step.name}” has {len(chosen)} rows; one item holds {MOST_ROWS} at most",
            (0, 0),
        )
    return _begin(draft, no, round_, moments, [(step.body[0].place, row) for row in range(len(chosen))], chosen)


def _joined(draft: Draft, run: Run) -> Verdict:
    return "" if any(inner.parent == run.no for inner in draft.item.runs.values()) else "approved"


ALL = Kind("all", "steps", _all, _joined, way_out, common=TIMED | JUDGED)
STEPS = Kind("steps", "steps", _steps, _joined, way_out, common=TIMED | JUDGED)
EACH = Kind(
    "each", "steps", _each, _joined, way_out, common=TIMED | JUDGED, rows=lambda _: {},
    export=lambda _, run: Exported(run.rows),
)  # fmt: skip

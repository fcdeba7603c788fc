"""`task` 任务: people do something and hand it in; over when `need` of them have. Not here: whose work it is (work.py), the verbs (verbs/work.py)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain.definition import Step
from workflow.domain.item import Moment, Run
from workflow.domain.tree import FieldType
from workflow.steps.draft import Draft
from workflow.steps.electorate import resolve_need
from workflow.steps.kinds.kind import FILLED, SHOWN, TIMED, Exported, Kind, Verdict, way_on
from workflow.steps.work import able, finished, needed, plan, restaff, seated, several


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    """Ask whoever it is to be done by. Where that is nobody, the administrators: a task is never skipped for want of people."""
    found = able(draft, no, step)
    need = needed(resolve_need(draft, no, step.need), len(found))
    state, tasks = seated(draft, no, step, plan(draft, no, step, replace(draft.run(no), need=need), found))
    draft.record(e.Opened(no, round_, state, tasks, need, moments))
    run = draft.run(no)
    for task in tasks:
        draft.touch(run, task)
    return ""


def _weigh(_draft: Draft, run: Run) -> Verdict:
    return "approved" if run.need is not None and finished(run) >= run.need.ayes > 0 else ""


def _export(draft: Draft, run: Run) -> Exported:
    """Rows where several may hand it in; of one alone, the step's answers say it."""
    return Exported(run.rows) if several(draft.step(run)) else Exported()


def _rows(step: Step) -> Mapping[str, FieldType] | None:
    return {} if several(step) else None


TASK = Kind(
    "task", "actors", _open, _weigh, way_on, keys={"take": "take", "match": "match", "need": "need"},
    common=TIMED | FILLED | SHOWN, hurried=True, rows=_rows, export=_export, actors="do", duty="do", restaff=restaff,
)  # fmt: skip

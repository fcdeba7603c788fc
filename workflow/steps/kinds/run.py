"""`run` 子流程: items of another flow that a step, or a deed, sets going. The step only counts those that are over.

With `each` beside it there is one item a row, however many rows, and still one run in the parent. What they come to is looked
up when somebody asks for it (`line_of`); the parent's own document never holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from workflow.domain import event as e
from workflow.domain import ids
from workflow.domain.command import SYSTEM, Command
from workflow.domain.definition import Action, Definition, Step
from workflow.domain.effect import Order
from workflow.domain.fold import step_path, stood
from workflow.domain.item import Item, Line, Moment, Need, Run
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate, evaluate_condition
from workflow.grammars.values import MISSING, Money, Row, decimal_text
from workflow.organisation.model import Organisation
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.kinds.kind import JUDGED, TIMED, Exported, Kind, Verdict, way_out

MOST_CHILDREN: Final = 5000
NO_ROW: Final = -1
COUNTING: Final = "joining"
"""The state of a run that waits for its items."""


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    rows = _rows(draft, no, step)
    draft.record(e.Opened(no, round_, COUNTING, need=Need(len(rows)), moments=moments))
    _begin(draft, no, step, rows)
    return "" if rows else "approved"


def _verdict(draft: Draft, run: Run) -> Verdict:
    """Done is an approval, every other end a rejection: the first decides, unless the flow says `reject: continue`."""
    if run.need is None or run.state != COUNTING:
        return ""
    if run.noes and draft.step(run).reject == "end":
        return "rejected"
    if run.ayes + run.noes < run.need.ayes:
        return ""
    return "rejected" if run.noes else "approved"


def _leave(draft: Draft, run: Run) -> None:
    """What is under way still is cancelled: whoever is over already says so."""
    if run.need is None or run.state != COUNTING or run.ayes + run.noes >= run.need.ayes:
        return
    for row in _numbers(draft.step(run), run.need.ayes):
        child = ids.child(draft.item.id, step_path(run), run.round, row)
        id_ = ids.order(child, draft.command.id, "cancel")
        args = {"parent": draft.item.id}
        draft.effects.append(Order(Command(id_, draft.item.tenant, child, "cancel", SYSTEM, SYSTEM, args)))


def _again(draft: Draft, run: Run) -> Verdict:
    """An administrator retries: what could not begin begins now, and what is there already stays as it is."""
    if verdict := _verdict(draft, run):
        return verdict
    step = draft.step(run)
    rows = _rows(draft, run.no, step)
    if run.need is not None and len(rows) != run.need.ayes:
        raise ConditionError(
            f"“{step.name}”开始时有 {run.need.ayes} 行，现在有 {len(rows)} 行",
            f"“{step.name}” had {run.need.ayes} rows when it opened, and has {len(rows)} now",
            (0, 0),
        )
    _begin(draft, run.no, step, rows)
    return ""


def _rows(draft: Draft, no: int, step: Step) -> Sequence[Row | None]:
    """The rows it runs an item for; one that is none, without `each`."""
    if step.each is None:
        return (None,)
    scene = Scene(draft, no)
    rows = [
        row for row in evaluate(step.each, scene) if step.where is None or evaluate_condition(step.where, scene.at(row))
    ]
    if len(rows) > MOST_CHILDREN:
        raise ConditionError(
            f"“{step.name}”有 {len(rows)} 行，一步最多开 {MOST_CHILDREN} 个子件",
            f"“{step.name}” has {len(rows)} rows; one step runs {MOST_CHILDREN} items at most",
            (0, 0),
        )
    return rows


def _numbers(step: Step, count: int) -> Sequence[int]:
    return range(count) if step.each is not None else (NO_ROW,)


def _begin(draft: Draft, no: int, step: Step, rows: Sequence[Row | None]) -> None:
    run, scene = draft.run(no), Scene(draft, no)
    path = step_path(run)
    for number, row in zip(_numbers(step, len(rows)), rows, strict=True):
        here = scene.at(row) if row is not None else scene
        child = ids.child(draft.item.id, path, run.round, number)
        place = {"path": path, "round": run.round, "row": number, "origin": _origin(here)}
        _order(draft, child, started(draft.item, step.own, here) | place)


def run_deed(draft: Draft, no: int, action: Action, _deed: int = 0) -> None:
    """The deed `run`: an item begins, and nobody waits for it."""
    scene = Scene(draft, no)
    path = f"{step_path(draft.run(no))}#{len(draft.effects)}"
    child = ids.order(draft.item.id, draft.command.id, f"run {path}")
    draft.record(e.Ran(action.own["flow"], child))
    _order(draft, child, started(draft.item, action.own, scene) | {"origin": _origin(scene)})


def started(item: Item, own: Any, scene: Scene) -> dict[str, Any]:
    """What begins an item of the flow `own["flow"]`: its unit, and what its form holds, as people would write it."""
    form = {
        name: found for name, value in own.get("with", ()) if (found := told(evaluate(value, scene), scene)) is not None
    }
    args: dict[str, Any] = {"flow": own["flow"], "form": form, "parent": item.id, "from": item.unit}
    if (unit := own.get("unit")) is not None:
        args["unit"] = str(told(evaluate(unit, scene), scene))
    return args


def told(value: Any, scene: Scene) -> Any:
    """A value as somebody would write it into a form; sealed words as they stand; None where there is none."""
    match value:
        case bool():
            return "是" if value else "否"
        case int() | Fraction():
            return decimal_text(value)
        case Money():
            return str(value)
        case datetime():
            return value.astimezone(scene.zone).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case timedelta():
            return f"{value // timedelta(seconds=1)}秒"
        case Row():
            return _name_of(value, scene.organisation)
        case list():
            return [told(each, scene) for each in value]
        case str() | dict():
            return value
    return None if value is MISSING else str(value)


def _name_of(row: Row, organisation: Organisation) -> str:
    """The unit that a row is, or what its list calls it."""
    known = organisation.unit(row.origin) is not None or organisation.person(row.origin) is not None
    return row.origin if known else row.origin.partition("/")[2] or row.origin


def _origin(scene: Scene) -> str:
    row = scene.lookup(("各",))
    return row.origin if isinstance(row, Row) else ""


def _order(draft: Draft, child: str, args: dict[str, Any]) -> None:
    id_ = ids.order(child, draft.command.id, "submit")
    draft.effects.append(Order(Command(id_, draft.item.tenant, child, "submit", SYSTEM, SYSTEM, args)))


def ended(draft: Draft, end: str) -> None:
    """The item has ended: the step of another item that waits for it is told, once."""
    parent = draft.item.parent
    if parent is None or not parent.path:
        return
    id_ = ids.order(parent.item, draft.item.id, "joined")
    args = {
        "path": parent.path, "round": parent.round, "row": parent.row, "child": draft.item.id, "code": draft.item.code,
        "end": end,
    }  # fmt: skip
    draft.effects.append(Order(Command(id_, draft.item.tenant, parent.item, "joined", SYSTEM, SYSTEM, args)))


def counts(run: Run) -> bool:
    """Whether a run waits for items of other flows: `need.ayes` of them, of which `ayes` are done and `noes` ended otherwise."""
    return run.state == COUNTING and run.need is not None


def waiting(item: Item, path: str, round_: int) -> Run | None:
    """The run of an item that waits for items which its step at `path` set going in that round."""
    if item.ended is not None:
        return None
    return next(
        (
            run for run in item.runs.values()
            if run.state == COUNTING and run.round == round_ and run.need is not None and step_path(stood(item, run)) == path
        ),
        None,
    )  # fmt: skip


def line_of(item: Item, definition: Definition | None) -> Line:
    """What a child exports: 编号, 结果, the fields of its start and what it set, each with its type."""
    kinds = {field.name: field for field in definition.start.form} if definition is not None else {}
    values: list[tuple[str, Any]] = [("编号", item.code)]
    for name, kept in item.form.items():
        field = kinds.get(name)
        plain = field is not None and field.type != "rows" and not field.many
        values.append((name, {"type": field.type, "value": kept} if plain and field is not None else kept))
    values += item.names.items()
    origin = item.parent.origin or f"{item.parent.path}/{item.parent.row + 1}" if item.parent is not None else item.id
    return Line(origin, "", item.ended, tuple(values))


RUN: Final = Kind(
    "run", "flow", _open, _verdict, way_out, keys={"unit": "starter", "with": "given"}, common=TIMED | JUDGED,
    export=lambda _, run: Exported(apart=run.need is not None), leave=_leave, again=_again,
)  # fmt: skip

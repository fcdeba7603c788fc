"""What the names of a flow's values stand for, seen from one run of an item. Values as `grammars.values` says."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from workflow.domain import tree
from workflow.domain.definition import Definition, Step
from workflow.domain.fold import step_path
from workflow.domain.item import Item, Result
from workflow.grammars.values import MISSING, Row, lift, lift_field
from workflow.organisation.model import Organisation

RESULTS = {"approved": "通过", "rejected": "驳回", "late": "逾期", "skipped": "跳过", "cancelled": "取消"}
MARKS = {"pass": "通过", "fail": "不通过", "na": "不适用"}


class _World(Protocol):
    @property
    def now(self) -> datetime: ...
    @property
    def organisation(self) -> Organisation: ...


class _View(Protocol):
    """An item seen with its flow and its world; a `Draft` is one."""

    @property
    def definition(self) -> Definition: ...
    @property
    def item(self) -> Item: ...
    @property
    def world(self) -> _World: ...


class Scene:
    """The environment of `grammars.evaluate` for run `no` of an item (row `row` of its `each`, where one is being chosen)."""

    __slots__ = ("definition", "extra", "item", "now", "organisation", "row", "run", "zone")

    def __init__(self, view: _View, no: int = 0, row: int = -1, extra: dict[str, Any] | None = None) -> None:
        self.definition, self.item, self.organisation = view.definition, view.item, view.world.organisation
        self.run, self.row, self.extra = self.item.runs.get(no), row, extra if extra is not None else {}
        self.zone: tzinfo = ZoneInfo(self.organisation.time_zone)
        self.now = view.world.now

    @property
    def started(self) -> datetime:
        """When the item began."""
        return self.item.began

    def shift(self, moment: datetime, duration: tree.Duration, sign: tree.Sign) -> datetime:
        """The moment moved by the organisation's calendar, part by part, in UTC."""
        for count, unit in duration.parts:
            moment = self.organisation.calendar.shift(moment, count, unit, sign)
        return moment

    def lookup(self, parts: tuple[str, ...]) -> Any:
        """The value of a name, or MISSING."""
        first, rest = parts[0], parts[1:]
        if first in self.extra:
            value = self.extra[first]
        elif first == "各":
            value = self._row()
        elif (field := self.definition.field(first)) is not None:
            value = lifted(self.item.form.get(first), field)
        elif first in self.item.names:
            kept = self.item.names[first]
            value = lift(kept["value"], kept["type"]) if isinstance(kept, dict) else kept
        elif first == "提交人":
            value = self.item.submitter
        elif first == "本件":
            return self._item(rest)
        elif (step := self._step(first)) is not None:
            return self._result(step, rest)
        elif (named := self.organisation.list_named(first)) is not None:
            value = [
                Row(
                    f"{first}/{row[0]}",
                    {c.name: lift(kept, c.type) for c, kept in zip(named.columns, row, strict=True)},
                )
                for row in named.rows
            ]
        else:
            return MISSING
        return _column(value, rest)

    def result_of(self, name: str) -> Result | None:
        """What the step of that name came to, as seen from here; None while it has not ended."""
        step = self._step(name)
        return self.item.results.get(self._path(step)) if step is not None else None

    def _row(self) -> Any:
        run, row = self.run, self.row
        while row < 0 and run is not None:
            row = run.row
            if row < 0:
                run = self.item.runs.get(run.parent)
        if run is None or row < 0:
            return MISSING
        step = self._each_around(run.place if self.row < 0 else f"{run.place}/各")
        if step is None or step.each is None:
            return MISSING
        rows = self.lookup(step.each.parts)
        return rows[row] if isinstance(rows, list) and row < len(rows) else MISSING

    def _each_around(self, place: str) -> Step | None:
        while place:
            place = place.rpartition("/")[0]
            if (step := self.definition.places.get(place)) is not None and step.each is not None:
                return step
        return None

    def _step(self, name: str) -> Step | None:
        scope = self.run.place if self.run is not None else ""
        while True:
            scope = scope.rpartition("/")[0]
            found = self.definition.places.get(f"{scope}/{name}" if scope else name)
            if found is not None or not scope:
                break
        return found or next((one for one in self.definition.places.values() if one.name == name), None)

    def _path(self, step: Step) -> str:
        run = self.run
        while run is not None:
            if run.row >= 0 and step.place.startswith(run.place):
                return step_path(run) + step.place[len(run.place) :]
            run = self.item.runs.get(run.parent)
        return step.place

    def _result(self, step: Step, rest: tuple[str, ...]) -> Any:
        if step.kind == "each" and step.each is not None:
            rows = self.lookup(step.each.parts)
            value = (
                [self._row_result(step, row, n) for n, row in enumerate(rows)] if isinstance(rows, list) else MISSING
            )
            if not rest or rest[0] not in _EXPORTS:
                return _column(value, rest)
        result = self.item.results.get(self._path(step))
        if result is None:
            return MISSING
        return _export(result, rest[0], step) if rest else result.ended

    def _row_result(self, step: Step, row: Row, n: int) -> Row:
        result = self.item.results.get(f"{self._path(step)}/{n + 1}")
        if result is None:
            return row
        inner = step.body[0]
        names = [*_EXPORTS, *dict(result.marks), *(field.name for field in inner.form)]
        return Row(row.origin, {**row.columns, **{name: _export(result, name, inner) for name in names}})

    def _item(self, rest: tuple[str, ...]) -> Any:
        match rest:
            case ("编号",):
                return self.item.code
            case ("单位",):
                return self.item.unit
            case ("开始",):
                return self.item.began
            case ("轮次",):
                return max(self.item.rounds.values(), default=1)
        return MISSING


def lifted(kept: Any, field: tree.Field) -> Any:
    """A kept value as it is computed with; rows are kept as lists of pairs."""
    return lift_field([dict(row) for row in kept] if field.type == "rows" and kept is not None else kept, field)


def _export(result: Result, name: str, step: Step) -> Any:
    if (read := _EXPORTS.get(name)) is not None:
        return read(result)
    if (kept := dict(result.extra).get(name)) is not None:
        return lift(kept["value"], kept["type"])
    if (mark := dict(result.marks).get(name)) is not None:
        return MARKS[mark]
    field = next((one for one in step.form if one.name == name), None)
    return MISSING if field is None else lifted(dict(result.answers).get(name), field)


def _column(value: Any, rest: tuple[str, ...]) -> Any:
    if not rest:
        return value
    if isinstance(value, Row):
        return value.columns.get(rest[0], MISSING)
    if isinstance(value, list):
        return [row.columns.get(rest[0], MISSING) for row in value if isinstance(row, Row)]
    return MISSING


_EXPORTS: dict[str, Any] = {
    "结果": lambda result: RESULTS[result.result],
    "超时": lambda result: result.timed_out,
    "办理人": lambda result: result.doers[-1] if result.doers else MISSING,
    "开始": lambda result: result.began,
    "结束": lambda result: result.ended,
    "轮次": lambda result: result.round,
    "赞成": lambda result: result.ayes,
    "反对": lambda result: result.noes,
}

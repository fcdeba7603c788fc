"""What the names of a flow's values stand for, seen from one run of an item. Values as `grammars.values` says; rows are made in rows.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol

from workflow.domain import tree
from workflow.domain.definition import Definition, Step
from workflow.domain.fold import step_path
from workflow.domain.item import Item, Line, Result, Run
from workflow.grammars.values import MISSING, Row
from workflow.organisation.model import Organisation
from workflow.steps.draft import Needs, WantingError
from workflow.steps.rows import (
    EXPORTS,
    MANY,
    MARKS,
    RESULTS,
    chosen,
    column,
    export,
    given,
    gone_over,
    lifted,
    named,
    of_list,
    of_tier,
)

__all__ = ["MARKS", "RESULTS", "Scene", "lifted"]


class _World(Protocol):
    @property
    def now(self) -> datetime: ...
    @property
    def organisation(self) -> Organisation: ...
    @property
    def rows(self) -> Mapping[tuple[str, str, int], tuple[Line, ...]]: ...
    @property
    def counts(self) -> Mapping[tuple[str, str, int], int]: ...


class _View(Protocol):
    """An item seen with its flow and its world; a `Draft` is one."""

    @property
    def definition(self) -> Definition: ...
    @property
    def item(self) -> Item: ...
    @property
    def world(self) -> _World: ...


class Scene:
    """The environment of `grammars.evaluate` for run `no` of an item. `extra`: names that stand before all others (各 among them); its
    owner may go on filling it.

    What it has made of a list it keeps, so it is good for one moment of the item and no longer. Looking something up raises
    WantingError where rows that are kept apart from the item are not at hand.
    """

    __slots__ = ("_lists", "definition", "extra", "now", "organisation", "run", "view")

    def __init__(self, view: _View, no: int = 0, extra: Mapping[str, Any] | None = None) -> None:
        world = view.world
        self.view, self.definition, self.organisation, self.now = view, view.definition, world.organisation, world.now
        self.run, self.extra = view.item.runs.get(no), extra if extra is not None else {}
        self._lists: dict[str, list[Row]] = {}

    def at(self, row: Row) -> Scene:
        """The same with `row` as the one at hand."""
        found = Scene(self.view, self.run.no if self.run is not None else -1, {**self.extra, "各": row})
        found._lists = self._lists
        return found

    @property
    def item(self) -> Item:
        """The item that is looked at."""
        return self.view.item

    @property
    def zone(self) -> tzinfo:
        """The organisation's time zone."""
        return self.organisation.calendar.zone

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
        """The value of a name, or MISSING. Raises WantingError."""
        first, rest = parts[0], parts[1:]
        if first in self.extra:
            value = self.extra[first]
        elif first == "各":
            value = self._row()
        elif (field := self.definition.field(first)) is not None:
            value = lifted(self.item.form.get(first), field)
        elif (kept := self._named(first)) is not None:
            value = named(kept)
        elif first == "提交人":
            value = self.item.submitter
        elif first == "本件":
            return self._item(rest)
        elif (step := self._step(first)) is not None:
            return self._result(step, rest)
        elif (found := self.organisation.list_named(first)) is not None:
            value = self._lists.get(first)
            if value is None:
                value = self._lists[first] = of_list(found)
        elif first in self.organisation.tiers:
            value = of_tier(self.organisation, first, self.item.unit)
        else:
            return MISSING
        return column(value, rest) if rest else value

    def result_of(self, name: str) -> Result | None:
        """What the step of that name came to, as seen from here; None while it has not ended."""
        step = self._step(name)
        return self.item.results.get(self._path(step)) if step is not None else None

    def rows_of(self, name: str) -> list[Row] | None:
        """The rows of a list: a field's, a step's, an organisation's; None where there is none, or not yet. Raises WantingError."""
        value = self.lookup((name,))
        return value if isinstance(value, list) else None

    # ------------------------------------------------------------------------------------------- the row at hand

    def _over(self) -> Run | None:
        """The run of the row at hand; None outside of an `each`."""
        run = self.run
        while run is not None and run.row < 0:
            run = self.item.runs.get(run.parent)
        return run

    def _row(self) -> Any:
        run = self._over()
        if run is None:
            return MISSING
        parent, step = self.item.runs[run.parent], self.definition.places.get(run.place.rpartition("/")[0])
        if step is None or step.each is None or run.row >= len(parent.rows):
            return MISSING
        origin = parent.rows[run.row].origin
        around = Scene(self.view, parent.no)
        around._lists = self._lists
        rows = around.lookup(step.each.parts)
        found = next((row for row in rows if row.origin == origin), None) if isinstance(rows, list) else None
        columns = found.columns if found is not None else {}
        return Row(origin, {**columns, **{name: named(kept) for name, kept in run.names.items()}})

    def _named(self, name: str) -> Any:
        """What a `do` named: for the row at hand, else for the item."""
        run = self._over()
        if run is not None and name in run.names:
            return run.names[name]
        return self.item.names.get(name)

    # ------------------------------------------------------------------------------------------- steps

    def _step(self, name: str) -> Step | None:
        scope = self.run.place if self.run is not None else ""
        while True:
            scope = scope.rpartition("/")[0]
            found = self.definition.places.get(f"{scope}/{name}" if scope else name)
            if found is not None or not scope:
                break
        return found or self.definition.named.get(name)

    def _path(self, step: Step) -> str:
        run = self.run
        while run is not None:
            if run.row >= 0 and step.place.startswith(run.place):
                return step_path(run) + step.place[len(run.place) :]
            run = self.item.runs.get(run.parent)
        return step.place

    def _result(self, step: Step, rest: tuple[str, ...]) -> Any:
        path = self._path(step)
        result = self.item.results.get(path)
        if result is None:
            return MISSING
        if rest and (rest[0] in EXPORTS or rest[0] in dict(result.extra)):
            return column(export(result, rest[0], step), rest[1:])
        if rest == (MANY,) and result.apart:
            return self._count(path, result)
        if step.rows:
            if path not in self._lists:
                self._lists[path] = self._rows(step, path, result)
            return column(self._lists[path], rest)
        if rest:
            return column(self._alone(step, path, result, rest[0]), rest[1:])
        return result.ended if result.result == "approved" else MISSING

    def _rows(self, step: Step, path: str, result: Result) -> list[Row]:
        lines = self._lines(path, result)
        source: tree.Ref | None = step.each or step.own.get("of")
        if source is None:
            return given(lines, step)
        older = self.lookup(source.parts)
        rows = chosen(lines, older if isinstance(older, list) else [])
        if step.each is None or result.apart:
            return rows
        inner = step.body[0]
        results = [self.item.results.get(f"{path}/{n}") for n in range(1, len(rows) + 1)]
        self._all_at_once(path, results if inner.rows else [])
        inside = [
            given(self._lines(f"{path}/{n}", one), inner) if one is not None and inner.rows else []
            for n, one in enumerate(results, 1)
        ]
        return gone_over(rows, inner, results, inside)

    def _all_at_once(self, path: str, results: Sequence[Result | None]) -> None:
        """Ask for what is kept apart for any of the rows together: a decision asks only so often."""
        keys = [(self.item.id, f"{path}/{n}", one.round) for n, one in enumerate(results, 1) if one and one.apart]
        if wanting := tuple(key for key in keys if key not in self.view.world.rows):
            raise WantingError(Needs(rows=wanting))

    def _alone(self, step: Step, path: str, result: Result, name: str) -> Any:
        """A value of a step without rows; a single item that it ran stands apart."""
        if not result.apart:
            return export(result, name, step)
        rows = given(self._lines(path, result), step)
        return rows[0].columns.get(name, MISSING) if rows else MISSING

    def _lines(self, path: str, result: Result) -> tuple[Line, ...]:
        """The rows of a step, wherever they are kept."""
        if not result.apart:
            return result.rows
        key = (self.item.id, path, result.round)
        lines = self.view.world.rows.get(key)
        if lines is None:
            raise WantingError(Needs(rows=self._alike(path)))
        return lines

    def _alike(self, path: str) -> tuple[tuple[str, str, int], ...]:
        """What stands apart for this step in every row of the `each` around it: one decision may go through all of them."""
        step, item = _unrowed(path), self.item
        keys = [
            (item.id, other, one.round) for other, one in item.results.items() if one.apart and _unrowed(other) == step
        ]
        runs = [run for run in item.runs.values() if run.state == "gathering"]
        keys += [(item.id, step_path(run), run.round) for run in runs if _unrowed(step_path(run)) == step]
        return tuple(key for key in keys if key not in self.view.world.rows)

    def _count(self, path: str, result: Result) -> int:
        """How many rows a step has that are kept apart: they stand still once it is over."""
        key = (self.item.id, path, result.round)
        if key not in self.view.world.counts:
            raise WantingError(Needs(counts=(key,)))
        return self.view.world.counts[key]

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


def _unrowed(path: str) -> tuple[str, ...]:
    """The names of a path, without the numbers of rows in it."""
    return tuple(part for part in path.split("/") if not part.isdecimal())

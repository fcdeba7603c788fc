"""Rows as people see them: what names one, what stands in its columns, a ranking, a draw. Not here: which rows there are (steps.rows)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from workflow.domain import tree
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item, Line, Result, Run, Value
from workflow.steps.draft import Needs, WantingError
from workflow.steps.kinds.draw import SEED
from workflow.steps.kinds.rank import PLACE, SCORE, SELECTED
from workflow.steps.rows import MARKS, WHO
from workflow.steps.secrecy import hidden
from workflow.talk.plain import cut, line
from workflow.talk.scene import Setting
from workflow.talk.values import Ink

NOWHERE: Final = (0, 0)
PERSON: Final = tree.Field(NOWHERE, WHO, "person")
MOST_ROWS: Final = 20
LONGEST: Final = 120


class Cell(NamedTuple):
    """One column of a row, as it is kept."""

    field: tree.Field
    value: Value


class Rows:
    """The rows of one item, for one reader. Whoever lacks rows that are kept apart raises WantingError."""

    def __init__(self, item: Item, definition: Definition, setting: Setting) -> None:
        self.item, self.definition, self.setting = item, definition, setting

    def at(self, run: Run) -> tuple[str, str, int] | None:
        """The row that a run inside an `each` is about: its list's name, its origin, its number from 1; None outside of one."""
        one: Run | None = run
        while one is not None and one.row < 0:
            one = self.item.runs.get(one.parent)
        parent = self.item.runs.get(one.parent) if one is not None else None
        step = self.definition.places.get(one.place.rpartition("/")[0]) if one is not None else None
        if one is None or parent is None or step is None or step.each is None or one.row >= len(parent.rows):
            return None
        origin = parent.rows[one.row].origin
        return step.each.parts[0], origin, self._number(origin, step.each.parts[0]) or one.row + 1

    def cells(self, name: str, origin: str) -> Iterator[Cell]:
        """What stands in a row of a list, the older columns first; nothing of what is secret now."""
        if (field := self.definition.field(name)) is not None:
            rows = self.item.form.get(name)
            number = self._number(origin, name)
            if isinstance(rows, list) and 0 < number <= len(rows):
                values = dict(rows[number - 1])
                yield from (Cell(column, values.get(column.name)) for column in field.columns)
        elif (step := self._step(name)) is not None:
            yield from self._of_step(step, origin)
        elif (found := self.setting.organisation.list_named(name)) is not None:
            row = next((row for row in found.rows if origin in (str(row[0]), f"{name}/{row[0]}")), ())
            yield from (Cell(column, value) for column, value in zip(found.columns, row, strict=False))

    def label(self, name: str, origin: str, pen: Ink, only: frozenset[str] | None = None) -> str:
        """What names a row: what stands in its first column, as far as it may be seen; else where it comes from."""
        for cell in self.cells(name, origin):
            if (only is None or cell.field.name in only) and (said := pen.value(cell.field, cell.value)):
                return line(said, 60)
        return self._source(origin)

    def labels(self, pen: Ink) -> dict[str, str]:
        """What names every row that a field of the flow may name."""
        found: dict[str, str] = {}
        for name in dict.fromkeys(_sources(self.definition)):
            for origin in self.origins(name):
                found.setdefault(origin, self.label(name, origin, pen))
        return found

    def origins(self, name: str) -> list[str]:
        """The rows of a list of the flow, in their order."""
        if self.definition.field(name) is not None:
            return [f"{name}/{n}" for n in range(1, len(self.item.form.get(name) or ()) + 1)]
        step = self._step(name)
        result = self.item.results.get(step.place) if step is not None else None
        return (
            [one.origin for one in self._lines(step.place, result)] if step is not None and result is not None else []
        )

    def listing(
        self, step: Step, result: Result, pen: Ink, only: frozenset[str] | None = None
    ) -> Iterator[tuple[str, str]]:
        """A draw or a ranking, a line each row: `1. 社区花园 85.5 · 入选`; and of a draw the seed that it came from."""
        said = [self._placed(step, n, one, pen, only) for n, one in enumerate(result.rows[:MOST_ROWS], 1)]
        if len(result.rows) > MOST_ROWS:
            said.append(self.setting.say("value.more_rows", n=len(result.rows) - MOST_ROWS))
        if said:
            yield self.setting.say("label.rank" if step.kind == "rank" else "label.draw"), "\n".join(said)
        if step.kind == "draw" and (seed := dict(result.extra).get(SEED)):
            yield self.setting.say("label.seed"), str(seed["value"])

    def _placed(self, step: Step, n: int, one: Line, pen: Ink, only: frozenset[str] | None) -> str:
        values = dict(one.values)
        label = self.label(step.own["of"].parts[0], one.origin, pen, only)
        place = values[PLACE]["value"] if PLACE in values else n
        score = values.get(SCORE)
        points = pen.value(tree.Field(NOWHERE, SCORE, score["type"]), score["value"]) if score is not None else ""
        chosen = self.setting.say("rows.selected") if values.get(SELECTED, {}).get("value") else ""
        return cut(f"{place}. " + " · ".join(filter(None, (f"{label} {points}".strip(), chosen))), LONGEST)

    # ------------------------------------------------------------------------------------------- where they stand

    def _of_step(self, step: Step, origin: str) -> Iterator[Cell]:
        source: tree.Ref | None = step.each or step.own.get("of")
        if source is not None:
            yield from self.cells(source.parts[0], origin)
        result = self.item.results.get(step.place)
        lines = self._lines(step.place, result) if result is not None else ()
        n, found = next(((n, one) for n, one in enumerate(lines, 1) if one.origin == origin), (0, None))
        if found is None:
            return
        if step.each is not None:
            yield from self._of_row(step, f"{step.place}/{n}")
        elif not self._secret(step.place, found.person):
            values = dict(found.values)
            yield from (Cell(field, values.pop(field.name, None)) for field in step.form)
            yield from _typed(values.items())
            if found.person:
                yield Cell(PERSON, found.person)

    def _of_row(self, step: Step, path: str) -> Iterator[Cell]:
        inner, result = step.body[0], self.item.results.get(path)
        if result is None or inner.rows or self._secret(path, ""):
            return
        answers = dict(result.answers)
        yield from (Cell(field, answers.get(field.name)) for field in inner.form)
        yield from (Cell(tree.Field(NOWHERE, name, "text"), MARKS[mark]) for name, mark in result.marks)
        yield from _typed(result.extra)

    def _secret(self, path: str, person: str) -> bool:
        return hidden(self.definition, self.item, path) and person != self.setting.person

    def _step(self, name: str) -> Step | None:
        return self.definition.named.get(name)

    def _lines(self, path: str, result: Result) -> tuple[Line, ...]:
        if not result.apart:
            return result.rows
        key = (self.item.id, path, result.round)
        if key not in self.setting.rows:
            raise WantingError(Needs(rows=(key,)))
        return self.setting.rows[key]

    def _number(self, origin: str, name: str) -> int:
        head, _, tail = origin.rpartition("/")
        return int(tail) if head == name and tail.isdecimal() else 0

    def _source(self, origin: str) -> str:
        """A row of which nothing may be seen: `征集第 3 行`."""
        head, _, tail = origin.rpartition("/")
        if head and tail.isdecimal():
            return self.setting.say("label.row", name=head, n=tail)
        if (person := self.setting.organisation.person(tail or origin)) is not None:
            return self.setting.say("label.row", name=head, n=1) if head else line(person.name, 40)
        return line(tail or origin, 60)


def _typed(pairs: Iterable[tuple[str, Value]]) -> Iterator[Cell]:
    """Values that carry their own type."""
    for name, kept in pairs:
        if isinstance(kept, dict) and "type" in kept:
            yield Cell(tree.Field(NOWHERE, name, kept["type"]), kept["value"])
        elif isinstance(kept, str):
            yield Cell(tree.Field(NOWHERE, name, "text"), kept)


def _sources(definition: Definition) -> Iterator[str]:
    """The lists of the flow itself that its fields take their choices from."""
    names = {step.name for step in definition.places.values()} | {field.name for field in definition.start.form}
    for step in definition.places.values():
        for field in step.form:
            yield from (one.source for one in (field, *field.columns) if one.source in names and one.source is not None)

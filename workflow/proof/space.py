"""What conditions can tell apart: every name that one looks at, as a variable with finitely many cells. Not here: conditions, paths.

A cell is all the values between which no condition of the flow draws a line: `人数 >= 500` parts 1..5000 into below 500, 500 itself,
and above. A store is one mask of cells for each variable; all of them together stand for the values that an item may have here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final, TypeAlias

from workflow.domain.definition import Definition, Step
from workflow.domain.tree import (
    Compare,
    Contains,
    Day,
    Field,
    NeedChoose,
    Negative,
    Node,
    Number,
    Ref,
    String,
    Value,
    Word,
)
from workflow.grammars.evaluate import references
from workflow.grammars.words import MARKS, RESULTS
from workflow.language.edges import all_places

Store: TypeAlias = tuple[int, ...]
"""One mask for each variable, in the order of `Space.variables`."""
NUMERIC: Final = frozenset({"int", "number", "money", "stars", "date"})
TIMED_OUT: Final = "超时"
RESULT: Final = "结果"
FLEETING: Final = frozenset({"今天", "现在", "本件.轮次"})
"""Names that may be another value whenever they are looked at."""


class Missing:
    """The cell of a name that has no value."""


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Variable:
    """One name: its cells, each by one value in it, and which of them it may have when an item begins.

    `step` is the place of the step that gives it, `` for what the item has from its beginning. `spans` are the cells as people
    read them; `filled` is what it may be once its step was done. `on`: the names that a condition looks at which is a variable by itself, yes or no, since it is about several.
    """

    name: str
    cells: tuple[Any, ...]
    spans: tuple[str, ...]
    begins: int
    step: str = ""
    filled: int = 0
    on: frozenset[str] = frozenset()

    @property
    def any(self) -> int:
        """The mask of all cells."""
        return (1 << len(self.cells)) - 1


@dataclass(slots=True)
class Space:
    """The variables of a flow, and where each name is found."""

    variables: list[Variable] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)

    def begin(self) -> Store:
        """What may be when an item begins."""
        return tuple(one.begins for one in self.variables)

    def add(self, variable: Variable) -> int:
        """A variable more, unless there is one of its name; its number."""
        if variable.name not in self.at:
            self.variables.append(variable)
            self.at[variable.name] = len(self.variables) - 1
        return self.at[variable.name]

    def told(self, store: Store) -> Iterator[tuple[str, str]]:
        """What a store knows of the form: names, and what they can only be."""
        for variable, mask in zip(self.variables, store, strict=True):
            if mask not in (variable.any, variable.begins) and not variable.step and not variable.on:
                yield variable.name, "、".join(_merged(variable, mask))


def space_of(definition: Definition) -> Space:
    """Every variable that a condition of the flow looks at, and nothing else: what no condition looks at tells no two paths apart."""
    conditions = list(conditions_of(definition))
    lines: dict[str, list[Any]] = {}
    wanted: dict[str, None] = {}
    for tree in conditions:
        for name, values in _compared(tree):
            lines.setdefault(name, []).extend(values)
        wanted |= dict.fromkeys(".".join(ref.parts) for ref in references(tree))
    space = Space()
    for name in wanted:
        variable = _variable(definition, name, lines.get(name, []))
        if variable is not None:
            space.add(variable)
    return space


def conditions_of(definition: Definition) -> Iterator[Value]:
    """Every condition on which a path depends, or how many are needed on it."""
    for step in all_places(definition.steps):
        for tree in (step.when, step.where):
            if tree is not None:
                yield tree
        if step.need is not None:
            yield from _of_need(step.need)


def _of_need(need: Any) -> Iterator[Value]:
    """The conditions of a need."""
    if isinstance(need, Ref):
        yield need
    elif isinstance(need, NeedChoose):
        yield need.condition
        yield from _of_need(need.then)
        yield from _of_need(need.otherwise)


def _compared(tree: Any) -> Iterator[tuple[str, list[Any]]]:
    """Each name beside written values, with these."""
    match tree:
        case Compare(left=Ref() as ref, right=other) | Compare(left=other, right=Ref() as ref):
            yield ".".join(ref.parts), [value for value in [literal(other)] if value is not None]
        case Contains(left=Ref() as ref, among=tuple() as among):
            yield ".".join(ref.parts), [value for one in among if (value := literal(one)) is not None]
        case Node():
            for attribute in tree.__struct_fields__:
                yield from _compared(getattr(tree, attribute))
        case tuple():
            for one in tree:
                yield from _compared(one)


def literal(tree: Any) -> Any:
    """A written value; None for what is none."""
    match tree:
        case Number():
            return Decimal(tree.value)
        case Negative(operand=Number() as number):
            return -Decimal(number.value)
        case String() | Word():
            return tree.text
        case Day():
            return tree.value
    return None


# ------------------------------------------------------------------------------------------------- one name


def _variable(definition: Definition, name: str, lines: list[Any]) -> Variable | None:
    first, _, rest = name.partition(".")
    if name in FLEETING or first == "各":
        return None  # a row's and the hour's are looked at where they stand, and forgotten
    if not rest and (one := definition.field(first)) is not None:
        return of_field(name, one, lines)
    if not rest and first in {"季度", "月"}:
        most = 4 if first == "季度" else 12
        return _numbers(name, lines, Decimal(1), Decimal(most), whole=True)
    step = next((one for one in all_places(definition.steps) if one.name == first), None)
    if step is not None and (step.kind != "each" or rest in {RESULT, TIMED_OUT}):
        return _of_step(name, rest, step, lines)
    return None  # what a `do` set may be set again


def of_field(name: str, one: Field, lines: list[Any], step: str = "") -> Variable:
    """A field's variable; one of a step has no value before that step is over."""
    if one.type in NUMERIC and not one.many:
        scale = 100 if one.type == "money" else 1
        low, high = (None if edge is None else Decimal(edge) / scale for edge in (one.low, one.high))
        if one.type == "stars":
            low = Decimal(1)
        found = _numbers(name, lines, low, high, whole=one.type in {"int", "stars", "date"})
    elif one.type == "bool":
        found = _words(name, [True, False])
    elif one.type == "choice" and one.choices and not one.many:
        found = _words(name, list(one.choices))
    else:
        found = Variable(name, (MISSING, True), ("", ""), 0b10)
    filled = found.begins | one.optional
    return Variable(name, found.cells, found.spans, 1 if step else filled, step, filled)


def _of_step(name: str, rest: str, step: Step, lines: list[Any]) -> Variable:
    place = step.place
    if rest == RESULT:
        found = _words(name, list(RESULTS.values()))
    elif rest == TIMED_OUT:
        found = _words(name, [True, False])
    elif rest in step.own.get("items", ()):
        found = _words(name, list(MARKS.values()))
    elif (one := next((one for one in step.form if one.name == rest), None)) is not None:
        return of_field(name, one, lines, place)
    elif rest in {"赞成", "反对", "轮次", "份数"}:
        found = _numbers(name, lines, Decimal(0), None, whole=True)
    else:
        found = Variable(name, (MISSING, True), ("", ""), 0b11)
    return Variable(name, found.cells, found.spans, 1, place, found.begins)


def _words(name: str, words: Iterable[Any]) -> Variable:
    cells = (MISSING, *dict.fromkeys(words))
    spans = tuple("" if cell is MISSING else {True: "是", False: "否"}.get(cell, str(cell)) for cell in cells)
    return Variable(name, cells, spans, (1 << len(cells)) - 2)


def _numbers(name: str, lines: list[Any], low: Decimal | None, high: Decimal | None, *, whole: bool) -> Variable:
    """Cells from line to line: each line by itself, and what lies between. A day counts as its number."""
    edges = sorted({_number(one) for one in lines if isinstance(one, Decimal | date)})
    if whole:
        # between two whole numbers 人数 > 2.5 draws its line, too
        edges = sorted(
            {
                step
                for one in edges
                for step in (one.to_integral_value(ROUND_FLOOR), one.to_integral_value(ROUND_CEILING))
            }
        )
    step = Decimal(1) if whole else Decimal(0)
    found: list[tuple[Decimal | None, Decimal | None]] = []
    at = low
    for edge in edges:
        if (low is not None and edge < low) or (high is not None and edge > high):
            continue
        if at is None or (at <= edge - 1 if whole else at < edge):
            found.append((at, edge - step))
        found.append((edge, edge))
        at = edge + step
    if not found or at is None or high is None or (at <= high if whole else at < high):
        found.append((at, high))
    cells = (MISSING, *(_inside(*one, whole=whole) for one in found))
    return Variable(name, cells, ("", *(_range(*one) for one in found)), (1 << len(cells)) - 2)


def _inside(first: Decimal | None, last: Decimal | None, *, whole: bool) -> Decimal:
    """A value between two edges, neither of which is a line unless both are the same."""
    if first is None or last is None:
        return last - 1 if last is not None else first + 1 if first is not None else Decimal(0)
    return first if whole else (first + last) / 2


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and low == high:
        return f"{low:f}"
    return f"{'' if low is None else f'{low:f}'}..{'' if high is None else f'{high:f}'}"


def _number(value: Any) -> Decimal:
    return Decimal(value.toordinal()) if isinstance(value, date) else value


def number_of(value: Any) -> Any:
    """A written value as cells hold it."""
    return _number(value) if isinstance(value, Decimal | date) else value


def _merged(variable: Variable, mask: int) -> Iterator[str]:
    """The cells of a mask, those that lie side by side as one."""
    run: list[str] = []
    for bit, span in enumerate(variable.spans):
        if mask >> bit & 1:
            if bit == 0:
                yield "（未填）"
                continue
            run.append(span)
        elif run:
            yield _joined(run, variable)
            run = []
    if run:
        yield _joined(run, variable)


def _joined(run: list[str], variable: Variable) -> str:
    if len(run) == 1:
        return run[0]
    if not isinstance(variable.cells[1], Decimal):
        return "、".join(run)
    return f"{run[0].partition('..')[0]}..{run[-1].rpartition('..')[2]}"

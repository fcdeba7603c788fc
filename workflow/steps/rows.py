"""The rows that steps bring, and those of lists, as values that are computed with. Not here: which step a name means (environment.py).

A row is the same row in every list that it goes through: its `origin` is that of the list it came from first. The columns of
an older list win over those of the same name that later steps add; what every step exports (结果, 轮次 …) is the newest step's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from workflow.domain import tree
from workflow.domain.definition import Step
from workflow.domain.item import Line, Result
from workflow.grammars.values import MISSING, Row, lift, lift_field
from workflow.organisation.model import NamedList, Organisation

RESULTS: Final = {"approved": "通过", "rejected": "驳回", "late": "逾期", "skipped": "跳过", "cancelled": "取消"}
MARKS: Final = {"pass": "通过", "fail": "不通过", "na": "不适用"}
WHO, WHEN = "提交人", "时间"
"""What every row that somebody gave has: who, and when."""
MANY: Final = "份数"
"""How many rows people gave."""

EXPORTS: Final[Mapping[str, Any]] = {
    "结果": lambda result: RESULTS[result.result],
    "超时": lambda result: result.timed_out,
    "办理人": lambda result: result.doers[-1] if result.doers else MISSING,
    "开始": lambda result: result.began,
    "结束": lambda result: result.ended,
    "轮次": lambda result: result.round,
    "赞成": lambda result: result.ayes,
    "反对": lambda result: result.noes,
}
"""What every step exports."""


def lifted(kept: Any, field: tree.Field, origin: str = "") -> Any:
    """A kept value as it is computed with; rows are kept as lists of pairs, and named after `origin`, or the field."""
    if field.type != "rows" or kept is None:
        return lift(kept, field.type)
    return lift_field([dict(row) for row in kept], field, origin or field.name)


def named(kept: Any) -> Any:
    """What a `do` or a kind named: `{"type", "value"}`, or a text as it is."""
    return lift(kept["value"], kept["type"]) if isinstance(kept, dict) and "type" in kept else kept


def export(result: Result, name: str, step: Step) -> Any:
    """One thing that a step has behind its dot, but its rows; MISSING where it has none."""
    if (read := EXPORTS.get(name)) is not None:
        return read(result)
    if (kept := dict(result.extra).get(name)) is not None:
        return named(kept)
    if (mark := dict(result.marks).get(name)) is not None:
        return MARKS[mark]
    field = next((one for one in step.form if one.name == name), None)
    return MISSING if field is None else lifted(dict(result.answers).get(name), field, f"{step.name}.{name}")


def given(lines: Iterable[Line], step: Step) -> list[Row]:
    """Rows that people gave, or that are items of their own: the form's fields, who gave them and when."""
    fields = {field.name: field for field in step.form}
    return [Row(line.origin, _columns(line, fields)) for line in lines]


def chosen(lines: Iterable[Line], older: Sequence[Row]) -> list[Row]:
    """Rows of an older list that a step took, in its order, with what it says of them; the older columns win."""
    known = {row.origin: row.columns for row in older}
    return [Row(line.origin, {**_columns(line, {}), **known.get(line.origin, {})}) for line in lines]


def gone_over(
    rows: Sequence[Row], inner: Step, results: Sequence[Result | None], inside: Sequence[list[Row]]
) -> list[Row]:
    """The rows of an `each` step: their own columns, and what the step came to for each. `inside`: rows that it brought for one."""
    return [
        Row(row.origin, {**_of_row(inner, result, brought), **row.columns, **_exported(result)})
        for row, result, brought in zip(rows, results, inside, strict=True)
    ]


def of_list(found: NamedList) -> list[Row]:
    """An organisation's list. Where its first column is a unit or a person, the row goes back to that one."""
    plain = not found.columns or found.columns[0].type not in {"unit", "person"}
    return [
        Row(
            f"{found.name}/{row[0]}" if plain else str(row[0]),
            {column.name: lift(kept, column.type) for column, kept in zip(found.columns, row, strict=True)},
        )
        for row in found.rows
    ]


def of_tier(organisation: Organisation, tier: str, unit: str) -> list[Row]:
    """The units of a tier: those at or below the unit."""
    return [Row(one, {}) for one in organisation.below(unit, tier)]


def column(value: Any, rest: tuple[str, ...]) -> Any:
    """What stands behind a value's dot: a row's column, or that column of every row."""
    if not rest:
        return value
    if isinstance(value, Row):
        return column(value.columns.get(rest[0], MISSING), rest[1:])
    if isinstance(value, list):
        return [row.columns.get(rest[0], MISSING) for row in value if isinstance(row, Row)]
    return MISSING


def _columns(line: Line, fields: Mapping[str, tree.Field]) -> dict[str, Any]:
    values = dict(line.values)
    columns: dict[str, Any] = {name: lifted(values.pop(name, None), field) for name, field in fields.items()}
    columns |= {name: named(kept) for name, kept in values.items()}
    if line.person:
        columns.setdefault(WHO, line.person)
    if line.at is not None:
        columns.setdefault(WHEN, line.at)
    return columns


def _of_row(inner: Step, result: Result | None, brought: list[Row]) -> dict[str, Any]:
    """What the step came to for one row, each value; of the rows that it brought for it, each column as a list."""
    if result is None:
        return {}
    columns = {name: named(kept) for name, kept in result.extra} | {name: MARKS[mark] for name, mark in result.marks}
    names = [field.name for field in inner.form]
    if result.apart:
        columns[MANY] = len(brought)
    if not inner.rows:
        return columns | {name: export(result, name, inner) for name in names}
    for name in (*names, WHO, WHEN):
        values = [row.columns.get(name, MISSING) for row in brought]
        columns[name] = [value for value in values if value is not MISSING]
    return columns


def _exported(result: Result | None) -> dict[str, Any]:
    return {name: read(result) for name, read in EXPORTS.items()} if result is not None else {}

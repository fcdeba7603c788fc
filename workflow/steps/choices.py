"""The rows that a field may name (`one 排名 where 各.入选`): of a list, of the form, of a step. Not here: how people see them (talk)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.domain import tree
from workflow.grammars.evaluate import evaluate_condition
from workflow.grammars.values import Row
from workflow.organisation.model import Organisation
from workflow.steps.environment import Scene


def choices(scene: Scene, field: tree.Field) -> list[Row] | None:
    """The rows that may be named, in their order; None where there is no such list. Raises ConditionError, WantingError."""
    rows = scene.rows_of(field.source or "")
    if rows is None or field.where is None:
        return rows
    return [row for row in rows if evaluate_condition(field.where, scene.at(row))]


def kept(organisation: Organisation, field: tree.Field, row: Row) -> str:
    """What stands in a form for a row: of an organisation's list its name, else what it goes back to."""
    prefix = f"{field.source}/"
    if organisation.list_named(field.source or "") is not None and row.origin.startswith(prefix):
        return row.origin.removeprefix(prefix)
    return row.origin


def written(organisation: Organisation, field: tree.Field, rows: Sequence[Row]) -> Mapping[str, str]:
    """What may be written for each row, and what is kept for it: its number, what stands in its first column, where it comes from."""
    if organisation.list_named(field.source or "") is not None:
        return {name: name for name in (kept(organisation, field, row) for row in rows)}
    numbers = {str(n): row.origin for n, row in enumerate(rows, 1)}
    named: dict[str, str] = {}
    for row in rows:
        first = next(iter(row.columns.values()), None)
        if isinstance(first, str) and first not in numbers:
            named.setdefault(first, row.origin)
    return {**numbers, **named, **{row.origin: row.origin for row in rows}}

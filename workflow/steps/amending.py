"""`back: 各.提交人`: the one answer that a row came from is open again, and the row waits for it. Not here: the acts (verbs.back, verbs.answer)."""

from __future__ import annotations

from typing import Final, NamedTuple

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item, Line, Run
from workflow.steps.secrecy import step_at

AMENDING: Final = "amending"
"""The state of a row's run that waits for who gave the row."""


class Source(NamedTuple):
    """The answer that a row came from: whose step, at which path, and the answer."""

    step: Step
    path: str
    line: Line


def is_giver(target: str) -> bool:
    """Whether a return's target is who gave the row: it stands as the row's own place."""
    return target.endswith(f"/{places.ROW}")


def row_run(item: Item, run: Run) -> Run | None:
    """The run of the row that `run` is, or lies in."""
    one: Run | None = run
    while one is not None and one.row < 0:
        one = item.runs.get(one.parent)
    return one


def source_of(definition: Definition, item: Item, run: Run) -> Source | None:
    """The answer that the row of a run came from; None where it came from none that stands in the item."""
    over = row_run(item, run)
    parent = item.runs.get(over.parent) if over is not None else None
    if over is None or parent is None or over.row >= len(parent.rows):
        return None
    origin = parent.rows[over.row].origin
    for path, result in item.results.items():
        step = step_at(definition, path)
        if step is None or step.kind != "collect" or result.apart:
            continue
        line = next((one for one in result.rows if one.origin == origin), None)
        if line is not None and line.person:
            return Source(step, path, line)
    return None

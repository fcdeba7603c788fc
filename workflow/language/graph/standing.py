"""Where an item stands in its flow's picture: a mark for each box that has one. Not here: drawing it (svg)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Literal

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item, Result, Run
from workflow.language.graph.shape import core_of

Mark = Literal["now", "done", "skipped", "late", "rejected", "cancelled", "paused", "shut"]

_RESULTS: Final[Mapping[str, Mark]] = {
    "approved": "done", "rejected": "rejected", "late": "late", "skipped": "skipped", "cancelled": "cancelled",
}  # fmt: skip
_ENDS: Final[Mapping[str, Mark]] = {places.DONE: "now", places.REJECTED: "rejected", places.CANCELLED: "cancelled"}
_FIRST: Final[tuple[Mark, ...]] = ("paused", "now", "shut", "rejected", "cancelled", "late", "done", "skipped")
"""Which mark a box has when the rows that it stands for have several."""


def standing(definition: Definition, item: Item) -> dict[str, Mark]:
    """The marks by box. What was passed in a round that a return has undone is not marked: it lies ahead again."""
    found: dict[str, Mark] = {}
    for box, mark in _Standing(definition, item).marks():
        if box not in found or _FIRST.index(mark) < _FIRST.index(found[box]):
            found[box] = mark
    return found


class _Standing:
    def __init__(self, definition: Definition, item: Item) -> None:
        self.definition, self.item = definition, item
        root = item.pause.place.partition("/")[0] if item.pause is not None else item.place
        self.runs: dict[tuple[str, int, str], Run] = {
            (run.path, run.row, run.place if run.no else root): run for run in item.runs.values()
        }

    def marks(self) -> Iterator[tuple[str, Mark]]:
        """Every mark; several for a box that stands for several rows."""
        item = self.item
        yield places.START, "now" if item.place == places.RETURNED else "done"
        if item.place == places.RETURNED:
            return
        yield from self.sequence(self.definition.steps, "", item.began)
        if item.pause is not None:
            yield item.pause.place.removesuffix(f"/{places.ROW}"), "paused"
        elif item.place in _ENDS:
            yield item.place, _ENDS[item.place]

    def sequence(self, steps: tuple[Step, ...], path: str, since: datetime) -> Iterator[tuple[str, Mark]]:
        """Steps in order, as far as they have been reached since then."""
        for step in steps:
            found = self.reached(step, path, since)
            if found is None:
                return
            yield from self.step(step, path, found)
            if isinstance(found, Run):
                return
            since = max(since, found.ended)

    def reached(self, step: Step, path: str, since: datetime) -> Run | Result | None:
        """The run that stands at a step, else what the step came to; None where it lies ahead."""
        run = self.runs.get((path, -1, step.place))
        if run is not None:
            return run
        result = self.item.results.get(f"{path}/{step.name}" if path else step.name)
        return result if result is not None and (result.began >= since or self.kept(step)) else None

    def kept(self, step: Step) -> bool:
        """Whether a step lies between one that sent the item back and where to, and need not be gone through again (`here`)."""
        back, order = self.item.back, list(self.definition.places)
        if back is None or back.resume != "here" or back.source not in order:
            return False
        target = -1 if back.target == places.SUBMITTER else order.index(back.target)
        return target < order.index(step.place) <= order.index(back.source)

    def step(self, step: Step, path: str, found: Run | Result) -> Iterator[tuple[str, Mark]]:
        """A step that was reached, and what is inside."""
        mark: Mark = _RESULTS[found.result] if isinstance(found, Result) else "shut" if found.state == "shut" else "now"
        yield step.place, mark
        since = found.began if isinstance(found, Result) else found.opened_at
        if mark in {"shut", "skipped"} or since is None:
            return
        own = f"{path}/{step.name}" if path else step.name
        if step.kind == "each":
            for row in self.rows(own):
                yield from self.inside(core_of(step), f"{own}/{row}", since)
        else:
            yield from self.inside(step, own, since)

    def inside(self, step: Step, path: str, since: datetime) -> Iterator[tuple[str, Mark]]:
        if step.kind != "all":
            yield from self.sequence(step.body, path, since)
            return
        for branch in step.body:
            found = self.reached(branch, path, since)
            if found is not None:
                yield from self.step(branch, path, found)

    def rows(self, path: str) -> list[int]:
        """The rows of an `each`, from 1, that have anything inside."""
        begun = {one[len(path) + 1 :].partition("/")[0] for one in self._paths() if one.startswith(f"{path}/")}
        return sorted(int(row) for row in begun if row.isdecimal())

    def _paths(self) -> Iterator[str]:
        yield from self.item.results
        for run in self.item.runs.values():
            yield f"{run.path}/{run.row + 1}" if run.row >= 0 else f"{run.path}/"

"""`secret: STEP` 保密到: what was filled in at a step is nobody's to read until another step opens. Not here: how it is hidden (talk)."""

from __future__ import annotations

from datetime import datetime

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.fold import step_path
from workflow.domain.item import Item


def step_at(definition: Definition, path: str) -> Step | None:
    """The step of a path (`评审/2` is the second row of 评审)."""
    place = ""
    for part in path.split("/"):
        further = f"{place}/{part}" if place else part
        place = further if further in definition.places else f"{place}/{places.ROW}"
    return definition.places.get(place)


def hidden(definition: Definition, item: Item, path: str) -> bool:
    """Whether what was filled in at the step of this path must not be shown now, but to who gave it.

    A return to the step makes it secret anew: what counts is whether the other opened since.
    """
    step = step_at(definition, path)
    if step is None or not step.secret:
        return False
    opened, shown = _opened(item, path), _opened(item, _beside(step.secret, path))
    return shown is None or (opened is not None and shown < opened)


def _beside(place: str, path: str) -> str:
    """The path of the step at `place` in the row that `path` lies in."""
    parts, mine = place.split("/"), path.split("/")
    for n, part in enumerate(parts):
        if part == places.ROW and n < len(mine):
            parts[n] = mine[n]
    return "/".join(parts)


def _opened(item: Item, path: str) -> datetime | None:
    """When the step of this path opened last; None where it did not, or waits for its opening."""
    for run in item.runs.values():
        if run.state not in ("", "shut") and step_path(run) == path:
            return run.opened_at
    result = item.results.get(path)
    return result.began if result is not None else None

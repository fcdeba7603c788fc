"""Who looks again when what they reviewed has changed (`reopen_on`), and whose decision still counts. Not here: handing in again (back.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Back, Item
from workflow.steps.kinds.kinds import KINDS


def reviewed_before(definition: Definition, source: str, changed: Collection[str]) -> bool:
    """Whether a step before `source` reviewed something that has changed: then all of them look again."""
    for step in definition.steps:
        if step.place == source:
            return False
        if any(looks_again(one, changed, listed) for one, listed in _deciding(step)):
            return True
    return False


def looks_again(step: Step, changed: Collection[str], listed: str = "") -> bool:
    """Whether a change of these fields concerns who decides at a step; `listed` is the field whose rows it goes over.

    What it names in `reopen_on`; else what its prompt shows; else anything. A changed list is always another list.
    """
    if listed and listed in changed:
        return True
    reviewed = step.reopen_on if step.reopen_on is not None else step.show
    if step.reopen_on is None and not step.show:
        return bool(changed)
    return not set(changed).isdisjoint(reviewed)


def kept(definition: Definition, item: Item, back: Back, changed: Collection[str]) -> tuple[str, ...]:
    """What was decided inside the step that sent the item back, in that round, about nothing that has changed: by path.

    These pass as they did when the step is gone through again; who sent it back decided nothing, and looks again anyway.
    """
    whole = definition.places.get(back.source)
    if whole is None or back.opened is None:
        return ()
    found = []
    for step, listed in _deciding(whole):
        if looks_again(step, changed, listed):
            continue
        for path in _paths(step.place, item):
            result = item.results[path]
            fresh = (result.began >= back.opened or path in item.kept) and result.round == item.rounds.get(path)
            if result.result == "approved" and fresh and path != back.source:
                found.append(path)
    return tuple(found)


def _deciding(step: Step, listed: str = "") -> Iterator[tuple[Step, str]]:
    """The step, or those within it, at which people decide, each with the list that it is in."""
    if KINDS[step.kind].votes:
        yield step, listed
    for inner in step.body:
        yield from _deciding(inner, step.each.parts[0] if step.each is not None else listed)


def _paths(place: str, item: Item) -> Iterator[str]:
    """The results of a step: one a row, inside an `each`."""
    parts = place.split("/")
    for path in item.results:
        taken = path.split("/")
        if len(taken) == len(parts) and all(
            one == other or (other == places.ROW and one.isdecimal()) for one, other in zip(taken, parts, strict=True)
        ):
            yield path

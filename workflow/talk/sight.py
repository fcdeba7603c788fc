"""Who may see an item, and how much of it: `show` hides the rest from those who only decide at such steps. Not here: how it looks (cards/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item
from workflow.steps.sight import oversees, sees
from workflow.talk.scene import Scene

TITLES = ("标题", "名称", "选题", "事项", "title", "name", "subject")
TELLING = frozenset({"choice", "unit", "person", "date", "datetime", "place", "int", "number", "money"})
"""What tells an item from others of its flow where nothing in the form is a text: no yes or no, no stars, no telephone."""
UNVOTED = frozenset({"task", "collect", "live"})
"""Kinds of steps at which nobody says yes or no: what they come to is done, not passed."""


def may_see(item: Item, scene: Scene) -> bool:
    """Submitter, whoever has or had a task in it, those told, coordinators of its unit and above, administrators."""
    return sees(item, scene.organisation, scene.now, scene.person) or scene.person in _told(
        scene.events.get(item.id, ())
    )


def seen(item: Item, scene: Scene) -> frozenset[str] | None:
    """The names that the reader may see of an item as a whole; None: everything.

    Who only decides, or decided, at steps with `show` sees what these show, in the detail as in the prompt.
    """
    if oversees(item, scene.organisation, scene.now, scene.person):
        return None
    places = set(_places(item, scene))
    steps = [one for one in scene.definition(item).places.values() if one.place in places]
    if not steps or any(not step.show for step in steps):
        return None
    return frozenset(name for step in steps for name in step.show)


def shown(step: Step) -> frozenset[str] | None:
    """The names that a step's prompt shows; None: everything."""
    return frozenset(step.show) or None


def title_field(definition: Definition) -> tree.Field | None:
    """The field that names an item among others: the one called so, else the first text, else the first that tells it from others."""
    form = definition.start.form
    texts = [one for one in form if one.type == "text"]
    named = next((one for one in texts if one.name in TITLES), texts[0] if texts else None)
    return named or next((one for one in form if one.type in TELLING and not one.optional), None)


def _told(events: Iterable[e.Event]) -> Iterator[str]:
    """Who had a task once, or was told."""
    for event in events:
        for fact in event.facts:
            match fact:
                case e.Opened(tasks=tasks) | e.Seated(added=tasks):
                    yield from (task.person for task in tasks)
                case e.Informed(to=to):
                    yield from to
                case _:
                    pass


def _places(item: Item, scene: Scene) -> Iterator[str]:
    """Where the reader has or had something to decide."""
    places: dict[int, str] = {run.no: run.place for run in item.runs.values()}
    for run in item.runs.values():
        if any(task.person == scene.person and (task.part or task.duty) for task in run.tasks.values()):
            yield run.place
    for event in scene.events.get(item.id, ()):
        for fact in event.facts:
            match fact:
                case e.Moved(run=no, place=place) | e.Forked(run=no, place=place):
                    places[no] = place
                case e.Opened(run=no, tasks=tasks) | e.Seated(run=no, added=tasks):
                    if any(task.person == scene.person and (task.part or task.duty) for task in tasks):
                        yield places.get(no, "")
                case _:
                    pass

"""A file of an item, handed out to somebody who asked for it and may see it."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.item import Item
from workflow.talk import sight
from workflow.talk.about import Handed
from workflow.talk.cards import parts
from workflow.talk.scene import Scene
from workflow.talk.view import Attachment, Document, Notice, View


def handed(about: Handed, scene: Scene) -> View:
    """The file; who may not see it reads the same as of one that does not exist."""
    item = scene.items[about.item]
    only = sight.seen(item, scene)
    file = next((one for one in _visible(item, scene, only) if one.file == about.file), None)
    if file is None or not sight.may_see(item, scene):
        return Notice(scene.say("refused.no_such_file"))
    return Document(file, scene.say("name.item", code=item.code, title=parts.title(item, scene, only)))


def _visible(item: Item, scene: Scene, only: frozenset[str] | None) -> Iterator[Attachment]:
    """Files of what the reader may see of the item, and of the rows they decide about."""
    yield from parts.figures(item, scene, only).files
    for run in item.runs.values():
        if any(task.person == scene.person for task in run.tasks.values()):
            step = scene.definition(item).places.get(run.place)
            yield from parts.row(item, run, scene, sight.shown(step) if step is not None else None).files

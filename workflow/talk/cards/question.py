"""The message of a dialogue's question: asked while it is the present one, afterwards a line that says so."""

from __future__ import annotations

from workflow.talk.about import Question
from workflow.talk.cards import parts
from workflow.talk.dialogue import Act, Open
from workflow.talk.dialogues import act, fields
from workflow.talk.scene import Scene
from workflow.talk.view import Notice, View


def question(about: Question, scene: Scene) -> View:
    """The question, if it is the one that the next message answers."""
    top = scene.dialogue.top
    if top is None or (top.id, top.no) != (about.dialogue, about.no) or top.until <= scene.now:
        waits = any(one.id == about.dialogue for one in scene.dialogue.open)
        return Notice(scene.say("line.answered" if waits else "line.dialogue_over"))
    if not isinstance(top.talk, Act):
        return fields.ask(top, top.talk, _title(top, scene), scene)
    if top.talk.item not in scene.items or not act.lacks(top.talk):
        return Notice(scene.say("line.dialogue_over"))
    return act.ask(top, top.talk, _title(top, scene), scene)


def _title(one: Open, scene: Scene) -> str:
    item = scene.items.get(one.talk.item)
    if item is not None:
        return parts.named(item, scene)
    definition = scene.definitions.get(getattr(one.talk, "digest", ""))
    return definition.title if definition is not None else ""

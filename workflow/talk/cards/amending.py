"""One answer that came back to who gave it: what was said against it, what they gave, and a button to give it again."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.item import Item, Run, Task
from workflow.steps.amending import source_of
from workflow.talk import tokens
from workflow.talk.cards import parts, reasons
from workflow.talk.scene import Scene
from workflow.talk.view import Card


def prompt(item: Item, run: Run, task: Task, scene: Scene) -> Card:
    """To who gave the row. Nothing else of the item is shown: it may be secret from them still."""
    source = source_of(scene.definition(item), item, run)
    pen = parts.ink(scene, item)
    values = dict(source.line.values) if source is not None else {}
    fields = source.step.form if source is not None else ()
    facts = [(field.name, said) for field in fields if (said := pen.value(field, values.get(field.name)))]
    mine = task.person == scene.person and task.state == "open"
    button = scene.button("answer", tokens.Press("answer", item.id, task.no, run.round, run.no), "good")
    return Card(
        number=item.code, title=parts.title(item, scene), state=scene.say("prompt.amending", step=scene.speaker.step(run.path)),
        facts=tuple(facts), text=_why(item, task, scene), link=parts.link(item, scene), choices=(button,) if mine else (),
        files=tuple(file for field in fields for file in pen.attachments(field, values.get(field.name))),
    )  # fmt: skip


def _why(item: Item, task: Task, scene: Scene) -> str:
    """Who sent this one back, and the reason."""
    for event in scene.events.get(item.id, ()):
        asked = any(isinstance(fact, e.Opened) and task in fact.tasks for fact in event.facts)
        back = next((fact for fact in event.facts if isinstance(fact, e.Returned)), None)
        if asked and back is not None:
            return reasons.returned(event, back, scene)
    return ""

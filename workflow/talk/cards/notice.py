"""One line: what somebody is told of an item, and what the chat says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.domain.definition import Action, Definition
from workflow.domain.item import Item
from workflow.grammars.errors import ConditionError
from workflow.grammars.render import render
from workflow.steps.answers import FILES, WORDS
from workflow.steps.environment import Scene as Names
from workflow.steps.windows import PLACE
from workflow.talk import tokens
from workflow.talk.about import Line, Told
from workflow.talk.cards import answering, parts, prompt, report
from workflow.talk.plain import clean
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice, Notice, View
from workflow.talk.words import known


class OvertakenError(Exception):
    """What was to be told means nothing any more, and must not be sent."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An item as the names of a text see it."""

    definition: Definition
    item: Item
    world: Scene


_CARDS = frozenset({"tell", "publish", "webhook", "cut"})
"""What is told with the item's card, not only a line."""


def told(about: Told, scene: Scene) -> View:
    """A notice about an item; of a task, with a button as long as it is open."""
    item = scene.items[about.item]
    if about.what == "cut" and not _still_off(about, item):
        raise OvertakenError
    if about.what == "invite":
        return answering.invited(about, item, scene)
    if about.what == "report":
        return report.card(about, item, scene, _own_words(about, item, scene), _detail(about, scene))
    if about.what in _CARDS:
        return _card(about, item, scene)
    said = _sentence(about, item, scene)
    for run in item.runs.values():
        task = run.tasks.get(about.task)
        if about.task and task is not None:
            mine = task.person == scene.person and task.state == "open"
            press = tokens.Press("task", item.id, task.no, run.round)
            due = parts.due_of(run, scene)
            choices = (scene.button("handle", press, "good"),) if mine else ()
            return Notice(clean(f"{said} · {due}" if due else said, 1000), choices)
    if about.task:
        task = scene.tasks.get((item.id, about.task))
        return Notice(clean(f"{said}\n{prompt.became(about.task, item, task, scene)}", 1000))
    return Notice(clean(said, 1000), _detail(about, scene))


def _still_off(about: Told, item: Item) -> bool:
    """Whether the stop that is told of holds: what went on again must not be cut off by a call that comes late."""
    return any(run.watch is not None and run.watch.version == about.version for run in item.runs.values())


def _sentence(about: Told, item: Item, scene: Scene) -> str:
    key = f"told.{about.what}" if known(f"told.{about.what}") else "told.other"
    step = scene.speaker.step(about.step)
    return scene.say(key, item=parts.named(item, scene), step=step, state=parts.state(item, scene))


def _card(about: Told, item: Item, scene: Scene) -> Card:
    """The item's card; where the flow says the text, that alone: who wrote it chose what may be known."""
    words = _own_words(about, item, scene)
    facts = () if words else (*parts.header(item, scene, None), *parts.figures(item, scene, None).facts)
    return Card(
        number=item.code,
        title=scene.definition(item).title if words else parts.title(item, scene),
        state=parts.state(item, scene),
        facts=facts,
        text=clean(words or _sentence(about, item, scene), 1000),
        link=parts.link(item, scene),
        choices=_detail(about, scene),
    )


def _own_words(about: Told, item: Item, scene: Scene) -> str:
    """The text that the flow gives a `tell` or `publish`, its slots filled; empty where it gives none, or it cannot be filled."""
    definition = scene.definition(item)
    step = definition.places.get(about.step)
    deeds = (step.own.get("actions") or step.own.get("stop", ())) if step is not None else _watched(about, definition)
    text = deeds[about.deed - 1].text if 0 < about.deed <= len(deeds) else None
    if text is None:
        return ""
    ink = parts.ink(scene)
    spelt = {
        field.name: ink.value(field, item.form[field.name])
        for field in definition.start.form
        if field.type in WORDS | FILES and field.name in item.form
    }
    try:
        return render(
            text, Names(_Seen(definition, item, scene), extra=spelt), language="zh" if scene.language == "zh" else "en"
        )
    except ConditionError:
        return ""


def _watched(about: Told, definition: Definition) -> tuple[Action, ...]:
    """What a rule over many items does, where one is told of."""
    return next((rule.actions for rule in definition.watch if about.step == PLACE + rule.name), ())


def _detail(about: Told, scene: Scene) -> tuple[Choice, ...]:
    return (scene.button("detail", tokens.Press("detail", about.item), "quiet"),) if scene.private else ()


def line(about: Line, scene: Scene) -> View:
    """A sentence of the chat itself, a refusal among them."""
    return Notice(clean(scene.speaker.line(about.word, about.facts), 2000))

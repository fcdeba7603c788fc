"""One line: what somebody is told of an item, and what the chat says of itself."""

from __future__ import annotations

from workflow.talk import tokens
from workflow.talk.about import Line, Told
from workflow.talk.cards import parts, prompt
from workflow.talk.plain import clean
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice, Notice, View
from workflow.talk.words import known

_CARDS = frozenset({"tell", "publish"})
"""What is told with the item's card, not only a line."""


def told(about: Told, scene: Scene) -> View:
    """A notice about an item; of a task, with a button as long as it is open."""
    item = scene.items[about.item]
    words = parts.ink(scene).words(about.words)
    key = f"told.{about.what}" if known(f"told.{about.what}") else "told.other"
    said = scene.say(
        key, item=parts.named(item, scene), step=scene.speaker.step(about.step), state=parts.state(item, scene)
    )
    if words:
        said += scene.say("told.words", words=words)
    if about.what in _CARDS:
        figures = parts.figures(item, scene, None)
        return Card(
            number=item.code, title=parts.title(item, scene), state=parts.state(item, scene),
            facts=(*parts.header(item, scene, None), *figures.facts), text=clean(said, 1000),
            link=parts.link(item, scene), choices=_detail(about, scene),
        )  # fmt: skip
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


def _detail(about: Told, scene: Scene) -> tuple[Choice, ...]:
    return (scene.button("detail", tokens.Press("detail", about.item), "quiet"),) if scene.private else ()


def line(about: Line, scene: Scene) -> View:
    """A sentence of the chat itself, a refusal among them."""
    return Notice(clean(scene.speaker.line(about.word, about.facts), 2000))

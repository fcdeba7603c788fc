"""The submitter's own card of an item: where it is, on whom it waits, why it came back, and what they may do."""

from __future__ import annotations

from workflow.domain import places
from workflow.domain.item import Item
from workflow.talk import tokens
from workflow.talk.about import Status
from workflow.talk.cards import parts, reasons
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice, View


def status(about: Status, scene: Scene) -> View:
    """The card as it is now."""
    item = scene.items[about.item]
    choices: tuple[Choice, ...] = ()
    if scene.person == item.submitter:
        choices = (*parts.of_submitter(item, scene), *_always(item, scene))
    return Card(
        number=item.code, title=parts.title(item, scene), state=parts.state(item, scene),
        facts=(*parts.header(item, scene, None)[:1], *_figures(item, scene), *parts.waiting(item, scene)),
        text=why(item, scene), link=parts.link(item, scene), choices=choices, mark=mark(item),
    )  # fmt: skip


def why(item: Item, scene: Scene) -> str:
    """What somebody said that brought the item where it is."""
    if item.place == places.RETURNED:
        return reasons.of_return(item, scene)
    if item.place in (places.REJECTED, places.TERMINATED, places.WITHDRAWN):
        return reasons.of_rejection(item, scene)
    return scene.say("status.suspended") if item.place == places.SUSPENDED else ""


def mark(item: Item) -> str:
    """How it ended, as a style."""
    ended = {"done": "good", "rejected": "bad", "terminated": "bad"}
    return ended.get(item.state, "quiet" if item.ended is not None else "")


def _figures(item: Item, scene: Scene) -> tuple[parts.Fact, ...]:
    """What the flow itself gave the item, its number first of all."""
    given = parts.figures(item, scene, frozenset(item.names))
    return given.facts


def _always(item: Item, scene: Scene) -> tuple[Choice, ...]:
    return (
        scene.button("comment", tokens.Press("comment", item.id), "quiet"),
        scene.button("timeline", tokens.Press("timeline", item.id), "quiet"),
    )

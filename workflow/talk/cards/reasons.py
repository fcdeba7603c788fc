"""Why an item is where it is: who sent it back and why, why it was rejected, what it is suspended for. Read out of its events."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain import event as e
from workflow.domain.definition import Step
from workflow.domain.item import Item
from workflow.grammars.values import Money
from workflow.talk.cards import parts
from workflow.talk.plain import clean, line
from workflow.talk.scene import Scene


def of_return(item: Item, scene: Scene) -> str:
    """Who sent it back, from where, and the reason; empty when it never came back (or nobody loaded its events)."""
    for event, fact in _latest(item, scene):
        if isinstance(fact, e.Returned):
            return returned(event, fact, scene)
    return ""


def returned(event: e.Event, fact: e.Returned, scene: Scene) -> str:
    """One return: by whom, from where, when and why."""
    return scene.say(
        "reason.returned", person=scene.speaker.person(event.actor), step=scene.speaker.step(fact.back.source),
        at=scene.speaker.when(event.at), words=_words(fact.comment, scene),
    )  # fmt: skip


def came_back(item: Item, step: Step, scene: Scene) -> str:
    """For a step that is asked again: what it was sent back for."""
    return of_return(item, scene) if item.rounds.get(step.place, 1) > 1 else ""


def of_rejection(item: Item, scene: Scene) -> str:
    """Who rejected it, and why; of an end by lateness or an administrator, the words that came with it."""
    for event, fact in _latest(item, scene):
        match fact:
            case e.Voted(choice="reject", comment=comment, person=person):
                at, words = scene.speaker.when(event.at), _words(comment, scene)
                return scene.say("reason.rejected", person=scene.speaker.person(person), at=at, words=words)
            case e.Said(comment=comment) if event.verb in ("terminate", "withdraw"):
                at, words = scene.speaker.when(event.at), _words(comment, scene)
                return scene.say("reason.ended", person=scene.speaker.person(event.actor), at=at, words=words)
            case e.Lacked():
                return scene.say(
                    "reason.lacked", at=scene.speaker.when(event.at), account=scene.speaker.account(fact.account),
                    currency=line(fact.currency), there=Money(fact.there), asked=Money(fact.asked),
                )  # fmt: skip
            case e.Returned() | e.Amended():
                return ""
            case _:
                pass
    return ""


def of_pause(item: Item, scene: Scene) -> str:
    """What an administrator has to settle before the item can go on."""
    if item.pause is None:
        return ""
    step = scene.speaker.step(item.pause.place)
    return scene.say(f"reason.{item.pause.reason}", step=step, detail=line(scene.speaker.of(item.pause.detail), 300))


def _latest(item: Item, scene: Scene) -> Iterator[tuple[e.Event, e.Fact]]:
    for event in reversed(scene.events.get(item.id, ())):
        for fact in event.facts:
            yield event, fact


def _words(commitment: str, scene: Scene) -> str:
    return clean(parts.ink(scene).words(commitment), 1000)

"""What the system does by itself, and what lateness does, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.domain.definition import Action, Definition, Rung
from workflow.language.prose.money import added, moved, reported
from workflow.language.prose.people import who
from workflow.language.prose.running import set_off
from workflow.language.prose.values import Pen
from workflow.language.prose.words import listed


def deeds(pen: Pen, definition: Definition, actions: Iterable[Action]) -> Iterator[str]:
    """One sentence for each thing that is done."""
    for action in actions:
        for said in _said(pen, definition, action):
            yield said + _words(pen, action)


def _said(pen: Pen, definition: Definition, action: Action) -> Iterator[str]:
    match action.word:
        case "tell":
            yield pen.say("deed.tell", who=who(pen, definition, action.to))
        case "publish":
            yield pen.say("deed.publish", outlets=listed(pen.language, action.outlets))
        case "webhook":
            yield pen.say("deed.webhook", outlets=listed(pen.language, action.outlets))
        case "number":
            for name, template in action.names:
                yield pen.say("deed.number", name=name, text=pen.text(template))
        case "hold" | "pay":
            yield from moved(pen, definition, action)
        case "add":
            yield added(pen, action)
        case "run":
            yield set_off(pen, action)
        case "report":
            yield reported(pen, definition, action)
        case "set" | "count":
            for name, value in action.names:
                yield pen.say(f"deed.{action.word}", name=name, value=pen.value(value))


def _words(pen: Pen, action: Action) -> str:
    if action.word not in {"tell", "publish", "webhook", "report"} or (action.word == "report" and action.text is None):
        return ""
    return pen.say("deed.card") if action.text is None else pen.say("deed.text", text=pen.text(action.text))


def rungs(pen: Pen, definition: Definition, ladder: Iterable[Rung], rejected: str) -> Iterator[str]:
    """One sentence for each rung; `rejected` is what a rejection comes to there."""
    for rung in ladder:
        said = list(deeds(pen, definition, rung.actions))
        if rung.then:
            said.append(pen.say(f"rung.{rung.then}", rejected=rejected))
        done = ("；" if pen.language == "zh" else "; ").join(said)
        if any(count for count, _ in rung.after.parts):
            yield pen.say("late.rung", after=pen.duration(rung.after), deeds=done)
        else:
            yield pen.say("late.rung.now", deeds=done)

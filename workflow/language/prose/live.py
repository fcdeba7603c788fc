"""A live step in words: who watches, the all-clear, the stop, going on again. Not here: when it opens and ends (step)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.definition import Definition, Step
from workflow.language.kinds.living import TWO
from workflow.language.prose.deeds import deeds
from workflow.language.prose.people import who
from workflow.language.prose.values import Pen


def watched(pen: Pen, definition: Definition, step: Step) -> Iterator[str]:
    """Who watches, and how often they say that all is well."""
    yield pen.say("step.live", who=who(pen, definition, step.who))
    beat = step.own.get("beat")
    if beat is None:
        yield pen.say("live.beat.none") + pen.say("default")
    else:
        yield pen.say("live.beat", duration=pen.duration(beat))


def stopped(pen: Pen, definition: Definition, step: Step) -> Iterator[str]:
    """What the stop does, one sentence a deed."""
    yield from deeds(pen, definition, step.own["stop"])


def set_going(pen: Pen, step: Step) -> str:
    """How many must agree to go on."""
    wanted: int = step.own["restart"]
    return pen.say("live.restart", n=wanted) + (pen.say("default") if wanted == TWO else "")

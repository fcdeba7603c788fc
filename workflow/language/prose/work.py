"""How a task finds its people, in words. Not here: what they fill in and until when (step.py)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain import tree
from workflow.domain.definition import Step
from workflow.language.prose.values import Pen
from workflow.steps.work import MOST_ASKED


def found(pen: Pen, step: Step) -> Iterator[str]:
    """Who is asked, how it is taken, how many are needed, and what a refusal leads to."""
    default = pen.say("default")
    if (match := step.own.get("match")) is not None:
        yield pen.say("task.match", condition=pen.condition(match))
    yield pen.say(f"take.{step.own['take']}") + (default if step.own["take"] == "any" else "")
    yield _needed(pen, step.need, pen.say("task.handed" if step.form else "task.taken"))
    yield pen.say("task.declined", most=MOST_ASKED) + default
    yield pen.say("task.judge") + default


def _needed(pen: Pen, need: tree.Need | None, done: str) -> str:
    match need:
        case tree.Everyone() | tree.InOrder():
            return pen.say("task.all", done=done)
        case tree.NeedChoose():
            return pen.say(
                "need.if", condition=pen.condition(need.condition), then=_needed(pen, need.then, done),
                otherwise=_needed(pen, need.otherwise, done),
            )  # fmt: skip
        case tree.Ref() | tree.Number() if not (isinstance(need, tree.Number) and need.value == 1 and not need.percent):
            return pen.say("task.number", need=pen.value(need), done=done)
    return pen.say("task.one", done=done) + pen.say("default")

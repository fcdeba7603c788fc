"""Items of other flows that a step or a deed sets going, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflow.domain.definition import Action, Step
from workflow.language.prose.values import Pen
from workflow.language.prose.words import listed


def ran(pen: Pen, step: Step) -> Iterator[str]:
    """What a step runs, for which rows, of which unit, with which form; and what their ends come to."""
    yield pen.say("step.run", flow=step.own["flow"])
    if step.each is not None:
        yield pen.say("run.each", rows=".".join(step.each.parts))
    if step.where is not None:
        yield pen.say("step.where", condition=pen.condition(step.where))
    if (unit := step.own.get("unit")) is not None:
        yield pen.say("run.unit", unit=pen.value(unit))
    else:
        yield pen.say("run.unit.own") + pen.say("default")
    if step.own.get("with"):
        yield pen.say("run.with", form=_form(pen, step.own))
    yield pen.say("run.cancelled")


def set_off(pen: Pen, action: Action) -> str:
    """The deed `run`."""
    said = pen.say("deed.run", flow=action.own["flow"])
    if (unit := action.own.get("unit")) is not None:
        said += pen.say("deed.run.unit", unit=pen.value(unit))
    if action.own.get("with"):
        said += pen.say("deed.run.with", form=_form(pen, action.own))
    return said


def _form(pen: Pen, own: Any) -> str:
    return listed(
        pen.language, [pen.say("run.value", name=name, value=pen.value(value)) for name, value in own["with"]]
    )

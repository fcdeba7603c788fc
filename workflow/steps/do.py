"""`do` 自动: deeds, at once. What needs the network leaves through deliveries."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.definition import Step
from workflow.domain.item import Moment, Run
from workflow.steps.actions import perform
from workflow.steps.draft import Draft
from workflow.steps.kind import Kind, Verdict, way_on


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    draft.record(e.Opened(no, round_, "joining", moments=moments))
    for number, action in enumerate(step.own["actions"], 1):
        perform(draft, no, action, number)
    return "approved"


def _verdict(_draft: Draft, _run: Run) -> Verdict:
    return "approved"


DO = Kind("do", "actions", _open, _verdict, way_on)

"""`do` 自动: deeds, at once: all of them, or (where one cannot be done) none. What needs the network leaves through deliveries."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain import event as e
from workflow.domain.definition import Edge, Step
from workflow.domain.item import Moment, Run
from workflow.grammars.errors import ConditionError
from workflow.steps.deeds.deeds import perform
from workflow.steps.deeds.money import ShortError, UncoveredError, stand
from workflow.steps.draft import Draft
from workflow.steps.kinds.kind import Kind, Verdict, way_on, way_out


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    mark = draft.mark()
    try:
        draft.record(e.Opened(no, round_, "joining", moments=moments))
        for number, action in enumerate(step.own["actions"], 1):
            perform(draft, no, action, number)
    except UncoveredError as short:
        draft.back_to(mark)
        stand(draft, short)
        if not isinstance(short, ShortError):
            raise
        draft.record(short.fact)
        return "rejected"
    except ConditionError:
        draft.back_to(mark)
        raise
    return "approved"


def _ways(step: Step, after: str) -> Iterator[Edge]:
    """A hold may be short: then the system rejects."""
    return (way_out if any(one.word == "hold" for one in step.own["actions"]) else way_on)(step, after)


def _verdict(_draft: Draft, _run: Run) -> Verdict:
    return "approved"


DO = Kind("do", "actions", _open, _verdict, _ways)

"""What a step kind is. Each kind is one object in a file of its own; `kinds.py` lists them. Nothing else asks a step its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.definition import Edge, Step
from workflow.domain.item import Moment, Run
from workflow.steps.draft import Draft

Verdict = Literal["", "approved", "rejected", "skipped", "late", "cancelled"]
"""What a step has come to; empty while it is open."""

Grammar = Literal["actors", "steps", "actions", "lines", "need"]
"""How a key's value is read (`language.keys`)."""


def _no_refusal(_step: Step, _choice: str, _marks: Mapping[str, str]) -> Refused | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """`word`, one of `grammars.words.KINDS`; `value` is the grammar of what stands behind the word, `keys` those of its own keys.

    `open` puts the step into force for a run (tasks, inner runs, deeds) and may come to a verdict at once; `verdict` weighs what
    was heard since; `hear` refuses a vote that does not fit the kind. `ways` are the kind's own edges out of the step.
    """

    word: str
    value: Grammar
    open: Callable[[Draft, int, Step, int, tuple[Moment, ...]], Verdict]
    verdict: Callable[[Draft, Run], Verdict]
    ways: Callable[[Step, str], Iterator[Edge]]
    keys: Mapping[str, Grammar] = field(default_factory=dict)
    hear: Callable[[Step, str, Mapping[str, str]], Refused | None] = _no_refusal
    votes: bool = False


def way_on(step: Step, after: str) -> Iterator[Edge]:
    """The edges of every step: over, skipped, too late, or taken down with something inside it."""
    yield Edge("approve", step.place, after, "approved")
    yield Edge("skip", step.place, after, "skipped")
    yield Edge("lapse", step.place, after, "late")
    yield Edge("expire", step.place, places.REJECTED, "late")
    yield Edge("cancel", step.place, places.CANCELLED, "cancelled")


def way_out(step: Step, after: str) -> Iterator[Edge]:
    """`way_on`, and a rejection: the end, or the next step where the flow says `reject: continue`."""
    yield from way_on(step, after)
    yield Edge("reject", step.place, after if step.reject == "continue" else places.REJECTED, "rejected")

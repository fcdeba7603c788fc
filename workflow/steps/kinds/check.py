"""`check` 关口: a review whose lines are all marked before a vote; a 不通过 forbids approval."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.domain.command import Refused
from workflow.domain.definition import Step
from workflow.steps.kinds.kind import VOTED, Kind, way_out
from workflow.steps.votes import open_for_votes, restaff, weigh

MARKS = ("pass", "fail", "na")


def _hear(step: Step, choice: str, marks: Mapping[str, str]) -> Refused | None:
    lines: tuple[str, ...] = step.own["items"]
    if unknown := [line for line, mark in marks.items() if line not in lines or mark not in MARKS]:
        return Refused("unknown_line", {"lines": unknown})
    if choice == "approve":
        if unmarked := [line for line in lines if line not in marks]:
            return Refused("lines_unmarked", {"lines": unmarked})
        if failed := [line for line in lines if marks[line] == "fail"]:
            return Refused("lines_failed", {"lines": failed})
    return None


CHECK = Kind(
    "check", "actors", open_for_votes, weigh, way_out,
    keys={"items": "lines", "need": "need", "weight": "weight"}, free=frozenset({"weight"}), common=VOTED, hear=_hear, votes=True, hurried=True, restaff=restaff,
)  # fmt: skip

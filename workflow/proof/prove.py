"""The proof of one flow: how much was walked, and every problem with a shortest path to it. Pure: the text and the day come from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workflow.domain.definition import Definition
from workflow.domain.finding import Finding
from workflow.language.text.nodes import found
from workflow.organisation.model import Organisation
from workflow.proof.codes import BESIDE, PROVEN
from workflow.proof.graph import Problem, many_rows, problems_of
from workflow.proof.paths import Path, count_paths
from workflow.proof.people import sorts_of, staffed
from workflow.proof.space import Space
from workflow.proof.spots import Spots
from workflow.proof.times import beyond_calendar


@dataclass(frozen=True, slots=True)
class Proven:
    """One problem, and the path that shows it."""

    finding: Finding
    certain: bool
    path: Path | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was walked, and what was found. `returns`: moves that lead back; `whole`: no condition had to be left open for want of room."""

    states: int
    paths: int
    returns: int
    sorts: int
    whole: bool
    space: Space
    found: tuple[Proven, ...]


def prove(
    definition: Definition, organisation: Organisation | None, today: date, said: Iterable[Finding] = ()
) -> Proof:
    """Walk every path. `said` is what lint found in the same text, which is not said again."""
    spots = Spots(definition)
    sorts = sorts_of(definition, organisation)
    walks = [sort.walk for sort in sorts]
    problems = [*problems_of(definition, walks, spots), *many_rows(definition, organisation, walks, spots)]
    if organisation is not None:
        problems += staffed(definition, organisation, sorts, spots)
        problems += beyond_calendar(definition, organisation.calendar, today, spots)
    lint = list(said)
    kept = [_proven(one) for one in problems if not _said(one, lint)]
    kept.sort(key=lambda one: (one.finding.line, one.finding.column, one.finding.code))
    returns = sum(move.word == "return" for walk in walks for moves in walk.moves for move, _ in moves)
    return Proof(
        sum(len(walk.states) for walk in walks), sum(count_paths(walk) for walk in walks), returns, len(walks),
        not any(walk.coarse for walk in walks), walks[0].space, tuple(kept),
    )  # fmt: skip


def _proven(problem: Problem) -> Proven:
    code = PROVEN[problem.code]
    facts = {"zh": "", "en": "", **problem.facts}
    finding = found(problem.code, code.zh.format(**facts), code.en.format(**facts), problem.place)
    return Proven(finding, problem.code < "P550", problem.path)


def _said(problem: Problem, lint: Iterable[Finding]) -> bool:
    """Whether lint says as much of the same line."""
    return any(one.code in BESIDE.get(problem.code, ()) and one.line == problem.place.line for one in lint)

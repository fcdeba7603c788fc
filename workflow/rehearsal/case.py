"""What a case says, as values: its people, its start, its lines, what it expects. Not here: its text (cases.py), playing it (play.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workflow.domain.finding import Finding
from workflow.domain.tree import Value
from workflow.language.text.nodes import Place

TOP: Final = Place(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`王五 退回 所复审 到 站初审`: who does what, at which step, and to where or whom; `` where it is left out."""

    text: str
    place: Place
    who: str
    verb: str
    step: str = ""
    to: str = ""
    who_place: Place = TOP
    step_place: Place = TOP
    to_place: Place = TOP
    marks: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    comment: str | None = None
    refused: bool = False
    because: str = ""
    channel: str = ""
    respondent: str = ""


@dataclass(frozen=True, slots=True)
class Jump:
    """Time passes for so long, or to a moment."""

    text: str
    place: Place
    moment: Value


@dataclass(frozen=True, slots=True)
class Hooked:
    """A webhook that a stop called arrived (`arrived`), or will not any more."""

    name: str
    place: Place
    arrived: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that must be so: `word` as in `words.EXPECT`, `value` a tuple, a truth, a word or a mapping."""

    word: str
    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Expect:
    """What must be so now."""

    place: Place
    things: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """An item that a step began ends in `state`, having set `values`: the first under way, or that of a row."""

    step: str
    place: Place
    state: str
    values: Mapping[str, Any]
    row: str = ""


Line = Sentence | Jump | Hooked | Child | Expect


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `people` None: those of the organisation itself. `place` is its name's. `balances`: fen by (currency, account). `at`: when it begins, `row`: for which one.

    `before`: items that ended before, as what they held: names, as a rule over many items writes them, to values.
    """

    name: str
    place: Place
    people: Mapping[str, tuple[str, ...]] | None
    by: str
    by_place: Place
    form: Mapping[str, Any]
    lines: tuple[Line, ...]
    unit: str = ""
    posts: Mapping[str, Place] = field(default_factory=dict)
    at: Value | None = None
    row: str = ""
    before: tuple[Mapping[str, str], ...] = ()
    balances: Mapping[tuple[str, str], int] | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """What a text comes to: its cases, in order, none where anything was found."""

    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]

"""What a step kind is. Each kind is one object in a file of its own; `kinds.py` lists them. Nothing else asks a step its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from workflow.domain import places, tree
from workflow.domain.command import Refused
from workflow.domain.definition import Edge, Step
from workflow.domain.item import Line, Moment, Pair, Run
from workflow.steps.draft import Draft

Verdict = Literal["", "approved", "rejected", "skipped", "late", "cancelled"]
"""What a step has come to; empty while it is open."""

Grammar = Literal[
    "actors",
    "steps",
    "actions",
    "lines",
    "need",
    "take",
    "match",
    "duration",
    "headcount",
    "list",
    "score",
    "column",
    "within",
    "weight",
    "flow",
    "starter",
    "given",
]
"""How a key's value is read (`language.kinds.own`)."""

TIMED: Final = frozenset({"due", "late"})
"""What a step may have that stays open."""
FILLED: Final = frozenset({"form", "must", "secret"})
"""What a step may have at which people fill something in."""
SHOWN: Final = frozenset({"remind", "show"})
"""What a step may have that prompts people."""
JUDGED: Final = frozenset({"reject"})
"""What a step may have that can be rejected."""
RETURNING: Final = frozenset({"back", "resume", "reopen_on"})
"""What a step may have that can send an item back."""
VOTED: Final = TIMED | FILLED | SHOWN | JUDGED | RETURNING
"""What a step may have at which people vote."""


def _no_refusal(_step: Step, _choice: str, _marks: Mapping[str, str]) -> Refused | None:
    return None


def _no_rows(_step: Step) -> None:
    return None


def _no_more(_draft: Draft, _run: Run) -> Exported:
    return NOTHING_MORE


def _nothing_left(_draft: Draft, _run: Run) -> None:
    return None


def _never(_draft: Draft, _no: int, _moment: Moment) -> Verdict:
    return ""


def _as_they_are(_draft: Draft, _run: Run) -> None:
    return None


def _still(_draft: Draft, _run: Run) -> Verdict:
    return ""


class StuckError(Exception):
    """Raised where a step must not open, and people have to settle why: `reason` is a word of `talk` (`reason.…`).

    `detail` is said in Chinese and in English; `place` is where an administrator's retry goes on.
    """

    def __init__(self, reason: str, detail: tuple[str, str], place: str) -> None:
        super().__init__(f"{reason}: {detail[1]}")
        self.reason, self.detail, self.place = reason, detail, place


class Exported(NamedTuple):
    """What a kind adds to its step's `Result`: rows (answers, ranks …), and single values by name."""

    rows: tuple[Line, ...] = ()
    extra: tuple[Pair, ...] = ()
    apart: bool = False


NOTHING_MORE: Final = Exported()


@dataclass(frozen=True, slots=True)
class Kind:
    """`word`, one of `grammars.words.KINDS`; `value` is the grammar of what stands behind the word, `keys` those of its own keys.

    `open` puts the step into force for a run (tasks, inner runs, deeds) and may come to a verdict at once; `verdict` weighs what
    was heard since; `hear` refuses a vote that does not fit the kind. `ways` are the kind's own edges out of the step.

    `common`: the keys of other kinds that it takes too (`TIMED`, `FILLED` …). `hurried`: due after three working days, and
    reminded on the way, where the flow does not say. `late`: what its lateness does where the flow does not say.
    `exports`: what the step has behind a dot besides what every step has, each with the word of its type; `export` gives their
    values. `rows`: what the rows that it brings have besides its form's fields and the columns of the list it takes (`own["of"]`);
    None: it brings none. `strike` is a moment of the kind's own (`beat`); `leave` is called once the step is over or taken down.
    `owed`: keys that may not be left out, besides those whose grammar says so (`language.kinds.own`). `gated`: it
    opens only when all before it passed or were skipped. `lasts`: it goes on until it is due, which is no lateness, and nobody
    in particular has done it.
    `actors`: what those behind the word do, which says who may stand there (`language.who`); `duty`: what is owed by whom an
    administrator names, where that is no vote. `free`: own keys that mean nothing where they are left out. `restaff`: the organisation changed; take tasks from who lost the right, and fill them.
    `again`: an administrator lets a suspended item go on while the step is open; do what could not be done.
    """

    word: str
    value: Grammar
    open: Callable[[Draft, int, Step, int, tuple[Moment, ...]], Verdict]
    verdict: Callable[[Draft, Run], Verdict]
    ways: Callable[[Step, str], Iterator[Edge]]
    keys: Mapping[str, Grammar] = field(default_factory=dict)
    common: frozenset[str] = frozenset()
    hear: Callable[[Step, str, Mapping[str, str]], Refused | None] = _no_refusal
    votes: bool = False
    hurried: bool = False
    late: Literal["escalate", "end"] = "escalate"
    exports: Mapping[str, tree.FieldType] = field(default_factory=dict)
    rows: Callable[[Step], Mapping[str, tree.FieldType] | None] = _no_rows
    export: Callable[[Draft, Run], Exported] = _no_more
    strike: Callable[[Draft, int, Moment], Verdict] = _never
    leave: Callable[[Draft, Run], None] = _nothing_left
    owed: tuple[str, ...] = ()
    gated: bool = False
    lasts: bool = False
    actors: Literal["decide", "do", "ask"] = "decide"
    duty: Literal["", "do", "watch"] = ""
    restaff: Callable[[Draft, Run], None] = _as_they_are
    again: Callable[[Draft, Run], Verdict] = _still
    free: frozenset[str] = frozenset()


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

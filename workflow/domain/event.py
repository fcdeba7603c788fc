"""What happened: one event a decision, made of facts. Only these are kept for ever; `fold` gives them meaning.

Facts are read by auditors in many years: a fact may gain fields with defaults, never lose or rename one. Names that
authors chose stand as pairs, words of people as sealed commitments, moments as RFC 3339 in UTC, never a float.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from workflow.domain.item import Back, Moment, Need, Pair, Pause, Result, Task, Value


class _Fact(Struct, frozen=True, omit_defaults=True, tag_field="fact", tag=lambda name: name.lower()):
    pass


class Started(_Fact, frozen=True):
    """The item exists; `form` is what was handed in, `shown` its digest (a vote says what it was about)."""

    code: str
    flow: str
    digest: str
    unit: str
    submitter: str
    form: tuple[Pair, ...]
    shown: str
    parent: str = ""


class Amended(_Fact, frozen=True):
    """The submitter changed these fields of the form."""

    form: tuple[Pair, ...]
    shown: str


class Moved(_Fact, frozen=True):
    """Run `run` took the machine's edge `trigger`, which led to `place`."""

    run: int
    trigger: str
    place: str


class Forked(_Fact, frozen=True):
    """Run `parent` opened a thread of its own beside or below it, at `place`."""

    parent: int
    run: int
    path: str
    place: str
    row: int = -1


class Opened(_Fact, frozen=True):
    """A step opened for a run: who owes what, how many must approve, and what is due when.

    `state` `shut` waits for its opening moment; `unstaffed` found nobody who may decide; `joining` waits for its own runs.
    """

    run: int
    round: int
    state: str
    tasks: tuple[Task, ...] = ()
    need: Need | None = None
    moments: tuple[Moment, ...] = ()


class Seated(_Fact, frozen=True):
    """Who owes something changed while the step is open: tasks added, tasks ended without a vote."""

    run: int
    added: tuple[Task, ...]
    ended: tuple[tuple[int, str], ...]
    state: str
    need: Need | None = None


class Called(_Fact, frozen=True):
    """In order: it is this task's turn now."""

    run: int
    task: int


class Voted(_Fact, frozen=True):
    """意见. `shown` is the digest of what they saw, `marks` a checklist's lines, `answers` the step's own form."""

    run: int
    task: int
    person: str
    part: str
    choice: str
    shown: str
    marks: tuple[Pair, ...] = ()
    answers: tuple[Pair, ...] = ()
    comment: str = ""


class Timed(_Fact, frozen=True):
    """Moments of a run fired (`fired`), and those that remain. `late` is set once its due has passed."""

    run: int
    fired: tuple[str, ...]
    moments: tuple[Moment, ...]
    late: bool = False


class Resulted(_Fact, frozen=True):
    """A step is over for a run; `path` is the step's own name (with the row, inside an `each`)."""

    run: int
    path: str
    result: Result


class Dropped(_Fact, frozen=True):
    """Runs that were abandoned, their open tasks cancelled."""

    runs: tuple[int, ...]


class Returned(_Fact, frozen=True):
    """退回: who sent it back from where, and where to."""

    back: Back
    comment: str = ""


class Named(_Fact, frozen=True):
    """What a `do` numbered or set."""

    values: tuple[Pair, ...]


class Counted(_Fact, frozen=True):
    """What a `do` added to a counter of a unit."""

    name: str
    unit: str
    n: int


class Suspended(_Fact, frozen=True):
    """The item waits for an administrator, and why."""

    pause: Pause


class Resumed(_Fact, frozen=True):
    """An administrator let a suspended item go on."""


class Said(_Fact, frozen=True):
    """A comment, or the reason of an act. `comment` is a commitment."""

    comment: str


class Informed(_Fact, frozen=True):
    """Somebody was told: `what` is `tell publish remind escalate nudge unstaffed`; it decides nothing."""

    what: str
    to: tuple[str, ...]
    step: str = ""
    why: str = ""


class Ended(_Fact, frozen=True):
    """The item is over."""

    state: str


Fact = (
    Started
    | Amended
    | Moved
    | Forked
    | Opened
    | Seated
    | Called
    | Voted
    | Timed
    | Resulted
    | Dropped
    | Returned
    | Named
    | Counted
    | Suspended
    | Resumed
    | Said
    | Informed
    | Ended
)


class Event(Struct, frozen=True, omit_defaults=True):
    """One decision about one item. `version` is dense from 1; its bytes, once chained, never change."""

    item: str
    version: int
    at: datetime
    command: str
    verb: str
    actor: str
    network: str
    facts: tuple[Fact, ...]


class Deed(Struct, frozen=True, omit_defaults=True):
    """An event of a stream that is not an item: an administrator's act, a refusal, a link. `facts` are pairs."""

    stream: str
    version: int
    at: datetime
    command: str
    verb: str
    actor: str
    network: str
    facts: tuple[tuple[str, Any], ...] = ()


__all__ = ["Deed", "Ended", "Event", "Fact", "Value"]

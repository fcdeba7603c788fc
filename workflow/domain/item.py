"""An item (事项) under way: the fold of its events, and nothing that its events do not say.

Times are aware datetimes in UTC. Values of forms are canonical (see `grammars.answer`); people's words stand as
`{"sealed": hex}`, never themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from workflow.domain import places

Value = Any
"""A canonical value: int, str, bool, list, or a sealed word. Rows are lists of pairs. Never a float."""

Pair = tuple[str, Value]
"""A name that an author chose, with its value: such names are never keys of an event."""

ItemState = Literal["running", "returned", "suspended", "done", "rejected", "cancelled", "withdrawn", "terminated"]


class Task(Struct, frozen=True, omit_defaults=True):
    """待办: one person's piece of an open step.

    `part` is the tier they decide at (empty: they decide nothing). `right` is what their right rests on: `unit:role`,
    or `given` (transferred, reassigned), `submitter`, `administrator`. `state` is `waiting` (not their turn yet),
    `open`, `voted`, `done` (handed in), or how it ended without them. `duty` is what is asked of them: empty to decide (or, without a
    `part`, to help), `do` to hand something in, `offer` to take it or not, `assign` to say who does it, `watch` a live step.
    `weight`: what the vote weighs, in decimal text, where votes are weighed.
    """

    no: int
    person: str
    part: str
    right: str
    state: Literal["waiting", "open", "voted", "done", "declined", "cancelled", "transferred", "lost", "reassigned"]
    choice: str | None = None
    at: datetime | None = None
    duty: Literal["", "do", "offer", "assign", "watch"] = ""
    weight: str = ""


class Moment(Struct, frozen=True):
    """Something that is due at a time: `open`, `beat` (the kind's own), `remind`, `due`, or rung `n` of the ladder (`late`)."""

    at: datetime
    kind: Literal["open", "beat", "remind", "due", "late"]
    n: int = 0


class Need(Struct, frozen=True, omit_defaults=True):
    """How many approvals close the step; frozen when it opens."""

    ayes: int
    everyone: bool = False
    in_order: bool = False
    percent: int = 0


class Line(Struct, frozen=True, omit_defaults=True):
    """One row that a step brought: who gave it and when, its values by name. `origin` is the row it came from (`LIST/NAME`, `STEP/n`)."""

    origin: str
    person: str = ""
    at: datetime | None = None
    values: tuple[Pair, ...] = ()


class Watch(Struct, frozen=True, omit_defaults=True):
    """How a live step stands. `cleared` is the last all-clear, or when it went (again) on the air; `silent` beats were missed since.

    `stopped` and `by`: since when it is off the air, and by whom; `version` is that of the event. `cuts` are the numbers of the
    deeds that called a webhook then and of which nobody knows yet whether they arrived; `lost` those that will not. `agreed`: who
    wants to go on.
    """

    cleared: datetime
    stops: int = 0
    missed: int = 0
    silent: int = 0
    stopped: datetime | None = None
    by: str = ""
    version: int = 0
    cuts: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    called: int = 0
    agreed: tuple[str, ...] = ()


class Run(Struct, frozen=True, omit_defaults=True):
    """One thread through the flow: the item's own (no 0), a branch of `all`, a row of `each`, or the inside of `steps`.

    `path` is the step it lives in (`三关并审/嘉宾关`; empty for the item's own), `row` its row from 0, or -1; `place` is
    where it stands on the machine. What follows `row` is about the step it stands at, and starts anew when it moves;
    `state` is empty until that step opens; `gathering` takes answers that are kept apart. `rows` are those that people brought so far; of an `each`, those it goes over, in the
    order of its inner runs' `row`. `names`: what a `do` set for the row.
    """

    no: int
    place: str
    path: str = ""
    parent: int = -1
    row: int = -1
    round: int = 0
    state: Literal["", "shut", "open", "unstaffed", "joining", "gathering", "amending"] = ""
    opened_at: datetime | None = None
    need: Need | None = None
    ayes: int = 0
    noes: int = 0
    tasks: dict[int, Task] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Value] = field(default_factory=dict)
    names: dict[str, Value] = field(default_factory=dict)
    rows: tuple[Line, ...] = ()
    moments: tuple[Moment, ...] = ()
    late: bool = False
    watch: Watch | None = None


class Result(Struct, frozen=True, omit_defaults=True):
    """What a step exports when it is over. `tasks` are the first and last number of its tasks, for late clicks.

    `rows` and `extra` (name, `{"type", "value"}`) are its kind's own (`steps.kinds.kind.Exported`); `apart`: its rows are too many for
    the item and are looked up (answers to a `collect`, the items of a `run`).
    """

    result: Literal["approved", "rejected", "late", "skipped", "cancelled"]
    round: int
    began: datetime
    ended: datetime
    timed_out: bool = False
    doers: tuple[str, ...] = ()
    ayes: int = 0
    noes: int = 0
    marks: tuple[Pair, ...] = ()
    answers: tuple[Pair, ...] = ()
    reason: str = ""
    tasks: tuple[int, ...] = ()
    rows: tuple[Line, ...] = ()
    extra: tuple[Pair, ...] = ()
    apart: bool = False


class Pause(Struct, frozen=True):
    """Why an item is suspended, and what a retry does again: run `run` enters `place`. `detail` in Chinese, in English."""

    reason: str
    run: int
    place: str
    detail: tuple[str, str] = ("", "")


class Back(Struct, frozen=True, omit_defaults=True):
    """A return under way: who sent it back from where, and what the form was then (`here` needs both).

    `opened`: when the step that it left, as a whole, had opened.
    """

    source: str
    resume: Literal["again", "here"]
    target: str
    shown: str = ""
    opened: datetime | None = None


class Hold(Struct, frozen=True):
    """What a deed of an item holds of an account, in fen."""

    currency: str
    account: str
    amount: int


class Parent(Struct, frozen=True, omit_defaults=True):
    """What set an item going: a step (its path) of another item, in a round, for a row (-1: none) of that origin."""

    item: str
    path: str
    round: int
    row: int = -1
    origin: str = ""


class Item(Struct, omit_defaults=True):
    """事项: one running case of a flow. Folded from its events; its encoding is what the item's row keeps.

    `holds` and `paid` (fen) are by deed, as `event.Held.deed` names it. `parts`: at which tier each person decides. `doers`: who
    handed something in, and at which step first: they decide nothing more. `joined`: who handed in the same again.
    """

    tenant: str
    id: str
    flow: str
    digest: str
    code: str
    submitter: str
    unit: str
    began: datetime
    version: int = 0
    shown: str = ""
    form: dict[str, Value] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    names: dict[str, Value] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    doers: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    next_task: int = 1
    next_run: int = 1
    pause: Pause | None = None
    back: Back | None = None
    kept: tuple[str, ...] = ()
    nudged: datetime | None = None
    ended: datetime | None = None
    parent: Parent | None = None
    joined: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where the item itself stands."""
        return self.runs[0].place

    @property
    def state(self) -> ItemState:
        """`running`, or what the place says."""
        place = self.runs[0].place
        return place if place in places.RESERVED else "running"  # type: ignore[return-value]

    @property
    def next_at(self) -> datetime | None:
        """The earliest moment of any run; None when nothing is due. A suspended item's clock stands still."""
        if self.pause is not None or self.ended is not None:
            return None
        first: datetime | None = None
        for run in self.runs.values():
            if run.moments and (first is None or run.moments[0].at < first):
                first = run.moments[0].at
        return first

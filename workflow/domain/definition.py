"""A flow's version, compiled: what `language` makes of the text, and everything else reads. Values only, no behaviour.

A step's place is its path in the flow (`三关并审/内容关`); the row of an `each` stands at `PATH/各`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.domain import tree


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from place to place. `guard` is a word of `lifecycle.Probe`; the machine asks it before it lets pass."""

    trigger: str
    source: str
    target: str
    guard: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a `late` ladder: so long after `due`, do this (`actions`), or `then` continue, reject or cancel."""

    after: tree.Duration
    actions: tuple[Action, ...] = ()
    then: Literal["", "continue", "reject", "cancel"] = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One deed of a `do`, a ladder or a `tell`: `word` names it, `own` holds what only that deed knows (`amount`, …)."""

    word: str
    names: tuple[tuple[str, Any], ...] = ()
    to: tuple[tree.Actor, ...] = ()
    outlets: tuple[str, ...] = ()
    text: tree.Template | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """Where money comes from or goes to: what a `value` names (a person, a unit); `name`, a unit's, a tier's or a bare one; or `name` of a `unit` (or tier).

    `written` is how it stands in the flow, its reserved words in Chinese.
    """

    written: str
    value: tree.Ref | None = None
    unit: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step as written, every default filled in. `own` holds what only its kind knows (`items`, …).

    `who` is a list of actors; `need` an expression tree, a number, or `all`, `in order`; `remind` None means the
    default (half-way and at 80 %), () none. `body` are its inner steps in order, `back` the places a return may go to
    (`submitter` among them). `secret`: the place of the step until whose opening nobody reads what was filled in here. `reopen_on`: the fields
    whose change makes its deciders look again; None: all that its prompt shows.
    `urgent`: what is sent because of it waits for no quiet hours. `rows`: it brings rows, and what stands behind its dot are their columns.
    """

    name: str
    place: str
    kind: str
    line: int = 0
    who: tuple[tree.Actor, ...] = ()
    need: tree.Need | None = None
    when: tree.Value | None = None
    each: tree.Ref | None = None
    where: tree.Value | None = None
    open: tree.Value | None = None
    due: tree.Value | None = None
    remind: tuple[tree.Value, ...] | None = None
    late: Literal["escalate", "continue", "reject", "cancel", "end"] | tuple[Rung, ...] = "escalate"
    reject: Literal["end", "continue"] = "end"
    back: tuple[str, ...] = ("submitter",)
    resume: Literal["again", "here"] = "again"
    show: tuple[str, ...] = ()
    form: tuple[tree.Field, ...] = ()
    must: tree.Value | None = None
    secret: str = ""
    reopen_on: tuple[str, ...] | None = None
    urgent: bool = False
    tell: tuple[tree.Actor, ...] = ()
    help: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    body: tuple[Step, ...] = ()
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Items that answer these fields alike, and began within `last` of each other, are one."""

    same: tuple[str, ...]
    last: tree.Duration


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule over items of the flow that ended done. `columns`: what is kept of each, in the order in which `when` uses it.

    `when` reads them as `窗.0`, `窗.1` …. `per` says which items go together (None: all); `rule` names the rule and what it keeps.
    """

    name: str
    rule: str
    per: tree.Value | None
    last: tree.Last
    when: tree.Value
    columns: tuple[tree.Value, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Who may begin an item, from where, and what they hand in.

    `at`: it begins by itself, one item a row of `each` where one is given; then `values` are what the form holds. `unit`: which
    unit the item belongs to (None: the starter's). Without `by` and `anyone`, only `at`, a `run` or an administrator begins one.
    """

    by: tuple[tree.Actor, ...] = ()
    anyone: bool = False
    via: tuple[str, ...] = ("chat", "web", "api")
    form: tuple[tree.Field, ...] = ()
    must: tree.Value | None = None
    help: str = ""
    at: tree.Recurrence | None = None
    each: tree.Ref | None = None
    where: tree.Value | None = None
    unit: tree.Value | None = None
    values: tuple[tuple[str, tree.Value], ...] = ()
    merge: Merge | None = None

    @property
    def by_people(self) -> bool:
        """Whether people begin it in the ordinary course."""
        return self.anyone or bool(self.by)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a flow. `digest` is the SHA-256 of its text (hex); `places` every step by its place, `named` the first by its name.

    `secret`: what its items hold is shown in private chats alone. `help`: the flow's, and below it the start's.
    """

    flow: str
    digest: str
    title: str
    start: Start
    steps: tuple[Step, ...]
    places: Mapping[str, Step]
    edges: tuple[Edge, ...]
    help: str = ""
    source: str = ""
    secret: bool = False
    watch: tuple[Watch, ...] = ()
    named: Mapping[str, Step] = field(init=False, repr=False, compare=False)
    _fields: Mapping[str, tree.Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", {one.name: one for one in reversed(tuple(self.places.values()))})
        object.__setattr__(self, "_fields", {one.name: one for one in self.start.form})

    def field(self, name: str) -> tree.Field | None:
        """The form's field of that name."""
        return self._fields.get(name)

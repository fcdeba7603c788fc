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
class Step:
    """One step as written, every default filled in. `own` holds what only its kind knows (`items`, …).

    `who` is a list of actors; `need` an expression tree, a number, or `all`, `in order`; `remind` None means the
    default (half-way and at 80 %), () none. `body` are its inner steps in order, `back` the places a return may go to
    (`submitter` among them).
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
    tell: tuple[tree.Actor, ...] = ()
    help: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    body: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Who may begin an item, from where, and what they hand in."""

    by: tuple[tree.Actor, ...] = ()
    anyone: bool = False
    via: tuple[str, ...] = ("chat", "web", "api")
    form: tuple[tree.Field, ...] = ()
    must: tree.Value | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a flow. `digest` is the SHA-256 of its text (hex); `places` every step by its place.

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

    def field(self, name: str) -> tree.Field | None:
        """The form's field of that name."""
        return next((one for one in self.start.form if one.name == name), None)

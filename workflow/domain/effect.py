"""What a decision asks the shell to write beside the event, in the same commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from workflow.domain.command import Command
from workflow.domain.item import Task

HOOK: Final = "webhook:"
"""Before a webhook's name: the room that stands for it. No organisation can give a room of its own such a name."""


CARD = "status"
"""The kind of what is sent to somebody who is to follow an item from now on: its status card, which changes as it goes on."""


class Send(Struct, frozen=True, tag="send", omit_defaults=True):
    """Show something to a person or a room. `kind` is a word of `talk`; `task` names the prompt it is about, `deed` which
    of the step's deeds (from 1) says the text, where one does.

    Exactly one of `person` and `room` is set. Opened tasks need none: every task is a prompt to its holder.
    """

    kind: str
    person: str = ""
    room: str = ""
    task: int = 0
    step: str = ""
    deed: int = 0


class Order(Struct, frozen=True, tag="order"):
    """A command for another item, or for later; its id comes from the event, so that it happens once."""

    command: Command


class Number(Struct, frozen=True, tag="number"):
    """A gapless number was taken: guarded, so that a lost race is decided again. `period` is `` or a year."""

    name: str
    period: str
    before: int
    after: int


class Add(Struct, frozen=True, tag="add"):
    """Put a row into a list of the organisation, in place of the one of that name (its first column). Holds people's words."""

    list: str
    row: tuple[Any, ...]


class Count(Struct, frozen=True, tag="count"):
    """Add `n` to a counter of a unit and day (`2026-11-23`); no guard, sums are a read."""

    name: str
    unit: str
    period: str
    n: int


class Merge(Struct, frozen=True, tag="merge"):
    """Whoever hands in the same (`mac`, keyed) until then joins this item."""

    flow: str
    mac: bytes
    until: datetime


class Window(Struct, frozen=True, tag="window"):
    """What a rule over items that ended keeps of this one, under its key."""

    flow: str
    rule: str
    key: str
    at: datetime
    body: bytes


Effect = Send | Order | Number | Count | Add | Merge | Window


class TaskRow(Struct, frozen=True):
    """A task that this decision opened, changed or closed, as its row will be. `decides` is false for what is only owed."""

    run: int
    round: int
    place: str
    task: Task


class Content(Struct, frozen=True):
    """People's words, kept apart: `commitment` is SHA-256(0x02 ‖ salt ‖ body) in hex, all that an event ever holds."""

    commitment: str
    subject: str
    salt: bytes
    body: bytes

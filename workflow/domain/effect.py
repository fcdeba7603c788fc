"""What a decision asks the shell to write beside the event, in the same commit."""

from __future__ import annotations

from msgspec import Struct

from workflow.domain.command import Command
from workflow.domain.item import Task


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


class Count(Struct, frozen=True, tag="count"):
    """Add `n` to a counter of a unit and month (`2026-11`); no guard, sums are a read."""

    name: str
    unit: str
    period: str
    n: int


Effect = Send | Order | Number | Count


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

"""What a round is made of: its commands, each with what came of it, and its items as they change. Not here: deciding (round.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from msgspec import Struct, field

from workflow.decide import Apart, Decision
from workflow.domain.command import Command
from workflow.domain.effect import Content, Effect, TaskRow
from workflow.domain.event import Event
from workflow.domain.item import Item
from workflow.engine.inbox import Entry
from workflow.engine.outcomes import Outcome
from workflow.ports import ChatAdapter
from workflow.talk.about import About, Line
from workflow.talk.incoming import Incoming
from workflow.talk.needs import Wants

OPEN: Final = "open"


class Subject(Struct):
    """An item as the round changes it. `version` and `head` are those of its row; `item` is None until it is submitted."""

    version: int
    head: bytes
    item: Item | None
    events: list[Event] = []
    tasks: dict[int, TaskRow] = {}
    opened: dict[int, datetime] = {}

    def take(self, decision: Decision) -> None:
        """The item as the decision leaves it, and which of its prompts are new (`opened`) or changed. A task that never opened has no row."""
        runs = self.item.runs if self.item is not None else {}
        for row in decision.tasks:
            task = row.task
            run = runs.get(row.run)
            before = run.tasks.get(task.no) if run is not None else None
            if before is not None and before.state == OPEN:
                self.tasks[task.no] = row
            elif task.state == OPEN:
                self.tasks[task.no] = row
                self.opened[task.no] = decision.event.at
        self.events.append(decision.event)
        self.item = decision.item


class Spoken(Struct):
    """What a chat's part of a command leaves to be written. `ref` is the message that was pressed, `known` whether it is ours.

    `adopted`: it is ours, and what it is about, but nobody remembers it.
    """

    says: tuple[About, ...] = ()
    turn: About | None = None
    bump: tuple[About, ...] = ()
    contents: tuple[Content, ...] = ()
    words: str | None = None
    ref: str = ""
    known: bool = False
    adopted: About | None = None
    toast: Callable[[], Awaitable[None]] | None = None


class Written(Struct, frozen=True):
    """What a decision leaves to be written beside its item. (The item is the next decision's to change, and not kept.)"""

    event: Event
    effects: tuple[Effect, ...]
    contents: tuple[Content, ...]


class Piece(Struct):
    """One command of the round: what it says, and what came of it. `stream` is where its refusal is written down.

    `left`: this process does not speak for its bot, and leaves it to one that does. `adopt`: the message that was pressed
    is not remembered; by its button it is about `shown`. `aside`: its files are to be fetched first. `apart`: an answer that is
    no event of its item, and `tally` who is to count then. `orders`: commands that follow from a refusal; `guards`: items that
    must be at this version still.
    """

    entry: Entry
    incoming: Incoming | None = None
    adapter: ChatAdapter | None = None
    person: str = ""
    command: Command | None = None
    outcome: Outcome | None = None
    decisions: list[Written] = []
    wakings: list[str] = []
    apart: Apart | None = None
    tally: Command | None = None
    orders: list[Command] = []
    guards: list[tuple[str, int]] = []
    spoken: Spoken = field(default_factory=Spoken)
    alerts: list[Line] = []
    stream: str = ""
    wanted: Wants | None = None
    shown: About | None = None
    unknown: bool = False
    left: bool = False
    adopt: bool = False
    aside: bool = False

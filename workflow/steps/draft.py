"""A decision being made: the item as it is becoming, and what is written down on the way. Rules stand in the other files.

Every change goes through `record`, which folds the fact at once: the item that a decision leaves behind is, by construction,
what its event folds to.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct, field

from workflow.domain import event as e
from workflow.domain.command import SYSTEM, Command
from workflow.domain.definition import Definition, Step
from workflow.domain.effect import Content, Effect, TaskRow
from workflow.domain.fold import APPLY, fresh, stood
from workflow.domain.item import Item, Line, Run, Task
from workflow.organisation.model import Organisation

OWED = ("open", "waiting")


class Random:
    """Bytes that look random and are the same for the same key (32 bytes) and purpose: HMAC-SHA256 over it and a counter."""

    __slots__ = ("_drawn", "_key", "_purpose")

    def __init__(self, key: bytes, purpose: str = "") -> None:
        self._key, self._purpose, self._drawn = key, purpose, 0

    def bytes(self, n: int) -> bytes:
        """The next `n` bytes, at most 32."""
        self._drawn += 1
        return hmac.digest(self._key, self._purpose.encode() + self._drawn.to_bytes(8, "big"), "sha256")[:n]


class File(Protocol):
    """An uploaded file as decisions see it: who uploaded it, and the commitment that stands for its bytes and name."""

    @property
    def commitment(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def name(self) -> str: ...


class Look(NamedTuple):
    """Where a rule looks back: the newest `most` items that ended, none before `since`."""

    flow: str
    rule: str
    key: str
    most: int
    since: datetime | None = None


class Ended(NamedTuple):
    """An item that ended, and what its rule kept of it."""

    item: str
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Needs:
    """What a decision turns on and the world did not hold.

    Gapless counters (name, period), files by id, whether somebody was ever involved in an item (item, person), and rows that
    are kept apart from their item (item, path of the step, round), or only how many of them there are (`counts`);
    what units counted (`sums`: name, first day, last day); people's words, by what stands for them;
    how many open tasks people have (`loads`, by person); which open item is the same (flow, MAC); and what a rule kept of
    the items that ended (flow, rule, key; at most so many, none that ended before).
    """

    counters: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    involved: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str, int], ...] = ()
    counts: tuple[tuple[str, str, int], ...] = ()
    sums: tuple[tuple[str, str, str], ...] = ()
    words: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    merges: tuple[tuple[str, bytes], ...] = ()
    windows: tuple[Look, ...] = ()


class WantingError(Exception):
    """Raised inside a decision that lacks something; `decide` answers with its `needs`."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(repr(needs))
        self.needs = needs


class World(Struct):
    """What a decision may know besides the item. `counters` and `loads` are written as numbers are taken, and tasks given, within one batch.

    `files` holds None for an id that was looked for in vain; `merges` `` where no open item is the same,
    `words` None for words that were erased; `sums` what each unit counted itself. `windows`: the newest first.
    """

    now: datetime
    organisation: Organisation
    random: Random
    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    files: Mapping[str, File | None] = field(default_factory=dict)
    involved: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    rows: Mapping[tuple[str, str, int], tuple[Line, ...]] = field(default_factory=dict)
    counts: Mapping[tuple[str, str, int], int] = field(default_factory=dict)
    sums: Mapping[tuple[str, str, str], Mapping[str, int]] = field(default_factory=dict)
    words: Mapping[str, str | None] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    key: bytes = bytes(32)
    merges: Mapping[tuple[str, bytes], str] = field(default_factory=dict)
    windows: Mapping[Look, tuple[Ended, ...]] = field(default_factory=dict)

    def secret(self, purpose: str) -> bytes:
        """32 bytes that nobody can tell without the tenant's key, the same whenever they are asked for."""
        return hmac.digest(self.key, purpose.encode(), "sha256")


class Moves(Protocol):
    """The authority (`lifecycle.Lifecycle`)."""

    def may(self, place: str) -> frozenset[str]: ...
    def move(self, place: str, trigger: str, verdict: str = "") -> str: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What `Draft.mark` remembers: the item as it was, and how much was written down."""

    item: Item
    facts: int
    effects: int
    contents: int
    rows: dict[int, TaskRow]
    counters: dict[tuple[str, str], int]


class Draft:
    """The item under decision (`item`), its facts, effects and changed task rows so far.

    `lacks`: counters that a deed would have needed. It goes on as if they sufficed, so that all of them are asked for at once,
    and what it decided meanwhile is thrown away.
    """

    __slots__ = (
        "command", "contents", "definition", "effects", "facts", "item", "lacks", "lifecycle", "now", "organisation",
        "rows", "world",
    )  # fmt: skip

    def __init__(self, definition: Definition, lifecycle: Moves, item: Item, command: Command, world: World) -> None:
        self.definition, self.lifecycle, self.command, self.world = definition, lifecycle, command, world
        self.now, self.organisation = world.now, world.organisation
        self.item = fresh(item)
        self.facts: list[e.Fact] = []
        self.effects: list[Effect] = []
        self.contents: list[Content] = []
        self.rows: dict[int, TaskRow] = {}
        self.lacks: dict[tuple[str, str], None] = {}

    def run(self, no: int) -> Run:
        return self.item.runs[no]

    def step(self, run: Run) -> Step:
        """The step a run stands at; of a suspended item, the one it stood at."""
        return self.definition.places[run.place if self.item.pause is None else stood(self.item, run).place]

    def place(self, no: int) -> str:
        """Where run `no` stands, or stood when the item was suspended."""
        return stood(self.item, self.item.runs[no]).place

    def record(self, fact: e.Fact) -> None:
        """Write a fact down and let it take effect."""
        APPLY[type(fact)](self.item, self.now, fact)
        self.facts.append(fact)

    def mark(self) -> Mark:
        """Where the decision is now, to go `back_to` when what follows turns out to be impossible."""
        return Mark(
            fresh(self.item), len(self.facts), len(self.effects), len(self.contents), self.rows.copy(),
            dict(self.world.counters),
        )  # fmt: skip

    def back_to(self, mark: Mark) -> None:
        """Nothing since the mark has happened."""
        self.item, self.rows = mark.item, mark.rows
        del self.facts[mark.facts :], self.effects[mark.effects :], self.contents[mark.contents :]
        self.world.counters.clear()
        self.world.counters.update(mark.counters)

    def move(self, no: int, trigger: str, verdict: str = "") -> str:
        """Take an edge of the machine, which says where it leads."""
        place = self.lifecycle.move(self.item.runs[no].place, trigger, verdict)
        self.record(e.Moved(no, trigger, place))
        return place

    def touch(self, run: Run, task: Task) -> None:
        """This task's row changes with the decision."""
        self.rows[task.no] = TaskRow(run.no, run.round, run.place, task)

    def release(self, run: Run, outcome: str = "cancelled") -> None:
        """What is still owed in a run that ends is owed no more."""
        for task in run.tasks.values():
            if task.state in OWED:
                self.rows[task.no] = TaskRow(
                    run.no, run.round, run.place,
                    Task(task.no, task.person, task.part, task.right, outcome, None, self.now),  # type: ignore[arg-type]
                )  # fmt: skip

    def drop(self, runs: list[int]) -> None:
        """Abandon runs: their tasks are cancelled, never rejected."""
        if runs:
            for no in runs:
                self.release(self.item.runs[no])
            self.record(e.Dropped(tuple(runs)))

    def below(self, no: int) -> list[int]:
        """The runs that live under run `no`, at any depth."""
        found: list[int] = []
        for run in self.item.runs.values():
            if run.parent == no:
                found += [run.no, *self.below(run.no)]
        return found

    def unit(self, no: int) -> str:
        """The unit at hand, from which tiers count up: the row's, where a row is a unit, else the item's."""
        row = self.over(no) if no else -1  # the item itself goes over no row
        if row >= 0:
            run = self.item.runs[row]
            rows = self.item.runs[run.parent].rows
            if run.row < len(rows) and self.world.organisation.unit(rows[run.row].origin) is not None:
                return rows[run.row].origin
        return self.item.unit

    def over(self, no: int) -> int:
        """The run that goes over the row at hand: run `no`, or one around it; -1 outside of an `each`."""
        while no >= 0 and self.item.runs[no].row < 0:
            no = self.item.runs[no].parent
        return no

    def seal(self, text: str, subject: str) -> str:
        """Keep somebody's words apart; returns the commitment that stands for them."""
        salt, body = self.world.random.bytes(16), text.encode()
        commitment = hashlib.sha256(b"\x02" + salt + body).hexdigest()
        self.contents.append(Content(commitment, "" if subject == SYSTEM else subject, salt, body))
        return commitment

"""Whether the log holds: leaves recomputed from bodies, items folded anew from their events. Where rows come from is elsewhere.

What one chain cannot show (a whole stream gone, a chain rewritten with its head) is for seals to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

import msgspec

from workflow.domain import event as e
from workflow.domain import fold, lots
from workflow.domain.item import Item
from workflow.journal import canonical, chain
from workflow.journal.projection import Line, Tasks


class Machine(Protocol):
    """One flow version's machine, as far as an audit needs it."""

    def legal(self, place: str, trigger: str) -> str | None:
        """Where `trigger` leads from `place`; None when it leads nowhere."""


Machines = Mapping[str, Machine]
"""Every version's machine, by digest."""


class Row(msgspec.Struct, frozen=True):
    """One event as it is stored."""

    version: int
    at: datetime
    body: bytes
    leaf: bytes


class Bad(msgspec.Struct, frozen=True):
    """The first event of a stream that is not as it must be. `version` 0 means what is folded from them."""

    stream: str
    version: int
    what: str


class Kept(msgspec.Struct, frozen=True):
    """What an item's row and its tasks say, beside its state: it must all be in the events too."""

    digest: str
    code: str
    unit: str
    submitter: str
    place: str
    next_at: datetime | None
    ended_at: datetime | None
    state: bytes
    tasks: tuple[Line, ...]
    parent: tuple[str, str, int, int] | None = None


ITEM: Final = msgspec.json.Decoder(Item)


def links(stream: str, rows: Iterable[Row], *, version: int, head: bytes) -> Bad | None:
    """Recompute a chain. `version` and `head` are what the stream's own row says of its last event."""
    previous, expected = chain.NOTHING, 0
    for row in rows:
        expected += 1
        if row.version != expected:
            return Bad(stream, expected, f"event {expected} is missing; the next one stored is {row.version}")
        if chain.leaf(previous, row.body) != row.leaf:
            return Bad(stream, expected, "its bytes, or an event before it, were changed: its leaf is not their hash")
        previous = row.leaf
    if expected != version:
        return Bad(stream, min(expected, version) + 1, f"the stream tells of {version} events; {expected} are stored")
    if previous != head:
        return Bad(stream, expected, "the stream's head is not the leaf of its last event")
    return None


def deeds(stream: str, rows: Iterable[Row]) -> Bad | None:
    """Whether the bodies of a stream that is no item say what their rows say."""
    for row in rows:
        try:
            deed = canonical.deed(row.body)
        except msgspec.DecodeError as error:
            return Bad(stream, row.version, f"its bytes are no deed: {error}")
        if (deed.stream, deed.version, deed.at) != (stream, row.version, row.at):
            return Bad(stream, row.version, f"its bytes say: {deed.stream}, version {deed.version}, at {deed.at}")
    return None


class Refold:
    """An item told again from its events. `add` says what is wrong with an event, or nothing."""

    def __init__(self, tenant: str, stream: str, machines: Machines) -> None:
        self.tenant, self.stream, self.machines = tenant, stream, machines
        self.item: Item | None = None
        self.tasks = Tasks()

    def add(self, row: Row) -> str:
        """Apply the event, each of its edges through the machine of the item's flow."""
        try:
            event = canonical.event(row.body)
        except msgspec.DecodeError as error:
            return f"its bytes are no event: {error}"
        if (event.item, event.version, event.at) != (self.stream, row.version, row.at):
            return f"its bytes say: {event.item}, version {event.version}, at {event.at}"
        if self.item is None:
            self.item = fold.unborn(self.tenant, self.stream, event.at)
        self.tasks.begin()
        try:
            for fact in event.facts:
                if isinstance(fact, e.Moved) and (wrong := self._illegal(fact)):
                    return wrong
                if isinstance(fact, e.Drawn) and (wrong := self._unfair(fact)):
                    return wrong
                self.tasks.before(self.item, event.at, fact)
                fold.apply(self.item, event.at, (fact,))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            return f"its facts do not fit what went before: {error!r}"
        self.item.version = event.version
        return ""

    def _unfair(self, fact: e.Drawn) -> str:
        assert self.item is not None, "an item draws only once it is there"  # noqa: S101
        committed = self.item.seeds.get(fact.place, "")
        return lots.wrong(fact.seed, fact.round, committed, fact.path, fact.pool, fact.drawn)

    def _illegal(self, fact: e.Moved) -> str:
        assert self.item is not None, "an item moves only once it is there"  # noqa: S101
        machine = self.machines.get(self.item.digest)
        if machine is None:
            return f"it follows the flow {self.item.digest}, of which no version is kept"
        source = self.item.runs[fact.run].place
        target = machine.legal(source, fact.trigger)
        if target == fact.place:
            return ""
        leads = f"leads to {target}" if target is not None else "does not exist there"
        return f"run {fact.run} moved from {source} to {fact.place}: in its flow the edge {fact.trigger} {leads}"

    def differs(self, kept: Kept) -> str:
        """How what is stored differs from what the events tell, or nothing."""
        if self.item is None:
            return "the item has no events"
        try:
            stored = ITEM.decode(kept.state)
        except msgspec.DecodeError as error:
            return f"the stored state is no item: {error}"
        if names := _different(self.item, stored):
            return f"the stored state is not the fold of the events: {names}"
        if names := _different(self.kept(kept.state), kept):
            return f"the item's row or its tasks are not as its events tell: {names}"
        return ""

    def kept(self, state: bytes = b"") -> Kept:
        """What the item's row and its tasks must say; `state` is taken as it is."""
        item = self.item
        assert item is not None, "there was an event"  # noqa: S101
        return Kept(
            item.digest, item.code, item.unit, item.submitter, item.place, item.next_at, item.ended, state,
            tuple(self.tasks.lines[no] for no in sorted(self.tasks.lines)),
            (above.item, above.path, above.round, above.row) if (above := item.parent) is not None else None,
        )  # fmt: skip


def item(tenant: str, stream: str, rows: Sequence[Row], kept: Kept, machines: Machines) -> Bad | None:
    """Fold an item anew and compare it with what is stored of it."""
    refold = Refold(tenant, stream, machines)
    for row in rows:
        if wrong := refold.add(row):
            return Bad(stream, row.version, wrong)
    wrong = refold.differs(kept)
    return Bad(stream, 0, wrong) if wrong else None


def _different(one: msgspec.Struct, other: msgspec.Struct) -> str:
    if one == other:
        return ""
    names = [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
    return ", ".join(names)

"""Whether the log holds: leaves recomputed from bodies, items folded anew from their events. Where rows come from is elsewhere.

What one chain cannot show (a whole stream gone, a chain rewritten with its head) is for seals to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from workflow.domain import event as e
from workflow.domain import fold
from workflow.domain.item import Item
from workflow.journal import canonical, chain

Legal = Callable[[str, str, str], str | None]
"""(flow digest, place, trigger) → the place where that edge leads, None when the machine refuses it."""


class Row(msgspec.Struct, frozen=True):
    """One event as it is stored."""

    version: int
    at: datetime
    body: bytes
    leaf: bytes


class Bad(msgspec.Struct, frozen=True):
    """The first event of a stream that is not as it must be. `version` 0 means the stream's own row."""

    stream: str
    version: int
    what: str


class Kept(msgspec.Struct, frozen=True):
    """What an item's row says, beside its state: it must all be in the events too."""

    digest: str
    code: str
    unit: str
    submitter: str
    place: str
    next_at: datetime | None
    ended_at: datetime | None


ITEM: Final = msgspec.json.Decoder(Item)


def links(stream: str, rows: Iterable[Row], *, version: int, head: bytes) -> Bad | None:
    """Recompute a chain. `version` and `head` are what the stream's own row says of its last event."""
    previous, expected = chain.NOTHING, 0
    for row in rows:
        expected += 1
        if row.version != expected:
            return Bad(stream, expected, f"event {expected} is missing; the next one stored is {row.version}")
        if chain.leaf(previous, row.body) != row.leaf:
            return Bad(
                stream, expected, "its bytes, or an event before it, were changed: the leaf is not the hash of them"
            )
        previous = row.leaf
    if expected != version:
        return Bad(
            stream, min(expected, version) + 1, f"the stream's row tells of {version} events, {expected} are stored"
        )
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
            return Bad(stream, row.version, f"its bytes say {deed.stream} {deed.version} at {deed.at}")
    return None


def item(tenant: str, stream: str, rows: Sequence[Row], *, kept: Kept, state: bytes, legal: Legal) -> Bad | None:
    """Fold an item anew, each of its edges through the machine, and compare it with what is stored of it."""
    made: Item | None = None
    for row in rows:
        try:
            event = canonical.event(row.body)
        except msgspec.DecodeError as error:
            return Bad(stream, row.version, f"its bytes are no event: {error}")
        if (event.item, event.version, event.at) != (stream, row.version, row.at):
            return Bad(stream, row.version, f"its bytes say {event.item} {event.version} at {event.at}")
        try:
            if made is None:
                made = fold.fresh(fold.begin(tenant, event))
            what = _tell(made, event, legal)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            return Bad(stream, row.version, f"its facts do not fit what went before: {error!r}")
        if what:
            return Bad(stream, row.version, what)
    return _differs(stream, made, kept, state)


def _tell(made: Item, event: e.Event, legal: Legal) -> str:
    """Apply an event's facts; what is illegal about them, or nothing."""
    for fact in event.facts:
        if isinstance(fact, e.Moved):
            source = made.runs[fact.run].place
            target = legal(made.digest, source, fact.trigger)
            if target != fact.place:
                leads = f"leads to {target}" if target is not None else "does not exist"
                return f"run {fact.run} moved from {source} to {fact.place}: in its flow {fact.trigger} {leads}"
        fold.apply(made, event.at, (fact,))
    made.version = event.version
    return ""


def _differs(stream: str, made: Item | None, kept: Kept, state: bytes) -> Bad | None:
    if made is None:
        return Bad(stream, 1, "the item has no events")
    try:
        stored = ITEM.decode(state)
    except msgspec.DecodeError as error:
        return Bad(stream, 0, f"the stored state is no item: {error}")
    if stored != made:
        names = [name for name in made.__struct_fields__ if getattr(made, name) != getattr(stored, name)]
        return Bad(stream, 0, f"the stored state is not the fold of the events: {', '.join(names)} differ")
    told = Kept(made.digest, made.code, made.unit, made.submitter, made.place, made.next_at, made.ended)
    if told != kept:
        names = [name for name in Kept.__struct_fields__ if getattr(told, name) != getattr(kept, name)]
        return Bad(stream, 0, f"the item's row is not as its events tell: {', '.join(names)} differ")
    return None

"""The log in the database: verified against everything that is folded from it, shown, exported; and folded anew.

Reading all of it takes one state of the database throughout, in slices, so that nothing large is ever held.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import msgspec

from workflow.domain.command import SYSTEM
from workflow.journal import canonical
from workflow.journal import export as lines
from workflow.journal import verify as checks
from workflow.journal.books import Books
from workflow.journal.projection import Line
from workflow.journal.verify import Bad, Kept, Machines, Refold, Row
from workflow.store import answers, ids, ledger
from workflow.store.commit import encode_state
from workflow.store.pool import Database, Session

SLICE: Final = 200
ANSWER: Final = "answer"
LEDGER: Final = "ledger"
FIRST: Final = str(UUID(int=0))

Progress = Callable[[int], None]
"""Told how many events were read so far."""


class Verdict(msgspec.Struct, frozen=True):
    """What an audit found. `first_bad` is empty when everything holds; else it names stream, version and what is wrong."""

    events: int
    streams: int
    bad: Bad | None = None

    @property
    def verified(self) -> bool:
        """Whether everything holds."""
        return self.bad is None

    @property
    def first_bad(self) -> str:
        """In words."""
        return "" if self.bad is None else f"{self.bad.stream} #{self.bad.version}: {self.bad.what}"


class Entry(msgspec.Struct, frozen=True):
    """One event of any stream, for people: `code` is its item's, "" elsewhere."""

    at: datetime
    stream: str
    version: int
    code: str
    verb: str
    actor: str
    network: str
    leaf: bytes


async def verify(database: Database, tenant: str, machines: Machines, progress: Progress | None = None) -> Verdict:
    """Recompute every leaf, fold every item anew, compare it with its row and its tasks; then money with its accounts,
    words with their commitments.

    Stops at the first that is bad.
    """
    events = streams = 0
    books = Books()
    async with database.transaction(consistent=True) as session:
        async for heads in _slices(session, tenant, "audit_items", "item_id"):
            ids = [row["item_id"] for row in heads]
            stored = await _events(session, tenant, ids)
            tasks = await _tasks(session, tenant, ids)
            for head in heads:
                name, rows = str(head["item_id"]), stored.get(head["item_id"], [])
                bad = checks.links(name, rows, version=head["version"], head=head["head"]) or checks.item(
                    tenant, name, rows, _kept(head, tasks.get(head["item_id"], ())), machines
                )
                if bad is not None:
                    return Verdict(events, streams, bad)
                books.item(rows)
                streams, events = streams + 1, events + len(rows)
            if progress is not None:
                progress(events)
        async for heads in _slices(session, tenant, "audit_streams", "stream_id"):
            stored = await _events(session, tenant, [row["stream_id"] for row in heads])
            given = await _answers(session, tenant, heads)
            for head in heads:
                name, rows = str(head["stream_id"]), stored.get(head["stream_id"], [])
                bad = checks.links(name, rows, version=head["version"], head=head["head"]) or checks.deeds(name, rows)
                if bad is None and head["kind"] == ANSWER:
                    bad = answers.differs(name, rows, given.get(name))
                if bad is not None:
                    return Verdict(events, streams, bad)
                if head["kind"] == LEDGER:
                    books.stream(rows)
                streams, events = streams + 1, events + len(rows)
        bad = (
            await _stray(session, tenant)
            or await ledger.differs(session, tenant, books.sums)
            or await _spoilt(session, tenant)
        )
    return Verdict(events, streams, bad)


async def _stray(session: Session, tenant: str) -> Bad | None:
    """Events, and answers, whose stream is not there."""
    stray = await session.row("stray_events", tenant)
    if stray is None:
        answer = await session.value("stray_answers", tenant)
        return Bad(str(answer), 0, "it is an answer of which no stream tells") if answer is not None else None
    what = "it belongs to no item and no stream: they were removed, or it was put in"
    return Bad(str(stray["stream_id"]), stray["version"], what)


async def _spoilt(session: Session, tenant: str) -> Bad | None:
    """Words and files that are no longer what the log commits to. Those that are gone were erased, and that is no harm."""
    for statement, thing in (("spoilt_words", "words"), ("spoilt_files", "a file")):
        found = await session.row(statement, tenant)
        if found is not None:
            seal = found["commitment"].hex()
            what = f"{thing} kept beside the log were changed: their bytes are not those of the commitment {seal}"
            return Bad(str(found["stream_id"] or "content"), found["version"] or 0, what)
    return None


async def tail(session: Session, tenant: str, n: int) -> list[Entry]:
    """The last `n` events of all streams, the newest first."""
    entries = []
    for row in await session.fetch("audit_tail", tenant, n):
        told = canonical.heading(row["body"])
        entries.append(
            Entry(
                row["at"], str(row["stream_id"]), row["version"], row["code"] or "", told.verb, told.actor, told.network,
                row["leaf"],
            )
        )  # fmt: skip
    return entries


async def count(session: Session, tenant: str) -> tuple[int, int]:
    """(events, streams)."""
    row = await session.row("count_events", tenant)
    return (row["events"], row["streams"]) if row is not None else (0, 0)


async def export(database: Database, tenant: str) -> AsyncIterator[bytes]:
    """The whole log as JSON Lines (see `journal.export`)."""
    events = streams = 0
    yield lines.begin(tenant)
    async with database.transaction(consistent=True) as session:
        for statement, key in (("audit_items", "item_id"), ("audit_streams", "stream_id")):
            async for heads in _slices(session, tenant, statement, key):
                stored = await _events(session, tenant, [row[key] for row in heads])
                for head in heads:
                    name, rows = str(head[key]), stored.get(head[key], [])
                    for row in rows:
                        yield lines.event(name, row.version, row.body, row.leaf)
                    kind = "item" if key == "item_id" else head["kind"]
                    yield lines.stream(name, kind, len(rows), head["head"])
                    streams, events = streams + 1, events + len(rows)
    yield lines.end(streams, events)


async def rebuild(
    database: Database, tenant: str, machines: Machines, progress: Progress | None = None
) -> tuple[int, int]:
    """Fold every item anew and write what differs: (items, of them mended). As the owner, while nothing else runs.

    Only what is folded is written. A log that does not hold raises `ValueError`, naming the event; nothing is written then.
    """
    items = mended = events = 0
    books = Books()
    async with database.transaction() as session:
        async for heads in _slices(session, tenant, "audit_items", "item_id"):
            ids = [row["item_id"] for row in heads]
            stored = await _events(session, tenant, ids)
            tasks = await _tasks(session, tenant, ids)
            for head in heads:
                name, rows = str(head["item_id"]), stored.get(head["item_id"], [])
                refold = _refolded(tenant, name, rows, machines)
                books.item(rows)
                items, events = items + 1, events + len(rows)
                if head["version"] != len(rows) or refold.differs(_kept(head, tasks.get(head["item_id"], ()))):
                    await _mend(session, tenant, name, refold, rows[-1])
                    mended += 1
            if progress is not None:
                progress(events)
        await _rebuild_answers(session, tenant)
        await _rebuild_balances(session, tenant, books)
    return items, mended


async def _rebuild_balances(session: Session, tenant: str, books: Books) -> None:
    async for every in _slices(session, tenant, "audit_streams", "stream_id"):
        heads = [head["stream_id"] for head in every if head["kind"] == LEDGER]
        for rows in (await _events(session, tenant, heads)).values() if heads else ():
            books.stream(rows)
    await ledger.mend(session, tenant, books.sums)


async def _rebuild_answers(session: Session, tenant: str) -> None:
    async for every in _slices(session, tenant, "audit_streams", "stream_id"):
        heads = [head for head in every if head["kind"] == ANSWER]
        stored = await _events(session, tenant, [head["stream_id"] for head in heads]) if heads else {}
        given = await _answers(session, tenant, heads)
        for head in heads:
            name, rows = str(head["stream_id"]), stored.get(head["stream_id"], [])
            if answers.differs(name, rows, given.get(name)) is not None:
                await session.run("clear_answer", tenant, name)
                await session.run("rebuild_answer", tenant, name, *answers.told(rows[-1]))
    while (stray := await session.value("stray_answers", tenant)) is not None:
        await session.run("clear_answer", tenant, str(stray))


async def _answers(session: Session, tenant: str, heads: list[Any]) -> dict[str, answers.Kept]:
    """The rows of those streams that are answers."""
    streams = [head["stream_id"] for head in heads if head["kind"] == ANSWER]
    rows = await session.fetch("audit_answers", tenant, streams) if streams else []
    return {str(stream): answers.kept(*rest) for stream, *rest in rows}


def _refolded(tenant: str, stream: str, rows: list[Row], machines: Machines) -> Refold:
    head = rows[-1].leaf if rows else b""
    bad = checks.links(stream, rows, version=len(rows), head=head)
    refold = Refold(tenant, stream, machines)
    for row in rows if bad is None else ():
        if wrong := refold.add(row):
            bad = Bad(stream, row.version, wrong)
            break
    if bad is not None or not rows:
        what = f"#{bad.version}: {bad.what}" if bad is not None else "it has no events"
        raise ValueError(f"nothing was rebuilt, because the log does not hold: {stream} {what}")
    return refold


async def _mend(session: Session, tenant: str, stream: str, refold: Refold, last: Row) -> None:
    item, told = refold.item, refold.kept()
    assert item is not None, "it was folded"  # noqa: S101
    await session.run(
        "rebuild_item",
        tenant,
        stream,
        item.version,
        encode_state(item),
        told.place,
        told.next_at,
        told.ended_at,
        last.leaf,
        *(told.parent or (None, "", 0, -1)),
    )
    await session.run("clear_tasks", tenant, stream)
    await session.run("clear_parties", tenant, stream)
    parts = {line.person: line.part for line in told.tasks if line.part is not None}
    if item.submitter != SYSTEM:
        parts[item.submitter] = "submitter"
    await session.run("rebuild_parties", tenant, stream, list(parts), list(parts.values()))
    await session.run(
        "rebuild_tasks", tenant,
        [
            (0, stream, one.no, one.run, one.place, one.round, one.holder, one.decides, one.part, one.opened_at,
             one.closed_at, one.outcome, one.choice, one.person)
            for one in told.tasks
        ],
    )  # fmt: skip


async def _slices(session: Session, tenant: str, statement: str, key: str) -> AsyncIterator[list[Any]]:
    after: Any = FIRST
    while heads := await session.fetch(statement, tenant, after, SLICE):
        yield heads
        after = heads[-1][key]


async def _events(session: Session, tenant: str, streams: list[Any]) -> dict[Any, list[Row]]:
    rows = await session.fetch("audit_events", tenant, streams)
    return {
        stream: [Row(version, at, body, leaf) for _, version, at, body, leaf in group]
        for stream, group in groupby(rows, key=lambda row: row[0])
    }


async def _tasks(session: Session, tenant: str, items: list[Any]) -> dict[Any, tuple[Line, ...]]:
    rows = await session.fetch("audit_tasks", tenant, items)
    return {
        item: tuple(
            Line(
                no,
                run,
                place,
                round_,
                str(holder),
                decides,
                opened,
                closed,
                outcome,
                choice,
                person and str(person),
                part,
            )
            for _, no, run, place, round_, holder, decides, opened, closed, outcome, choice, person, part in group
        )
        for item, group in groupby(rows, key=lambda row: row[0])
    }


def _kept(head: Any, tasks: tuple[Line, ...]) -> Kept:
    above = head["parent_id"]
    return Kept(
        head["digest"], head["code"], head["unit_id"], ids.actor_of(head["submitter_id"]), head["place"],
        head["next_at"], head["ended_at"], head["state"], tasks,
        None if above is None else (str(above), head["parent_path"], head["parent_round"], head["parent_row"]),
    )  # fmt: skip

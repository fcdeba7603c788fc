"""A batch of decisions, written in one statement. What a decision is, is not known here; nor is any other way of writing one.

Rows come in groups, numbered from 0, that stand or fall together. A group loses when something it guards has changed:
the version of an item, a dialogue or a stream, the value of a counter, a command that is settled already; all lose when
the organisation changed. Of a loser nothing is written. Within a batch every guarded row stands once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import asyncpg
import msgspec

from workflow.store.batch import (
    PLAIN,
    STATUS,
    AnswerRow,
    Batch,
    BegunRow,
    BumpRow,
    ContentRow,
    CounterRow,
    DeliveryRow,
    DialogueRow,
    EventRow,
    FileRow,
    GuardRow,
    ItemRow,
    ListRow,
    MergeRow,
    OrderRow,
    SettleRow,
    StreamRow,
    TaskLine,
    WindowRow,
    encode_state,
)
from workflow.store.pool import Session

__all__ = [
    "PLAIN",
    "STATUS",
    "AnswerRow",
    "Batch",
    "BegunRow",
    "BumpRow",
    "Committed",
    "ContentRow",
    "CounterRow",
    "DeliveryRow",
    "DialogueRow",
    "EventRow",
    "FileRow",
    "GuardRow",
    "ItemRow",
    "ListRow",
    "MergeRow",
    "OrderRow",
    "Refusal",
    "SettleRow",
    "StreamRow",
    "TaskLine",
    "WindowRow",
    "commit",
    "encode_state",
]


class Committed(msgspec.Struct, frozen=True):
    """What became of a batch.

    `lost`: group → `settled` (one of its commands is done; its answer stands in `answers`), `version`, `code` (the new
    item's code is taken), `merged` (another open item is the same), `list` (there is no such list) or `organisation`. `owed`: chats to which something is owed now.
    """

    lost: dict[int, str]
    answers: dict[str, bytes]
    owed: tuple[str, ...]
    organisation_version: int
    at: datetime


class Refusal(Exception):
    """A constraint of the schema said no, and nothing of the batch was written. `constraint` is its name.

    Try the groups one by one. A group refused alone is a breach (separation of duties, a doubled vote) or a bug.
    """

    def __init__(self, constraint: str, detail: str) -> None:
        super().__init__(f"the database refused the batch: {constraint or 'a row'} ({detail}); nothing was written")
        self.constraint = constraint


async def commit(session: Session, batch: Batch) -> Committed:
    """Write a batch; it is durable when this returns. A second call with the same commands changes nothing.

    A cut connection leaves open whether it was written: it is then tried again, by the ids of its commands. Whoever is
    cancelled meanwhile is cancelled; the statement is not. Raises `Refusal` and `pool.Unreachable`.
    """
    return await asyncio.shield(_commit(session, batch))


async def _commit(session: Session, batch: Batch) -> Committed:
    arguments = _arguments(batch)
    try:
        try:
            row = await session.row("commit_decisions", *arguments)
        except asyncpg.UniqueViolationError:
            # Somebody began the same item, code or stream at this instant: now they are seen, and win.
            row = await session.row("commit_decisions", *arguments)
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
        raise Refusal(getattr(error, "constraint_name", None) or "", str(error)) from error
    if row is None or row["current"] is None:
        raise Refusal("tenant", f"there is no tenant {batch.tenant}")
    if row["lost"] is None:
        lost = dict.fromkeys(_groups(batch), "organisation")
    else:
        lost = dict(zip(row["lost"], row["why"], strict=True)) if row["lost"] else {}
    return Committed(
        lost=lost,
        answers={str(one["command_id"]): one["answer"] for one in row["answered"] or ()},
        owed=tuple(dict.fromkeys(map(str, row["owed"] or ()))),
        organisation_version=row["current"],
        at=row["committed_at"],
    )


def _arguments(batch: Batch) -> tuple[object, ...]:
    bases = {row.stream: row.version for row in batch.streams}
    bases.update({row.item: row.version for row in batch.items})
    bases.update({row.item: row.version for row in batch.begun})
    told = [(row[0], row.stream, bases.get(row.stream), *row[2:]) for row in batch.deliveries]
    speaking = {row[6] for row in told if row[2] is None}
    if None in speaking:
        raise ValueError("a delivery in a stream that its group does not write must name its chat")
    bumps = {(row.stream, row.topic): (row.group, row.stream, row.topic) for row in batch.bumps if row.ref is None}
    turns = {
        (row.chat, row.ref): (row.group, row.chat, row.ref, row.about) for row in batch.bumps if row.ref is not None
    }
    for new in batch.deliveries:
        if new.once:
            bumps.setdefault((new.stream, new.topic), (new.group, new.stream, new.topic))
    return (
        batch.tenant,
        batch.organisation_version,
        batch.items,
        batch.begun,
        batch.streams,
        batch.settled,
        batch.orders,
        batch.dialogues,
        batch.events,
        _tasks(batch.tasks),
        told,
        sorted(chat for chat in speaking if chat is not None),
        list(bumps.values()),
        list(turns.values()),
        batch.counters,
        list({row.commitment: row for row in batch.contents}.values()),
        batch.files,
        batch.guards,
        batch.answers,
        batch.windows,
        batch.merges,
        batch.lists,
    )


def _tasks(lines: list[TaskLine]) -> list[TaskLine]:
    """Each task once, as it is at last; one that was opened by the batch is new, whatever became of it since."""
    rows: dict[tuple[int, str, int], TaskLine] = {}
    for line in lines:
        key = line[0], line[1], line[2]
        before = rows.setdefault(key, line)
        if before is not line:
            rows[key] = line._replace(opened_at=line.opened_at or before.opened_at)
    return list(rows.values())


def _groups(batch: Batch) -> set[int]:
    rows = (
        batch.items, batch.begun, batch.streams, batch.settled, batch.orders, batch.dialogues, batch.counters, batch.guards,
        batch.answers, batch.windows, batch.merges, batch.lists,
    )  # fmt: skip
    return {row[0] for kind in rows for row in kind}

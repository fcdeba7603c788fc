"""A batch of decisions, written in one statement. What a decision is, is not known here; nor is any other way of writing one.

Rows come in groups, numbered from 0, that stand or fall together. A group loses when something it guards has changed:
the version of an item, a dialogue or a stream, the value of a counter, a command that is settled already; all lose when
the organisation changed. Of a loser nothing is written. Within a batch every guarded row stands once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

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
from workflow.store.pool import Session, Transaction

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


KEY: Final = itemgetter(1)
"""What a guarded row is found by: rows are locked in its order."""

SOONER: Final = (asyncpg.NoDataFoundError, asyncpg.UniqueViolationError)
"""What is said when something guarded has changed. Nothing was written; who lost is then looked for."""


class Committed(msgspec.Struct, frozen=True):
    """What became of a batch.

    `lost`: group → `settled` (one of its commands is done; its answer stands in `answers`), `version`, `code` (the new
    item's code is taken), `merged` (another open item is the same), `list` (there is no such list) or `organisation`. `owed`: whether something is owed to a chat now.
    """

    lost: dict[int, str]
    answers: dict[str, bytes]
    owed: bool
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
        row = await _written(session, arguments)
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
        owed=bool(row["owed"]),
        organisation_version=row["current"],
        at=row["committed_at"],
    )


async def _written(session: Session, arguments: tuple[object, ...]) -> asyncpg.Record | None:
    """Quickly; else carefully; else once more, because somebody began the same item, code or stream at that instant."""
    careful = isinstance(session, Transaction)  # where a failure is the end of all
    for _ in range(1 if careful else 2):
        try:
            return await session.row("commit_decisions", *arguments, careful)
        except SOONER:
            careful = True
    return await session.row("commit_decisions", *arguments, careful)


def _arguments(batch: Batch) -> tuple[object, ...]:
    """As the statement takes them but for `careful`: what is locked sorted by its key, what is empty as None."""
    shown = {row[1:3]: row[:3] for row in batch.bumps if row.ref is None}
    turns = {row[3:5]: (row[0], *row[3:]) for row in batch.bumps if row.ref is not None}
    told, adopted, speaking = None, False, None
    if batch.deliveries:
        told, adopted, speaking = _told(batch)
        for new in batch.deliveries:
            if new.once:
                shown.setdefault(new[1:3], new[:3])
    if shown:  # what changes with its item, or with its task, is not to be said twice
        changed = {(item.item, STATUS) for item in batch.items}
        changed |= {(task.item, task.no) for task in batch.tasks.values() if task.run is None}
        shown = {key: row for key, row in shown.items() if key not in changed}
    return (
        batch.tenant,
        batch.organisation_version,
        batch.moment,
        sorted(batch.items, key=KEY) or None,
        batch.begun or None,
        sorted(batch.streams, key=KEY) or None,
        sorted(batch.settled, key=KEY) or None,
        batch.orders or None,
        sorted(batch.dialogues, key=KEY) or None,
        batch.events or None,
        list(batch.tasks.values()) or None,
        told,
        adopted,
        speaking,
        [shown[key] for key in sorted(shown)] or None,
        list(turns.values()) or None,
        batch.counters or None,
        list({row.commitment: row for row in batch.contents}.values()) or None,
        batch.files or None,
        batch.guards or None,
        batch.answers or None,
        batch.windows or None,
        batch.merges or None,
        batch.lists or None,
    )


def _told(batch: Batch) -> tuple[list[Any], bool, list[str] | None]:
    """Deliveries with the versions that number them, whether any is adopted, and the chats that number their own."""
    bases: dict[str, int] = {row.stream: row.version for row in batch.streams}
    bases.update({row.item: row.version for row in batch.items})
    bases.update({row.item: row.version for row in batch.begun})
    told = [(row[0], row.stream, bases.get(row.stream), *row[2:]) for row in batch.deliveries]
    speaking = {row.chat for row in batch.deliveries if row.stream not in bases}
    chats = [chat for chat in speaking if chat is not None]
    if len(chats) < len(speaking):
        raise ValueError("a delivery in a stream that its group does not write must name its chat")
    return told, any(row.ref is not None for row in batch.deliveries), sorted(chats) or None


def _groups(batch: Batch) -> set[int]:
    rows = (
        batch.items, batch.begun, batch.streams, batch.settled, batch.orders, batch.dialogues, batch.counters, batch.guards,
        batch.answers, batch.windows, batch.merges, batch.lists,
    )  # fmt: skip
    return {row[0] for kind in rows for row in kind}

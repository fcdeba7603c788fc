"""Lists that people ask for, and the words in them. Who may see what is decided above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from workflow.store import ids
from workflow.store.pool import Session


class Line(msgspec.Struct, frozen=True):
    """An item in a list of `total`. `title` is None when it has none or its words were erased; an inbox also names the task."""

    item: str
    code: str
    digest: str
    unit: str
    submitter: str
    place: str
    title: str | None
    began_at: datetime
    ended_at: datetime | None
    next_at: datetime | None
    total: int
    task: int = 0
    run: int = 0
    round: int = 0
    task_place: str = ""
    opened_at: datetime | None = None


class Event(msgspec.Struct, frozen=True):
    """One event of a stream, as bytes."""

    version: int
    at: datetime
    body: bytes
    leaf: bytes


class TaskLine(msgspec.Struct, frozen=True):
    """A task of an item, as its row says."""

    no: int
    run: int
    place: str
    round: int
    holder: str
    decides: bool
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    choice: str | None
    person: str | None
    part: str | None


async def inbox(session: Session, tenant: str, person: str, limit: int = 20, offset: int = 0) -> list[Line]:
    """Open tasks of a person, the oldest first."""
    rows = await session.fetch("inbox", tenant, person, limit, offset)
    return [
        Line(
            **_line(row), task=row["task_no"], run=row["run"], round=row["round"], task_place=row["task_place"],
            opened_at=row["opened_at"],
        )
        for row in rows
    ]  # fmt: skip


async def loads(session: Session, tenant: str, people: Sequence[str]) -> dict[str, int]:
    """How many open tasks each of these people has."""
    rows = await session.fetch("loads", tenant, list(people))
    return {str(row["person_id"]): row["n"] for row in rows}


async def waiting(session: Session, tenant: str, person: str) -> int:
    """How many tasks a person has open."""
    return int(await session.value("waiting_tasks", tenant, person))


async def mine(session: Session, tenant: str, person: str, limit: int = 20, offset: int = 0) -> list[Line]:
    """Items a person handed in, the newest first."""
    return [Line(**_line(row)) for row in await session.fetch("submitted_items", tenant, person, limit, offset)]


async def find(session: Session, tenant: str, text: str, limit: int = 20, offset: int = 0) -> list[Line]:
    """Items whose title contains `text`, or whose code begins with it; the newest first."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await session.fetch("find_items", tenant, f"%{plain}%", f"{plain}%", limit, offset)
    return [Line(**_line(row)) for row in rows]


async def involved(session: Session, tenant: str, person: str, items: Sequence[str]) -> set[str]:
    """Of these items, those in which the person had or has a task, or was told something."""
    return {str(row["item_id"]) for row in await session.fetch("involved_in", tenant, person, items)}


async def running(session: Session, tenant: str, after: str = "", limit: int = 500) -> list[str]:
    """Items that have not ended, by id, beyond `after`."""
    rows = await session.fetch("running_items", tenant, after or str(UUID(int=0)), limit)
    return [str(row["item_id"]) for row in rows]


async def of_flow(session: Session, tenant: str, flow: str, limit: int) -> list[tuple[str, str]]:
    """Items of a flow, in whatever version: id and code, the newest first."""
    return [(str(row["item_id"]), row["code"]) for row in await session.fetch("items_of_flow", tenant, flow, limit)]


async def events(session: Session, tenant: str, stream: str, after: int = 0, limit: int = 100_000) -> list[Event]:
    """The events of a stream with a version beyond `after`, in order."""
    rows = await session.fetch("stream_events", tenant, stream, after, limit)
    return [Event(row["version"], row["at"], row["body"], row["leaf"]) for row in rows]


async def contents(session: Session, tenant: str, commitments: Sequence[str]) -> dict[str, str]:
    """The words behind commitments (hex); what was erased is missing."""
    rows = await session.fetch("contents", tenant, [bytes.fromhex(one) for one in commitments])
    return {row["commitment"].hex(): row["body"].decode() for row in rows}


async def tasks(session: Session, tenant: str, item: str) -> list[TaskLine]:
    """Every task an item ever opened, in order."""
    return [
        TaskLine(
            row["task_no"], row["run"], row["place"], row["round"], str(row["holder"]), row["decides"],
            row["opened_at"], row["closed_at"], row["outcome"], row["choice"],
            None if row["person_id"] is None else str(row["person_id"]), row["part"],
        )
        for row in await session.fetch("item_tasks", tenant, item)
    ]  # fmt: skip


def _line(row: asyncpg.Record) -> dict[str, Any]:
    get = row.__getitem__
    return {
        "item": str(get("item_id")), "code": get("code"), "digest": get("digest"), "unit": get("unit_id"),
        "submitter": ids.actor_of(get("submitter_id")), "place": get("place"), "title": get("title"),
        "began_at": get("began_at"), "ended_at": get("ended_at"), "next_at": get("next_at"),
        "total": get("total"),
    }  # fmt: skip

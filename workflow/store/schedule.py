"""When flows begin by themselves next: one row a flow, by the tenant's clock. Which moments those are, `grammars` knows.

To fire: keep the commands (their ids derived from flow and moment), then `advance`. Who dies between the two is repeated by
the next, who keeps nothing new; of several, one advances.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.store import clock
from workflow.store.pool import Session


class Planned(msgspec.Struct, frozen=True):
    """A flow (its current version) and its next moment; `fired_at` is the last one that was fired."""

    flow: str
    digest: str
    next_at: datetime
    fired_at: datetime | None


async def put(session: Session, tenant: str, flow: str, digest: str, next_at: datetime) -> None:
    """From now on the flow's next moment is this one."""
    await session.run("put_schedule", tenant, flow, digest, next_at)


async def drop(session: Session, tenant: str, flow: str) -> None:
    """The flow begins by itself no more."""
    await session.run("drop_schedule", tenant, flow)


async def every(session: Session, tenant: str) -> list[Planned]:
    """Every flow that begins by itself."""
    return [Planned(*row) for row in await session.fetch("all_schedules", tenant)]


async def due(session: Session, tenant: str, limit: int) -> tuple[datetime, list[Planned]]:
    """(now, those whose moment has come, the earliest first)."""
    rows = await session.fetch("due_schedules", tenant, limit)
    planned = [Planned(row["flow"], row["digest"], row["next_at"], row["fired_at"]) for row in rows]
    return (rows[0]["now"] if rows else await clock.now(session, tenant)), planned


async def next_moment(session: Session, tenant: str) -> datetime | None:
    """The earliest moment of any flow."""
    return await session.value("next_schedule", tenant)  # type: ignore[no-any-return]


async def advance(session: Session, tenant: str, was: Planned, next_at: datetime) -> bool:
    """The moment of `was` is fired and `next_at` comes next; False for who came too late, or where a new version is planned."""
    return await session.run("advance_schedule", tenant, was.flow, was.digest, was.next_at, next_at) == 1


async def retire(session: Session, tenant: str, was: Planned) -> None:
    """The moment of `was` is fired, and it was this version's last."""
    await session.run("retire_schedule", tenant, was.flow, was.digest, was.next_at)

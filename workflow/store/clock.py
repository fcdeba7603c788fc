"""The tenant's clock, as the database keeps it, and the items whose moment has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.store.pool import Session


async def now(session: Session, tenant: str) -> datetime:
    """The tenant's time, in UTC."""
    return await session.value("now", tenant)  # type: ignore[no-any-return]


async def due(session: Session, tenant: str, limit: int) -> tuple[datetime, list[tuple[str, int, datetime]]]:
    """(now, [(item, version, its moment)]): items whose moment has come, the earliest first."""
    rows = await session.fetch("due_items", tenant, limit)
    moments = [(str(row["item_id"]), row["version"], row["next_at"]) for row in rows]
    return (rows[0]["now"] if rows else await now(session, tenant)), moments


async def next_moment(session: Session, tenant: str) -> tuple[datetime, datetime | None]:
    """(now, the earliest moment of any item, or of a flow that begins by itself)."""
    row = await session.row("next_moment", tenant)
    return (row["now"], row["next_at"]) if row is not None else (await now(session, tenant), None)


async def shift(session: Session, tenant: str, by: timedelta) -> bool:
    """Move a demonstration's clock on; False (and nothing is done) for any other tenant, and for moving it back.

    Not to be repeated blindly: call it in a transaction of its own.
    """
    return await session.run("shift_clock", tenant, by) == 1

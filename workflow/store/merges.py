"""Which open item a duplicate joins, by a keyed MAC of what makes it one. They are written by `commit`."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.store.pool import Session


async def found(session: Session, tenant: str, flow: str, macs: Sequence[bytes]) -> dict[bytes, str]:
    """The open item of each MAC whose window is not over."""
    rows = await session.fetch("merge_targets", tenant, flow, list(macs))
    return {row["mac"]: str(row["item_id"]) for row in rows}


async def forget(session: Session, tenant: str) -> int:
    """Drop what is over; how many rows that were."""
    return await session.run("forget_merges", tenant)

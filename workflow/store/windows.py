"""What a `watch` rule looks back at: of items that ended, the newest by flow, rule and key. They are written by `commit`."""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.store.pool import Session

MOST = 10_000


class Seen(msgspec.Struct, frozen=True):
    """One item that ended, and what its rule kept of it."""

    item: str
    at: datetime
    body: bytes


async def last(
    session: Session, tenant: str, flow: str, rule: str, key: str, n: int = MOST, since: datetime | None = None
) -> list[Seen]:
    """The newest `n`, the newest first; `since`: none that ended before."""
    found = await session.fetch("window_rows", tenant, flow, rule, key, n, since)
    return [Seen(str(row["item_id"]), row["at"], row["body"]) for row in found]


async def forget(session: Session, tenant: str, keep: int = MOST) -> int:
    """Drop what no rule looks back at: of each key only the newest are kept. How many rows that were."""
    return await session.run("forget_windows", tenant, keep)

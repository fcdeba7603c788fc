"""Items that a step of another item set going (`run`). What they export is for that step to say."""

from __future__ import annotations

from workflow.domain.item import Item
from workflow.store.load import decode_state
from workflow.store.pool import Session


async def rows(session: Session, tenant: str, item: str, path: str, round_: int) -> tuple[Item, ...]:
    """The items that the step at `path` of `item` set going in that round, as they are now, in the order of its rows."""
    found = await session.fetch("child_items", tenant, item, path, round_)
    return tuple(decode_state(row["state"]) for row in found)


async def count(session: Session, tenant: str, item: str, path: str, round_: int) -> tuple[int, int]:
    """(how many there are, how many of them are over)."""
    row = await session.row("child_count", tenant, item, path, round_)
    return (row["there"], row["over"]) if row is not None else (0, 0)

"""Sums that are kept: what units counted, and what accounts have and hold. What books them is elsewhere (commit, domain.ledger)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from workflow.domain.event import Event
from workflow.journal import canonical
from workflow.journal.verify import Bad
from workflow.store.pool import Session

SLICE: Final = 500
_FIRST: Final = (datetime(1970, 1, 1, tzinfo=UTC), str(UUID(int=0)), 0)


class Sum(NamedTuple):
    """What a unit itself counted."""

    name: str
    unit: str
    n: int


class Mention(NamedTuple):
    """An event of an item, with the item's code."""

    item: str
    code: str
    event: Event


async def counted(session: Session, tenant: str, names: Sequence[str] | None, since: str, until: str) -> list[Sum]:
    """What each unit counted from the day `since` to the day `until`, by counter (None: all of them) and unit."""
    return [Sum(*row) for row in await session.fetch("counted", tenant, names, since, until)]


async def balances(session: Session, tenant: str) -> dict[str, int]:
    """Every counter that holds money, by its name (`domain.ledger`), in fen."""
    return {row["name"]: row["value"] for row in await session.fetch("balances", tenant)}


async def mentioning(session: Session, tenant: str, pieces: Sequence[str]) -> AsyncIterator[Mention]:
    """Events of items in whose bytes all these texts stand, the oldest first: a reading of the whole log, in slices."""
    after = _FIRST
    sought = [one.encode() for one in pieces]
    while rows := await session.fetch("mentioning", tenant, sought, *after, SLICE):
        for row in rows:
            yield Mention(str(row["stream_id"]), row["code"], canonical.event(row["body"]))
        after = rows[-1]["at"], str(rows[-1]["stream_id"]), rows[-1]["version"]


async def differs(session: Session, tenant: str, books: Mapping[str, int]) -> Bad | None:
    """The first account that does not have what the log says of it; what was credited is then all there is."""
    kept = await balances(session, tenant)
    for name in sorted(kept.keys() | books.keys()):
        if (told := books.get(name, 0)) != (found := kept.get(name, 0)):
            return Bad(name, 0, f"it stands at {found}; what the log books comes to {told}")
    return None


async def mend(session: Session, tenant: str, books: Mapping[str, int]) -> None:
    """Put every account to what the log says of it."""
    for name in await balances(session, tenant):
        if name not in books:
            await session.run("clear_balance", tenant, name)
    for name, value in sorted(books.items()):
        await session.run("put_balance", tenant, name, value)

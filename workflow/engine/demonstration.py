"""The clock of a demonstration's tenant: it can be moved on to the next moment, and all that was due happens. No other tenant's can."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from typing import Final

from workflow.engine.clock import Clock
from workflow.store import clock
from workflow.store.pool import Database

SETTLES_WITHIN: Final = 20.0
"""Seconds that everything which became due may take to happen."""


class NotADemonstrationError(Exception):
    """Somebody wanted to move the clock of a tenant that is real."""


class Demonstration:
    """`settled(tenant)` waits until this process has nothing left to decide or to send."""

    def __init__(self, database: Database, moments: Clock, settled: Callable[[str], Awaitable[None]]) -> None:
        self.database, self.moments, self.settled = database, moments, settled

    async def advance(self, tenant: str, to: datetime) -> None:
        """Move the tenant's clock on to this moment, and come back when what was due by then has happened.

        Raises NotADemonstrationError; a moment that has passed already changes nothing.
        """
        async with self.database.transaction() as session:
            by = to - await clock.now(session, tenant)
            if by.total_seconds() > 0 and not await clock.shift(session, tenant, by):
                raise NotADemonstrationError(
                    f"tenant {tenant} is no demonstration: its clock is everybody's, and cannot be moved"
                )
        give_up = monotonic() + SETTLES_WITHIN
        while monotonic() < give_up:
            await self.moments.strike(tenant)
            await self.settled(tenant)
            now, moment = await clock.next_moment(self.database, tenant)
            if moment is None or moment > now:
                return
            await asyncio.sleep(0.01)

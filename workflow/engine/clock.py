"""Moments: items whose next one has come, by the database's clock, are woken, and flows begin by themselves (firing.py). What a moment does is the decision's to say."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from typing import Final

from workflow.domain.command import SYSTEM, Command
from workflow.engine.inbox import Entry, Queue
from workflow.engine.logs import logger
from workflow.store import clock, ids
from workflow.store.pool import Database

TOGETHER: Final = 256
"""Items woken between two looks, the longest overdue first."""
AGAIN_SECONDS: Final = 5.0


class Clock:
    """Looks at the tables every so often, and at the very moment when it knows of one."""

    def __init__(self, database: Database, queue: Queue, poll: float) -> None:
        self.database, self.queue, self.poll = database, queue, poll
        self._woken = asyncio.Event()
        self._next: dict[str, datetime | None] = {}
        self._queued: dict[str, float] = {}
        self.fire: Callable[[str], Awaitable[int]] = nothing_to_fire

    def hint(self, tenant: str, moment: datetime) -> None:
        """An item of the tenant has this moment before it now."""
        known = self._next.get(tenant)
        if known is None or moment < known:
            self._woken.set()

    async def run(self, tenants: Callable[[], Awaitable[list[str]]]) -> None:
        """Until cancelled. `tenants` says whose moments are to be looked at."""
        while True:
            self._woken.clear()
            pause = self.poll * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
            for tenant in await tenants():
                pause = min(pause, await self._look(tenant))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(pause, 0.002)):  # wait_for of 3.11 may swallow a cancellation
                    await self._woken.wait()

    async def _look(self, tenant: str) -> float:
        """Wake what is due; returns the seconds until it is worth looking again."""
        if await self.strike(tenant):
            return 0.02
        now, self._next[tenant] = await clock.next_moment(self.database, tenant)
        moment = self._next[tenant]
        return (moment - now).total_seconds() if moment is not None and moment > now else self.poll

    async def strike(self, tenant: str) -> int:
        """Wake the items whose moment has come, and begin what begins by itself; how many there were."""
        return await self.wake(tenant) + await self.fire(tenant)

    async def wake(self, tenant: str) -> int:
        """Queue a waking for every item whose moment has come, the earliest first; how many are new to this process."""
        _, due = await clock.due(self.database, tenant, TOGETHER)
        began = monotonic()
        # One that is due still, though it was woken, is being decided, or could not be: do not spin on it.
        self._queued = {one: at for one, at in self._queued.items() if began - at < AGAIN_SECONDS}
        wakings = [waking(tenant, *one) for one in due]
        fresh = [one for one in wakings if one.id not in self._queued]
        self._queued.update((one.id, began) for one in fresh)
        self.queue.put(tenant, fresh)
        if len(fresh) == TOGETHER:
            logger().warning("many moments at once", tenant=tenant, count=len(fresh))
        return len(fresh)


async def nothing_to_fire(_tenant: str) -> int:
    """No flow begins by itself."""
    return 0


def waking(tenant: str, item: str, version: int, at: datetime) -> Entry:
    """The one command that wakes an item of this version at this moment; whoever makes it makes the same."""
    command = ids.waking_id(item, version, at)
    return Entry(command, command=Command(command, tenant, item, "wake", SYSTEM, SYSTEM))

"""Moments: items whose next one has come, by the database's clock, are woken. What a moment does is the decision's to say."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime
from typing import Final

from workflow.domain.command import SYSTEM, Command
from workflow.engine.inbox import Entry, Queue
from workflow.engine.logs import logger
from workflow.store import clock, ids
from workflow.store.pool import Database

TOGETHER: Final = 256
"""Items woken between two looks, the longest overdue first."""


class Clock:
    """Looks at the tables every so often, and at the very moment when it knows of one."""

    def __init__(self, database: Database, queue: Queue, poll: float) -> None:
        self.database, self.queue, self.poll = database, queue, poll
        self._woken = asyncio.Event()
        self._known: dict[str, float] = {}
        self._shifts: dict[str, float] = {}

    def hint(self, tenant: str, _moment: datetime) -> None:
        """An item of the tenant has this moment before it now: look when it will be."""
        if tenant in self._shifts:
            self._woken.set()

    async def run(self, tenants: list[str]) -> None:
        """Until cancelled."""
        while True:
            pause = self.poll * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
            for tenant in tenants:
                pause = min(pause, await self._look(tenant))
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), max(pause, 0.005))
            except TimeoutError:
                continue

    async def _look(self, tenant: str) -> float:
        """Wake what is due; returns the seconds until it is worth looking again."""
        if await self.wake(tenant):
            return 0.02
        now, moment = await clock.next_moment(self.database, tenant)
        return (moment - now).total_seconds() if moment is not None else self.poll

    async def wake(self, tenant: str) -> int:
        """Queue a waking for every item whose moment has come; how many there were."""
        now, due = await clock.due(self.database, tenant, TOGETHER)
        if due:
            late = (now - due[0][2]).total_seconds()
            if late > 3600:
                logger().warning("moments were missed", tenant=tenant, count=len(due), seconds=round(late))
        self.queue.put(tenant, [waking(tenant, item, version, at) for item, version, at in due])
        return len(due)


def waking(tenant: str, item: str, version: int, at: datetime) -> Entry:
    """The one command that wakes an item of this version at this moment; whoever makes it makes the same."""
    command = ids.waking_id(item, version, at)
    return Entry(command, command=Command(command, tenant, item, "wake", SYSTEM, SYSTEM))

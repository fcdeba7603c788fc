"""Flows that begin by themselves: planned when they are applied, fired when their moment has come. What they begin is decided like all else.

However many processes look, a moment is fired once: its commands have ids of their own, and one process moves the plan on. What
was missed while nobody looked happens once, and says that it is late.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from workflow.domain.command import Command
from workflow.domain.definition import Definition
from workflow.domain.tree import Recurrence
from workflow.engine.definitions import Definitions
from workflow.engine.logs import logger
from workflow.grammars.errors import ConditionError
from workflow.grammars.respell import same
from workflow.organisation.model import Organisation
from workflow.organisation.recurrence import caught_up, next_firing
from workflow.steps.draft import Random, World
from workflow.steps.firing import commands
from workflow.store import load, schedule
from workflow.store.pool import Database, Session
from workflow.store.schedule import Planned
from workflow.talk.about import Line

TOGETHER: Final = 64
LATE_AFTER: Final = timedelta(minutes=1)
"""A firing that comes later than this was missed, and says so."""
_NO_KEY: Final = bytes(32)


class Firing:
    """`order` keeps commands for whoever is free; `alert` tells the administrators."""

    def __init__(
        self, database: Database, definitions: Definitions, order: Callable[[Sequence[Command]], Awaitable[None]],
        alert: Callable[[str, Line], Awaitable[None]],
    ) -> None:  # fmt: skip
        self.database, self.definitions, self.order, self.alert = database, definitions, order, alert

    async def fire(self, tenant: str) -> int:
        """Begin whatever is to begin by now; how many flows did."""
        now, due = await schedule.due(self.database, tenant, TOGETHER)
        if not due:
            return 0
        await self.definitions.ensure(tenant, {one.digest for one in due})
        loaded = await load.batch(self.database, tenant)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        for one in due:
            await self._fire(tenant, one, World(now, organisation, Random(_NO_KEY)))
        return len(due)

    async def _fire(self, tenant: str, planned: Planned, world: World) -> None:
        definition = self.definitions.flow(tenant, planned.digest).definition
        moment, late = planned.next_at, world.now - planned.next_at > LATE_AFTER
        try:
            found = commands(definition, world, moment, late=late)
        except ConditionError as error:
            found = ()
            facts = {"flow": definition.flow, "why": [error.message_zh, error.message_en]}
            await self.alert(tenant, Line("not_begun", facts))
        await self.order(found)  # first: who dies here is repeated, and keeps nothing twice
        at = definition.start.at
        following = caught_up(at, world.organisation.calendar, moment, world.now) if at is not None else None
        if following is None:
            await schedule.retire(self.database, tenant, planned)
        elif await schedule.advance(self.database, tenant, planned, following):
            logger().info("began by itself", tenant=tenant, flow=planned.flow, items=len(found), late=late)


async def plan(
    session: Session, tenant: str, definitions: Iterable[Definition], organisation: Organisation, now: datetime,
    known: Callable[[str], Awaitable[Recurrence | None]],
) -> None:  # fmt: skip
    """These versions are current from now on: each begins by itself when it says so, and not when it says nothing.

    `known`: the recurrence of a version by its digest. What recurs as before keeps its next moment.
    """
    planned = {one.flow: one for one in await schedule.every(session, tenant)}
    for definition in definitions:
        before, at = planned.get(definition.flow), definition.start.at
        following = next_firing(at, organisation.calendar, now) if at is not None else None
        if before is not None and at is not None and (was := await known(before.digest)) is not None and same(was, at):
            following = before.next_at
        if following is not None:
            await schedule.put(session, tenant, definition.flow, definition.digest, following)
        elif before is not None:
            await schedule.drop(session, tenant, definition.flow)


async def replan(
    session: Session, tenant: str, organisation: Organisation, now: datetime,
    known: Callable[[str], Awaitable[Recurrence | None]],
) -> None:  # fmt: skip
    """The calendar may have changed: what recurs by days is counted anew, what is due already fires as it stands."""
    for one in await schedule.every(session, tenant):
        at = await known(one.digest)
        if at is None or at.duration is not None or one.next_at <= now:
            continue
        following = next_firing(at, organisation.calendar, now)
        if following is not None and following != one.next_at:
            await schedule.put(session, tenant, one.flow, one.digest, following)

"""The engine put together: its parts, the tasks that run them, and the few things that it does for those outside.

`Engine.open(settings, database, [Bot(tenant, "web", adapter)])` is a context: within it, attach the engine to the adapters
that ask it things, then `await engine.serve()`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from msgspec.structs import replace

from workflow.domain.command import Command, Refused
from workflow.engine import standing
from workflow.engine.alerts import Alerts
from workflow.engine.apply import Apply
from workflow.engine.bots import Bot, Bots
from workflow.engine.clock import Clock
from workflow.engine.definitions import Definitions
from workflow.engine.demonstration import Demonstration
from workflow.engine.files import Files
from workflow.engine.firing import Firing
from workflow.engine.handle import Handle
from workflow.engine.identity import Identity
from workflow.engine.inbox import Door, Entry, Intake, Queue
from workflow.engine.keys import Keys, keys_of
from workflow.engine.linking import Linking
from workflow.engine.listen import Listening
from workflow.engine.logs import logger
from workflow.engine.outcomes import Outcome, Outcomes
from workflow.engine.pace import Pace
from workflow.engine.read import Read
from workflow.engine.relay import Relay
from workflow.engine.scenes import Scenes
from workflow.engine.senders import Senders
from workflow.engine.settings import Settings
from workflow.engine.shape import bytes_of
from workflow.engine.unreached import Unreached
from workflow.engine.writing import command_bytes
from workflow.ports import Health, Inbox
from workflow.store import files, inbox, merges, tenants, windows
from workflow.store.pool import Database
from workflow.talk.about import Line

__all__ = ["Bot", "Engine"]

SWEEP_FIRST: Final = 600.0
SWEEP_EVERY: Final = 86_400.0
"""Seconds."""


class Engine:
    """What runs while commands are taken. Adapters use `inbox`, `read`, `files`, `identity`; programs use `perform`."""

    def __init__(self, settings: Settings, database: Database, bots: Sequence[Bot], keys: Keys) -> None:
        self.settings, self.database, self.bots = settings, database, Bots(bots)
        self.definitions = Definitions(database)
        self.files = Files(database)
        self.outcomes, self.queue = Outcomes(self._answers), Queue()
        self.intake = Intake(database, self.queue)
        self.scenes = Scenes(database, self.definitions, self.bots, self.files, keys.of("token"), settings.link)
        self.relay = Relay(
            database, self.bots, self.scenes, limit=settings.relay_chats, lease=settings.lease_seconds,
            poll=settings.poll_seconds, attempts=settings.attempts, quiet=settings.quiet_hours,
        )  # fmt: skip
        self.identity = Identity(database, self.definitions, self.relay.wake, keys.of("link"))
        pace = Pace(settings.flood_burst, settings.flood_refill)
        senders = Senders(database, Linking(self.identity), pace, keys.of("token"))
        listening = Listening(
            database, self.definitions, self.bots, self.files, self.scenes, senders, keys.of("token"), settings.quiet
        )
        self.handle = Handle(database, self.definitions, listening, self.queue, self.outcomes, keys.of("random"))
        self.clock = Clock(database, self.queue, settings.poll_seconds)
        self.clock.fire = Firing(database, self.definitions, self.order, self._alert).fire
        self.alerts = Alerts(database, self.definitions)
        self.read = Read(database, self.definitions, self.bots, self.files, self.scenes)
        self.unreached = Unreached(database, self.definitions, self.relay.wake)
        self.demonstration = Demonstration(database, self.clock, self.settled)
        self.apply = Apply(database, self.definitions, self.order)
        self.files.sees = self.read.may_see
        self.handle.owed, self.handle.due = self.relay.wake, self.clock.hint
        self.relay.alert = listening.alert = senders.alert = self._alert
        self.relay.order = self.order
        self._closing = False

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        database: Database,
        bots: Iterable[Bot] = (),
        *,
        keys: Keys | None = None,
        alone: bool = False,
    ) -> AsyncIterator[Engine]:
        """Run the engine while the block runs, and drain it afterwards.

        `alone`: only what this process itself performs is handled: no moments, no orphans of others (the command line).
        """
        engine = cls(settings, database, list(bots), keys or keys_of(settings.secret_path))
        await standing.bind(database, engine.bots.all)
        loops: dict[str, Callable[[], Awaitable[None]]] = {"handle": engine._handled, "outcomes": engine.outcomes.run}
        if engine.bots.all:
            loops["relay"] = engine.relay.run
        if not alone:
            loops |= {"clock": engine._timed, "orphans": engine._adopted, "sweep": engine._swept}
        tasks = [asyncio.create_task(engine._kept_running(name, loop), name=name) for name, loop in loops.items()]
        try:
            yield engine
        finally:
            await asyncio.shield(engine._close(tasks))

    # ------------------------------------------------------------------------------------------- for those outside

    def inbox(self, tenant: str, bot: str) -> Inbox:
        """Where an adapter puts what it received for this bot."""
        return Door(self.intake, self.files, tenant, bot)

    async def perform(self, command: Command) -> Outcome:
        """A program's command, on the same path as everybody's: kept, decided, answered. The same id again, the same answer."""
        if not command.id:
            command = replace(command, id=str(uuid4()))
        body = bytes_of(command)
        if isinstance(body, Refused):
            return body
        outcome = self.outcomes.expect(command.tenant, command.id)
        try:
            await self.intake.keep(command.tenant, "", [(command.id, "", body)])
            return await outcome
        finally:
            outcome.cancel()

    async def order(self, commands: Sequence[Command]) -> None:
        """Commands for later, by whoever is free: kept, not waited for."""
        by_tenant: dict[str, list[tuple[str, str, bytes]]] = {}
        for command in commands:
            by_tenant.setdefault(command.tenant, []).append((command.id, "", command_bytes(command)))
        for tenant, rows in by_tenant.items():
            await self.intake.keep(tenant, "", rows)

    async def serve(self) -> None:
        """Run every adapter until cancelled; when one cannot go on, none does."""
        async with asyncio.TaskGroup() as group:
            for bot in self.bots.all:
                group.create_task(bot.adapter.run(self.inbox(bot.tenant, bot.name)), name=f"adapter {bot.name}")

    async def health(self, tenant: str) -> dict[str, Health]:
        """Which of the tenant's bots here reach their networks, by name."""
        return {bot.name: await bot.adapter.health() for bot in self.bots.of(tenant)}

    async def settled(self, tenant: str) -> None:
        """Wait until nothing is left to decide here, and nothing that this process could send."""
        while True:
            await self.handle.drain()
            if self.relay.idle and self.queue.empty:
                if not await self.relay.owing(tenant):
                    return
                self.relay.wake(tenant)  # what waited until now goes at once, when the clock was moved
            await asyncio.sleep(0.01)

    # ------------------------------------------------------------------------------------------- what runs

    async def _handled(self) -> None:
        await self.handle.run(self.settings.batch)

    async def _timed(self) -> None:
        await self.clock.run(self._tenants)

    async def _adopted(self) -> None:
        """Commands that nobody finished: their process died, or left them."""
        while True:
            await asyncio.sleep(self.settings.poll_seconds)
            for tenant in await self._tenants():
                rows = await inbox.orphans(self.database, tenant, self.settings.batch, self.settings.orphan_seconds)
                self.queue.put(
                    tenant,
                    [
                        Entry(one.command, one.bot, one.chat or "", one.external, one.body, one.accepted_at)
                        for one in rows
                    ],
                )

    async def _swept(self) -> None:
        """Once a day: uploads that came to nothing, what duplicates were known by, and what no rule looks back at are forgotten."""
        pause = SWEEP_FIRST
        while True:
            await asyncio.sleep(pause)
            for tenant in await self._tenants():
                await files.sweep(self.database, tenant)
                await merges.forget(self.database, tenant)
                await windows.forget(self.database, tenant)
            pause = SWEEP_EVERY

    async def _tenants(self) -> list[str]:
        return [tenant.id for tenant in await tenants.all(self.database)]

    async def _kept_running(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """A loop that breaks is begun again: one bad moment must not stop the others for ever."""
        while True:
            try:
                await loop()
            except Exception as error:  # noqa: BLE001
                if self._closing:
                    return
                logger().error("loop broke and begins again", reason=name, exc_info=error)
                await asyncio.sleep(self.settings.poll_seconds)

    async def _answers(self, tenant: str, commands: list[str]) -> dict[str, bytes]:
        return await inbox.answers(self.database, tenant, commands)

    async def _alert(self, tenant: str, line: Line) -> None:
        if await self.alerts.tell(tenant, line):
            self.relay.wake(tenant)

    async def _close(self, tasks: list[asyncio.Task[None]]) -> None:
        """Take nothing more, decide what was taken, finish what is being sent."""
        self._closing = self.handle.closing = True
        await self.intake.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_seconds):
                await self.handle.drain()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""The database that the bench plays in: a server of its own on the disk, one tenant, one item really handed in, and its copies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec

from tests.bench import scene
from tests.bench.pgbench import psql
from workflow.domain.command import Answer, Command
from workflow.engine.apply import Source
from workflow.engine.engine import Engine
from workflow.engine.inbox import Entry
from workflow.engine.keys import Keys
from workflow.engine.outcomes import Outcome
from workflow.engine.settings import Settings
from workflow.engine.writing import command_bytes
from workflow.store import clock, inbox, migrate
from workflow.store.embedded import SUPERUSER, EmbeddedServer, use
from workflow.store.pool import Database
from workflow.talk.view import Attachment

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"
SETTINGS = {"max_wal_size": "8GB", "checkpoint_timeout": "30min"}
"""No checkpoint in the middle of a figure. Durability is PostgreSQL's own: fsync and synchronous_commit on."""
SECRET = bytes(32)
UNIT_TENANT, UNIT_ITEMS = UUID(int=0), 20_000
TOGETHER = 256
"""Items that are handed in at once, while nothing is measured."""


class Ground(msgspec.Struct, frozen=True):
    """Where the bench plays, and with whom. `items` are there already, numbered from 1, the one that they are copies of."""

    app_url: str
    superuser_url: str
    cast: scene.Cast
    items: int


@contextmanager
def server() -> Iterator[EmbeddedServer]:
    """A server of this run's own, on the disk that the clone is on; gone afterwards."""
    BUILD.mkdir(exist_ok=True)
    with use(BUILD / f"bench-{uuid4().hex[:8]}", settings=SETTINGS, throwaway=True) as running:
        yield running


async def lay(running: EmbeddedServer, items: int) -> Ground:
    """Make the schema, the tenant and the items."""
    await _migrate(running.owner_url)
    async with opened(running.app_url) as engine:
        tenant = await _tenant(engine)
        cast = await _cast(engine, tenant)
        begun = await engine.perform(cast.submission(1, await clock.now(engine.database, tenant)))
        assert isinstance(begun, Answer), begun
        await accept(engine, [cast.approval(1, 1), cast.approval(1, 2)])
    superuser = running.url(SUPERUSER)
    unit = {"tenant": UNIT_TENANT, "items": UNIT_ITEMS, "state_bytes": 450}
    await asyncio.to_thread(psql, superuser, HERE / "seed.sql", {"items": items})
    await asyncio.to_thread(psql, superuser, HERE / "scalar.sql", {})
    await asyncio.to_thread(psql, superuser, HERE / "unit.sql", unit)
    return Ground(running.app_url, superuser, cast, items)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Engine]:
    """An engine without chats: what it owes is written down, and sent by nobody."""
    database = await Database.open(url)
    try:
        async with Engine.open(Settings(), database, keys=Keys(SECRET), alone=True) as engine:
            yield engine
    finally:
        await database.close()


async def given(engine: Engine, cast: scene.Cast, items: Sequence[int]) -> None:
    """Hand these items in, as people do, and accept both approvals of each."""
    now = await clock.now(engine.database, cast.tenant)
    for some in (items[at : at + TOGETHER] for at in range(0, len(items), TOGETHER)):
        begun = [cast.submission(no, now) for no in some]
        await accept(engine, [*begun, *(cast.approval(no, step) for no in some for step in (1, 2))])
        for outcome in await asyncio.gather(*(settle(engine, one) for one in begun)):
            assert isinstance(outcome, Answer), outcome


async def shown(ground: Ground, items: range) -> None:
    """What is owed of these items was sent; nobody sends here."""
    connection = await asyncpg.connect(ground.superuser_url)
    try:
        await connection.execute("select bench.shown($1, $2)", items.start, items.stop - 1)
    finally:
        await connection.close()


async def accept(engine: Engine, commands: list[Command]) -> None:
    """Accept commands, as `perform` does, without handing them on."""
    rows = [(command.id, "", command_bytes(command)) for command in commands]
    await inbox.accept(engine.database, commands[0].tenant, "", rows)


def entry_of(command: Command) -> Entry:
    """An accepted command, as it waits."""
    return Entry(command.id, body=command_bytes(command))


async def hand(engine: Engine, tenant: str, entry: Entry) -> Outcome:
    """Hand an accepted command to `handle`, and wait until its answer is committed."""
    outcome = engine.outcomes.expect(tenant, entry.id)
    engine.queue.put(tenant, [entry])
    return await outcome


async def settle(engine: Engine, command: Command) -> Outcome:
    """The same, of a command."""
    return await hand(engine, command.tenant, entry_of(command))


async def _migrate(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await migrate.migrate(connection)
    finally:
        await connection.close()


async def _tenant(engine: Engine) -> str:
    lists = sorted((scene.FLOWS / "lists").glob("*.yaml"))
    sources = [Source(str(file), file.read_bytes()) for file in (scene.ORGANISATION, *lists, scene.ACTIVITY)]
    applied = await engine.apply(sources, demonstration=True)
    assert applied.ok, applied
    return applied.tenant


async def _cast(engine: Engine, tenant: str) -> scene.Cast:
    organisation = await engine.read.organisation(tenant)
    ids = {person.key: person.id for person in organisation.people}
    plan = await engine.files.upload(tenant, ids[scene.SUBMITTER], "方案.pdf", _plan())
    assert isinstance(plan, Attachment), plan
    return scene.Cast(tenant, ids[scene.SUBMITTER], ids[scene.REVIEWER], ids[scene.SECOND], plan.file)


async def _plan() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7\n" + bytes(1000)

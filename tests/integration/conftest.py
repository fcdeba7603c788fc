"""PostgreSQL for tests: one server a session, shared by all workers; the schema once, as a template; a database a test.

`database` has the schema, `bare_database` has nothing; both are gone afterwards. GUANKOU_TEST_SERVER_URL (a superuser's, to
any database but a template) lets the same tests run on a server of one's own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from tests.integration import making
from workflow.store import embedded, migrate, pool

# Of what a crash of the machine would lose, a test needs nothing.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}


class Database(msgspec.Struct, frozen=True):
    """A database of its own: as its owner, as the application, and as the one who may do anything."""

    name: str
    superuser_url: str

    @property
    def owner_url(self) -> str:
        return with_role(self.superuser_url, embedded.OWNER)

    @property
    def app_url(self) -> str:
        return with_role(self.superuser_url, embedded.APP)


def with_role(url: str, role: str) -> str:
    place = urlsplit(url)
    return urlunsplit(place._replace(netloc=f"{role}@{place.netloc.rpartition('@')[2]}"))


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def room() -> Path:
    """Give a folder in memory if there is room: the 400 files of a database take 12 ms to copy there, 200 on a disk."""
    memory = Path("/dev/shm")  # noqa: S108 (the server makes its own folder in it)
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    return memory if roomy else Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def server_url(room: Path) -> Iterator[str]:
    """Address the session's server as its superuser. Its last worker stops it, and its data are gone."""
    if own := os.environ.get("GUANKOU_TEST_SERVER_URL"):
        yield own
        return
    # Not among pytest's folders: they are root's alone, and under root the server is nobody.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    with embedded.use(room / f"guankou-tests-{run[:12]}", settings=SETTINGS, throwaway=True) as server:
        yield server.url(embedded.SUPERUSER, "postgres")


async def make_owner(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    if not await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", embedded.OWNER):
        await connection.execute(f"CREATE ROLE {embedded.OWNER} LOGIN CREATEROLE CREATEDB")


async def make_template(url: str) -> str:
    """Migrate a database once, whatever the number of workers; its name changes with any migration."""
    name = f"guankou_template_{migrate.fingerprint()}"
    async with connected(url) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(20)")
        if await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name):
            return name
        async with connected(url) as maker:
            await make_owner(maker)
            await maker.execute(f"DROP DATABASE IF EXISTS {name}_new")
            await maker.execute(f"CREATE DATABASE {name}_new OWNER {embedded.OWNER}")
            async with connected(with_role(with_database(url, f"{name}_new"), embedded.OWNER)) as owner:
                await migrate.migrate(owner)
            await maker.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


@asynccontextmanager
async def made(url: str, template: str) -> AsyncIterator[Database]:
    name = f"guankou_test_{uuid4().hex}"
    async with connected(url) as connection:
        await connection.execute(
            f"CREATE DATABASE {name} OWNER {embedded.OWNER} TEMPLATE {template} STRATEGY file_copy"
        )
    try:
        yield Database(name, with_database(url, name))
    finally:
        async with connected(url) as connection:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Name the database with the schema that the others are copies of."""
    with asyncio.Runner() as runner:
        return runner.run(make_template(server_url))


@pytest.fixture
async def database(server_url: str, template: str) -> AsyncIterator[Database]:
    """Give a database with the schema and nothing in it."""
    async with made(server_url, template) as database:
        yield database


@pytest.fixture
async def bare_database(server_url: str) -> AsyncIterator[Database]:
    """Give a database without a schema, owned by the owner."""
    async with connected(server_url) as connection:
        await make_owner(connection)
    async with made(server_url, "template1") as database:
        yield database


@pytest.fixture
async def owner_connection(database: Database) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    async with connected(database.owner_url) as connection:
        yield connection


@pytest.fixture
async def app_pool(database: Database) -> AsyncIterator[asyncpg.Pool[asyncpg.Record]]:
    async with asyncpg.create_pool(database.app_url, min_size=1, max_size=8) as pool:
        yield pool


@pytest.fixture
async def store(database: Database) -> AsyncIterator[pool.Database]:
    """Open the database as the engine does."""
    opened = await pool.Database.open(database.app_url, size=8)
    yield opened
    await opened.close()


@pytest.fixture
async def world(store: pool.Database) -> making.World:
    """Give a tenant with a flow, an organisation, and four people who each have a chat."""
    return await making.make_world(store)

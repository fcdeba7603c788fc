"""Connections to PostgreSQL as the engine needs them, and statements called by their names. No SQL stands here.

A `Session` is a connection in a transaction, or a whole `Database`, where every call is a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, Protocol

import asyncpg

from workflow.store.statements import statement

SETTINGS = {
    # A plan made while the tables were empty is remembered (40 ms against 0.36): every plan goes by the indexes.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "TimeZone": "UTC",
    "application_name": "guankou",
    # Nobody waits for ever, and nobody who died holds a lock.
    "lock_timeout": "20s",
    "statement_timeout": "120s",
    "idle_in_transaction_session_timeout": "60s",
}
CONNECT_SECONDS = 10.0
TRIES = 8
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0

Isolation = Literal["read_committed", "repeatable_read"]

LOST_CONNECTION = (
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    OSError,
    TimeoutError,
)
"""What says that the connection is gone, and nothing of what became of the statement."""

BUSY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)
"""What says that nothing was done and that it may be tried again."""


class Unreachable(Exception):
    """PostgreSQL was not reached, however often it was tried; what became of the last statement is not known."""


class Session(Protocol):
    """Who runs statements by name: `row` is the first row or None, `value` its first column, `run` says how many rows.

    The first argument of every statement that has any is the tenant; no other tenant's rows are seen by it.
    """

    async def fetch(self, name: str, *args: Any) -> list[asyncpg.Record]: ...

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None: ...

    async def value(self, name: str, *args: Any) -> Any: ...

    async def run(self, name: str, *args: Any) -> int: ...


class Connection(asyncpg.Connection):  # type: ignore[type-arg]  # at run time it takes no parameter
    """A connection that knows which tenant it serves."""

    tenant: str | None = None

    async def belong(self, tenant: str) -> None:
        """Serve this tenant from now on."""
        if self.tenant != tenant:
            self.tenant = None
            await self.execute(statement("belong"), tenant)
            self.tenant = tenant

    def forget(self) -> None:
        """Nobody knows any more whom it serves."""
        self.tenant = None


class Transaction:
    """One connection inside one transaction. Calls are not repeated: who opened the transaction decides that."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy[Any]) -> None:
        self.connection = connection

    async def fetch(self, name: str, *args: Any) -> list[asyncpg.Record]:
        return await self._call("fetch", name, args)  # type: ignore[no-any-return]

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None:
        return await self._call("fetchrow", name, args)  # type: ignore[no-any-return]

    async def value(self, name: str, *args: Any) -> Any:
        return await self._call("fetchval", name, args)

    async def run(self, name: str, *args: Any) -> int:
        return _rows(await self._call("execute", name, args))

    async def _call(self, method: str, name: str, args: tuple[Any, ...]) -> Any:
        return await _run(self.connection, method, statement(name), args)


class Database:
    """A pool of connections to one database, as the role that owns nothing.

    Every single call is repeated after a lost connection, until `Unreachable`: so every statement must bear being run
    twice, because the first may have happened. What does not bear it belongs into a `transaction()` of the caller.
    """

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, size: int = 4) -> Database:
        """Connect; `size` is how many statements may run at once. Raises `Unreachable`."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, server_settings=SETTINGS, reset=_keep, timeout=CONNECT_SECONDS,
                max_inactive_connection_lifetime=0, max_queries=2**31, connection_class=Connection,
            )  # fmt: skip
        except LOST_CONNECTION as error:
            raise Unreachable(
                f"PostgreSQL cannot be reached: {error}. Is it running, and is the address right?"
            ) from error
        return cls(pool)

    async def close(self) -> None:
        """Let every running statement end, then close."""
        await self._pool.close()

    async def fetch(self, name: str, *args: Any) -> list[asyncpg.Record]:
        return await self._again("fetch", name, args)  # type: ignore[no-any-return]

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None:
        return await self._again("fetchrow", name, args)  # type: ignore[no-any-return]

    async def value(self, name: str, *args: Any) -> Any:
        return await self._again("fetchval", name, args)

    async def run(self, name: str, *args: Any) -> int:
        return _rows(await self._again("execute", name, args))

    @asynccontextmanager
    async def transaction(self, *, consistent: bool = False) -> AsyncIterator[Transaction]:
        """A transaction; `consistent` sees one state of the database throughout and changes nothing."""
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
            isolation: Isolation = "repeatable_read" if consistent else "read_committed"
            try:
                async with connection.transaction(isolation=isolation, readonly=consistent):
                    yield Transaction(connection)
            finally:
                connection.forget()  # type: ignore[attr-defined]  # a transaction that is rolled back takes its tenant with it

    async def _again(self, method: str, name: str, args: tuple[Any, ...]) -> Any:
        text = statement(name)
        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            connection = None
            try:
                async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
                    return await _run(connection, method, text, args)
            except BUSY:
                if not left:
                    raise
            except (*LOST_CONNECTION, asyncpg.InterfaceError) as error:
                # asyncpg calls a wrong argument an interface error too: that one leaves the connection open.
                if isinstance(error, asyncpg.InterfaceError) and connection is not None and not connection.is_closed():
                    raise
                if not left or self._pool.is_closing():
                    raise Unreachable(f"PostgreSQL was lost during `{name}` and not found again: {error!r}") from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("the last try returns or raises")


async def _run(connection: Any, method: str, text: str, args: tuple[Any, ...]) -> Any:
    if args:
        await connection.belong(args[0])
    return await getattr(connection, method)(text, *args)


async def _keep(_connection: asyncpg.Connection[Any]) -> None:
    """Nothing to reset: no statement here leaves anything behind in its session (a reset is a third of a short call)."""


def _rows(status: str) -> int:
    """`UPDATE 3` is 3."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0

"""Connections to PostgreSQL as the engine needs them, and statements called by their names. No SQL stands here.

A `Session` is a connection in a transaction, or a whole `Database`, where every call is a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, Protocol, TypeVar

import asyncpg

from workflow.store.statements import statement

SETTINGS = {
    # A plan made while the tables were empty is remembered (40 ms against 0.36): every plan goes by the indexes.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_material": "off",
    "enable_memoize": "off",
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
TRIES = 20  # half a minute: longer than a server takes to come back
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0

T = TypeVar("T")
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


class Connection(asyncpg.Connection):
    """A connection that knows which tenant it serves."""

    tenant: str | None = None

    async def call(self, method: str, name: str, args: tuple[Any, ...]) -> Any:
        """Run a statement for the tenant that its first argument names."""
        if args and self.tenant != args[0]:
            self.tenant = None
            await self.execute(statement("belong"), args[0])
            self.tenant = args[0]
        return await getattr(self, method)(statement(name), *args)


class Transaction:
    """One connection inside one transaction. Calls are not repeated: who opened the transaction decides that."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def fetch(self, name: str, *args: Any) -> list[asyncpg.Record]:
        return await self.connection.call("fetch", name, args)  # type: ignore[no-any-return]

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None:
        return await self.connection.call("fetchrow", name, args)  # type: ignore[no-any-return]

    async def value(self, name: str, *args: Any) -> Any:
        return await self.connection.call("fetchval", name, args)

    async def run(self, name: str, *args: Any) -> int:
        return _rows(await self.connection.call("execute", name, args))


class Database:
    """Connections to one database, as the role that owns nothing, each used by one caller at a time.

    Every single call is repeated after a lost connection, until `Unreachable`: so every statement must bear being run
    twice, because the first may have happened. What does not bear it belongs into a `transaction()` of the caller.

    Not asyncpg's pool: its hand-over costs a short statement a third of its time, and several turns of the loop.
    """

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._size = size
        self._free = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, size: int = 4) -> Database:
        """Connect; `size` is how many statements may run at once. Raises `Unreachable`."""
        database = cls(url, size)
        try:
            async with database._connection():
                return database
        except LOST_CONNECTION as error:
            raise Unreachable(
                f"PostgreSQL cannot be reached: {error}. Is it running, and is the address right?"
            ) from error

    async def close(self) -> None:
        """Let every running statement end, then close."""
        self._closed = True
        for _ in range(self._size):
            await self._free.acquire()
        while self._idle:
            await self._idle.pop().close()

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
        isolation: Isolation = "repeatable_read" if consistent else "read_committed"
        async with self._connection() as connection:
            try:
                async with connection.transaction(isolation=isolation, readonly=consistent):
                    yield Transaction(connection)
            finally:
                connection.tenant = None  # what is rolled back takes its tenant with it

    async def look(self, read: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `read` finds in one state of the database; asked anew after a lost connection, until `Unreachable`."""
        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            try:
                async with self.transaction(consistent=True) as session:
                    return await read(session)
            except (*LOST_CONNECTION, *BUSY, asyncpg.InterfaceError) as error:
                if not left or self._closed:
                    raise Unreachable(f"PostgreSQL was lost while reading, and not found again: {error!r}") from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("the last try returns or raises")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        await self._turn()
        try:
            connection = await self._take()
            try:
                yield connection
            finally:
                self._give(connection)
        finally:
            self._free.release()

    async def _turn(self) -> None:
        if self._closed:
            raise asyncpg.InterfaceError("the database was closed")
        if self._free.locked():
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._free.acquire()
        else:
            await self._free.acquire()

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await asyncpg.connect(
            self._url, server_settings=SETTINGS, timeout=CONNECT_SECONDS, connection_class=Connection,
            statement_cache_size=1000, max_cached_statement_lifetime=0,
        )  # fmt: skip

    def _give(self, connection: Connection) -> None:
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._idle.append(connection)

    async def _again(self, method: str, name: str, args: tuple[Any, ...]) -> Any:
        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            connection = None
            try:
                async with self._connection() as connection:
                    return await connection.call(method, name, args)
            except BUSY:
                if not left:
                    raise
            except (*LOST_CONNECTION, asyncpg.InterfaceError) as error:
                # asyncpg calls a wrong argument an interface error too: that one leaves the connection open.
                if isinstance(error, asyncpg.InterfaceError) and connection is not None and not connection.is_closed():
                    raise
                if not left or self._closed:
                    raise Unreachable(f"PostgreSQL was lost during `{name}` and not found again: {error!r}") from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("the last try returns or raises")


def _rows(status: str) -> int:
    """`UPDATE 3` is 3."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0

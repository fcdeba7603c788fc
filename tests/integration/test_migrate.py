"""Migrations: in order, each whole or not at all, once, never changed, on every PostgreSQL from 15 on."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

import asyncpg
import pytest

from workflow.store import embedded
from workflow.store.migrate import MigrationError, fingerprint, migrate, migrations, pending

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Bare(Protocol):
    """What the fixture `bare_database` gives."""

    @property
    def owner_url(self) -> str: ...

    @property
    def app_url(self) -> str: ...

    @property
    def superuser_url(self) -> str: ...


@pytest.fixture
async def owner(bare_database: Bare) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(bare_database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_item.sql").write_text("create table item (n int);\ninsert into item values (1);\n")
    (tmp_path / "0002_more.sql").write_text("insert into item values (2);\n")
    return tmp_path


async def items(connection: Connection) -> list[int]:
    return [row["n"] for row in await connection.fetch("SELECT n FROM item ORDER BY n")]


async def test_all_in_order_and_once(owner: Connection, folder: Path) -> None:
    names = ["0001_item.sql", "0002_more.sql"]
    assert await pending(owner, folder) == names
    assert await migrate(owner, folder) == names
    assert await pending(owner, folder) == []
    assert await migrate(owner, folder) == []
    assert await items(owner) == [1, 2]
    (folder / "0003_again.sql").write_text("insert into item values (3)")
    assert await migrate(owner, folder) == ["0003_again.sql"]
    assert await items(owner) == [1, 2, 3]
    rows = await owner.fetch("SELECT number, name, encode(sha256, 'hex') AS sha256 FROM migration ORDER BY number")
    assert [(row["number"], row["name"]) for row in rows] == list(enumerate([*names, "0003_again.sql"], 1))
    assert [row["sha256"] for row in rows] == [one.sha256.hex() for one in migrations(folder)]


async def test_the_application_may_ask_but_not_apply(owner: Connection, bare_database: Bare, folder: Path) -> None:
    await migrate(owner, folder)
    (folder / "0003_new.sql").write_text("select 1")
    application = await asyncpg.connect(bare_database.app_url)
    try:
        assert await application.fetchval("SELECT current_user") == embedded.APP
        assert await pending(application, folder) == ["0003_new.sql"]
        with pytest.raises((MigrationError, asyncpg.InsufficientPrivilegeError)):
            await migrate(application, folder)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute("DELETE FROM migration")
    finally:
        await application.close()
    assert await pending(owner, folder) == ["0003_new.sql"]


async def test_one_that_fails_leaves_nothing_of_itself(owner: Connection, folder: Path) -> None:
    (folder / "0003_wrong.sql").write_text("insert into item values (3);\n\nselect no_such_column from item;\n")
    with pytest.raises(MigrationError, match=r"0003_wrong\.sql:3: column .no_such_column. does not exist"):
        await migrate(owner, folder)
    assert await items(owner) == [1, 2]
    (folder / "0003_wrong.sql").write_text("insert into item values (3)")
    assert await migrate(owner, folder) == ["0003_wrong.sql"]


async def test_a_changed_one_is_refused(owner: Connection, folder: Path) -> None:
    await migrate(owner, folder)
    (folder / "0001_item.sql").write_text("create table item (n bigint);\n")
    for ask in (pending, migrate):
        with pytest.raises(MigrationError, match=r"0001_item\.sql is not what was applied.*never changes"):
            await ask(owner, folder)


async def test_line_ends_are_no_change(owner: Connection, folder: Path) -> None:
    await migrate(owner, folder)
    file = folder / "0001_item.sql"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert await migrate(owner, folder) == []


async def test_a_database_of_a_newer_guankou_is_refused(owner: Connection, folder: Path) -> None:
    await migrate(owner, folder)
    (folder / "0002_more.sql").unlink()
    with pytest.raises(MigrationError, match=r"2 migrations, up to 0002_more\.sql.*knows 1.*newer"):
        await migrate(owner, folder)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("0004_gap.sql", "select 1", r"0004_gap\.sql stands where 0003 was expected"),
        ("0002_twice.sql", "select 1", r"0002_twice\.sql stands where 0003 was expected"),
        ("3_short.sql", "select 1", r"3_short\.sql is no name of a migration"),
        ("0003_Upper.sql", "select 1", r"0003_Upper\.sql is no name of a migration"),
        ("0003_ends.sql", "select 1;\ncommit;\nselect 2", r"0003_ends\.sql:2 begins or ends a transaction"),
        ("0003_begins.sql", "BEGIN;\nselect 1", r"0003_begins\.sql:1 begins or ends a transaction"),
    ],
)
def test_files_that_are_refused(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(MigrationError, match=message):
        migrations(folder)


def test_functions_have_their_own_begin_and_end(folder: Path) -> None:
    (folder / "0003_function.sql").write_text(
        "create function f() returns int language plpgsql as $$\nbegin\n    return 1;\nend;\n$$;\n"
    )
    assert len(migrations(folder)) == 3


def test_the_fingerprint_changes_with_any_file(folder: Path) -> None:
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    (folder / "0002_more.sql").write_text("insert into item values (3);\n")
    assert fingerprint(folder) != before


async def test_ten_runners_at_once(owner: Connection, bare_database: Bare, folder: Path) -> None:
    (folder / "0001_item.sql").write_text(
        "select pg_sleep(0.2); create table item (n int); insert into item values (1)"
    )
    runners = [await asyncpg.connect(bare_database.owner_url) for _ in range(10)]
    try:
        applied = await asyncio.gather(*(migrate(runner, folder) for runner in runners))
    finally:
        for runner in runners:
            await runner.close()
    assert sorted(map(len, applied)) == [0] * 9 + [2]
    assert await items(owner) == [1, 2]


async def test_a_runner_that_dies_holds_nobody_up(owner: Connection, bare_database: Bare, folder: Path) -> None:
    (folder / "0002_more.sql").write_text("select pg_sleep(60)")
    dying = await asyncpg.connect(bare_database.owner_url)
    run = asyncio.create_task(migrate(dying, folder))
    killer = await asyncpg.connect(bare_database.superuser_url)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^select pg_sleep'"
    try:
        while not await killer.fetchval(kill):  # noqa: ASYNC110 (it happens in the server)
            await asyncio.sleep(0.01)
    finally:
        await killer.close()
    with pytest.raises((MigrationError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await run
    (folder / "0002_more.sql").write_text("insert into item values (2)")
    assert await asyncio.wait_for(migrate(owner, folder), 10) == ["0002_more.sql"]


async def test_an_owner_that_may_make_no_role_is_told_what_to_ask_for(
    bare_database: Bare, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role is there on this server, so the runner is made to look for another, as one without CREATEROLE."""
    monkeypatch.setattr("workflow.store.migrate.MAKE_APP", "CREATE ROLE guankou_test_nobody")
    administrator = await asyncpg.connect(bare_database.superuser_url)
    await administrator.execute("CREATE ROLE guankou_test_plain LOGIN")
    plain = await asyncpg.connect(bare_database.superuser_url, user="guankou_test_plain")
    try:
        with pytest.raises(MigrationError, match="CREATE ROLE guankou_app LOGIN PASSWORD"):
            await migrate(plain, folder)
    finally:
        await plain.close()
        await administrator.execute("DROP ROLE guankou_test_plain")
        await administrator.close()


# ------------------------------------------------------------------------------------------------ our own


async def test_our_own_files_make_a_schema(owner: Connection) -> None:
    assert len(await migrate(owner)) >= 1
    assert await pending(owner) == []


def releases() -> dict[str, Path]:
    """Find what other PostgreSQL there is: the wheel's second one, and Debian's."""
    found = {
        f"Debian's {home.name}": home
        for home in Path("/usr/lib/postgresql").glob("*")
        if (home / "bin/initdb").exists()
    }
    return {"the wheel's 16": embedded.programs("pginstall"), **found}


@pytest.fixture(params=releases())
def other_server(request: pytest.FixtureRequest) -> Iterator[embedded.EmbeddedServer]:
    data = Path(tempfile.mkdtemp(prefix="guankou-test-"))
    data.chmod(0o711)
    install = releases()[request.param]
    with embedded.use(data / "data", install=install, throwaway=True, settings={"fsync": "off"}) as server:
        yield server
    while any(data.iterdir()):  # the keeper removes it
        time.sleep(0.02)
    data.rmdir()


async def test_our_own_files_make_a_schema_on_other_releases(other_server: embedded.EmbeddedServer) -> None:
    connection = await asyncpg.connect(other_server.owner_url)
    try:
        assert await migrate(connection)
        assert await pending(connection) == []
    finally:
        await connection.close()

"""What the database itself refuses, whoever asks; and that the tenant stands first everywhere."""

from __future__ import annotations

import contextlib
from typing import Any, TypeAlias

import asyncpg
import pytest

from tests.integration.making import START, World, make_world
from workflow.store import listings
from workflow.store.statements import QUERIES

NO_TENANT = {"migration"}
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_every_key_begins_with_the_tenant(owner_connection: Owner) -> None:
    """Primary keys, unique and other indexes, and foreign keys on both sides."""
    indexes = await owner_connection.fetch(
        "select t.relname as name, i.relname as index, a.attname as first"
        " from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid"
        " left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]"
        " where t.relnamespace = 'public'::regnamespace"
    )
    assert len(indexes) > 40
    wrong = [row["index"] for row in indexes if row["name"] not in NO_TENANT and row["first"] != "tenant_id"]
    assert wrong == ["tenant_name_key"], "names of tenants are unique among tenants, and nothing else is"
    foreign = await owner_connection.fetch(
        "select c.conname, a.attname as here, b.attname as there from pg_constraint c"
        " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
        " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1] where c.contype = 'f'"
    )
    assert len(foreign) > 15
    assert {(row["here"], row["there"]) for row in foreign} == {("tenant_id", "tenant_id")}
    without = await owner_connection.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and not exists"
        " (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and attnotnull)"
    )
    assert {row["relname"] for row in without} == NO_TENANT


@pytest.mark.parametrize(
    "statement",
    [
        "update event set body = body",
        "delete from event",
        "truncate event",
        "alter table event disable trigger all",
        "drop table event",
        "alter table event add column x int",
        "create table mine (x int)",
        "update flow_version set source = ''",
        "delete from item",
        "delete from task",
        "delete from party",
        "delete from stream",
        "delete from command",
        "delete from person",
        "delete from tenant",
        "create function f() returns int language sql as 'select 1'",
        "set role guankou_owner",
        "set session_replication_role = replica",
    ],
)
async def test_the_application_may_not(app_pool: asyncpg.Pool[asyncpg.Record], statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app_pool.execute(statement)


async def test_the_application_owns_nothing(owner_connection: Owner) -> None:
    assert await owner_connection.fetchval("select count(*) from pg_class where relowner = 'guankou_app'::regrole") == 0
    role = await owner_connection.fetchrow("select * from pg_roles where rolname = 'guankou_app'")
    assert role is not None
    powers = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolbypassrls", "rolreplication")
    assert [power for power in powers if role[power]] == []


TASK = (
    "insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, opened_at, closed_at, outcome,"
    " choice, person_id, part) values ($1, $2, $3, 0, '站', 1, $4, $5, $6, $6, $7, $8, $9, $10)"
)


async def vote(  # what one row of a vote would be
    world: World, item: str, person: str, part: str | None, *, no: int = 90, decides: bool = True, outcome: str | None = "voted",
    choice: str | None = "approve",
) -> None:  # fmt: skip
    who = world.people[person]
    async with world.database.transaction() as session:
        await session.run("belong", world.tenant)
        await session.connection.execute(
            TASK, world.tenant, item, no, who, decides, START, outcome, choice, who if choice else None, part
        )  # fmt: skip


async def test_who_handed_it_in_decides_nothing(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    with pytest.raises(asyncpg.CheckViolationError):
        await vote(world, held.item.id, "submitter", "submitter")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await vote(world, held.item.id, "submitter", "站")
    await vote(world, held.item.id, "submitter", None, decides=False, choice="done")


async def test_a_vote_that_decides_names_its_part(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    with pytest.raises(asyncpg.CheckViolationError):
        await vote(world, held.item.id, "zhan", None)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await vote(world, held.item.id, "suo", "所")


async def test_one_vote_a_person_and_round(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    await world.approve([held], "zhan", "suo")
    with pytest.raises(asyncpg.UniqueViolationError):
        await vote(world, held.item.id, "zhan", "站")


async def test_a_closed_task_says_how(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    with pytest.raises(asyncpg.CheckViolationError):
        await vote(world, held.item.id, "zhan", None, outcome=None, choice=None)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("update tenant set demonstration = false, shift = '1 hour' where tenant_id = $1", asyncpg.CheckViolationError),
        ("update command set done_at = now() where tenant_id = $1", asyncpg.CheckViolationError),
        ("update command set body = null where tenant_id = $1", asyncpg.CheckViolationError),
        ("update item set head = 'short' where tenant_id = $1", asyncpg.CheckViolationError),
        ("update item set digest = repeat('0', 64) where tenant_id = $1", asyncpg.ForeignKeyViolationError),
        ("update item set ended_at = now() where tenant_id = $1", asyncpg.CheckViolationError),
        ("update person set language = 'fr' where tenant_id = $1", asyncpg.CheckViolationError),
        ("insert into unit select $1, 'second root', 9, null, '中心'", asyncpg.UniqueViolationError),
        ("insert into party select $1, item_id, submitter_id, '站' from item", asyncpg.UniqueViolationError),
        (
            "insert into event select tenant_id, stream_id, version, at, body, leaf from event",
            asyncpg.UniqueViolationError,
        ),
        ("insert into event select tenant_id, stream_id, 0, at, body, leaf from event", asyncpg.CheckViolationError),
        ("update delivery set chat_id = null, person_id = null where tenant_id = $1", asyncpg.CheckViolationError),
        ("update account set person_id = gen_random_uuid() where tenant_id = $1", asyncpg.ForeignKeyViolationError),
    ],
)
async def test_rows_that_cannot_be(
    world: World, owner_connection: Owner, statement: str, error: type[Exception]
) -> None:
    await world.begin("submitter", "zhan")
    await world.accept("zhan", b"press")
    arguments: list[Any] = [world.tenant] if "$1" in statement else []
    with pytest.raises(error):
        await owner_connection.execute(statement, *arguments)


async def test_words_of_people_stand_nowhere_but_in_content(world: World, owner_connection: Owner) -> None:
    """Whatever text or bytes a settled tenant holds: a person's name is in `content` alone."""
    [held] = await world.begin("submitter", "zhan")
    [command] = await world.accept("zhan", "王芳 says 通过".encode())
    await world.employ("王芳")
    await world.approve([held], "zhan", "suo", [command])
    tables = await owner_connection.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    found = set()
    for (name,) in tables:
        for (row,) in await owner_connection.fetch(f"select x::text from {name} x"):  # noqa: S608  (the catalogue's)
            if "王芳" in row or "王芳".encode().hex() in row:
                found.add(name)
    # The test's accounts and chats are called as their people; networks call them by numbers.
    assert found - {"account", "chat"} == {"content"}


async def test_the_planner_knows_empty_tables(owner_connection: Owner) -> None:
    """Of a table that never held anything it must believe: one tenant, many keys (migrations/0004)."""
    rows = await owner_connection.fetch(
        "select tablename, n_distinct from pg_stats where attname = 'tenant_id' and schemaname = 'public'"
    )
    known = {row["tablename"]: row["n_distinct"] for row in rows}
    hot = {
        "item",
        "task",
        "event",
        "party",
        "delivery",
        "owed",
        "command",
        "chat",
        "account",
        "dialogue",
        "content",
        "counter",
    }
    assert {name: known.get(name) for name in hot} == dict.fromkeys(hot, 1)


async def test_every_statement_fits_the_schema(app_pool: asyncpg.Pool[asyncpg.Record]) -> None:
    wrong = {}
    async with app_pool.acquire() as connection:
        for name, text in QUERIES.items():
            try:
                await connection.prepare(text)
            except asyncpg.PostgresError as error:
                wrong[name] = str(error)
    assert wrong == {}


async def test_a_connection_sees_its_own_tenant_only(world: World, app_pool: asyncpg.Pool[asyncpg.Record]) -> None:
    """Even what forgets to name the tenant: against forgetfulness, not against who can put in SQL."""
    other = await make_world(world.database, "haidian")
    for one, count in ((world, 2), (other, 1)):
        await one.begin("submitter", "zhan", count)
    async with app_pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from item") == 0, "nobody's"
        for one, count in ((world, 2), (other, 1)):
            await connection.execute("select set_config('guankou.tenant', $1, false)", one.tenant)
            for table in ("item", "event", "task"):
                assert await connection.fetchval(f"select count(*) from {table}") == count  # noqa: S608  (named here)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute("insert into bot values ($1, 'theirs', 'web', '')", world.tenant)
    assert len(await listings.running(world.database, world.tenant)) == 2
    assert len(await listings.running(world.database, other.tenant)) == 1


async def test_every_table_of_tenants_has_the_policy(owner_connection: Owner) -> None:
    rows = await owner_connection.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and not relrowsecurity"
    )
    assert {row["relname"] for row in rows} == {"tenant", "migration"}


async def test_a_transaction_that_is_rolled_back_leaves_no_tenant_behind(world: World) -> None:
    other = await make_world(world.database, "haidian")
    await other.begin("submitter", "zhan")
    for _ in range(12):
        with contextlib.suppress(ZeroDivisionError):
            async with world.database.transaction() as session:
                await listings.running(session, other.tenant)
                raise ZeroDivisionError
        assert await listings.running(world.database, world.tenant) == []
        assert len(await listings.running(world.database, other.tenant)) == 1

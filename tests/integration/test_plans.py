"""Plans made while the tables were empty are remembered: each hot query must touch few rows when they are full.

The wheel has no auto_explain, so it is not plans that are read here but what the tables say was fetched from them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.integration import making
from tests.integration.making import BOT, Held, World, make_world
from workflow.store import chats, clock, commit, inbox, listings, load
from workflow.store.pool import Database, Transaction

MANY = 1500
EACH = 8
"""Rows that one key may cost in one table: its own, and what foreign keys and checks look at again."""


@pytest.fixture
async def full(database: making.Database, store: Database) -> World:  # type: ignore[name-defined]
    """A tenant with many items, filled through the connections that planned on nothing."""
    world = await make_world(store)
    for reviewer in ("zhan", "suo", "zhongxin"):
        for _ in range(MANY // 3 // 100):
            await world.begin("submitter", reviewer, 100)
    return world


@asynccontextmanager
async def fetched(world: World, counts: dict[str, int]) -> AsyncIterator[Transaction]:
    """Count rows fetched from each table by what is done in one transaction, on a connection that planned long ago."""
    async with world.database.transaction() as session:
        before = await _counts(session)
        yield session
        after = await _counts(session)
    counts.update({name: after[name] - before[name] for name in after if after[name] != before[name]})


async def _counts(session: Transaction) -> dict[str, int]:
    rows = await session.connection.fetch(
        "select relname, coalesce(idx_tup_fetch, 0) + seq_tup_read as n from pg_stat_xact_user_tables"
    )
    return {row["relname"]: row["n"] for row in rows}


async def test_a_commit_touches_what_it_writes(full: World) -> None:
    held = await full.begin("submitter", "zhan", 10)
    commands = await full.accept("zhan", *[b"press"] * 10)
    batch = commit.Batch(full.tenant, full.version)
    for group, one in enumerate(held):
        full.put_approval(batch, group, Held(one.item, one.head, 1), "zhan", "suo")
        batch.settled.append(commit.SettleRow(group, commands[group], b"done"))
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        assert not (await commit.commit(session, batch)).lost
    assert max(counts.values()) <= 10 * EACH, counts


async def test_a_plan_made_of_few_rows_goes_by_the_key(
    world: World, owner_connection: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Measured while they are few, tasks are cheaper looked through than looked up; then they become many."""
    held = await world.begin("submitter", "zhan", 2)
    await owner_connection.execute("analyze")
    await world.approve(held[:1], "zhan", "suo")
    await world.begin("submitter", "zhan", 200)
    batch = commit.Batch(world.tenant, world.version)
    world.put_approval(batch, 0, held[1], "zhan", "suo")
    batch.settled.append(commit.SettleRow(0, making.new_id(), b"done"))
    counts: dict[str, int] = {}
    async with fetched(world, counts) as session:
        assert not (await commit.commit(session, batch)).lost
    assert max(counts.values()) <= EACH, counts


async def test_what_is_loaded_before_a_decision(full: World) -> None:
    [held] = await full.begin("submitter", "zhan")
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        found = await load.batch(session, full.tenant, [held.item.id], [held.item.code], None, [], [("n", "")])
        assert (await load.batch(session, full.tenant, [held.item.id])).items == found.items
        await load.hearing(session, full.tenant, BOT, ["zhan"], [full.chats["zhan"]], [(full.chats["zhan"], "m1")])
    assert held.item.id in found.items
    assert max(counts.values()) <= EACH, counts


async def test_an_inbox(full: World) -> None:
    for _ in range(5):
        await full.begin("submitter", "zhan", 100)
    counts: dict[str, int] = {}
    await full.employ("newcomer")
    await full.begin("submitter", "newcomer", 3)
    async with fetched(full, counts) as session:
        assert len(await listings.inbox(session, full.tenant, full.people["newcomer"])) == 3
        assert await listings.waiting(session, full.tenant, full.people["newcomer"]) == 3
    assert max(counts.values()) <= 3 * EACH, counts


async def test_what_is_due(full: World) -> None:
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        await clock.next_moment(session, full.tenant)
        await clock.due(session, full.tenant, 10)
    assert max(counts.values()) <= 10 + EACH, counts


async def test_a_relays_claim_and_record(full: World) -> None:
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        owed = await chats.claim(session, full.tenant, [BOT], 32, 30.0, [full.chats["suo"]])
        results = [chats.Result(o.chat, o.epoch, o.stream, o.topic, o.no, o.wanted, "shown", "m1") for o in owed]
        assert len(results) == 1
        await chats.record(session, full.tenant, results)  # type: ignore[arg-type]
    assert counts["delivery"] <= EACH, counts
    assert counts["chat"] <= 4 * EACH, counts


async def test_a_transcript_reads_its_page(full: World) -> None:
    await full.shown()
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        assert len(await chats.transcript(session, full.tenant, full.chats["submitter"], limit=20)) == 20
    assert max(counts.values()) <= 20 + EACH, counts


async def test_an_update_is_kept(full: World) -> None:
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        rows = [(making.new_id(), "zhan", b"press")]
        assert len(await inbox.accept(session, full.tenant, BOT, rows)) == 1
    assert max(counts.values()) <= EACH, counts


async def test_an_event_table_is_never_scanned(full: World) -> None:
    [held] = await full.begin("submitter", "zhan")
    counts: dict[str, int] = {}
    async with fetched(full, counts) as session:
        await listings.events(session, full.tenant, held.item.id)
        await listings.tasks(session, full.tenant, held.item.id)
        await listings.involved(session, full.tenant, full.people["zhan"], [held.item.id])
    assert max(counts.values()) <= EACH, counts

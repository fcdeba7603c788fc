"""Plans are remembered: each hot query must touch few rows when there are many, though it was planned when there were none, or few.

The wheel has no auto_explain, so it is not plans that are read here but what the tables say was fetched from them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.integration import conftest, making
from tests.integration.making import BOT, Held, World, make_world
from workflow.domain import fold
from workflow.journal import chain
from workflow.store import chats, clock, commit, inbox, listings, load
from workflow.store.pool import Database, Transaction

MANY = 1500
EACH = 8
"""Rows that one key may cost in one table: its own, and what foreign keys and checks look at again."""

Prepare = Callable[[World], Awaitable[Any]]
Work = Callable[[Transaction, World, Any], Awaitable[None]]


class Growing:
    """A tenant that has few items, or none, and one connection to look at it with."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def cost(self, prepare: Prepare, work: Work) -> dict[str, int]:
        """Do the work once, on what there is; then again, on much: rows fetched from each table."""
        given = await prepare(self.world)
        async with self.world.database.transaction() as session:
            await work(session, self.world, given)
        for reviewer in ("zhan", "suo", "zhongxin"):
            for _ in range(MANY // 3 // 100):
                await self.world.begin("submitter", reviewer, 100)
                await _kept(self.world, 100)
        given = await prepare(self.world)
        async with self.world.database.transaction() as session:
            before = await _counts(session)
            await work(session, self.world, given)
            after = await _counts(session)
        return {name: after[name] - before[name] for name in after if after[name] != before[name]}


@pytest.fixture(params=["nothing", "little"])
async def growing(request: pytest.FixtureRequest, database: conftest.Database) -> AsyncIterator[Growing]:
    """What it planned on was nothing, or a little that was measured: then looking through it is cheaper than looking it up."""
    one = await Database.open(database.app_url, size=1)
    world = await make_world(one)
    if request.param == "little":
        await _kept(world, 1)
        held = await world.begin("submitter", "zhan", 10)
        await world.approve(held[:5], "zhan", "suo")
        async with conftest.connected(database.owner_url) as owner:
            await owner.execute("analyze")
    yield Growing(world)
    await one.close()


async def _counts(session: Transaction) -> dict[str, int]:
    rows = await session.connection.fetch(
        "select relname, coalesce(idx_tup_fetch, 0) + seq_tup_read as n from pg_stat_xact_user_tables"
    )
    return {row["relname"]: row["n"] for row in rows}


async def _kept(world: World, count: int) -> list[str]:
    """So many streams, each with words of somebody's, and a command that was answered; their ids, which are one."""
    batch, names = commit.Batch(world.tenant, world.version), [making.new_id() for _ in range(count)]
    for group, name in enumerate(names):
        batch.streams.append(commit.StreamRow(group, name, "answer", 0, 1, bytes(32)))
        batch.contents.append(
            commit.ContentRow(group, chain.commitment(b"salt", name.encode()), None, b"salt", b"words")
        )
        batch.settled.append(commit.SettleRow(group, name, b"done"))
    assert not (await commit.commit(world.database, batch)).lost
    return names


async def _nothing(_world: World) -> None: ...


async def _an_item(world: World) -> Held:
    [held] = await world.begin("submitter", "zhan")
    return held


async def test_a_commit_touches_what_it_writes(growing: Growing) -> None:
    async def prepare(world: World) -> commit.Batch:
        held = await world.begin("submitter", "zhan", 10)
        commands = await world.accept("zhan", *[b"press"] * 10)
        batch = commit.Batch(world.tenant, world.version)
        for group, one in enumerate(held):
            world.put_approval(batch, group, Held(one.item, one.head, 1), "zhan", "suo")
            batch.settled.append(commit.SettleRow(group, commands[group], b"done"))
        return batch

    async def work(session: Transaction, _world: World, batch: commit.Batch) -> None:
        assert not (await commit.commit(session, batch)).lost

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 10 * EACH, counts


async def test_a_beginning_touches_what_it_writes(growing: Growing) -> None:
    async def prepare(world: World) -> commit.Batch:
        batch = commit.Batch(world.tenant, world.version)
        for group in range(10):
            world.put_begin(
                batch, group, Held(fold.unborn(world.tenant, making.new_id(), making.START)), "submitter", "zhan"
            )
        return batch

    async def work(session: Transaction, _world: World, batch: commit.Batch) -> None:
        assert not (await commit.commit(session, batch)).lost

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 10 * EACH, counts


async def test_a_turn_of_a_dialogue_touches_what_it_writes(growing: Growing) -> None:
    """A press in a chat: its message is shown anew, its dialogue goes on, something is said, a card that stands there already too."""

    async def prepare(world: World) -> tuple[str, Held, str]:
        held = await _an_item(world)
        await world.shown()
        [command] = await world.accept("zhan", b"press")
        return (
            command,
            held,
            f"m{len(await chats.transcript(world.database, world.tenant, world.chats['zhan'], limit=10_000)) - 1}",
        )

    async def work(session: Transaction, world: World, given: tuple[str, Held, str]) -> None:
        command, held, ref = given
        chat = world.chats["zhan"]
        known = (await load.hearing(session, world.tenant, BOT, ["zhan"], [chat])).dialogues.get(chat)
        version = known.version if known is not None else 0
        batch = commit.Batch(world.tenant, world.version)
        batch.settled.append(commit.SettleRow(0, command, b"done"))
        batch.dialogues.append(commit.DialogueRow(0, chat, version, version + 1, b"{}"))
        batch.bumps.append(commit.BumpRow(0, chat=chat, ref=ref))
        batch.deliveries.append(commit.DeliveryRow(0, chat, -1, None, None, chat, b"said"))
        batch.deliveries.append(commit.DeliveryRow(0, held.item.id, 0, None, None, chat, b"status", once=True))
        assert not (await commit.commit(session, batch)).lost

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 2 * EACH, counts


async def test_what_is_loaded_before_a_decision(growing: Growing) -> None:
    async def work(session: Transaction, world: World, held: Held) -> None:
        found = await load.batch(session, world.tenant, [held.item.id], [held.item.code], None, [], [("n", "")])
        assert held.item.id in found.items
        await load.hearing(session, world.tenant, BOT, ["zhan"], [world.chats["zhan"]], [(world.chats["zhan"], "m1")])

    counts = await growing.cost(_an_item, work)
    assert max(counts.values()) <= EACH, counts


async def test_items_alone(growing: Growing) -> None:
    async def work(session: Transaction, world: World, held: Held) -> None:
        found = await load.batch(session, world.tenant, [held.item.id, making.new_id()])
        assert found.items.keys() == {held.item.id}
        assert found.codes == {held.item.code: held.item.id}

    counts = await growing.cost(_an_item, work)
    assert max(counts.values()) <= EACH, counts


async def test_streams_words_and_answers(growing: Growing) -> None:
    async def prepare(world: World) -> list[str]:
        return await _kept(world, 2)

    async def work(session: Transaction, world: World, names: list[str]) -> None:
        assert (await load.batch(session, world.tenant, streams=names)).streams.keys() == set(names)
        words = [chain.commitment(b"salt", name.encode()).hex() for name in names]
        assert (await listings.contents(session, world.tenant, words)).keys() == set(words)
        assert len(await session.fetch("command_answers", world.tenant, names)) == 2

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 2 * EACH, counts


async def test_an_inbox(growing: Growing) -> None:
    async def prepare(world: World) -> int:
        if "newcomer" not in world.people:
            await world.employ("newcomer")
        await world.begin("submitter", "newcomer", 3)
        return await listings.waiting(world.database, world.tenant, world.people["newcomer"])

    async def work(session: Transaction, world: World, waiting: int) -> None:
        assert len(await listings.inbox(session, world.tenant, world.people["newcomer"])) == waiting
        assert await listings.waiting(session, world.tenant, world.people["newcomer"]) == waiting

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 6 * EACH, counts


async def test_what_is_due(growing: Growing) -> None:
    async def work(session: Transaction, world: World, _given: None) -> None:
        await clock.next_moment(session, world.tenant)
        await clock.due(session, world.tenant, 10)

    counts = await growing.cost(_nothing, work)
    assert max(counts.values()) <= 10 + EACH, counts


async def test_a_relays_claim_and_record(growing: Growing) -> None:
    async def prepare(world: World) -> None:
        await world.begin("submitter", "suo")

    async def work(session: Transaction, world: World, _given: None) -> None:
        owed = await chats.claim(session, world.tenant, [BOT], 32, 30.0, [world.chats["suo"]])
        results = [chats.Result(o.chat, o.epoch, o.stream, o.topic, o.no, o.wanted, "shown", "m1") for o in owed]
        assert len(results) == 1
        await chats.record(session, world.tenant, results)  # type: ignore[arg-type]

    counts = await growing.cost(prepare, work)
    assert counts["delivery"] <= EACH, counts
    assert counts["chat"] <= 4 * EACH, counts


async def test_a_transcript_reads_its_page(growing: Growing) -> None:
    async def prepare(world: World) -> None:
        await world.begin("submitter", "zhan", 20)
        await world.shown()

    async def work(session: Transaction, world: World, _given: None) -> None:
        assert len(await chats.transcript(session, world.tenant, world.chats["submitter"], limit=20)) == 20

    counts = await growing.cost(prepare, work)
    assert max(counts.values()) <= 20 + EACH, counts


async def test_an_update_is_kept(growing: Growing) -> None:
    async def work(session: Transaction, world: World, _given: None) -> None:
        rows = [(making.new_id(), "zhan", b"press")]
        assert len(await inbox.accept(session, world.tenant, BOT, rows)) == 1

    counts = await growing.cost(_nothing, work)
    assert max(counts.values()) <= EACH, counts


async def test_an_event_table_is_never_scanned(growing: Growing) -> None:
    async def work(session: Transaction, world: World, held: Held) -> None:
        await listings.events(session, world.tenant, held.item.id)
        await listings.tasks(session, world.tenant, held.item.id)
        await listings.involved(session, world.tenant, world.people["zhan"], [held.item.id])

    counts = await growing.cost(_an_item, work)
    assert max(counts.values()) <= EACH, counts

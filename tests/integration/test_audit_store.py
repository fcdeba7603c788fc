"""The log in the database: what a superuser changes is found and named; what is folded can be folded anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.integration.making import MACHINES, START, Held, World, make_world
from workflow.domain.event import Deed
from workflow.journal import canonical, chain, export
from workflow.store import audit, clock, commit, deeds, ids, load
from workflow.store.commit import Batch, EventRow, StreamRow
from workflow.store.pool import Database

SuperUser = Any

FOLDED = (
    "select * from task where item_id = $1 order by task_no",
    "select * from party where item_id = $1 order by person_id",
    "select * from item where item_id = $1",
)


@pytest.fixture
async def superuser(database: Any) -> AsyncIterator[SuperUser]:
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


@pytest.fixture
async def told(world: World) -> list[Held]:
    """Two items: one approved to the end, one that waits; and a deed of an administrator."""
    held = await world.begin("submitter", "zhan", 2)
    for reviewer, following in (("zhan", "suo"), ("suo", "zhongxin"), ("zhongxin", "")):
        assert not (await world.approve(held[:1], reviewer, following)).lost
    async with world.database.transaction() as session:
        await deeds.record(
            session, world.tenant, ids.administration(world.tenant), "administration", at=START, command="c",
            verb="apply", actor=world.people["zhongxin"], network="cli", facts=(("flow", "activity"),),
        )  # fmt: skip
    return held


async def verdict(world: World) -> audit.Verdict:
    return await audit.verify(world.database, world.tenant, MACHINES)


async def test_a_true_log_holds(world: World, told: list[Held]) -> None:
    seen: list[int] = []
    found = await audit.verify(world.database, world.tenant, MACHINES, seen.append)
    assert (found.verified, found.first_bad, found.events, found.streams) == (True, "", 6, 3)
    assert seen == [5]
    assert await audit.count(world.database, world.tenant) == (6, 3)


@pytest.mark.parametrize(
    ("attack", "version", "what"),
    [
        (
            "update event set body = overlay(body placing 'X' from 30) where stream_id = $1 and version = 2",
            2,
            "changed",
        ),
        ("update event set leaf = decode(repeat('00', 32), 'hex') where stream_id = $1 and version = 3", 3, "changed"),
        ("update event set at = at + interval '1 second' where stream_id = $1 and version = 3", 3, "say"),
        ("delete from event where stream_id = $1 and version = 2", 2, "missing"),
        ("delete from event where stream_id = $1 and version = 4", 4, "4 events; 3 are stored"),
        ("delete from event where stream_id = $1", 1, "0 are stored"),
        ("delete from task where item_id = $1 and task_no = 2", 0, "tasks"),
        ("update task set choice = 'reject' where item_id = $1 and task_no = 2", 0, "tasks"),
        ("update item set place = '所' where item_id = $1", 0, "place"),
        ("update item set code = 'STOLEN' where item_id = $1", 0, "code"),
        ("update item set state = (select state from item where item_id <> $1) where item_id = $1", 0, "state"),
        ("update item set version = 3 where item_id = $1", 4, "3 events; 4 are stored"),
        ("update item set head = decode(repeat('00', 32), 'hex') where item_id = $1", 4, "head"),
        (
            "insert into event select tenant_id, stream_id, 5, at, body, leaf from event where stream_id = $1 and version = 4",
            5,
            "changed",
        ),
    ],
)
async def test_what_a_superuser_does_is_found(  # the parameters are the attack
    world: World, told: list[Held], superuser: SuperUser, attack: str, version: int, what: str
) -> None:
    item = told[0].item.id
    assert (await superuser.execute(attack, item)).rpartition(" ")[2] != "0"
    found = (await verdict(world)).bad
    assert found is not None
    assert (found.stream, found.version) == (item, version)
    assert what in found.what


async def test_two_items_swapped_are_found(world: World, told: list[Held], superuser: SuperUser) -> None:
    """Every event of one under the name of the other: each chain holds, and neither is whose it says."""
    one, two = (held.item.id for held in told)
    other = "00000000-0000-4000-8000-000000000000"
    for source, target in ((one, other), (two, one), (other, two)):
        await superuser.execute("update event set stream_id = $2 where stream_id = $1", source, target)
    assert not (await verdict(world)).verified


async def test_a_rewritten_chain_is_found_by_the_fold(world: World, told: list[Held], superuser: SuperUser) -> None:
    """Hashes can be made anew by whoever may write; then the item's state no longer is what its events tell."""
    item, head = told[1].item.id, chain.NOTHING
    for version, body in await superuser.fetch(
        "select version, body from event where stream_id = $1 order by version", item
    ):
        changed = body.replace('["人数",30]'.encode(), '["人数",99]'.encode())
        head = chain.leaf(head, changed)
        await superuser.execute(
            "update event set body = $3, leaf = $4 where stream_id = $1 and version = $2", item, version, changed, head
        )
    await superuser.execute("update item set head = $2 where item_id = $1", item, head)
    found = (await verdict(world)).bad
    assert found is not None
    assert (found.stream, found.version) == (item, 0)
    assert "form" in found.what


async def test_removed_and_smuggled_streams_are_found(world: World, told: list[Held], superuser: SuperUser) -> None:
    stream = ids.administration(world.tenant)
    await superuser.execute("delete from stream where stream_id = $1", stream)
    found = (await verdict(world)).bad
    assert found is not None
    assert found.stream == stream
    assert "no item and no stream" in found.what


async def test_a_deed_is_verified_too(world: World, told: list[Held], superuser: SuperUser) -> None:
    stream = ids.administration(world.tenant)
    await superuser.execute("update event set body = overlay(body placing 'X' from 30) where stream_id = $1", stream)
    found = (await verdict(world)).bad
    assert found is not None
    assert (found.stream, found.version) == (stream, 1)


async def test_deeds_in_a_batch_and_beside_it_make_one_chain(world: World) -> None:
    stream, head = world.people["zhan"], chain.NOTHING
    batch = Batch(world.tenant, world.version)
    for version in (1, 2):
        deed = Deed(stream, version, START, f"c{version}", "refused", stream, "web", (("reason", "not_yours"),))
        body = canonical.encode(deed)
        head = chain.leaf(head, body)
        batch.events.append(EventRow(0, stream, version, START, body, head))
    batch.streams.append(StreamRow(0, stream, "person", 0, 2, head))
    assert not (await commit.commit(world.database, batch)).lost
    async with world.database.transaction() as session:
        third = await deeds.record(
            session, world.tenant, stream, "person", at=START, command="c3", verb="link", actor=stream, network="cli"
        )
    assert third.version == 3
    assert (await verdict(world)).events == 3
    loaded = await load.batch(world.database, world.tenant, streams=[stream])
    assert loaded.streams[stream][0] == 3


async def test_the_tail_is_the_newest_first(world: World, told: list[Held]) -> None:
    newest, *_, oldest = await audit.tail(world.database, world.tenant, 10)
    assert (newest.verb, newest.version, newest.code) == ("approve", 4, told[0].item.code)
    assert newest.at == START + timedelta(hours=3)
    assert oldest.verb in {"submit", "apply"}
    assert len(await audit.tail(world.database, world.tenant, 2)) == 2


async def test_an_export_stands_alone(world: World, told: list[Held]) -> None:
    lines = [line async for line in audit.export(world.database, world.tenant)]
    assert export.check(lines) == (3, 6)


async def test_what_is_folded_can_be_folded_anew(
    world: World, told: list[Held], superuser: SuperUser, database: Any
) -> None:
    item = told[0].item.id
    kept = [await superuser.fetch(text, item) for text in FOLDED]
    await superuser.execute("delete from task where item_id = $1", item)
    await superuser.execute("delete from party where item_id = $1", item)
    await superuser.execute("update item set state = '{}', place = 'x', version = 1 where item_id = $1", item)
    owner = await Database.open(database.owner_url)
    try:
        assert await audit.rebuild(owner, world.tenant, MACHINES) == (2, 1)
        assert await audit.rebuild(owner, world.tenant, MACHINES) == (2, 0)
    finally:
        await owner.close()
    assert (await verdict(world)).verified
    again = [await superuser.fetch(text, item) for text in FOLDED]
    assert again == kept


async def test_a_log_that_does_not_hold_is_not_folded(
    world: World, told: list[Held], superuser: SuperUser, database: Any
) -> None:
    item = told[0].item.id
    await superuser.execute(
        "update event set body = overlay(body placing 'X' from 30) where stream_id = $1 and version = 2", item
    )
    owner = await Database.open(database.owner_url)
    try:
        with pytest.raises(ValueError, match=f"{item} #2"):
            await audit.rebuild(owner, world.tenant, MACHINES)
    finally:
        await owner.close()


async def test_another_tenant_is_another_log(world: World, told: list[Held]) -> None:
    other = await make_world(world.database, "haidian", demonstration=False)
    assert (await verdict(other)).events == 0
    async with other.database.transaction() as session:
        assert not await clock.shift(session, other.tenant, timedelta(days=1)), "only a demonstration's clock moves"

"""What the whole language writes beside decisions: children, answers, windows, merges, lists, schedules; each guarded and audited."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.integration.making import DIGEST, MACHINES, START, Held, Straight, World, new_id
from workflow.domain import event as e
from workflow.domain import fold
from workflow.domain import ids as derived
from workflow.domain.command import SYSTEM
from workflow.journal import canonical, chain
from workflow.store import (
    answers,
    audit,
    children,
    commit,
    ids,
    load,
    merges,
    organisations,
    pool,
    schedule,
    windows,
)
from workflow.store.commit import Batch, CounterRow, GuardRow, ListRow, MergeRow, Refusal, WindowRow

Root = Any


@pytest.fixture
async def root(database: Any) -> Any:
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


def answer(held: Held, person: str, values: tuple[tuple[str, Any], ...], minute: int = 0, round_: int = 1) -> e.Deed:
    stream = derived.answer(held.item.id, "问卷", round_, person)
    facts = (("item", held.item.id), ("path", "问卷"), ("round", round_), ("person", person), ("values", values))
    return e.Deed(stream, 1, START + timedelta(minutes=minute), new_id(), "answer", person, "web", facts)


async def put(world: World, held: Held, *deeds: tuple[e.Deed, int, bytes]) -> tuple[commit.Committed, list[bytes]]:
    batch = Batch(world.tenant, world.version)
    batch.guards.append(GuardRow(0, held.item.id, held.version))
    heads = [batch.put_answer(0, deed, expected, head) for deed, expected, head in deeds]
    return await commit.commit(world.database, batch), heads


async def child_of(world: World, parent: Held, row: int, submitter: str = SYSTEM) -> Held:
    one = Held(fold.unborn(world.tenant, derived.child(parent.item.id, "实地", 1, row), START))
    started = e.Started(
        f"C{row:05}", "visit", DIGEST, "大山子站", submitter, (("人数", row),), "00" * 32,
        parent=parent.item.id, path="实地", round=1, row=row, origin=f"区/{row}",
    )  # fmt: skip
    event = e.Event(one.item.id, 1, START, new_id(), "submit", SYSTEM, SYSTEM, (started, e.Moved(0, "next", "站")))
    body = canonical.encode(event)
    one.item, one.head = fold.fold(one.item, event), chain.leaf(chain.NOTHING, body)
    batch = Batch(world.tenant, world.version)
    batch.put_event(0, event, body, one.head)
    batch.put_item(0, one.item, 0, chain.NOTHING, one.head)
    assert not (await commit.commit(world.database, batch)).lost
    return one


async def test_children_are_found_by_their_step(world: World, root: Root, database: Any) -> None:
    parent, other = await world.begin("submitter", "zhan", 2)
    for row in (2, 0, 1):
        await child_of(world, parent, row)
    found = await children.rows(world.database, world.tenant, parent.item.id, "实地", 1)
    assert [item.parent.row for item in found if item.parent is not None] == [0, 1, 2]
    assert [item.submitter for item in found] == [SYSTEM] * 3
    assert await children.count(world.database, world.tenant, parent.item.id, "实地", 1) == (3, 0)
    assert await children.rows(world.database, world.tenant, parent.item.id, "实地", 2) == ()
    assert await children.rows(world.database, world.tenant, other.item.id, "实地", 1) == ()
    parties = "select count(*) from party where item_id = $1"
    assert await root.fetchval(parties, found[0].id) == 0, "nobody handed it in"
    verdict = await audit.verify(world.database, world.tenant, MACHINES)
    assert verdict.verified, verdict.first_bad
    await root.execute("update item set parent_row = 7 where item_id = $1", found[0].id)
    verdict = await audit.verify(world.database, world.tenant, MACHINES)
    assert "parent" in verdict.first_bad
    owner = await pool.Database.open(database.owner_url, size=2)
    try:
        assert await audit.rebuild(owner, world.tenant, MACHINES) == (5, 1)
    finally:
        await owner.close()
    assert (await audit.verify(world.database, world.tenant, MACHINES)).verified
    assert await root.fetchval(parties, found[0].id) == 0


async def test_answers_are_streams_of_their_own_and_never_touch_the_item(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    people = [new_id() for _ in range(3)]
    given = [answer(held, person, (("满意度", n + 1),), n) for n, person in enumerate(people)]
    done, heads = await put(world, held, *((deed, 0, chain.NOTHING) for deed in given))
    assert not done.lost
    again = answer(held, people[0], (("满意度", 5),), 9)
    assert not (await put(world, held, (again, 1, heads[0])))[0].lost
    rows = await answers.rows(world.database, world.tenant, held.item.id, "问卷", 1)
    assert [(row.person, dict(row.values)["满意度"]) for row in rows] == [
        (people[1], 2),
        (people[2], 3),
        (people[0], 5),
    ]
    assert await answers.count(world.database, world.tenant, held.item.id, "问卷", 1) == 3
    mine = await answers.given(world.database, world.tenant, held.item.id, "问卷", 1, [again.stream, new_id()])
    assert list(mine) == [again.stream]
    loaded = await load.batch(world.database, world.tenant, [held.item.id], streams=[again.stream])
    assert loaded.items[held.item.id].version == held.version, "the item is as it was"
    assert loaded.streams[again.stream][0] == 2


async def test_an_answer_loses_when_the_item_moved_on(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    before = Held(held.item, held.head, held.version)
    assert not (await world.approve([held], "zhan", "suo")).lost
    done, _ = await put(world, before, (answer(held, new_id(), ()), 0, chain.NOTHING))
    assert done.lost == {0: "version"}
    assert await answers.count(world.database, world.tenant, held.item.id, "问卷", 1) == 0
    batch = Batch(world.tenant, world.version)
    batch.guards.append(GuardRow(3, new_id(), 1))
    assert (await commit.commit(world.database, batch)).lost == {3: "version"}, "what is not there cannot be guarded"


async def test_two_who_answer_again_at_once(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    person = new_id()
    outcomes = await asyncio.gather(
        *(put(world, held, (answer(held, person, (("n", n),)), 0, chain.NOTHING)) for n in range(5))
    )
    assert sorted(done.lost.get(0, "won") for done, _ in outcomes) == ["version"] * 4 + ["won"]


async def test_an_audit_reads_answers_and_a_rebuild_mends_them(world: World, root: Root, database: Any) -> None:
    [held] = await world.begin("submitter", "zhan")
    one, two = (answer(held, new_id(), (("满意度", n),), n) for n in (1, 2))
    assert not (await put(world, held, (one, 0, chain.NOTHING), (two, 0, chain.NOTHING)))[0].lost
    assert (await audit.verify(world.database, world.tenant, MACHINES)).verified
    right = await answers.rows(world.database, world.tenant, held.item.id, "问卷", 1)
    owner = await pool.Database.open(database.owner_url, size=2)
    try:
        for damage in (
            "update answer set body = convert_to('{\"origin\":\"\"}', 'UTF8') where stream_id = $1",
            "update answer set round = 2 where stream_id = $1",
            "delete from answer where stream_id = $1",
            (
                "insert into answer select tenant_id, item_id, path, round, gen_random_uuid(), person_id, at, body"
                " from answer where stream_id = $1"
            ),
        ):
            await root.execute(damage, one.stream)
            assert "answer" in (await audit.verify(world.database, world.tenant, MACHINES)).first_bad, damage
            await audit.rebuild(owner, world.tenant, MACHINES)
            assert (await audit.verify(world.database, world.tenant, MACHINES)).verified, damage
            assert await answers.rows(world.database, world.tenant, held.item.id, "问卷", 1) == right
    finally:
        await owner.close()


async def test_items_guarded_and_written_in_any_order_never_deadlock(world: World) -> None:
    held = await world.begin("submitter", "zhan", 6)
    first, last = held[:3], held[3:]

    async def rounds(written: list[Held], guarded: list[Held]) -> None:
        for _ in range(20):
            batch = Batch(world.tenant, world.version)
            for group, (one, other) in enumerate(zip(written, guarded, strict=True)):
                batch.put_item(group, one.item, 1, one.head, one.head)
                batch.guards.append(GuardRow(group, other.item.id, 1))
            assert not (await commit.commit(world.database, batch)).lost

    async with asyncio.timeout(60):
        await asyncio.gather(rounds(first, last[::-1]), rounds(last, first[::-1]), rounds(first[::-1], last))
    async with world.database.transaction() as session:
        query = "select deadlocks from pg_stat_database where datname = current_database()"
        assert await session.connection.fetchval(query) == 0


async def test_a_balance_comes_back_to_nothing_and_never_below(world: World) -> None:
    async def pay(before: int, amount: int) -> commit.Committed:
        batch = Batch(world.tenant, world.version)
        batch.counters.append(CounterRow(0, "balance/CNY/基金池", "", "", before, amount))
        return await commit.commit(world.database, batch)

    assert not (await pay(0, 500)).lost
    assert (await pay(0, 500)).lost == {0: "version"}
    assert not (await pay(500, -500)).lost
    assert not (await pay(0, 70)).lost, "nothing is there, as before"
    with pytest.raises(Refusal) as refused:
        await pay(70, -71)
    assert refused.value.constraint == "balance_floor"
    found = await load.batch(world.database, world.tenant, counters=[("balance/CNY/基金池", "")])
    assert found.counters == {("balance/CNY/基金池", ""): 70}


async def test_windows_give_the_newest(world: World) -> None:
    batch = Batch(world.tenant, world.version)
    items = [new_id() for _ in range(12)]
    for n, item in enumerate(items):
        key = "理发" if n % 3 else "修表"
        batch.windows.append(WindowRow(0, "dispatch", "差评剔除", key, item, START + timedelta(hours=n), b"%d" % n))
    assert not (await commit.commit(world.database, batch)).lost
    last = await windows.last(world.database, world.tenant, "dispatch", "差评剔除", "理发", 3)
    assert [one.body for one in last] == [b"11", b"10", b"8"]
    since = await windows.last(
        world.database, world.tenant, "dispatch", "差评剔除", "修表", since=START + timedelta(hours=6)
    )
    assert [one.body for one in since] == [b"9", b"6"]
    assert await windows.forget(world.database, world.tenant) == 0
    assert await windows.forget(world.database, world.tenant, keep=3) == 8 - 3 + 4 - 3
    last = await windows.last(world.database, world.tenant, "dispatch", "差评剔除", "理发")
    assert [one.body for one in last] == [b"11", b"10", b"8"], "the newest stay"


async def test_a_duplicate_joins_the_open_one(world: World) -> None:
    mac = bytes(range(32))
    held = await world.begin("submitter", "zhan", 2)
    now = await world.database.value("now", world.tenant)

    async def begin(item: str, days: int = 7) -> commit.Committed:
        batch = Batch(world.tenant, world.version)
        batch.merges.append(MergeRow(0, "dispatch", mac, item, now + timedelta(days=days)))
        return await commit.commit(world.database, batch)

    at_once = await asyncio.gather(*(begin(one.item.id) for one in held))
    assert sorted(one.lost.get(0, "won") for one in at_once) == ["merged", "won"]
    found = await merges.found(world.database, world.tenant, "dispatch", [mac, bytes(32)])
    winner = next(one for one in held if one.item.id == found[mac])
    loser = next(one for one in held if one is not winner)
    assert not (await begin(winner.item.id)).lost, "one is no duplicate of itself"
    await world.approve([winner], "zhan", "suo")
    await world.approve([winner], "suo", "zhongxin")
    await world.approve([winner], "zhongxin")
    assert await merges.found(world.database, world.tenant, "dispatch", [mac]) == {}, "it is over"
    assert not (await begin(loser.item.id, days=-1)).lost
    assert await merges.found(world.database, world.tenant, "dispatch", [mac]) == {}, "its window is"
    assert await merges.forget(world.database, world.tenant) == 1


async def test_rows_of_a_list_are_added_and_replaced(world: World, root: Root) -> None:
    value = json.dumps({"name": "停办项目", "columns": [], "rows": [["理发", 1], ["修表", 2]]})
    await root.execute(
        "insert into roster (tenant_id, kind, name, ordinal, value) values ($1, 'list', '停办项目', 9, $2)",
        world.tenant, value,
    )  # fmt: skip
    batch = Batch(world.tenant, world.version)
    for name, n in (("修表", 20), ("磨刀", 3), ("缝纫", 4)):
        batch.lists.append(ListRow(0, "停办项目", name, json.dumps([name, n]).encode()))
    batch.lists.append(ListRow(1, "没有的", "甲", b'["x"]'))
    done = await commit.commit(world.database, batch)
    assert done.lost == {1: "list"}
    assert done.organisation_version == world.version + 1
    register = await organisations.read(world.database, world.tenant)
    [entry] = [one for one in register.roster if one.kind == "list"]
    assert json.loads(entry.value)["rows"] == [["理发", 1], ["修表", 20], ["磨刀", 3], ["缝纫", 4]]
    assert register.version == done.organisation_version
    stale = Batch(world.tenant, world.version)
    stale.lists.append(ListRow(0, "停办项目", "甲", '["甲"]'.encode()))
    assert (await commit.commit(world.database, stale)).lost == {0: "organisation"}


async def test_lists_changed_at_once_never_wait_for_each_other(world: World, root: Root) -> None:
    value = json.dumps({"name": "名", "columns": [], "rows": []})
    await root.execute(
        "insert into roster (tenant_id, kind, name, ordinal, value) values ($1, 'list', '名', 9, $2)",
        world.tenant,
        value,
    )

    async def add(n: int) -> commit.Committed:
        batch = Batch(world.tenant, None)
        batch.lists.append(ListRow(0, "名", f"{n}", json.dumps([f"{n}"]).encode()))
        return await commit.commit(world.database, batch)

    assert not any(one.lost for one in await asyncio.gather(*map(add, range(12))))
    register = await organisations.read(world.database, world.tenant)
    [entry] = [one for one in register.roster if one.kind == "list"]
    assert sorted(int(row[0]) for row in json.loads(entry.value)["rows"]) == list(range(12))


async def test_of_several_one_fires_a_moment(world: World) -> None:
    now = await world.database.value("now", world.tenant)
    past, following = now - timedelta(hours=1), now + timedelta(days=1)
    await schedule.put(world.database, world.tenant, "activity", DIGEST, past)
    at, [planned] = await schedule.due(world.database, world.tenant, 10)
    assert at >= now
    assert (planned.flow, planned.next_at, planned.fired_at) == ("activity", past, None)
    fired = await asyncio.gather(
        *(schedule.advance(world.database, world.tenant, planned, following) for _ in range(5))
    )
    assert sorted(fired) == [False] * 4 + [True]
    other = msgspec.structs.replace(planned, digest="f" * 64, next_at=following)
    assert not await schedule.advance(world.database, world.tenant, other, past), "a new version has a plan of its own"
    await schedule.retire(world.database, world.tenant, other)
    assert (await schedule.due(world.database, world.tenant, 10))[1] == []
    assert await schedule.next_moment(world.database, world.tenant) == following
    [kept] = await schedule.every(world.database, world.tenant)
    assert kept.fired_at == past
    await schedule.drop(world.database, world.tenant, "activity")
    assert await schedule.every(world.database, world.tenant) == []


def test_the_system_is_nobody() -> None:
    assert ids.actor_of(ids.of_actor(SYSTEM)) == SYSTEM
    person = new_id()
    assert ids.actor_of(ids.of_actor(person)) == person
    assert Straight().legal("start", "next") == "站"

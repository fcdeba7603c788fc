"""One statement writes a batch: winners whole, losers not at all, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.integration import making
from tests.integration.making import MACHINES, Held, World, new_id
from workflow.domain import fold
from workflow.domain.effect import Content
from workflow.journal import chain
from workflow.store import audit, chats, clock, commit, inbox, listings, load, people
from workflow.store.commit import (
    STATUS,
    Batch,
    BumpRow,
    CounterRow,
    DeliveryRow,
    DialogueRow,
    EventRow,
    FileRow,
    OrderRow,
    Refusal,
    SettleRow,
    StreamRow,
)


async def number_of(world: World, table: str) -> int:
    async with world.database.transaction() as session:
        await session.run("belong", world.tenant)
        count = f"select count(*) from {table} where tenant_id = $1"  # noqa: S608  (a name of this file)
        return int(await session.connection.fetchval(count, world.tenant))


async def everything(world: World) -> dict[str, int]:
    tables = (
        "item",
        "event",
        "task",
        "party",
        "delivery",
        "owed",
        "content",
        "counter",
        "stream",
        "dialogue",
        "item_file",
    )
    return {table: await number_of(world, table) for table in tables}


def full(world: World, group: int, held: Held, command: str, chat: str) -> Batch:
    """A batch with one row of every kind besides the approval."""
    batch = Batch(world.tenant, world.version)
    world.put_approval(batch, group, held, "zhan", "suo")
    stream, words = new_id(), b"words"
    batch.settled.append(SettleRow(group, command, b"done", chain.commitment(b"s", words)))
    batch.orders.append(OrderRow(group, new_id(), b"order"))
    batch.dialogues.append(DialogueRow(group, chat, 0, 1, b"state", making.START))
    batch.streams.append(StreamRow(group, stream, "person", 0, 1, bytes(32)))
    batch.events.append(EventRow(group, stream, 1, making.START, b"{}", bytes(32)))
    batch.counters += [
        CounterRow(group, "编号", "", "2026", 0, 1),
        CounterRow(group, "人次", "大山子站", "2026-11", None, 30),
    ]
    batch.put_content(group, Content(chain.commitment(b"s", words).hex(), world.people["zhan"], b"s", words))
    batch.files.append(FileRow(group, held.item.id, new_id()))
    return batch


async def test_a_batch_writes_all_of_it(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    [command] = await world.accept("zhan", b"press")
    done = await commit.commit(world.database, full(world, 0, held, command, world.chats["zhan"]))
    assert done.lost == {}
    assert done.organisation_version == world.version
    assert done.owed
    assert {one.chat for one in await world.shown()} == {world.chats[one] for one in ("zhan", "suo", "submitter")}
    loaded = await load.batch(world.database, world.tenant, [held.item.id], counters=[("编号", "2026")])
    found = loaded.items[held.item.id]
    assert (found.item, found.version, found.head) == (held.item, 2, held.head)
    assert loaded.counters == {("编号", "2026"): 1}
    assert await inbox.answers(world.database, world.tenant, [command]) == {command: b"done"}
    one, two = await listings.tasks(world.database, world.tenant, held.item.id)
    assert (one.outcome, one.choice, one.part, one.person) == ("voted", "approve", "站", world.people["zhan"])
    assert (two.closed_at, two.holder) == (None, world.people["suo"])
    assert (await everything(world)).items() >= {"dialogue": 1, "stream": 1, "counter": 2, "item_file": 1}.items()


GUARDS = ["item", "dialogue", "stream", "counter", "command", "begun"]


@pytest.mark.parametrize("guard", GUARDS)
async def test_of_a_loser_nothing_is_written(world: World, guard: str) -> None:
    """One group loses by one guard alone, in a batch in which another wins."""
    held, other, rival = await world.begin("submitter", "zhan", 3)
    [command, theirs] = await world.accept("zhan", b"press", b"press again")
    batch = full(world, 7, held, command, world.chats["zhan"])
    rivals = Batch(world.tenant, world.version)
    match guard:
        case "item":
            world.put_approval(rivals, 0, Held(rival.item, rival.head, 1), "zhan", "suo")
            world.put_approval(batch, 7, rival, "zhan", "suo")
        case "dialogue":
            rivals.dialogues.append(DialogueRow(0, world.chats["zhan"], 0, 1, b"other"))
        case "stream":
            stream = batch.streams[0].stream
            rivals.streams.append(StreamRow(0, stream, "person", 0, 1, bytes(32)))
        case "counter":
            rivals.counters.append(CounterRow(0, "编号", "", "2026", 0, 1))
        case "command":
            rivals.settled.append(SettleRow(0, command, b"first"))
        case "begun":
            again = Held(fold.unborn(world.tenant, other.item.id, making.START))
            world.put_begin(batch, 7, again, "submitter", "zhan")
    assert not (await commit.commit(world.database, rivals)).lost
    before = await everything(world)
    world.put_approval(batch, 2, other, "zhan", "suo")
    batch.settled.append(SettleRow(2, theirs, b"second"))
    done = await commit.commit(world.database, batch)
    assert done.lost == {7: "settled" if guard == "command" else "version"}
    assert done.answers == ({command: b"first"} if guard == "command" else {})
    grown = {table: n - before[table] for table, n in (await everything(world)).items() if n != before[table]}
    assert grown == {"event": 1, "task": 1, "party": 1, "delivery": 1, "owed": 1}, "the winner's rows and no others"
    answers = await inbox.answers(world.database, world.tenant, [command, theirs])
    assert answers == {theirs: b"second"} | done.answers


async def test_a_task_may_be_opened_and_closed_by_one_batch(world: World) -> None:
    batch, held = Batch(world.tenant, world.version), Held(fold.unborn(world.tenant, new_id(), making.START))
    world.put_begin(batch, 0, held, "submitter", "zhan")
    world.put_approval(batch, 0, held, "zhan", "suo")
    batch.items, begun = [], batch.begun[0]
    batch.begun = [begun._replace(version=2, head=held.head, state=commit.encode_state(held.item), place="所")]
    assert not (await commit.commit(world.database, batch)).lost
    one, two = await listings.tasks(world.database, world.tenant, held.item.id)
    assert (one.place, one.opened_at, one.closed_at) == ("站", making.START, making.START + timedelta(hours=1))
    assert (two.place, two.opened_at, two.closed_at) == ("所", making.START + timedelta(hours=1), None)


async def test_somebodys_transaction_outlives_a_loser(world: World) -> None:
    held, other = await world.begin("submitter", "zhan", 2)
    stale = Held(held.item, held.head, held.version)
    assert not (await world.approve([held], "zhan", "suo")).lost
    batch = Batch(world.tenant, world.version)
    world.put_approval(batch, 0, stale, "zhan", "suo")
    world.put_approval(batch, 1, other, "zhan", "suo")
    async with world.database.transaction() as session:
        assert (await commit.commit(session, batch)).lost == {0: "version"}
    assert len(await listings.events(world.database, world.tenant, other.item.id)) == 2


async def test_a_taken_code_loses_as_such(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    batch = Batch(world.tenant, world.version)
    twin = Held(fold.unborn(world.tenant, held.item.id[:8] + new_id()[8:], making.START))
    world.put_begin(batch, 0, twin, "submitter", "zhan")
    assert (await commit.commit(world.database, batch)).lost == {0: "code"}


async def test_a_change_of_organisation_loses_everything(world: World) -> None:
    held = await world.begin("submitter", "zhan", 2)
    await world.employ("somebody new")
    stale, world.version = world.version, world.version - 1
    done = await world.approve(held, "zhan", "suo")
    assert done.lost == {0: "organisation", 1: "organisation"}
    assert done.organisation_version == stale
    batch = Batch(world.tenant, None)
    batch.counters.append(CounterRow(0, "n", "", "", None, 1))
    assert not (await commit.commit(world.database, batch)).lost, "what does not depend on it is written"


async def test_nothing_is_decided_while_the_organisation_changes(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    async with world.database.transaction() as session:
        await session.run("lock_organisation", world.tenant)
        deciding = asyncio.create_task(world.approve([held], "zhan", "suo"))
        await asyncio.sleep(0.1)
        assert not deciding.done()
        await session.value("bump_organisation", world.tenant)
    assert (await deciding).lost == {0: "organisation"}


async def test_a_repeated_batch_changes_nothing_and_gives_the_first_answer(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    [command] = await world.accept("zhan", b"press")
    batch = full(world, 0, held, command, world.chats["zhan"])
    assert not (await commit.commit(world.database, batch)).lost
    before = await everything(world)
    again = await commit.commit(world.database, batch)
    assert again.lost[0] in {"settled", "version"}
    assert again.answers == {command: b"done"}
    assert await everything(world) == before


async def test_twenty_who_decide_at_once(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    commands = await world.accept("zhan", *[b"press"] * 20)

    async def press(command: str) -> commit.Committed:
        return await world.approve([Held(held.item, held.head, 1)], "zhan", "suo", [command])

    outcomes = await asyncio.gather(*map(press, commands))
    assert Counter(one.lost.get(0, "won") for one in outcomes) == {"won": 1, "version": 19}
    assert len(await listings.events(world.database, world.tenant, held.item.id)) == 2


async def test_one_command_handled_by_ten_workers(world: World) -> None:
    """Chat-only handling guards nothing but the command itself."""
    [command] = await world.accept("zhan", b"/help")
    chat = world.chats["zhan"]

    async def answer(n: int) -> commit.Committed:
        batch = Batch(world.tenant, world.version)
        batch.settled.append(SettleRow(0, command, f"answer {n}".encode()))
        batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, b"help"))
        return await commit.commit(world.database, batch)

    outcomes = await asyncio.gather(*map(answer, range(10)))
    assert sum(not one.lost for one in outcomes) == 1
    [told] = {one.answers[command] for one in outcomes if one.lost}
    assert told == (await inbox.answers(world.database, world.tenant, [command]))[command]
    assert await number_of(world, "delivery") == 1


async def test_batches_with_the_same_rows_in_any_order_never_deadlock(world: World) -> None:
    held = await world.begin("submitter", "zhan", 12)
    lost: list[int] = []

    async def rounds(order: int) -> None:
        for _ in range(25):
            batch = Batch(world.tenant, world.version)
            for group, one in enumerate(held[::order]):
                batch.put_item(group, one.item, 1, one.head, one.head)
                batch.bumps.append(BumpRow(group, one.item.id, 1))
                batch.counters.append(CounterRow(group, one.item.code, "", "", None, 1))
            for chat in [*world.chats.values()][::order]:
                batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, b"line"))
            lost.append(len((await commit.commit(world.database, batch)).lost))

    async with asyncio.timeout(60):
        await asyncio.gather(*(rounds(order) for order in (1, -1, 1, -1)))
    assert lost == [0] * 100
    loaded = await load.batch(world.database, world.tenant, counters=[(one.item.code, "") for one in held])
    assert set(loaded.counters.values()) == {100}
    async with world.database.transaction() as session:
        query = "select deadlocks from pg_stat_database where datname = current_database()"
        assert await session.connection.fetchval(query) == 0


async def test_a_cut_connection_is_settled_by_id(world: World, database: Any) -> None:
    """Backends are killed at random moments; every approval is there once and was acknowledged."""
    held = await world.begin("submitter", "zhan", 300)
    commands = await world.accept("zhan", *[b"press"] * 300)
    kills: list[int] = []

    async def killer() -> None:
        superuser = await asyncpg.connect(database.superuser_url)
        while len(kills) < 4:
            await asyncio.sleep(random.uniform(0.05, 0.4))
            killed = await superuser.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where application_name = 'guankou' and datname = current_database()"
            )
            kills.extend([killed] if killed else [])
        await superuser.close()

    killing, done = asyncio.create_task(killer()), 0
    for one, command in zip(held, commands, strict=True):
        outcome = await world.approve([Held(one.item, one.head, 1)], "zhan", "suo", [command])
        assert not outcome.lost or outcome.answers == {command: b"approved"}
        done += 1
        if killing.done():
            break
        await asyncio.sleep(0.005)
    await killing
    verdict = await audit.verify(world.database, world.tenant, MACHINES)
    assert verdict.verified, verdict.first_bad
    assert verdict.events == 300 + done


async def test_who_is_cancelled_leaves_the_statement_to_end(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    pressing = asyncio.create_task(world.approve([held], "zhan", "suo"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    pressing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressing
    for _ in range(1000):
        if len(await listings.events(world.database, world.tenant, held.item.id)) == 2:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the statement was cancelled with its caller")


async def test_separation_of_duties_is_refused_by_the_database(world: World) -> None:
    [held] = await world.begin("zhan", "zhan")
    with pytest.raises(Refusal, match="separation_of_duties"):
        await world.approve([held], "zhan", "suo")
    assert len(await listings.events(world.database, world.tenant, held.item.id)) == 1


async def test_one_person_decides_at_one_tier(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    assert not (await world.approve([held], "zhan", "zhan")).lost
    with pytest.raises(Refusal, match="separation_of_duties"):
        await world.approve([held], "zhan", "suo")


async def test_numbers_are_gapless_under_a_race(world: World) -> None:
    taken: list[int] = []

    async def take() -> None:
        while True:
            loaded = await load.batch(world.database, world.tenant, counters=[("编号", "")])
            before = loaded.counters.get(("编号", ""), 0)
            batch = Batch(world.tenant, world.version)
            batch.counters.append(CounterRow(0, "编号", "", "", before, 1))
            if not (await commit.commit(world.database, batch)).lost:
                taken.append(before + 1)
                return

    await asyncio.gather(*(take() for _ in range(25)))
    assert sorted(taken) == list(range(1, 26))


async def test_of_twenty_who_begin_a_dialogue_one_does(world: World) -> None:
    """What is not there yet cannot be locked; still nobody's first word is overwritten."""
    chat, stream = world.chats["zhan"], new_id()

    async def begin(n: int) -> str:
        batch = Batch(world.tenant, world.version)
        batch.dialogues.append(DialogueRow(0, chat, 0, 1, f"{n}".encode()))
        batch.streams.append(StreamRow(0, stream, "person", 0, 1, n.to_bytes(32, "big")))
        return (await commit.commit(world.database, batch)).lost.get(0, f"{n}")

    outcomes = await asyncio.gather(*map(begin, range(20)))
    [winner] = [one for one in outcomes if one != "version"]
    hearing = await load.hearing(world.database, world.tenant, making.BOT, [], [chat])
    assert hearing.dialogues[chat].state == winner.encode()
    loaded = await load.batch(world.database, world.tenant, streams=[stream])
    assert loaded.streams == {stream: (1, int(winner).to_bytes(32, "big"))}


async def test_a_message_goes_to_every_chat_of_a_person(world: World) -> None:
    async with world.database.transaction() as session:
        await people.link(session, world.tenant, world.people["zhan"], making.BOT, "zhan's phone", "phone")
    [held] = await world.begin("submitter", "zhan")
    prompts = [one for one in await world.shown() if one.topic == 1]
    assert {one.external for one in prompts} == {"zhan", "phone"}
    assert {one.person for one in prompts} == {world.people["zhan"]}
    assert not (await world.approve([held], "zhan", "suo")).lost
    edits = [one for one in await world.shown() if one.topic == 1]
    assert {(one.external, one.ref != "") for one in edits} == {("zhan", True), ("phone", True)}, "both copies settle"


async def test_who_has_no_chat_is_told_once_they_have_one(world: World) -> None:
    lost = world.people["nobody"] = new_id()
    await world.employ("nobody")
    async with world.database.transaction() as session:
        await people.revoke(session, world.tenant, making.BOT, "nobody")
    [held] = await world.begin("submitter", "nobody")
    assert not [one for one in await world.shown() if one.topic == 1]
    [letter] = await chats.dead(world.database, world.tenant)
    assert (letter.why, letter.person, letter.stream) == ("no chat", lost, held.item.id)
    async with world.database.transaction() as session:
        await people.link(session, world.tenant, lost, making.BOT, "new", "new chat")
    [prompt] = await world.shown()
    assert (prompt.external, prompt.about) == ("new chat", b"prompt 1")
    assert not await chats.dead(world.database, world.tenant)


async def test_a_second_chat_takes_up_what_the_first_one_shows(world: World) -> None:
    await world.begin("submitter", "zhan")
    await world.shown()
    async with world.database.transaction() as session:
        await people.link(session, world.tenant, world.people["zhan"], making.BOT, "late", "late chat")
        await people.link(session, world.tenant, world.people["zhan"], making.BOT, "late", "late chat")
    [prompt] = await world.shown()
    assert (prompt.external, prompt.topic, prompt.ref) == ("late chat", 1, "")


async def test_a_room_is_told_in_its_chat(world: World) -> None:
    chat = await chats.open_chat(world.database, world.tenant, making.BOT, "the room", private=False)
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    for bound in (False, True):
        batch = Batch(world.tenant, world.version)
        world.put_approval(batch, 0, held, "suo" if bound else "zhan", "zhongxin" if bound else "suo")
        batch.deliveries.append(DeliveryRow(0, held.item.id, commit.PLAIN, None, "站群", None, b"told"))
        assert not (await commit.commit(world.database, batch)).lost
        told = [one for one in await world.shown() if one.about == b"told"]
        assert [(one.external, one.private, one.person) for one in told] == ([("the room", False, "")] if bound else [])
        await chats.bind_room(world.database, world.tenant, "站群", chat)


async def test_a_card_stands_once_in_a_chat_and_is_shown_anew(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    batch, chat = Batch(world.tenant, world.version), world.chats["submitter"]
    batch.deliveries.append(DeliveryRow(0, held.item.id, STATUS, None, None, chat, b"new", once=True))
    assert not (await commit.commit(world.database, batch)).lost
    [card] = await world.shown()
    assert (card.external, card.about) == ("submitter", b"status")
    assert card.ref


async def test_what_a_chat_is_told_of_an_item_follows_the_item(world: World) -> None:
    """`/item` puts a card into the item's stream beside any decision; the next decision finds it."""
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    chat = world.chats["suo"]
    for _ in range(3):
        batch = Batch(world.tenant, world.version)
        batch.deliveries.append(DeliveryRow(0, held.item.id, STATUS, None, None, chat, b"card"))
        batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, b"line"))
        assert not (await commit.commit(world.database, batch)).lost
    assert [one.about for one in await world.shown()] == [b"card", b"line"] * 3, "in the order in which they were told"
    assert not (await world.approve([held], "zhan", "suo")).lost
    assert [one.about for one in await world.shown() if one.chat == chat].count(b"card") == 3


async def test_a_pressed_message_may_be_about_something_else(world: World) -> None:
    chat = world.chats["zhan"]
    batch = Batch(world.tenant, world.version)
    batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, b"page 1"))
    await commit.commit(world.database, batch)
    [page] = await world.shown()
    batch = Batch(world.tenant, world.version)
    batch.bumps.append(BumpRow(0, chat=chat, ref="m1", about=b"page 2"))
    done = await commit.commit(world.database, batch)
    assert done.owed
    [turned] = await world.shown()
    assert (turned.no, turned.about, turned.ref) == (page.no, b"page 2", "m1")
    hearing = await load.hearing(
        world.database, world.tenant, making.BOT, ["zhan"], [chat], [(chat, "m1"), (chat, "m9")]
    )
    assert hearing.shown == {(chat, "m1"): b"page 2"}
    assert hearing.accounts == {"zhan": world.people["zhan"]}


async def test_a_delivery_to_nobody_is_an_error_before_anything_is_written(world: World) -> None:
    batch = Batch(world.tenant, world.version)
    batch.deliveries.append(DeliveryRow(0, new_id(), 1, world.people["zhan"], None, None, b"?"))
    with pytest.raises(ValueError, match="must name its chat"):
        await commit.commit(world.database, batch)


async def test_orders_are_found_by_whoever_looks(world: World) -> None:
    order = new_id()
    for _ in range(2):
        batch = Batch(world.tenant, world.version)
        batch.orders.append(OrderRow(0, order, b"wake the parent"))
        assert not (await commit.commit(world.database, batch)).lost
    [found] = await inbox.orphans(world.database, world.tenant, 10)
    assert (found.command, found.body, found.chat) == (order, b"wake the parent", None)


async def test_an_unknown_tenant_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="no tenant"):
        await commit.commit(world.database, Batch(new_id(), 1))
    with pytest.raises(load.UnknownTenant):
        await load.batch(world.database, new_id())


async def test_another_tenants_items_are_out_of_reach(world: World) -> None:
    other = await making.make_world(world.database, "haidian")
    [held] = await world.begin("submitter", "zhan")
    batch = Batch(other.tenant, other.version)
    thief = World(world.database, other.tenant, world.people, world.chats, other.version)
    thief.put_approval(batch, 0, Held(held.item, held.head, 1), "zhan", "suo")
    assert (await commit.commit(world.database, batch)).lost == {0: "version"}
    assert (await load.batch(world.database, other.tenant, [held.item.id])).items == {}


async def test_moments_stand_on_the_item(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    now, moment = await clock.next_moment(world.database, world.tenant)
    assert moment == making.START + timedelta(days=3)
    _, due = await clock.due(world.database, world.tenant, 10)
    assert ((held.item.id, 1, moment) in due) == (moment <= now)

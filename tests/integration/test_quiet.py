"""Quiet hours, mute and digests: what waits, what never does, when it goes, and what a digest stands for."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.integration.making import BOT, World
from workflow.store import chats, clock, commit, people
from workflow.store.chats import Hush, Owed, Result
from workflow.store.commit import Batch, BumpRow, DeliveryRow

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = Hush((BOT,), time(22), time(7), 5, b"digest")
LOUD = Hush((BOT,), None, None, 5, b"digest")


async def at(world: World, hour: int, minute: int = 0) -> datetime:
    """The tenant's clock stands at that hour of a coming day."""
    async with world.database.transaction() as session:
        now = (await clock.now(session, world.tenant)).astimezone(ZONE)
        then = datetime.combine(now.date() + timedelta(days=1), time(hour, minute), ZONE)
        assert await clock.shift(session, world.tenant, then - now)
    world.version += 1  # every process that keeps the organisation looks at the clock anew
    return then


async def claim(world: World, hush: Hush = NIGHT, limit: int = 10, only: str = "") -> list[Owed]:
    some = [world.chats[only]] if only else None
    return await chats.claim(world.database, world.tenant, [BOT], limit, 30.0, some, hush)


async def show(world: World, hush: Hush = NIGHT) -> list[bytes]:
    """Show all that may be shown now; what it was about."""
    seen: list[bytes] = []
    while owed := await claim(world, hush):
        await chats.record(
            world.database, world.tenant, [result(one, "shown", ref=one.ref or f"m{one.line}") for one in owed]
        )
        seen += [one.about for one in owed]
    return seen


def result(o: Owed, word: str, **more: object) -> Result:
    return Result(o.chat, o.epoch, o.stream, o.topic, o.no, o.wanted, word, **more)  # type: ignore[arg-type]


async def wake(world: World, hush: Hush = NIGHT) -> float | None:
    return await chats.next_wake(world.database, world.tenant, [BOT], hush)


async def say(world: World, name: str, about: bytes) -> None:
    batch, chat = Batch(world.tenant, world.version), world.chats[name]
    batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, about))
    await commit.commit(world.database, batch)


async def tell(world: World, name: str | None, about: bytes, *, urgent: bool = False, room: str | None = None) -> None:
    """What a decision tells somebody, or a room."""
    [held] = await world.begin("submitter", "zhongxin")
    batch = Batch(world.tenant, world.version)
    world.put_approval(batch, 0, held, "zhongxin", "zhongxin")
    person = world.people[name] if name else None
    batch.deliveries.append(DeliveryRow(0, held.item.id, commit.PLAIN, person, room, None, about, urgent))
    assert not (await commit.commit(world.database, batch)).lost


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 59, False), (22, 0, True), (3, 0, True), (6, 59, True), (7, 0, False), (12, 0, False)],
)
async def test_quiet_hours_go_over_midnight(world: World, hour: int, minute: int, quiet: bool) -> None:
    await world.begin("submitter", "zhan")
    await at(world, hour, minute)
    assert sorted(await show(world)) == ([b"status"] if quiet else [b"prompt 1", b"status"])


async def test_quiet_hours_within_a_day(world: World) -> None:
    await world.begin("submitter", "zhan")
    noon = Hush((BOT,), time(12), time(14), 5, b"digest")
    await at(world, 13)
    assert b"prompt 1" not in await show(world, noon)
    await at(world, 14)
    assert await show(world, noon) == [b"prompt 1"]


async def test_what_waits_goes_when_they_end(world: World) -> None:
    await world.begin("submitter", "zhan")
    await at(world, 22)
    await show(world)
    left = await wake(world)
    assert left == pytest.approx(9 * 3600, abs=5)
    assert await chats.claim(world.database, world.tenant, [BOT], 10, 30.0) != [], "a silent network never waits"


async def test_what_never_waits(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    await show(world, LOUD)
    await at(world, 23)
    await tell(world, "suo", b"urgent", urgent=True)
    await tell(world, "suo", b"news")
    await say(world, "suo", b"answer")
    await world.approve([held], "zhan", "suo")
    seen = await show(world)
    assert {b"urgent", b"answer", b"status"} <= set(seen)
    assert seen.count(b"prompt 1") == 1, "zhan's is edited; the new ones wait"
    assert not {b"news", b"prompt 2"} & set(seen)
    await at(world, 9)
    assert {b"news", b"prompt 1", b"prompt 2"} == set(await show(world))


async def test_rooms_keep_quiet_hours_too(world: World) -> None:
    group = await chats.open_chat(world.database, world.tenant, BOT, "group", private=False)
    await chats.bind_room(world.database, world.tenant, "站群", group)
    await show(world, LOUD)
    await at(world, 23)
    await tell(world, None, b"to all", room="站群")
    await say(world, "zhan", b"x")
    assert b"to all" not in await show(world)
    assert await wake(world) == pytest.approx(8 * 3600, abs=5)
    await at(world, 8)
    assert b"to all" in await show(world)


async def test_order_among_those_that_wait(world: World) -> None:
    for about in (b"1", b"2", b"3"):
        await tell(world, "suo", about)
    await at(world, 22)
    await show(world)
    await at(world, 7)
    assert [one for one in await show(world) if one in (b"1", b"2", b"3")] == [b"1", b"2", b"3"]


async def test_whoever_is_muted_is_left_alone_and_nobody_else(world: World) -> None:
    await at(world, 12)
    async with world.database.transaction() as session:
        until = await clock.now(session, world.tenant) + timedelta(hours=2)
        await people.mute(session, world.tenant, world.people["zhan"], until)
        assert await people.muted(session, world.tenant, world.people["zhan"]) == until
    await world.begin("submitter", "zhan")
    await world.begin("submitter", "suo")
    assert sorted(await show(world)) == [b"prompt 1", b"status", b"status"]
    assert await wake(world) == pytest.approx(2 * 3600, abs=5)
    await people.mute(world.database, world.tenant, world.people["zhan"], None)
    assert await people.muted(world.database, world.tenant, world.people["zhan"]) is None
    assert await show(world) == [b"prompt 1"]


async def test_a_mute_ends_by_itself_on_the_tenants_clock(world: World) -> None:
    await at(world, 12)
    async with world.database.transaction() as session:
        now = await clock.now(session, world.tenant)
        await people.mute(session, world.tenant, world.people["zhan"], now + timedelta(hours=1))
    await world.begin("submitter", "zhan")
    assert await show(world) == [b"status"]
    await at(world, 13)
    assert await people.muted(world.database, world.tenant, world.people["zhan"]) is None
    assert await show(world) == [b"prompt 1"]


async def test_many_prompts_become_one_digest(world: World) -> None:
    held = await world.begin("submitter", "zhan", 6)
    [digest] = await claim(world, LOUD, only="zhan")
    assert (digest.about, digest.stream, digest.topic, digest.attempt) == (
        b"digest",
        world.chats["zhan"],
        commit.PLAIN,
        1,
    )
    await chats.record(world.database, world.tenant, [result(digest, "shown", ref="m1")])
    assert b"prompt 1" not in await show(world, LOUD)
    assert await wake(world, LOUD) is None
    await world.approve(held[:3], "zhan", "suo")
    assert b"prompt 1" not in await show(world, LOUD), "it was never shown by itself, and is not now"
    assert await wake(world, LOUD) is None
    assert await chats.dead(world.database, world.tenant) == []


async def test_five_prompts_are_five_messages(world: World) -> None:
    await world.begin("submitter", "zhan", 5)
    assert sorted(await show(world, LOUD)) == sorted([b"prompt 1", b"status"] * 5)


async def test_what_was_tried_or_is_being_sent_is_no_part_of_a_digest(world: World) -> None:
    await world.begin("submitter", "zhan", 1)
    [first] = await claim(world, LOUD, only="zhan")
    await world.begin("submitter", "zhan", 6)
    assert not await claim(world, LOUD, only="zhan"), "the chat is being served"
    await chats.record(world.database, world.tenant, [result(first, "ambiguous")])
    seen = [one for one in await show(world, LOUD) if one != b"status"]
    assert seen == [b"prompt 1", b"digest"], "nobody knows whether the first one arrived: it is sent again, and marked"


async def test_a_digest_waits_for_the_morning_like_what_it_stands_for(world: World) -> None:
    await at(world, 23)
    await world.begin("submitter", "zhan", 8)
    assert set(await show(world)) == {b"status"}
    await at(world, 7)
    assert await show(world) == [b"digest"]


async def test_workers_that_meet_make_one_digest(world: World) -> None:
    await world.begin("submitter", "zhan", 40)
    claimed = await asyncio.gather(*(claim(world, LOUD) for _ in range(8)))
    mine = [one for some in claimed for one in some if one.external == "zhan"]
    assert [one.about for one in mine] == [b"digest"]
    await chats.record(world.database, world.tenant, [result(mine[0], "shown", ref="m1")])
    assert b"prompt 1" not in await show(world, LOUD)


async def test_a_bump_meanwhile_is_no_second_message(world: World) -> None:
    held = await world.begin("submitter", "zhan", 7)

    async def bump(one: str) -> None:
        batch = Batch(world.tenant, world.version)
        batch.bumps.append(BumpRow(0, one, 1))
        await commit.commit(world.database, batch)

    await asyncio.gather(*(bump(one.item.id) for one in held), *(claim(world, LOUD, 1) for _ in range(4)))
    await asyncio.gather(*(bump(one.item.id) for one in held))
    await show(world, LOUD)
    lines = await chats.transcript(world.database, world.tenant, world.chats["zhan"])
    assert len([one for one in lines if one.body == b"digest"]) <= 1


async def test_who_waits_longest_comes_first(world: World) -> None:
    for name in ("zhongxin", "suo", "zhan", "submitter"):
        await say(world, name, name.encode())
    seen = [await claim(world, LOUD, 1) for _ in range(4)]
    assert [one.about for [one] in seen] == [b"zhongxin", b"suo", b"zhan", b"submitter"]


async def test_a_rhythm_is_no_failure(world: World) -> None:
    await say(world, "zhan", b"1")
    for _ in range(12):
        [owed] = await claim(world, LOUD)
        assert (owed.tries, owed.attempt, owed.late) == (0, 1, False)
        await chats.record(world.database, world.tenant, [result(owed, "paced", after=0.001)])
        await asyncio.sleep(0.005)
    async with world.database.transaction() as session:
        await clock.shift(session, world.tenant, timedelta(days=1))
    [owed] = await claim(world, LOUD)
    assert owed.late, "for a day now"


async def test_silence_is_one_chats_alone(world: World) -> None:
    for name in ("zhan", "suo"):
        await say(world, name, b"1")
        await say(world, name, b"2")
    owed = await claim(world, LOUD)
    await chats.record(world.database, world.tenant, [
        result(one, "paced", after=60.0) if one.external == "zhan" else result(one, "shown", ref="m1") for one in owed
    ])  # fmt: skip
    assert [one.external for one in await claim(world, LOUD)] == ["suo"]
    assert await wake(world, LOUD) == pytest.approx(30.0, abs=2), "suo's lease ends first"

"""Commands are kept once, held for who accepted them, and then anyone's, each chat's in order."""

from __future__ import annotations

import asyncio

from tests.integration.making import BOT, World, new_id
from workflow.store import commit, inbox, tenants
from workflow.store.commit import Batch, SettleRow


async def orphans(world: World, limit: int = 10) -> list[inbox.Waiting]:
    return await inbox.orphans(world.database, world.tenant, limit, 0.05)


async def age(world: World) -> None:
    async with world.database.transaction() as session:
        await session.run("belong", world.tenant)
        await session.connection.execute(
            "update command set held_until = clock_timestamp() where tenant_id = $1", world.tenant
        )


async def settle(world: World, *commands: str) -> None:
    batch = Batch(world.tenant, world.version)
    batch.settled += [SettleRow(group, command, b"ok") for group, command in enumerate(commands)]
    assert not (await commit.commit(world.database, batch)).lost


async def test_the_same_update_again_is_the_same_command(world: World) -> None:
    rows = [(new_id(), "zhan", b"1"), (new_id(), "zhan", b"2")]
    first = await inbox.accept(world.database, world.tenant, BOT, rows)
    assert [one.command for one in first] == [row[0] for row in rows]
    assert await inbox.accept(world.database, world.tenant, BOT, rows) == []
    [third] = await inbox.accept(world.database, world.tenant, BOT, [*rows, (new_id(), "zhan", b"3")])
    assert third.no is not None
    assert [one.no for one in first] == [1, 2]
    assert third.no == 3


async def test_a_race_of_the_same_updates_keeps_each_once(world: World) -> None:
    rows = [(new_id(), chat, b"x") for chat in ("zhan", "suo", "new") for _ in range(5)]
    kept = await asyncio.gather(
        *(inbox.accept(world.database, world.tenant, BOT, rows[:: 1 if n % 2 else -1]) for n in range(10))
    )
    commands = [one.command for some in kept for one in some]
    assert sorted(commands) == sorted(row[0] for row in rows)
    assert await inbox.waiting(world.database, world.tenant) == 15


async def test_a_cursor_moves_with_what_was_read(world: World) -> None:
    await inbox.accept(world.database, world.tenant, BOT, [(new_id(), "zhan", b"1")], "41")
    await inbox.accept(world.database, world.tenant, BOT, [], "42")
    await inbox.accept(world.database, world.tenant, BOT, [(new_id(), "zhan", b"2")])
    [bot] = await tenants.bots(world.database, world.tenant)
    assert bot.read_to == "42"


async def test_nobody_takes_what_is_held(world: World) -> None:
    [command] = await world.accept("zhan", b"press")
    assert await orphans(world) == []
    await age(world)
    [taken] = await orphans(world)
    assert (taken.command, taken.external, taken.body, taken.tries) == (command, "zhan", b"press", 1)
    assert await orphans(world) == [], "it is held by who took it"
    await asyncio.sleep(0.1)
    [again] = await orphans(world)
    assert again.tries == 2
    await settle(world, command)
    await age(world)
    assert await orphans(world) == []


async def test_a_chats_commands_stay_in_order(world: World) -> None:
    zhan = await world.accept("zhan", b"1", b"2", b"3")
    suo = await world.accept("suo", b"1", b"2")
    loose = await world.accept("", b"a", b"b")
    await age(world)
    taken = [one.command for one in await orphans(world)]
    assert taken == [zhan[0], suo[0], *loose], "the oldest of each chat; what has no chat waits for nobody"
    await age(world)
    await settle(world, *taken)
    assert [one.command for one in await orphans(world)] == [zhan[1], suo[1]]


async def test_workers_share_the_orphans(world: World) -> None:
    for n in range(20):
        await world.accept("", f"{n}".encode())
    await age(world)
    taken = await asyncio.gather(*(inbox.orphans(world.database, world.tenant, 7, 30.0) for _ in range(5)))
    commands = [one.command for some in taken for one in some]
    assert len(commands) == len(set(commands)) == 20


async def test_answers_are_of_settled_commands_only(world: World) -> None:
    one, two = await world.accept("zhan", b"1", b"2")
    await settle(world, one)
    assert await inbox.answers(world.database, world.tenant, [one, two, new_id()]) == {one: b"ok"}

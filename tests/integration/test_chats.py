"""A chat's lease, what is owed to it, and what becomes of that: no silent loss, every extra copy marked."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.making import BOT, World
from workflow.journal import chain
from workflow.store import chats, commit, people
from workflow.store.chats import Owed, Result
from workflow.store.commit import Batch, BumpRow, DeliveryRow


async def tell(world: World, *abouts: str, to: str = "zhan") -> None:
    batch, chat = Batch(world.tenant, world.version), world.chats[to]
    for about in abouts:
        batch.deliveries.append(DeliveryRow(0, chat, commit.PLAIN, None, None, chat, about.encode()))
    await commit.commit(world.database, batch)


async def claim(world: World, lease: float = 30.0) -> list[Owed]:
    return await chats.claim(world.database, world.tenant, [BOT], 10, lease)


def result(o: Owed, word: str, **more: object) -> Result:
    return Result(o.chat, o.epoch, o.stream, o.topic, o.no, o.wanted, word, **more)  # type: ignore[arg-type]


async def record(world: World, owed: Owed, word: str, **more: object) -> bool:
    """Whether it was heard."""
    return not await chats.record(world.database, world.tenant, [result(owed, word, **more)])


async def test_one_at_a_time_and_in_order(world: World) -> None:
    await tell(world, "1", "2", "3")
    seen = []
    for _ in range(3):
        [owed] = await claim(world)
        assert await claim(world) == [], "the chat is leased"
        assert await record(world, owed, "shown", ref=f"m{owed.line}")
        seen.append((owed.about, owed.ref, owed.attempt, owed.sent))
    assert seen == [(b"1", "", 1, 0), (b"2", "", 1, 0), (b"3", "", 1, 0)]
    assert await claim(world) == []
    assert await chats.next_wake(world.database, world.tenant) is None


async def test_chats_are_served_side_by_side_but_each_by_one(world: World) -> None:
    for name in world.chats:
        await tell(world, "1", "2", to=name)
    claimed = await asyncio.gather(*(claim(world) for _ in range(8)))
    owed = [one for some in claimed for one in some]
    assert len(owed) == len({one.chat for one in owed}) == len(world.chats)


async def test_what_changes_while_it_is_sent_is_shown_again(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    [prompt] = [one for one in await claim(world) if one.external == "zhan"]
    await world.approve([held], "zhan", "suo")
    assert await record(world, prompt, "shown", ref="m1")
    [again] = [one for one in await claim(world) if one.external == "zhan"]
    assert (again.no, again.ref, again.sent, again.attempt) == (prompt.no, "m1", 1, 1)


async def test_bumps_before_it_is_sent_are_one_send(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    for _ in range(3):
        batch = Batch(world.tenant, world.version)
        batch.bumps.append(BumpRow(0, held.item.id, 1))
        await commit.commit(world.database, batch)
    [prompt] = [one for one in await world.shown() if one.topic == 1]
    assert prompt.wanted == 4


async def test_a_crash_in_the_middle_of_a_send_is_a_marked_resend(world: World) -> None:
    await tell(world, "1")
    [first] = await claim(world, 0.05)
    await asyncio.sleep(0.1)
    [second] = await claim(world)
    assert (first.attempt, second.attempt) == (1, 2), "nobody knows whether the first one arrived"
    assert second.epoch > first.epoch
    assert not await record(world, first, "shown", ref="m1"), "the one whose lease was over is not heard"
    assert await record(world, second, "shown", ref="m2")
    [line] = await chats.transcript(world.database, world.tenant, world.chats["zhan"])
    assert (line.ref, line.sent, line.attempt) == ("m2", 1, 2)


async def test_a_certain_failure_is_no_copy(world: World) -> None:
    await tell(world, "1")
    for tries in range(3):
        [owed] = await claim(world)
        assert (owed.attempt, owed.tries) == (1, tries)
        assert await record(world, owed, "later", after=0.01)
        await asyncio.sleep(0.02)


async def test_silence_is_kept(world: World) -> None:
    await tell(world, "1")
    [owed] = await claim(world)
    assert await record(world, owed, "later", after=0.2)
    assert await claim(world) == []
    left = await chats.next_wake(world.database, world.tenant)
    assert left is not None
    assert 0 < left <= 0.2
    await asyncio.sleep(left + 0.02)
    assert len(await claim(world)) == 1


async def test_an_ambiguous_send_is_marked_for_ever(world: World) -> None:
    await tell(world, "1")
    [first] = await claim(world)
    assert await record(world, first, "ambiguous")
    [second] = await claim(world)
    assert (second.attempt, second.ref) == (2, "")


async def test_an_edit_is_done_again_without_a_mark(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    await world.approve([held], "zhan", "suo")
    for _ in range(2):
        [edit] = [one for one in await claim(world, 0.05) if one.external == "zhan"]
        assert (edit.attempt, edit.ref != "") == (1, True)
        await asyncio.sleep(0.1)


async def test_a_message_that_is_gone_is_sent_anew(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    await world.approve([held], "zhan", "suo")
    [edit] = [one for one in await claim(world) if one.external == "zhan"]
    assert await record(world, edit, "again")
    [anew] = [one for one in await claim(world) if one.external == "zhan"]
    assert (anew.no, anew.ref, anew.attempt) == (edit.no, "", 1), "the message is gone, so this is no copy of it"
    assert anew.line > edit.line, "it stands at the end of the transcript now"


async def test_what_is_given_up_is_a_dead_letter_until_it_is_revived(world: World) -> None:
    await tell(world, "1", "2")
    [owed] = await claim(world)
    assert await record(world, owed, "dead", detail="too long")
    [following] = await claim(world)
    assert following.about == b"2"
    [letter] = await chats.dead(world.database, world.tenant)
    assert (letter.why, letter.detail, letter.about, letter.chat) == ("dead", "too long", b"1", world.chats["zhan"])
    await record(world, following, "shown", ref="m2")
    await chats.revive(world.database, world.tenant, world.chats["zhan"])
    [again] = await claim(world)
    assert (again.about, again.tries) == (b"1", 0)
    assert not await chats.dead(world.database, world.tenant)


async def test_a_dead_letter_is_not_woken_by_a_bump(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    for owed in await claim(world):
        await record(world, owed, "dead")
    await world.approve([held], "zhan", "suo")
    assert [one.external for one in await claim(world)] == ["suo"]


async def test_a_chat_that_refuses_is_left_alone_until_it_speaks(world: World) -> None:
    await tell(world, "1")
    [owed] = await claim(world)
    assert await record(world, owed, "unreachable")
    assert await claim(world) == []
    [letter] = await chats.dead(world.database, world.tenant)
    assert letter.why == "unreachable"
    await world.accept("zhan", b"/start")
    [again] = await claim(world)
    assert (again.attempt, again.about) == (1, b"1")


async def test_a_chat_that_moved_keeps_what_it_is_owed(world: World) -> None:
    await tell(world, "1")
    [owed] = await claim(world)
    assert await record(world, owed, "moved", to="zhan's new chat")
    [again] = await claim(world)
    assert (again.chat, again.external, again.attempt) == (owed.chat, "zhan's new chat", 1)


async def test_a_chat_that_moved_to_one_of_ours_hands_over(world: World) -> None:
    other = await chats.open_chat(world.database, world.tenant, BOT, "known")
    await tell(world, "1", "2")
    [owed] = await claim(world)
    assert await record(world, owed, "moved", to="known")
    told = await world.shown()
    assert [(one.chat, one.about) for one in told] == [(other, b"1"), (other, b"2")]
    await world.begin("submitter", "zhan")
    assert {one.external for one in await world.shown()} == {"known", "submitter"}, "the account went with it"


async def test_messages_of_a_chat_that_moved_are_not_looked_for_in_the_new_one(world: World) -> None:
    """Their numbers begin anew there: an edit would change some other message."""
    await tell(world, "1", "2")
    [owed] = await claim(world)
    assert await record(world, owed, "shown", ref="7")
    [under_way] = await claim(world)
    await chats.move(world.database, world.tenant, owed.chat, "zhan's new chat")
    assert not await record(world, under_way, "shown", ref="8"), "it was said in the old chat"
    batch = Batch(world.tenant, world.version)
    batch.bumps.append(BumpRow(0, chat=owed.chat, ref="7", about=b"another"))
    await commit.commit(world.database, batch)
    assert [(one.about, one.external, one.ref, one.attempt) for one in await claim(world)] == [
        (b"2", "zhan's new chat", "", 2)
    ], "so it is said again, and marked"


@pytest.mark.parametrize("known", [True, False])
async def test_what_may_have_arrived_before_the_chat_moved_is_marked(world: World, known: bool) -> None:
    if known:
        await chats.open_chat(world.database, world.tenant, BOT, "new")
    await tell(world, "1")
    [owed] = await claim(world)
    assert await record(world, owed, "ambiguous")
    await chats.move(world.database, world.tenant, owed.chat, "new")
    [again] = await claim(world)
    assert (again.external, again.attempt) == ("new", 2)


async def test_a_hint_serves_only_those_chats(world: World) -> None:
    await tell(world, "1", to="zhan")
    await tell(world, "1", to="suo")
    [owed] = await chats.claim(world.database, world.tenant, [BOT], 10, 30.0, [world.chats["suo"]])
    assert owed.external == "suo"
    assert await chats.claim(world.database, world.tenant, ["another bot"], 10, 30.0) == []


async def test_a_transcript_is_both_sides_in_order(world: World) -> None:
    chat = world.chats["zhan"]
    await world.accept("zhan", b"/inbox")
    await tell(world, "list")
    await world.shown()
    await world.accept("zhan", b"press", b"press")
    [held] = await world.begin("submitter", "zhan")
    await world.shown()
    lines = await chats.transcript(world.database, world.tenant, chat)
    assert [(one.mine, one.body) for one in lines] == [
        (True, b"/inbox"), (False, b"list"), (True, b"press"), (True, b"press"), (False, b"prompt 1")
    ]  # fmt: skip
    assert [one.no for one in lines] == sorted({one.no for one in lines})
    newest = await chats.transcript(world.database, world.tenant, chat, limit=2)
    assert newest == lines[-2:]
    assert await chats.transcript(world.database, world.tenant, chat, before=newest[0].no) == lines[:-2]
    assert await chats.transcript(world.database, world.tenant, chat, after=lines[2].no) == lines[3:]
    assert (lines[-1].id, lines[-1].topic) == (held.item.id, 1)


async def test_a_settled_command_shows_its_words_from_content(world: World) -> None:
    [command] = await world.accept("zhan", "早上好".encode())
    words, salt = "早上好".encode(), b"salt"
    batch, sealed = Batch(world.tenant, world.version), chain.commitment(salt, words)
    batch.contents.append(commit.ContentRow(0, sealed, world.people["zhan"], salt, words))
    batch.settled.append(commit.SettleRow(0, command, b"ok", sealed))
    await commit.commit(world.database, batch)
    [line] = await chats.transcript(world.database, world.tenant, world.chats["zhan"])
    assert (line.words, line.body, line.answer) == ("早上好", None, b"ok")
    async with world.database.transaction() as session:
        await people.erase(session, world.tenant, world.people["zhan"])
    [line] = await chats.transcript(world.database, world.tenant, world.chats["zhan"])
    assert line.words is None


@pytest.mark.parametrize("word", ["shown", "dead"])
async def test_nothing_recorded_under_a_lost_lease_counts(world: World, word: str) -> None:
    await tell(world, "1")
    [first] = await claim(world, 0.01)
    await asyncio.sleep(0.05)
    [second] = await claim(world)
    assert not await record(world, first, word, ref="m1")
    assert await claim(world) == [], "the second one's lease still holds"
    assert await record(world, second, "shown", ref="m2")
    assert await claim(world) == []


async def test_many_workers_show_each_thing_once(world: World) -> None:
    await world.begin("submitter", "zhan", 20)
    sent: list[tuple[str, int, int]] = []

    async def work() -> None:
        while owed := await chats.claim(world.database, world.tenant, [BOT], 2, 30.0):
            sent.extend((one.stream, one.topic, one.no) for one in owed)
            await chats.record(world.database, world.tenant, [result(one, "shown", ref=f"m{one.line}") for one in owed])

    while await chats.next_wake(world.database, world.tenant) is not None:
        await asyncio.gather(*(work() for _ in range(5)))
    assert len(sent) == len(set(sent)) == 40

"""The pace: bursts, what it gives back, whom a 429 silences; and against the server, that no 429 is ever earned."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from adapters.telegram.pace import GROUP, PRIVATE, TOTAL, Pace, Rate
from tests.telegram.rig import TelegramRig, rigged
from workflow.ports import Delivery
from workflow.talk.view import Notice

FREE = Rate(1000, 0.00001)


def test_no_window_holds_more_than_telegram_allows_wherever_it_begins() -> None:
    assert GROUP.burst + 60 / GROUP.every <= 20
    assert TOTAL.burst + 1 / TOTAL.every <= 30
    assert PRIVATE.burst <= 3
    assert PRIVATE.every >= 1


async def test_a_burst_goes_at_once_and_the_next_waits_its_turn() -> None:
    pace = Pace(private=Rate(3, 0.1), total=FREE)
    began = monotonic()
    assert [await pace.admit("7") for _ in range(3)] == [0.0] * 3
    assert monotonic() - began < 0.05
    assert [await pace.admit("7") for _ in range(2)] == [0.0] * 2
    assert monotonic() - began >= 0.19


async def test_who_would_wait_too_long_is_given_back_with_a_time() -> None:
    pace = Pace(private=Rate(1, 5.0), total=FREE)
    assert await pace.admit("7") == 0.0
    began = monotonic()
    assert await pace.admit("7") == pytest.approx(5.0, abs=0.1)
    assert monotonic() - began < 0.1, "at once: its place serves another chat"


async def test_a_full_bot_gives_back_too() -> None:
    pace = Pace(private=FREE, total=Rate(1, 5.0))
    assert await pace.admit("7") == 0.0
    assert await pace.admit("8", patience=0.05) == 5.0
    assert await pace.admit("8", patience=0.05) == 5.0, "what did not go took nothing from its chat's share"


async def test_who_waits_among_all_does_not_gain_a_burst_meanwhile() -> None:
    pace = Pace(private=Rate(1, 0.4), total=Rate(1, 0.3))
    assert await pace.admit("8") == 0.0
    assert await pace.admit("7") == 0.0
    sent = monotonic()
    assert await pace.admit("7") == 0.0
    assert monotonic() - sent >= 0.39


async def test_chats_do_not_wait_for_each_other() -> None:
    pace = Pace(private=Rate(1, 5.0), total=FREE)
    began = monotonic()
    assert [await pace.admit(str(chat)) for chat in range(50)] == [0.0] * 50
    assert monotonic() - began < 0.2


async def test_a_group_has_its_own_measure() -> None:
    pace = Pace(private=FREE, group=Rate(2, 3.0), total=FREE)
    assert [await pace.admit("-7") for _ in range(3)] == [0.0, 0.0, pytest.approx(3.0, abs=0.1)]
    assert [await pace.admit("7") for _ in range(9)] == [0.0] * 9


async def test_all_together_keep_to_the_whole() -> None:
    pace = Pace(private=FREE, total=Rate(2, 0.02))
    began = monotonic()
    assert await asyncio.gather(*(pace.admit(str(chat)) for chat in range(12))) == [0.0] * 12
    assert monotonic() - began >= 0.19


async def test_a_silenced_chat_is_silent_and_the_others_are_not() -> None:
    pace = Pace(private=FREE, total=FREE)
    pace.silence("7", 9.0)
    assert 8.9 < await pace.admit("7") <= 9.0
    assert await pace.admit("8") == 0.0
    pace.silence("8", 0.1)
    began = monotonic()
    assert await pace.admit("8") == 0.0, "so short a silence is waited for"
    assert monotonic() - began >= 0.09
    pace.silence("7", 1.0)
    assert await pace.admit("7") > 8, "a shorter one does not end a longer one"


async def test_idle_chats_are_forgotten_and_silent_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Pace(private=FREE, total=FREE)
    for chat in range(300):
        await pace.admit(str(chat))
    pace.silence("0", 100.0)
    assert len(pace) == 300
    monkeypatch.setattr("adapters.telegram.pace.IDLE_SECONDS", -0.001)
    assert await pace.admit("0") > 90
    assert len(pace) == 1


# ------------------------------------------------------------------------------------------------ against the server


async def shown(rig: TelegramRig, chat: str, text: str) -> None:
    """As the relay does: what is given back is tried again after as long as it says."""
    while True:
        outcome = await rig.adapter.show(Delivery("d", chat, private=not chat.startswith("-")), Notice(text))
        if outcome.kind != "retry":
            assert outcome.kind == "sent", outcome
            return
        assert outcome.after > 0, outcome
        await asyncio.sleep(outcome.after)


async def test_a_crowd_of_messages_earns_no_429_and_loses_none() -> None:
    async with rigged() as rig:
        people = [rig.server.person(800_000 + n) for n in range(20)]
        for one in people:
            one.private()
        rig.server.group(-4001, "红霞站", people)
        owed = [(str(one.id), n) for one in people for n in range(4)] + [("-4001", n) for n in range(6)]
        began = monotonic()
        await asyncio.gather(*(shown(rig, chat, f"第 {n} 条") for chat, n in owed))
        lasted = monotonic() - began
        assert (rig.server.provoked429, rig.server.impatient) == (0, 0)
        assert sum(len(rig.server.chat(one.id).said) for one in people) == 80
        assert len(rig.server.chat(-4001).said) == 6
        assert lasted < 86 / 27 + 3.5, f"{lasted:.1f} s for 86 messages"


async def test_a_slow_message_does_not_bring_the_next_ones_too_close() -> None:
    async with rigged() as rig:
        rig.server.slow("sendMessage", 0.6, done=False)
        for n in range(5):
            await shown(rig, rig.chat, f"第 {n} 条")
        assert (rig.server.provoked429, rig.server.impatient) == (0, 0)
        assert len(rig.server.chat(rig.chat).said) == 5


async def test_a_429_silences_its_own_chat_only_and_is_obeyed() -> None:
    async with rigged() as rig:
        other = rig.server.person(800_001)
        other.private()
        rig.server.inject("sendMessage", 429, retry_after=3, chat=int(rig.chat))
        first = await rig.adapter.show(Delivery("d", rig.chat), Notice("一"))
        assert (first.kind, first.after) == ("retry", 3.0)
        began = monotonic()
        again = await rig.adapter.show(Delivery("d", rig.chat), Notice("一"))
        assert again.kind == "retry"
        assert 2 < again.after <= 3
        assert (await rig.adapter.show(Delivery("e", "800001"), Notice("二"))).kind == "sent"
        assert monotonic() - began < 1, "nobody else waits"
        assert len(rig.server.called("sendMessage")) == 2, "nobody asks before the time"
        await asyncio.sleep(again.after)
        assert (await rig.adapter.show(Delivery("d", rig.chat), Notice("一"))).kind == "sent"
        assert rig.server.impatient == 0

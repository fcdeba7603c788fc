"""Polling: kept before acknowledged, whatever comes, and whoever else reads along."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.telegram import polling
from adapters.telegram.bot import TelegramAdapter
from tests.contract.suite import Keeper
from tests.telegram.rig import TelegramRig, adapter, rigged, until
from tests.telegram.server import BotApi
from workflow.ports import Health, Typed, Update


@pytest.fixture
async def rig() -> AsyncIterator[TelegramRig]:
    async with rigged() as rig:
        yield rig


def texts(keeper: Keeper, ours: TelegramAdapter) -> list[str]:
    found = []
    for update in keeper.kept:
        with contextlib.suppress(ValueError):
            incoming = ours.read(update)
            if isinstance(incoming, Typed):
                found.append(incoming.text)
    return found


async def health(one: TelegramAdapter, *, ok: bool, saying: str = "") -> Health:
    for _ in range(600):
        found = await one.health()
        if found.ok == ok and saying in found.detail:
            return found
        await asyncio.sleep(0.005)
    raise AssertionError(await one.health())


async def test_an_update_that_nobody_can_decode_blocks_nothing(rig: TelegramRig) -> None:
    rig.client.send("之前")
    rig.server.raw({"message": "nonsense", "callback_query": 7})
    rig.server.raw({"message": {"message_id": "x", "chat": {"id": 700_100}}})
    rig.client.send("之后")
    await rig.taken()
    assert texts(rig.keeper, rig.telegram) == ["之前", "之后"]
    assert [update.chat for update in rig.keeper.kept] == [rig.chat, "", rig.chat, rig.chat]
    with pytest.raises(ValueError, match="callback_query"):
        rig.adapter.read(rig.keeper.kept[1])


async def test_what_is_not_kept_stays_with_telegram_and_health_says_so(rig: TelegramRig) -> None:
    rig.keeper.failing = 3
    rig.client.send("不能丢")
    await health(rig.telegram, ok=False, saying="not kept")
    assert rig.server.updates.ready, "still Telegram's"
    await rig.taken()
    assert texts(rig.keeper, rig.telegram) == ["不能丢"]
    await health(rig.telegram, ok=True)


async def test_a_backlog_is_kept_in_order_in_few_commits(rig: TelegramRig) -> None:
    await rig.stop()
    for number in range(250):
        rig.client.send(f"第 {number} 句")
    await rig.start()
    await rig.taken()
    assert texts(rig.keeper, rig.telegram) == [f"第 {number} 句" for number in range(250)]
    assert len(rig.keeper.cursors) <= 4
    assert rig.keeper.cursors[-1] == str(rig.server.updates.next_id)


async def test_the_same_update_again_and_one_out_of_order_are_each_one(rig: TelegramRig) -> None:
    rig.client.send("一")
    await rig.taken()
    first = rig.server.updates.next_id - 1
    rig.client.send("二")
    await rig.taken()
    rig.server.redeliver(first)
    await asyncio.sleep(0.05)
    await rig.taken()
    assert texts(rig.keeper, rig.telegram) == ["一", "二"]
    await health(rig.telegram, ok=True)


async def test_numbers_that_begin_anew_after_a_quiet_week_are_not_taken_for_old(rig: TelegramRig) -> None:
    rig.client.send("上周")
    await rig.taken()
    await until(
        lambda: rig.server.called("getUpdates")[-1].params.get("offset", "0") in (0, "0", rig.server.updates.next_id)
    )
    rig.server.updates.offset = 0
    rig.server.updates.next_id = 1000
    rig.client.send("这周")
    await until(lambda: len(rig.keeper.kept) == 2)
    rig.client.send("还有")
    await until(lambda: len(rig.keeper.kept) == 3)
    assert texts(rig.keeper, rig.telegram) == ["上周", "这周", "还有"]


async def test_two_pollers_lose_nothing_and_both_say_so(rig: TelegramRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "CONFLICT_SECONDS", 0.05)
    other = adapter(rig.server)
    task = asyncio.create_task(other.run(rig.keeper))
    try:
        await health(rig.telegram, ok=False, saying="somebody else")
        await health(other, ok=False, saying="terminated by other getUpdates")
        for number in range(20):
            rig.client.send(f"第 {number} 句")
            await asyncio.sleep(0.01)
        await until(lambda: len(rig.keeper.kept) == 20, 5)
        assert texts(rig.keeper, rig.telegram) == [f"第 {number} 句" for number in range(20)]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.2)
    rig.client.send("又只有我们")
    await health(rig.telegram, ok=True)


async def test_a_conflict_is_backed_off_from(rig: TelegramRig) -> None:
    before = len(rig.server.called("getUpdates"))
    rig.server.inject("getUpdates", 409, "Conflict: terminated by other getUpdates request; make sure", times=50)
    rig.client.send("叫醒它")
    await health(rig.telegram, ok=False, saying="terminated by other")
    await asyncio.sleep(0.5)
    assert len(rig.server.called("getUpdates")) - before <= 2


async def test_a_network_that_is_away_is_waited_for(rig: TelegramRig) -> None:
    await rig.server.fail_connect()
    found = await health(rig.telegram, ok=False)
    assert "not reached" in found.detail
    await rig.server.restore()
    await health(rig.telegram, ok=True)
    await rig.say("回来了")
    assert texts(rig.keeper, rig.telegram) == ["回来了"]


@pytest.mark.parametrize("fault", [(502, "Bad Gateway"), (500, "Internal Server Error")])
async def test_a_server_in_trouble_is_asked_again(rig: TelegramRig, fault: tuple[int, str]) -> None:
    rig.server.inject("getUpdates", *fault, times=2)
    rig.client.send("等等")
    await rig.taken()
    await until(lambda: bool(rig.keeper.kept))


async def test_an_answer_that_is_no_json_is_asked_for_again(rig: TelegramRig) -> None:
    rig.server.inject("getUpdates", 200, body="<html>welcome to our wifi</html>")
    rig.client.send("等等")
    await rig.taken()
    await until(lambda: bool(rig.keeper.kept))


async def test_a_token_that_is_revoked_is_said_and_not_hammered(rig: TelegramRig) -> None:
    rig.server.token = "4242424242:AAE-another_one_from_now_on_xxxxxxxxxxxxx"
    rig.client.send("叫醒它")
    await health(rig.telegram, ok=False, saying="Unauthorized")
    before = len(rig.server.refused)
    await asyncio.sleep(0.4)
    assert len(rig.server.refused) == before


async def test_a_webhook_that_was_left_behind_is_taken_away_first() -> None:
    async with BotApi() as server:
        server.route("https://bot.example.org", "http://127.0.0.1:1")
        await server.webhook.set("https://bot.example.org/telegram", "", 40)
        client = server.person(700_100, "王芳")
        client.send("一直等着")
        keeper, ours = Keeper(), adapter(server)
        task = asyncio.create_task(ours.run(keeper))
        await until(lambda: bool(keeper.kept))
        assert texts(keeper, ours) == ["一直等着"], "what waited was not dropped"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_first_start_without_a_network_waits_for_it() -> None:
    async with BotApi() as server:
        await server.fail_connect()
        ours = adapter(server)
        task = asyncio.create_task(ours.run(Keeper()))
        await health(ours, ok=False, saying="not connected")
        await server.restore()
        await health(ours, ok=True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class SlowKeeper(Keeper):
    """Its database takes a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        self.begun.set()
        await self.go.wait()
        await super().accept(updates, cursor)


async def test_what_is_being_kept_when_we_are_stopped_is_kept() -> None:
    async with BotApi() as server:
        client = server.person(700_100, "王芳")
        keeper, ours = SlowKeeper(), adapter(server)
        task = asyncio.create_task(ours.run(keeper))
        client.send("最后一句")
        await asyncio.wait_for(keeper.begun.wait(), 2)
        task.cancel()
        await asyncio.sleep(0.05)
        assert not task.done(), "it waits for the commit"
        keeper.go.set()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 2)
        assert texts(keeper, ours) == ["最后一句"]
        assert not (await ours.health()).ok
        task = asyncio.create_task(ours.run(keeper))
        await until(lambda: not server.updates.ready)
        assert len(keeper.kept) == 1, "told again by Telegram, and the same"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_too_many_requests_are_obeyed(rig: TelegramRig) -> None:
    rig.server.inject("getUpdates", 429, retry_after=1)
    before = len(rig.server.called("getUpdates"))
    rig.client.send("等等")
    await health(rig.telegram, ok=False, saying="Too Many Requests")
    await asyncio.sleep(0.5)
    assert len(rig.server.called("getUpdates")) - before <= 1
    await rig.taken()
    assert texts(rig.keeper, rig.telegram) == ["等等"]


async def test_updates_without_a_number_are_kept_and_not_asked_for_in_a_frenzy(rig: TelegramRig) -> None:
    rig.server.inject("getUpdates", 200, body='{"ok":true,"result":[{"message":"?"}]}', times=2)
    rig.client.send("等等")
    await health(rig.telegram, ok=False, saying="without a number")
    await rig.taken()
    assert len(rig.keeper.kept) == 2
    await health(rig.telegram, ok=True)


async def test_a_webhook_that_cannot_be_taken_away_yet_is_tried_again() -> None:
    async with BotApi() as server:
        server.route("https://bot.example.org", "http://127.0.0.1:1")
        await server.webhook.set("https://bot.example.org/telegram", "", 40)
        server.inject("deleteWebhook", 502, "Bad Gateway")
        ours = adapter(server)
        task = asyncio.create_task(ours.run(Keeper()))
        await health(ours, ok=True)
        assert len(server.called("deleteWebhook")) == 2
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

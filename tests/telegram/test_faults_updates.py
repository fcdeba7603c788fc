"""Faults 30, 31, 38, 40, 45 over the whole chain, and what nobody can read: updates come twice, late, crossed, to two at once, or spoilt."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from adapters.telegram import polling
from tests.integration.rig import SECRET, settings
from tests.telegram.house import opened, served
from tests.telegram.rig import adapter
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.store import clock
from workflow.store.pool import Database

LATE = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员, due: 1工作日, late: reject }
  复审: { review: 所.审核员 }
"""


# ------------------------------------------------------------------------------------------------ 30


async def test_30_the_same_update_again_is_the_same_press(database: Any) -> None:
    async with opened(database) as here:
        item = await here.submit()
        assert "已通过" in await here.press("甲")
        press = here.server.updates.next_id - 1
        await here.settled()
        out = len(here.sent)
        for _ in range(3):
            here.server.redeliver(press)
            await here.settled()
        assert here.server.updates.offered[press] == 4
        assert await here.events(item) == 2
        assert len(here.sent) == out, "and nobody hears of it"
        await here.sound()


async def test_30_a_text_that_comes_twice_is_one_reason(database: Any) -> None:
    async with opened(database) as here:
        item = await here.submit()
        await here.press("甲", "退回")
        await here.until(lambda: here.phones["甲"].forced() is not None, "the reason is asked for")
        here.phones["甲"].send("时间请写清楚")
        here.private.append("时间请写清楚")
        text = here.server.updates.next_id - 1
        await here.settled()
        out = len(here.said("甲"))
        here.server.redeliver(text)
        await here.settled()
        assert await here.events(item) == 2
        assert (await here.item(item)).state == "returned"
        assert len(here.said("甲")) == out
        await here.sound()


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_30_the_answer_of_the_database_is_lost_and_telegram_tells_again(database: Any, *, webhook: bool) -> None:
    """Kept, but nobody could say so: neither offset nor 200 says that it is, and the second time changes nothing."""
    async with opened(database, webhook=webhook) as here:
        item = await here.submit()
        await here.asked("甲")
        keep = here.engine.intake.keep
        failed: list[bool] = []

        async def kept(*given: Any) -> None:
            await keep(*given)
            if not failed:
                failed.append(True)
                raise ConnectionResetError

        here.engine.intake.keep = kept  # type: ignore[method-assign, assignment]
        assert "已通过" in await here.press("甲")
        press = here.server.updates.next_id - 1
        await here.settled()
        if webhook:
            assert [status for number, status in here.server.webhook.attempts if number == press] == [503, 200]
        else:
            assert here.server.updates.offered[press] == 2
        assert await here.events(item) == 2
        await here.sound()


# ------------------------------------------------------------------------------------------------ 31


async def test_31_a_press_that_comes_before_an_older_one(database: Any) -> None:
    async with opened(database, serving=False) as here:
        first, second = await here.submit("第一个活动"), await here.submit("第二个活动")
        await here.settled()
        for one in here.drawn("甲"):
            here.phones["甲"].pressed(None, one.id, "通过")
        here.server.updates.pending.reverse()
        async with served(here.engine, here.telegram):
            await here.settled()
            assert [await here.events(one) for one in (first, second)] == [2, 2]
            await here.sound()


async def test_31_a_reason_that_comes_before_its_press_is_asked_for_again(database: Any) -> None:
    async with opened(database, serving=False) as here:
        item = await here.submit()
        await here.settled()
        phone = here.phones["甲"]
        phone.pressed(None, here.drawn("甲")[0].id, "退回")
        phone.send("时间请写清楚")
        here.server.updates.pending.reverse()
        async with served(here.engine, here.telegram):
            await here.settled()
            assert await here.events(item) == 1, "words without a question decide nothing"
            assert phone.forced() is not None
            phone.send("地点也请写清楚")
            await here.settled()
            assert (await here.item(item)).state == "returned"
            await here.sound()


async def test_31_an_update_with_a_number_that_was_passed_long_ago(database: Any) -> None:
    async with opened(database) as here:
        item = await here.submit()
        old = here.server.updates.next_id
        here.server.updates.next_id += 50
        prompt = await here.asked("甲")
        here.phones["乙"].send("/help")
        await here.settled()
        query = here.phones["甲"].pressed(None, prompt.id, "通过")
        body = here.server.updates.pending.pop().body | {"update_id": old}
        here.server.raw(body, chat=prompt.chat.id)
        assert "已通过" in await query.answered()
        await here.settled()
        assert await here.events(item) == 2
        await here.sound()


# ------------------------------------------------------------------------------------------------ 38


async def test_38_two_pollers_say_so_and_lose_nothing(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "CONFLICT_SECONDS", 0.05)
    async with opened(database) as here:
        item = await here.submit()
        await here.asked("甲")
        store = await Database.open(database.app_url)
        second = adapter(here.server)
        async with Engine.open(settings(), store, [Bot(here.tenant, "telegram", second)], keys=Keys(SECRET)) as other:
            told: set[str] = set()
            async with served(other, second):
                assert "已通过" in await here.press("甲")
                for who in ("乙", "丙"):
                    assert "已通过" in await here.press(who)
                for _ in range(100):
                    told |= {health.detail for health in (await here.telegram.health(), await second.health())}
                    if any("somebody else reads" in one for one in told):
                        break
                    await asyncio.sleep(0.01)
                assert any("somebody else reads this bot's updates" in one for one in told)
            await other.settled(here.tenant)
        await store.close()
        assert any(refusal.code == 409 for _, refusal in here.server.refused)
        await here.until(here.server.updates.polled.is_set, "the one that is left reads on")
        here.phones["甲"].send("/help")
        await here.until(lambda: here.said("甲", "/inbox"))
        assert (await here.telegram.health()).ok
        assert (await here.item(item)).state == "done"
        await here.sound()


# ------------------------------------------------------------------------------------------------ 40


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_40_a_double_click_is_one_decision(database: Any, *, webhook: bool) -> None:
    async with opened(database, webhook=webhook) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        first, second = await here.phones["甲"].double_press(None, prompt.id, "通过")
        assert "已通过" in first
        assert "张甲" in second
        assert "不用再办" in second, "it says what happened, and to whom"
        await here.settled()
        assert await here.events(item) == 2
        assert len(here.said("甲", item.code)) == 1
        await here.sound()


async def test_40_two_buttons_at_once_are_one_decision(database: Any) -> None:
    """通过 and 退回 in the same instant: what came first counts, the other one hears of it."""
    async with opened(database) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        approve, back = (here.phones["甲"].pressed(None, prompt.id, one) for one in ("通过", "退回"))
        toasts = await asyncio.gather(approve.answered(), back.answered())
        assert "已通过" in toasts[0]
        assert "不用再办" in toasts[1]
        await here.settled()
        assert here.phones["甲"].forced() is None, "no reason is asked for"
        assert (await here.item(item)).place == "复审"
        await here.sound()


async def test_40_a_reason_sent_twice_by_a_nervous_thumb(database: Any) -> None:
    async with opened(database) as here:
        item = await here.submit()
        await here.press("甲", "退回")
        await here.until(lambda: here.phones["甲"].forced() is not None)
        here.phones["甲"].send("时间请写清楚")
        here.phones["甲"].send("时间请写清楚")
        await here.settled()
        assert await here.events(item) == 2
        assert (await here.item(item)).state == "returned"
        await here.sound()


# ------------------------------------------------------------------------------------------------ 45


async def test_45_a_click_after_the_deadline_answers_what_happened(database: Any) -> None:
    async with opened(database, flow=LATE) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        token = here.token(prompt, "通过")
        await here.engine.demonstration.advance(
            here.tenant, await here.engine.read.now(here.tenant) + timedelta(days=5)
        )
        await here.settled()
        assert here.drawn("甲") == [], "the prompt was edited by the deadline itself"
        toast = await here.phones["甲"].forged(None, prompt.id, token).answered()
        assert "不用再办" in toast or "不能再操作" in toast
        await here.settled()
        assert (await here.item(item)).state == "rejected"
        assert await here.events(item) == 2
        await here.sound()


async def test_45_the_deadline_goes_before_a_click_that_comes_after_it(database: Any) -> None:
    """Nobody has looked at the clock yet: the press is late all the same."""
    async with opened(database, flow=LATE, poll_seconds=30.0) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        async with here.engine.database.transaction() as session:
            assert await clock.shift(session, here.tenant, timedelta(days=5))
        toast = await here.press("甲", message=prompt)
        assert "已通过" not in toast
        assert "不能再操作" in toast or "不用再办" in toast
        await here.settled()
        assert (await here.item(item)).state == "rejected"
        await here.sound()


# ------------------------------------------------------------------------------------------------ what nobody can read


SPOILT = {
    "a field of a wrong type": {"message": {"message_id": "eins", "date": 1, "chat": {"id": 1, "type": "private"}}},
    "no sender": {"callback_query": {"id": "1", "chat_instance": "1", "data": "x"}},
    "half a surrogate": {
        "message": {
            "message_id": 9, "date": 1, "chat": {"id": 5, "type": "private", "first_name": "坏\ud800"}, "text": "\udc00",
            "from": {"id": 5, "is_bot": False, "first_name": "坏\ud800"},
        }
    },
    "too deep": {"message": {"message_id": 9, "reply_to_message": [[[[[[[["x"]]]]]]]]}},
    "a list": {"message": []},
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
async def test_an_update_that_nobody_can_read_is_set_apart_and_the_next_one_flows(database: Any, spoilt: Any) -> None:
    async with opened(database) as here:
        item = await here.submit()
        await here.asked("甲")
        here.server.raw(spoilt)
        assert "已通过" in await here.press("甲")
        here.server.raw(spoilt)
        await here.settled()
        for who in ("管", "理"):
            assert len(here.said(who, "读不懂")) == 1, "each administrator is told, once"
        assert [deed.verb for deed in await here.deeds()].count("undecodable") == 1
        assert here.engine.handle.listening.unreadable == 2
        assert await here.events(item) == 2
        await here.sound()


async def test_what_is_nobodys_business_is_no_trouble(database: Any) -> None:
    """Kinds of updates that were not asked for, channels, edits, bots: nothing happens, and nobody is told."""
    async with opened(database) as here:
        await here.submit()
        await here.asked("甲")
        await here.settled()
        out = len(here.sent)
        own = here.phones["甲"]
        bot = {"id": 77, "is_bot": True, "first_name": "机"}
        chat = {"id": own.id, "type": "private", "first_name": "张甲"}
        here.server.raw({"new_kind_of_update": {"x": 1}})
        here.server.raw({"message": {"message_id": 5, "date": 1, "chat": chat, "from": bot, "text": "/inbox"}})
        here.server.raw({
            "message": {
                "message_id": 6, "date": 1, "chat": {"id": -100_5, "type": "channel", "title": "c"},
                "sender_chat": {"id": -100_5, "type": "channel", "title": "c"}, "text": "/inbox",
            }
        })  # fmt: skip
        await here.settled()
        assert len(here.sent) == out
        await here.sound()


# ------------------------------------------------------------------------------------------------ floods


async def test_a_flood_is_slowed_and_told_once(database: Any) -> None:
    async with opened(database, flood_burst=4, flood_refill=0.2) as here:
        item = await here.submit()
        await here.asked("甲")
        for no in range(60):
            here.phones["甲"].send(f"刷屏第{no}句")
        assert "已通过" not in await here.press("甲"), "what is not heard does not count either"
        here.phones["乙"].send("/inbox")
        await here.until(lambda: here.said("乙"), "others do not notice")
        await here.settled()
        here.private.append("刷屏第")
        assert len(here.said("甲", "太快")) == 1
        assert len(here.said("甲")) == 1 + 4 + 1
        assert await here.events(item) == 1
        assert here.engine.handle.listening.senders.pace.slowed == 57
        await here.sound()


async def test_presses_too_many_are_answered_once(database: Any) -> None:
    async with opened(database, flood_burst=1, flood_refill=0.2) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        queries = [here.phones["甲"].pressed(None, prompt.id, "通过") for _ in range(20)]
        await here.settled()
        assert "已通过" in str(queries[0].text)
        assert [one.text for one in queries if one.text and "太快" in one.text] == [queries[1].text]
        assert await here.events(item) == 2
        await here.sound()


async def test_outcomes_of_what_was_not_heard_are_known(database: Any) -> None:
    """A program that asks what became of an update is told: slowed, unreadable, or nothing for us."""
    async with opened(database, flood_burst=1, flood_refill=0.2) as here:
        here.phones["甲"].send("/help")
        here.phones["甲"].send("/help")
        await here.settled()
        here.server.raw({"message": []})
        await here.settled()
        figures = here.engine.handle.figures
        assert (figures.quarantined, figures.unknown_senders) == (0, 0)
        assert here.engine.handle.listening.unreadable == 1
        await here.sound()

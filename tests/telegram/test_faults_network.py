"""Faults 26 to 29, 32, 36 over the whole chain: Telegram says no, says nothing, or says it too late."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.telegram import polling
from tests.integration.rig import SECRET, settings
from tests.telegram.house import MARK, House, opened
from tests.telegram.rig import adapter
from tests.telegram.server import Limits
from workflow.engine import outbox
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.store.pool import Database
from workflow.talk.words import say

LEASE = 1.2
"""A call of the network has a third of it."""
SUPERSEDED = say("text.superseded", "zh")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same policy, and nobody waits seconds for it."""
    monkeypatch.setattr(outbox, "BACK_OFF", (0.05,))


def copies(here: House, who: str) -> list[str]:
    """How what went out to somebody began: every message, as it was sent."""
    return [one.text for one in here.sent if one.chat == here.phones[who].id]


async def passed(here: House, who: str) -> None:
    """The newest prompt of somebody works: the item goes on, and no copy has a button any more."""
    assert "已通过" in await here.press(who)
    await here.settled()
    assert here.drawn(who) == [], "no button is left anywhere"


# ------------------------------------------------------------------------------------------------ 26


async def test_26_429_silences_that_chat_and_no_other(database: Any) -> None:
    async with opened(database, limits=Limits()) as here:
        phone = here.phones["乙"].id
        here.server.inject("sendMessage", 429, retry_after=1, chat=phone)
        item = await here.submit()
        await here.press("甲")
        await here.asked("丙")
        assert here.said("乙") == [], "丙 has it while 乙 is still waited for"
        await here.asked("乙")
        first, second = (call.at for call in here.server.called("sendMessage") if call.params["chat_id"] == str(phone))
        assert second - first >= 1.0
        assert not any(MARK in one for one in copies(here, "乙")), "a 429 is certain: nothing had gone out"
        await passed(here, "乙")
        await passed(here, "丙")
        assert (await here.item(item)).state == "done"
        await here.sound()


async def test_26_429_of_an_edit_is_waited_for(database: Any) -> None:
    async with opened(database, limits=Limits()) as here:
        await here.submit()
        await here.asked("甲")
        here.server.inject("editMessageText", 429, retry_after=1, chat=here.phones["甲"].id)
        await passed(here, "甲")
        assert len(copies(here, "甲")) == 1
        await here.sound()


async def test_26_a_chat_that_is_always_too_fast_is_no_dead_letter(database: Any) -> None:
    """However many 429s come in a row: it is the network's rhythm."""
    async with opened(database, attempts=2) as here:
        here.server.inject("sendMessage", 429, "Too Many Requests: retry after 0", times=3, chat=here.phones["甲"].id)
        await here.submit()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("adapters.telegram.outcomes.PROXY_SECONDS", 0.05)
            await here.asked("甲")
        assert here.engine.relay.figures.dead == 0
        await here.sound()


# ------------------------------------------------------------------------------------------------ 27


@pytest.mark.parametrize(("code", "body"), [(500, None), (502, "<html>502 Bad Gateway</html>"), (504, "")])
async def test_27_5xx_of_a_send_is_sent_again_and_says_so(database: Any, code: int, body: str | None) -> None:
    """Nobody knows whether it arrived: proxies answer so for what went out."""
    async with opened(database) as here:
        here.server.inject("sendMessage", code, "Internal Server Error", body=body, chat=here.phones["甲"].id)
        await here.submit()
        await here.asked("甲")
        assert [MARK in one for one in copies(here, "甲")] == [True]
        await passed(here, "甲")
        await here.sound()


async def test_27_5xx_of_an_edit_is_edited_again(database: Any) -> None:
    async with opened(database) as here:
        await here.submit()
        await here.asked("甲")
        here.server.inject("editMessageText", 503, "Service Unavailable", times=3, chat=here.phones["甲"].id)
        await passed(here, "甲")
        assert len(copies(here, "甲")) == 1
        await here.sound()


async def test_27_5xx_without_end_is_a_dead_letter_and_the_administrators_know(database: Any) -> None:
    async with opened(database, attempts=3) as here:
        here.server.inject("sendMessage", 500, "Internal Server Error", times=99, chat=here.phones["甲"].id)
        item = await here.submit()
        for who in ("管", "理"):
            told = await here.shown(who, "送")
            assert "张甲" in told.text
        [row] = await here.engine.unreached.rows(here.tenant)
        assert (row.who, row.network, row.why) == ("张甲", "telegram", "dead")
        assert len(here.server.called("sendMessage")) - len(here.sent) == 3
        here.server.faults.clear()
        assert await here.engine.unreached.retry(here.tenant, row.chat, here.ids["管"], "cli")
        await passed(here, "甲")
        assert await here.events(item) == 2
        await here.sound()


async def test_27_telegram_is_away_altogether(database: Any) -> None:
    async with opened(database) as here:
        await here.server.fail_connect()
        item = await here.submit()
        await asyncio.sleep(0.3)
        await here.server.restore()
        await here.asked("甲")
        assert not any(MARK in one.text for one in here.sent), "who is not reached at all got nothing"
        await passed(here, "甲")
        assert await here.events(item) == 2
        await here.sound()


# ------------------------------------------------------------------------------------------------ 28, 29


async def test_28_no_answer_in_time_and_it_was_delivered(database: Any) -> None:
    async with opened(database, lease_seconds=LEASE) as here:
        here.server.slow("sendMessage", 0.8, chat=here.phones["甲"].id, done=True)
        await here.submit()
        await here.until(lambda: len(copies(here, "甲")) == 2)
        assert [MARK in one for one in copies(here, "甲")] == [False, True]
        await passed_by_copy(here)
        await here.sound()


async def test_28_the_answer_is_lost_and_it_was_delivered(database: Any) -> None:
    async with opened(database) as here:
        here.server.lose("sendMessage", times=2, chat=here.phones["甲"].id)
        await here.submit()
        await here.until(lambda: len(copies(here, "甲")) == 3)
        assert [MARK in one for one in copies(here, "甲")] == [False, True, True]
        assert "#1" in copies(here, "甲")[1]
        assert "#2" in copies(here, "甲")[2]
        await passed_by_copy(here)
        await here.sound()


async def passed_by_copy(here: House) -> None:
    """甲 presses the copy that nobody remembers: it counts, and neither copy has a button afterwards."""
    [lost, *_] = here.drawn("甲")
    assert "已通过" in await here.press("甲", message=lost)
    await here.settled()
    kept = here.said("甲")[-1]
    assert "已通过" in kept.text
    assert kept.buttons == []
    assert "已通过" in next(one for one in here.said("甲") if one.id == lost.id).text, "what was pressed is settled too"


async def test_28_the_lost_copy_is_pressed_before_it_is_sent_again(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press on a message that nobody remembers adopts it: no second one is sent at all."""
    monkeypatch.setattr(outbox, "BACK_OFF", (1.0,))
    async with opened(database) as here:
        here.server.lose("sendMessage", chat=here.phones["甲"].id)
        item = await here.submit()
        lost = await here.asked("甲")
        assert "已通过" in await here.press("甲", message=lost)
        await here.settled()
        assert len(copies(here, "甲")) == 1
        [left] = here.said("甲")
        assert "已通过" in left.text
        assert left.buttons == []
        assert await here.events(item) == 2
        await here.sound()


async def test_28_the_answer_of_an_edit_is_lost(database: Any) -> None:
    async with opened(database) as here:
        await here.submit()
        await here.asked("甲")
        here.server.lose("editMessageText", times=2, chat=here.phones["甲"].id)
        await passed(here, "甲")
        assert len(copies(here, "甲")) == 1, "an edit is simply done again: “not modified” says that it was"
        await here.sound()


async def test_28_the_answer_to_a_click_is_lost(database: Any) -> None:
    """The toast tells, and decides nothing."""
    async with opened(database) as here:
        item = await here.submit()
        await here.asked("甲")
        here.server.inject(
            "answerCallbackQuery",
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        )
        here.phones["甲"].pressed(None, here.drawn("甲")[0].id, "通过")
        await here.until(lambda: any("已通过" in one.text for one in here.said("甲")))
        assert await here.events(item) == 2
        await here.sound()


async def test_29_no_answer_in_time_and_it_was_not_delivered(database: Any) -> None:
    async with opened(database, lease_seconds=LEASE) as here:
        here.server.slow("sendMessage", 0.8, chat=here.phones["甲"].id, done=False)
        await here.submit()
        await here.asked("甲")
        assert [MARK in one for one in copies(here, "甲")] == [True], "nobody could know, so it says so"
        await passed(here, "甲")
        await here.sound()


# ------------------------------------------------------------------------------------------------ 32


async def test_32_a_worker_that_was_stopped_wakes_after_its_lease(database: Any) -> None:
    """It had sent and was stopped before it could say so; another one sends. It finds out, and takes its own copy back."""
    async with opened(database, lease_seconds=LEASE) as here:
        asleep, awake = asyncio.Event(), asyncio.Event()
        record = here.engine.relay._record_all

        async def stopped(tenant: str, sent: Any) -> None:
            if not awake.is_set() and any(one.about.__class__.__name__ == "Prompt" for one in sent):
                asleep.set()
                await awake.wait()
            await record(tenant, sent)

        here.engine.relay._record_all = stopped  # type: ignore[method-assign]
        item = await here.submit()
        await asyncio.wait_for(asleep.wait(), 5)
        store = await Database.open(database.app_url)
        second = adapter(here.server)
        async with Engine.open(
            settings(lease_seconds=LEASE), store, [Bot(here.tenant, "telegram", second)], keys=Keys(SECRET)
        ) as other:
            await here.until(lambda: len(copies(here, "甲")) == 2, "the other one sends, after the lease")
            assert [MARK in one for one in copies(here, "甲")] == [False, True]
            awake.set()
            await here.until(lambda: SUPERSEDED in here.said("甲")[0].text, "the first one takes its own back")
            await other.settled(here.tenant)
        await store.close()
        assert here.engine.relay.figures.fenced >= 1
        assert here.said("甲")[0].buttons == []
        await passed(here, "甲")
        assert await here.events(item) == 2
        await here.sound()


# ------------------------------------------------------------------------------------------------ 36


async def test_36_a_message_that_cannot_be_edited_is_said_anew(database: Any) -> None:
    async with opened(database) as here:
        await here.submit()
        old = await here.asked("甲")
        here.server.inject("editMessageText", 400, "Bad Request: message can't be edited", chat=here.phones["甲"].id)
        await here.press("甲")
        await here.settled()
        assert old.deleted, "its buttons are gone with it"
        [new] = here.said("甲")
        assert "已通过" in new.text
        assert new.buttons == []
        await here.sound()


async def test_36_a_message_that_somebody_deleted_is_said_anew(database: Any) -> None:
    async with opened(database) as here:
        await here.submit()
        old = await here.asked("甲")
        old.deleted = True
        assert "已通过" in await here.phones["甲"].forged(None, old.id, here.token(old, "通过")).answered()
        await here.settled()
        [new] = here.said("甲")
        assert "已通过" in new.text
        await here.sound()


async def test_36_too_old_to_be_edited_or_deleted(database: Any) -> None:
    """After 48 hours a bot cannot delete either: the old one stays, and its button answers what happened."""
    async with opened(database) as here:
        await here.submit()
        old = await here.asked("甲")
        here.server.inject("editMessageText", 400, "Bad Request: message can't be edited", chat=here.phones["甲"].id)
        here.server.inject("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
        await here.press("甲")
        await here.settled()
        assert not old.deleted
        assert "已通过" in here.said("甲")[-1].text, "a correcting message stands below"
        assert "通过" in old.buttons
        toast = await here.press("甲", message=old)
        assert "张甲" in toast or "已" in toast
        await here.settled()
        await here.sound()


async def test_a_bot_that_is_locked_out_loses_nothing(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its token was changed at BotFather's and back again: no prompt is given up, however long that takes."""
    monkeypatch.setattr(outbox, "LOCKED_OUT", 0.05)
    monkeypatch.setattr(polling, "LOCKED_OUT_SECONDS", 0.05)
    monkeypatch.setattr(polling, "CONFLICT_SECONDS", 0.05)  # which is how a poll that is cut off looks
    async with opened(database, attempts=2) as here:
        token, here.server.token = here.server.token, "4242424242:AAE-another_one_from_now_on_xxxxxxxxxxxxx"
        here.server.updates.interrupt()
        item = await here.submit()
        for _ in range(500):
            if len(here.server.refused) > 9 and "locked_out" in [deed.verb for deed in await here.deeds()]:
                break
            await asyncio.sleep(0.01)
        assert [deed.verb for deed in await here.deeds()].count("locked_out") == 1
        assert "no bot of Telegram's has this token" in (await here.telegram.health()).detail
        assert here.engine.relay.figures.dead == 0
        here.server.token = token
        await passed(here, "甲")
        assert (await here.telegram.health()).ok
        assert await here.events(item) == 2
        assert not any(MARK in one.text for one in here.sent)
        await here.sound()


async def test_a_reader_whose_markup_telegram_refuses_gets_plain_text(database: Any) -> None:
    async with opened(database) as here:
        here.server.inject(
            "sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag", chat=here.phones["甲"].id
        )
        await here.submit()
        found = await here.asked("甲")
        assert found.entities == []
        await passed(here, "甲")
        await here.sound()

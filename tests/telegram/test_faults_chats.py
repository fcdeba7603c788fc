"""Faults 33 to 35 over the whole chain: people who block the bot, chats that are deleted, groups that become others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.rig import Network, labels
from tests.telegram.house import ROOMS, TOLD, House, opened
from tests.telegram.server import Group
from workflow.engine import outbox
from workflow.store import chats, rooms


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BACK_OFF", (0.05,))


async def unreached(here: House) -> list[tuple[str, str, str, bool]]:
    rows = await here.engine.unreached.rows(here.tenant)
    return [(row.who, row.network, row.why, row.elsewhere) for row in rows]


# ------------------------------------------------------------------------------------------------ 33


async def test_33_who_blocked_the_bot_is_asked_on_their_other_channel(database: Any) -> None:
    other = Network()
    async with opened(database, others={"memory": other}) as here:
        await here.settled()  # everybody has been told of their second channel
        other.messages.clear()
        out = len(here.said("甲"))
        here.phones["甲"].block()
        item = await here.submit()
        await here.settled()
        assert len(here.said("甲")) == out
        [prompt] = other.of(here.ids["甲"])
        assert "通过" in labels(prompt.view)
        assert await unreached(here) == [("张甲", "telegram", "unreachable", True)]
        await here.do("approve", "甲", item.item)
        await here.settled()
        assert "通过" not in labels(prompt.view), "it is settled there like everywhere"
        await here.sound()


async def test_33_without_another_channel_the_administrators_are_told(database: Any) -> None:
    async with opened(database) as here:
        here.phones["甲"].block()
        await here.submit()
        for who in ("管", "理"):
            assert "张甲" in (await here.shown(who, "送不到")).text
        await here.settled()
        assert await unreached(here) == [("张甲", "telegram", "unreachable", False)]
        calls = len(here.server.called("sendMessage"))
        await here.settled()
        assert len(here.server.called("sendMessage")) == calls, "nobody knocks at a closed door"
        await here.sound()


async def test_33_who_comes_back_gets_what_was_owed(database: Any) -> None:
    async with opened(database) as here:
        here.phones["甲"].block()
        item = await here.submit()
        await here.shown("管", "送不到")
        here.phones["甲"].unblock()
        here.phones["甲"].send("/start")
        await here.asked("甲")
        assert "已通过" in await here.press("甲")
        await here.settled()
        assert await unreached(here) == []
        assert await here.events(item) == 2
        await here.sound()


async def test_33_blocked_after_the_prompt_arrived(database: Any) -> None:
    """The decision falls elsewhere; the copy that nobody can edit answers what happened, when they are back."""
    async with opened(database) as here:
        item = await here.submit()
        prompt = await here.asked("甲")
        here.phones["甲"].block()
        await here.do("approve", "甲", item.item)
        await here.settled()
        assert "通过" in prompt.buttons
        here.phones["甲"].unblock()
        assert "张甲" in await here.press("甲", message=prompt)
        await here.settled()
        assert here.drawn("甲") == [], "and is edited at last"
        assert await here.events(item) == 2
        await here.sound()


# ------------------------------------------------------------------------------------------------ 34


async def test_34_a_deleted_account_is_unreachable(database: Any) -> None:
    async with opened(database) as here:
        here.phones["甲"].deactivate()
        item = await here.submit()
        await here.shown("管", "送不到")
        await here.settled()
        assert await unreached(here) == [("张甲", "telegram", "unreachable", False)]
        await here.do("reassign", "管", item.item, person=here.ids["乙"], comment="换人")
        await here.sound()


async def test_34_a_chat_that_telegram_does_not_know(database: Any) -> None:
    """Linked from somewhere else, and never wrote to the bot."""
    async with opened(database) as here:
        here.server.inject("sendMessage", 400, "Bad Request: chat not found", chat=here.phones["甲"].id)
        await here.submit()
        await here.shown("理", "送不到")
        await here.settled()
        assert await unreached(here) == [("张甲", "telegram", "unreachable", False)]
        await here.sound()


# ------------------------------------------------------------------------------------------------ groups


@pytest.fixture
async def roomy(database: Any) -> AsyncIterator[House]:
    """A house whose flow publishes to a room."""
    async with opened(database, organisation=ROOMS, flow=TOLD) as here:
        yield here


async def bound(here: House) -> Group:
    """A group of 甲 and 管, which is the room 站群."""
    group = here.server.group(-5001, "东站工作群", [here.phones["甲"], here.phones["管"]])
    here.private.append("东站工作群")
    here.phones["管"].send("/room@guankou_bot 站群", group.chat)
    await here.until(lambda: group.chat.said, "the group is told that it is the room")
    return group


async def published(here: House, title: str) -> str:
    """The code of an item that is told to the room."""
    item = await here.submit(title)
    await here.do("approve", "甲", item.item)
    await here.settled()
    return str(item.code)


@pytest.mark.parametrize("how", ["delete", "kick", "restrict"])
async def test_34_a_group_that_is_gone_is_on_the_administrators_list(roomy: House, how: str) -> None:
    group = await bound(roomy)
    getattr(group, how)()
    code = await published(roomy, "第一个活动")
    assert not any(code in one.text for one in group.messages)
    assert await unreached(roomy) == [("站群", "telegram", "unreachable", False)]
    [told] = roomy.said("管", "送不到")
    assert "站群" in told.text, "the administrators are told of which room"
    await roomy.sound()


async def test_34_a_group_that_takes_the_bot_in_again_gets_what_was_owed(roomy: House) -> None:
    group = await bound(roomy)
    group.kick()
    code = await published(roomy, "第一个活动")
    group.readmit()
    roomy.phones["甲"].send("/help@guankou_bot", group.chat)
    await roomy.until(lambda: any(code in one.text for one in group.chat.said))
    await roomy.settled()
    assert await unreached(roomy) == []
    await roomy.sound()


@pytest.mark.parametrize("told", [True, False], ids=["told by an update", "found out by sending"])
async def test_35_a_group_that_becomes_a_supergroup_is_the_same_room(roomy: House, told: bool) -> None:
    group = await bound(roomy)
    before = await rooms.bound(roomy.engine.database, roomy.tenant)
    if not told:  # the update comes to nobody: it was lost in an outage of Telegram's own
        roomy.server.updates.allow(["callback_query"])
    new = group.migrate()
    roomy.server.updates.allow(["message", "callback_query"])
    await roomy.settled()
    code = await published(roomy, "第一个活动")
    assert len([one for one in new.chat.said if code in one.text]) == 1
    assert not any(code in one.text for one in group.messages)
    after = await rooms.bound(roomy.engine.database, roomy.tenant)
    assert after.keys() == before.keys()
    assert await chats.find(roomy.engine.database, roomy.tenant, "telegram", str(new.id)) == after["站群"]
    assert await unreached(roomy) == []
    if told:
        assert roomy.said("管", "换了编号"), "the administrators may know"
    roomy.phones["甲"].send("/help@guankou_bot", new.chat)
    await roomy.until(lambda: len(new.chat.said) > 1, "it is spoken with as before")
    await roomy.sound()


async def test_35_the_supergroup_spoke_before_anybody_knew(roomy: House) -> None:
    group = await bound(roomy)
    roomy.server.updates.allow(["callback_query"])
    new = group.migrate()
    roomy.server.updates.allow(["message", "callback_query"])
    roomy.phones["甲"].send("/help@guankou_bot", new.chat)
    await roomy.until(lambda: new.chat.said)
    code = await published(roomy, "第一个活动")
    assert len([one for one in new.chat.said if code in one.text]) == 1
    assert await chats.find(roomy.engine.database, roomy.tenant, "telegram", str(new.id)) == (
        await rooms.bound(roomy.engine.database, roomy.tenant)
    ).get("站群")
    await roomy.sound()


async def test_35_a_network_that_sends_us_round_in_circles_is_given_up(database: Any) -> None:
    async with opened(database, organisation=ROOMS, flow=TOLD, attempts=3) as here:
        group = await bound(here)
        here.server.inject(
            "sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat", times=99,
            chat=group.id, migrate_to=group.id,
        )  # fmt: skip
        code = await published(here, "第一个活动")
        assert (await unreached(here))[0][:3] == ("站群", "telegram", "dead")
        assert not any(code in one.text for one in group.messages)
        await here.sound()

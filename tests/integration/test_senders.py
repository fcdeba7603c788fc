"""Who is heard in a chat, and who is not: strangers, floods, forgers, what nobody can read; groups, rooms, and chats that move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.integration.rig import ORGANISATION, House, choices, house, labels
from workflow.domain.event import Deed
from workflow.engine import linking
from workflow.journal import canonical
from workflow.ports import Moved, Outcome, Pressed, Typed, Update
from workflow.store import chats, ids, listings, rooms
from workflow.talk.view import Notice

ROOMS = ORGANISATION + "rooms: { 站群: { unit: 东站 }, 所群: { unit: 东所 } }\n"
FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员 }
  发布: { do: [ { tell: 站群 } ] }
"""


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, organisation=ROOMS) as opened:
        yield opened


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


def told(here: House, chat: str) -> list[str]:
    """The notices in a chat, by the key of whose it is, or by its own name."""
    return [one.view.text for one in here.network.of(here.people.get(chat, chat)) if isinstance(one.view, Notice)]


async def in_group(here: House, who: str, text: str, group: str = "g1") -> None:
    account = here.people.get(who, who)
    await here.say(who, Typed(group, account, text, private=False), chat=group)
    await here.settled()


async def deeds(here: House, stream: str = "") -> list[Deed]:
    rows = await listings.events(here.engine.database, here.tenant, stream or ids.administration(here.tenant))
    return [canonical.deed(row.body) for row in rows]


async def answer(here: House, source: str) -> Any:
    command = ids.command_id(here.tenant, "memory", source)
    [kept] = (await here.engine._answers(here.tenant, [command])).values()
    return msgspec.json.decode(kept)


# ------------------------------------------------------------------------------------------------ strangers


async def test_a_stranger_is_told_once_how_to_be_linked(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    here.people["生"] = "s"
    for text in ("/start", "/inbox", "在吗", "/link", "/help", "K3M9QX"):
        await here.type("生", text)
    await here.settled()
    assert len(told(here, "生")) == 1
    assert "/link" in told(here, "生")[0]
    assert "administrator" in told(here, "生")[0], "nobody knows which language they read"
    assert here.engine.handle.figures.unknown_senders == 6
    monkeypatch.setattr(linking, "STRANGERS", timedelta(0))
    await here.type("生", "在吗")
    await here.settled()
    assert len(told(here, "生")) == 2, "later, once more"


async def test_a_stranger_in_a_group_is_nobody(here: House, root: Any) -> None:
    tables = ("delivery", "owed", "event", "dialogue", "content", "account", "link_try")
    count = "select " + ", ".join(f"(select count(*) from {one})" for one in tables)  # noqa: S608
    before = await root.fetchrow(count)
    for text in ("/inbox", "/help", "/link", "/room 站群", "/start", "hello"):
        await in_group(here, "nobody", text)
    await here.say("nobody", Pressed("g1", "nobody", "x" * 52, message="m1", handle="h", private=False), chat="g1")
    await here.settled()
    assert await root.fetchrow(count) == before
    assert here.network.of("g1") == []
    assert here.network.toasts == []
    assert await root.fetchval("select count(*) from command where body is not null") == 0


async def test_a_name_is_nobodys_account(here: House) -> None:
    """Whoever calls themselves as a person, or as their id in another place, is a stranger."""
    for name in ("张甲", "甲", here.people["甲"].upper(), f" {here.people['甲']}", f"{here.people['甲']}\x00"[:36]):
        if name != here.people["甲"]:
            await here.say("甲", Typed("c9", name, "/inbox"), chat="c9")
    await here.settled()
    assert len(told(here, "c9")) == 1
    assert "还不认识" in told(here, "c9")[0]
    assert len(here.network.of("c9")) == 1


# ------------------------------------------------------------------------------------------------ floods


async def test_a_flood_is_slowed_and_told_once(database: Any) -> None:
    async with house(database.app_url, flood_burst=8, flood_refill=0.5) as here:
        for no in range(30):
            await here.type("甲", f"第 {no} 句", source=f"u{no}")
        await here.type("乙", "/inbox")
        await here.settled()
        assert len([one for one in told(here, "甲") if "太快" in one]) == 1
        assert len(here.chat("甲")) == 8 + 1
        assert len(here.chat("乙")) == 1, "others do not notice"
        assert here.engine.handle.listening.senders.pace.slowed == 22
        assert (await answer(here, "u29"))["answer"]["state"] == "slowed"
        assert not [deed for deed in await deeds(here, here.people["甲"]) if deed.verb == "slow_down"]


async def test_a_press_too_many_is_answered_where_it_was_made(database: Any) -> None:
    async with house(database.app_url, flood_burst=2, flood_refill=0.5) as here:
        item = await here.submit()
        await here.settled()
        for _ in range(5):
            await here.press("甲", "详情")
        await here.press("甲", "通过")
        await here.settled()
        assert len([one for one in here.network.toasts if "太快" in one]) == 1
        assert here.engine.handle.figures.decisions == 1, "what was not heard does not count"
        assert (await here.engine.read.find(here.tenant, here.people["报"], item.code)).place == "初审"  # type: ignore[union-attr]


async def test_who_was_slowed_is_heard_again(database: Any) -> None:
    async with house(database.app_url, flood_burst=4, flood_refill=8.0) as here:
        for _ in range(9):
            await here.type("甲", "/inbox")
        await here.settled()
        before = len(here.chat("甲"))
        await asyncio.sleep(0.4)
        await here.type("甲", "/inbox")
        await here.settled()
        assert len(here.chat("甲")) == before + 1


async def test_strangers_who_flood_are_told_nothing_more(database: Any) -> None:
    async with house(database.app_url, flood_burst=3, flood_refill=0.5) as here:
        here.people["生"] = "s"
        for no in range(20):
            await here.type("生", f"/link {no}" if no % 2 else "hi")
        await here.settled()
        assert len(here.network.of("s")) == 1


# ------------------------------------------------------------------------------------------------ what nobody can read


async def test_what_cannot_be_read_is_settled_and_the_administrators_are_told_once(here: House, root: Any) -> None:
    inbox, person = here.engine.inbox(here.tenant, "memory"), here.people["甲"]
    await inbox.accept([Update(f"bad{no}", person, body) for no, body in enumerate((b"{", b"\xff\xfe", b"[]", b""))])
    await inbox.accept([Update("none", person, b"nothing")])
    await here.type("甲", "/inbox")
    await here.settled()
    assert len(here.chat("甲")) == 1, "the next one flows"
    assert [(await answer(here, f"bad{no}"))["refused"]["reason"] for no in range(4)] == ["unreadable"] * 4
    assert (await answer(here, "none"))["answer"]["state"] == "ignored"
    for who in ("管", "理"):
        assert len(told(here, who)) == 1
        assert "memory" in told(here, who)[0]
        assert "bad" in told(here, who)[0]
    assert [deed.verb for deed in await deeds(here)].count("undecodable") == 1
    assert here.engine.handle.figures.quarantined == 0
    assert here.engine.handle.listening.unreadable == 4
    assert await root.fetchval("select count(*) from command where done_at is null") == 0
    await here.audit()


# ------------------------------------------------------------------------------------------------ forged buttons


async def test_65_67_a_forged_button_stands_in_the_persons_stream(here: House) -> None:
    await here.submit()
    await here.settled()
    [prompt] = here.chat("甲")
    token = next(one.token for one in choices(prompt.view) if one.label == "通过")
    person, other = here.people["甲"], here.people["乙"]
    before = len(await deeds(here, person))
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x" * 52):
        await here.say("甲", Pressed(person, person, forged, message=prompt.ref, handle="h"))
    await here.say("乙", Pressed(other, other, token, message=prompt.ref, handle="h"))  # good, but in another chat
    await here.settled()
    assert len(set(here.network.toasts)) == 1
    assert "按钮无效" in here.network.toasts[0]
    [deed] = (await deeds(here, person))[before:]
    assert (deed.verb, deed.actor, deed.network) == ("press", person, "memory")
    assert dict(deed.facts)["reason"] == "token_forged"
    assert [deed.verb for deed in await deeds(here, other)][-1] == "press"
    assert here.engine.handle.figures.decisions == 1
    assert "通过" in labels(prompt.view)
    await here.audit()


async def test_66_a_button_of_an_old_round_is_refused_and_no_event(here: House) -> None:
    item = await here.submit()
    await here.settled()
    [prompt] = here.chat("甲")
    token = next(one.token for one in choices(prompt.view) if one.label == "通过")
    await here.do("return", "甲", item.item, comment="请改")
    await here.do("resubmit", "报", item.item, form={"标题": "改过的标题", "人数": 90})
    await here.settled()
    person = here.people["甲"]
    before = await deeds(here, person)
    await here.say("甲", Pressed(person, person, token, message=prompt.ref, handle="h"))
    await here.settled()
    assert await deeds(here, person) == before
    found = await here.engine.read.find(here.tenant, here.people["报"], item.code)
    assert found.place == "初审"  # type: ignore[union-attr]


async def test_a_press_on_a_message_that_nobody_remembers_adopts_it(here: House) -> None:
    """Sent, and the answer lost: the copy that arrived is settled like every other."""
    here.network.script = [Outcome("ambiguous")]
    item = await here.submit()
    await here.until(lambda: here.chat("甲"))
    await here.press("甲", "通过", said=here.chat("甲")[0])
    await here.settled()
    await asyncio.sleep(1.5)  # by now it would have been sent again
    await here.settled()
    assert (await here.engine.read.find(here.tenant, here.people["报"], item.code)).place == "复审"  # type: ignore[union-attr]
    prompts = [one for one in here.chat("甲") if item.code in str(one.view)]
    assert prompts[0].ref == here.chat("甲")[0].ref
    assert all("通过" not in labels(one.view) for one in prompts), "no copy has a button any more"
    assert len(prompts) == 1 or all(attempt > 1 for one in prompts[1:] for attempt in one.attempts), "or it is marked"


# ------------------------------------------------------------------------------------------------ groups and rooms


async def test_an_administrator_binds_a_room_to_a_group(here: House) -> None:
    await in_group(here, "管", "/room 站群")
    assert "这个群就是“站群”" in told(here, "g1")[-1], "and the group can be told so"
    bound = await rooms.bound(here.engine.database, here.tenant)
    assert bound == {"站群": await chats.find(here.engine.database, here.tenant, "memory", "g1")}
    [deed] = [one for one in await deeds(here) if one.verb == "room_bound"]
    assert deed.actor == here.people["管"]
    assert dict(deed.facts) == {"room": "站群", "chat": bound["站群"], "before": ""}
    await in_group(here, "理", "/群 站群")
    assert "已经是" in told(here, "g1")[-1]
    await in_group(here, "理", "/room 站群", "g2")
    moved = await rooms.bound(here.engine.database, here.tenant)
    assert moved["站群"] != bound["站群"]
    assert [one.verb for one in await deeds(here)].count("room_bound") == 2
    await here.audit()


async def test_a_room_is_nobody_elses_to_bind(here: House) -> None:
    await in_group(here, "甲", "/room 站群")
    assert "只有管理员" in told(here, "g1")[-1]
    await here.type("甲", "/room")
    await here.settled()
    assert "只有管理员" in told(here, "甲")[-1]
    await here.type("管", "/room 站群")
    await here.settled()
    assert "群里" in told(here, "管")[-1], "in the group itself"
    await in_group(here, "管", "/room 不存在")
    assert "站群" in told(here, "g1")[-1]
    assert "所群" in told(here, "g1")[-1]
    assert await rooms.bound(here.engine.database, here.tenant) == {}
    assert not [one for one in await deeds(here) if one.verb == "room_bound"]


async def test_rooms_are_listed(here: House) -> None:
    await in_group(here, "管", "/room 站群")
    await here.type("管", "/room")
    await here.settled()
    listed = told(here, "管")[-1]
    assert listed.index("站群") < listed.index("所群")


async def test_what_is_told_to_a_room_comes_to_its_group_and_follows_it(database: Any) -> None:
    """A group that becomes another one of its network (35) is the same room."""
    async with house(database.app_url, organisation=ROOMS, flows=(FLOW,)) as here:
        await in_group(here, "管", "/room 站群")
        item = await here.submit()
        await here.do("approve", "甲", item.item)
        await here.settled()
        assert any(item.code in str(one.view) for one in here.network.of("g1"))
        for _ in range(2):
            await here.say("管", Moved("g1", "g9", here.people["管"]), chat="g1")
            await here.settled()
        second = await here.submit("又一个活动")
        await here.do("approve", "甲", second.item)
        await here.settled()
        assert any(second.code in str(one.view) for one in here.network.of("g9"))
        assert not any(second.code in str(one.view) for one in here.network.of("g1"))
        assert len([one for one in told(here, "管") if "换了编号" in one]) == 1
        assert [one.verb for one in await deeds(here)].count("chat_moved") == 1
        await in_group(here, "甲", "/help", "g9")
        assert here.network.of("g9")[-1].views


async def test_a_group_that_spoke_under_its_new_name_first_is_the_same_room(here: House) -> None:
    await in_group(here, "管", "/room 站群")
    await in_group(here, "甲", "/help", "g9")
    new = await chats.find(here.engine.database, here.tenant, "memory", "g9")
    await here.say("管", Moved("g1", "g9"), chat="g1")
    await here.settled()
    assert await rooms.bound(here.engine.database, here.tenant) == {"站群": new}


# ------------------------------------------------------------------------------------------------ people's own wishes


async def test_languages_and_quiet_are_kept(here: House, root: Any) -> None:
    await here.type("甲", "/lang en")
    await here.type("甲", "/mute 2h")
    await here.type("甲", "/mute")
    await here.settled()
    row = await root.fetchrow(
        "select language, muted_until > now() as muted from person where person_id = $1", here.people["甲"]
    )
    assert tuple(row) == ("en", True)
    assert "left alone until" in told(here, "甲")[-1], "asked, it says so"
    await here.type("甲", "/mute off")
    await here.settled()
    assert await root.fetchval("select muted_until from person where person_id = $1", here.people["甲"]) is None

"""The relay at night, in a flood, at a network's pace, and when somebody's channel fails: who is told what, when and where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.integration.rig import SECRET, House, Network, card, house, labels, settings
from tests.integration.sound import assert_sound, superuser
from workflow.domain.command import Answer
from workflow.engine import outbox
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.ports import Delivery, Outcome
from workflow.store import chats, tenants
from workflow.talk.view import Listing

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def here(database: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(outbox, "BACK_OFF", (0.05,))
    async with house(database.app_url, attempts=4, quiet="22:00-07:00") as opened:
        await clock_at(opened, 12)
        yield opened


async def clock_at(here: House, hour: int) -> None:
    """The tenant's clock stands at that hour of the next day; everything that was due by then has happened."""
    now = await here.engine.read.now(here.tenant)
    await here.engine.demonstration.advance(
        here.tenant, datetime.combine(now.date() + timedelta(days=1), time(hour), ZONE)
    )


async def test_a_night(here: House) -> None:
    early = await here.submit("白天交的")
    await here.settled()
    assert len(here.chat("甲")) == 1
    await clock_at(here, 23)
    here.network.messages.clear()
    await here.submit("夜里交的")
    await here.do("approve", "甲", early.item)
    await here.settled()
    assert not here.chat("甲")[1:], "the prompt waits; the one that stands there is edited"
    assert not here.chat("乙"), "so does the next step's"
    assert len(here.chat("报")) == 2, "who hands something in is answered; the older card is edited"
    await here.type("乙", "/inbox")
    await here.settled()
    assert isinstance(here.chat("乙")[0].view, Listing), "who asks is answered"
    await clock_at(here, 8)
    await here.settled()
    assert "通过" in labels(here.chat("甲")[-1].view)
    assert "通过" in labels(here.chat("乙")[-1].view)


async def test_a_silent_network_never_waits(database: Any) -> None:
    network = Network(frozenset({"buttons", "edits", "silent"}))
    async with house(database.app_url, network=network, quiet="22:00-07:00") as here:
        await clock_at(here, 23)
        for number in range(7):
            await here.submit(f"第{number}件")
        await here.settled()
        assert len(here.chat("甲")) == 7, "nor does it gather"


async def test_a_flood_is_one_digest_and_every_decision_in_it_counts(here: House, database: Any) -> None:
    await clock_at(here, 23)
    items = [await here.submit(f"第{number}件") for number in range(7)]
    await here.settled()
    assert not here.chat("甲")
    await clock_at(here, 8)
    await here.settled()
    [digest] = here.chat("甲")
    assert isinstance(digest.view, Listing)
    assert len(digest.view.rows) == 7 or digest.view.choices, "all of them, or a way to the others"
    await here.do("approve", "甲", items[0].item)
    await here.settled()
    assert [len(one.views) for one in here.chat("甲")] == [1], "decided elsewhere: nothing to edit, nothing sent"
    assert await chats.dead(here.engine.database, here.tenant) == []
    async with superuser(database.superuser_url) as connection:
        await assert_sound(here.engine, connection, here.tenant)


async def test_mute_is_kept_and_ends(here: House) -> None:
    until = await here.engine.read.now(here.tenant) + timedelta(hours=2)
    await here.type("甲", "/mute 2h")
    await here.settled()
    assert len(here.chat("甲")) == 1, "who asks is answered"
    await here.submit()
    await here.settled()
    assert len(here.chat("甲")) == 1
    await here.engine.demonstration.advance(here.tenant, until + timedelta(seconds=5))
    await here.until(lambda: len(here.chat("甲")) == 2)


async def test_a_rhythm_silences_one_chat_and_is_no_failure(database: Any) -> None:
    said: list[float] = []
    async with house(database.app_url, attempts=4, poll_seconds=5.0) as here:

        def busy(delivery: Delivery) -> None:
            if delivery.chat == here.people["乙"]:
                said.append(monotonic())

        item = await here.submit()
        await here.settled()
        here.network.on_show = busy
        here.network.always[here.people["乙"]] = Outcome("retry", after=0.3)
        await here.do("approve", "甲", item.item)
        await here.until(lambda: len(said) >= 7, seconds=20)
        assert here.chat("丙"), "nobody else waits for it"
        gaps = [after - before for before, after in pairwise(said)]
        assert min(gaps) >= 0.3, "it is obeyed"
        assert sorted(gaps)[len(gaps) // 2] < 1.0, "to the moment, not when somebody looks again"
        assert here.engine.relay.figures.dead == 0
        here.network.always.clear()
        await here.until(lambda: here.chat("乙"))
        assert here.chat("乙")[0].attempts == [1]


async def test_hundreds_leave_at_the_pace(database: Any) -> None:
    """Three hundred in all at a pace of 75 a second, ten at once: none is held up, and the oldest go first."""
    rate, sent = 75.0, []
    network = Network()
    state = {"next": 0.0, "now": 0, "most": 0}

    async def paced(delivery: Delivery) -> None:
        state["now"] += 1
        state["most"] = max(state["most"], state["now"])
        state["next"] = max(monotonic(), state["next"]) + 1 / rate
        await asyncio.sleep(state["next"] - monotonic())
        sent.append((monotonic(), delivery.chat))
        state["now"] -= 1

    async with house(
        database.app_url, organisation=CROWD, network=network, relay_chats=10, flows=(FLOW,), quiet=""
    ) as here:
        await here.submit("第一件")
        await here.settled()
        sent.clear()
        network.on_show = paced
        for number in range(5):
            await here.submit(f"第{number}件")
        await here.until(lambda: len(sent) >= 5 * 60 + 5, seconds=30)
        took = sent[-1][0] - sent[0][0]
        assert len(sent) / took > rate * 0.8, f"{len(sent)} in {took:.2f} s"
        assert state["most"] == 10
        last = [max(at for at, chat in sent if chat == one) - sent[0][0] for one in {chat for _, chat in sent}]
        assert sorted(last)[3] > took * 0.6, "no chat is far ahead of the others"


CROWD = """
organisation: test
title: 试验街道
tenant: test
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: { 东中心: { tier: 中心 }, 东所: { tier: 所, parent: 东中心 }, 东站: { tier: 站, parent: 东所 } }
people:
  报: { name: 李报, roles: [东站.协调员] }
  管: { name: 郭管, roles: [东中心.管理员] }
""" + "".join(f"  审{number}: {{ name: 审{number}, roles: [东站.审核员] }}\n" for number in range(60))
FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员 }
"""


async def unreached(here: House) -> dict[str, tuple[str, int, bool]]:
    rows = await here.engine.unreached.rows(here.tenant)
    return {one.who: (one.why, one.letters, one.elsewhere) for one in rows}


async def test_whoever_blocks_us_is_listed_and_speaking_again_brings_all_of_it(here: House) -> None:
    item = await here.submit()
    await here.settled()
    here.network.always[here.people["乙"]] = Outcome("unreachable", detail="blocked by the user")
    await here.do("approve", "甲", item.item)
    await here.until(lambda: here.engine.relay.figures.dead == 1)
    await here.settled()
    assert await unreached(here) == {"王乙": ("unreachable", 1, False)}
    assert any("王乙" in str(one.view) for one in here.chat("管")), "the administrators are told"
    second = await here.submit("又一件")
    await here.do("approve", "甲", second.item)
    await here.settled()
    assert await unreached(here) == {"王乙": ("unreachable", 2, False)}
    here.network.always.clear()
    await here.type("乙", "你好")
    await here.until(lambda: len([one for one in here.chat("乙") if "通过" in labels(one.view)]) == 2)
    assert await unreached(here) == {}


async def test_trying_again_is_an_administrators_act(here: House) -> None:
    here.network.always[here.people["甲"]] = Outcome("unreachable", detail="blocked by the user")
    await here.submit()
    await here.settled()
    [row] = await here.engine.unreached.rows(here.tenant)
    assert (row.network, row.detail) == ("memory", "blocked by the user")
    here.network.always.clear()
    assert await here.engine.unreached.retry(here.tenant, row.chat, here.people["管"], "web")
    await here.until(lambda: here.chat("甲"))
    assert await here.engine.unreached.rows(here.tenant) == []
    assert "chat_retried" in {one.verb for one in await here.engine.read.audit_tail(here.tenant, 5, "en")}
    assert not await here.engine.unreached.retry(here.tenant, here.people["管"], "", "web")
    assert not await here.engine.unreached.retry(here.tenant, "nothing", "", "web")
    await here.audit()


async def test_whoever_has_another_channel_is_reached_there(database: Any) -> None:
    async with house(database.app_url) as first:
        other = Network(name="other")
        await tenants.make_bot(first.engine.database, first.tenant, "other", "other")
        code = await first.engine.identity.link(first.tenant, first.people["甲"])
        code = getattr(code, "long", code)
        assert await first.engine.identity.redeem(first.tenant, str(code), "other", "a1") == first.people["甲"]
        await first.settled()  # they are told of it where they were before
        bots = [Bot(first.tenant, "memory", first.network), Bot(first.tenant, "other", other)]
        first.network.always[first.people["甲"]] = Outcome("unreachable", detail="blocked by the user")
        async with Engine.open(settings(), first.engine.database, bots, keys=Keys(SECRET)) as engine:
            both = House(engine, first.tenant, first.network, first.people)
            item = await both.submit()
            await both.until(lambda: "通过" in {label for one in other.of("a1") for label in labels(one.view)})
            await both.settled()
            why, _, elsewhere = (await unreached(both))["张甲"]
            assert (why, elsewhere) == ("unreachable", True)
            outcome = await both.do("approve", "甲", item.item)
            assert isinstance(outcome, Answer)


async def test_a_chat_that_moved_has_buttons_that_work(here: House) -> None:
    await here.submit()
    await here.settled()
    [before] = here.chat("甲")
    found = await chats.find(here.engine.database, here.tenant, "memory", here.people["甲"])
    assert found is not None
    await chats.move(here.engine.database, here.tenant, found, "moved")
    here.engine.relay.wake(here.tenant)
    await here.until(lambda: here.network.of("moved"))
    [after] = here.network.of("moved")
    assert after.attempts == [2], "the old copy stands where nobody can edit it: the new one is marked"
    old, new = card(before.view).choices[0].token, card(after.view).choices[0].token
    assert old != new
    await here.press("甲", "通过", said=after, chat="moved")
    await here.until(lambda: "通过" not in labels(after.view))
    assert len(before.views) == 1


async def test_a_network_that_sends_us_in_circles_is_given_up(here: House) -> None:
    places = iter(range(100))
    here.network.on_show = lambda _delivery: here.network.script.append(Outcome("moved", to=f"place {next(places)}"))
    await here.type("甲", "/inbox")
    await here.until(lambda: here.engine.relay.figures.dead == 1)
    here.network.on_show = None
    assert "dead" in {one.why for one in await chats.dead(here.engine.database, here.tenant)}


async def test_a_bot_that_is_locked_out_loses_nothing(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LOCKED_OUT", 0.05)
    here.network.only, here.network.script = here.people["甲"], [Outcome("unauthorised", detail="token")] * 6
    await here.submit()
    await here.until(lambda: here.chat("甲"))
    assert here.chat("甲")[0].attempts == [1]
    assert await chats.dead(here.engine.database, here.tenant) == []
    assert [one for one in here.chat("管") if "memory" in str(one.view)], "the administrators are told, once"

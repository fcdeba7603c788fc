"""On PostgreSQL: flows that begin by themselves, duplicates that come at once, rules over many items."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.rig import SECRET, House, house, settings
from tests.integration.sound import assert_sound, histories, superuser
from tests.integration.test_concurrency import beside
from workflow.domain import event as e
from workflow.domain.command import SYSTEM, Answer
from workflow.engine.apply import Source
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.store import merges, schedule
from workflow.store.pool import Database

MONTHLY = """
flow: monthly
title: 月报
start: { at: 每月 最后工作日 18:00, each: 站, unit: 各, with: { 月份: 月, 标题: “月报” }, form: { 月份: int, 标题: text 2..40 } }
steps: { 填报: { review: 站.审核员 } }
"""
SAME = """
flow: same
title: 报修
start: { by: anyone, unit: 站, form: { 站: unit 站, 事项: text 2..200, 分?: stars 5 }, merge: { same: [站, 事项], last: 7日 } }
steps: { 受理: { review: 站.审核员 } }
watch:
  差评: { per: 站, last: 3, when: mean(分) < 3, do: [ { tell: 中心.管理员, text: <站> 近来差评多 }, { run: close, with: { 站: 站 } } ] }
"""

CLOSE = """
flow: close
title: 整顿
start: { form: { 站: unit 站 } }
steps: { 定: { review: 中心.管理员 } }
"""


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(MONTHLY, SAME, CLOSE)) as opened:
        yield opened


async def test_a_missed_moment_happens_once_though_several_look_and_is_named_late(here: House, database: Any) -> None:
    engine, tenant = here.engine, here.tenant
    (planned,) = await schedule.every(engine.database, tenant)
    assert await engine.read.next_moment(tenant) == planned.next_at
    async with AsyncExitStack() as stack:
        engines = [engine]
        for _ in range(3):
            other = await Database.open(database.app_url, size=2)
            stack.push_async_callback(other.close)
            bot = Bot(tenant, "memory", here.network)
            engines.append(await stack.enter_async_context(Engine.open(settings(), other, [bot], keys=Keys(SECRET))))
        await engine.demonstration.advance(tenant, planned.next_at + timedelta(days=40))  # one moment more was missed
        await asyncio.gather(*(one.clock.strike(tenant) for one in engines))
        for one in engines:
            await one.settled(tenant)
    async with superuser(database.superuser_url) as root:
        items = await assert_sound(engine, root, tenant)
        told = await histories(root, tenant)
    (item,) = items.values()
    assert (item.submitter, item.unit, item.state) == (SYSTEM, "东站", "running")
    facts = [fact for event in told[item.id] for fact in event.facts]
    assert [one for one in facts if isinstance(one, e.Fired)] == [e.Fired(planned.next_at, "东站", late=True)]
    (after,) = await schedule.every(engine.database, tenant)
    assert after.fired_at == planned.next_at
    assert after.next_at > await engine.read.now(tenant)
    assert here.chat("甲")
    await here.audit()


async def test_a_version_that_says_otherwise_is_planned_anew_and_one_that_says_nothing_begins_no_more(
    here: House,
) -> None:
    engine, tenant = here.engine, here.tenant
    (planned,) = await schedule.every(engine.database, tenant)

    async def applied(text: str) -> list[schedule.Planned]:
        found = await engine.apply([Source("", text.encode())])
        assert found.ok, found
        return await schedule.every(engine.database, tenant)

    (same,) = await applied(MONTHLY.replace("title: 月报", "title: 每月报告"))
    assert (same.next_at, same.digest != planned.digest) == (planned.next_at, True)
    (moved,) = await applied(MONTHLY.replace("18:00", "17:00"))
    assert moved.next_at == planned.next_at - timedelta(hours=1)
    assert (
        await applied(
            MONTHLY.replace(
                "at: 每月 最后工作日 18:00, each: 站, unit: 各, with: { 月份: 月, 标题: “月报” }", "by: 站.协调员"
            )
        )
        == []
    )


async def test_two_at_once_are_one_item_and_the_rule_looks_at_them_in_the_order_of_their_ends(
    here: House, database: Any
) -> None:
    async def reported(who: str, what: str, stars: int = 1) -> Answer:
        found = await here.do("submit", who, flow="same", form={"站": "东站", "事项": what, "分": stars})
        assert isinstance(found, Answer), found
        return found

    async with AsyncExitStack() as stack:
        other = await Database.open(database.app_url, size=2)
        stack.push_async_callback(other.close)
        bot = Bot(here.tenant, "memory", here.network)
        engine = await stack.enter_async_context(Engine.open(settings(), other, [bot], keys=Keys(SECRET)))
        there = House(engine, here.tenant, here.network, here.people)
        people = ("报", "乙", "丙", "外", "管", "理")
        came = await asyncio.gather(
            *(
                (here if n % 2 else there).do(
                    "submit", who, flow="same", form={"站": "东站", "事项": " 路灯坏了", "分": 1}
                )
                for n, who in enumerate(people)
            )
        )
        assert {one.item for one in came if isinstance(one, Answer)} == {came[0].item}  # type: ignore[union-attr]
        assert sorted(one.verb for one in came if isinstance(one, Answer)) == ["join"] * 5 + ["submit"]
        await there.settled()
    await here.settled()
    first = came[0]
    assert isinstance(first, Answer)
    for who in people:
        assert any(first.code in str(said.view) for said in here.chat(who)), f"{who} follows it"
        assert await here.engine.read.may_see(here.tenant, here.people[who], [first.item])
    await here.do("approve", "甲", first.item)
    again = await reported("报", "路灯坏了")
    assert (again.verb, again.item != first.item) == ("submit", True)
    await here.do("approve", "甲", again.item)
    third = await reported("外", "井盖丢了")
    await here.do("approve", "甲", third.item)
    fourth = await reported("外", "树倒了")
    await here.do("approve", "甲", fourth.item)
    await here.settled()
    async with superuser(database.superuser_url) as root:
        await assert_sound(here.engine, root, here.tenant)
        told = await histories(root, here.tenant)
    noticed = {
        item: [fact for event in events for fact in event.facts if isinstance(fact, e.Noticed)]
        for item, events in told.items()
    }
    assert {item: len(facts) for item, facts in noticed.items() if facts} == {third.item: 1}
    begun = [
        fact for events in told.values() for event in events for fact in event.facts if isinstance(fact, e.Started)
    ]
    (closing,) = [one for one in begun if one.flow == "close"]
    assert (closing.parent, dict(closing.form)) == (third.item, {"站": "东站"})
    assert any("东站 近来差评多" in str(said.view) for said in here.chat("管"))
    await here.audit()


async def test_in_the_chat_a_duplicate_is_told_what_it_joined_and_administrators_may_begin_what_nobody_does(
    here: House,
) -> None:
    for who, titles in (("管", "报修 整顿"), ("报", "报修")):
        await here.talk(who, "/new")
        assert " ".join(row.label for row in here.chat(who)[-1].view.rows) == titles  # type: ignore[union-attr]
    first = await here.do("submit", "乙", flow="same", form={"站": "东站", "事项": "路灯坏了"})
    assert isinstance(first, Answer), first
    await here.talk("报", "/new same", "[东站]", "路灯坏了", "[跳过]", "[提交]")
    said = [str(one.view) for one in here.chat("报")]
    assert any("并入" in one and first.code in one for one in said), said[-3:]
    assert any(first.code in one and "Card(" in one for one in said), "the status card"
    outcome = await here.do("submit", "管", flow="close", form={"站": "东站"})
    assert isinstance(outcome, Answer), outcome


async def test_what_joins_an_item_that_ends_just_now_begins_one_of_its_own(
    here: House, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, Any] = {"flow": "same", "form": {"站": "东站", "事项": "路灯坏了"}}
    first = await here.do("submit", "报", **said)
    assert isinstance(first, Answer), first
    found = merges.found

    async def found_and_then_over(*args: Any) -> Any:
        same = await found(*args)
        if same and args[0] is here.engine.database:
            async with AsyncExitStack() as stack:
                (there,) = await beside(stack, here, database.app_url, 1)
                assert isinstance(await there.do("withdraw", "报", first.item), Answer)
        return same

    monkeypatch.setattr(merges, "found", found_and_then_over)
    again = await here.do("submit", "外", **said)
    assert isinstance(again, Answer), again
    assert (again.verb, again.item != first.item) == ("submit", True)
    await here.settled()
    async with superuser(database.superuser_url) as root:
        await assert_sound(here.engine, root, here.tenant)

"""Tasks on the real engine: twenty grab one at once, the system gives by load, a role is lost, and what is urgent breaks the night."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.integration.rig import House, all_settled, card, house, labels
from tests.integration.sound import assert_sound, superuser
from tests.integration.test_concurrency import beside
from workflow.domain.command import Answer, Refused
from workflow.domain.item import Item
from workflow.engine.apply import Source

MANY = 20
VOLUNTEERS = [f"志{n:02}" for n in range(MANY)]
ORGANISATION = f"""
organisation: test
title: 试验街道
tenant: test
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: {{ 东中心: {{ tier: 中心 }}, 东所: {{ tier: 所, parent: 东中心 }}, 东站: {{ tier: 站, parent: 东所 }} }}
people:
  报: {{ name: 李报, roles: [东站.协调员] }}
  管: {{ name: 郭管, roles: [东中心.管理员] }}
  乙: {{ name: 王乙, roles: [东所.审核员] }}
  丙: {{ name: 赵丙, roles: [东所.审核员] }}
  丁: {{ name: 孙丁, roles: [东所.审核员] }}
{"".join(f"  {one}: {{}}{chr(10)}" for one in VOLUNTEERS)}pools: {{ 志愿队伍: {{ of: 志愿者 }} }}
"""
LISTED = "list: 志愿者\ncolumns: { 姓名: text 1..20, 会: [理发, 修理] }\nrows:\n" + "".join(
    f"  - {{ 姓名: {one}, 会: 理发 }}\n" for one in VOLUNTEERS
)
GRAB = """
flow: grab
title: 抢单
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  派单: { task: 志愿队伍, match: 各.会 == 理发, take: grab, urgent: yes }
  服务: { task: 派单.办理人, form: { 照片: photo 1..2, 到达: checkin } }
"""
AUTO = """
flow: auto
title: 系统派单
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  派单: { task: 所.审核员, take: auto, form: { 好: bool } }
"""


async def begun(here: House, flow: str, title: str = "修水管") -> Answer:
    outcome = await here.do("submit", "报", flow=flow, form={"标题": title})
    assert isinstance(outcome, Answer), outcome
    return outcome


async def item_of(here: House, item: str) -> Item:
    found = await here.engine.read.find(here.tenant, here.people["报"], item)
    assert isinstance(found, Item)
    return found


def owing(here: House, item: Item) -> list[str]:
    names = {id_: key for key, id_ in here.people.items()}
    return sorted(
        names[task.person] for run in item.runs.values() for task in run.tasks.values() if task.state == "open"
    )


async def test_twenty_grab_one_and_the_others_are_told_who_has_it(database: Any) -> None:
    async with (
        house(database.app_url, organisation=ORGANISATION, flows=(LISTED, GRAB)) as here,
        AsyncExitStack() as stack,
    ):
        houses = [here, *await beside(stack, here, database.app_url, MANY - 1)]
        begun_ = await begun(here, "grab")
        item = await item_of(here, begun_.item)
        assert owing(here, item) == VOLUNTEERS
        numbers = {task.person: [task.no, run.round] for run in item.runs.values() for task in run.tasks.values()}
        outcomes = await asyncio.gather(
            *(
                one.do("take", who, begun_.item, task=numbers[here.people[who]])
                for one, who in zip(houses, VOLUNTEERS, strict=True)
            )
        )
        won = [who for who, came in zip(VOLUNTEERS, outcomes, strict=True) if isinstance(came, Answer)]
        assert len(won) == 1, outcomes
        lost = [came for came in outcomes if isinstance(came, Refused)]
        assert Counter(came.reason for came in lost) == {"taken": MANY - 1}
        assert all(came.facts["by"] == [here.people[won[0]]] for came in lost)
        after = await item_of(here, begun_.item)
        assert (after.place, owing(here, after)) == ("服务", won)
        await all_settled(houses)
        for who in VOLUNTEERS:
            shown = card(here.chat(who)[0].view)
            assert not shown.choices, who
            assert shown.state.startswith(f"已由 {won[0]} 于"), shown.state
            assert shown.state.endswith("接单"), shown.state
        assert labels(here.chat(won[0])[-1].view) == ["办结", "谢绝", "意见", "详情"]
        async with superuser(database.superuser_url) as connection:
            await assert_sound(here.engine, connection, here.tenant)
        await here.audit()


async def test_the_system_gives_to_whoever_has_least_and_a_lost_role_gives_it_on(database: Any) -> None:
    async with house(database.app_url, organisation=ORGANISATION, flows=(LISTED, AUTO)) as here:
        items = await asyncio.gather(*(begun(here, "auto", f"第{n}件") for n in range(6)))
        held = [owing(here, await item_of(here, one.item))[0] for one in items]
        assert Counter(held) == {"乙": 2, "丙": 2, "丁": 2}, (
            "what was given meanwhile counts, in one batch as in several"
        )
        first = items[held.index("乙")]
        assert isinstance(await here.do("decline", "乙", first.item), Answer)
        assert owing(here, await item_of(here, first.item))[0] in ("丙", "丁")
        gone = ORGANISATION.replace("王乙, roles: [东所.审核员]", "王乙, roles: []").replace(
            "赵丙, roles: [东所.审核员]", "赵丙, roles: []"
        )
        assert (await here.engine.apply([Source("test.yaml", gone.encode())])).ok
        await here.settled()
        assert {owing(here, await item_of(here, one.item))[0] for one in items} == {"丁"}
        nobody = gone.replace("孙丁, roles: [东所.审核员]", "孙丁, roles: []")
        assert (await here.engine.apply([Source("test.yaml", nobody.encode())])).ok
        await here.settled()
        assert {tuple(owing(here, await item_of(here, one.item))) for one in items} == {("管",)}
        assert isinstance(
            await here.do("reassign", "管", items[0].item, to=here.people["丁"], comment="请办一下"), Answer
        )
        assert isinstance(await here.do("done", "丁", items[0].item, answers={"好": "是"}), Answer)
        assert (await item_of(here, items[0].item)).state == "done"
        await here.settled()
        async with superuser(database.superuser_url) as connection:
            await assert_sound(here.engine, connection, here.tenant)
        await here.audit()


async def test_what_is_urgent_breaks_the_night_and_nothing_else_does(database: Any) -> None:
    async with house(
        database.app_url, organisation=ORGANISATION, flows=(LISTED, GRAB, AUTO), quiet="22:00-07:00"
    ) as here:
        now = await here.engine.read.now(here.tenant)
        night = datetime.combine(now.date() + timedelta(days=1), time(23), ZoneInfo("Asia/Shanghai"))
        await here.engine.demonstration.advance(here.tenant, night)
        urgent = await begun(here, "grab")
        await begun(here, "auto")
        await here.settled()
        assert labels(here.chat("志00")[-1].view) == ["接单", "谢绝", "意见", "详情"]
        assert not [said for who in ("乙", "丙", "丁") for said in here.chat(who)], "the other waits until the morning"
        await here.press("志00", "接单")
        await here.settled()
        assert (await item_of(here, urgent.item)).place == "服务"
        assert "办结" not in labels(here.chat("志00")[-1].view), "the next step is not urgent"

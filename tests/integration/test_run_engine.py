"""`run` through the real engine: five hundred items of one step, whatever is killed meanwhile; taken down with their parent; mended."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import asyncpg

from tests.integration.rig import SECRET, House, Network, card, house, settings
from tests.integration.sound import assert_sound
from workflow.domain.command import Answer
from workflow.engine.apply import Source
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.store import children, load
from workflow.store.load import Held
from workflow.store.pool import Database

MANY = 500
LIST = "list: 点位\ncolumns: { 名称: text 1..20, 分值: int 0..1000 }\nrows:\n" + "".join(
    f"  - {{ 名称: 点位{n}, 分值: {n} }}\n" for n in range(MANY)
)
PARENT = """
flow: parent
title: 普查
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  逐点: { each: 点位, run: point, unit: 本件.单位, with: { 名称: 各.名称, 分值: 各.分值 } }
  汇总: { do: { set: { 合计: sum(逐点.得分), 最高: max(逐点.得分、0), 几件: count(逐点) } } }
"""
CHILD = """
flow: point
title: 一个点位
start: { form: { 名称: text 1..20, 分值: int 0..1000 } }
steps:
  算: { do: { set: { 得分: 分值 * 2, 加倍: 分值 * 2 } } }
"""
SLOW = CHILD.replace("  算:", "  看: { review: 站.审核员 }\n  算:")


async def held(here: House, item: str) -> Held:
    return (await load.batch(here.engine.database, here.tenant, [item])).items[item]


async def wait_for(here: House, item: str, state: str, seconds: float = 60) -> Held:
    found = await held(here, item)
    for _ in range(int(seconds * 20)):
        if found.item.state == state:
            return found
        await asyncio.sleep(0.05)
        found = await held(here, item)
    raise AssertionError(f"{item} never comes to {state}; it is {found.item.state}")


async def test_five_hundred_items_are_counted_by_one_run_though_backends_die(database: Any) -> None:
    """Two engines, and every now and then all their connections are cut: each item is begun once and counted once."""
    async with house(database.app_url, flows=(LIST, CHILD, PARENT), orphan_seconds=0.5) as here:
        second = await Database.open(database.app_url)
        bots = [Bot(here.tenant, "memory", Network())]
        async with Engine.open(settings(orphan_seconds=0.5), second, bots, keys=Keys(SECRET)):
            begun = await here.do("submit", "报", flow="parent", form={"标题": "普查"})
            assert isinstance(begun, Answer)
            superuser = await asyncpg.connect(database.superuser_url)
            try:
                for _ in range(4):
                    await asyncio.sleep(random.uniform(0.1, 0.4))
                    await superuser.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where application_name = 'guankou' and datname = current_database()"
                    )
                done = await wait_for(here, begun.item, "done")
                item = done.item
                assert item.results["逐点"].ayes == MANY
                assert await children.count(here.engine.database, here.tenant, item.id, "逐点", 1) == (MANY, MANY)
                kept = {name: value["value"] for name, value in item.names.items()}
                assert kept == {"合计": MANY * (MANY - 1), "最高": 2 * (MANY - 1), "几件": MANY}
                assert done.size < 4000, "the parent holds none of them"
                await here.settled()
                await assert_sound(here.engine, superuser, here.tenant)
            finally:
                await superuser.close()
        await second.close()
        await here.audit()


async def test_what_is_under_way_is_cancelled_with_its_parent(database: Any) -> None:
    async with house(database.app_url, flows=(LIST, SLOW, PARENT)) as here:
        begun = await here.do("submit", "报", flow="parent", form={"标题": "普查"})
        assert isinstance(begun, Answer)
        shown = card(await here.engine.read.item(here.tenant, here.people["管"], begun.code))  # type: ignore[arg-type]
        assert f"/{MANY} 件已结束" in dict(shown.facts)["逐点"]
        # While they are still beginning: some are there, some are not, and none may be left behind.
        ended = await here.do("terminate", "管", begun.item, comment="不查了")
        assert isinstance(ended, Answer)
        await here.settled()
        async with asyncio.timeout(60):
            while True:
                there, over = await children.count(here.engine.database, here.tenant, begun.item, "逐点", 1)
                if there == over and here.engine.queue.empty:
                    break
                await asyncio.sleep(0.05)
        found = await children.rows(here.engine.database, here.tenant, begun.item, "逐点", 1)
        assert {item.state for item in found} <= {"cancelled"}
        await here.audit()


async def test_an_item_that_could_not_begin_begins_when_an_administrator_retries(database: Any) -> None:
    async with house(database.app_url, flows=(LIST.replace(f"点位{MANY - 1},", "末,"), PARENT)) as here:
        begun = await here.do("submit", "报", flow="parent", form={"标题": "普查"})
        assert isinstance(begun, Answer)
        stuck = await wait_for(here, begun.item, "suspended")
        assert stuck.item.pause is not None
        assert stuck.item.pause.reason == "run"
        assert "point" in stuck.item.pause.detail[0]
        applied = await here.engine.apply([Source("point.yaml", CHILD.encode())])
        assert applied.ok, applied.findings
        await here.settled()
        assert isinstance(await here.do("retry", "管", begun.item, comment="流程发布了"), Answer)
        done = await wait_for(here, begun.item, "done")
        assert done.item.results["逐点"].ayes == MANY
        await here.audit()


RANKED = """
flow: parent
title: 测评
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  逐点:
    each: 点位
    steps:
      查: { run: point, unit: 本件.单位, with: { 名称: 各.名称, 分值: 各.分值 } }
      算: { do: { set: { 总分: 查.得分 + 1 if has(查) else 0 } } }
  排名: { rank: 逐点, score: 各.总分, need: 1 }
  再查: { each: 排名, where: 各.入选, run: point, with: { 名称: “头名”, 分值: 各.名次 } }
  汇总: { do: { set: { 头名: sum(再查.加倍), 编号数: count(再查) } } }
"""


async def test_what_a_child_came_to_is_looked_up_wherever_a_value_asks(database: Any) -> None:
    few = "list: 点位\ncolumns: { 名称: text 1..20, 分值: int 0..1000 }\nrows:\n" + "".join(
        f"  - {{ 名称: 点位{n}, 分值: {n} }}\n" for n in (3, 9, 5)
    )
    async with house(database.app_url, flows=(few, CHILD, RANKED)) as here:
        begun = await here.do("submit", "报", flow="parent", form={"标题": "测评"})
        assert isinstance(begun, Answer)
        item = (await wait_for(here, begun.item, "done")).item
        totals = [run["总分"]["value"] for run in (dict(item.results[f"逐点/{n}"].extra) for n in (1, 2, 3))]
        assert totals == [7, 19, 11]
        assert [line.origin for line in item.results["排名"].rows][:1] == ["点位/点位9"]
        assert {name: kept["value"] for name, kept in item.names.items()} == {"头名": 2, "编号数": 1}
        [child] = await children.rows(here.engine.database, here.tenant, item.id, "再查", 1)
        assert child.parent is not None
        assert (child.parent.origin, child.submitter) == ("点位/点位9", "system")
        view = card(await here.engine.read.item(here.tenant, here.people["管"], child.code))  # type: ignore[arg-type]
        assert item.code in dict(view.facts)["由此开出"]
        await here.audit()

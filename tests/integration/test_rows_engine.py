"""Bids, a return of one of them, a ranking and a draw on PostgreSQL: shown to people, audited, and repeatable by anybody from the log."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from tests.integration.rig import House, card, house
from workflow.domain import event as e
from workflow.domain import lots
from workflow.domain.command import Answer
from workflow.domain.fold import step_path
from workflow.journal import canonical
from workflow.store import listings, load
from workflow.store.pool import Database

FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 预算: money } }
steps:
  征集: { collect: [站.审核员, 所.审核员], need: all, form: { 名称: text 2..40, 额: money } }
  查: { each: 征集, check: 中心.管理员, items: [齐], back: 各.提交人, reject: continue }
  排: { rank: 查, score: -各.额, within: sum(各.额) <= 预算 }
  抽: { draw: 排, need: 2 }
  看: { review: 中心.管理员, form: { 中意: one 排 where 各.入选 } }
"""


async def done(here: House, verb: str, actor: str, item: str, **args: Any) -> None:
    outcome = await here.do(verb, actor, item, **args)
    assert isinstance(outcome, Answer), outcome


async def facts(here: House, pool: Database, item: str) -> list[e.Fact]:
    return [fact for row in await listings.events(pool, here.tenant, item) for fact in canonical.event(row.body).facts]


async def test_a_draw_of_what_was_ranked_of_what_people_gave(database: Any) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(house(database.app_url, flows=(FLOW,)))
        pool = await Database.open(database.app_url, size=2)
        stack.push_async_callback(pool.close)
        begun = await here.do("submit", "报", flow="walk", form={"标题": "微创投", "预算": "700"})
        assert isinstance(begun, Answer), begun
        for who, name, amount in (("甲", "楼顶花园", "500"), ("乙", "银龄午餐", "300"), ("丙", "手语课堂", "200")):
            await done(here, "answer", who, begun.item, answers={"名称": name, "额": amount})
        await done(
            here, "return", "管", begun.item, task=[await owed(here, pool, begun.item, "查/2"), 1], comment="金额写错了"
        )
        await done(here, "answer", "乙", begun.item, answers={"名称": "银龄午餐", "额": "350"})
        for row, round_ in ((1, 1), (2, 2), (3, 1)):
            task = [await owed(here, pool, begun.item, f"查/{row}"), round_]
            await done(here, "approve", "管", begun.item, task=task, marks={"齐": "pass"})
        told = await facts(here, pool, begun.item)
        [said] = [one for one in told if isinstance(one, e.Committed)]
        [drawn] = [one for one in told if isinstance(one, e.Drawn)]
        assert told.index(said) == 1, "said in the item's first event, before anything is known"
        assert lots.wrong(drawn.seed, 1, dict(said.seeds)["抽"], "抽", drawn.pool, drawn.drawn) == ""
        await here.settled()
        shown = dict(card(here.chat("管")[-1].view).facts)
        assert shown["名次"].split("\n") == [
            "1. 手语课堂 -200.00 元 · 入选", "2. 银龄午餐 -350.00 元 · 入选", "3. 楼顶花园 -500.00 元",
        ]  # fmt: skip
        assert len(shown["抽中"].split("\n")) == 2
        await done(here, "approve", "理", begun.item, answers={"中意": "2"})
        found = await load.batch(pool, here.tenant, [begun.item])
        assert dict(found.items[begun.item].item.results["看"].answers) == {"中意": "征集/2"}
        await here.audit()


async def owed(here: House, pool: Database, item: str, path: str) -> int:
    """The number of the task that 管 has at a row."""
    found = (await load.batch(pool, here.tenant, [item])).items[item].item
    run = next(one for one in found.runs.values() if step_path(one) == path)
    return next(task.no for task in run.tasks.values() if task.person == here.people["管"])

"""Many answers to one open `collect`: people who answer for themselves, and coordinators who write down what others told them."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from tests.bench.ground import accept, entry_of, hand, opened
from workflow.domain.command import Answer, Command
from workflow.domain.item import Item
from workflow.engine.apply import Source
from workflow.engine.engine import Engine
from workflow.store import answers as kept
from workflow.store.embedded import EmbeddedServer

ORGANISATION = """
organisation: quarter
title: 街道
tenant: quarter
tiers: [站]
roles: [协调员, 管理员]
units: {{ 甲站: {{ tier: 站 }} }}
people:
  提: {{ roles: [甲站.协调员] }}
  管: {{ roles: [甲站.管理员] }}
{people}
"""
FLOW = """
flow: survey
title: 满意度调查
start: {{ by: 站.协调员, form: {{ 标题: text 2..40 }} }}
steps:
  问卷: {{ collect: anyone, need: {count}, form: {{ 知晓: bool, 满意度: stars 5, 意见?: text 2..200 }} }}
"""
MOST_PEOPLE = 2000
"""So many have accounts; what the others say is written down by telephone."""
TOGETHER = 1000
"""Commands accepted in one statement."""
ITEM, FIRST = "00000004-0000-7000-8000-000000000001", "00000005-0000-7000-8000-{:012x}"


async def answers(running: EmbeddedServer, count: int) -> float:
    """Seconds from the first of so many answers handed to `handle` to the commit that finds them enough and ends the item."""
    async with opened(running.app_url) as engine:
        tenant, coordinator, people = await _quarter(engine, count)
        begun = Command(
            FIRST.format(0), tenant, ITEM, "submit", coordinator, "web", {"flow": "survey", "form": {"标题": "春季"}}
        )
        assert isinstance(await engine.perform(begun), Answer)
        given = [_answer(no, tenant, coordinator, people) for no in range(1, count + 1)]
        for first in range(0, count, TOGETHER):
            await accept(engine, given[first : first + TOGETHER])
        entries = [entry_of(one) for one in given]
        began = monotonic()
        outcomes = await asyncio.gather(*(hand(engine, tenant, one) for one in entries))
        await _ended(engine, tenant, coordinator)
        took = monotonic() - began
        there = await kept.count(engine.database, tenant, ITEM, "问卷", 1)
        item = await engine.read.find(tenant, coordinator, ITEM)
    wrong = [one for one in outcomes if not isinstance(one, Answer)]
    assert not wrong, wrong[:3]
    assert there == count, there
    assert isinstance(item, Item), item
    assert item.version == 2, "begun and ended, however many answered"
    return took


def _answer(no: int, tenant: str, coordinator: str, people: list[str]) -> Command:
    said: dict[str, Any] = {"知晓": "是" if no % 3 else "否", "满意度": str(1 + no % 5)}
    args: dict[str, Any] = {"answers": said if no % 4 else {**said, "意见": f"第{no}户：楼道的灯不亮"}}
    if no <= len(people):
        return Command(FIRST.format(no), tenant, ITEM, "answer", people[no - 1], "web", args)
    spoken = {"channel": "phone", "respondent": f"住户{no}"}
    return Command(FIRST.format(no), tenant, ITEM, "answer", coordinator, "web", {**args, **spoken})


async def _ended(engine: Engine, tenant: str, coordinator: str) -> None:
    while True:
        item = await engine.read.find(tenant, coordinator, ITEM)
        if isinstance(item, Item) and item.ended is not None:
            return
        await asyncio.sleep(0.005)


async def _quarter(engine: Engine, count: int) -> tuple[str, str, list[str]]:
    people = "\n".join(f"  户{n}: {{}}" for n in range(min(count, MOST_PEOPLE)))
    sources = [
        Source("quarter.yaml", ORGANISATION.format(people=people).encode()),
        Source("survey.yaml", FLOW.format(count=count).encode()),
    ]
    applied = await engine.apply(sources)
    assert applied.ok, (applied.problem, applied.findings[:3])
    organisation = await engine.read.organisation(applied.tenant)
    ids = {person.key: person.id for person in organisation.people}
    return applied.tenant, ids["提"], [ids[key] for key in ids if key.startswith("户")]

"""Many votes on one item: a review that needs all of its holders, each of whom has a chat and says yes at once."""

from __future__ import annotations

import asyncio
from time import monotonic

import asyncpg

from tests.bench.ground import accept, entry_of, hand, opened
from workflow.domain.command import Answer, Command
from workflow.engine.apply import Source
from workflow.engine.engine import Engine
from workflow.store.embedded import SUPERUSER, EmbeddedServer

ORGANISATION = """
organisation: council
title: 议事会
tenant: council
tiers: [中心]
roles: [协调员, 审核员, 管理员]
units: {{ 中心甲: {{ tier: 中心 }} }}
people:
  提: {{ name: 提案人, roles: [中心甲.协调员] }}
  管: {{ name: 管理人, roles: [中心甲.管理员] }}
{people}
"""
FLOW = """
flow: council
title: 众人会签
start: { by: 中心.协调员, form: { 标题: text 2..40 } }
steps:
  会签: { review: 中心.审核员, need: all }
"""
SEAT = """
with seated as (
    insert into chat (tenant_id, bot, external_id)
    select tenant_id, 'web', person_id::text from person where tenant_id = $1 returning tenant_id, chat_id, external_id
)
insert into account (tenant_id, bot, external_id, person_id, chat_id, linked_at)
select tenant_id, 'web', external_id, external_id::uuid, chat_id, now() from seated
"""
ITEM, FIRST = "00000002-0000-7000-8000-000000000001", "00000003-0000-7000-8000-{:012x}"


async def votes(running: EmbeddedServer, count: int) -> float:
    """Seconds from the first of so many votes handed to `handle` to the commit of the last, which ends the item."""
    async with opened(running.app_url) as engine:
        tenant, submitter, holders = await _council(engine, running, count)
        begun = Command(
            FIRST.format(0), tenant, ITEM, "submit", submitter, "web", {"flow": "council", "form": {"标题": "公约"}}
        )
        assert isinstance(await engine.perform(begun), Answer)
        ballots = [
            Command(FIRST.format(no), tenant, ITEM, "approve", person, "web", {"task": (no, 1)})
            for no, person in enumerate(holders, 1)
        ]
        await accept(engine, ballots)
        entries = [entry_of(one) for one in ballots]
        began = monotonic()
        outcomes = await asyncio.gather(*(hand(engine, tenant, one) for one in entries))
        took = monotonic() - began
    assert all(isinstance(one, Answer) for one in outcomes), [one for one in outcomes if not isinstance(one, Answer)][
        :3
    ]
    assert sum(one.state == "done" for one in outcomes if isinstance(one, Answer)) == 1
    return took


async def _council(engine: Engine, running: EmbeddedServer, count: int) -> tuple[str, str, list[str]]:
    people = "\n".join(f"  票{n}: {{ roles: [中心甲.审核员] }}" for n in range(count))
    text = ORGANISATION.format(people=people)
    applied = await engine.apply([Source("council.yaml", text.encode()), Source("council.yaml", FLOW.encode())])
    assert applied.ok, applied
    connection = await asyncpg.connect(running.url(SUPERUSER))
    try:
        await connection.execute(SEAT, applied.tenant)
    finally:
        await connection.close()
    organisation = await engine.read.organisation(applied.tenant)
    ids = {person.key: person.id for person in organisation.people}
    holders = [person.id for person in organisation.people if person.key.startswith("票")]
    return applied.tenant, ids["提"], holders

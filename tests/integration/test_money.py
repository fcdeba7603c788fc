"""Money, counts, reports and lists on PostgreSQL: concurrent payers of one pool, an audit that recomputes every account, a rebuild that mends one."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.integration.rig import SECRET, House, all_settled, card, house, settings
from tests.integration.sound import superuser
from workflow.cli.counting import rolled_up
from workflow.domain import ledger as names
from workflow.domain.command import Answer
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.engine.ledger import Ledger, LedgerError
from workflow.store import audit
from workflow.store import ledger as rows
from workflow.store.pool import Database

LISTED = """
list: 名册
columns: { 名称: text 1..40, 类别: [甲类, 乙类], 数额?: money }
rows: [ { 名称: 旧的, 类别: 乙类 } ]
"""
FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  冻结: { do: { hold: 公益币, amount: 3, from: 中心.池 } }
  初审: { review: 站.审核员 }
  结算:
    do:
      - { pay: 公益币, amount: 2, from: 中心.池, to: 初审.办理人 }
      - { count: { 场次: 1, 人次: 人数 } }
      - { add: 名册, with: { 名称: 标题, 类别: 甲类, 数额: 人数 } }
      - { report: { 场次: 场次, 人均: 人次 / 场次 }, per: 站, last: 本月, to: 中心.管理员 }
"""
POOL = names.balance("公益币", "东中心.池")
MANY, POOLED = 14, 30_00


async def verified(here: House, database: Database) -> audit.Verdict:
    definitions = here.engine.definitions
    return await audit.verify(database, here.tenant, definitions.lifecycles(here.tenant))


async def credit(ledger: Ledger, here: House) -> None:
    """An administrator's credit, once for one command; what is refused changes nothing."""
    root, command = here.people["管"], str(uuid4())
    for _ in range(2):
        after = await ledger.credit(here.tenant, root, "公益币", "东中心.池", POOLED, "年初拨付", command=command)
        assert (after.balance, after.held) == (POOLED, 0)
    for wrong in (
        ledger.credit(here.tenant, here.people["甲"], "公益币", "东中心.池", 1, "不行", command=str(uuid4())),
        ledger.credit(here.tenant, root, "公益币", "东中心.迟", 1, "写错了", command=str(uuid4())),
        ledger.credit(here.tenant, root, "公益币", "东中心.池", -POOLED - 1, "太多了", command=str(uuid4())),
    ):
        with pytest.raises(LedgerError):
            await wrong


async def tampered(here: House, pool: Database, database: Any) -> None:
    """The log says what every account has; a counter that was tampered with is found, and mended from the log."""
    verdict = await verified(here, pool)
    assert verdict.verified, verdict.first_bad
    async with superuser(database.superuser_url) as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("update counter set value = -1 where name = $1", POOL)
        await connection.execute("update counter set value = value + 1 where name = $1", POOL)
    bad = (await verified(here, pool)).first_bad
    assert POOL in bad
    assert "801" in bad
    assert "800" in bad
    owner = await Database.open(database.owner_url, size=1)
    await audit.rebuild(owner, here.tenant, here.engine.definitions.lifecycles(here.tenant))
    await owner.close()
    assert (await verified(here, pool)).verified


async def test_concurrent_payers_of_one_pool(database: Any) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(house(database.app_url, flows=(LISTED, FLOW)))
        pool = await Database.open(database.app_url, size=2)
        stack.push_async_callback(pool.close)
        other = await stack.enter_async_context(
            Engine.open(settings(), pool, [Bot(here.tenant, "memory", here.network)], keys=Keys(SECRET))
        )
        beside = House(other, here.tenant, here.network, here.people)
        ledger = Ledger(pool, here.engine.definitions)

        await credit(ledger, here)
        found = await asyncio.gather(*((here, beside)[n % 2].submit(f"第{n}件", people=n + 1) for n in range(MANY)))
        running = [one for one in found if one.state == "running"]
        assert len(running) == 10
        assert {one.state for one in found} == {"running", "rejected"}
        held = names.held("公益币", "东中心.池")
        assert await rows.balances(pool, here.tenant) == {POOL: 0, held: 30_00}

        voted = await asyncio.gather(
            *((here, beside)[n % 2].do("approve", "甲", one.item) for n, one in enumerate(running))
        )
        assert {one.state for one in voted if isinstance(one, Answer)} == {"done"}
        mine = names.balance("公益币", here.people["甲"])
        assert await rows.balances(pool, here.tenant) == {POOL: 10_00, held: 0, mine: 20_00}

        # what was counted, and where it comes from
        organisation = await here.engine.read.organisation(here.tenant)
        sums = await rows.counted(pool, here.tenant, None, "0001-01-01", "9999-12-31")
        lines = {(one.name, one.unit): one.n for one in rolled_up(sums, organisation)}
        people = sum(found.index(one) + 1 for one in running)
        assert lines == {
            (name, unit): n for name, n in (("场次", 10), ("人次", people)) for unit in ("东中心", "东所", "东站")
        }  # fmt: skip
        traced = [one.code async for one in rows.mentioning(pool, here.tenant, ['"fact":"counted"', '"场次"'])]
        assert sorted(traced) == sorted(one.code for one in running)

        # the list has the words themselves; who is told of the sums reads them
        listed = organisation.list_named("名册")
        assert listed is not None
        assert {row[0] for row in listed.rows} == {"旧的", *(f"第{found.index(one)}件" for one in running)}
        assert all(row[1:] == ("甲类", int(row[0][1:-1]) * 100 + 100) for row in listed.rows if row[0] != "旧的")
        last = await here.submit("末件", people=5)
        await here.do("approve", "甲", last.item)
        await all_settled([beside, here])
        texts = [card(said.view).text for said in here.chat("管") if "报送" in getattr(said.view, "text", "")]
        assert len(texts) == 11
        mean = f"{(people + 5) / 11:.9f}".rstrip("0").rstrip(".")
        assert f"东站：场次 11、人均 {mean}" in [line for text in texts for line in text.splitlines()]
        moves = [one async for one in ledger.movements(here.tenant, "东中心.池")]
        assert sum(one.amount for one in moves) == 8_00
        assert {one.what for one in moves} == {"credit", "held", "released"}

        await tampered(here, pool, database)

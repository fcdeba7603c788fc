"""What a process remembers is never trusted: a decision on it is guarded by the commit, and a refusal is looked at anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.rig import House, all_settled, house
from tests.integration.sound import assert_sound, histories, refused, superuser
from tests.integration.test_answers import FLOW as SURVEY
from tests.integration.test_answers import said
from tests.integration.test_concurrency import FLOW, begun, beside
from workflow.domain.command import Answer
from workflow.domain.event import Timed, Voted
from workflow.store import clock, load


@pytest.fixture
async def two(database: Any) -> AsyncIterator[list[House]]:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(house(database.app_url, flows=(FLOW, SURVEY)))
        yield [here, *await beside(stack, here, database.app_url, 1)]


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


async def noted(here: House, item: str) -> None:
    assert isinstance(await here.do("comment", "报", item, comment="再看看"), Answer)


async def test_what_is_remembered_is_not_read_again(two: list[House], monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = two
    [item] = await begun(here, 1)
    read, asked = load.batch, list[Any]()

    async def batch(*args: Any, **named: Any) -> Any:
        asked.extend(args[2] if "known" in named else ())  # so a round asks, and no other part
        return await read(*args, **named)

    monkeypatch.setattr(load, "batch", batch)
    assert isinstance(await here.do("approve", "甲", item.item), Answer)
    assert asked == []
    await noted(there, item.item)
    assert asked == [item.item], "the other process has yet to see it"


async def test_a_refusal_of_what_was_true_a_moment_ago_is_looked_at_anew(two: list[House], root: Any) -> None:
    here, there = two
    [item] = await begun(here, 1)
    await noted(there, item.item)
    assert isinstance(await here.do("approve", "甲", item.item), Answer)
    assert isinstance(await there.do("approve", "乙", item.item), Answer), "it remembers the step before, and looks"
    refused(await here.do("approve", "乙", item.item), "ended")
    await all_settled(two)
    await assert_sound(here.engine, root, here.tenant)


async def test_who_decided_on_what_is_no_longer_so_decides_again_and_then_asks_first(
    two: list[House], root: Any
) -> None:
    here, there = two
    [item] = await begun(here, 1)
    for _ in range(3):
        await noted(there, item.item)
        await noted(here, item.item)
    assert here.engine.handle.figures.losers <= 1, "for a while nothing is decided on what others write as well"
    assert there.engine.handle.figures.losers == 1
    await all_settled(two)
    items = await assert_sound(here.engine, root, here.tenant)
    assert items[item.item].version == 7


async def test_a_clock_that_was_moved_meanwhile_is_not_taken_for_the_old_one(two: list[House], root: Any) -> None:
    here, there = two
    [item] = await begun(here, 1)
    await noted(there, item.item)
    async with here.engine.database.transaction() as session:
        assert await clock.shift(session, here.tenant, timedelta(days=3))
    assert isinstance(await there.do("comment", "报", item.item, comment="晚了"), Answer)
    await all_settled(two)
    facts = [fact for event in (await histories(root, here.tenant))[item.item] for fact in event.facts]
    assert any(isinstance(fact, Timed) for fact in facts), "time went first"
    assert not any(isinstance(fact, Voted) for fact in facts)


async def test_a_clock_that_was_moved_is_seen_though_somebody_looked_at_the_organisation(
    two: list[House], root: Any
) -> None:
    here, there = two
    [item] = await begun(here, 1)
    await noted(there, item.item)
    async with here.engine.database.transaction() as session:
        assert await clock.shift(session, here.tenant, timedelta(days=3))
    await there.engine.read.organisation(there.tenant)
    await noted(there, item.item)
    await all_settled(two)
    facts = [fact for event in (await histories(root, here.tenant))[item.item] for fact in event.facts]
    assert any(isinstance(fact, Timed) for fact in facts), "time went first"


async def test_an_answer_to_what_was_changed_elsewhere_loses_once(two: list[House], root: Any) -> None:
    here, there = two
    made = await here.do("submit", "报", flow="survey", form={"标题": "春季摸底", "要几份": 50})
    assert isinstance(made, Answer)
    assert isinstance(await said(there, made.item, "乙", 3), Answer)
    await noted(here, made.item)
    lost = there.engine.handle.figures.losers
    assert isinstance(await said(there, made.item, "外", 3), Answer)
    assert there.engine.handle.figures.losers <= lost + 1, "who lost reads what is there"
    await all_settled(two)
    await assert_sound(here.engine, root, here.tenant)


async def test_what_is_heard_late_takes_no_time_back(two: list[House], root: Any) -> None:
    """A commit that waited long says when it began: that is no moment any more when it is heard."""
    here, _ = two
    slow, quick = await begun(here, 2)
    await all_settled(two)
    held = root.transaction()
    await held.start()
    await root.execute("select from item where item_id = $1 for update", slow.item)
    waiting = asyncio.create_task(here.do("comment", "报", slow.item, comment="慢"))
    await asyncio.sleep(1.3)
    await noted(here, quick.item)
    await held.rollback()
    assert isinstance(await waiting, Answer)
    before = await clock.now(here.engine.database, here.tenant)
    await noted(here, quick.item)
    await all_settled(two)
    await assert_sound(here.engine, root, here.tenant)
    assert (await histories(root, here.tenant))[quick.item][-1].at >= before


async def test_nothing_is_decided_before_it_was_accepted(two: list[House], root: Any) -> None:
    here, _ = two
    [item] = await begun(here, 1)
    for _ in range(20):
        await noted(here, item.item)
    early = await root.fetch(
        "select from event e join command c on c.tenant_id = e.tenant_id and"
        " c.command_id = (convert_from(e.body, 'UTF8')::jsonb ->> 'command')::uuid"
        " where e.stream_id = $1 and e.at < c.accepted_at and e.version > 1",
        item.item,
    )
    assert early == []


async def test_an_answer_is_not_older_than_the_one_it_replaces(two: list[House], root: Any) -> None:
    here, there = two
    made = await here.do("submit", "报", flow="survey", form={"标题": "春季摸底", "要几份": 50})
    assert isinstance(made, Answer)
    for no in range(12):
        assert isinstance(await said((here, there)[no % 3 == 0], made.item, "乙", 1 + no % 5), Answer)
    moments = await root.fetch(
        "select e.at from event e join stream s on s.tenant_id = e.tenant_id and s.stream_id = e.stream_id"
        " where s.kind = 'answer' order by e.version"
    )
    assert len(moments) == 12
    assert moments == sorted(moments)


async def test_the_events_of_an_item_keep_their_order_in_time_whoever_writes_them(two: list[House], root: Any) -> None:
    here, there = two
    [item] = await begun(here, 1)
    for no in range(30):
        await noted((here, there)[no % 3 == 0], item.item)
    await all_settled(two)
    assert (await assert_sound(here.engine, root, here.tenant))[item.item].version == 31

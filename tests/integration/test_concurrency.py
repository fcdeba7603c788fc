"""Many at once on one thing: twenty engines and one button, two reviewers, a vote against a withdrawal; what is told is what happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.rig import SECRET, House, all_settled, choices, house, labels, settings
from tests.integration.sound import assert_sound, histories, refused, superuser
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.event import Voted
from workflow.domain.item import Item
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.engine.outcomes import Outcome
from workflow.ports import Pressed
from workflow.store import clock
from workflow.store.pool import Database

FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员, due: 1天 }
  复审: { review: 所.审核员, need: 1, back: [提交人, 初审] }
  编号: { do: [ { number: { 项目编号: DX-<0001 每年> } } ] }
"""
TOGETHER = """
flow: together
title: 会签
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  会签: { review: 所.审核员, need: all }
"""
MANY = 20


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW, TOGETHER)) as opened:
        yield opened


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


async def beside(stack: AsyncExitStack, here: House, url: str, count: int) -> list[House]:
    """Further engines, as other processes would have them: a pool of their own, and the same network behind them."""
    houses = []
    for _ in range(count):
        database = await Database.open(url, size=2)
        stack.push_async_callback(database.close)
        bot = Bot(here.tenant, "memory", here.network)
        engine = await stack.enter_async_context(Engine.open(settings(), database, [bot], keys=Keys(SECRET)))
        houses.append(House(engine, here.tenant, here.network, here.people))
    return houses


@pytest.fixture
async def two(here: House, database: Any) -> AsyncIterator[list[House]]:
    async with AsyncExitStack() as stack:
        yield [here, *await beside(stack, here, database.app_url, 1)]


@pytest.fixture
async def twenty(here: House, database: Any) -> AsyncIterator[list[House]]:
    async with AsyncExitStack() as stack:
        yield [here, *await beside(stack, here, database.app_url, MANY - 1)]


async def begun(here: House, count: int, flow: str = "walk", upto: str = "") -> list[Answer]:
    """So many items, each approved by 甲 already where `upto` is the second step."""
    form = {"标题": "我的中国心", "人数": 80}
    items = await asyncio.gather(*(here.do("submit", "报", flow=flow, form=form) for _ in range(count)))
    if upto:
        await asyncio.gather(*(here.do("approve", "甲", one.item) for one in items if isinstance(one, Answer)))
    return [one for one in items if isinstance(one, Answer)]


async def at_once(*commands: Awaitable[Outcome]) -> list[Outcome]:
    return list(await asyncio.gather(*commands))


async def task_of(here: House, item: str, who: str) -> list[int]:
    """What the button on somebody's prompt names: their open task, and its round."""
    found = await here.engine.read.find(here.tenant, here.people["报"], item)
    assert isinstance(found, Item)
    return next(
        [task.no, run.round] for run in found.runs.values() for task in run.tasks.values()
        if task.person == here.people[who] and task.state == "open"
    )  # fmt: skip


def won(outcomes: Sequence[Outcome]) -> list[Answer]:
    return [one for one in outcomes if isinstance(one, Answer)]


def lost(outcomes: Sequence[Outcome]) -> list[Refused]:
    return [one for one in outcomes if isinstance(one, Refused)]


# ------------------------------------------------------------------------------------------------ one prompt, twenty clients


async def test_one_update_that_arrives_at_twenty_engines_is_pressed_once(twenty: list[House], root: Any) -> None:
    here = twenty[0]
    [item] = await begun(here, 1)
    await all_settled(twenty)
    [prompt] = here.chat("甲")
    toasts = len(here.network.toasts)
    await asyncio.gather(*(one.press("甲", "通过", source="the same update") for one in twenty))
    await all_settled(twenty)
    items = await assert_sound(here.engine, root, here.tenant)
    assert items[item.item].version == 2
    assert len(here.network.toasts) == toasts + 1, "it is acknowledged by whoever took it"
    assert len(here.chat("甲")) == 1
    assert "通过" not in labels(prompt.view)


async def test_twenty_presses_of_one_button_are_one_decision_and_nineteen_answers(
    twenty: list[House], root: Any
) -> None:
    here = twenty[0]
    [item] = await begun(here, 1)
    await all_settled(twenty)
    [prompt] = here.chat("甲")
    toasts = len(here.network.toasts)
    token = next(choice.token for choice in choices(prompt.view) if choice.label == "通过")
    pressed = Pressed(here.people["甲"], here.people["甲"], token, message=prompt.ref, handle="h")
    await asyncio.gather(*(one.say("甲", pressed) for one in twenty))
    await all_settled(twenty)
    items = await assert_sound(here.engine, root, here.tenant)
    assert items[item.item].version == 2
    told = here.network.toasts[toasts:]
    assert len(told) == MANY, "nobody is left without an answer"
    late = [one for one in told if "张甲" in one]
    assert len(late) == MANY - 1, "who came too late reads by whom it was decided"
    assert sum(one.engine.handle.figures.decisions for one in twenty) == 2
    assert {len(here.chat(who)) for who in ("乙", "丙")} == {1}, "the next step is asked once"


async def test_twenty_commands_of_one_task_are_one_vote(twenty: list[House], root: Any) -> None:
    """With the task that the button names: `decided` where that ended the step, `voted` where others are still to vote."""
    here = twenty[0]
    for flow, who, reason in (("walk", "甲", "decided"), ("together", "乙", "voted")):
        [item] = await begun(here, 1, flow)
        task = await task_of(here, item.item, who)
        outcomes = await at_once(*(one.do("approve", who, item.item, task=task) for one in twenty))
        assert len(won(outcomes)) == 1
        assert Counter(one.reason for one in lost(outcomes)) == {reason: MANY - 1}
        for one in lost(outcomes):
            assert one.facts["by"] == [here.people["甲"]] if reason == "decided" else one.facts["choice"] == "approve"
    await all_settled(twenty)
    await assert_sound(here.engine, root, here.tenant)


async def test_one_command_id_at_twenty_engines_has_one_answer(twenty: list[House], root: Any) -> None:
    here = twenty[0]
    one = str(uuid4())
    form = {"标题": "只有一次", "人数": 1}
    made = await at_once(*(which.do("submit", "报", id=one, flow="walk", form=form) for which in twenty))
    assert made == [made[0]] * MANY
    assert isinstance(made[0], Answer)
    vote = Command(str(uuid4()), here.tenant, made[0].item, "approve", here.people["甲"], "api")
    outcomes = await at_once(*(which.engine.perform(vote) for which in twenty))
    assert outcomes == [outcomes[0]] * MANY
    assert isinstance(outcomes[0], Answer)
    items = await assert_sound(here.engine, root, here.tenant)
    assert [item.version for item in items.values()] == [2]


# ------------------------------------------------------------------------------------------------ two against each other


async def both_ways(
    two: list[House], items: Sequence[Answer], one: tuple[str, str], other: tuple[str, str]
) -> list[tuple[Outcome, Outcome]]:
    """Both acts on each item at the same time, each on its own engine, now the one first, now the other."""
    here, there = two
    pending = []
    for n, item in enumerate(items):
        task = {who: await task_of(here, item.item, who) for _, who in (one, other) if who != "报"}
        args: list[dict[str, Any]] = [{"task": task[who]} if who in task else {} for _, who in (one, other)]
        first = (here if n % 2 else there).do(one[0], one[1], item.item, comment="理由", **args[0])
        second = (there if n % 2 else here).do(other[0], other[1], item.item, comment="理由", **args[1])
        pending.append((first, second) if n % 3 else (second, first))
    flat = await at_once(*(act for pair in pending for act in pair))
    pairs = list(zip(flat[::2], flat[1::2], strict=True))
    return [pair if n % 3 else (pair[1], pair[0]) for n, pair in enumerate(pairs)]


async def test_two_reviewers_at_once_one_decides_and_the_other_is_told_by_whom(two: list[House], root: Any) -> None:
    here = two[0]
    items = await begun(here, MANY, upto="复审")
    for one, other in await both_ways(two, items, ("approve", "乙"), ("approve", "丙")):
        assert {isinstance(one, Answer), isinstance(other, Answer)} == {True, False}
        loser, winner = (one, "丙") if isinstance(one, Refused) else (other, "乙")
        assert isinstance(loser, Refused)
        assert (loser.reason, loser.facts["by"]) == ("decided", [here.people[winner]])
    await all_settled(two)
    found = await assert_sound(here.engine, root, here.tenant)
    assert {item.state for item in found.values()} == {"done"}


async def test_approve_against_reject_the_first_decides(two: list[House], root: Any) -> None:
    items = await begun(two[0], MANY, upto="复审")
    pairs = await both_ways(two, items, ("approve", "乙"), ("reject", "丙"))
    await all_settled(two)
    found = await assert_sound(two[0].engine, root, two[0].tenant)
    for item, (approved, rejected) in zip(items, pairs, strict=True):
        assert isinstance(approved, Answer) != isinstance(rejected, Answer)
        assert found[item.item].state == ("done" if isinstance(approved, Answer) else "rejected")
        [said] = lost([approved, rejected])
        assert said.reason == "decided"
        assert said.facts["result"] == ("approved" if isinstance(approved, Answer) else "rejected")


async def test_where_all_must_approve_a_rejection_wins_whoever_was_first(two: list[House], root: Any) -> None:
    items = await begun(two[0], MANY, "together")
    pairs = await both_ways(two, items, ("approve", "乙"), ("reject", "丙"))
    await all_settled(two)
    found = await assert_sound(two[0].engine, root, two[0].tenant)
    for item, (approved, rejected) in zip(items, pairs, strict=True):
        assert isinstance(rejected, Answer)
        assert found[item.item].state == "rejected"
        if isinstance(approved, Refused):
            assert approved.reason == "decided"


async def test_withdraw_against_the_last_approval(two: list[House], root: Any) -> None:
    items = await begun(two[0], MANY, upto="复审")
    pairs = await both_ways(two, items, ("approve", "乙"), ("withdraw", "报"))
    await all_settled(two)
    found = await assert_sound(two[0].engine, root, two[0].tenant)
    for item, (approved, withdrawn) in zip(items, pairs, strict=True):
        assert isinstance(approved, Answer) != isinstance(withdrawn, Answer)
        assert found[item.item].state == ("done" if isinstance(approved, Answer) else "withdrawn")
        [said] = lost([approved, withdrawn])
        assert said.reason in ("ended", "decided")
    assert await gapless(two[0], root, found) == sum(item.state == "done" for item in found.values())


async def test_one_person_at_two_screens_decides_once(two: list[House], root: Any) -> None:
    items = await begun(two[0], MANY)
    pairs = await both_ways(two, items, ("approve", "甲"), ("return", "甲"))
    await all_settled(two)
    found = await assert_sound(two[0].engine, root, two[0].tenant)
    for item, (approved, returned) in zip(items, pairs, strict=True):
        assert isinstance(approved, Answer) != isinstance(returned, Answer)
        assert found[item.item].state == ("running" if isinstance(approved, Answer) else "returned")


async def test_a_resubmission_pressed_twice_opens_one_round(two: list[House], root: Any) -> None:
    here = two[0]
    items = await begun(here, MANY)
    await asyncio.gather(*(here.do("return", "甲", one.item, comment="请改") for one in items))
    pairs = await both_ways(two, items, ("resubmit", "报"), ("resubmit", "报"))
    await all_settled(two)
    found = await assert_sound(here.engine, root, here.tenant)
    for item, pair in zip(items, pairs, strict=True):
        assert len(won(pair)) == 1
        refused(lost(pair)[0], "not_returned")
        assert found[item.item].rounds["初审"] == 2


async def test_a_moment_that_two_engines_see_fires_once(two: list[House], root: Any) -> None:
    """And whoever votes at that very instant finds that time went first."""
    here, there = two
    items = await begun(here, MANY)
    async with here.engine.database.transaction() as session:
        assert await clock.shift(session, here.tenant, timedelta(days=2))
    wakings = asyncio.gather(*(one.engine.clock.wake(here.tenant) for _ in range(3) for one in two))
    outcomes = await at_once(*((here, there)[n % 2].do("approve", "甲", one.item) for n, one in enumerate(items)))
    await wakings
    await all_settled(two)
    assert len(won(outcomes)) == MANY
    found = await assert_sound(here.engine, root, here.tenant)
    for item in found.values():
        assert item.results["初审"].timed_out
    late = await root.fetch("select body from event where convert_from(body, 'UTF8') like '%\"fact\":\"timed\"%'")
    assert len(late) == MANY, "one event each: reminders and deadline together, because nobody looked before"


# ------------------------------------------------------------------------------------------------ numbers


async def gapless(here: House, root: Any, items: dict[str, Item]) -> int:
    """The numbers given are 1 to n, each to one item; n is what the counter says."""
    numbers = sorted(str(item.names["项目编号"]) for item in items.values() if "项目编号" in item.names)
    assert [int(one.rpartition("-")[2]) for one in numbers] == list(range(1, len(numbers) + 1)), numbers
    counted = await root.fetchval("select coalesce(max(value), 0) from counter where tenant_id = $1", here.tenant)
    assert counted == len(numbers)
    return len(numbers)


async def test_numbers_have_no_gap_though_others_are_refused_meanwhile(two: list[House], root: Any) -> None:
    """Twenty are approved on two engines at once, each by two people, while ten more are rejected or withdrawn."""
    here, there = two
    items = await begun(here, MANY + 10, upto="复审")
    acts = [which.do("approve", who, one.item) for one in items[:MANY] for which, who in ((here, "乙"), (there, "丙"))]
    acts += [here.do("reject", "乙", one.item, comment="不行") for one in items[MANY : MANY + 5]]
    acts += [there.do("withdraw", "报", one.item) for one in items[MANY + 5 :]]
    acts += [there.do("approve", "丙", one.item) for one in items[MANY:]]
    await at_once(*acts)
    await all_settled(two)
    found = await assert_sound(here.engine, root, here.tenant)
    given = await gapless(here, root, found)
    assert given == sum(item.state == "done" for item in found.values())
    assert given >= MANY
    told = await histories(root, here.tenant)
    votes = [fact for events in told.values() for event in events for fact in event.facts if isinstance(fact, Voted)]
    assert sum(fact.choice == "approve" for fact in votes) == given + len(found), "once at each step that they passed"

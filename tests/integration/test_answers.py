"""Answers to an open `collect` on the real database: the item's row stands still, each has one, and what ends it happens once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.integration.rig import SECRET, House, all_settled, card, house, labels, settings
from tests.integration.sound import assert_sound, superuser
from tests.integration.test_concurrency import beside
from workflow.domain.command import Answer, Refused
from workflow.domain.item import Item
from workflow.domain.places import DONE, WITHDRAWN
from workflow.engine.collected import Table, collected
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.store import answers, clock
from workflow.store.pool import Database
from workflow.talk.view import Attachment

FLOW = """
flow: survey
title: 入户问卷
start: { by: 站.协调员, form: { 标题: text 2..40, 要几份: int 1..5000 } }
steps:
  问卷: { collect: anyone, need: 要几份, due: 5天, form: { 满意度: stars 5, 意见?: text 2..200 } }
  复核: { when: mean(问卷.满意度) < 3 and count(问卷.满意度 == 1) > 1, review: 所.审核员 }
"""
LOOK = """
flow: notice
title: 公示
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  公示: { collect: anyone, due: 5天, form: { 异议: text 2..200, 证据?: file pdf } }
  核查: { each: 公示, task: 所.审核员, form: { 成立: bool } }
"""
BLIND = """
flow: blind
title: 盲评
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  打分: { collect: 所.审核员, need: all, secret: 亮分, form: { 分: int 0..100, 理由: text 2..200 } }
  公示: { review: 站.审核员 }
  亮分: { review: 中心.管理员 }
"""
MANY = 40


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW, LOOK, BLIND)) as opened:
        yield opened


@pytest.fixture
async def two(here: House, database: Any) -> AsyncIterator[list[House]]:
    async with AsyncExitStack() as stack:
        yield [here, *await beside(stack, here, database.app_url, 1)]


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


async def begun(here: House, need: int) -> Answer:
    made = await here.do("submit", "报", flow="survey", form={"标题": "春季摸底", "要几份": need})
    assert isinstance(made, Answer), made
    return made


async def said(one: House, item: str, who: str, stars: int, **more: Any) -> Answer | Refused:
    """Somebody's own answer, or what the coordinator wrote down for a respondent."""
    spoken = {} if who in one.people else {"channel": "phone", "respondent": who}
    actor = who if who in one.people else "报"
    found = await one.do("answer", actor, item, answers={"满意度": stars, **more}, **spoken)
    assert isinstance(found, Answer | Refused)
    return found


async def pages() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7\n" + bytes(100)


async def item_of(here: House, item: str) -> Item:
    found = await here.engine.read.find(here.tenant, here.people["报"], item)
    assert isinstance(found, Item)
    return found


async def rows(here: House, item: str) -> dict[int, int]:
    """How many answers there are with so many stars."""
    lines = await answers.rows(here.engine.database, here.tenant, item, "问卷", 1)
    found: dict[int, int] = {}
    for line in lines:
        stars = dict(line.values)["满意度"]
        found[stars] = found.get(stars, 0) + 1
    return found


async def test_answers_of_many_at_once_never_touch_the_item(two: list[House], root: Any) -> None:
    here = two[0]
    item = (await begun(here, 5000)).item
    before = await root.fetchrow("select version, head, xmin::text from item where item_id = $1", item)
    given = [said(two[n % 2], item, f"住户{n}", 1 + n % 2, 意见="楼道的灯不亮") for n in range(MANY)]
    given += [said(two[n % 2], item, who, 5) for n, who in enumerate(("甲", "乙", "外"))]
    outcomes = await asyncio.gather(*given)
    assert all(isinstance(one, Answer) and one.version == before["version"] for one in outcomes), outcomes
    again = await asyncio.gather(*(said(two[n % 2], item, f"住户{n % 4}", 4) for n in range(16)))
    assert all(isinstance(one, Answer) for one in again), again
    assert await root.fetchrow("select version, head, xmin::text from item where item_id = $1", item) == before
    assert await rows(here, item) == {1: MANY // 2 - 2, 2: MANY // 2 - 2, 4: 4, 5: 3}
    assert await root.fetchval("select count(*) from stream where kind = 'answer'") == MANY + 3
    table = await collected(here.engine.read, here.tenant, here.people["报"], item)
    assert isinstance(table, Table), table
    assert (table.step, table.columns, len(table.rows)) == ("问卷", ("person", "at", "满意度", "意见"), MANY + 3)
    assert ("钱外", "★★★★★", "") in {(who, stars, words) for who, _, stars, words in table.rows}
    assert ("", "★★☆☆☆", "楼道的灯不亮") in {(who, stars, words) for who, _, stars, words in table.rows}
    for who, why in (("外", "no_such_item"), ("乙", "no_such_item")):
        assert await collected(here.engine.read, here.tenant, here.people[who], item) == Refused(why)
    bodies = [bytes(one) for (one,) in await root.fetch("select body from event union all select body from answer")]
    assert not any("灯".encode() in one or "住户".encode() in one for one in bodies)  # words are sealed
    await assert_sound(here.engine, root, here.tenant)
    await root.execute(
        "update answer set body = convert_to('{\"origin\":\"x\"}', 'UTF8') where person_id = $1", here.people["甲"]
    )
    assert not (await here.engine.read.audit(here.tenant)).verified


async def test_enough_is_found_once_by_however_many_look(two: list[House], root: Any) -> None:
    here = two[0]
    item = (await begun(here, 8)).item
    outcomes = await asyncio.gather(*(said(two[n % 2], item, f"住户{n}", 1) for n in range(24)))
    await all_settled(two)
    taken = [one for one in outcomes if isinstance(one, Answer)]
    assert len(taken) >= 8
    assert {one.reason for one in outcomes if isinstance(one, Refused)} <= {"answers_over"}
    found = await item_of(here, item)
    assert found.place == "复核"
    assert found.results["问卷"].apart
    assert await rows(here, item) == {1: len(taken)}
    items = await assert_sound(here.engine, root, here.tenant)
    assert items[item].version == found.version == 2  # begun, and enough: once
    await here.do("approve", "乙", item)
    assert (await item_of(here, item)).place == DONE


async def test_an_answer_that_comes_with_the_end_is_there_or_refused(two: list[House], root: Any) -> None:
    here = two[0]
    for _ in range(4):
        item = (await begun(here, 5000)).item
        given = [said(two[n % 2], item, f"住户{n}", 5) for n in range(12)]
        *outcomes, over = await asyncio.gather(*given, two[1].do("withdraw", "报", item))
        assert isinstance(over, Answer), over
        taken = [one for one in outcomes if isinstance(one, Answer)]
        assert sum((await rows(here, item)).values()) == len(taken)
        assert {one.reason for one in outcomes if isinstance(one, Refused)} <= {"ended", "answers_over"}
        assert (await item_of(here, item)).place == WITHDRAWN
    await assert_sound(here.engine, root, here.tenant)


async def test_an_answer_from_a_chat_and_what_stands_on_the_card(here: House, root: Any) -> None:
    made = await begun(here, 2)
    await here.talk("外", f"/item {made.code}")
    assert labels(here.chat("外")[-1].view) == ["填写"]
    await here.talk("外", "[填写]", "1", "楼道的灯不亮", "[提交]")
    assert await rows(here, made.item) == {1: 1}
    await said(here, made.item, "住户", 1)
    await here.settled()
    prompt = here.chat("乙")[-1].view
    assert ("份数", "2") in getattr(prompt, "facts", ())
    await assert_sound(here.engine, root, here.tenant)


async def test_what_was_said_is_read_by_who_looks_into_it(here: House, root: Any) -> None:
    made = await here.do("submit", "报", flow="notice", form={"标题": "春季摸底"})
    assert isinstance(made, Answer), made
    photo = await here.engine.files.upload(here.tenant, here.people["外"], "楼道.pdf", pages())
    assert isinstance(photo, Attachment), photo
    mine = {"异议": "楼道的灯不亮", "证据": photo.file}
    assert isinstance(await here.do("answer", "甲", made.item, answers=mine), Refused), "it is not theirs to hand in"
    assert isinstance(await here.do("answer", "外", made.item, answers=mine), Answer)
    assert isinstance(await here.do("answer", "甲", made.item, answers={"异议": "门口堆着杂物"}), Answer)
    async with here.engine.database.transaction() as session:
        assert await clock.shift(session, here.tenant, timedelta(days=6))
    await here.until(lambda: len(here.chat("乙")) == 2, "two to look into")
    await here.settled()
    cards = [card(said.view) for said in here.chat("乙")]
    read = [value for one in cards for _, value in one.facts]
    assert {"楼道的灯不亮", "门口堆着杂物"} <= set(read), cards
    assert [file.name for one in cards for file in one.files] == ["楼道.pdf"]
    assert not isinstance(await here.engine.files.download(here.tenant, here.people["乙"], photo.file), Refused)
    assert isinstance(await here.engine.files.download(here.tenant, here.people["丙"], str(UUID(int=9))), Refused)
    await assert_sound(here.engine, root, here.tenant)


async def test_what_is_secret_is_read_by_nobody_until_its_step_opens(here: House, root: Any) -> None:
    made = await here.do("submit", "报", flow="blind", form={"标题": "春季摸底"})
    assert isinstance(made, Answer), made
    for who, score in (("乙", 88), ("丙", 77)):
        assert isinstance(await here.do("answer", who, made.item, answers={"分": score, "理由": "方案扎实"}), Answer)
    await here.settled()
    for who in ("报", "管", "甲"):
        seen = await here.engine.read.item(here.tenant, here.people[who], made.code)
        told = await here.engine.read.timeline(here.tenant, here.people[who], made.code)
        said = re.sub(r"token='[^']*'", "", f"{seen}{[one.text for one in told]}{[one.view for one in here.chat(who)]}")
        assert not [one for one in ("'88'", "'77'", "分 88", "分 77", "扎实") if one in said]
    assert await collected(here.engine.read, here.tenant, here.people["管"], made.code) == Refused(
        "answers_secret", {"step": "亮分"}
    )
    assert isinstance(await here.do("approve", "甲", made.item), Answer)
    table = await collected(here.engine.read, here.tenant, here.people["管"], made.code)
    assert isinstance(table, Table), table
    assert [(row[0], *row[2:]) for row in table.rows] == [("王乙", "88", "方案扎实"), ("赵丙", "77", "方案扎实")]
    await assert_sound(here.engine, root, here.tenant)


async def alone(stack: AsyncExitStack, here: House, url: str) -> House:
    """A process that only decides what it is told itself, and never takes over what waits elsewhere."""
    database = await Database.open(url, size=2)
    stack.push_async_callback(database.close)
    engine = await stack.enter_async_context(Engine.open(settings(), database, [], keys=Keys(SECRET), alone=True))
    return House(engine, here.tenant, here.network, here.people)


async def test_who_ends_it_has_seen_every_answer_that_is_there(
    here: House, database: Any, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = (await begun(here, 2)).item
    async with AsyncExitStack() as stack:
        late = [(await alone(stack, here, database.app_url), who) for who in ("乙", "外")]
        here_is_done, read = asyncio.Event(), answers.rows
        stack.callback(here_is_done.set)

        async def rows_and_then_one_more(session: Any, *key: Any) -> Any:
            if session is not here.engine.database:  # whoever took a late answer counts, too: it must not end it first
                await here_is_done.wait()
            found = await read(session, *key)
            if late:  # another process takes an answer after this one has looked, and before it writes
                other, who = late.pop()
                assert isinstance(await said(other, item, who, 1), Answer)
            return found

        monkeypatch.setattr(answers, "rows", rows_and_then_one_more)
        for who, stars in (("住户一", 5), ("住户二", 1)):
            assert isinstance(await said(here, item, who, stars), Answer)
        await here.settled()
        assert not late
        assert (await item_of(here, item)).place == "复核", "three of four gave one star"
    await assert_sound(here.engine, root, here.tenant)

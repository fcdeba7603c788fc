"""The engine whole, on a real PostgreSQL: commands in, decided once whoever asks how often, and a log that tells of them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from tests.integration.rig import FLOW, ORGANISATION, SECRET, House, Network, all_settled, house, refused, settings
from workflow.decide import decide
from workflow.domain.command import SYSTEM, Answer, Command, Refused
from workflow.engine.apply import Source
from workflow.engine.demonstration import NotADemonstrationError
from workflow.engine.engine import Bot, Engine
from workflow.engine.inbox import ClosedError
from workflow.engine.keys import Keys
from workflow.engine.writing import command_bytes
from workflow.store import audit, clock, ids, inbox, listings
from workflow.store.pool import Database

SILENT = frozenset({"buttons", "edits", "silent"})


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, network=Network(SILENT)) as opened:
        yield opened


async def answers_of(here: House, *commands: Command) -> list[Answer | Refused]:
    return list(await asyncio.gather(*(here.engine.perform(one) for one in commands)))


# ------------------------------------------------------------------------------------------------ what is decided


async def test_an_item_walks_from_submission_to_its_end(here: House) -> None:
    item = await here.submit()
    assert item.state == "running"
    assert isinstance(await here.do("approve", "甲", item.item), Answer)
    assert isinstance(await here.do("approve", "乙", item.item), Answer)
    last = await here.do("approve", "丙", item.item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.audit()


async def test_the_same_id_again_gets_the_first_answer(here: House) -> None:
    one = str(uuid4())
    first = await here.submit(id=one)
    assert await here.submit(id=one) == first
    assert await here.submit() != first


async def test_twenty_at_once_on_one_item_are_decided_once(here: House) -> None:
    item = await here.submit()
    commands = [Command(str(uuid4()), here.tenant, item.item, "approve", here.people["甲"], "api") for _ in range(20)]
    outcomes = await answers_of(here, *commands)
    assert sum(isinstance(one, Answer) for one in outcomes) == 1
    assert {one.reason for one in outcomes if isinstance(one, Refused)} == {"no_task"}
    events = await listings.events(here.engine.database, here.tenant, item.item)
    assert [event.version for event in events] == [1, 2]


async def test_a_double_click_with_one_id_has_one_answer(here: House) -> None:
    item = await here.submit()
    command = Command(str(uuid4()), here.tenant, item.item, "approve", here.people["甲"], "api")
    outcomes = await answers_of(here, *[command] * 20)
    assert outcomes == [outcomes[0]] * 20
    assert isinstance(outcomes[0], Answer)


async def test_numbers_have_no_gap_however_many_are_decided_together(here: House) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(40)))
    for who in ("甲", "乙", "丙"):
        await asyncio.gather(*(here.do("approve", who, one.item) for one in items))
    found = [await here.engine.read.find(here.tenant, here.people["报"], one.item) for one in items]
    numbers = sorted(str(one.names["项目编号"]) for one in found)  # type: ignore[union-attr]
    assert len(set(numbers)) == 40
    assert "0001" in numbers[0]
    assert "0040" in numbers[-1]
    await here.audit()


async def test_words_stand_in_content_alone(here: House, database: Any) -> None:
    item = await here.submit("一个谁也不该在日志里读到的标题")
    await here.do("return", "甲", item.item, comment="一句谁也不该在日志里读到的话")
    connection = await asyncpg.connect(database.superuser_url)
    try:
        bodies = await connection.fetch(
            "select body from event union all select state from item union all select about from delivery"
        )
        left = await connection.fetchval("select count(*) from command where body is not null")
        words = await connection.fetch("select salt, body, commitment from content")
    finally:
        await connection.close()
    assert not any("读到" in row["body"].decode() for row in bodies)
    assert left == 0, "a settled command keeps nobody's words"
    said = {row["body"].decode(): row for row in words}
    row = said["一句谁也不该在日志里读到的话"]
    assert row["commitment"] == hashlib.sha256(b"\x02" + row["salt"] + row["body"]).digest()


async def test_a_refusal_is_answered_and_stands_in_the_stream_of_who_asked_once_a_minute(here: House) -> None:
    item = await here.submit()
    for _ in range(3):
        refused(await here.do("approve", "外", item.item), "no_task")
    refused(await here.do("reject", "外", item.item), "no_task")
    tail = await audit.tail(here.engine.database, here.tenant, 100)
    deeds = [one for one in tail if one.stream == here.people["外"]]
    assert [one.verb for one in deeds if one.verb in ("approve", "reject")] == ["reject", "approve"]
    await here.audit()


async def test_who_is_not_known_is_refused_and_leaves_no_stream(here: House) -> None:
    item = await here.submit()
    refused(await here.do("approve", "nobody at all", item.item), "no_task")
    refused(await here.do("approve", "甲", str(uuid4())), "no_such_item")
    refused(await here.do("submit", "报", flow="nothing", form={}), "no_such_flow")
    refused(await here.do("submit", "外", flow="walk", form={}), "may_not_start")
    refused(await here.do("dance", "甲", item.item), "unknown_verb")
    await here.audit()


# ------------------------------------------------------------------------------------------------ what breaks


async def test_one_that_cannot_be_decided_is_set_apart_and_the_others_go_on(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(6)))

    def breaking(definition: Any, lifecycle: Any, item: Any, command: Command, world: Any) -> Any:
        if command.item == items[3].item:
            raise ZeroDivisionError
        return decide(definition, lifecycle, item, command, world)

    monkeypatch.setattr("workflow.engine.round.decide", breaking)
    outcomes = await asyncio.gather(*(here.do("approve", "甲", one.item) for one in items))
    assert [isinstance(one, Answer) for one in outcomes] == [True, True, True, False, True, True]
    refused(outcomes[3], "quarantined")
    monkeypatch.undo()
    await here.settled()
    for administrator in ("管", "理"):
        assert any("ZeroDivisionError" in str(one.view) for one in here.chat(administrator)), (
            "the administrators are told"
        )
    await here.audit()
    assert isinstance(await here.do("approve", "甲", items[3].item), Answer), "the item itself is unharmed"


async def test_what_the_database_refuses_is_set_apart_and_the_others_go_on(here: House, database: Any) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(4)))
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute(
            "insert into party (tenant_id, item_id, person_id, part) values ($1, $2, $3, 'somebody else''s part')",
            here.tenant, items[2].item, here.people["甲"],
        )  # fmt: skip
    finally:
        await connection.close()
    outcomes = await asyncio.gather(*(here.do("approve", "甲", one.item) for one in items))
    assert [isinstance(one, Answer) for one in outcomes] == [True, True, False, True]
    refused(outcomes[2], "quarantined")


async def test_connections_that_are_cut_lose_and_double_nothing(here: House, database: Any) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(60)))
    done = asyncio.Event()

    async def cut() -> None:
        connection = await asyncpg.connect(database.superuser_url)
        try:
            for _ in range(15):  # a busy machine would otherwise be cut off again before it has done anything
                if done.is_set():
                    break
                await asyncio.sleep(0.2)
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid() and application_name = 'guankou'"
                )
        finally:
            await connection.close()

    cutting = asyncio.create_task(cut())
    outcomes = []
    for start in range(0, 60, 6):
        outcomes += await asyncio.gather(*(here.do("approve", "甲", one.item) for one in items[start : start + 6]))
        await asyncio.sleep(0.03)
    done.set()
    await cutting
    assert all(isinstance(one, Answer) for one in outcomes), [one for one in outcomes if isinstance(one, Refused)]
    for one in items:
        assert len(await listings.events(here.engine.database, here.tenant, one.item)) == 2
    await here.audit()


async def test_what_was_accepted_is_decided_though_its_process_is_gone(here: House) -> None:
    item = await here.submit()
    command = Command(str(uuid4()), here.tenant, item.item, "approve", here.people["甲"], "api")
    await inbox.accept(here.engine.database, here.tenant, "", [(command.id, "", command_bytes(command))])
    assert isinstance(await here.engine.perform(command), Answer), (
        "adopted after five seconds, answered to who asks again"
    )


async def test_what_was_taken_is_decided_before_the_engine_closes(here: House) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(40)))
    async with Engine.open(settings(), here.engine.database, keys=Keys(SECRET), alone=True) as closing:
        commands = [Command(str(uuid4()), here.tenant, one.item, "approve", here.people["甲"], "api") for one in items]
        waiting = [asyncio.create_task(closing.perform(one)) for one in commands]
        await asyncio.sleep(0)
    assert all(isinstance(one, Answer) for one in await asyncio.gather(*waiting))
    with pytest.raises(ClosedError):
        await closing.perform(commands[0])


# ------------------------------------------------------------------------------------------------ two processes


@pytest.fixture
async def both(here: House, database: Any) -> AsyncIterator[tuple[House, House]]:
    """A second engine on the same database, as another process would have. Neither network disturbs: no digest stands for prompts."""
    second = await Database.open(database.app_url)
    network = Network(SILENT)
    async with Engine.open(settings(), second, [Bot(here.tenant, "memory", network)], keys=Keys(SECRET)) as engine:
        yield here, House(engine, here.tenant, network, here.people)
    await second.close()


async def test_two_processes_on_the_same_items(both: tuple[House, House]) -> None:
    one, two = both
    items = await asyncio.gather(*(one.submit(f"第{n}场") for n in range(30)))
    clicks = [asyncio.gather(*(which.do("approve", "甲", item.item) for item in items)) for which in (one, two, one)]
    outcomes = list(zip(*(await asyncio.gather(*clicks)), strict=True))
    assert all(sum(isinstance(outcome, Answer) for outcome in of) == 1 for of in outcomes)
    votes = [which.do("approve", who, item.item) for item in items for which, who in ((one, "乙"), (two, "丙"))]
    assert all(isinstance(outcome, Answer) for outcome in await asyncio.gather(*votes))
    found = [await one.engine.read.find(one.tenant, one.people["报"], item.item) for item in items]
    numbers = {str(item.names["项目编号"]) for item in found}  # type: ignore[union-attr]
    assert len(numbers) == 30
    assert "0030" in max(numbers)
    await one.audit()


async def test_a_prompt_is_sent_once_though_two_processes_send(both: tuple[House, House]) -> None:
    one, two = both
    await asyncio.gather(*(one.submit(f"第{n}场") for n in range(20)))
    await all_settled(both)
    await one.until(lambda: len(one.chat("甲")) + len(two.chat("甲")) >= 20)
    await asyncio.sleep(0.3)
    sent = [*one.chat("甲"), *two.chat("甲")]
    assert len(sent) == 20
    assert all(said.attempts[0] == 1 for said in sent)


# ------------------------------------------------------------------------------------------------ time


async def test_a_moment_fires_once_when_it_comes(here: House) -> None:
    item = await here.submit()
    moment = await here.engine.read.next_moment(here.tenant)
    assert moment is not None
    before = len(await listings.events(here.engine.database, here.tenant, item.item))
    await here.engine.demonstration.advance(here.tenant, moment)
    events = await listings.events(here.engine.database, here.tenant, item.item)
    assert len(events) == before + 1
    assert msgspec.json.decode(events[-1].body)["actor"] == SYSTEM
    following = await here.engine.read.next_moment(here.tenant)
    assert following is None or following > moment
    await here.audit()


async def test_after_days_down_everything_due_fires_once_and_in_order(here: House) -> None:
    items = await asyncio.gather(*(here.submit(f"第{n}场") for n in range(10)))
    now = await here.engine.read.now(here.tenant)
    await here.engine.demonstration.advance(here.tenant, now + timedelta(days=9))
    for one in items:
        events = [
            msgspec.json.decode(e.body) for e in await listings.events(here.engine.database, here.tenant, one.item)
        ]
        fired = [name for e in events for fact in e["facts"] if fact["fact"] == "timed" for name in fact["fired"]]
        assert len(fired) == len(set(fired)) or fired, "each moment once"
        assert "due" in fired
    await here.audit()


async def test_time_goes_before_whoever_comes_too_late(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    item = await here.submit()
    monkeypatch.setattr(here.engine.clock, "wake", lambda _tenant: asyncio.sleep(0, 0))
    async with here.engine.database.transaction() as session:
        assert await clock.shift(session, here.tenant, timedelta(days=3))
    outcome = await here.do("approve", "甲", item.item)
    events = [msgspec.json.decode(e.body) for e in await listings.events(here.engine.database, here.tenant, item.item)]
    assert [e["verb"] for e in events][:2] == ["submit", "wake"]
    assert events[1]["command"] == ids.waking_id(item.item, 1, _moment(events[0]))
    assert isinstance(outcome, Answer), "late, but still theirs to decide"
    await here.audit()


def _moment(event: Any) -> Any:
    moments = next(fact for fact in event["facts"] if fact["fact"] == "opened")["moments"]
    return msgspec.convert(moments[0]["at"], type=__import__("datetime").datetime)


async def test_only_a_demonstrations_clock_can_be_moved(here: House, database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("update tenant set demonstration = false")
    await connection.close()
    now = await here.engine.read.now(here.tenant)
    with pytest.raises(NotADemonstrationError):
        await here.engine.demonstration.advance(here.tenant, now + timedelta(hours=1))


# ------------------------------------------------------------------------------------------------ the organisation


async def apply(here: House, organisation: str) -> Any:
    applied = await here.engine.apply([Source("test.yaml", organisation.encode())])
    assert applied.ok, applied
    await here.settled()
    return applied


async def test_who_loses_a_role_loses_their_open_tasks(here: House) -> None:
    item = await here.submit()
    await here.do("approve", "甲", item.item)
    applied = await apply(here, ORGANISATION.replace("赵丙, roles: [东所.审核员]", "赵丙, roles: []"))
    assert applied.restaffed == 1
    refused(await here.do("approve", "丙", item.item), "no_task")
    last = await here.do("approve", "乙", item.item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.audit()


async def test_applying_the_same_again_changes_nothing(here: House) -> None:
    version = (await here.engine.read.organisation(here.tenant)).version
    await apply(here, ORGANISATION)
    assert (await here.engine.read.organisation(here.tenant)).version == version


async def test_who_is_not_in_the_file_any_more_has_left(here: House) -> None:
    without = "\n".join(line for line in ORGANISATION.splitlines() if "钱外" not in line)
    await apply(here, without)
    assert await here.engine.read.person(here.tenant, here.people["外"]) is None
    await apply(here, ORGANISATION)
    row = await here.engine.read.person(here.tenant, here.people["外"])
    assert row is not None
    assert row.name == "钱外", "who comes back is the same person"


async def test_a_file_with_a_finding_applies_nothing(here: House) -> None:
    version = (await here.engine.read.organisation(here.tenant)).version
    applied = await here.engine.apply(
        [
            Source("test.yaml", ORGANISATION.replace("试验街道", "另一街道").encode()),
            Source("walk.yaml", FLOW.replace("站.审核员", "站.没有的角色").encode()),
        ]
    )
    assert not applied.ok
    assert any(name == "walk.yaml" for name, _ in applied.findings)
    assert (await here.engine.read.organisation(here.tenant)).version == version


async def test_an_item_keeps_the_version_it_began_with(here: House) -> None:
    item = await here.submit()
    applied = await here.engine.apply([Source("walk.yaml", FLOW.replace("need: all, ", "").encode())])
    assert applied.ok
    newer = await here.submit()
    for one in (item, newer):
        await here.do("approve", "甲", one.item)
        await here.do("approve", "乙", one.item)
    states = [await here.engine.read.find(here.tenant, here.people["报"], one.item) for one in (item, newer)]
    assert [one.state for one in states] == ["running", "done"]  # type: ignore[union-attr]
    await here.audit()

"""What waits in a process: one tenant a batch, in order, each command once; and those who wait for outcomes."""

from __future__ import annotations

import asyncio

import pytest

from workflow.domain.command import Answer, Command
from workflow.engine import outcomes
from workflow.engine.inbox import Entry, Queue


def entries(*names: str) -> list[Entry]:
    return [Entry(name) for name in names]


async def test_a_batch_is_one_tenants_in_order_and_tenants_take_turns() -> None:
    queue = Queue()
    queue.put("a", entries("1", "2", "3"))
    queue.put("b", entries("4"))
    taken = [await queue.take(2), await queue.take(2), await queue.take(2)]
    assert [(tenant, [one.id for one in batch]) for tenant, batch in taken] == [
        ("a", ["1", "2"]),
        ("b", ["4"]),
        ("a", ["3"]),
    ]


async def test_a_command_waits_once_until_it_is_done() -> None:
    queue = Queue()
    queue.put("a", entries("1", "1", "2"))
    queue.put("a", entries("2"))
    tenant, batch = await queue.take(10)
    assert [one.id for one in batch] == ["1", "2"]
    queue.put("a", entries("1"))
    assert not queue.empty
    queue.done(tenant, batch)
    assert queue.empty
    queue.put("a", entries("1"))
    assert not queue.empty, "and may come again afterwards"


def said(chat: str, *names: str) -> list[Entry]:
    return [Entry(name, "bot", chat) for name in names]


def ordered(item: str, name: str) -> Entry:
    return Entry(name, command=Command(name, "a", item, "comment", "somebody", "cli"))


async def test_a_chat_and_an_item_are_in_one_batch_at_a_time() -> None:
    queue = Queue()
    queue.put("a", [*said("chat", "1"), ordered("item", "2")])
    _, first = await queue.take(10)
    queue.put("a", [*said("chat", "3", "4"), ordered("item", "5"), ordered("other", "6")])
    _, second = await queue.take(10)
    assert [one.id for one in second] == ["6"], "what waits for the chat or the item waits in its lane"
    queue.done("a", first[:1])
    _, third = await queue.take(10)
    assert [one.id for one in third] == ["3", "4"], "in order"
    queue.done("a", [*first[1:], *second, *third])
    assert [one.id for one in (await queue.take(10))[1]] == ["5"]


async def test_more_than_a_batch_of_one_chat_stays_in_order() -> None:
    queue = Queue()
    queue.put("a", said("chat", *"123456"))
    seen = []
    while not queue.empty:
        tenant, batch = await queue.take(2)
        seen.append("".join(one.id for one in batch))
        queue.done(tenant, batch)
    assert seen == ["12", "34", "56"]


async def test_of_one_item_four_times_as_many_go_together() -> None:
    queue = Queue()
    queue.put("a", [ordered("other", "0"), *(ordered("item", str(no)) for no in range(1, 20))])
    seen = []
    while not queue.empty:
        tenant, batch = await queue.take(2)
        seen.append([int(one.id) for one in batch])
        queue.done(tenant, batch)
    assert seen == [[0, 1], [*range(2, 10)], [*range(10, 18)], [18, 19]]


async def test_two_who_wait_share_what_is_little_and_one_takes_what_is_much() -> None:
    queue = Queue()

    async def shares(count: int) -> list[int]:
        takers = [asyncio.create_task(queue.take(64)) for _ in range(2)]
        await asyncio.sleep(0)
        queue.put("a", entries(*map(str, range(count))))
        done, waiting = await asyncio.wait(takers, timeout=0.05)
        for one in waiting:
            one.cancel()
        taken = [one.result()[1] for one in takers if one in done]
        for batch in taken:
            queue.done("a", batch)
        return [len(batch) for batch in taken]

    assert await shares(8) == [4, 4]
    assert await shares(40) == [40]
    assert await shares(1) == [1]


async def test_a_body_that_is_no_command_waits_alone() -> None:
    queue = Queue()
    queue.put("a", [Entry("1", body=b"nothing"), Entry("2", body=b"nothing")])
    _, batch = await queue.take(10)
    assert [one.id for one in batch] == ["1", "2"], "whoever decides it says what is wrong with it"


async def test_whoever_waits_for_it_to_be_empty_waits_for_what_is_being_decided_too() -> None:
    queue = Queue()
    queue.put("a", entries("1"))
    waiting = asyncio.create_task(queue.emptied())
    tenant, batch = await queue.take(10)
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.done(tenant, batch)
    await asyncio.wait_for(waiting, 1)


async def test_an_outcome_reaches_everybody_who_waits_in_that_tenant_alone() -> None:
    async def nothing(_tenant: str, _commands: list[str]) -> dict[str, bytes]:
        return {}

    kept = outcomes.Outcomes(nothing)
    one, two, other = kept.expect("a", "1"), kept.expect("a", "1"), kept.expect("b", "1")
    one.cancel()
    kept.settle("a", "1", Answer("i"))
    assert await two == Answer("i")
    assert not other.done()


async def test_an_outcome_that_another_process_wrote_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, list[str]]] = []

    async def rows(tenant: str, commands: list[str]) -> dict[str, bytes]:
        looked.append((tenant, commands))
        return {"1": outcomes.encode(Answer("i"))}

    monkeypatch.setattr(outcomes, "LOOK_SECONDS", 0.0)
    kept = outcomes.Outcomes(rows)
    one, gone = kept.expect("a", "1"), kept.expect("a", "2")
    gone.cancel()
    await kept.look()
    assert await one == Answer("i")
    assert looked == [("a", ["1"])]

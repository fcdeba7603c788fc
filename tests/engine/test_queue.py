"""What waits in a process: one tenant a batch, in order, each command once; and those who wait for outcomes."""

from __future__ import annotations

import asyncio

import pytest

from workflow.domain.command import Answer
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

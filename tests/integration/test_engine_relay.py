"""Deliveries: whatever a network answers, the chat sees it at least once, every further copy is marked, and nobody is forgotten silently."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.integration.rig import House, Network, card, house, labels
from workflow.engine import outbox
from workflow.ports import Outcome
from workflow.store import chats
from workflow.talk.present import present


@pytest.fixture
async def here(database: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(outbox, "BACK_OFF", (0.05,))
    async with house(database.app_url, lease_seconds=1.2, attempts=4) as opened:
        yield opened


async def told(here: House, who: str = "甲") -> list[list[int]]:
    return [one.attempts for one in here.chat(who)]


@pytest.mark.parametrize(
    ("script", "attempts"),
    [
        ([Outcome("retry", after=0.05)], [[1]]),
        ([Outcome("retry"), Outcome("retry")], [[1]]),
        ([Outcome("ambiguous")], [[1], [2]]),
        ([Outcome("ambiguous"), Outcome("ambiguous")], [[1], [2], [3]]),
        ([RuntimeError("an adapter that breaks its word")], [[2]]),
        ([Outcome("duplicate", ref="m0")], []),
    ],
    ids=lambda value: (
        "-".join(getattr(one, "kind", type(one).__name__) for one in value) if isinstance(value, list) else ""
    ),
)
async def test_a_first_send(here: House, script: list[Any], attempts: list[list[int]]) -> None:
    here.network.script = script
    await here.type("甲", "/inbox")
    await here.until(lambda: not here.network.script)
    await asyncio.sleep(0.4)
    await here.settled()
    assert await told(here) == attempts
    assert await chats.dead(here.engine.database, here.tenant) == []


async def test_a_call_that_never_ends_is_ambiguous(here: House) -> None:
    hanging = [asyncio.sleep(30)]
    here.network.on_show = lambda _delivery: hanging.pop() if hanging else None
    await here.type("甲", "/inbox")
    await here.until(lambda: here.chat("甲"))
    assert await told(here) == [[2]], "it may have arrived: the next one says that it is the second"


async def test_what_is_given_up_is_a_dead_letter_and_the_administrators_are_told(here: House) -> None:
    item = await here.submit()
    await here.settled()
    here.network.always[here.people["乙"]] = Outcome("retry")
    await here.do("approve", "甲", item.item)
    await here.until(lambda: here.engine.relay.figures.dead == 1)
    await here.settled()
    [letter] = await chats.dead(here.engine.database, here.tenant)
    assert (letter.why, letter.person) == ("dead", here.people["乙"])
    assert all(here.chat(one) for one in ("管", "理")), "the administrators hear of it"
    assert here.chat("丙"), "and nobody else waits for it"
    here.network.always.clear()
    await chats.revive(here.engine.database, here.tenant, letter.chat)
    await here.until(lambda: here.chat("乙"))


async def test_a_chat_that_refuses_is_left_until_it_speaks_again(here: House) -> None:
    here.network.script = [Outcome("unreachable", detail="blocked by the user")]
    await here.type("甲", "/inbox")
    await here.until(lambda: not here.network.script)
    await here.settled()
    assert [one.why for one in await chats.dead(here.engine.database, here.tenant)] == ["unreachable"]
    calls = here.network.calls
    await here.submit()
    await here.settled()
    assert not here.chat("甲")
    await here.type("甲", "/inbox")
    await here.until(lambda: len(here.chat("甲")) >= 3)
    assert here.network.calls > calls
    assert await chats.dead(here.engine.database, here.tenant) == []


async def test_a_message_that_is_gone_is_sent_anew(here: House) -> None:
    await here.submit()
    await here.settled()
    [prompt] = here.chat("甲")
    here.network.only, here.network.script = here.people["甲"], [Outcome("gone")]
    await here.press("甲", "通过")
    await here.until(lambda: len(here.chat("甲")) == 2)
    again = here.chat("甲")[1]
    assert again.ref != prompt.ref
    assert "通过" not in labels(again.view)


async def test_a_chat_that_moved_is_written_to_where_it_is(here: House) -> None:
    here.network.script = [Outcome("moved", to="elsewhere")]
    await here.type("甲", "/inbox")
    await here.until(lambda: here.network.of("elsewhere"))
    assert [one.attempts for one in here.network.of("elsewhere")] == [[1]]


async def test_an_edit_that_fails_is_just_done_again(here: House) -> None:
    await here.submit()
    await here.settled()
    here.network.only, here.network.script = here.people["甲"], [Outcome("ambiguous"), Outcome("retry")]
    await here.press("甲", "通过")
    await here.until(lambda: len(here.chat("甲")[0].views) >= 3)
    assert len(here.chat("甲")) == 1
    assert set(here.chat("甲")[0].attempts) == {1}


async def test_order_holds_in_a_chat(here: House) -> None:
    here.network.script = [Outcome("retry", after=0.1)]
    for word in ("/inbox", "/mine", "/help"):
        await here.type("甲", word)
    await here.until(lambda: len(here.chat("甲")) == 3)
    await here.type("甲", "/inbox")
    await here.until(lambda: len(here.chat("甲")) == 4)
    first, second, third, again = (getattr(one.view, "title", "") for one in here.chat("甲"))
    assert first == again != second
    assert third == ""


async def test_a_worker_that_wakes_after_its_lease_takes_its_copy_back(here: House, database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)

    async def stolen(_delivery: Any) -> None:
        await connection.execute("update chat set epoch = epoch + 1, leased_until = null where bot = 'memory'")

    stealing = [stolen]
    here.network.on_show = lambda delivery: stealing.pop()(delivery) if stealing else None
    try:
        await here.type("甲", "/inbox")
        await here.until(lambda: len(here.chat("甲")) == 2)
        first, second = here.chat("甲")
        await here.until(lambda: here.network.withdrawn == [first.ref])
    finally:
        await connection.close()
    assert (first.attempts, second.attempts) == ([1], [2])
    assert here.engine.relay.figures.fenced == 1


async def test_where_nothing_can_be_edited_what_was_decided_is_said_anew(database: Any) -> None:
    async with house(database.app_url, network=Network(frozenset({"buttons"}))) as here:
        await here.submit()
        await here.settled()
        await here.press("甲", "通过")
        await here.settled()
        prompts = [one for one in here.chat("甲") if hasattr(one.view, "number")]
        assert len(prompts) == 2
        assert "通过" not in labels(prompts[1].view)
        assert card(prompts[1].view).number == card(prompts[0].view).number


async def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[Any] = []

    def breaking(about: Any, scene: Any) -> Any:
        if type(about).__name__ == "Page" and not broken:
            broken.append(about)
            raise KeyError("a sentence that is not there")
        return present(about, scene)

    monkeypatch.setattr("workflow.engine.scenes.present", breaking)
    await here.type("甲", "/inbox")
    await here.type("甲", "/mine")
    await here.until(lambda: here.chat("甲"))
    assert [one.why for one in await chats.dead(here.engine.database, here.tenant)] == ["dead"]


async def test_somebody_without_a_chat_gets_what_waited_once_they_have_one(here: House, database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("delete from account where person_id = $1", here.people["甲"])
    await connection.close()
    await here.submit()
    await here.settled()
    assert not here.chat("甲")
    assert "no chat" in {one.why for one in await chats.dead(here.engine.database, here.tenant)}
    code = await here.engine.identity.link(here.tenant, here.people["甲"])
    assert isinstance(code, str)
    await here.engine.identity.redeem(here.tenant, code, "memory", here.people["甲"])
    await here.until(lambda: here.chat("甲"))
    assert "通过" in labels(here.chat("甲")[0].view)

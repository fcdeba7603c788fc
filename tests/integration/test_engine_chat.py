"""What people see and do in chats: prompts, presses, reasons, lists; every copy settles, and nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.rig import House, card, house, labels
from workflow.ports import Outcome, Typed, Update
from workflow.talk.view import Listing, Notice


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url) as opened:
        yield opened


async def test_a_prompt_is_pressed_and_edited_in_place(here: House) -> None:
    item = await here.submit()
    await here.settled()
    [prompt] = here.chat("甲")
    assert card(prompt.view).number == item.code
    assert "通过" in labels(prompt.view)
    await here.press("甲", "通过")
    await here.settled()
    [edited] = here.chat("甲")
    assert edited.ref == prompt.ref
    assert "通过" not in labels(edited.view)
    assert here.network.toasts
    assert {len(here.chat(one)) for one in ("乙", "丙")} == {1}
    await here.audit()


async def test_a_stale_press_answers_what_happened_instead(here: House) -> None:
    await here.submit()
    await here.settled()
    old = here.chat("甲")[0]
    token_holder = old.views[0]
    await here.press("甲", "通过")
    await here.settled()
    old.views.append(token_holder)
    await here.press("甲", "通过", said=old)
    await here.settled()
    told = [one.view.text for one in here.chat("甲") if isinstance(one.view, Notice)] + here.network.toasts
    assert "张甲" in told[-1], "it says who decided"
    assert here.engine.handle.figures.decisions == 2, "and nothing happened again"


async def test_a_return_asks_for_a_reason_before_it_counts(here: House) -> None:
    item = await here.submit()
    await here.settled()
    await here.press("甲", "退回")
    await here.settled()
    found = await here.engine.read.find(here.tenant, here.people["报"], item.code)
    assert found.state == "running", "nothing counts before the reason"  # type: ignore[union-attr]
    await here.type("甲", "时间请写清楚")
    await here.settled()
    found = await here.engine.read.find(here.tenant, here.people["报"], item.code)
    assert found.state == "returned"  # type: ignore[union-attr]
    shown = [card(one.view) for one in here.chat("报") if hasattr(one.view, "number")]
    assert any("时间请写清楚" in str(one) for one in shown), "the submitter reads why"
    await here.audit()


async def test_what_is_typed_lists_what_waits(here: House) -> None:
    item = await here.submit()
    await here.type("甲", "/inbox")
    await here.settled()
    [listing] = [one.view for one in here.chat("甲") if isinstance(one.view, Listing)]
    assert item.code in listing.rows[0].label


async def test_the_same_update_twice_is_one_command(here: House) -> None:
    person = here.people["甲"]
    for text in ("/inbox", "/mine", "/inbox"):
        await here.say("甲", Typed(person, person, text), source="u1")
        await here.settled()
    assert here.engine.handle.figures.commands == 1
    assert len(here.chat("甲")) == 1


async def test_a_stranger_is_only_a_number(here: House) -> None:
    before = here.engine.handle.figures.unknown_senders
    here.people["谁"] = "00000000-0000-4000-8000-000000000000"
    await here.type("谁", "/inbox")
    await here.settled()
    assert here.engine.handle.figures.unknown_senders == before + 1
    [told] = here.chat("谁")
    assert isinstance(told.view, Notice), "how an account is linked"


async def test_what_cannot_be_read_does_not_stop_what_follows(here: House) -> None:
    inbox = here.engine.inbox(here.tenant, "memory")
    person = here.people["甲"]
    await inbox.accept([Update("bad", person, b"{"), Update("none", person, b"nothing")])
    await here.type("甲", "/inbox")
    await here.settled()
    assert len(here.chat("甲")) == 1


async def test_many_chats_speak_at_once(here: House) -> None:
    await asyncio.gather(*(here.type(one, "/inbox") for one in ("甲", "乙", "丙", "报", "管") for _ in range(5)))
    await here.settled()
    assert {len(here.chat(one)) for one in ("甲", "乙", "丙", "报", "管")} == {5}


async def test_a_lost_answer_makes_a_marked_second_copy(here: House) -> None:
    here.network.script = [Outcome("ambiguous")]
    await here.type("甲", "/inbox")
    await here.until(lambda: len(here.chat("甲")) == 2, seconds=5)
    assert [one.attempts for one in here.chat("甲")] == [[1], [2]]

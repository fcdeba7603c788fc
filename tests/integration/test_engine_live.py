"""A live step on PostgreSQL with a real hook on the other end: one press stops it, the panel turns to 已断, a late call cuts nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.webhook import Hook, WebhookAdapter, WebhookSettings
from tests.integration.rig import ORGANISATION, House, house
from tests.webhook.receiver import SECRET, Receiver, receiving
from workflow.domain.command import Answer
from workflow.engine import outbox
from workflow.journal import canonical
from workflow.ports import Pressed
from workflow.store import listings
from workflow.talk.view import Notice, Panel

HOUSE = ORGANISATION + "outlets: { 断流: { webhook: cut }, 公众号: { webhook: cut } }\n"
FLOW = """
flow: walk
title: 直播一次
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  直播: { live: 所.审核员, due: 2小时, beat: 30分钟, stop: [ { webhook: 断流, text: 请断流 <标题> }, { tell: 中心.管理员 }, { run: after, with: { 场次: 本件.编号 } } ], restart: 2 }
  发布: { do: { publish: 公众号 } }
"""
AFTER = """
flow: after
title: 停播之后
start: { form: { 场次: text 2..40 } }
steps:
  核实: { review: 中心.管理员 }
"""
PUBLISHED = """
flow: told
title: 发布一次
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  审: { review: 站.审核员 }
  发布: { do: [ { publish: 公众号, text: <标题>，请看 }, { webhook: 断流 } ] }
"""


@asynccontextmanager
async def on_air(database: Any, *answers: int | None) -> AsyncIterator[tuple[House, Receiver, str]]:
    async with receiving(*answers) as receiver:
        hooks = WebhookAdapter(WebhookSettings(hooks={"cut": Hook(url=receiver.url, secret=SECRET)}))
        async with house(
            database.app_url, organisation=HOUSE, flows=(AFTER, PUBLISHED, FLOW), others={"webhook": hooks}, attempts=3
        ) as here:
            begun = await here.do("submit", "报", flow="walk", form={"标题": "红色传承"})
            assert isinstance(begun, Answer), begun
            await here.settled()
            yield here, receiver, begun.item


def panel(here: House, who: str) -> Panel:
    view = next(one.view for one in here.chat(who) if isinstance(one.views[0], Panel))
    assert isinstance(view, Panel), view
    return view


async def stop(here: House, who: str) -> None:
    said = next(one for one in here.chat(who) if isinstance(one.views[0], Panel))
    assert isinstance(said.view, Panel)
    assert said.view.stop is not None
    person = here.people[who]
    await here.say(who, Pressed(person, person, said.view.stop.token, message=said.ref, handle="h"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BACK_OFF", (0.05,))


async def test_one_press_and_the_hook_turns_the_panel_to_cut_off(database: Any) -> None:
    async with on_air(database, None, 503, 204) as (here, receiver, item):
        assert panel(here, "乙").state == "直播中"
        assert panel(here, "乙").stop is not None
        await stop(here, "乙")
        await here.until(lambda: panel(here, "丙").state.startswith("已断"), "已断")
        await here.settled()
        assert panel(here, "乙").stop is None
        first, second, third = receiver.calls
        assert first.id == second.id == third.id, "one stop, one key"
        assert all(call.genuine() for call in receiver.calls)
        assert (third.said["attempt"], third.said["data"]["text"]) == (3, "请断流 红色传承")
        states = [view.state for one in here.chat("丙") for view in one.views if isinstance(view, Panel)]
        assert any(
            fact == ("流程", "停播之后") for one in here.chat("管") for fact in getattr(one.view, "facts", ())
        ), "an incident began"
        assert any(state.startswith("已停播，未确认") for state in states), "it did not wait for the hook"
        rows = await listings.events(here.engine.database, here.tenant, item)
        assert [canonical.event(row.body).verb for row in rows] == ["submit", "stop", "confirm"]
        await here.press("乙", "复播")
        await here.settled()
        await here.press("丙", "复播")
        await here.settled()
        assert panel(here, "丙").state == "直播中"
        await here.audit()


async def test_a_hook_that_refuses_sends_the_watchers_to_cut_by_hand(database: Any) -> None:
    async with on_air(database, 404) as (here, receiver, _):
        await here.press("丙", "报平安")
        await stop(here, "丙")
        await here.until(lambda: "人工断流" in panel(here, "乙").state, "by hand")
        await here.settled()
        assert len(receiver.calls) == 1, "what it refuses is not tried again"
        assert any("人工断流" in one.view.text for one in here.chat("乙") if isinstance(one.view, Notice))
        assert any(
            "webhook" in one.view.text or "cut" in one.view.text
            for one in here.chat("管")
            if isinstance(one.view, Notice)
        )
        await here.audit()


async def test_a_call_that_comes_late_does_not_cut_off_what_went_on(database: Any) -> None:
    async with on_air(database, 429) as (here, receiver, _):
        receiver.headers = {"retry-after": "1"}
        await stop(here, "乙")
        await receiver.heard(1)
        await here.until(lambda: "未确认" in panel(here, "乙").state, "stopped")
        await here.press("乙", "复播")
        await here.until(lambda: any(fact == "复播" for fact, _ in panel(here, "丙").facts))
        await here.press("丙", "复播")
        await here.until(lambda: panel(here, "丙").state == "直播中", "on the air again")
        receiver.answers = [204]
        await here.until(lambda: here.engine.relay.figures.by_bot.get("webhook", 0) > 1, "it is looked at again", 15)
        await here.settled()
        assert len(receiver.calls) == 1, "the call of a stop that is over is not made again"
        assert panel(here, "丙").state == "直播中"


async def test_an_outlet_with_a_webhook_is_published_to_through_it(database: Any) -> None:
    async with on_air(database, 500, 204) as (here, receiver, _):
        begun = await here.do("submit", "报", flow="told", form={"标题": "清明祭扫"})
        assert isinstance(begun, Answer), begun
        assert isinstance(await here.do("approve", "甲", begun.item), Answer)
        first, again, called = await receiver.heard(3)
        assert (first.id, first.said["data"]["text"]) == (again.id, "清明祭扫，请看")
        assert called.id != first.id, "one after the other, each under its own key"
        assert called.said["data"]["number"] == begun.code
        await here.settled()
        assert [one.genuine() for one in receiver.calls] == [True] * 3

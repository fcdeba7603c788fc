"""The panel of a live step: what each watcher sees, what one press does, and how it says what became of the stop."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import timedelta

import pytest

from tests.talk.stage import Stage, flow_of, labels
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.talk.about import Detail, Prompt, Status, Told
from workflow.talk.cards.notice import OvertakenError
from workflow.talk.incoming import Pressed
from workflow.talk.present import present
from workflow.talk.view import Card, Notice, Panel

FLOW = """flow: lv
title: 红色直播
start: { by: 所.直播负责人, form: { 选题: text 4..60 } }
steps:
  直播: { live: [所.现场负责人, 中心.协调员], due: 2小时, beat: 10分钟, stop: [ { webhook: 断流, text: 请断 <选题> }, { tell: 所.分管领导 } ] }
"""


@pytest.fixture
def stage() -> Stage:
    stage = Stage(flow_of(FLOW))
    outcome = stage.decide(
        Command("", "t", "", "submit", "吕梁", "memory", {"flow": "lv", "form": {"选题": "红色传承"}})
    )
    assert not isinstance(outcome, Refused), outcome
    return stage


def panel(stage: Stage, who: str) -> Panel:
    found = [view for view in stage.seen(who) if isinstance(view, Panel)]
    assert found, stage.seen(who)
    return found[-1]


def notices(stage: Stage, who: str) -> list[str]:
    return [view.text for view in stage.seen(who) if isinstance(view, Notice)]


def test_every_watcher_has_the_panel_with_the_stop_above_all(stage: Stage) -> None:
    for who in ("丁一", "沈佳", "孙丽华"):
        shown = panel(stage, who)
        assert shown.title == f"{stage.item().code}《红色传承》"
        assert shown.state == "直播中"
        assert shown.facts[:3] == (("到", "11:00"), ("下次报平安", "09:10"), ("上次报平安", "09:00"))
        assert ("看守", "丁一、沈佳、孙丽华") in shown.facts
        assert shown.stop is not None
        assert (shown.stop.label, shown.stop.confirm) == ("停播", ""), "the stop never asks"
        assert labels(shown) == ["停播", "报平安", "详情"]


def test_the_all_clear_is_one_press(stage: Stage) -> None:
    stage.now += timedelta(minutes=9)
    stage.press("丁一", "报平安")
    assert stage.chat("丁一").toast.endswith("已报平安。")
    assert dict(panel(stage, "沈佳").facts)["下次报平安"] == "09:19"


def test_silence_is_asked_about_then_told_above(stage: Stage) -> None:
    stage.now += timedelta(minutes=10)
    stage.decide(Command("", "t", stage.item().id, "wake", SYSTEM, SYSTEM))
    assert panel(stage, "沈佳").state == "直播中 · 请报平安"
    assert any(one.startswith("请报平安") for one in notices(stage, "沈佳"))
    stage.now += timedelta(minutes=5)
    stage.decide(Command("", "t", stage.item().id, "wake", SYSTEM, SYSTEM))
    assert any("没有人报平安" in one for one in notices(stage, "孙丽华"))


def test_one_press_stops_it_and_asks_nothing(stage: Stage) -> None:
    stage.now += timedelta(minutes=3)
    heard = stage.press("沈佳", "停播")
    assert heard.says == (), "no question, no line: the panel itself says it"
    assert stage.chat("沈佳").toast == f"{stage.item().code} 已停播。"
    for who in ("丁一", "沈佳", "孙丽华"):
        shown = panel(stage, who)
        assert shown.state == "已停播，未确认 · 沈佳 · 09:03"
        assert shown.stop is None
        assert labels(shown) == ["复播", "详情"]
    assert any(isinstance(view, Card) for view in stage.seen("林国栋")), "the leader was told"


def test_a_press_on_an_old_panel_says_who_stopped_it(stage: Stage) -> None:
    _, stale = stage.find("丁一", "停播")
    stage.press("沈佳", "停播")
    stage.hear("丁一", Pressed("丁一", "丁一", stale.token, message="0"))
    assert stage.chat("丁一").toast == "已由 沈佳 于 09:00 停播。"


def test_what_the_hook_says_turns_the_panel(stage: Stage) -> None:
    stage.press("沈佳", "停播")
    item = stage.item()
    args = {"version": item.version, "deed": 1, "hook": "cut"}
    stage.decide(Command("", "t", item.id, "confirm", SYSTEM, SYSTEM, {**args, "arrived": False}))
    assert "人工断流" in panel(stage, "丁一").state
    assert any("人工断流" in one for one in notices(stage, "丁一"))
    stage.decide(Command("", "t", item.id, "confirm", SYSTEM, SYSTEM, {**args, "arrived": True}))
    assert panel(stage, "丁一").state == "已断 · 沈佳 · 09:00"


def test_two_set_it_going_again(stage: Stage) -> None:
    stage.press("沈佳", "停播")
    assert dict(panel(stage, "丁一").facts)["复播"] == "要 2 位不同的看守人同意"
    stage.press("沈佳", "复播")
    assert labels(panel(stage, "沈佳")) == ["详情"]
    assert dict(panel(stage, "丁一").facts)["复播"] == "沈佳；还要 1 人"
    stage.press("丁一", "复播")
    assert panel(stage, "孙丽华").state == "直播中"
    assert any("已复播" in one for one in notices(stage, "孙丽华"))


def test_what_the_hook_is_told_and_that_a_stop_that_is_over_is_not(stage: Stage) -> None:
    stage.press("沈佳", "停播")
    item = stage.item()
    about = Told(item.id, "cut", "直播", 0, 1, item.version)
    shown = present(about, with_(stage.scene(""), private=False))
    assert isinstance(shown, Card)
    assert (shown.number, shown.text, shown.choices) == (item.code, "请断 红色传承", ())
    stage.press("沈佳", "复播")
    stage.press("丁一", "复播")
    with pytest.raises(OvertakenError):
        present(about, stage.scene(""))


def test_when_it_is_over_the_panel_says_how_it_went(stage: Stage) -> None:
    stage.press("沈佳", "停播")
    stage.now += timedelta(hours=2)
    stage.decide(Command("", "t", stage.item().id, "wake", SYSTEM, SYSTEM))
    card = stage.card("丁一", Prompt)
    assert card.state == "直播结束 · 11:00 · 停播 1 次，漏报 0 次"
    assert card.choices == ()
    stage.press("吕梁", "经过")
    told = stage.card("吕梁", Detail).text
    assert "停播（“直播”）" in told
    assert "调用接口 断流（“直播”）" in told


def test_the_submitter_sees_how_it_stands(stage: Stage) -> None:
    assert dict(stage.card("吕梁", Status).facts)["直播"] == "丁一、沈佳、孙丽华 · 直播中"
    stage.press("沈佳", "停播")
    assert "未确认" in dict(stage.card("吕梁", Status).facts)["直播"]


def test_in_english_too(stage: Stage) -> None:
    stage.languages["丁一"] = "en"
    shown = panel(stage, "丁一")
    assert (shown.state, labels(shown)) == ("on the air", ["Stop", "All clear", "Details"])
    assert shown.stop is not None
    assert shown.stop.label == "Stop"

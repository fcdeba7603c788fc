"""Conversations about a task: approve, return, reject, hand over, tick, fill in; and what everybody's chat shows then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.talk.stage import OWN, Stage, flow_of, labels
from workflow.domain.command import Command, Refused
from workflow.talk.about import Prompt, Status
from workflow.talk.incoming import Pressed
from workflow.talk.view import Card, Checklist


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


def test_a_prompt_says_what_it_is_about_and_what_may_be_done(stage: Stage) -> None:
    card = stage.card("张伟")
    assert card.title == "清明祭扫"
    assert card.state == "站初审 · 第 1 步，共 4 步 · 11月24日 09:00 前办理"
    facts = dict(card.facts)
    assert facts["提交人"] == "李明（大山子站）"
    assert facts["预算"] == "12345.00 元"
    assert facts["时间"] == "12月7日 19:00"
    assert "标题" not in facts
    assert [one.name for one in card.files] == ["方案.pdf"]
    assert labels(card) == ["通过", "退回", "驳回", "意见", "转交", "详情"]
    assert card.link == f"/item/{stage.item().code}"


def test_once_decided_the_buttons_are_gone_in_every_copy(stage: Stage) -> None:
    stage.press("张伟", "通过")
    assert stage.chat("张伟").toast == f"{stage.item().code} 已通过。"
    mine, other = stage.card("张伟"), stage.card("刘洋")
    assert (mine.state, mine.choices, mine.mark) == ("已通过 · 张伟 · 09:00", (), "good")
    assert (other.state, other.choices) == ("已由 张伟 于 09:00 通过", ())
    assert "所复审" in stage.card("李明", Status).state


def test_a_stale_click_says_by_whom_and_when_and_shows_the_prompt_anew(stage: Stage) -> None:
    _, stale = stage.find("刘洋", "通过")
    _, returning = stage.find("刘洋", "退回")
    stage.now += timedelta(minutes=32)
    stage.press("张伟", "通过")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", stale.token, message="0"))
    assert stage.text("刘洋") == "这一步已由 张伟 于 09:32 通过，不用再办了。"
    heard = stage.hear("刘洋", Pressed("刘洋", "刘洋", returning.token, message="0"))
    assert heard.command is None
    assert not heard.dialogue.open
    assert isinstance(heard.bump[0], Prompt)


def test_a_return_does_not_count_before_its_reason(stage: Stage) -> None:
    heard = stage.press("张伟", "退回")
    assert heard.command is None
    assert stage.asked("张伟").prompt == f"把 {stage.item().code}《清明祭扫》退回到“提交人”：请写明理由。"
    stage.type("张伟", "  ")
    assert stage.item().place == "站初审"
    stage.type("张伟", "地点请写具体")
    assert stage.item().place == "returned"
    assert stage.card("张伟").state == "已退回 · 张伟 · 09:00"
    status = stage.card("李明", Status)
    assert status.state == "已退回，待提交人修改"
    assert status.text == "张伟 于 09:00 从“站初审”退回：地点请写具体"
    assert labels(status) == ["修改重报", "撤回", "意见", "经过"]
    assert stage.card("李明").state == "已退回给您，请修改后重报"


def test_what_was_returned_is_amended_and_says_why_it_came_back(stage: Stage) -> None:
    stage.press("张伟", "退回")
    stage.type("张伟", "地点请写具体")
    stage.press("李明", "修改重报")
    stage.press("李明", "修改")
    stage.press("李明", "地点")
    assert stage.asked("李明").value == "烈士陵园"
    stage.type("李明", "烈士陵园东门")
    summary = stage.last("李明")
    assert isinstance(summary, Card)
    assert dict(summary.facts)["地点（已改）"] == "烈士陵园东门"
    stage.press("李明", "提交")
    assert stage.refused is None
    card = stage.card("张伟")
    assert "第 2 轮" in card.state
    assert dict(card.facts)["地点"] == "烈士陵园东门"
    assert "地点请写具体" in card.text


def test_a_rejection_ends_it_and_says_why(stage: Stage) -> None:
    stage.press("张伟", "驳回")
    stage.type("张伟", "与上月重复")
    card = stage.card("李明", Status)
    assert (card.state, card.mark) == ("已驳回 · 09:00", "bad")
    assert card.text == "张伟 于 09:00 驳回：与上月重复"
    assert labels(card) == ["意见", "经过"]


def test_handing_over_goes_through_a_picker(stage: Stage) -> None:
    stage.press("张伟", "转交")
    assert stage.asked("张伟").kind == "person"
    stage.type("张伟", "红霞")
    stage.type("张伟", "彭慧")
    stage.press("张伟", "跳过")
    assert stage.text("张伟") == f"{stage.item().code} 已转交。"
    assert stage.seen("张伟")[0].state == "已转交他人办理"  # type: ignore[union-attr]
    assert labels(stage.card("彭慧"))[0] == "通过"


def test_withdrawing_is_confirmed_by_the_network_or_by_us(stage: Stage) -> None:
    stage.press("李明", "撤回")
    assert stage.item().state == "running"
    assert "撤回后不能恢复" in stage.asked("李明").prompt
    stage.press("李明", "取消")
    assert stage.text("李明") == "已取消，什么都没有改变。"
    stage.press("李明", "撤回")
    stage.press("李明", "确定撤回")
    assert stage.item().state == "withdrawn"

    able = Stage()
    able.activity()
    able.chat("李明").capabilities = frozenset({"buttons", "edits", "confirm"})
    _, choice = able.find("李明", "撤回")
    assert "撤回后不能恢复" in choice.confirm
    able.press("李明", "撤回")
    assert able.item().state == "withdrawn"


def test_nudging_is_heard_and_told(stage: Stage) -> None:
    stage.press("李明", "催办")
    assert stage.text("李明") == f"{stage.item().code} 已催办。"
    assert stage.text("张伟") == f"催办：{stage.item().code}《清明祭扫》的“站初审”等您办理。 · 11月24日 09:00 前办理"
    stage.press("张伟", "去办理")
    assert labels(stage.last("张伟"))[0] == "通过"
    stage.press("李明", "催办")
    assert stage.text("李明") == "09:00 刚催办过，一小时只能催一次。"


def test_a_comment_is_kept_and_changes_nothing(stage: Stage) -> None:
    stage.press("张伟", "意见")
    stage.type("张伟", "请带雨具")
    assert stage.text("张伟") == f"意见已记入 {stage.item().code}。"
    assert stage.item().place == "站初审"
    stage.press("李明", "经过")
    assert "张伟 意见：请带雨具" in stage.last("李明").text  # type: ignore[union-attr]


@pytest.fixture
def gates() -> Stage:
    stage = Stage()
    stage.livestream()
    return stage


def tick(stage: Stage, person: str, line: int, label: str) -> None:
    seen = enumerate(stage.seen(person))
    place, view = next((n, one) for n, one in seen if isinstance(one, Checklist) and one.card.choices)
    choice = next(one for one in view.lines[line].choices if one.label == label)
    stage.hear(person, Pressed(person, person, choice.token, message=str(place)))


def test_a_checklist_is_ticked_in_place(gates: Stage) -> None:
    tick(gates, "林国栋", 0, "通过")
    tick(gates, "林国栋", 1, "不适用")
    view = gates.seen("林国栋")[0]
    assert isinstance(view, Checklist)
    assert [one.mark for one in view.lines] == ["pass", "na", ""]
    assert [one.style for one in view.lines[0].choices] == ["good", "plain", "plain"]
    gates.press("林国栋", "通过")
    assert gates.text("林国栋") == "还有几项没有标记：避开敏感节点。"
    tick(gates, "林国栋", 0, "通过")
    view = gates.seen("林国栋")[0]
    assert isinstance(view, Checklist)
    assert view.lines[0].mark == ""


def test_what_failed_cannot_be_approved_but_rejected(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "不通过" if line == 2 else "通过")
    gates.press("林国栋", "通过")
    assert gates.text("林国栋") == "有不通过的项，不能通过：避开敏感节点；请退回或驳回。"
    gates.press("林国栋", "驳回")
    gates.type("林国栋", "撞上纪念日")
    assert gates.item().results["选题关"].result == "rejected"
    assert dict(gates.item().results["选题关"].marks)["避开敏感节点"] == "fail"
    assert not gates.chat("林国栋").dialogue.ticks


def test_all_marked_it_passes_and_opens_the_gates_side_by_side(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "通过")
    gates.press("林国栋", "通过")
    assert gates.seen("林国栋")[0].state == "已通过 · 林国栋 · 09:00"  # type: ignore[union-attr]
    facts = dict(gates.card("吕梁", Status).facts)
    assert set(facts) >= {"内容关", "流程关", "嘉宾关 · 1", "嘉宾关 · 2"}
    rows = [gates.show("彭慧", about) for about in gates.chat("彭慧").messages]
    named = [dict(one.card.facts) for one in rows if isinstance(one, Checklist)]
    assert [(one.get("嘉宾第 1 行"), one.get("嘉宾第 2 行")) for one in named] == [("甲乙", None), (None, "丙丁")]
    assert all("嘉宾" not in one for one in named)
    assert [file.name for file in rows[1].card.files] == ["丙丁.pdf", "脚本.docx"]  # type: ignore[union-attr]


def test_ticks_outlive_a_dialogue_and_are_kept_by_round(gates: Stage) -> None:
    tick(gates, "林国栋", 0, "通过")
    gates.press("林国栋", "意见")
    gates.now += timedelta(hours=5)
    gates.type("林国栋", "/help")
    assert gates.chat("林国栋").dialogue.ticks
    gates.press("林国栋", "退回")
    gates.type("林国栋", "请改")
    assert not gates.chat("林国栋").dialogue.ticks
    gates.press("吕梁", "修改重报")
    gates.press("吕梁", "提交")
    fresh = next(one for one in reversed(gates.seen("林国栋")) if isinstance(one, Checklist))
    assert [one.mark for one in fresh.lines] == ["", "", ""]


def test_ticks_come_back_when_the_vote_is_refused(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "通过")
    gates.decide = lambda _command: Refused("right_lost")  # type: ignore[method-assign,assignment]
    gates.press("林国栋", "通过")
    assert gates.text("林国栋").startswith("您已不担任这一角色")
    assert gates.chat("林国栋").dialogue.ticks


def test_a_steps_own_form_is_filled_in_before_approval() -> None:
    stage = Stage(flow_of(OWN))
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "own", "form": {"标题": "清明"}}))
    assert "通过前填写：金额、说明（可不填）" in stage.card("张伟").text
    assert "提交人" not in dict(stage.card("张伟").facts)
    heard = stage.press("张伟", "通过")
    assert heard.command is None
    stage.type("张伟", "5")
    stage.press("张伟", "跳过")
    stage.press("张伟", "通过")
    assert stage.item().place == "核"
    again = stage.last("张伟")
    assert isinstance(again, Card)
    assert "must" in again.text
    stage.press("张伟", "修改")
    stage.press("张伟", "金额")
    stage.type("张伟", "50")
    stage.press("张伟", "通过")
    assert stage.item().place == "批"
    card = stage.card("王芳")
    assert dict(card.facts)["金额"] == "50.00 元"
    assert card.title == "自己的表"
    assert "标题" not in dict(card.facts)


def test_who_only_reviews_blindly_sees_no_more_in_the_detail() -> None:
    stage = Stage(flow_of(OWN))
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "own", "form": {"标题": "清明"}}))
    stage.vote("张伟", answers={"金额": "50"})
    stage.press("王芳", "详情")
    blind = stage.last("王芳")
    assert isinstance(blind, Card)
    assert "清明" not in str(blind)
    assert "李明" not in str(blind.facts)
    stage.type("李明", stage.item().code)
    assert stage.last("李明").title == "清明"  # type: ignore[union-attr]

"""A whole form at once: what is asked, what is objected to, what is handed in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.talk.stage import KEY, SHIPPED, Stage, flow_of
from tests.talk.test_fill import EVERYTHING
from workflow.domain.command import Refused
from workflow.talk.dialogue import Fill
from workflow.talk.form import UNIT, Form, Problem, check, form, read_filled
from workflow.talk.tokens import Press, version_of, write
from workflow.talk.view import Card


@pytest.fixture
def stage() -> Stage:
    return Stage()


def asked(stage: Stage, flow: str, person: str) -> Form:
    found = form(stage.flows[flow], stage.scene(person))
    assert isinstance(found, Form)
    return found


def answers(stage: Stage, **changed: Any) -> dict[str, Any]:
    """What a browser sends for an activity."""
    whole = {
        "标题": "爱国卫生月周末卫生大扫除", "主题": "丰富活跃文化生活", "时间": "2026-12-20T09:00", "地点": "广场", "预计人数": "30",
        "预算": "", "方案": stage.upload("李明", "方案.pdf"),
    }  # fmt: skip
    return {**whole, **changed}


def test_the_questions_are_the_fields(stage: Stage) -> None:
    found = asked(stage, "activity", "李明")
    assert found.title == "活动项目三级审核"
    assert [(one.name, one.kind, one.optional) for one in found.questions] == [
        ("标题", "text", False), ("主题", "one", False), ("时间", "datetime", False), ("地点", "location", False),
        ("预计人数", "number", False), ("预算", "money", True), ("方案", "file", False),
    ]  # fmt: skip
    assert found.questions[1].options[0].label == "学习实践科学理论"
    assert found.questions[2].hint == "时间，如 2026-12-01 19:00 或 明天 9:00；不早于 11月26日 09:00"
    assert found.questions[5].hint == "金额（元），0.00 到 200000.00"
    assert found.questions[6].hint == "发送一个文件（pdf docx）"
    assert len(found.token) <= 64


def test_rows_have_questions_of_their_own(stage: Stage) -> None:
    guests = asked(stage, "livestream", "吕梁").questions[-1]
    assert guests.kind == "rows"
    assert [(one.name, one.kind) for one in guests.columns] == [("姓名", "text"), ("单位", "text"), ("承诺书", "file")]
    many = asked(stage, "livestream", "吕梁").questions[3]
    assert (many.kind, len(many.options)) == ("many", 14)


def test_who_may_not_start_it_gets_no_form(stage: Stage) -> None:
    refused = Refused("may_not_start", {"flow": "活动项目三级审核"})
    assert form(stage.flows["activity"], stage.scene("张伟")) == refused


def test_what_is_fine_is_handed_in(stage: Stage) -> None:
    token = asked(stage, "activity", "李明").token
    given = answers(stage)
    assert check(token, given, stage.scene("李明")) == ()
    stage.fill("李明", token, given)
    assert stage.refused is None
    assert stage.item().place == "站初审"
    assert "预算" not in stage.item().form


def test_options_come_back_by_token_or_by_label(stage: Stage) -> None:
    found = asked(stage, "livestream", "吕梁")
    tokens = [one.token for one in found.questions[3].options[:2]]
    given = {
        "选题": "红色传承 走向复兴", "开播": "2026-12-07T19:00", "时长": "2小时", "平台": [*tokens, "平台07"],
        "脚本": stage.upload("吕梁", "脚本.docx"),
        "嘉宾": [{"姓名": "王五", "单位": "街道", "承诺书": stage.upload("吕梁", "承诺书.pdf")}],
    }  # fmt: skip
    assert check(found.token, given, stage.scene("吕梁")) == ()
    stage.fill("吕梁", found.token, given)
    assert stage.item().form["平台"] == ["平台01", "平台02", "平台07"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"标题": "短"}, Problem("标题", "标题：要 2 到 40 个字，现在 1 个")),
        ({"标题": ""}, Problem("标题", "请填写这一项")),
        ({"预计人数": "5001"}, Problem("预计人数", "预计人数：要在 1 到 5000 之间，现在是 5001")),
        ({"主题": "别的"}, None),
        ({"方案": "no such file"}, Problem("方案", "找不到这个文件，请重新上传")),
        ({"时间": "2026-11-24T09:00"}, None),
        ({"多余": "x"}, Problem("多余", "没有这一项")),
        ({"预算": float("nan")}, None),
        ({"预计人数": 2**63}, None),
        ({"标题": ["不是文字"]}, None),
        ({"方案": {"file": 1}}, None),
    ],
)
def test_what_is_wrong_is_said_at_its_field(stage: Stage, changed: dict[str, Any], problem: Problem | None) -> None:
    token = asked(stage, "activity", "李明").token
    [found] = check(token, answers(stage, **changed), stage.scene("李明"))
    assert found.name == next(iter(changed))
    assert problem is None or found == problem
    english = check(token, answers(stage, **changed), stage.scene("李明", "en"))
    assert english[0].text != found.text


def test_what_is_handed_in_wrong_becomes_a_dialogue_with_all_of_it(stage: Stage) -> None:
    token = asked(stage, "activity", "李明").token
    stage.fill("李明", token, answers(stage, 预计人数="很多"))
    card = stage.last("李明")
    assert isinstance(card, Card)
    assert card.text.startswith("预计人数：")
    assert dict(card.facts)["标题"] == "爱国卫生月周末卫生大扫除"
    stage.press("李明", "修改")
    stage.press("李明", "预计人数")
    stage.type("李明", "300")
    stage.press("李明", "提交")
    assert stage.item().form["预计人数"] == 300


def test_several_units_are_asked_for() -> None:
    stage = Stage(flow_of(EVERYTHING))
    found = asked(stage, "everything", "李明")
    assert found.questions[0].name == UNIT
    assert [one.label for one in found.questions[0].options] == ["大山子站", "红霞站"]
    problems = check(found.token, {}, stage.scene("李明"))
    assert problems[0] == Problem(UNIT, "您在几个单位任职，请选一个：大山子站、红霞站。")
    fill = read_filled(found.token, {UNIT: found.questions[0].options[1].token}, stage.scene("李明"))
    assert isinstance(fill, Fill)
    assert fill.unit == "红霞站"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "AAAA",
        write(Press("approve"), KEY, "bot", "李明"),
        write(Press("start", version_of(SHIPPED[0].digest)), KEY, "bot", "王芳"),
    ],
)
def test_a_forged_form(stage: Stage, token: str) -> None:
    assert check(token, {}, stage.scene("李明")) == (Problem("", "这个按钮无效；请发 /inbox 重新打开。"),)
    stage.fill("李明", token, answers(stage))
    assert stage.text("李明") == "这个按钮无效；请发 /inbox 重新打开。"
    assert not stage.items


def test_a_form_of_an_older_version(stage: Stage) -> None:
    old = write(Press("start", version_of("ab" * 32)), KEY, "bot", "李明")
    stage.fill("李明", old, answers(stage))
    assert stage.text("李明") == "表单已更新，请发 /new 重新填写。"
    assert check(old, {}, stage.scene("李明"))[0].name == ""


def test_somebody_who_may_not_start_it_any_more(stage: Stage) -> None:
    token = write(Press("start", version_of(stage.flows["activity"].digest)), KEY, "bot", "张伟")
    stage.fill("张伟", token, answers(stage))
    assert stage.text("张伟") == "您不能发起“活动项目三级审核”；发 /new 看可以发起的流程。"

"""Conversations of administrators and coordinators, and what the clock brings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.talk.stage import KEY, ORGANISATION, STUCK, Stage, flow_of, labels
from workflow.domain.command import Command
from workflow.talk.about import Detail, Status, Told
from workflow.talk.incoming import Pressed
from workflow.talk.tokens import Press, write
from workflow.talk.view import Notice


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


def test_what_nobody_may_decide_is_assigned_by_an_administrator() -> None:
    kept = [one for one in ORGANISATION.positions if one.role not in ("审核员", "协调员") or one.person == "李明"]
    nobody = replace(ORGANISATION, positions=tuple(kept))
    stage = Stage(organisation=nobody)
    stage.activity()
    card = stage.card("郭建军")
    assert card.state == "“站初审”无人可办，请指派"
    assert labels(card) == ["指派", "终止", "详情"]
    assert "待管理员" in dict(stage.card("李明", Status).facts)["站初审"]
    stage.press("郭建军", "指派")
    stage.type("郭建军", "彭慧")
    stage.type("郭建军", "原审核员调离")
    assert stage.text("郭建军") == f"{stage.item().code} 已指派。"
    assert labels(stage.card("彭慧"))[0] == "通过"
    assert not stage.seen("郭建军")[0].choices  # type: ignore[union-attr]


def test_terminating_wants_a_reason_and_a_yes(stage: Stage) -> None:
    stage.type("郭建军", f"/item {stage.item().code}")
    assert {"指派", "终止"} <= set(labels(stage.last("郭建军")))
    stage.press("郭建军", "终止")
    stage.type("郭建军", "活动取消")
    assert "理由：活动取消" in stage.asked("郭建军").prompt
    assert stage.item().state == "running"
    stage.press("郭建军", "确定终止")
    assert stage.item().state == "terminated"
    assert stage.card("李明", Status).text == "郭建军 于 09:00 说明：活动取消"


def test_a_condition_that_fails_goes_to_an_administrator_who_may_retry() -> None:
    stage = Stage(flow_of(STUCK))
    stage.decide(
        Command(
            "", "t", "", "submit", "李明", "", {"flow": "stuck", "form": {"标题": "清明", "甲数": "1", "乙数": "0"}}
        )
    )
    card = stage.card("郭建军")
    assert card.state == "已挂起，请处理"
    assert card.text.startswith("“审”的条件算不出来：")
    assert labels(card) == ["重试", "终止", "详情"]
    assert "已通知管理员" in stage.card("李明", Status).text
    stage.press("郭建军", "重试")
    stage.type("郭建军", "再试一次")
    assert stage.text("郭建军") == f"{stage.item().code} 已重试。"


def test_only_administrators_may(stage: Stage) -> None:
    for verb in ("terminate", "reassign", "retry"):
        token = write(Press(verb, stage.item().id), KEY, "bot", "张伟")
        stage.hear("张伟", Pressed("张伟", "张伟", token))
        assert stage.text("张伟") == "只有管理员可以这样做。"


def test_reminders_and_escalation_lead_to_the_task(stage: Stage) -> None:
    stage.until(timedelta(days=1, hours=1))
    assert any(isinstance(one, Told) and one.what == "remind" for one in stage.chat("张伟").messages)
    assert stage.text("周文博") == f"督办：{stage.item().code}《清明祭扫》的“站初审”已逾期，请过问。"
    assert "已逾期" in stage.card("张伟").state
    reminded = next(one for one in stage.chat("张伟").messages if isinstance(one, Told))
    stage.press("张伟", "通过")
    gone = stage.show("张伟", reminded)
    assert isinstance(gone, Notice)
    assert not gone.choices
    assert "已通过 · 张伟" in gone.text


def test_what_opens_later_says_when() -> None:
    stage = Stage()
    stage.livestream()
    places = stage.definitions[stage.item().digest].places
    for person in ("林国栋", "罗勇", "许静", "邓小雨"):
        stage.vote(person, marks=dict.fromkeys(places[_seat(stage, person)[0]].own["items"], "pass"))
    for _ in range(2):
        stage.vote("彭慧", marks={"身份核验": "pass", "承诺书已签": "pass"}, task=_seat(stage, "彭慧")[1])
    facts = dict(stage.card("吕梁", Status).facts)
    assert facts["现场关"] == "12月7日 17:00 开始"
    stage.until(timedelta(days=15))
    assert stage.item().state == "cancelled"
    stage.press("吕梁", "经过")
    text = stage.last("吕梁").text  # type: ignore[union-attr]
    assert "系统 “现场关”结束：取消（到期）" in text
    assert "系统 事项已取消" in text


def _seat(stage: Stage, person: str) -> tuple[str, list[int]]:
    """The place of a person's first open task, and its number and round."""
    return next(
        (run.place, [task.no, run.round]) for run in stage.item().runs.values() for task in run.tasks.values()
        if task.person == person and task.state == "open"
    )  # fmt: skip


def test_an_administrator_assigns_from_the_detail(stage: Stage) -> None:
    stage.type("郭建军", stage.item().code)
    stage.press("郭建军", "经过")
    assert isinstance(stage.chat("郭建军").messages[-1], Detail)
    assert len([one for one in stage.chat("郭建军").messages if isinstance(one, Detail)]) == 1, "in place"
    stage.press("郭建军", "详情")
    stage.press("郭建军", "指派")
    asked = stage.asked("郭建军")
    assert asked.prompt == f"指派谁办理 {stage.item().code}《清明祭扫》？"
    assert "张伟" not in "".join(labels(asked))
    stage.press("郭建军", "下一页")
    stage.press("郭建军", "彭慧（所组织委员）")
    stage.type("郭建军", "加派一人")
    assert labels(stage.card("彭慧"))[0] == "通过"
    _, stale = stage.find("郭建军", "指派")
    stage.vote("彭慧")
    stage.vote("王芳")
    stage.vote("赵敏", "reject", comment="不妥")
    stage.hear("郭建军", Pressed("郭建军", "郭建军", stale.token))
    assert stage.text("郭建军") == "事项已驳回（09:00），不能再操作。"


def test_a_coordinator_may_nudge_from_the_detail(stage: Stage) -> None:
    stage.type("周文博", stage.item().code)
    stage.press("周文博", "催办")
    assert stage.text("周文博") == f"{stage.item().code} 已催办。"

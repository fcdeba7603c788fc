"""Conversations about tasks: take, hand in, decline, give to somebody; and what the others see then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.talk.stage import ORGANISATION, Stage, flow_of, labels
from workflow.domain.command import Answer, Command
from workflow.organisation.model import Pool
from workflow.talk.about import Detail, Prompt
from workflow.talk.cards.prompt import DUTIES
from workflow.talk.incoming import Pressed
from workflow.talk.timeline import timeline
from workflow.talk.view import Ask

WORK = """flow: work
title: 上门服务
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  派单: { task: 所.审核员, take: grab }
  服务: { task: 派单.办理人, form: { 照片: photo 1..2, 时长: duration <= 8小时, 备注?: text 2..50 } }
  回访: { task: 中心.审核员, take: assign, form: { 满意: stars 5 } }
  评: { task: 提交人, need: 1, help: 请如实评价, form: { 满意度: stars 5 } }
"""


def begun(text: str = WORK, **organisation: Any) -> Stage:
    house = ORGANISATION
    for name, value in organisation.items():
        house = type(house)(**{**{field: getattr(house, field) for field in house.__struct_fields__}, name: value})
    stage = Stage(flow_of(text), organisation=house)
    made = stage.decide(
        Command("", "t", "", "submit", "李明", "", {"flow": text.split()[1], "form": {"标题": "修水管"}})
    )
    assert isinstance(made, Answer), made
    return stage


def handed_in(stage: Stage) -> None:
    answers = {"照片": [stage.upload("王芳", "一.jpg")], "时长": "1小时"}
    stage.decide(Command("", "t", stage.item().id, "done", "王芳", "", {"answers": answers}))


def test_one_takes_it_and_the_other_is_told_who() -> None:
    stage = begun()
    card = stage.card("王芳")
    assert labels(card) == ["接单", "谢绝", "意见", "详情"]
    assert card.text == "接单即可，没有要填的。"
    assert labels(stage.card("戴维")) == ["Take it", "Decline", "Comment", "Details"]
    _, stale = stage.find("王芳", "接单")
    stage.now += timedelta(minutes=5)
    stage.press("戴维", "Take it")
    assert stage.chat("戴维").toast == f"{stage.item().code}: it is yours."
    first = next(one for one in stage.chat("王芳").messages if isinstance(one, Prompt))
    assert stage.show("王芳", first).state == "已由 戴维 于 09:05 接单"  # type: ignore[union-attr]
    stage.hear("王芳", Pressed("王芳", "王芳", stale.token, message="0"))
    assert stage.text("王芳") == "这一单已由 戴维 于 09:05 接下，不用再办了。"


def test_it_is_handed_in_field_by_field_with_its_photos_and_the_next_see_them() -> None:
    stage = begun()
    stage.press("王芳", "接单")
    card = stage.card("王芳")
    assert labels(card) == ["办结", "谢绝", "意见", "详情"]
    assert card.text == "办结时填写：照片、时长、备注（可不填）"
    stage.press("王芳", "办结")
    assert stage.asked("王芳").kind == "photo"
    stage.type("王芳", "", ("一.jpg", "image/jpeg"))
    stage.press("王芳", "完成")
    stage.type("王芳", "9小时")
    assert "8小时" in stage.asked("王芳").problem
    stage.type("王芳", "1小时30分钟")
    stage.press("王芳", "跳过")
    stage.press("王芳", "办结")
    assert stage.item().place == "回访"
    assert stage.chat("王芳").toast == f"{stage.item().code} 已办结。"
    assigner = stage.card("李明")
    facts = dict(assigner.facts)
    assert facts["服务"] == "办结 · 王芳 · 09:00"
    assert facts["时长"] == "1小时30分钟"
    assert [one.name for one in assigner.files] == ["一.jpg"]
    assert stage.hear("李明", Pressed("李明", "李明", assigner.files[0].token)).says, "the photo is handed out"


def test_a_coordinator_gives_it_to_somebody_who_declines_and_to_another() -> None:
    stage = begun()
    stage.press("王芳", "接单")
    handed_in(stage)
    assert stage.refused is None, stage.refused
    assert labels(stage.card("李明")) == ["派给", "意见", "详情"]
    assert stage.card("李明").text == "请选一人办理。"
    stage.press("李明", "派给")
    question = stage.last("李明")
    assert isinstance(question, Ask)
    assert [one.label for one in question.options] == ["赵敏（中心审核员）", "钱学文（中心审核员）"]
    stage.press("李明", "钱学文（中心审核员）")
    assert stage.text("李明") == f"{stage.item().code} 已派出。"
    stage.press("钱学文", "谢绝")
    stage.type("钱学文", "出差")
    assert stage.card("钱学文").state == "已谢绝 · 09:00"
    stage.press("李明", "派给")
    assert [one.label for one in stage.asked("李明").options] == ["赵敏（中心审核员）"]
    stage.press("李明", "赵敏（中心审核员）")
    assert labels(stage.card("赵敏")) == ["办结", "谢绝", "意见", "详情"]
    told = [one.text for one in timeline(stage.item(), stage.scene("李明"))]
    assert "接单“派单”" in told
    assert "办结“服务”" in told
    assert any("钱学文 谢绝" in one for one in told)


def test_whoever_is_of_the_pool_takes_it_by_its_code_and_nobody_else() -> None:
    pooled = WORK.replace("所.审核员", "队").replace("flow: work", "flow: pooled")
    stage = begun(pooled, pools=(Pool("队", "审核员"),))
    assert stage.card("张伟").title == "修水管"
    stage.type("王芳", f"接单 {stage.item().code}")
    assert stage.text("王芳") == f"{stage.item().code} 已接单。"
    stage.type("吕梁", f"/take {stage.item().code}")
    assert stage.text("吕梁") == "没有这个事项，或您无权查看；请核对编号。"
    stage.type("吕梁", "/take")
    assert stage.text("吕梁") == "请带上编号，如 /take K3M9QX。"


def test_the_detail_leads_to_the_task_and_a_doer_still_sees_the_item() -> None:
    stage = begun()
    stage.press("王芳", "接单")
    handed_in(stage)
    stage.say("王芳", Detail(stage.item().id))
    assert stage.card("王芳", Detail).title == "修水管"
    stage.say("吕梁", Detail(stage.item().id))
    assert "没有" in stage.text("吕梁")


def test_every_kind_at_which_people_owe_something_has_its_card() -> None:
    assert set(DUTIES) >= {"task", "live", "collect"}


def test_administrators_name_anybody_who_is_there_the_submitter_too() -> None:
    stage = begun()
    for person, label in (("王芳", "谢绝"), ("戴维", "Decline")):
        stage.press(person, label)
        stage.press(person, "跳过" if person == "王芳" else "Skip")
    assert stage.card("郭建军").state == "“派单”无人可办，请指派"
    stage.press("郭建军", "指派")
    stage.type("郭建军", "李明")
    stage.type("郭建军", "没有别人了")
    assert stage.refused is None, stage.refused
    assert labels(stage.card("李明")) == ["接单", "谢绝", "意见", "详情"]

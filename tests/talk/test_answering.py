"""Answers in a chat: who was asked by name, who was invited, who writes down for others, and what nobody reads before its time."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.talk.stage import Stage, buttons, flow_of, labels
from workflow.domain.command import Answer, Command
from workflow.domain.item import Item, Line
from workflow.talk.about import Detail, Told
from workflow.talk.incoming import Pressed
from workflow.talk.view import Card, Notice

SURVEY = """flow: survey
title: 入户问卷
start: { by: 站.协调员, form: { 标题: text 2..40, 底数: int 1..9 } }
steps:
  问卷: { collect: [anyone, 站群], need: 3, due: 5日, help: 说实话就好, form: { 满意度: stars 5, 意见?: text 2..200 } }
  复核: { review: 所.审核员 }
"""
BIDS = """flow: bids
title: 评分
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  打分: { collect: 所.审核员, need: all, secret: 亮分, form: { 分数: int 0..100, 理由: text 2..200 } }
  公示: { review: 站.审核员 }
  亮分: { review: 中心.审核员 }
"""
DISTRICTS = """flow: districts
title: 分片问卷
start: { by: 站.协调员, form: { 标题: text 2..40, 片区: { rows: { 名称: text 2..20 } } } }
steps:
  问卷: { each: 片区, collect: anyone, need: 2, form: { 满意度: stars 5 } }
  复核: { review: 所.审核员 }
"""
BARE = """flow: bare
title: 报名
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  报名: { collect: 站群, need: 2 }
"""


def begun(stage: Stage, flow: str, **form: object) -> Item:
    made = stage.decide(
        Command("", "t", "", "submit", "李明", "", {"flow": flow, "form": {"标题": "春季摸底", **form}})
    )
    assert isinstance(made, Answer), made
    return stage.items[made.item]


def invited(stage: Stage, person: str) -> Card:
    """What the item's code shows to somebody who has no part in it."""
    stage.type(person, f"/item {stage.item().code}")
    view = stage.last(person)
    assert isinstance(view, Card), view
    return view


def filled(stage: Stage, person: str, *texts: str) -> None:
    """The form's questions answered one after the other, then handed in."""
    for text in texts:
        stage.type(person, text)
    stage.press(person, "提交")


def test_whoever_has_the_code_is_invited_and_sees_no_more_than_that() -> None:
    stage = Stage(flow_of(SURVEY))
    item = begun(stage, "survey", 底数="7")
    card = invited(stage, "罗勇")
    assert (card.title, labels(card)) == ("春季摸底", ["填写"])
    assert card.state.startswith("“问卷”征集中")
    assert card.text == "说实话就好\n填写：满意度、意见（可不填）"
    assert not card.facts  # 底数 is nobody's business here
    stage.press("罗勇", "填写")
    filled(stage, "罗勇", "4", "跳过")
    assert stage.text("罗勇").startswith(f"{item.code} 已收到您填的内容")
    assert stage.item().version == item.version  # the item was not touched
    [row] = stage.apart[item.id, "问卷", 1].values()
    assert (row.person, dict(row.values)) == ("罗勇", {"满意度": 4})


def test_an_answer_given_again_is_the_one_that_counts() -> None:
    stage = Stage(flow_of(SURVEY))
    item = begun(stage, "survey", 底数="7")
    for stars, words in (("1", "太差了吧"), ("5", "很好很好")):
        invited(stage, "罗勇")
        stage.press("罗勇", "填写")
        filled(stage, "罗勇", stars, words)
    [row] = stage.apart[item.id, "问卷", 1].values()
    assert dict(row.values)["满意度"] == 5


def test_a_room_is_invited_and_answers_in_private() -> None:
    stage = Stage(flow_of(SURVEY))
    item = begun(stage, "survey", 底数="7")
    [told] = stage.chat("站群").messages
    group = stage.chat("张伟")
    group.private = False
    stage.say("张伟", told)
    card = stage.card("张伟", Told)
    assert labels(card) == ["填写"]
    assert f"私聊发给我 {item.code}" in card.text
    stage.press("张伟", "填写")
    assert group.toast.startswith("这件事请在私聊里办")
    assert not stage.apart


def test_a_coordinator_writes_down_what_others_said_and_nobody_else_does() -> None:
    stage = Stage(flow_of(SURVEY))
    item = begun(stage, "survey", 底数="7")
    for how, who, stars in (("电话", "王大爷", "2"), ("入户", "王大爷", "3"), ("入户", "李大妈", "5")):
        stage.type("李明", f"/item {item.code}")
        stage.press("李明", "代填")
        stage.press("李明", how)
        stage.type("李明", who)
        filled(stage, "李明", stars, "跳过")
    rows = [dict(row.values)["满意度"] for row in stage.apart[item.id, "问卷", 1].values()]
    assert rows == [3, 5]
    assert all(not row.person for row in stage.apart[item.id, "问卷", 1].values())
    stage.type("张伟", f"/item {item.code}")
    assert "代填" not in labels(stage.last("张伟"))


def test_enough_answers_end_it_and_a_late_one_is_told_so() -> None:
    stage = Stage(flow_of(SURVEY))
    item = begun(stage, "survey", 底数="7")
    invited(stage, "罗勇")
    place, late = stage.find("罗勇", "填写")
    stage.press("罗勇", "填写")
    for person in ("张伟", "刘洋", "许静"):
        invited(stage, person)
        stage.press(person, "填写")
        filled(stage, person, "4", "跳过")
    assert stage.item().place == "复核"
    stage.type("罗勇", "4")
    assert stage.text("罗勇") == "这一步已经结束，不用再填。"
    stage.hear("罗勇", Pressed("罗勇", "罗勇", late.token, message=str(place)))
    assert stage.text("罗勇") == "征集已经结束，不再接受填写。"
    assert len(stage.apart[item.id, "问卷", 1]) == 3
    card = stage.card("王芳")
    assert ("份数", "3") in card.facts


def test_without_a_form_the_press_is_the_answer() -> None:
    stage = Stage(flow_of(BARE))
    begun(stage, "bare")
    for person in ("张伟", "许静"):
        card = invited(stage, person)
        assert card.text == "点“填写”就算一份。"
        stage.press(person, "填写")
    assert stage.item().state == "done"


def test_time_ends_it_whoever_has_answered() -> None:
    stage = Stage(flow_of(SURVEY))
    begun(stage, "survey", 底数="7")
    stage.until(timedelta(days=6))
    assert stage.item().place == "复核"
    card = stage.card("王芳")
    assert ("份数", "0") in card.facts


def test_who_was_asked_has_a_prompt_until_it_is_over() -> None:
    stage = Stage(flow_of(BIDS))
    item = begun(stage, "bids")
    card = stage.card("王芳")
    assert card.state.startswith("“打分”请您填写")
    assert "所填内容在“亮分”开始以前保密。" in card.text
    stage.press("王芳", "填写")
    filled(stage, "王芳", "88", "方案扎实")
    card = stage.card("王芳")
    assert card.state.startswith("“打分”您已填写")
    assert {("您填的 分数", "88"), ("您填的 理由", "方案扎实"), ("份数", "已收 1 份，要 2 份")} <= set(card.facts)
    stage.press("王芳", "填写")
    filled(stage, "王芳", "90", "再看更好")
    assert stage.item().place == "打分"
    assert [dict(row.values)["分数"] for row in item_rows(stage)] == [90]
    assert item.version < stage.item().version  # who was asked answers into the item


def item_rows(stage: Stage) -> tuple[Line, ...]:
    return next(run.rows for run in stage.item().runs.values() if run.rows)


def read(stage: Stage, person: str) -> str:
    """All that somebody sees of the item and its history."""
    item = stage.item()
    views = [stage.show(person, Detail(item.id)), stage.show(person, Detail(item.id, timeline=True))]
    return re.sub(r"token='[^']*'", "", "\n".join(str(view) for view in (*views, *stage.seen(person))))


def test_what_is_secret_is_seen_by_who_gave_it_alone_until_the_step_opens() -> None:
    stage = Stage(flow_of(BIDS))
    begun(stage, "bids")
    for person, score in (("王芳", "88"), ("戴维", "77")):
        stage.press(person, "填写" if person == "王芳" else "Fill in")
        for text in (score, "方案扎实"):
            stage.type(person, text)
        stage.press(person, "提交" if person == "王芳" else "Submit")
    assert stage.item().place == "公示"
    for person in ("郭建军", "李明", "张伟", "孙丽华"):
        assert "88" not in read(stage, person), person
        assert "77" not in read(stage, person), person
        assert "扎实" not in read(stage, person), person
    assert "88" in read(stage, "王芳")
    assert "77" not in read(stage, "王芳")
    assert ("打分", "“亮分”开始以前保密") in stage.card("张伟").facts
    stage.press("张伟", "通过")
    assert {("王芳", "分数 88 · 理由 方案扎实"), ("戴维", "分数 77 · 理由 方案扎实")} <= set(stage.card("赵敏").facts)
    assert "88" in read(stage, "郭建军")


def test_a_judge_is_nobody_who_answered() -> None:
    stage = Stage(flow_of(BIDS))
    begun(stage, "bids")
    assert all(choice.label != "转交" for choice in buttons(stage.card("王芳")))
    stage.press("王芳", "填写")
    filled(stage, "王芳", "88", "方案扎实")
    assert "王芳" in stage.item().doers


def test_who_may_not_see_and_is_not_asked_reads_that_there_is_no_such_item() -> None:
    stage = Stage(flow_of(BIDS))
    begun(stage, "bids")
    stage.type("罗勇", f"/item {stage.item().code}")
    view = stage.last("罗勇")
    assert isinstance(view, Notice)
    assert "没有" in view.text


def test_of_several_rows_each_has_a_button_that_says_which() -> None:
    stage = Stage(flow_of(DISTRICTS))
    item = begun(stage, "districts", 片区=[{"名称": "东片"}, {"名称": "西片"}])
    assert labels(invited(stage, "罗勇")) == ["填写 · 东片", "填写 · 西片"]
    stage.press("罗勇", "填写 · 西片")
    filled(stage, "罗勇", "4")
    assert list(stage.apart) == [(item.id, "问卷/2", 1)]
    for person, row in (("张伟", "西片"), ("罗勇", "东片"), ("张伟", "东片")):
        invited(stage, person)
        stage.press(person, f"填写 · {row}" if len(stage.item().runs) > 2 else "填写")
        filled(stage, person, "5")
    assert stage.item().place == "复核"

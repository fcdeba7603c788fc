"""What goes wrong in conversations: broken off, too late, refused, forged, out of place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.talk.stage import KEY, Stage, labels
from workflow.domain.command import Refused
from workflow.steps.draft import Random
from workflow.talk.about import Line, Page, Status
from workflow.talk.incoming import Pressed, Typed
from workflow.talk.listen import hear, lapse
from workflow.talk.present import present
from workflow.talk.scene import Hearing
from workflow.talk.tokens import Press, version_of, write
from workflow.talk.view import Card, Notice


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


def test_a_dialogue_expires_and_says_so_once(stage: Stage) -> None:
    stage.press("张伟", "退回")
    question = stage.question("张伟")
    stage.now += timedelta(minutes=31)
    heard = stage.type("张伟", "地点请写具体")
    assert heard.says == (Line("dialogue_expired"),)
    assert question in heard.bump
    assert stage.item().place == "站初审"
    assert stage.type("张伟", "地点请写具体").says == (Line("not_understood"),)
    stage.press("张伟", "退回")
    stage.now += timedelta(minutes=31)
    asked = stage.question("张伟")
    cancel = write(Press("cancel", asked.dialogue, asked.no), KEY, "bot", "张伟")
    assert stage.hear("张伟", Pressed("张伟", "张伟", cancel)).says == (Line("dialogue_expired"),)
    stage.press("张伟", "退回")
    stage.now += timedelta(minutes=31)
    both = stage.type("张伟", "/inbox")
    assert both.says == (Line("dialogue_expired"), Page("inbox"))


def test_what_was_broken_off_is_taken_up_again(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    stage.type("李明", "重阳敬老")
    stage.press("李明", "意见")
    stage.type("李明", "补充一句")
    assert stage.asked("李明").prompt == "主题"
    stage.type("李明", "/new activity")
    assert isinstance(stage.chat("李明").messages[-2], Line)
    assert stage.asked("李明").prompt == "主题"
    assert len(stage.chat("李明").dialogue.open) == 1
    stage.type("李明", "/inbox")
    stage.type("李明", "丰富")
    assert stage.asked("李明").prompt == "时间"


def test_no_more_than_so_many_are_open(stage: Stage) -> None:
    for n in range(6):
        stage.now += timedelta(seconds=1)
        stage.activity(标题=f"活动{n}")
        stage.press("李明", "意见")
    assert len(stage.chat("李明").dialogue.open) == 4


def test_the_buttons_of_an_old_question_are_dead(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    stage.type("李明", "重阳敬老")
    _, old = stage.find("李明", "学习实践科学理论")
    stage.type("李明", "丰富")
    stage.hear("李明", Pressed("李明", "李明", old.token))
    assert stage.text("李明") == "这个问题已经过去了；请回答最新的一个，或发 /help。"
    assert isinstance(stage.seen("李明")[-3], Notice)
    assert stage.seen("李明")[-3].text == "（已回答）"  # type: ignore[union-attr]


def test_a_dialogue_whose_task_was_decided_meanwhile_loses_nothing_but_time(stage: Stage) -> None:
    stage.press("刘洋", "退回")
    stage.press("张伟", "通过")
    stage.type("刘洋", "地点请写具体")
    assert stage.text("刘洋") == "这一步已由 张伟 于 09:00 通过，不用再办了。"
    assert not stage.chat("刘洋").dialogue.open


def test_a_form_that_the_decision_refuses_is_asked_again_with_all_its_answers() -> None:
    stage = Stage()
    stage.type("李明", "/new activity")
    for text in ("爱国卫生月", "丰富", "2026-12-20 10:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    stage.type("李明", "", ("方案.pdf", "application/pdf"))
    # Between the last look and the decision, the world changes: the flow's rule is another one there.
    dispute = Refused("form", {"problems": [["时间", "要在工作日", "must be a working day"]]})
    stage.decide = lambda _command: dispute  # type: ignore[method-assign,assignment]
    stage.press("李明", "提交")
    card = stage.last("李明")
    assert isinstance(card, Card)
    assert card.text == "时间：要在工作日"
    assert dict(card.facts)["标题"] == "爱国卫生月"
    assert labels(card) == ["提交", "修改", "取消"]
    assert len(stage.chat("李明").dialogue.open) == 1


def test_a_person_whom_the_decision_refuses_is_asked_for_again(stage: Stage) -> None:
    stage.press("张伟", "转交")
    stage.type("张伟", "彭慧")
    stage.decide = lambda _command: Refused("not_eligible", {"person": "彭慧"})  # type: ignore[method-assign,assignment]
    stage.type("张伟", "请代办")
    assert stage.asked("张伟").kind == "person"
    assert stage.asked("张伟").problem.startswith("彭慧 不能办这一步")


def test_forged_and_foreign_buttons(stage: Stage) -> None:
    _, theirs = stage.find("张伟", "通过")
    for token in ("", "AAAA", theirs.token):
        heard = stage.hear("刘洋", Pressed("刘洋", "刘洋", token))
        assert heard.command is None
        assert stage.text("刘洋") == "这个按钮无效；请发 /inbox 重新打开。"
    assert stage.item().place == "站初审"


def test_an_old_rounds_button_after_a_return(stage: Stage) -> None:
    _, old = stage.find("刘洋", "通过")
    stage.press("张伟", "退回")
    stage.type("张伟", "请改")
    stage.press("李明", "修改重报")
    stage.press("李明", "提交")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", old.token))
    assert stage.text("刘洋") == "这是上一轮的按钮，已经作废；请发 /inbox 看现在的待办。"
    assert stage.item().place == "站初审"


def test_another_persons_task_by_a_token_of_ones_own_chat(stage: Stage) -> None:
    token = write(Press("approve", stage.item().id, 1, 1), KEY, "bot", "刘洋")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", token))
    assert stage.text("刘洋") == "这项待办不是您的。"


def test_bidi_and_controls_never_reach_anybody(stage: Stage) -> None:
    stage.press("张伟", "退回")
    stage.type("张伟", "请\u202e改\x00\u2066好")
    assert "请改好" in stage.card("李明", Status).text


def test_a_refusal_names_its_facts_even_through_the_database(stage: Stage) -> None:
    stage.say(
        "李明", Line("refused.decided", {"by": ["张伟"], "at": stage.now, "result": "approved", "step": "站初审"})
    )
    assert stage.text("李明") == "这一步已由 张伟 于 09:00 通过，不用再办了。"


def test_an_item_that_is_gone_is_said_to_be(stage: Stage) -> None:
    assert isinstance(present(Status("no such item"), stage.scene("李明")), Notice)


def press(stage: Stage, person: str, press_: Press) -> str:
    stage.hear(person, Pressed(person, person, write(press_, KEY, "bot", person)))
    view = stage.last(person)
    return view.text if isinstance(view, Notice) else type(view).__name__


def test_buttons_out_of_their_time_and_place(stage: Stage) -> None:
    item = stage.item().id
    assert press(stage, "李明", Press("turn", extra=1)) == "这页清单已经过期；请重新发送命令。"
    assert press(stage, "李明", Press("detail")) == "没有这个事项，或您无权查看；请核对编号。"
    assert press(stage, "李明", Press("resubmit", item)) == "事项没有退回，不用重报。"
    assert press(stage, "张伟", Press("resubmit", item)) == "只有提交人可以这样做。"
    assert press(stage, "郭建军", Press("reassign", item, extra=99)) == "现在没有可以指派的步骤。"
    assert press(stage, "郭建军", Press("retry", item)).startswith("重试") is False
    stage.type("郭建军", "不知道")
    assert stage.text("郭建军") == "事项没有挂起，不用重试。"
    assert press(stage, "张伟", Press("mark", item, 1, 1, 7)) == "清单里没有这一项：8。"
    assert press(stage, "张伟", Press("task", item, 999, 1)) == "Card"
    assert press(stage, "张伟", Press("start", item)) == "表单已更新，请发 /new 重新填写。"
    flow = write(Press("start", version_of(stage.flows["activity"].digest)), KEY, "bot", "张伟")
    stage.hear("张伟", Pressed("张伟", "张伟", flow))
    assert stage.text("张伟") == "您不能发起“活动项目三级审核”；发 /new 看可以发起的流程。"


def test_nothing_is_asked_in_a_group(stage: Stage) -> None:
    _, choice = stage.find("张伟", "退回")
    stage.chat("张伟").private = False
    stage.hear("张伟", Pressed("张伟", "张伟", choice.token, private=False))
    assert stage.text("张伟") == "这件事请在私聊里办：打开与我的私聊，发 /inbox 接着办。"
    for text in ("/find 清明", "/new activity", "/mine"):
        stage.type("张伟", text)
        assert stage.text("张伟") == "这件事请在私聊里办：打开与我的私聊，发 /inbox 接着办。"


def test_a_file_that_was_not_taken_is_named(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    for text in ("爱国卫生月", "丰富", "12月20日 9:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    chat = stage.chat("李明")
    hearing = Hearing(
        **stage._setting("李明"), command="00000000-0000-0000-0000-000000000001", random=Random(b"r"),
        spoilt=(Refused("file_too_large", {"name": "大.pdf", "most": 20}),),
    )  # fmt: skip
    heard = hear(Typed("李明", "李明", ""), hearing)
    assert heard.dialogue == chat.dialogue
    stage.say("李明", heard.says[0])
    assert stage.text("李明") == "“大.pdf”太大，最大 20 MB；请压缩或拆开再传。"


def test_the_clock_may_say_what_expired(stage: Stage) -> None:
    stage.press("张伟", "退回")
    dialogue = stage.chat("张伟").dialogue
    assert lapse(dialogue, stage.now) is None
    heard = lapse(dialogue, stage.now + timedelta(minutes=30))
    assert heard is not None
    assert heard.says == (Line("dialogue_expired"),)
    assert heard.dialogue.expires is None

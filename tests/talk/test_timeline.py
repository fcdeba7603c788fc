from __future__ import annotations

from typing import get_args

from tests.talk.stage import OWN, Stage, flow_of
from workflow.domain import event as e
from workflow.domain.command import Command
from workflow.talk.timeline import TELL, Entry, timeline


def told(stage: Stage, person: str = "李明", language: str = "") -> list[tuple[str, str]]:
    return [(one.actor, one.text) for one in timeline(stage.item(), stage.scene(person, language))]


def test_every_fact_has_its_sentence() -> None:
    assert set(TELL) == set(get_args(e.Fact))


def test_who_did_what_and_what_followed_by_itself() -> None:
    stage = Stage()
    stage.activity()
    stage.press("张伟", "退回")
    stage.type("张伟", "地点请写具体")
    stage.press("李明", "修改重报")
    stage.press("李明", "修改")
    stage.press("李明", "地点")
    stage.type("李明", "东门")
    stage.press("李明", "提交")
    stage.vote("张伟")
    stage.vote("王芳")
    stage.vote("赵敏")
    stage.vote("钱学文")
    assert told(stage) == [
        ("李明", "提交（大山子站）"),
        ("系统", "“站初审”开始，等 张伟、刘洋 办理"),
        ("张伟", "从“站初审”退回到“提交人”：地点请写具体"),
        ("李明", "修改了 地点"),
        ("李明", "重新提交"),
        ("系统", "“站初审”第 2 轮开始，等 张伟、刘洋 办理"),
        ("张伟", "通过“站初审”"),
        ("系统", "“所复审”开始，等 王芳、戴维 办理"),
        ("王芳", "通过“所复审”"),
        ("系统", "“中心终审”开始，等 赵敏、钱学文 办理"),
        ("赵敏", "通过“中心终审”"),
        ("钱学文", "通过“中心终审”"),
        ("系统", "“中心终审”结束：通过"),
        ("系统", "项目编号：DX-2026-0001"),
        ("系统", "发布到 公众号、站群（“派发”）"),
        ("系统", "事项已办结"),
    ]
    english = told(stage, language="en")
    assert english[2] == ("张伟", "returned it from “站初审” to “the submitter”: 地点请写具体")
    assert english[-1] == ("the system", "the item is done")


def test_a_checklist_says_what_failed_and_a_skip_says_why() -> None:
    stage = Stage()
    stage.livestream()
    marks = {"导向正确": "pass", "符合计划": "fail", "避开敏感节点": "na"}
    stage.vote("林国栋", "reject", marks=marks, comment="不合计划")
    assert ("林国栋", "驳回“选题关”（不通过：符合计划）：不合计划") in told(stage, "吕梁")
    small = Stage()
    small.activity(预计人数="20")
    small.vote("张伟")
    small.vote("王芳")
    assert ("系统", "“中心终审”结束：跳过（条件不成立）") in told(small)


def test_handing_over_comments_and_nudges() -> None:
    stage = Stage()
    stage.activity()
    stage.vote("张伟", "transfer", to="彭慧", comment="我出差")
    stage.vote("李明", "nudge")
    stage.vote("李明", "comment", comment="请尽快")
    said = told(stage)
    assert ("张伟", "意见：我出差") in said
    assert ("张伟", "转交了 张伟 的待办，由 彭慧 办理") in said
    assert ("李明", "催办 刘洋、彭慧") in said
    assert ("李明", "意见：请尽快") in said


def test_who_reviews_blindly_reads_no_more_than_they_may() -> None:
    stage = Stage(flow_of(OWN))
    form = {"标题": "清明"}
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "own", "form": form}))
    stage.vote("张伟", "return", comment="请改")
    stage.vote("李明", "resubmit", form={"标题": "重阳"})
    stage.vote("张伟", answers={"金额": "50"})
    assert ("李明", "修改了 标题") in told(stage, "李明")
    assert not [text for _, text in told(stage, "王芳") if "修改" in text]


def test_words_erased_leave_the_history_whole() -> None:
    stage = Stage()
    stage.activity()
    stage.vote("张伟", "return", comment="请改")
    stage.contents.clear()
    assert ("张伟", "从“站初审”退回到“提交人”：〔已删除〕") in told(stage)


def test_an_entry_is_a_moment_a_name_a_sentence_and_a_kind() -> None:
    stage = Stage()
    stage.activity()
    first = timeline(stage.item(), stage.scene("李明"))[0]
    assert first == Entry(stage.now, "李明", "提交（大山子站）", "started")

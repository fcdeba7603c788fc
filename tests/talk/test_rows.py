"""Rows in a chat: the row at hand, blind where its step is, a ranking, a draw, rows to choose from, and one answer that came back."""

from __future__ import annotations

from datetime import timedelta

from tests.talk.stage import Stage, flow_of, labels
from workflow.domain.command import Answer, Command
from workflow.domain.item import Item
from workflow.talk.about import Prompt, Status
from workflow.talk.timeline import timeline
from workflow.talk.view import Ask

BIDS = """flow: bids
title: 竞标
start: { by: 站.协调员, form: { 标题: text 2..40, 预算: money } }
steps:
  征集: { collect: [所.审核员, 站.审核员], due: 2日, secret: 开标, form: { 名称: text 2..40, 申请额: money } }
  开标: { each: 征集, check: 所.分管领导, items: [齐全], back: 各.提交人, reject: continue, show: [名称, 申请额] }
  评审: { each: 开标, where: 各.结果 == 通过, collect: 所.宣传委员, need: all, show: [申请额], form: { 分: int 0..100 } }
  排名: { rank: 评审, score: mean(各.分), within: sum(各.申请额) <= 预算 }
  抽查: { draw: 排名, need: 1 }
  公示: { review: 中心.审核员, form: { 中意: one 排名 where 各.入选 } }
  收尾: { review: 中心.审核员 }
"""


def begun() -> Stage:
    """Three have bid and the bids are open: 王芳 for 300, 张伟 for 500, 刘洋 for 400, of 800."""
    stage = Stage(flow_of(BIDS))
    form = {"标题": "春季竞标", "预算": "800"}
    made = stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "bids", "form": form}))
    assert isinstance(made, Answer), made
    for person, name, amount in (("王芳", "银龄午餐", 300), ("张伟", "楼顶花园", 500), ("刘洋", "手语课堂", 400)):
        decided(stage, person, "answer", answers={"名称": name, "申请额": str(amount)}, place="征集")
    stage.until(timedelta(days=2, hours=1))
    return stage


def decided(stage: Stage, person: str, verb: str, row: int = 0, **args: object) -> None:
    """`row`: at whose row, from 1; 0 where there is one task alone."""
    held = [
        (task.no, run.round) for run in stage.item().runs.values() for task in run.tasks.values()
        if task.person == person and task.state == "open" and (not row or run.row == row - 1)
    ]  # fmt: skip
    outcome = stage.decide(Command("", "t", stage.item().id, verb, person, "", {"task": list(held[0]), **args}))
    assert isinstance(outcome, Answer), outcome


def facts(stage: Stage, person: str, place: int = -1) -> dict[str, str]:
    """What one of a person's cards says, label by label."""
    prompts = [one for one in stage.chat(person).messages if isinstance(one, Prompt)]
    return dict(stage.show(person, prompts[place]).facts)  # type: ignore[union-attr]


def judged(stage: Stage) -> Item:
    """All three passed and were judged: 王芳 80, 张伟 90, 刘洋 60."""
    for row in (1, 2, 3):
        decided(stage, "林国栋", "approve", row, marks={"齐全": "pass"})
    for row, points in ((1, 80), (2, 90), (3, 60)):
        for juror in ("许静", "邓小雨"):
            decided(stage, juror, "answer", row, answers={"分": str(points)})
    return stage.item()


def test_a_check_of_each_answer_shows_that_answer() -> None:
    stage = begun()
    prompts = [one for one in stage.chat("林国栋").messages if isinstance(one, Prompt)]
    shown = [dict(stage.show("林国栋", one).card.facts) for one in prompts]  # type: ignore[union-attr]
    assert [one["申请额"] for one in shown] == ["300.00 元", "500.00 元", "400.00 元"]
    assert [one["名称"] for one in shown] == ["银龄午餐", "楼顶花园", "手语课堂"]
    assert all("提交人" not in one for one in shown)


def test_a_blind_step_shows_the_row_by_its_number_and_nothing_it_does_not_name() -> None:
    stage = begun()
    for row in (1, 2, 3):
        decided(stage, "林国栋", "approve", row, marks={"齐全": "pass"})
    shown = facts(stage, "许静", 1)
    assert shown["申请额"] == "500.00 元"
    assert shown["开标"] == "第 2 行"
    said = "".join(shown.values())
    assert "楼顶花园" not in said
    assert "张伟" not in said


def test_a_ranking_and_a_draw_are_lines_of_a_card() -> None:
    stage = begun()
    judged(stage)
    shown = facts(stage, "赵敏")
    assert shown["名次"].split("\n") == ["1. 楼顶花园 90 · 入选", "2. 银龄午餐 80 · 入选", "3. 手语课堂 60"]
    assert shown["抽中"].startswith("1. ")
    assert len(shown["种子"]) == 64
    english = dict(stage.show("赵敏", stage.chat("赵敏").messages[-1], "en").facts)  # type: ignore[union-attr]
    assert english["Ranking"].split("\n")[0] == "1. 楼顶花园 90 · selected"


def test_the_history_tells_of_the_commitment_the_draw_and_the_ranking() -> None:
    stage = begun()
    item = judged(stage)
    said = [one.text for one in timeline(item, stage.scene("郭建军"))]
    [before] = [one for one in said if one.startswith("“抽查”的抽取种子已定，指纹 ")]
    assert any(one.startswith("“抽查”从 3 行里抽取 1 行，公开种子 ") for one in said)
    assert "“排名”排出 3 行，入选 2 行" in said
    assert said.index(before) <= 1


def test_a_row_is_chosen_by_what_names_it_and_only_where_it_may_be() -> None:
    stage = begun()
    judged(stage)
    stage.press("赵敏", "通过")
    question = stage.last("赵敏")
    assert isinstance(question, Ask)
    assert [one.label for one in question.options] == ["楼顶花园", "银龄午餐"]
    stage.press("赵敏", "银龄午餐")
    assert dict(stage.last("赵敏").facts)["中意"] == "银龄午餐"  # type: ignore[union-attr]
    stage.press("赵敏", "通过")
    assert dict(stage.item().results["公示"].answers)["中意"] == "征集/1"
    assert facts(stage, "钱学文")["中意"] == "银龄午餐"


def test_one_answer_goes_back_to_who_gave_it_and_its_row_begins_anew() -> None:
    stage = begun()
    decided(stage, "林国栋", "return", 2, comment="金额写错了")
    card = stage.show("张伟", [one for one in stage.chat("张伟").messages if isinstance(one, Prompt)][-1])
    assert labels(card) == ["填写"]
    assert dict(card.facts) == {"名称": "楼顶花园", "申请额": "500.00 元"}  # type: ignore[union-attr]
    assert "金额写错了" in card.text  # type: ignore[union-attr]
    stage.press("张伟", "填写")
    stage.type("张伟", "楼顶花园")
    stage.type("张伟", "450")
    stage.press("张伟", "提交")
    rows = [(one.person, dict(one.values)["申请额"]) for one in stage.item().results["征集"].rows]
    assert rows == [("王芳", 30000), ("张伟", 45000), ("刘洋", 40000)]
    assert stage.item().rounds["开标/2"] == 2
    [again] = [run for run in stage.item().runs.values() if run.row == 1]
    assert [task.person for task in again.tasks.values() if task.state == "open"] == ["林国栋"]
    said = [one.text for one in timeline(stage.item(), stage.scene("郭建军"))]
    assert "张伟 改好了“征集”里的一份" in said
    assert any("交这一行的人" in one for one in said)


def test_who_handed_the_item_in_sees_how_it_stands_while_an_answer_is_with_its_giver() -> None:
    stage = begun()
    decided(stage, "林国栋", "return", 1, comment="看不清")
    status = next(one for one in stage.chat("李明").messages if isinstance(one, Status))
    assert "王芳" in str(stage.show("李明", status))

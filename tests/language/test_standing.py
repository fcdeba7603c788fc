"""Where an item is in its flow's picture: played on the real core, line by line."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tests.rehearsal.rig import cases, compiled
from workflow.domain.definition import Definition
from workflow.domain.item import Pause
from workflow.language.graph.shape import shape_of
from workflow.language.graph.standing import Mark, standing
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.play import begin, follow, house_of
from workflow.rehearsal.stage import Stage

FLOW = """\
flow: trial
title: 试验
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..500, 名单: { rows: { 姓名: text 2..20 } } } }
steps:
  甲: { review: 站.审核员 }
  乙: { when: 人数 > 100, review: 所.审核员 }
  丙:
    all:
      丁: { each: 名单, check: 所.组织委员, items: [核对], reject: continue }
      戊: { steps: { 己: { review: 所.宣传委员 }, 庚: { review: 所.分管领导, back: [己, 提交人], resume: here } } }
  辛: { review: 中心.审核员, back: [提交人, 甲], late: reject, open: 2日后 }
  壬: { do: { count: { 场次: 1 } } }
"""
HEAD = """\
- case: 试
  people: { 站.协调员: 李明, 站.审核员: 张三, 所.审核员: 王五, 所.组织委员: 彭慧, 所.宣传委员: 赵六, 所.分管领导: 钱七, 中心.审核员: 孙八 }
  start: { by: 李明, form: { 标题: 读书会, 人数: 30, 名单: [ { 姓名: 甲医生 }, { 姓名: 乙医生 } ] } }
  then:
"""
BEFORE: Mapping[str, Mark] = {"start": "done", "甲": "done", "乙": "skipped"}


def staged(*lines: str, flow: str = FLOW) -> tuple[Definition, Stage]:
    definition = compiled(flow)
    (case,) = cases(HEAD + "".join(f"    - {line}\n" for line in lines or ("after: 1分钟",)))
    stage = Stage(definition, Lifecycle(definition), house_of(case, definition, None))
    begin(stage, case)
    for line in case.lines:
        follow(stage, line)
    return definition, stage


def marks(*lines: str, flow: str = FLOW) -> Mapping[str, Mark]:
    definition, stage = staged(*lines, flow=flow)
    assert stage.item is not None
    found = standing(definition, stage.item)
    assert set(found) <= {box.id for box in shape_of(definition, "zh").boxes}, "every mark has its box"
    return found


def test_from_step_to_step() -> None:
    assert marks() == {"start": "done", "甲": "now"}
    assert marks("张三 通过 甲") == {**BEFORE, "丙": "now", "丙/丁": "now", "丙/戊": "now", "丙/戊/己": "now"}


def test_branches_each_for_themselves_and_rows_together() -> None:
    inside = {**BEFORE, "丙": "now", "丙/戊": "now", "丙/戊/己": "done", "丙/戊/庚": "now"}
    assert marks("张三 通过 甲", "赵六 通过 己", "彭慧 通过 丁") == {**inside, "丙/丁": "now"}
    assert marks("张三 通过 甲", "赵六 通过 己", "彭慧 通过 丁", "彭慧 通过 丁") == {**inside, "丙/丁": "done"}


def test_what_is_not_open_yet_waits_for_its_time() -> None:
    lines = ("张三 通过 甲", "赵六 通过 己", "彭慧 通过 丁", "彭慧 通过 丁", "钱七 通过 庚")
    found = marks(*lines)
    assert (found["丙"], found["丙/戊/庚"], found["辛"]) == ("done", "done", "shut")
    assert marks(*lines, "after: 2日")["辛"] == "now"
    assert marks(*lines, "after: 2日", "孙八 通过 辛") == {**found, "辛": "done", "壬": "done", "done": "now"}


def test_after_a_return_what_lies_ahead_again_is_not_marked() -> None:
    lines = (
        "张三 通过 甲",
        "赵六 通过 己",
        "彭慧 通过 丁",
        "彭慧 通过 丁",
        "钱七 通过 庚",
        "after: 2日",
        "孙八 退回 辛 到 甲",
    )
    assert marks(*lines) == {"start": "done", "甲": "now"}
    assert marks(*lines, "张三 通过 甲") == {**BEFORE, "丙": "now", "丙/丁": "now", "丙/戊": "now", "丙/戊/己": "now"}
    assert marks(*lines[:-1], "孙八 退回 辛 到 提交人") == {"start": "now"}
    again = marks(*lines[:-1], "孙八 退回 辛 到 提交人", "李明 重新提交", "张三 驳回 甲")
    assert again == {"start": "done", "甲": "rejected", "rejected": "rejected"}, "an older round's steps are not marked"


def test_a_return_inside_a_branch_and_straight_back() -> None:
    lines = ("张三 通过 甲", "赵六 通过 己", "钱七 退回 庚 到 己")
    found = marks(*lines)
    assert (found["丙/戊/己"], "丙/戊/庚" in found) == ("now", False)
    assert (marks(*lines, "赵六 通过 己")["丙/戊/庚"]) == "now"


def test_straight_back_over_what_stays_reviewed() -> None:
    flow = FLOW.replace("back: [提交人, 甲], late: reject", "back: [提交人, 甲], resume: here, late: reject")
    lines = (
        "张三 通过 甲",
        "赵六 通过 己",
        "彭慧 通过 丁",
        "彭慧 通过 丁",
        "钱七 通过 庚",
        "after: 2日",
        "孙八 退回 辛 到 甲",
        "张三 通过 甲",
    )
    found = marks(*lines, flow=flow)
    assert (found["甲"], found["乙"], found["丙"]) == ("done", "skipped", "done")
    assert found["辛"] in {"now", "shut"}


def test_a_rejection_and_lateness() -> None:
    assert marks("张三 驳回 甲") == {"start": "done", "甲": "rejected", "rejected": "rejected"}
    lines = ("张三 通过 甲", "赵六 通过 己", "彭慧 通过 丁", "彭慧 驳回 丁", "钱七 通过 庚", "after: 9日")
    found = marks(*lines)
    assert (found["丙/丁"], found["辛"], found["rejected"]) == ("done", "late", "rejected")


def test_what_is_suspended_stands_where_it_stood() -> None:
    definition, stage = staged("张三 通过 甲")
    assert stage.item is not None
    item = replace(
        stage.item,
        pause=Pause("condition", 0, "丙"),
        runs={**stage.item.runs, 0: replace(stage.item.runs[0], place="suspended")},
    )
    found = standing(definition, item)
    assert found["丙"] == "paused"
    assert found["丙/戊/己"] == "now"


def test_a_withdrawn_item_shows_how_far_it_came() -> None:
    assert marks("张三 通过 甲", "李明 撤回") == {**BEFORE}

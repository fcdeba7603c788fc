"""The player of cases: it must notice when a flow does not do what its case says, and say it at the right place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flows.house import house
from tests.rehearsal.rig import ACTIVITY, HEAD, cases, compiled, played
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.definition import Edge
from workflow.language.report import render
from workflow.lifecycle import Lifecycle
from workflow.rehearsal import reasons
from workflow.rehearsal.play import begin, house_of, play
from workflow.rehearsal.setting import MONDAY
from workflow.rehearsal.stage import Stage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("lines", "code", "why", "at"),
    [
        (["expect: { at: 所复审 }"], "T515", "at: expected [所复审], found [站初审]", "所复审"),
        (["expect: { waiting: [张三] }"], "T515", "found [张三, 李四]", "[张三]"),
        (["expect: { state: done }"], "T515", "state: expected done, found running", "done"),
        (["张三 通过 站初审", "expect: { published: [公众号] }"], "T515", "published: expected [公众号], found []", "[公众号]"),
        (["after: 10分钟", "expect: { escalated: 是 }"], "T515", "escalated: expected yes, found no", "是"),
        (["after: 2工作日", "expect: { reminded: [] }"], "T515", "reminded: expected [], found [张三, 李四]", "[]"),
        (["张三 通过 站初审", "王五 通过 所复审", "expect: { names: { 项目编号: DX-2026-0002 } }"], "T515", "found { 项目编号: DX-2026-0001 }", "{ 项目编号: DX-2026-0002 }"),
        (["张三 通过 站初审", "expect: { results: { 站初审: 驳回 } }"], "T515", "expected { 站初审: rejected }, found { 站初审: approved }", "{ 站初审: 驳回 }"),
        (["expect: { counted: { 场次: 1 } }"], "T515", "counted: expected { 场次: 1 }, found {}", "{ 场次: 1 }"),
        (["expect: { told: [站群] }"], "T515", "told", "[站群]"),
        (["王五 通过 站初审"], "T512", "owes nothing (no_task)", "王五 通过 站初审"),
        (["{ refused: 张三 通过 站初审 }"], "T513", "should be refused", "张三 通过 站初审"),
        (["{ refused: 王五 通过 站初审, because: ended }"], "T514", "should be refused because ended", "王五 通过 站初审"),
        (["赵高 通过 站初审"], "T510", "nobody in this case is called “赵高”", "赵高"),
        (["张三 转交 站初审 给 赵高"], "T510", "“赵高”", "赵高"),
        (["张三 通过 站出审"], "T511", "did you mean “站初审”?", "站出审"),
        (["张三 退回 站初审 到 天上"], "T511", "“天上”", "天上"),
        (["until: 1小时前"], "T516", "2026-11-23 08:00, but it is 2026-11-23 09:00 already", "1小时前"),
        (["until: 预算"], "T517", "cannot be worked out", "预算"),
        (["李明 撤回", "after: 1小时"], "T518", "has ended", "1小时"),
    ],
)  # fmt: skip
def test_what_goes_otherwise_is_said_where_it_stands(lines: list[str], code: str, why: str, at: str) -> None:
    finding = played(*lines).finding
    assert finding is not None
    assert finding.code == code
    assert why in finding.message_en
    text = (HEAD + "".join(f"    - {line}\n" for line in lines)).splitlines()
    assert text[finding.line - 1][finding.column - 1 : finding.end_column - 1] == at
    assert finding.line == len(text)


def test_what_was_expected_and_what_was_is_said_in_chinese_too() -> None:
    finding = played("expect: { state: 已办结 }").finding
    assert finding is not None
    assert finding.message_zh == "状态：期望 done（已办结），实际 running（办理中）"
    assert (
        render([finding], HEAD + "    - expect: { state: 已办结 }\n", "a.test.yaml", "zh")
        .splitlines()[0]
        .startswith("a.test.yaml:5:24 T515 ")
    )


def test_both_sides_of_a_comparison_are_kept_for_programs() -> None:
    outcome = played("expect: { at: 所复审 }")
    assert (outcome.expected, outcome.found) == (("所复审",), ("站初审",))


def test_a_form_that_is_refused_is_said() -> None:
    (case,) = cases(HEAD.replace("预计人数: 30", "预计人数: 0") + "    - 张三 通过 站初审\n")
    finding = play(case, ACTIVITY, Lifecycle(ACTIVITY), house()).finding
    assert finding is not None
    assert (finding.code, finding.line) == ("T520", 3)
    assert "预计人数" in finding.message_zh


@pytest.mark.parametrize(("by", "code"), [("王五", "T520"), ("赵高", "T510")])
def test_who_cannot_start_is_said(by: str, code: str) -> None:
    finding = played("expect: { state: running }", head=HEAD.replace("by: 李明", f"by: {by}")).finding
    assert finding is not None
    assert finding.code == code


@pytest.mark.parametrize("post", ["占.审核员", "站.审合员"])
def test_a_post_that_a_given_organisation_does_not_have(post: str) -> None:
    finding = played("expect: { state: running }", head=HEAD.replace("站.审核员", post)).finding
    assert finding is not None
    assert (finding.code, finding.line) == ("T521", 2)


def test_in_english() -> None:
    outcome = played(
        "张三 return 站初审 to submitter", "李明 resubmit", "张三 approve 站初审", "王五 approve 所复审", "expect: { state: done, results: { 站初审: approved, 所复审: approved, 中心终审: skipped, 派发: approved } }"
    )  # fmt: skip
    assert outcome.finding is None


def test_the_chinese_spelling_of_every_key() -> None:
    (case,) = cases(
        "- 用例: 试\n  人员: { 站.协调员: 李明, 站.审核员: 张三 }\n"
        "  发起: { 由: 李明, 表单: { 标题: 读书会, 主题: 学习实践科学理论, 时间: 5工作日后, 地点: 书房, 预计人数: 30, 方案: a.pdf } }\n"
        "  经过:\n    - 拒绝: 李明 通过 站初审\n      因为: no_task\n    - 过: 1工作日\n"
        "    - 期望: { 所在: 站初审, 待办: [张三], 已提醒: [张三], 已上报: 是, 已通知: [], 状态: 办理中, 已发布: [], 名称: {}, 计数: {}, 结果: {} }\n"
        "    - 做: 张三 驳回 站初审\n      意见: 太晚\n    - 期望: { 状态: 已驳回 }\n"
    )
    assert play(case, ACTIVITY, Lifecycle(ACTIVITY), house()).finding is None


def test_a_name_with_blanks_in_it() -> None:
    head = HEAD.replace("[张三, 李四]", "Ann Lee")
    assert played("Ann Lee 通过 站初审", "expect: { at: 所复审 }", head=head).finding is None


def test_without_people_the_organisation_s_own_are_there() -> None:
    head = re.sub("  people:.*\n", "", HEAD)
    assert played("张伟 通过 站初审", "expect: { waiting: [david, 王芳] }", head=head).finding is None, "of 酒仙桥"
    made_up = head.replace("李明", "站协调员甲")
    definition = compiled((ROOT / "flows/activity.yaml").read_text("utf-8"))
    assert (
        played("站审核员乙 通过 站初审", "expect: { at: 所复审 }", head=made_up, definition=definition).finding is None
    )


def test_the_ways_that_were_walked() -> None:
    assert played("张三 通过 站初审", "王五 退回 所复审", "李明 撤回").walked == {
        Edge("submit", places.START, "站初审"),
        Edge("approve", "站初审", "所复审"),
        Edge("return>submitter", "所复审", places.RETURNED),
        Edge("withdraw", places.RETURNED, places.WITHDRAWN),
    }


def test_a_case_that_fails_has_walked_what_it_walked() -> None:
    outcome = played("张三 通过 站初审", "expect: { state: done }")
    assert outcome.finding is not None
    assert Edge("approve", "站初审", "所复审") in outcome.walked


def test_the_same_case_twice_gives_the_same_events() -> None:
    def events() -> object:
        (case,) = cases(HEAD + "    - 张三 通过 站初审\n")
        stage = Stage(ACTIVITY, Lifecycle(ACTIVITY), house_of(case, ACTIVITY, house()))
        begin(stage, case)
        assert stage.now == MONDAY
        return stage.events

    assert events() == events()


def test_what_is_kept_does_not_change_with_the_stage() -> None:
    (case,) = cases(HEAD + "    - 张三 通过 站初审\n")
    stage = Stage(ACTIVITY, Lifecycle(ACTIVITY), house_of(case, ACTIVITY, house()))
    begin(stage, case)
    before = stage.kept()
    stage.command("withdraw", "李明", {})
    assert stage.item is not None
    assert stage.item.state == "withdrawn"
    assert before.item is not None
    assert (before.item.state, len(before.events)) == ("running", 1)
    assert before.sound()


def test_words_of_people_may_be_left_by_who_was_told() -> None:
    assert played("after: 1工作日", "李明 留言", "{ refused: 王五 留言, because: not_yours_to_see }").finding is None


def test_every_refusal_has_its_words() -> None:
    sources = [
        path.read_text("utf-8") for folder in ("verbs", "steps") for path in (ROOT / "workflow" / folder).glob("*.py")
    ]
    given = set(
        re.findall(r'Refused\(\s*"([a-z_]+)"', "\n".join((*sources, (ROOT / "workflow/decide.py").read_text("utf-8"))))
    )
    assert given - reasons.REASONS.keys() == set()
    assert len(given) > 25
    assert (
        reasons.said(Refused("form", {"problems": [["标题", "请填写", "fill it in"]]}))[1]
        == "some answers are not right: 标题 fill it in (form)"
    )

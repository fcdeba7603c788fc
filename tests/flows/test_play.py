"""The player of cases itself: it must notice when a flow does not do what its case says."""

from __future__ import annotations

import pytest

from tests.flows.house import FLOWS, house
from tests.flows.play import Case, Play, WrongError, cases, house_for, owed
from workflow.domain import places
from workflow.domain.definition import Edge
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle

TEXT = (FLOWS / "activity.yaml").read_text("utf-8")
COMPILED = compile_flow(TEXT, "activity", organisation=house())
assert COMPILED.definition is not None
ACTIVITY = COMPILED.definition

HEAD = """\
- case: 试
  people: { 站.协调员: 李明, 站.审核员: [张三, 李四], 所.审核员: 王五 }
  start: { by: 李明, form: { 标题: 读书会, 主题: 学习实践科学理论, 时间: 5工作日后, 地点: 书房, 预计人数: 30, 方案: a.pdf } }
  then:
"""


def play(*lines: str) -> Play:
    (case,) = cases(HEAD + "".join(f"    - {line}\n" for line in lines))
    one = Play(ACTIVITY, Lifecycle(ACTIVITY), house_for(case, house()), case)
    one.run()
    return one


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["expect: { at: 所复审 }"], "at: expected \\['所复审'\\], found \\['站初审'\\]"),
        (["expect: { waiting: [张三] }"], "waiting"),
        (["expect: { state: done }"], "state"),
        (["张三 通过 站初审", "expect: { published: [公众号] }"], "published"),
        (["after: 10分钟", "expect: { escalated: 是 }"], "escalated"),
        (["after: 2工作日", "expect: { reminded: [] }"], "reminded"),
        (["王五 通过 站初审"], "refused"),
        (["{ refused: 张三 通过 站初审 }"], "was followed"),
        (["{ refused: 王五 通过 站初审, because: ended }"], "refused because"),
        (["赵高 通过 站初审"], "nobody is called"),
        (["张三 同意 站初审"], "the verbs are"),
        (["张三 通过 站出审"], "no step"),
        (["expect: { wating: [] }"], "nothing is known"),
        (["{ hope: 好 }"], "cannot read"),
        (["until: 1小时前"], "already"),
    ],
)
def test_what_goes_otherwise_is_said(lines: list[str], why: str) -> None:
    with pytest.raises(WrongError, match=why):
        play(*lines)


def test_the_line_is_said() -> None:
    with pytest.raises(WrongError, match="line 6, case “试”"):
        play("张三 通过 站初审", "expect: { at: 站初审 }")


def test_a_form_that_is_refused_is_said() -> None:
    (case,) = cases(HEAD.replace("预计人数: 30", "预计人数: 0") + "    - 张三 通过 站初审\n")
    with pytest.raises(WrongError, match="预计人数"):
        Play(ACTIVITY, Lifecycle(ACTIVITY), house_for(case, house()), case).run()


def test_the_edges_that_were_walked() -> None:
    walked = set(play("张三 通过 站初审", "王五 退回 所复审", "李明 撤回").walked())
    assert walked == {
        Edge("submit", places.START, "站初审"),
        Edge("approve", "站初审", "所复审"),
        Edge("return>submitter", "所复审", places.RETURNED),
        Edge("withdraw", places.RETURNED, places.WITHDRAWN),
    }


def test_what_no_case_walks_is_owed() -> None:
    wanted = owed(ACTIVITY)
    assert Edge("skip", "中心终审", "派发") in wanted
    assert Edge("skip", "站初审", "所复审") not in wanted, "it has no `when`"
    assert Edge("return>所复审", "中心终审", "所复审") in wanted
    assert Edge("reject", "站初审", places.REJECTED) in wanted
    assert not [one for one in wanted if one.trigger in ("cancel", "expire", "lapse")], "it escalates"


def test_lateness_is_owed_where_a_flow_has_one() -> None:
    text = TEXT.replace("due: 1工作日 }", "due: 1工作日, late: { 1日: { tell: 站群 }, 2日: reject } }").replace(
        "review: 所.审核员 }", "review: 所.审核员, late: continue }"
    )
    late = compile_flow(text, "activity", organisation=house()).definition
    assert late is not None
    wanted = {(one.trigger, one.source) for one in owed(late)}
    assert ("expire", "站初审") in wanted
    assert ("lapse", "所复审") in wanted
    assert ("cancel", "所复审") not in wanted


def test_a_file_that_is_no_list_of_cases() -> None:
    with pytest.raises(AssertionError):
        cases("case: 一")
    with pytest.raises(AssertionError, match="a case has"):
        cases("- case: 一\n  then: []\n")


def test_a_case_as_read() -> None:
    (case,) = cases(HEAD + "    - 张三 通过 站初审\n")
    assert isinstance(case, Case)
    assert case.people["所.审核员"] == ["王五"]
    assert case.lines == [(5, "张三 通过 站初审")]

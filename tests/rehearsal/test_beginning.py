"""Cases of flows that begin by themselves, of duplicates, and of rules over many items."""

from __future__ import annotations

import textwrap

import pytest

from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.asking import Ask, Asker
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import Outcome, play
from workflow.rehearsal.session import Session

REPORT = """
    flow: report
    title: 季报
    start: { at: 每季度 第5个工作日 09:00, form: { 期: int }, with: { 期: 季度 } }
    steps: { 审定: { review: 中心.审核员 } }
"""
MENDING = """
    flow: mending
    title: 报修
    start:
      by: [站.协调员, 站.审核员]
      form: { 类: [水, 电], 事项: text 2..200, 分?: stars 5 }
      merge: { same: [事项], last: 7日 }
    steps: { 受理: { review: 所.审核员 } }
    watch:
      差评: { per: 类, last: 3, when: mean(分) < 3, do: { tell: 中心.督办员, text: <类> } }
"""
HOUSE = "people: { 站.协调员: 甲, 站.审核员: 乙, 所.审核员: 丙, 中心.督办员: 丁 }"


def played(flow: str, case: str) -> Outcome:
    compiled = compile_flow(textwrap.dedent(flow))
    assert compiled.definition is not None, compiled.findings
    cases = read_cases(textwrap.dedent(case))
    assert not cases.findings, cases.findings
    return play(cases.cases[0], compiled.definition, Lifecycle(compiled.definition), None)


def test_it_begins_by_itself_at_its_moment() -> None:
    outcome = played(
        REPORT,
        """
        - case: 第四季度
          people: { 中心.审核员: 甲 }
          start: { by: 系统, at: 2026-10-14 09:00 }
          then:
            - expect: { at: 审定, waiting: [甲] }
            - 甲 通过 审定
            - expect: { state: done }
        """,
    )
    assert outcome.finding is None, outcome.finding


def test_what_is_handed_in_again_joins_and_what_is_another_does_not() -> None:
    outcome = played(
        MENDING,
        f"""
        - case: 又报一次
          {HOUSE}
          start: {{ by: 甲, form: {{ 类: 电, 事项: 路灯坏了 }} }}
          then:
            - {{ say: 乙 提交, form: {{ 类: 电, 事项: 路灯坏了 }} }}
            - expect: {{ joined: [乙], waiting: [丙] }}
            - {{ refused: 乙 提交, because: another, form: {{ 类: 电, 事项: 井盖丢了 }} }}
            - after: 7日
            - {{ refused: 乙 提交, because: another, form: {{ 类: 电, 事项: 路灯坏了 }} }}
        """,
    )
    assert outcome.finding is None, outcome.finding


@pytest.mark.parametrize(("stars", "noticed"), [(2, "[差评]"), (3, "[]")])
def test_a_rule_looks_at_what_ended_before(stars: int, noticed: str) -> None:
    outcome = played(
        MENDING,
        f"""
        - case: 三件里
          {HOUSE}
          before: [ {{ 类: 水, 分: 1 }}, {{ times: 2, 类: 电, 分: {stars} }} ]
          start: {{ by: 甲, form: {{ 类: 电, 事项: 路灯坏了, 分: 3 }} }}
          then:
            - 丙 通过 受理
            - expect: {{ state: done, noticed: {noticed}, told: {"[丁]" if stars == 2 else "[]"} }}
        """,
    )
    assert outcome.finding is None, outcome.finding


def test_a_row_that_is_not_there_is_said() -> None:
    outcome = played(
        REPORT.replace("form: { 期: int }, with: { 期: 季度 }", "each: 中心, unit: 各"),
        """
        - case: 没有这一行
          people: { 中心.审核员: 甲 }
          start: { by: 系统, row: 别处 }
          then: [ 甲 通过 审定 ]
        """,
    )
    assert outcome.finding is not None
    assert outcome.finding.code == "T530"


def test_stepping_through_may_begin_it_by_itself() -> None:
    compiled = compile_flow(textwrap.dedent(REPORT))
    assert compiled.definition is not None
    talk = Session(compiled.definition, None, Asker("zh")).talk()
    first = next(talk)
    assert isinstance(first, Ask)
    assert "1 系统" in first.said
    after = talk.send("1")
    assert isinstance(after, Ask)
    assert "审定" in after.said

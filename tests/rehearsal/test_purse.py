"""Money, sums and lists in cases: what accounts begin with, what they have at the end, what was reported and added."""

from __future__ import annotations

import textwrap

import pytest

from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import Outcome, play

FLOW = """\
flow: coins
title: 公益币
start: { by: 站.协调员, form: { 标题: text 2..40, 数额: money 0..500 } }
steps:
  冻结: { do: { hold: 公益币, amount: 数额, from: 中心.公益币池 } }
  审核: { review: 站.审核员 }
  结算:
    do:
      - { pay: 公益币, amount: 数额 / 2, from: 中心.公益币池, to: 提交人, cap: 80 每日 }
      - { count: { 场次: 1, 人次: 7 } }
      - { report: { 场次: 场次, 人均: 人次 / 场次 }, per: 站, last: 本月, to: 中心.协调员 }
"""
CASE = """\
- case: 一
  people: { 站.协调员: 李明, 站.审核员: 张三, 中心.协调员: 周一 }
  balances: { 公益币 中心.公益币池: 300, 公益币 李明: 5 }
  start: { by: 李明, form: { 标题: 清明, 数额: 200 } }
  then:
    - expect: { balances: { 公益币 中心.公益币池: 100 }, held: { 公益币 中心.公益币池: 200.00 } }
    - 张三 通过 审核
    - expect: { state: done, balances: { 公益币 中心.公益币池: 220, 公益币 李明: 85 }, held: { 公益币 中心.公益币池: 0 }, reported: [周一] }
"""


def played(case: str) -> Outcome:
    compiled = compile_flow(FLOW, "coins")
    assert compiled.definition is not None, compiled.findings
    read = read_cases(textwrap.dedent(case))
    assert not read.findings, read.findings
    return play(read.cases[0], compiled.definition, Lifecycle(compiled.definition), None)


def test_a_case_says_what_there_is_and_what_is_left() -> None:
    assert played(CASE).finding is None


@pytest.mark.parametrize(
    ("written", "instead"),
    [("李明: 85", "李明: 84.99"), ("公益币池: 100 }", "公益币池: 100.01 }"), ("[周一]", "[李明]")],
)
def test_what_is_otherwise_is_said(written: str, instead: str) -> None:
    found = played(CASE.replace(written, instead)).finding
    assert found is not None
    assert found.code == "T515"


def test_what_is_not_there_is_short() -> None:
    case = (
        CASE.partition("  then:")[0].replace("中心.公益币池: 300", "中心.公益币池: 199.99")
        + """\
  then:
    - expect: { state: rejected, results: { 冻结: 驳回 }, balances: { 公益币 中心.公益币池: 199.99 } }
"""
    )
    assert played(case).finding is None


def test_where_nothing_is_said_there_is_enough_in_all_but_peoples_own_accounts() -> None:
    case = CASE.replace("  balances: { 公益币 中心.公益币池: 300, 公益币 李明: 5 }\n", "").replace(
        "公益币池: 100 }", "公益币池: 999800 }"
    )
    case = case.replace("公益币池: 220, 公益币 李明: 85", "公益币池: 999920, 公益币 李明: 80")
    assert played(case).finding is None


@pytest.mark.parametrize("wrong", ["{ 公益币: 3 }", "{ 公益币 池: 很多 }", "3"])
def test_balances_that_cannot_be_read(wrong: str) -> None:
    text = CASE.replace("{ 公益币 中心.公益币池: 300, 公益币 李明: 5 }", wrong)
    assert {one.code for one in read_cases(text).findings} == {"F303"}

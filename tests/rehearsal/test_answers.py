"""Cases of a `collect`: who answers, who writes down for others, what ends it, and what the rows come to."""

from __future__ import annotations

import textwrap

from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.past import Replayed, replay
from workflow.rehearsal.play import begin, follow, house_of, play
from workflow.rehearsal.stage import Stage

FLOW = """
flow: survey
title: 入户问卷
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  问卷: { collect: anyone, need: 3, due: 5日, form: { 知晓: bool, 满意度: stars 5, 意见?: text 2..200 } }
  专家: { collect: 所.审核员, need: all, form: { 分: int 0..40 } }
  复核:
    when: mean(问卷.满意度 >= 4, 0) < 0.5 or mean(专家.分, 0) < 20
    review: 中心.审核员
"""


def flow(text: str = FLOW) -> Definition:
    compiled = compile_flow(text, "survey")
    assert compiled.definition is not None, compiled.findings
    return compiled.definition


def cases(text: str) -> list[str]:
    """What goes otherwise in each case; empty where all went as it says."""
    read = read_cases(textwrap.dedent(text))
    assert not read.findings, read.findings
    lifecycle = Lifecycle(flow())
    outcomes = [play(case, flow(), lifecycle, None) for case in read.cases]
    return [outcome.finding.message_en if outcome.finding is not None else "" for outcome in outcomes]


def replayed(text: str, changed: str) -> Replayed:
    """What would become of the case's item, its answers at hand, under a changed flow."""
    [case] = read_cases(textwrap.dedent(text)).cases
    people = house_of(case, flow(), None)
    stage = Stage(flow(), Lifecycle(flow()), people)
    begin(stage, case)
    for line in case.lines:
        follow(stage, line)
    apart = {(path, round_): rows for (_, path, round_), rows in stage.apart.items()}
    return replay(flow(changed), Lifecycle(flow(changed)), people, tuple(stage.events), apart)


PEOPLE = "{ 站.协调员: 李明, 站.审核员: [张三, 李四], 所.审核员: [王五, 赵六], 中心.审核员: 钱七 }"


def test_enough_answers_end_it_and_the_last_of_each_counts() -> None:
    assert cases(f"""
    - case: 三人填完
      people: {PEOPLE}
      start: {{ by: 李明, form: {{ 标题: 文明城区 }} }}
      then:
        - {{ say: 张三 填写 问卷, form: {{ 知晓: 是, 满意度: 1 }} }}
        - {{ say: 张三 填写 问卷, form: {{ 知晓: 是, 满意度: 5 }} }}
        - {{ say: 李四 填写 问卷, form: {{ 知晓: 否, 满意度: 4, 意见: 很好 }} }}
        - expect: {{ at: 问卷 }}
        - {{ refused: 李四 填写 问卷, because: form, form: {{ 知晓: 否 }} }}
        - {{ say: 李明 填写 问卷, channel: 电话, respondent: 王大爷, form: {{ 知晓: 是, 满意度: 5 }} }}
        - expect: {{ at: 专家, results: {{ 问卷: 通过 }} }}
        - {{ refused: 张三 填写 专家, because: not_asked, form: {{ 分: 3 }} }}
        - {{ say: 王五 填写 专家, form: {{ 分: 30 }} }}
        - {{ say: 赵六 填写 专家, form: {{ 分: 31 }} }}
        - expect: {{ state: done, results: {{ 问卷: 通过, 专家: 通过, 复核: 跳过 }} }}
    """) == [""]


def test_one_respondent_has_one_answer_whoever_writes_it_down() -> None:
    assert cases(f"""
    - case: 同一位大爷
      people: {PEOPLE}
      start: {{ by: 李明, form: {{ 标题: 文明城区 }} }}
      then:
        - {{ say: 李明 填写 问卷, channel: 电话, respondent: 王大爷 138-0000, form: {{ 知晓: 是, 满意度: 5 }} }}
        - {{ say: 李明 填写 问卷, channel: 入户, respondent: 王大爷1380000, form: {{ 知晓: 是, 满意度: 1 }} }}
        - {{ say: 张三 填写 问卷, form: {{ 知晓: 是, 满意度: 1 }} }}
        - expect: {{ at: 问卷 }}
        - {{ refused: 张三 填写 问卷, channel: 电话, respondent: 李大妈, because: coordinators_only, form: {{ 知晓: 是, 满意度: 5 }} }}
        - after: 5日
        - expect: {{ at: 专家 }}
        - {{ refused: 李四 填写 问卷, because: answers_over, form: {{ 知晓: 是, 满意度: 5 }} }}
        - {{ say: 李明 填写 专家, channel: 电话, respondent: 王五, form: {{ 分: 40 }} }}
        - {{ say: 赵六 填写 专家, form: {{ 分: 40 }} }}
        - expect: {{ at: 复核, waiting: [钱七] }}
    """) == [""]


def test_the_past_is_run_again_with_its_own_answers() -> None:
    case = f"""
    - case: 三人填完
      people: {PEOPLE}
      start: {{ by: 李明, form: {{ 标题: 文明城区 }} }}
      then:
        - {{ say: 张三 填写 问卷, form: {{ 知晓: 是, 满意度: 5 }} }}
        - {{ say: 李四 填写 问卷, form: {{ 知晓: 否, 满意度: 4 }} }}
        - {{ say: 李明 填写 问卷, channel: 电话, respondent: 王大爷, form: {{ 知晓: 是, 满意度: 5 }} }}
        - {{ say: 王五 填写 专家, form: {{ 分: 30 }} }}
        - {{ say: 赵六 填写 专家, form: {{ 分: 31 }} }}
    """
    same = replayed(case, FLOW)
    assert not same.differs
    assert (same.assumed, same.unasked) == ((), ())
    stricter = replayed(case, FLOW.replace("mean(专家.分, 0) < 20", "mean(专家.分, 0) < 31"))
    assert stricter.differs
    assert stricter.would.results["问卷"].result == "approved"
    assert stricter.assumed == (("复核", "钱七"),)

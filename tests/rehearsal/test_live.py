"""Cases of a live step: its verbs, what its webhooks say, and how it stands, in both spellings."""

from __future__ import annotations

import textwrap

from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.house import made_up
from workflow.rehearsal.menu import acts
from workflow.rehearsal.play import Outcome, begin, follow, play
from workflow.rehearsal.scenery import happened, scene
from workflow.rehearsal.stage import Stage

FLOW = """
flow: lv
title: 直播
start: { by: 所.负责人, form: { 选题: text 2..40 } }
steps:
  直播:
    live: 所.现场
    due: 1小时
    beat: 10分钟
    stop: [ { webhook: 断流 }, { tell: 中心.领导 } ]
"""
CASE = """
- case: 停播、复播、漏报
  people: { 所.负责人: 吕梁, 所.现场: [丁一, 沈佳], 中心.领导: 高志远, 中心.协调员: 孙丽华 }
  start: { by: 吕梁, form: { 选题: 红色传承 } }
  then:
    - expect: { at: 直播, waiting: [丁一, 沈佳], live: on }
    - 丁一 报平安 直播
    - 沈佳 stop 直播
    - expect: { live: 未确认, called: [断流], told: [高志远] }
    - refused: 丁一 停播 直播
      because: off_air
    - 送达: 断流
    - expect: { 直播: 已断 }
    - 丁一 复播 直播
    - expect: { live: cut }
    - 沈佳 复播 直播
    - expect: { live: 直播中 }
    - after: 16分钟
    - expect: { escalated: true }
    - 丁一 停播 直播
    - lost: 断流
    - expect: { live: unconfirmed }
    - after: 1小时
    - expect: { state: done, live: 没有直播, called: [断流] }
"""


def played(case: str) -> Outcome:
    compiled = compile_flow(FLOW, "lv")
    assert compiled.definition is not None, compiled.findings
    cases = read_cases(textwrap.dedent(case))
    assert not cases.findings
    return play(cases.cases[0], compiled.definition, Lifecycle(compiled.definition), None)


def test_a_case_walks_through_all_of_it() -> None:
    outcome = played(CASE)
    assert outcome.finding is None, outcome.finding


def test_a_hook_that_nobody_waits_for_is_wrong() -> None:
    outcome = played(CASE.replace("送达: 断流", "送达: 断电"))
    assert outcome.finding is not None
    assert outcome.finding.code == "T522"


def test_how_it_stands_is_compared() -> None:
    outcome = played(CASE.replace("{ live: cut }", "{ live: on }"))
    assert outcome.finding is not None
    assert "on（直播中），实际 cut（已断）" in outcome.finding.message_zh


def test_who_steps_through_is_offered_its_verbs_and_told_what_happened() -> None:
    compiled = compile_flow(FLOW, "lv")
    assert compiled.definition is not None
    definition = compiled.definition
    stage = Stage(definition, Lifecycle(definition), made_up(definition))
    case = read_cases(
        "- { case: 甲, start: { by: 所负责人甲, form: { 选题: 红色传承 } }, then: [ 所现场甲 停播 直播 ] }"
    ).cases[0]
    begin(stage, case)
    assert {"所现场甲 报平安 直播", "所现场乙 停播 直播"} <= set(acts(stage, "zh"))
    assert any("要报平安" in one for one in scene(stage, "zh"))
    assert any("the all-clear is owed" in one for one in scene(stage, "en"))
    follow(stage, case.lines[0])
    assert list(happened(stage, "zh"))[:2] == ["所现场甲 停播", "调用接口 断流"]
    assert {"所现场甲 restart 直播", "所现场乙 restart 直播"} <= set(acts(stage, "en"))

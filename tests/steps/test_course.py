"""The course: returns and rounds, branches and rows, time, what fails, and how an item ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.steps.court import START, Court
from workflow.domain.command import SYSTEM
from workflow.domain.effect import Count, Number, Send

HEAD = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40, 人数?: int 1..5000, 开始?: datetime, 嘉宾?: { rows: { 姓名: text 2..20 } } } }
    steps:
"""
THREE = (
    HEAD
    + """
      站审: { review: 站.审核员 }
      所审: { review: 所.审核员, back: [提交人, 站审] }
      终审: { review: 中心.审核员, back: [提交人, 站审, 所审] }
"""
)
PARALLEL = (
    HEAD
    + """
      站审: { review: 站.审核员 }
      会审:
        all:
          甲审: { review: 所.审核员, need: 2, back: [提交人, 站审] }
          乙审: { review: 中心.审核员 }
      归档: { do: [ { count: { 场次: 1 } } ] }
"""
)


def test_a_return_opens_a_new_round_and_old_votes_are_history() -> None:
    one = Court(THREE)
    one.submit()
    one.do("甲", "approve")
    one.do("乙", "approve")
    assert one.do("戊", "return", comment="补充") == "which_target"
    assert one.do("戊", "return", comment="补充", to="别处") == "no_such_target"
    assert one.do("戊", "return", comment="补充", to="站审") == ""
    assert (one.place, one.owing) == ("站审", ["甲"])
    assert one.item is not None
    assert one.item.rounds == {"站审": 2, "所审": 1, "终审": 1}
    assert one.do("甲", "approve", task=(1, 1)) == "decided"
    one.do("甲", "approve")
    assert one.item.place == "所审"


def test_the_abandoned_rounds_moments_are_gone_and_the_new_rounds_are_set() -> None:
    one = Court(THREE)
    one.submit()
    one.do("甲", "approve")
    one.now = START + timedelta(days=1)
    one.do("乙", "return", comment="补充", to="submitter")
    assert one.item is not None
    assert (one.place, one.owing, one.item.next_at) == ("returned", ["报"], None)
    one.now = START + timedelta(days=30)
    assert one.do("报", "resubmit", form={"人数": "30"}) == ""
    assert one.item.next_at is not None
    assert one.item.next_at > one.now
    assert one.states("报") == ["voted"]


def test_resume_here_goes_back_to_who_returned_it_unless_reviewed_fields_changed() -> None:
    text = THREE.replace("终审: { review: 中心.审核员,", "终审: { review: 中心.审核员, resume: here,")
    for changes, place in (({}, "终审"), ({"人数": "40"}, "站审")):
        one = Court(text)
        one.submit(人数="30")
        one.do("甲", "approve")
        one.do("乙", "approve")
        one.do("戊", "return", comment="补充", to="submitter")
        assert one.do("报", "resubmit", form=changes) == ""
        assert one.place == place


def test_resume_here_from_a_step_returns_to_where_it_came_from() -> None:
    one = Court(THREE.replace("终审: { review: 中心.审核员,", "终审: { review: 中心.审核员, resume: here,"))
    one.submit()
    one.do("甲", "approve")
    one.do("乙", "approve")
    one.do("戊", "return", comment="补充", to="站审")
    one.do("甲", "approve")
    assert one.place == "终审"


def test_branches_join_when_all_are_over() -> None:
    one = Court(PARALLEL)
    one.submit()
    one.do("甲", "approve")
    assert one.owing == ["乙", "丙", "丁", "戊", "己"]
    one.do("戊", "approve")
    one.do("乙", "approve")
    assert one.place == "会审"
    one.do("丁", "approve")
    assert one.place == "done"
    assert [effect.n for effect in one.effects if isinstance(effect, Count)] == [1]


def test_a_branchs_rejection_is_the_whole_steps_and_siblings_are_cancelled() -> None:
    one = Court(PARALLEL)
    one.submit()
    one.do("甲", "approve")
    one.do("乙", "approve")
    one.do("己", "reject", comment="不行")
    assert one.place == "rejected"
    assert one.states("丙") == ["cancelled"]
    assert one.states("乙") == ["voted"]


def test_a_return_out_of_a_branch_cancels_the_whole_step() -> None:
    one = Court(PARALLEL)
    one.submit()
    one.do("甲", "approve")
    one.do("戊", "approve")
    assert one.do("乙", "return", comment="重来", to="站审") == ""
    assert (one.place, one.owing) == ("站审", ["甲"])
    one.do("甲", "approve")
    assert one.item is not None
    assert one.item.rounds["会审/乙审"] == 2
    assert set(one.owing) >= {"戊", "己"}


EACH = (
    HEAD
    + """
      核验: { when: has(嘉宾), each: 嘉宾, check: 所.审核员, items: [身份] }
"""
)


def test_each_row_is_a_branch_and_no_rows_pass() -> None:
    none = Court(EACH)
    none.submit()
    assert none.place == "done"
    one = Court(EACH)
    one.submit(嘉宾=[{"姓名": "张先生"}, {"姓名": "李女士"}])
    assert one.owing == ["乙", "丙", "丁", "乙", "丙", "丁"]
    assert one.do("乙", "approve", marks={"身份": "pass"}) == "which_task"
    assert one.do("乙", "approve", task=(1, 1), marks={"身份": "pass"}) == ""
    assert one.place == "核验"
    assert one.do("乙", "approve", task=(4, 1), marks={"身份": "pass"}) == ""
    assert one.place == "done"
    assert one.item is not None
    assert {"核验/1", "核验/2", "核验"} <= set(one.item.results)


def test_where_chooses_rows_and_reject_continue_keeps_the_others() -> None:
    one = Court(EACH.replace("check: 所", "where: has(各.姓名), reject: continue, check: 所"))
    one.submit(嘉宾=[{"姓名": "张先生"}, {"姓名": "李女士"}])
    assert one.do("乙", "reject", task=(1, 1), comment="假的") == ""
    assert one.place == "核验"
    assert one.do("乙", "approve", task=(4, 1), marks={"身份": "pass"}) == ""
    assert one.place == "done"
    assert one.item is not None
    assert one.item.results["核验/1"].result == "rejected"


def test_steps_inside_a_branch_run_in_order() -> None:
    one = Court(
        HEAD
        + """
      会审:
        all:
          一路:
            steps:
              先: { review: 站.审核员 }
              后: { review: 所.审核员, back: [提交人, 先] }
          二路: { review: 中心.审核员 }
"""
    )
    one.submit()
    assert one.owing == ["戊", "己", "甲"] or set(one.owing) == {"甲", "戊", "己"}
    one.do("甲", "approve")
    assert one.do("乙", "return", comment="再看", to="会审/一路/先") == ""
    assert "甲" in one.owing
    assert "戊" in one.owing
    one.do("甲", "approve")
    one.do("乙", "approve")
    one.do("己", "approve")
    assert one.place == "done"


@pytest.mark.parametrize(("late", "place"), [("continue", "终"), ("reject", "rejected"), ("cancel", "cancelled")])
def test_lateness_does_what_the_flow_says_and_is_nobodys_approval(late: str, place: str) -> None:
    one = Court(
        HEAD + f"      审: {{ review: 所.审核员, due: 1工作日, late: {late} }}\n      终: {{ review: 中心.审核员 }}\n"
    )
    one.submit()
    one.until(START + timedelta(hours=23))
    assert one.place == "审"
    assert one.do("乙", "comment", comment="看到了") == ""
    one.until(START + timedelta(days=1, seconds=1))
    assert one.place == place
    assert one.item is not None
    result = one.item.results["审"]
    assert result.timed_out
    assert result.result in ("late", "cancelled")
    assert result.doers == ()
    assert one.events[-1].actor == SYSTEM
    assert one.do("乙", "approve", task=(1, 1)) == "decided"


def test_reminders_then_due_then_the_coordinators_above_are_told() -> None:
    one = Court(THREE)
    one.submit()
    one.until(START + timedelta(days=10))
    assert one.place == "站审"
    assert [(fact["what"], fact["to"]) for fact in one.facts("informed")] == [
        ("remind", ("甲",)), ("remind", ("甲",)), ("escalate", ("所调",)),
    ]  # fmt: skip
    assert [fact["fired"] for fact in one.facts("timed")] == [("remind",), ("remind",), ("due",)]


def test_after_a_long_silence_everything_fires_once_in_order() -> None:
    one = Court(THREE)
    one.submit()
    one.now = START + timedelta(days=10)
    assert one.do(SYSTEM, "wake") == ""
    assert [fact["fired"] for fact in one.facts("timed")] == [("remind", "remind"), ("due",)]
    assert [effect.kind for effect in one.effects if isinstance(effect, Send)] == ["remind", "escalate"]
    assert one.do(SYSTEM, "wake") == "too_early"


def test_a_ladder_climbs_and_ends() -> None:
    one = Court(
        HEAD
        + """
      审: { review: 站.审核员, due: 1工作日, late: { 0日: { tell: 所.协调员 }, 1工作日: { tell: 中心.协调员 }, 2工作日: continue } }
      终: { review: 中心.审核员 }
"""
    )
    one.submit()
    one.until(START + timedelta(days=1))
    assert one.facts("informed")[-1]["to"] == ("所调",)
    one.until(START + timedelta(days=2))
    assert one.facts("informed")[-1]["to"] == ("中调",)
    one.until(START + timedelta(days=3))
    assert one.place == "终"


def test_open_waits_and_a_past_due_is_late_at_once() -> None:
    text = HEAD + "      审: { review: 所.审核员, open: 开始前 2小时, due: 开始前 15分钟, late: cancel }\n"
    one = Court(text.replace("开始?: datetime", "开始: datetime"))
    one.submit(开始="2026-11-25 10:00")
    assert one.owing == []
    one.until(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert one.owing == ["乙", "丙", "丁"]
    one.until(datetime(2026, 11, 25, 1, 45, tzinfo=UTC))
    assert one.place == "cancelled"
    two = Court(text.replace("开始?: datetime", "开始: datetime"))
    two.submit(开始="2026-11-20 10:00")
    two.until(two.now)
    assert two.place == "cancelled"


def test_what_is_inside_never_outlives_what_is_around_it() -> None:
    one = Court(PARALLEL.replace("      会审:\n", "      会审:\n        due: 1工作日\n        late: cancel\n"))
    one.submit()
    one.do("甲", "approve")
    one.until(START + timedelta(days=1))
    assert one.place == "cancelled"
    assert one.states("戊") == ["cancelled"]


def test_a_condition_that_fails_goes_to_a_person_and_is_retried_or_ended() -> None:
    one = Court(
        HEAD.replace("人数?: int 1..5000", "人数: int 0..5000")
        + """
      审: { review: 所.审核员 }
      终: { when: 100 / 人数 > 2, review: 中心.审核员 }
"""
    )
    one.submit(人数="0")
    one.do("乙", "approve")
    assert (one.place, one.owing) == ("suspended", ["管", "管二"])
    assert one.item is not None
    assert one.item.pause is not None
    assert one.do("乙", "retry", comment="再试") == "administrators_only"
    assert one.do("管", "retry", comment="再试") == ""
    assert one.place == "suspended"
    assert one.do("管", "terminate", comment="无法继续") == ""
    assert one.place == "terminated"


def test_three_rounds_are_told_and_nine_suspend() -> None:
    one = Court(THREE)
    one.submit()
    for turn in range(1, 10):
        one.do("甲", "return", comment="再改")
        one.do("报", "resubmit")
        told = [fact for fact in one.facts("informed") if fact["what"] == "rounds"]
        assert len(told) == (turn >= 3)
        assert one.place == ("suspended" if turn == 9 else "站审")
    assert one.do("管", "retry", comment="最后一次") == ""
    assert (one.place, one.owing) == ("站审", ["甲"])


def test_numbers_are_gapless_and_kept_across_rounds() -> None:
    text = (
        HEAD
        + """
      编号: { do: [ { number: { 项目编号: DX-<年>-<0001 每年> } } ] }
      审: { review: 站.审核员 }
"""
    )
    one = Court(text)
    one.submit()
    assert one.item is not None
    assert one.item.names == {"项目编号": "DX-2026-0001"}
    one.do("甲", "return", comment="再改")
    one.do("报", "resubmit")
    assert one.item.names == {"项目编号": "DX-2026-0001"}
    assert [(effect.before, effect.after) for effect in one.effects if isinstance(effect, Number)] == [(0, 1)]


@pytest.mark.parametrize("where", ["running", "returned", "suspended"])
def test_the_submitter_may_withdraw_while_it_runs(where: str) -> None:
    one = Court(
        HEAD.replace("人数?: int 1..5000", "人数: int 0..5000")
        + """
      审: { review: 所.审核员 }
      终: { when: 100 / 人数 > 2, review: 中心.审核员 }
"""
    )
    one.submit(人数="0")
    if where == "returned":
        one.do("乙", "return", comment="再改")
    if where == "suspended":
        one.do("乙", "approve")
    assert one.do("乙", "withdraw") == "submitter_only"
    assert one.do("报", "withdraw", comment="不办了") == ""
    assert one.place == "withdrawn"
    assert one.do("报", "withdraw") == "ended"
    assert one.do("报", "comment", comment="谢谢") == ""
    assert one.owing == []


def test_nudges_are_rare_and_reach_those_who_owe() -> None:
    one = Court(THREE)
    one.submit()
    assert one.do("外", "nudge") == "not_allowed"
    assert one.do("报", "nudge") == ""
    assert one.effects[-1] == Send("nudge", person="甲", task=1, step="站审")
    assert one.do("报", "nudge") == "nudged_lately"
    one.now += timedelta(hours=1)
    assert one.do("报", "nudge") == ""
    assert one.do("外", "comment", comment="路过") == "not_yours_to_see"
    one.told.add("外")
    assert one.do("外", "comment", comment="收到") == ""

"""Who may decide: separation of duties, rights as they stand now, nobody there, handing over."""

from __future__ import annotations

from tests.steps.court import Court
from workflow.domain.command import SYSTEM
from workflow.organisation.model import Position

TWO = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40 } }
    steps:
      站审: { review: 站.审核员 }
      所审: { review: 所.审核员 }
"""
ALONE = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40 } }
    steps:
      站审: { review: 站.审核员 }
"""


def test_the_submitter_never_decides() -> None:
    one = Court(TWO, extra=(Position("报", "站一", "审核员", None, None),))
    one.submit()
    assert one.owing == ["甲"]
    assert one.do("甲", "transfer", to="报") == "not_eligible"


def test_one_person_one_tier() -> None:
    one = Court(TWO, extra=(Position("甲", "所一", "审核员", None, None),))
    one.submit()
    one.do("甲", "approve")
    assert one.owing == ["乙", "丙", "丁"]


def test_who_became_submitter_of_both_tiers_between_prompt_and_click() -> None:
    one = Court(TWO)
    one.submit()
    one.positions = tuple(p for p in one.positions if p.person != "甲")
    assert one.do("甲", "approve") == "right_lost"


def test_nobody_there_asks_the_coordinator_above_then_further_up_then_the_administrators() -> None:
    one = Court(ALONE, without=("甲",))
    one.submit()
    assert one.owing == ["所调"]
    two = Court(ALONE, without=("甲", "所调"))
    two.submit()
    assert two.owing == ["中调"]
    three = Court(ALONE, without=("甲", "所调", "中调"))
    three.submit()
    assert three.owing == ["管", "管二"]
    assert three.place == "站审"
    assert three.do("管", "approve") == "not_allowed"
    assert three.do("外", "reassign", to="乙", comment="代审") == "administrators_only"
    assert three.do("管", "reassign", to="乙") == "comment_needed"
    assert three.do("管", "reassign", to="报", comment="代审") == "not_eligible"
    assert three.do("管", "reassign", to="乙", comment="代审") == ""
    assert three.owing == ["乙"]
    assert three.states("管") == ["cancelled"]
    assert three.do("乙", "approve") == ""
    assert three.place == "done"


def test_where_only_the_submitter_could_decide_the_administrators_are_asked_not_the_coordinator() -> None:
    one = Court(ALONE, without=("甲",), extra=(Position("报", "站一", "审核员", None, None),))
    one.submit()
    assert one.owing == ["管", "管二"]


def test_too_few_for_the_need_is_never_passed_and_can_be_filled_up() -> None:
    one = Court(ALONE.replace("站.审核员", "站.审核员, need: 2"))
    one.submit()
    assert one.owing == ["管", "管二"]
    one.do("管", "reassign", to="乙", comment="代审")
    assert set(one.owing) == {"管", "管二", "乙"}
    one.do("管", "reassign", to="丙", comment="代审")
    assert one.owing == ["乙", "丙"]
    one.do("乙", "approve")
    assert one.place == "站审"
    one.do("丙", "approve")
    assert one.place == "done"


def test_losing_a_role_loses_the_task_and_the_step_is_staffed_again() -> None:
    one = Court(ALONE)
    one.submit()
    one.positions = tuple(p for p in one.positions if p.person != "甲")
    assert one.do(SYSTEM, "restaff") == ""
    assert one.states("甲") == ["lost"]
    assert one.owing == ["所调"]
    assert one.do(SYSTEM, "restaff") == "nothing_changed"


def test_a_quorum_that_can_no_longer_be_reached_is_no_rejection() -> None:
    one = Court(TWO.replace("所.审核员", "所.审核员, need: 3"))
    one.submit()
    one.do("甲", "approve")
    one.do("乙", "approve")
    one.positions = tuple(p for p in one.positions if p.person != "丁")
    one.do(SYSTEM, "restaff")
    assert one.place == "所审"
    assert set(one.owing) >= {"管", "管二"}
    one.do("管", "reassign", to="戊", comment="补位", place="所审")
    assert set(one.owing) == {"丙", "戊"}
    one.do("丙", "approve")
    one.do("戊", "approve")
    assert one.place == "done"


def test_somebody_new_is_asked_when_nobody_was_there() -> None:
    one = Court(ALONE, without=("甲", "所调", "中调"))
    one.submit()
    one.positions += (Position("外", "站一", "审核员", None, None),)
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["外"]


def test_transfer_makes_it_the_others_own() -> None:
    one = Court(TWO)
    one.submit()
    one.do("甲", "approve")
    assert one.do("乙", "transfer", to="丙") == "already_in_step"
    assert one.do("乙", "transfer", to="甲") == "not_eligible"
    assert one.do("乙", "transfer", to="无此人") == "unknown_person"
    assert one.do("乙", "transfer", to="戊", comment="请你看") == ""
    assert one.states("乙") == ["transferred"]
    assert one.do("戊", "approve") == ""
    assert one.place == "done"


def test_a_step_below_the_items_unit_is_skipped_and_says_so() -> None:
    one = Court(TWO.replace("by: 站.协调员", "by: 所.协调员"))
    assert one.do("所调", "submit", form={"标题": "清明祭扫"}) == ""
    assert one.place == "所审"
    assert one.item is not None
    assert (one.item.results["站审"].result, one.item.results["站审"].reason) == ("skipped", "tier")


def test_who_may_not_start() -> None:
    one = Court(TWO)
    assert one.submit("甲") == "may_not_start"
    assert one.submit("报", 标题="短" * 41) == "form"
    assert one.item is None


def test_who_is_added_to_everybody_is_one_of_everybody() -> None:
    one = Court(TWO.replace("所.审核员", "所.审核员, need: all"))
    one.submit()
    one.do("甲", "approve")
    one.do("乙", "approve")
    assert one.do("管", "reassign", to="戊", comment="请一并审核", place="所审") == ""
    one.do("丙", "approve")
    one.do("丁", "approve")
    assert (one.place, one.owing) == ("所审", ["戊"])
    one.do("戊", "approve")
    assert one.place == "done"

"""Votes: 或签 会签 票签 依次, late clicks, and who may cast them."""

from __future__ import annotations

import pytest

from tests.steps.court import Court
from workflow.organisation.model import Position

HEAD = "flow: court\ntitle: 庭\nstart: {{ by: 站.协调员, form: {{ 标题: text 2..40 }} }}\nsteps:\n  初审: {{ {step} }}\n  后: {{ review: 中心.审核员 }}\n"


def opened(step: str) -> Court:
    made = Court(HEAD.format(step=step))
    assert made.submit() == ""
    return made


def test_one_closes_either_way_and_a_late_click_hears_who_decided() -> None:
    one = opened("review: 所.审核员")
    assert one.owing == ["乙", "丙", "丁"]
    assert one.do("丙", "approve") == ""
    assert one.place == "后"
    assert one.states("乙") == ["cancelled"]
    assert one.do("乙", "approve", task=(1, 1)) == "decided"
    assert one.refused is not None
    assert one.refused.facts["by"] == ["丙"]
    two = opened("review: 所.审核员")
    assert two.do("丙", "reject", comment="不合适") == ""
    assert two.place == "rejected"


def test_all_the_first_rejection_closes_and_siblings_are_cancelled_never_rejected() -> None:
    one = opened("review: 所.审核员, need: all")
    one.do("乙", "approve")
    assert one.place == "初审"
    one.do("丙", "reject", comment="不行")
    assert one.place == "rejected"
    assert one.states("丁") == ["cancelled"]
    assert one.states("乙") == ["voted"]


@pytest.mark.parametrize(("need", "votes", "place"), [
    ("2", ["乙 approve", "丙 reject", "丁 approve"], "后"),
    ("2", ["乙 reject", "丙 reject"], "rejected"),
    ("60%", ["乙 approve", "丙 approve"], "后"),
    ("60%", ["乙 reject", "丙 reject"], "rejected"),
    ("60%", ["乙 reject"], "初审"),
    ("66%", ["乙 approve", "丙 approve"], "后"),
    ("67%", ["乙 approve", "丙 approve"], "初审"),
    ("all", ["乙 approve", "丙 approve", "丁 approve"], "后"),
])  # fmt: skip
def test_a_number_of_votes(need: str, votes: list[str], place: str) -> None:
    one = opened(f"review: 所.审核员, need: {need}")
    for vote in votes:
        person, choice = vote.split()
        assert one.do(person, choice, comment="理由") == ""
    assert one.place == place


def test_in_order_the_next_is_asked_only_after_the_one_before() -> None:
    one = opened("review: 所.审核员, need: in order")
    assert one.owing == ["乙"]
    assert one.do("丙", "approve") == "no_task"
    assert one.do("丙", "approve", task=(2, 1)) == "not_your_turn"
    one.do("乙", "approve")
    assert one.owing == ["丙"]
    one.do("丙", "reject", comment="不行")
    assert one.place == "rejected"


def test_in_order_over_several_actors_asks_one_holder_of_each() -> None:
    one = opened("review: [站.审核员, 所.审核员], need: in order")
    assert one.owing == ["甲"]
    one.do("甲", "approve")
    assert one.owing == ["乙"]
    one.do("乙", "approve")
    assert one.place == "后"


def test_in_order_over_several_actors_asks_whom_two_of_them_stand_for_once() -> None:
    step = "review: [所.审核员, 站.审核员, 中心.审核员], need: in order"
    one = Court(HEAD.format(step=step), extra=(Position("乙", "站一", "审核员"),), without=("甲",))
    one.submit()
    assert one.owing == ["乙"]
    one.do("乙", "approve")
    assert one.owing == ["戊"]


def test_a_rejection_and_a_return_need_a_reason() -> None:
    one = opened("review: 所.审核员")
    assert one.do("乙", "reject") == "comment_needed"
    assert one.do("乙", "return", comment="  ") == "comment_needed"
    assert one.do("乙", "reject", comment="长" * 4001) == "comment_too_long"


def test_reject_continue_goes_on_and_later_steps_see_it() -> None:
    one = opened("review: 所.审核员, reject: continue")
    one.do("乙", "reject", comment="不行")
    assert one.place == "后"
    assert one.item is not None
    assert one.item.results["初审"].result == "rejected"


def test_a_checklist_is_whole_before_it_counts_and_a_failed_line_forbids_approval() -> None:
    one = opened("check: 所.审核员, items: [导向正确, 符合计划]")
    assert one.do("乙", "approve", marks={"导向正确": "pass"}) == "lines_unmarked"
    assert one.do("乙", "approve", marks={"导向正确": "pass", "符合计划": "fail"}) == "lines_failed"
    assert one.do("乙", "approve", marks={"导向正确": "pass", "没有": "pass"}) == "unknown_line"
    assert one.do("乙", "approve", marks={"导向正确": "pass", "符合计划": "na"}) == ""
    assert one.item is not None
    assert dict(one.item.results["初审"].marks) == {"导向正确": "pass", "符合计划": "na"}


def test_a_line_fails_if_any_voter_said_so_and_is_na_only_if_all_did() -> None:
    one = opened("check: 所.审核员, need: 2, items: [甲项, 乙项, 丙项]")
    one.do("乙", "reject", comment="差", marks={"甲项": "fail", "乙项": "na", "丙项": "na"})
    one.do("丙", "approve", marks={"甲项": "pass", "乙项": "pass", "丙项": "na"})
    one.do("丁", "approve", marks={"甲项": "pass", "乙项": "na", "丙项": "na"})
    assert one.item is not None
    assert dict(one.item.results["初审"].marks) == {"甲项": "fail", "乙项": "pass", "丙项": "na"}


def test_two_votes_of_one_person_are_one() -> None:
    one = opened("review: 所.审核员, need: 2")
    assert one.do("乙", "approve", task=(1, 1)) == ""
    assert one.do("乙", "approve", task=(1, 1)) == "voted"
    assert one.do("外", "approve", task=(2, 1)) == "not_yours"
    assert one.place == "初审"

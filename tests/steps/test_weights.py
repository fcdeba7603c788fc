"""`weight`: a percentage of what the electorate weighs, frozen when the step opens."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.court import Court
from workflow.domain.item import Task
from workflow.grammars.field import read_field
from workflow.organisation.model import NamedList, Organisation, Pool
from workflow.steps.weights import share

COLUMNS = (read_field("text", "姓名"), read_field("number", "权重"))
FLOW = """
    flow: court
    title: 试
    start: {{ by: 站.协调员, form: {{ 标题: text 2..40 }} }}
    steps:
        甲: {{ review: 评委, need: {need}, weight: 权重 }}
"""


class Weighed(Court):
    """A court whose panel weighs 5, 2, 2 and 1."""

    jury = (("戊", "5"), ("己", "2"), ("乙", "2"), ("丙", "1"))

    @property
    def organisation(self) -> Organisation:
        return msgspec.structs.replace(
            super().organisation, pools=(Pool("评委", "评委名录"),), lists=(NamedList("评委名录", COLUMNS, self.jury),)
        )


def court(need: str) -> Weighed:
    begun = Weighed(FLOW.format(need=need))
    assert begun.submit() == ""
    return begun


def test_a_share_is_of_the_weight_and_is_reached_at_exactly_that_much() -> None:
    begun = court("60%")
    begun.do("乙", "approve")
    begun.do("丙", "approve")
    begun.do("己", "approve")
    assert begun.place == "甲"  # 5 of 10: three of four people, and not enough
    begun.do("戊", "approve")
    assert begun.place == "done"


def test_it_is_rejected_once_that_much_is_out_of_reach_and_not_before() -> None:
    begun = court("50%")
    begun.do("己", "reject", comment="不行")
    begun.do("乙", "reject", comment="不行")
    assert begun.place == "甲"
    begun.do("丙", "reject", comment="不行")
    assert begun.place == "甲"  # 5 of 10 may still come
    begun.do("戊", "approve")
    assert begun.place == "done"
    begun = court("60%")
    begun.do("戊", "reject", comment="不行")
    assert begun.place == "rejected"


def test_numbers_and_all_count_people_whatever_they_weigh() -> None:
    begun = court("2 if has(标题) else 60%")
    begun.do("乙", "approve")
    begun.do("丙", "approve")
    assert begun.place == "done"


def test_who_is_named_in_somebodys_place_has_that_ones_weight() -> None:
    begun = court("50%")
    assert begun.do("戊", "transfer", to="丁") == ""
    begun.do("丁", "approve")
    assert begun.place == "done"


def test_the_weights_are_those_of_when_the_step_opened() -> None:
    begun = court("50%")
    begun.jury = (("戊", "1"), ("己", "9"), ("乙", "9"), ("丙", "9"))
    begun.do("戊", "approve")
    assert begun.place == "done"


@pytest.mark.parametrize("weight", [None, "-1"])
def test_somebody_without_a_weight_is_for_a_person_to_settle(weight: str | None) -> None:
    begun = Weighed(FLOW.format(need="50%"))
    begun.jury = (("戊", "5"), ("己", weight))  # type: ignore[assignment]
    assert begun.submit() == ""
    assert begun.item is not None
    assert begun.item.pause is not None
    assert "己" in begun.item.pause.detail[0]


votes = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["approve", "reject", ""])), min_size=1, max_size=12)


@given(votes, st.integers(1, 100))
def test_enough_and_out_of_reach_never_hold_together_and_one_does_when_all_have_voted(
    found: list[tuple[int, str]], percent: int
) -> None:
    tasks = [
        Task(n, str(n), "评委", "@评委", "voted" if choice else "open", choice or None, weight=str(weight))
        for n, (weight, choice) in enumerate(found)
    ]
    weighed = share(tasks)
    assert weighed.whole == sum(weight for weight, _ in found)
    assert weighed.ayes == Fraction(sum(weight for weight, choice in found if choice == "approve"))
    assert not (weighed.reached(percent) and weighed.lost(percent))
    if all(choice for _, choice in found):
        assert weighed.reached(percent) is not weighed.lost(percent)

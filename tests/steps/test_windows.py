"""Rules over many items: full windows only, once when it becomes true, by the order of their ends, apart by their key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.steps.hall import Hall, NamedList
from workflow.domain import event as e
from workflow.domain.tree import Field

BAD = """
    flow: hall
    title: 点派
    start: { by: 站.协调员, form: { 类: [助老, 助残], 分?: stars 5, 事项: text 1..50 } }
    steps: { 甲: { review: 站.审核员 } }
    watch:
      差评: { per: 类, last: LAST, when: mean(分) < 3, do: { tell: 中心.协调员, text: <类> 差评 } }
"""


def hall_of(last: str, when: str = "mean(分) < 3") -> Hall:
    return Hall(BAD.replace("LAST", last).replace("mean(分) < 3", when))


def rated(hall: Hall, stars: int | None, kind: str = "助老", verb: str = "approve") -> bool:
    """One item that ends; whether the rule did what it says."""
    hall.now += timedelta(minutes=1)
    form: dict[str, Any] = {"类": kind, "事项": "x"} | ({"分": stars} if stars is not None else {})
    item = hall.submit("报", **form)
    assert isinstance(item, str)
    hall.act(item, "甲", verb, comment="理由")
    return any(isinstance(fact, e.Noticed) for fact in hall.facts(item))


def test_it_fires_once_when_the_window_is_full_and_it_becomes_true() -> None:
    hall = hall_of("3")
    assert [rated(hall, one) for one in (1, 1, 1, 1, 1)] == [False, False, True, False, False]
    assert [rated(hall, one) for one in (5, 5, 5, 1, 1, 1)] == [False, False, False, False, True, False]
    assert hall.told("tell") == ["中调", "中调"]


def test_items_of_another_key_do_not_count() -> None:
    hall = hall_of("2")
    assert [rated(hall, 1, kind) for kind in ("助老", "助残", "助老", "助残")] == [False, False, True, True]
    noticed = [
        fact for events in hall.events.values() for one in events for fact in one.facts if isinstance(fact, e.Noticed)
    ]
    assert [(one.rule, dict(one.per)["per"]["value"], one.n) for one in noticed] == [
        ("差评", "助老", 2),
        ("差评", "助残", 2),
    ]


def test_only_what_was_done_and_has_the_value_is_looked_at() -> None:
    hall = hall_of("2")
    assert not rated(hall, 1)
    assert not rated(hall, 1, verb="reject")
    assert not rated(hall, None)
    assert rated(hall, 1)


def test_a_stretch_of_time_is_looked_at_as_it_is() -> None:
    hall = hall_of("2日", "count(分 <= 2) >= 2")
    assert not rated(hall, 1)
    hall.now += timedelta(days=2)
    assert not rated(hall, 1)
    hall.now += timedelta(days=1)
    assert rated(hall, 2)
    assert not rated(hall, 2)
    hall.now += timedelta(days=5)
    assert not rated(hall, 1)
    assert rated(hall, 1)


def test_the_month_before_is_judged_once_with_the_first_item_of_the_next() -> None:
    hall = hall_of("上月")
    assert [rated(hall, 1), rated(hall, 1)] == [False, False]
    hall.now += timedelta(days=20)  # in December
    assert [rated(hall, 5), rated(hall, 5)] == [True, False]
    hall.now += timedelta(days=31)
    assert [rated(hall, 1), rated(hall, 1)] == [False, False]


def test_this_month_begins_anew() -> None:
    hall = hall_of("本月", "count(分 <= 2) >= 2")
    assert [rated(hall, 1), rated(hall, 1)] == [False, True]
    hall.now += timedelta(days=20)
    assert [rated(hall, 1), rated(hall, 1)] == [False, True]


def test_a_rule_that_cannot_do_what_it_says_tells_the_administrators_and_does_nothing_else() -> None:
    nothing = NamedList("名单", (Field((0, 0), "名称", "text"), Field((0, 0), "数", "int")))
    hall = Hall(
        """
        flow: hall
        title: 点派
        start: { by: 站.协调员, form: { 分: stars 5 } }
        steps: { 甲: { review: 站.审核员 } }
        watch:
          差评: { last: 1, when: mean(分) < 3, do: [ { tell: 中心.协调员 }, { count: { 数: max(名单.数) } } ] }
        """,
        replace(Hall(BAD.replace("LAST", "1")).organisation, lists=(nothing,)),
    )
    item = hall.submit("报", 分=1)
    assert isinstance(item, str)
    hall.act(item, "甲", "approve")
    assert (hall.told("tell"), hall.told("watch_failed")) == ([], ["管", "管二"])
    assert any(isinstance(fact, e.Noticed) for fact in hall.facts(item))


def test_people_cannot_ask_for_it() -> None:
    hall = hall_of("1")
    item = hall.submit("报", 类="助老", 分=1, 事项="x")
    assert isinstance(item, str)
    hall.act(item, "甲", "approve")
    before = len(hall.events[item])
    assert not hasattr(hall.act(item, "管", "watch"), "event")
    assert len(hall.events[item]) == before


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(1, 4))
def test_it_fires_exactly_where_the_mean_of_a_full_window_falls(stars: list[int], last: int) -> None:
    hall = hall_of(str(last))
    fired = [rated(hall, one) for one in stars]
    held = [n + 1 >= last and sum(stars[n + 1 - last : n + 1]) < 3 * last for n in range(len(stars))]
    assert fired == [now and not was for was, now in zip([False, *held], held, strict=False)]

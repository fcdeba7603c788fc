"""Counts rolled up the tree of units, and the stretches of days that people type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.cli.counting import ALWAYS, Line, read_period, rolled_up
from workflow.cli.trouble import Stop
from workflow.organisation.model import Organisation, Unit
from workflow.store.ledger import Sum

UNITS = {"中心": None, "东所": "中心", "西所": "中心", "甲站": "东所", "乙站": "东所", "丙站": "西所"}
TIERS = {"中心": "中心", "东所": "所", "西所": "所", "甲站": "站", "乙站": "站", "丙站": "站"}
TREE = Organisation(
    id="o", title="o", tenant="t", version=1, tiers=("中心", "所", "站"), roles=(),
    units=tuple(Unit(unit, TIERS[unit], above) for unit, above in UNITS.items()),
)  # fmt: skip


def test_a_unit_has_what_lies_below_it() -> None:
    sums = [
        Sum("场次", "丙站", 1),
        Sum("场次", "甲站", 2),
        Sum("场次", "乙站", 3),
        Sum("场次", "东所", 4),
        Sum("场次", "没了", 5),
    ]
    assert list(rolled_up(sums, TREE)) == [
        Line("场次", "中心", 10, 0), Line("场次", "东所", 9, 1), Line("场次", "甲站", 2, 2), Line("场次", "乙站", 3, 2),
        Line("场次", "西所", 1, 1), Line("场次", "丙站", 1, 2), Line("场次", "没了", 5, 0),
    ]  # fmt: skip
    assert list(rolled_up(sums, TREE, "所")) == [
        Line("场次", "东所", 9),
        Line("场次", "西所", 1),
        Line("场次", "没了", 5),
    ]


COUNTED = st.lists(st.builds(Sum, st.sampled_from(["场次", "人次"]), st.sampled_from(list(UNITS)), st.integers(-9, 99)), unique_by=lambda one: (one.name, one.unit))  # fmt: skip


@given(COUNTED)
def test_nothing_is_lost_or_counted_twice(sums: list[Sum]) -> None:
    for name in {one.name for one in sums}:
        whole = sum(one.n for one in sums if one.name == name)
        assert [one.n for one in rolled_up(sums, TREE) if (one.name, one.unit) == (name, "中心")] == [whole]
        for tier in TREE.tiers:
            assert sum(one.n for one in rolled_up(sums, TREE, tier) if one.name == name) == whole


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-11-23", date(2026, 11, 23), date(2026, 11, 23)),
        ("上月", date(2026, 10, 1), date(2026, 10, 31)),
        ("last quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("7日", date(2026, 11, 17), date(2026, 11, 23)),
        ("", *ALWAYS),
    ],
)
def test_a_stretch_of_days(text: str, since: date, until: date) -> None:
    assert read_period(text, date(2026, 11, 23)) == (since, until)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "10", "3工作日", "昨天呢", "2026-Q5"])
def test_what_is_no_stretch_of_days(text: str) -> None:
    with pytest.raises(Stop):
        read_period(text, date(2026, 11, 23))

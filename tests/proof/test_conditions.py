"""Conditions over cells: for every value that a field may have, the cells say what the evaluator says; and no store stands for too little."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.flows import definition, with_steps
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_condition
from workflow.grammars.values import MISSING as NOTHING
from workflow.proof.conditions import left
from workflow.proof.space import MISSING, Space, Store, Variable
from workflow.proof.walk import Walk, walked

NUMBERS = [
    "人数 >= 100",
    "人数 < 60",
    "30 < 人数",
    "人数 == 60",
    "人数 != 100",
    "人数 > 2.5",
    "人数 in (7、60、99)",
    "人数 not in (100、400)",
]
OTHERS = [
    "类别 == 活动",
    "类别 != 讲座",
    "类别 in (活动、讲座)",
    "has(预算)",
    "has(预算) and 预算 > 5万",
    "has(预算) and 预算 <= 300.5",
    "count(名单) > 2",
    "人数 > 人数 / 2",
]
PLAIN = st.sampled_from([*NUMBERS, *OTHERS])
CONDITIONS = st.recursive(
    PLAIN, lambda inner: st.one_of(inner.map(lambda one: f"not ({one})"), st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda each: f"({each[0]}) {each[1]} ({each[2]})")), max_leaves=4,
)  # fmt: skip


class Form:
    """An environment that holds one form."""

    now = started = datetime(2026, 11, 23, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    def lookup(self, parts: tuple[str, ...]) -> Any:
        found = self.fields.get(parts[0])
        return NOTHING if found is None else found

    def shift(self, moment: datetime, duration: Any, sign: Any) -> datetime:
        raise AssertionError


def store_of(space: Space, form: Form) -> Store:
    """Every cell that may hold the values of a form; of what is no field, every cell it begins with."""
    return tuple(
        variable.begins if variable.on else sum(1 << bit for bit in range(len(variable.cells)) if may_hold(variable, bit, form.fields.get(variable.name)))
        for variable in space.variables
    )  # fmt: skip


def may_hold(variable: Variable, bit: int, value: Any) -> bool:
    cell = variable.cells[bit]
    if value is None or cell is MISSING:
        return value is None and cell is MISSING
    if not isinstance(cell, Decimal):
        return bool(cell == value) or cell is True
    low, dots, high = variable.spans[bit].partition("..")
    if not dots or Decimal(value) in variable.cells:
        return cell == Decimal(value)
    return (not low or Decimal(low) <= value) and (not high or value <= Decimal(high))


def walk_of(*conditions: str) -> Walk:
    steps = "".join(
        f"步{n}: {{ when: {one.replace(',', '、')}, review: 站.审核员 }}\n" for n, one in enumerate(conditions)
    )
    return walked(definition(with_steps(steps)), {})


@settings(max_examples=150, deadline=None)
@given(
    CONDITIONS,
    st.integers(1, 500),
    st.sampled_from([None, Decimal(300), Decimal("300.5"), Decimal(50000), Decimal(60000)]),
    st.sampled_from(["活动", "讲座"]),
    st.integers(0, 4),
)
def test_a_condition_over_cells_is_never_otherwise_than_it_is(
    text: str, people: int, money: Decimal | None, sort: str, rows: int
) -> None:
    walk = walk_of(text)
    form = Form(人数=people, 预算=money, 类别=sort, 名单=[object()] * rows)
    (step,) = walk.definition.steps
    assert step.when is not None
    try:
        holds = evaluate_condition(step.when, form)
    except ConditionError:
        return
    begun = walk.space.begin()
    found = left(walk.conditions.of(step.when), begun, walk.space, holds=holds)
    assert any(
        all(mask & cell for mask, cell in zip(store, store_of(walk.space, form), strict=True)) for store in found
    )


@pytest.mark.parametrize(
    ("conditions", "never", "always"),
    [
        (["人数 >= 100", "人数 >= 50"], [], []),
        (["人数 > 2.5", "人数 >= 3"], [], []),
        (["类别 == 活动 and 类别 == 讲座"], [0], []),
        (["类别 == 活动 or 类别 == 讲座"], [], [0]),
        (["人数 > 99 and 人数 < 101 and 人数 != 100"], [0], []),
        (["count(名单) > 2 and not count(名单) > 2"], [0], []),
        (["has(预算) and 预算 > 5万 and 预算 < 5万"], [0], []),
        (["not has(预算) and has(预算)"], [0], []),
        (["季度 in (2、4) and 季度 == 3"], [0], []),
        (["季度 <= 4"], [], [0]),
        (["开始日 > 3日后 and not 开始日 > 3日后"], [], []),  # the hour may change between two looks
    ],
)
def test_what_never_and_what_always_holds(conditions: list[str], never: list[int], always: list[int]) -> None:
    walk = walk_of(*conditions)
    seen = [walk.seen[f"步{n}"] for n in range(len(conditions))]
    assert [n for n, one in enumerate(seen) if one.held < 0] == never
    assert [n for n, one in enumerate(seen) if one.failed < 0] == always


def test_a_condition_of_very_many_cases_is_left_open() -> None:
    fields = " and ".join(f"(人数 == {n} or 人数 == {n + 250} or 类别 == 活动 or has(预算))" for n in range(1, 9))
    walk = walk_of(fields)
    assert walk.seen["步0"].held >= 0
    assert walk.seen["步0"].failed >= 0


def test_what_a_store_knows_is_told_as_people_read_it() -> None:
    walk = walk_of("人数 >= 100 and 人数 < 300 and 类别 == 活动 and has(预算) and 预算 > 500")
    (step,) = walk.definition.steps
    assert step.when is not None
    (store,) = left(walk.conditions.of(step.when), walk.space.begin(), walk.space, holds=True)
    assert dict(walk.space.told(store)) == {"人数": "100..299", "类别": "活动", "预算": "500..200000"}

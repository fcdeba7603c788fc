"""Values as they are computed with and as they are kept; texts with their slots filled."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammars.environment import Table
from workflow.grammars.field import read_field, rows
from workflow.grammars.render import render, say
from workflow.grammars.text import read_text
from workflow.grammars.values import MISSING, Money, Row, decimal_text, half_up, lift, lift_field, lower

MOMENT = datetime.datetime(2026, 12, 1, 11, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("kind", "kept", "value"),
    [
        ("int", 5, 5),
        ("number", "0.5", Fraction(1, 2)),
        ("number", "12", 12),
        ("money", 12345, Money(12345)),
        ("bool", True, True),
        ("date", "2026-12-01", datetime.date(2026, 12, 1)),
        ("datetime", "2026-12-01T11:00:00Z", MOMENT),
        ("duration", 5400, datetime.timedelta(minutes=90)),
        ("choice", "宣传", "宣传"),
        ("choice", ["甲", "乙"], ["甲", "乙"]),
        ("text", "你好", "你好"),
        ("checkin", {"latitude": 1, "longitude": 2}, {"latitude": 1, "longitude": 2}),
    ],
)
def test_lift_and_lower_are_inverse(kind: str, kept: Any, value: Any) -> None:
    assert lift(kept, kind) == value
    assert lower(value, kind) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", True),
        ("int", Fraction(1, 2)),
        ("bool", 1),
        ("date", MOMENT),
        ("text", 5),
        ("money", "5"),
        ("money", True),
        ("datetime", "2026"),
        ("number", False),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(TypeError):
        lower(value, kind)


def test_what_is_computed_is_rounded_when_it_is_kept() -> None:
    assert lower(Money(Fraction(1, 2)), "money") == 1
    assert lower(Money(Fraction(-1, 2)), "money") == -1
    assert lower(Fraction(5, 3), "money") == 167
    assert lower(Fraction(10, 3), "number") == "3.333333333"
    assert lower(Decimal("1.50"), "number") == "1.5"
    assert lower(Row("问卷/1", {}), "choice") == "问卷/1"
    assert lift(None, "int") is MISSING


@given(st.fractions(max_denominator=10**6), st.integers(-(10**15), 10**15))
def test_rounding_is_half_away_from_zero(value: Fraction, fen: int) -> None:
    assert abs(half_up(value) - value) <= Fraction(1, 2)
    assert half_up(-value) == -half_up(value)
    assert Money(fen).rounded() == fen
    assert Decimal(str(Money(fen))) * 100 == fen
    assert abs(Fraction(decimal_text(value)) - value) <= Fraction(1, 2 * 10**9)


def test_rows_know_where_they_come_from() -> None:
    field = rows([read_field("text 2..20", "姓名"), read_field("money", "酬金", optional=True)], "嘉宾")
    lifted = lift_field([{"姓名": "李明"}, {"姓名": "王芳", "酬金": 500}], field)
    assert lifted[0].columns == {"姓名": "李明", "酬金": MISSING}
    assert lifted[1] == Row("嘉宾/2", {})
    assert len({lifted[0], lifted[1], Row("嘉宾/1", {})}) == 2


WORLD = Table(
    预算=Money(1_234_500),
    开播=MOMENT,
    时长=datetime.timedelta(hours=2, minutes=30),
    平台=["抖音", "微信"],
    分=Fraction(10, 3),
    加急=True,
)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("DX-<年>-<0001 每年>", "DX-2026-0007", "DX-2026-0007"),
        ("<预算>元，<开播>", "12345.00元，2026-12-01 19:00", "12345.00元，2026-12-01 19:00"),
        ("<时长> <平台> <加急>", "2小时30分钟 抖音、微信 是", "2h30m 抖音, 微信 yes"),
        ("<分> <3工作日> << >", "3.333333333 3工作日 < >", "3.333333333 3wd < >"),
        ("<今天> <预算 if has(预算) else “无”>", "2026-03-05 12345.00", "2026-03-05 12345.00"),
        ("", "", ""),
    ],
)
def test_texts_are_filled(text: str, zh: str, en: str) -> None:
    assert render(read_text(text), WORLD, lambda _: 7) == zh
    assert render(read_text(text), WORLD, lambda _: 7, "en") == en


def test_other_values_are_said() -> None:
    assert say(datetime.timedelta(0), WORLD.zone) == "0秒"
    assert say(datetime.timedelta(seconds=-5), WORLD.zone, "en") == "-5s"
    assert say({"text": "门口"}, WORLD.zone) == "门口"
    assert say(Row("东城区", {}), WORLD.zone) == "东城区"
    with pytest.raises(TypeError, match="counts"):
        render(read_text("<0001>"), WORLD)

"""What was probably meant: words near to known ones, slips of the hand and of the input method."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from workflow.domain.tree import Duration
from workflow.grammars.arithmetic import CannotError, calculate, compare, elapsed, kind_of, negate
from workflow.grammars.tokens import is_name, meant_symbol, meant_word, nearest
from workflow.grammars.values import Money, Row

HOUR = datetime.timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("1工作曰", "1工作日"), ("3个工作日", "3工作日"), ("3个工作日后", "3工作日后"), ("2时", "2小时"), ("30分", "30分钟"), ("2月", "2个月"), ("1星期", "1周"),
        ("5万元", "5万"), ("3人", "3"), ("5万且人数", "5万 且 人数"), ("3小时内", "3小时"), ("007", "7"), ("70岁以上", None), ("2hours", "2h"), ("000", None),
    ],
)  # fmt: skip
def test_words_that_begin_with_a_digit(word: str, meant: str | None) -> None:
    assert meant_word(word) == meant


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("reveiw", ["review", "rank"], "review"), ("预计人", ["预计人数", "预算"], "预计人数"), ("站", ["所"], None), ("abc", ["xyz"], None),
        ("标体", ["标题", "主题"], "标题"), ("dua", ["due", "do"], "due"), ("approve", [], None),
    ],
)  # fmt: skip
def test_the_nearest_word(word: str, known: list[str], near: str | None) -> None:
    assert nearest(word, known) == near


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("a，b", 1, (2, ",")), ("a=b", 1, (2, "==")), ("a<>b", 1, (3, "!=")), ("a && b", 2, (4, "and")), ("“甲", 0, (1, None)), ("'甲'", 0, (3, "“甲”")),
        ("「甲」", 0, (3, "“甲”")), ("a　b", 1, (2, " ")), ("×", 0, (1, "*")), ("#", 0, (1, None)), ("５", 0, (1, "5")),
    ],
)  # fmt: skip
def test_signs_that_cannot_be_read(text: str, at: int, expected: tuple[int, str | None]) -> None:
    assert meant_symbol(text, at) == expected


def test_names() -> None:
    assert is_name("站初审")
    assert not any(is_name(name) for name in ("", "各站", "年", "in", "_a", "a b", "ﬁ"))


def test_hours_pass_and_days_do_not() -> None:
    assert elapsed(Duration((0, 0), ((1, "h"), (30, "m"), (5, "s")))) == datetime.timedelta(seconds=5405)
    assert elapsed(Duration((0, 0), ((1, "h"), (1, "wd")))) is None


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("+", Money(100), 1, Money(200)), ("-", 1, Money(150), Money(-50)), ("*", Fraction(1, 3), Money(100), Money(Fraction(100, 3))),
        ("/", Money(100), Money(50), 2), ("/", Money(100), 8, Money(Fraction(25, 2))), ("/", HOUR, Fraction(1, 2), 2 * HOUR), ("*", 3, HOUR, 3 * HOUR),
        ("-", HOUR, HOUR, 0 * HOUR), ("/", 1, 3, Fraction(1, 3)), ("/", 6, 3, 2),
    ],
)  # fmt: skip
def test_what_goes_together(op: Any, left: Any, right: Any, expected: Any) -> None:
    found = calculate(op, left, right)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("*", Money(1), Money(1)), ("/", 1, Money(1)), ("+", HOUR, 1), ("*", HOUR, HOUR), ("/", 1, HOUR), ("+", "a", "b"), ("+", True, 1), ("/", 1, 0),
        ("/", Money(1), 0), ("/", HOUR, 0), ("*", HOUR, 2**60), ("+", Money(2**53 - 1), 1), ("+", Money(1), "1"), ("-", datetime.date.max, 1),
    ],
)  # fmt: skip
def test_what_does_not(op: Any, left: Any, right: Any) -> None:
    with pytest.raises(CannotError) as caught:
        calculate(op, left, right)
    assert caught.value.zh
    assert caught.value.en


def test_what_compares() -> None:
    assert compare("==", Row("a", {}), "a", ZONE)
    assert compare("==", "a", Row("a", {}), ZONE)
    assert compare(">", Money(101), 1, ZONE)
    assert compare("!=", True, False, ZONE)
    for op, left, right in [
        ("<", "a", "b"),
        ("==", 1, "1"),
        ("==", True, 1),
        ("<", True, False),
        ("==", HOUR, 3600),
        ("==", [], []),
        ("==", Money(1), "1"),
    ]:
        with pytest.raises(CannotError):
            compare(op, left, right, ZONE)  # type: ignore[arg-type]
    assert negate(HOUR) == -HOUR
    assert negate(Money(5)) == Money(-5)
    for value in ("a", True):
        with pytest.raises(CannotError):
            negate(value)
    assert kind_of(Duration((0, 0), ())) == ("时长（日以上）", "a duration of days")

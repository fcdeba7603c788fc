"""What `+ - * /` and comparisons do with exact numbers, money, durations, dates, words and rows. Not here: trees, names, moving a date (evaluate.py).

A bare number beside money is yuan. Numbers stay below 2^53, money below 2^53 fen.
"""

from __future__ import annotations

import datetime
import operator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from workflow.grammars.values import Money, Row, exact, half_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from workflow.domain.tree import Arithmetic, Comparison, Duration

MAX: Final = 2**53
_MICRO: Final = datetime.timedelta(microseconds=1)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_NUMBERS: Final = frozenset({int, Fraction})
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_SUM: Final[dict[str, Callable[[Any, Any], Any]]] = {"+": operator.add, "-": operator.sub}


class CannotError(Exception):
    """Two values do not go together; `zh` and `en` say why. The caller knows where."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def elapsed(duration: Duration) -> datetime.timedelta | None:
    """A duration of hours, minutes and seconds as time that passes; None when days or longer are in it."""
    if any(unit not in _SECONDS for _, unit in duration.parts):
        return None
    return datetime.timedelta(seconds=sum(count * _SECONDS[unit] for count, unit in duration.parts))


def is_number(value: object) -> TypeGuard[int | Fraction]:
    """An exact number; yes and no are none."""
    return type(value) in _NUMBERS


def calculate(op: Arithmetic, left: Any, right: Any) -> Any:
    """One operation. Raises CannotError: kinds that do not go together, division by zero, a result too large."""
    try:
        return _calculate(op, left, right)
    except ZeroDivisionError:
        raise CannotError("除数是 0", "division by zero") from None
    except OverflowError:
        raise CannotError("结果太大", "the result is too large") from None


def negate(value: Any) -> Any:
    """`-value`. Raises CannotError."""
    if isinstance(value, Money):
        return Money(-value.fen)
    if is_number(value) or isinstance(value, datetime.timedelta):
        return -value
    raise CannotError(f"{kind_of(value)[0]}没有负数", f"{kind_of(value)[1]} cannot be negative")


def compare(op: Comparison, left: Any, right: Any, zone: datetime.tzinfo) -> bool:
    """One comparison; a date beside a moment is compared with the moment's day. Raises CannotError."""
    if is_number(left) and is_number(right):
        return _ORDER[op](left, right)
    if isinstance(left, Money) or isinstance(right, Money):
        left, right = _fen(left), _fen(right)
    elif isinstance(left, datetime.date) and isinstance(right, datetime.date):
        if isinstance(left, datetime.datetime) is not isinstance(right, datetime.datetime):
            left, right = _day(left, zone), _day(right, zone)
    elif not _alike(left, right) or (op not in {"==", "!="} and isinstance(left, str | bool | Row)):
        raise _cannot(left, op, right)
    return _ORDER[op](left, right)


def kind_of(value: object) -> tuple[str, str]:
    """What a value is, in Chinese and English."""
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    return "时长（日以上）", "a duration of days"


def _calculate(op: Arithmetic, left: Any, right: Any) -> Any:
    if is_number(left) and is_number(right):
        return _small(_SUM[op](left, right) if op in _SUM else left * right if op == "*" else Fraction(left) / right)
    if isinstance(left, Money) or isinstance(right, Money):
        return _with_money(op, left, right)
    if isinstance(left, datetime.timedelta) or isinstance(right, datetime.timedelta):
        return _with_elapsed(op, left, right)
    if op == "-" and isinstance(left, datetime.date) and type(left) is type(right):
        return left - right
    raise _cannot(left, op, right)


def _with_money(op: Arithmetic, left: Any, right: Any) -> Any:
    if op in _SUM:
        return Money(_small(_SUM[op](_fen(left), _fen(right))))
    if op == "*" and is_number(left) and isinstance(right, Money):
        left, right = right, left
    if op == "*" and isinstance(left, Money) and is_number(right):
        return Money(_small(left.fen * right))
    if op == "/" and isinstance(left, Money):
        if isinstance(right, Money):
            return _small(Fraction(left.fen) / right.fen)
        if is_number(right):
            return Money(_small(Fraction(left.fen) / right))
    raise _cannot(left, op, right)


def _with_elapsed(op: Arithmetic, left: Any, right: Any) -> Any:
    both = isinstance(left, datetime.timedelta) and isinstance(right, datetime.timedelta)
    if op in _SUM and both:
        return _SUM[op](left, right)
    if op == "/" and both:
        return _small(Fraction(left // _MICRO) / (right // _MICRO))
    if op == "*" and is_number(left):
        left, right = right, left
    if op in {"*", "/"} and is_number(right) and isinstance(left, datetime.timedelta):
        return half_up(left // _MICRO * (right if op == "*" else Fraction(1) / right)) * _MICRO
    raise _cannot(left, op, right)


def _fen(value: Any) -> int | Fraction:
    """Money as fen; a bare number is yuan."""
    if isinstance(value, Money):
        return value.fen
    if is_number(value):
        return value * 100
    raise CannotError(f"金额不能和{kind_of(value)[0]}一起算", f"money does not go with {kind_of(value)[1]}")


def _day(value: datetime.date, zone: datetime.tzinfo) -> datetime.date:
    return value.astimezone(zone).date() if isinstance(value, datetime.datetime) else value


def _alike(left: object, right: object) -> bool:
    if isinstance(left, str | Row):
        return isinstance(right, str | Row)
    return isinstance(left, bool | datetime.timedelta) and type(left) is type(right)


def _small(value: Any) -> int | Fraction:
    if abs(value) >= MAX:
        raise CannotError("结果太大", "the result is too large")
    return exact(value)


def _cannot(left: object, op: str, right: object) -> CannotError:
    one, other = kind_of(left), kind_of(right)
    return CannotError(f"{one[0]} {op} {other[0]} 没有意义", f"{one[1]} {op} {other[1]} means nothing")


_KINDS: Final[tuple[tuple[Any, tuple[str, str]], ...]] = (
    (bool, ("是否", "yes or no")),
    ((int, Fraction), ("数", "a number")),
    (Money, ("金额", "money")),
    (datetime.datetime, ("时间", "a moment")),
    (datetime.date, ("日期", "a date")),
    (datetime.timedelta, ("时长", "a duration")),
    (str, ("文字", "words")),
    (Row, ("一行", "a row")),
    (list, ("列表", "a list")),
)

"""The EBNF of `recur`, `cap` and `last` a second time, in lark: what the hand-written readers are held against."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from workflow.grammars.tokens import PERIODS, UNITS

_UNIT: Final = "|".join(sorted(UNITS, key=len, reverse=True))
_DUR: Final = rf"(?:[0-9]+(?:{_UNIT}))+(?!\w)"
_PER: Final = "日|周|月|季度|年"
_PERIOD: Final = "day|week|month|quarter|year"

GRAMMAR: Final = rf"""
recur: "每" zh [CLOCK] -> recur | EVERY en [CLOCK] -> recur_en
zh: SPAN -> span | DAY_ZH -> daily | WORKDAY_ZH -> workdays | "周" WD (_SEP ["周"] WD)* -> weekly
  | "月" nth -> monthly | "季度" ["第" N "个月"] nth -> quarterly | "半年" ["第" N "个月"] nth -> half_yearly | "年" N "月" nth -> yearly
nth: N "日" -> day_n | "第" N "个工作日" -> workday_n | (LAST_ZH | LAST_ONE_ZH) -> last_workday
en: SPAN -> span | DAY_EN -> daily | WORKDAY_EN -> workdays | WEEKDAY (_SEP WEEKDAY)* -> weekly_en
  | MONTH nth_en -> monthly_en | QUARTER [MONTH N] nth_en -> quarterly_en | HALF [MONTH N] nth_en -> half_yearly_en
  | YEAR MONTH N nth_en -> yearly_en
nth_en: DAY_EN N -> day_n_en | WORKDAY_EN N -> workday_n_en | LAST_EN WORKDAY_EN -> last_workday_en

cap: NUM (EACH | PER PERIOD)
last: NUM -> last_count | LASTING -> last_duration | THIS -> last_this | BEFORE -> last_before | THIS_EN PERIOD -> last_this_en | LAST_EN PERIOD -> last_before_en

SPAN.9: /(?:[0-9]+(?:{_UNIT}))+(?![^\W\d_]|[0-9])/
LASTING.6: /{_DUR}/
CLOCK.8: /(?:[01][0-9]|2[0-3]):[0-5][0-9](?!\w)/
N.4: /[0-9]+/
NUM.5: /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[%万亿]?(?!\w)/
WORKDAY_ZH.6: "工作日"
DAY_ZH.5: "日" | "天"
WD.5: /[一二三四五六日天]/
LAST_ZH.6: "最后工作日"
LAST_ONE_ZH.6: "最后一个工作日"
EVERY.6: /every(?![\w-])/
DAY_EN.6: /day(?![\w-])/
WORKDAY_EN.6: /workday(?![\w-])/
WEEKDAY.6: /(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![\w-])/
MONTH.6: /month(?![\w-])/
QUARTER.6: /quarter(?![\w-])/
HALF.6: /half-year(?![\w-])/
YEAR.6: /year(?![\w-])/
LAST_EN.6: /last(?![\w-])/
THIS_EN.6: /this(?!\w)/
EACH.6: /每[ \t]*(?:{_PER})(?!\w)/
PER.6: /per(?!\w)/
THIS.6: /本[ \t]*(?:{_PER})(?!\w)/
BEFORE.6: /上[ \t]*(?:{_PER})(?!\w)/
PERIOD.5: /(?:{_PERIOD})(?!\w)/
_SEP: "、" | ","
BLANK: /[ \t]+/
%ignore BLANK
"""
STARTS: Final = ("recur", "cap", "last")
LARK: Final = Lark(GRAMMAR, start=list(STARTS), parser="lalr", lexer="contextual", maybe_placeholders=True)
WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LIMITS: Final = {"month": (31, 23), "quarter": (92, 66), "half": (184, 132), "year": (366, 262)}


class _OutOfRangeError(ValueError):
    """A number that the grammar's text forbids beside its shape."""


def accepts(text: str, start: str) -> Any:
    """The shape of what lark reads, as `oracle.shape` gives it of our trees; None when it refuses."""
    try:
        return _of(LARK.parse(text, start=start))
    except (UnexpectedInput, _OutOfRangeError):
        return None


def _of(tree: Tree[Token]) -> Any:
    return globals()[f"_{tree.data}"](*tree.children)


def _within(token: Token, most: int) -> int:
    if not 1 <= int(token) <= most:
        raise _OutOfRangeError
    return int(token)


def _parts(token: str) -> Any:
    found, text = [], str(token)
    while text:
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        unit = next(one for one in sorted(UNITS, key=len, reverse=True) if text.startswith(digits + one))
        found.append((int(digits), UNITS[unit]))
        text = text[len(digits) + len(unit) :]
    if not any(count for count, _ in found) or max(count for count, _ in found) > 999_999:
        raise _OutOfRangeError
    return tuple(found)


def _recur(inner: Tree[Token], clock: Token | None) -> Any:
    every, duration, days, month, nth = _of(inner)
    at = (int(clock[:2]), int(clock[3:])) if clock is not None else None
    if at is not None and duration is not None and {unit for _, unit in duration[1]} & {"m", "h", "wh"}:
        raise _OutOfRangeError
    return ("Recurrence", every, duration, days, month, nth, at)


def _recur_en(_every: Token, inner: Tree[Token], clock: Token | None) -> Any:
    return _recur(inner, clock)


def _span(token: Token) -> Any:
    parts = _parts(token)
    if any(unit == "s" for _, unit in parts):
        raise _OutOfRangeError
    return "span", ("Duration", parts), (), 0, None


def _daily(_word: Token) -> Any:
    return "day", None, (), 0, None


def _workdays(_word: Token) -> Any:
    return "workday", None, (), 0, None


def _days(numbers: list[int]) -> Any:
    if len(set(numbers)) < len(numbers):
        raise _OutOfRangeError
    return "week", None, tuple(sorted(numbers)), 0, None


def _weekly(*days: Token) -> Any:
    return _days(["一二三四五六日".index("日" if day == "天" else day) + 1 for day in days])


def _weekly_en(*days: Token) -> Any:
    return _days([WEEK.index(str(day)) + 1 for day in days])


def _nth_of(every: str, month: int, nth: Tree[Token]) -> Any:
    which, n = _of(nth)
    days, workdays = LIMITS["month" if month else every]
    if which != "last" and not 1 <= n <= (days if which == "day" else workdays):
        raise _OutOfRangeError
    return every, None, (), month, ("Nth", which, n)


def _monthly(nth: Tree[Token]) -> Any:
    return _nth_of("month", 0, nth)


def _quarterly(month: Token | None, nth: Tree[Token]) -> Any:
    return _nth_of("quarter", _within(month, 3) if month is not None else 0, nth)


def _half_yearly(month: Token | None, nth: Tree[Token]) -> Any:
    return _nth_of("half", _within(month, 6) if month is not None else 0, nth)


def _yearly(month: Token, nth: Tree[Token]) -> Any:
    return _nth_of("year", _within(month, 12), nth)


def _monthly_en(_word: Token, nth: Tree[Token]) -> Any:
    return _monthly(nth)


def _quarterly_en(_word: Token, _month: Any, n: Token | None, nth: Tree[Token]) -> Any:
    return _quarterly(n, nth)


def _half_yearly_en(_word: Token, _month: Any, n: Token | None, nth: Tree[Token]) -> Any:
    return _half_yearly(n, nth)


def _yearly_en(_word: Token, _month: Token, n: Token, nth: Tree[Token]) -> Any:
    return _yearly(n, nth)


def _day_n(n: Token) -> Any:
    return "day", int(n)


def _workday_n(n: Token) -> Any:
    return "workday", int(n)


def _last_workday(_word: Token) -> Any:
    return "last", 0


def _day_n_en(_word: Token, n: Token) -> Any:
    return "day", int(n)


def _workday_n_en(_word: Token, n: Token) -> Any:
    return "workday", int(n)


def _last_workday_en(_last: Token, _word: Token) -> Any:
    return "last", 0


def _cap(number: Token, *per: Token) -> Any:
    times = {"%": 0, "万": 10_000, "亿": 100_000_000}.get(number[-1], 1)
    value = Decimal(number.rstrip("%万亿")) * times
    if value <= 0:
        raise _OutOfRangeError
    return ("Cap", int(value) if value == int(value) else value, PERIODS[str(per[-1]).removeprefix("每").strip()])


def _last_count(number: Token) -> Any:
    count = (
        Decimal({"万": "10000", "亿": "100000000"}.get(number[-1], "1")) * Decimal(number.rstrip("万亿"))
        if number[-1] != "%"
        else 0
    )
    if not 1 <= count <= 1000 or count != int(count):
        raise _OutOfRangeError
    return ("Last", int(count), None, None, False)


def _last_duration(token: Token) -> Any:
    return ("Last", 0, ("Duration", _parts(token)), None, False)


def _last_this(token: Token) -> Any:
    return ("Last", 0, None, PERIODS[str(token)[1:].strip()], False)


def _last_before(token: Token) -> Any:
    return ("Last", 0, None, PERIODS[str(token)[1:].strip()], True)


def _last_this_en(_word: Token, token: Token) -> Any:
    return ("Last", 0, None, PERIODS[str(token)], False)


def _last_before_en(_word: Token, token: Token) -> Any:
    return ("Last", 0, None, PERIODS[str(token)], True)

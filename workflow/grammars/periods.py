"""Lengths that repeat: `cap` (`80 每日`) and `last` (`10`, `7日`, `本季度`). Not here: when something recurs (recurrence.py)."""

from __future__ import annotations

from typing import Final

from workflow.domain.tree import Cap, Last, Period
from workflow.grammars.reader import Reader
from workflow.grammars.tokens import PERIODS

MOST_LAST: Final = 1000
"""How many items a window holds at the most."""
_CHINESE: Final = {word: period for word, period in PERIODS.items() if not word.isascii()}
_EACH: Final = {f"每{word}": period for word, period in _CHINESE.items()}
_THIS: Final = {f"本{word}": period for word, period in _CHINESE.items()}
_BEFORE: Final = {f"上{word}": period for word, period in _CHINESE.items()}


def read_cap(text: str) -> Cap:
    """Read `NUM EACHPER`: so much a period. Raises GrammarError."""
    reader = Reader(text)
    number = reader.number()
    if number.percent or number.value <= 0:
        reader.fail("上限要大于 0，不能是百分数", "a cap is more than 0, and no percentage", number.span)
    per = each_period(reader)
    if per is None:
        reader.expected("a period")
    end = reader.last
    reader.finish()
    return Cap((number.span[0], end), number.value, per)


def read_last(text: str) -> Last:
    """Read `NUM | DUR | ("本"|"上") PER | ("this"|"last") PERIOD`. Raises GrammarError."""
    reader = Reader(text)
    found = _last(reader)
    reader.finish()
    return found


def each_period(reader: Reader) -> Period | None:
    """`["每" PER | "per" PERIOD]`."""
    if reader.is_word(*_EACH):
        period = _EACH[reader.word]
        reader.advance()
        return period
    if not reader.is_word("per", "每"):
        return None
    return _period_behind(reader, english=reader.word == "per")


def _last(reader: Reader) -> Last:
    start = reader.start
    if reader.kind == "NUM":
        number = reader.number()
        if number.percent or not isinstance(number.value, int) or not 1 <= number.value <= MOST_LAST:
            zh, en = f"要 1 到 {MOST_LAST} 件", f"1 to {MOST_LAST} of them"
            reader.fail(zh, en, number.span)
        return Last(number.span, count=number.value)
    if reader.kind == "DUR":
        duration = reader.duration()
        if not any(count for count, _ in duration.parts):
            reader.fail("时长要大于 0", "a duration must be more than nothing", duration.span)
        return Last((start, reader.last), duration=duration)
    for words, before in ((_THIS, False), (_BEFORE, True)):
        if reader.is_word(*words):
            period = words[reader.word]
            reader.advance()
            return Last((start, reader.last), period=period, before=before)
    if reader.is_word("this", "last", "本", "上"):
        before = reader.word in ("last", "上")
        period = _period_behind(reader, english=reader.word.isascii())
        return Last((start, reader.last), period=period, before=before)
    reader.expected("a whole number", "a duration", "this or the last period")


def _period_behind(reader: Reader, *, english: bool) -> Period:
    reader.advance()
    written = reader.text[reader.start : reader.end]
    period = PERIODS.get(written)
    if reader.kind not in {"NAME", "SELF"} or written.isascii() != english or period is None:
        reader.expected("a period")
    reader.advance()
    return period

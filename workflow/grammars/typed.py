"""Days, moments, lengths of time and numbers as people type them. Not here: what a field allows (answer.py), the language's own tokens (tokens.py)."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Final

_DAYS: Final = {
    "今天": 0,
    "今日": 0,
    "today": 0,
    "明天": 1,
    "明日": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
    "昨天": -1,
    "昨日": -1,
    "yesterday": -1,
}
_DAY: Final = re.compile(
    r"(?P<word>大后天|今天|今日|明天|明日|后天|昨天|昨日|today|tomorrow|yesterday)"
    r"|(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})(?![0-9])"
    r"|(?:(?P<zy>[0-9]{4})\s*年\s*)?(?P<zm>[0-9]{1,2})\s*月\s*(?P<zd>[0-9]{1,2})\s*[日号]"
)
_HALF: Final = r"(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*"
_CLOCK: Final = re.compile(
    _HALF
    + r"(?P<h>[0-9]{1,2})(?::(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.[0-9]{1,6})?)?|[点時时](?:(?P<zm>[0-9]{1,2})分?|(?P<zh>半)|整)?)"
    r"\s*(?P<pm>[ap]\.?m\.?)?\s*(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?$"
)
FIRST_YEAR, LAST_YEAR = 1900, 2199
_LENGTH: Final = re.compile(
    r"(?P<n>[0-9]+(?:\.[0-9]{1,3})?)\s*个?(?P<unit>小时|钟头|hours?|hrs?|h|分钟|分|minutes?|mins?|min|m|秒钟|秒|seconds?|secs?|s)\s*"
)
_SECONDS: Final = {"小": 3600, "钟": 3600, "h": 3600, "分": 60, "m": 60, "秒": 1, "s": 1}
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,20})(?:\.(?P<part>[0-9]{1,9}))?(?P<times>[万亿]?)$"
)


class Unreadable(ValueError):
    """What was typed cannot be read so; `zh` and `en` say what can."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def tidy(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, blanks at the ends gone: how numbers and dates are compared with patterns."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def read_number(text: str) -> Decimal:
    """`1,200`, `-3.5`, `5万`, `１２`: an exact number, at most 9 decimals. Raises Unreadable."""
    found = _NUMBER.match(tidy(text))
    if not found:
        raise Unreadable(f"“{text[:40]}”不是一个数", f"“{text[:40]}” is no number")
    value = Decimal(f"{found['sign']}{found['whole'].replace(',', '')}.{found['part'] or '0'}")
    return value.scaleb({"": 0, "万": 4, "亿": 8}[found["times"]])


def read_day(text: str, today: datetime.date) -> datetime.date:
    """`2026-12-01`, `2026/12/1`, `2026年12月1日`, `12月1日` (the coming one), `明天`. Raises Unreadable."""
    tidied = tidy(text)
    found = _DAY.match(tidied)
    if not found or found.end() != len(tidied):
        raise _no_day(text)
    return _day(found, text, today)


def read_moment_typed(text: str, now: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """A day as `read_day` reads it and a time of day: `19:00`, `19点半`, `下午3点`, `7:00 pm`; ISO with an offset too. Raises Unreadable."""
    tidied = tidy(text)
    found = _DAY.match(tidied)
    if not found:
        raise _no_moment(text)
    day = _day(found, text, now.astimezone(zone).date())
    rest = tidied[found.end() :]
    if not rest.strip():
        raise Unreadable(
            f"“{text[:40]}”还差钟点，如 {day} 09:00", f"“{text[:40]}” lacks the time of day, like {day} 09:00"
        )
    clock = _CLOCK.match(re.sub(r"^(?:t|\s)\s*", "", rest))
    if not clock:
        raise _no_moment(text)
    return datetime.datetime.combine(day, _time(clock, text), _offset(clock["zone"]) or zone)


def read_length(text: str) -> datetime.timedelta:
    """`2小时30分`, `90分钟`, `1.5h`. Raises Unreadable."""
    tidied = tidy(text).replace("半小时", "30分钟").replace("半个小时", "30分钟")
    seconds, at = Fraction(0), 0
    while at < len(tidied):
        found = _LENGTH.match(tidied, at)
        if not found:
            break
        seconds += Fraction(found["n"]) * _SECONDS[found["unit"][0]]
        at = found.end()
    if not tidied or at < len(tidied) or seconds.denominator != 1 or seconds > 366 * 24 * 3600:
        raise Unreadable(f"“{text[:40]}”不是时长；写成 2小时30分钟", f"“{text[:40]}” is no length of time; write 2h30m")
    return datetime.timedelta(seconds=int(seconds))


def _day(found: re.Match[str], text: str, today: datetime.date) -> datetime.date:
    if found["word"]:
        return today + datetime.timedelta(days=_DAYS[found["word"]])
    year, month, day = (
        int(found[long] or found[short] or 0) for long, short in (("y", "zy"), ("m", "zm"), ("d", "zd"))
    )
    coming = not year
    for candidate in range(year or today.year, (year or today.year + 8) + 1):
        try:
            value = datetime.date(candidate, month, day)
        except ValueError:
            continue
        if not coming or value >= today:
            if FIRST_YEAR <= value.year <= LAST_YEAR:
                return value
            break
    raise Unreadable(f"日历上没有“{text[:40]}”这一天", f"there is no such day as “{text[:40]}”")


def _time(found: re.Match[str], text: str) -> datetime.time:
    hour, minute = int(found["h"]), int(found["m"] or found["zm"] or (30 if found["zh"] else 0))
    half = found["half"] or ""
    afternoon = (
        half in {"下午", "傍晚", "晚上", "晚"} or (half == "中午" and hour < 11) or (found["pm"] or "").startswith("p")
    )
    if afternoon and hour < 12:
        hour += 12
    elif hour == 12 and (half == "凌晨" or (found["pm"] or "").startswith("a")):
        hour = 0
    try:
        return datetime.time(hour, minute, int(found["s"] or 0))
    except ValueError:
        raise Unreadable(
            f"“{text[:40]}”的钟点不对；一天从 00:00 到 23:59", f"no such time of day in “{text[:40]}”; 00:00 to 23:59"
        ) from None


def _offset(written: str | None) -> datetime.tzinfo | None:
    if not written or written == "z":
        return datetime.UTC if written else None
    digits = written[1:].replace(":", "")
    size = datetime.timedelta(hours=min(int(digits[:2]), 14), minutes=int(digits[2:]) % 60)
    return datetime.timezone(-size if written[0] == "-" else size)


def _no_day(text: str) -> Unreadable:
    return Unreadable(
        f"“{text[:40]}”不是日期；写成 2026-12-01 或 12月1日", f"“{text[:40]}” is no date; write 2026-12-01"
    )


def _no_moment(text: str) -> Unreadable:
    return Unreadable(
        f"“{text[:40]}”不是时间；写成 2026-12-01 19:00", f"“{text[:40]}” is no moment; write 2026-12-01 19:00"
    )

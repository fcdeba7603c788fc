"""Recurrences: `每季度 第5个工作日 09:00`, `every month last workday`. Not here: when the next one is (organisation.recurrence).

Words run together in Chinese (`每周一、三`), so this reader goes by its own words and not by tokens; blanks only part them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NoReturn

from workflow.domain.tree import Cycle, Duration, Nth, Recurrence, Span
from workflow.grammars.errors import GrammarError
from workflow.grammars.reader import MAX_COUNT_OF_UNITS, MAX_LENGTH
from workflow.grammars.tokens import PART_OF_DURATION, UNITS

DAYS: Final = {
    "一": ("monday", 1), "二": ("tuesday", 2), "三": ("wednesday", 3), "四": ("thursday", 4), "五": ("friday", 5),
    "六": ("saturday", 6), "日": ("sunday", 7),
}  # fmt: skip
ENGLISH_DAYS: Final = dict(DAYS.values())
MONTHS: Final[Mapping[Cycle, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Months of a period."""
_MOST_DAYS: Final[Mapping[int, tuple[int, int]]] = {1: (31, 23), 3: (92, 66), 6: (184, 132), 12: (366, 262)}
"""By the months that are counted in: the highest day, and working day, that may be asked for."""

_UNIT: Final = "|".join(sorted(UNITS, key=len, reverse=True))
_DUR: Final = re.compile(rf"(?:[0-9]+(?:{_UNIT}))+(?![^\W\d_]|[0-9])")
_NUMBER: Final = re.compile("[0-9]+")
_CLOCK: Final = re.compile("([0-9]{2}):([0-9]{2})(?!\\w)")
_CLOCK_LIKE: Final = re.compile("([0-9]{1,2})[:：]([0-9]{1,2})(?!\\w)|[0-9]{1,2}[点时][0-9]{0,2}分?")
_GOES_ON: Final = re.compile("[\\w-]")
_MONTH_OF: Final = re.compile("第[ \\t]*[0-9]+[ \\t]*个月")
_BLANK: Final = re.compile("[ \t\r\n]*")
_WORD: Final = re.compile("[^\\W_]+(?:-[a-z]+)?|.")
_SHORT: Final[frozenset[str]] = frozenset({"s", "m", "h", "wh"})
CYCLES_ZH: Final[Mapping[str, Cycle]] = {"月": "month", "季度": "quarter", "半年": "half", "年": "year"}
CYCLES_EN: Final[Mapping[str, Cycle]] = {"month": "month", "quarter": "quarter", "half-year": "half", "year": "year"}
EXAMPLE: Final = "每季度 第5个工作日 09:00"


def read_recurrence(text: str) -> Recurrence:
    """Read `"每" zh [CLOCK] | "every" en [CLOCK]`. Raises GrammarError."""
    if len(text) > MAX_LENGTH:
        zh, en = f"太长了，最多 {MAX_LENGTH} 个字", f"too long: at most {MAX_LENGTH} characters"
        raise GrammarError(zh, en, (MAX_LENGTH, len(text)))
    return RecurrenceReader(text).recurrence()


class RecurrenceReader:
    """One method a rule of the grammar. `at` is where the next word begins, `last` where the one before ended."""

    __slots__ = ("at", "last", "text")

    def __init__(self, text: str) -> None:
        self.text, self.last = text, 0
        self.at = self._blank(0)

    def recurrence(self) -> Recurrence:
        """The whole value."""
        start = self.at
        if self.take("每"):
            found = self.chinese(start)
        elif self.word("every"):
            found = self.english(start)
        else:
            self.refuse("每 或 every", "每 or every")
        clock = self.clock()
        if clock is not None and found.duration is not None and {unit for _, unit in found.duration.parts} & _SHORT:
            self.fail(
                "按小时、分钟或工作时重复的，不再写钟点",
                "what recurs by hours or minutes has no time of day",
                (start, self.last),
            )
        if self.at < len(self.text):
            self.refuse(
                "结束" if clock is not None else "钟点（如 09:00）或结束",
                "the end" if clock else "a time of day or the end",
            )
        return Recurrence(
            (start, self.last), found.every, found.duration, found.days, found.month, found.nth, clock
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- Chinese

    def chinese(self, start: int) -> Recurrence:
        """`DUR | "日" | "工作日" | "周" WD {SEP WD} | "月" nth | ("季度"|"半年") ["第" N "个月"] nth | "年" N "月" nth`."""
        if (duration := self.duration()) is not None:
            return Recurrence((start, self.last), "span", duration)
        if self.take("工作日"):
            return Recurrence((start, self.last), "workday")
        if self.take("日") or self.take("天"):
            return Recurrence((start, self.last), "day")
        if self.take("周"):
            return Recurrence((start, self.last), "week", days=self.days_zh())
        for word in ("季度", "半年", "月", "年"):
            if self.take(word):
                every = CYCLES_ZH[word]
                month = self.month_zh(every)
                return Recurrence((start, self.last), every, month=month, nth=self.nth_zh(every, month))
        self.refuse(
            "时长、日、工作日、周、月、季度、半年或年", "a length of time, 日, 工作日, 周, 月, 季度, 半年 or 年"
        )

    def days_zh(self) -> tuple[int, ...]:
        """`WD {SEP ["周"] WD}`."""
        found: list[int] = []
        while True:
            word, start = self.text[self.at : self.at + 1], self.at
            meant = "日" if word == "天" else word
            if meant not in DAYS:
                self.refuse("周几（一 二 三 四 五 六 日）", "a day of the week (一 … 日)")
            self.at = self._blank(self._done(self.at + 1))
            self.another(found, DAYS[meant][1], (start, self.last))
            if not self.separator():
                return tuple(sorted(found))
            self.take("周")

    def month_zh(self, every: Cycle) -> int:
        """Which month of a year (`3月`), or of a quarter or half-year (`第2个月`); 0: none is named."""
        if every == "year":
            month = self.ordinal(12)
            if not self.take("月"):
                self.refuse("月（如 每年3月 第1个工作日）", "月: 每年3月 第1个工作日")
            return month
        ahead = _MONTH_OF.match(self.text, self.at)
        if every == "month" or ahead is None:
            return 0
        self.take("第")
        month = self.ordinal(MONTHS[every])
        self.take("个月")
        return month

    def nth_zh(self, every: Cycle, month: int) -> Nth:
        """`N "日" | "第" N "个工作日" | "最后工作日"`."""
        start = self.at
        days, workdays = _MOST_DAYS[1 if month else MONTHS[every]]
        if self.take("最后工作日") or self.take("最后一个工作日"):
            return Nth((start, self.last), "last", 0)
        if self.take("第"):
            n = self.ordinal(workdays)
            if not self.take("个工作日"):
                self.refuse("个工作日", "个工作日")
            return Nth((start, self.last), "workday", n)
        if _NUMBER.match(self.text, self.at):
            n = self.ordinal(days)
            if self.text.startswith("号", self.at):
                self.fail("写成“日”", "write 日", (self.at, self.at + 1), "日")
            if not self.take("日"):
                self.refuse("日", "日")
            return Nth((start, self.last), "day", n)
        self.refuse("5日、第5个工作日或最后工作日", "5日, 第5个工作日 or 最后工作日")

    # ------------------------------------------------------------------------------------------- English

    def english(self, start: int) -> Recurrence:
        """`DUR | "day" | "workday" | DAY {SEP DAY} | … ("day" N | "workday" N | "last" "workday")`."""
        if (duration := self.duration()) is not None:
            return Recurrence((start, self.last), "span", duration)
        if self.word("workday"):
            return Recurrence((start, self.last), "workday")
        if self.word("day"):
            return Recurrence((start, self.last), "day")
        for word, every in CYCLES_EN.items():
            if self.word(word):
                month = self.ordinal(MONTHS[every]) if every != "month" and self.word("month") else 0
                if every == "year" and not month:
                    self.refuse("month N（如 every year month 3 workday 1）", "month N: every year month 3 workday 1")
                return Recurrence((start, self.last), every, month=month, nth=self.nth_en(every, month))
        return Recurrence((start, self.last), "week", days=self.days_en())

    def days_en(self) -> tuple[int, ...]:
        """`DAY {SEP DAY}`."""
        found: list[int] = []
        while True:
            start = self.at
            day = next((n for word, n in ENGLISH_DAYS.items() if self.word(word)), None)
            if day is None:
                known = "a length of time, day, workday, monday … sunday, month, quarter, half-year or year"
                self.refuse(known, "monday … sunday" if found else known)
            self.another(found, day, (start, self.last))
            if not self.separator():
                return tuple(sorted(found))

    def nth_en(self, every: Cycle, month: int) -> Nth:
        """`"day" N | "workday" N | "last" "workday"`."""
        start = self.at
        days, workdays = _MOST_DAYS[1 if month else MONTHS[every]]
        if self.word("last"):
            if not self.word("workday"):
                self.refuse("workday", "workday")
            return Nth((start, self.last), "last", 0)
        if self.word("workday"):
            n = self.ordinal(workdays)
            return Nth((start, self.last), "workday", n)
        if self.word("day"):
            n = self.ordinal(days)
            return Nth((start, self.last), "day", n)
        self.refuse("day 5、workday 5 或 last workday", "day 5, workday 5 or last workday")

    # ------------------------------------------------------------------------------------------- both

    def duration(self) -> Duration | None:
        """DUR, if one comes next: at least a minute, so that nobody is flooded."""
        found = _DUR.match(self.text, self.at)
        if found is None:
            return None
        parts = tuple((int(count), UNITS[unit]) for count, unit in PART_OF_DURATION.findall(found[0]))
        if any(unit == "s" for _, unit in parts) or not any(count for count, _ in parts):
            self.fail("最短每 1 分钟", "every minute is the shortest", found.span())
        if max(count for count, _ in parts) > MAX_COUNT_OF_UNITS:
            self.fail("这段时长太长了", "this duration is too long", found.span())
        start, self.at = self.at, self._blank(self._done(found.end()))
        return Duration((start, self.last), parts)

    def clock(self) -> tuple[int, int] | None:
        """CLOCK, if one comes next."""
        found = _CLOCK.match(self.text, self.at)
        if found is None:
            if like := _CLOCK_LIKE.match(self.text, self.at):
                meant = f"{int(like[1]):02}:{int(like[2]):02}" if like[1] else None
                zh, en = "钟点写成两位数和半角冒号，如 09:00", "a time of day is written like 09:00"
                self.fail(zh, en, like.span(), meant)
            return None
        hour, minute = int(found[1]), int(found[2])
        if hour > 23 or minute > 59:
            zh, en = f"没有 {found[0]} 这个钟点", f"there is no {found[0]} on a clock"
            self.fail(zh, en, found.span())
        self.at = self._blank(self._done(found.end()))
        return hour, minute

    def ordinal(self, most: int) -> int:
        """N, from 1."""
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            self.refuse("一个整数", "a whole number")
        if not 1 <= int(found[0][:6]) <= most or len(found[0]) > 6:
            self.fail(f"这里只能是 1 到 {most}", f"this goes from 1 to {most}", found.span())
        self.at = self._blank(self._done(found.end()))
        return int(found[0])

    def another(self, found: list[int], day: int, span: Span) -> None:
        """One more day of the week, each only once."""
        if day in found:
            self.fail("这一天写了两次", "this day stands here twice", span)
        found.append(day)

    def separator(self) -> bool:
        """SEP, if one comes next."""
        return self.take("、") or self.take(",")

    def take(self, word: str) -> bool:
        """Step over these characters if they come next."""
        if not self.text.startswith(word, self.at):
            return False
        self.at = self._blank(self._done(self.at + len(word)))
        return True

    def word(self, word: str) -> bool:
        """Step over this English word if it comes next, whole."""
        end = self.at + len(word)
        if not self.text.startswith(word, self.at) or _GOES_ON.match(self.text, end):
            return False
        self.at = self._blank(self._done(end))
        return True

    def refuse(self, *asked: str) -> NoReturn:
        """Something else was expected here."""
        zh, en = asked
        if self.at >= len(self.text):
            self.fail(f"到这里就没有了，还应当有{zh}", f"ends here, where {en} is expected", (self.at, self.at))
        found = _WORD.match(self.text, self.at)
        assert found is not None  # noqa: S101 (some character stands there)
        self.fail(f"这里应当是{zh}，却见到“{found[0]}”", f"expected {en}, found “{found[0]}”", found.span())

    def fail(self, zh: str, en: str, span: Span, suggestion: str | None = None) -> NoReturn:
        """Raise a GrammarError."""
        raise GrammarError(f"{zh}；例：{EXAMPLE}", f"{en}; for example: {EXAMPLE}", span, (), suggestion)

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found is not None else at

    def _done(self, end: int) -> int:
        self.last = end
        return end

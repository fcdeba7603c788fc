"""The base of all readers: one token of look-ahead over a value's text, spans, and errors that say what was expected. Not here: any rule."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NoReturn

from workflow.domain.tree import Duration, Number
from workflow.grammars.errors import GrammarError
from workflow.grammars.tokens import (
    ANCHOR,
    FUNCTIONS,
    KEYWORDS,
    PART_OF_DURATION,
    SELVES,
    TOKEN,
    UNITS,
    is_doubtful,
    meant_symbol,
    meant_word,
)

if TYPE_CHECKING:
    from workflow.domain.tree import Span

_CLOCK_LIKE: Final = re.compile("([0-9]{1,2})[:：]([0-9]{1,2})(?!\\w)")
_SPLIT_DURATION: Final = re.compile(f"([0-9]+)[ ]+({'|'.join(UNITS)})\\Z")
MAX_LENGTH: Final = 500
MAX_DEPTH: Final = 32
MAX_INT: Final = 2**53
MAX_DECIMALS: Final = 9
MAX_COUNT_OF_UNITS: Final = 999_999

_EXPECTED: Final = {
    "a value": "一个值", "a name": "一个名称", "an operator": "运算符", "the end": "结束", "else": "else（否则）", "a duration": "时长（如 3工作日）",
    "a list": "一个列表，如 (甲、乙)", ")": ")", "(": "(", ">": ">", ".": ".", "..": "..", "a number": "一个数", "order": "order", "a date": "日期",
    "a field's type": "字段的类型", "a list's name": "名录的名称", "a role": "角色", "an actor": "办理人", "a whole number": "一个整数", "a comparison": "比较符号",
    "a period": "每日、每周、每月、每季度或每年", "this or the last period": "本月、上季度这样的周期", "except": "except（除）", "where": "where", "if": "if（若）", "an extension": "扩展名，如 pdf",
}  # fmt: skip


class Reader:
    """A value's text and the token that comes next.

    `kind`: NAME SELF FN EVERY ANCHOR DATE CLOCK SINCE DUR NUM WORD STR OP END, a keyword in English, or the sign itself.
    `word`: the token's text; for SELF, FN and keywords the form that a tree holds. `last`: where the token before it ended.
    """

    __slots__ = ("depth", "end", "kind", "last", "start", "text", "word")

    def __init__(self, text: str, limit: int = MAX_LENGTH) -> None:
        if len(text) > limit:
            raise GrammarError(
                f"太长了：{len(text)} 个字，最多 {limit} 个；请拆成几个步骤或先用 set 算出一部分",
                f"too long: {len(text)} characters, at most {limit}; split it, or compute a part with set first",
                (limit, len(text)),
            )
        self.text = text
        self.depth = 0
        self.start = self.end = 0
        self.advance()

    def advance(self) -> None:
        """Read the next token. Raises GrammarError where no token can begin."""
        self.last = self.end
        found = TOKEN.match(self.text, self.end)
        if found is None:
            self._refuse_symbol()
        kind = found.lastgroup
        assert kind is not None  # noqa: S101 (every branch of the pattern is named)
        self.start, self.end = found.span(kind)
        self.word = found[kind]
        if kind == "SIGN":
            self.kind = self.word
            return
        self.kind = kind
        if self.end < len(self.text) and self.text[self.end] > "\x7f":
            self._extend()
        if kind == "NAME":
            self._read_name()

    def _extend(self) -> None:
        """Take the marks and dots that belong to a word though the pattern does not know them: 阿卜杜·热合曼 is one word."""
        end = self.end
        while end < len(self.text) and ("a" + self.text[end]).isidentifier():
            end += 1
        if end > self.end and self.word[-1].isidentifier() | self.word[-1].isdecimal():
            if self.kind not in {"NAME", "WORD"}:
                self.kind = "WORD"
            self.end = end
            self.word = self.text[self.start : end]

    def _read_name(self) -> None:
        word = self.word
        keyword = KEYWORDS.get(word)
        if keyword is not None:
            self.kind = self.word = keyword
            return
        if word in FUNCTIONS and self.text[self.end :].lstrip().startswith("("):
            self.kind, self.word = "FN", FUNCTIONS[word]
            return
        if word in SELVES:
            self.kind, self.word = "SELF", SELVES[word]
            return
        if "前" in word or "后" in word:
            anchor = ANCHOR.match(self.text, self.start)
            if anchor and anchor[0][:-1] not in SELVES and anchor[0][:-1] not in KEYWORDS and word[0] != "各":
                self.kind, self.word, self.end = "ANCHOR", anchor[0], anchor.end()
                return
        if word.isascii():
            return
        if not unicodedata.is_normalized("NFKC", word) or not word.isidentifier():
            folded = unicodedata.normalize("NFKC", word)
            self.fail(
                f"名称“{word}”里有全角或变体字符，看起来一样却是另一个字",
                f"the name “{word}” holds full-width or variant characters, which look alike and are others",
                suggestion=folded if folded.isidentifier() else None,
            )
        if word[0] == "各":
            self.kind, self.word = "EVERY", word[1:]

    def _refuse_symbol(self) -> NoReturn:
        at = self.end
        while self.text[at] in " \t\r\n":
            at += 1
        end, meant = meant_symbol(self.text, at)
        found = self.text[at:end]
        if found == "“":
            zh, en = "引号“没有收尾的”", "the quotation mark “ is never closed by ”"
            end = len(self.text)
        elif found == "=":
            zh, en = "比较相等要写两个等号：==", "equality is written with two signs: =="
        elif found in ":：":
            self._refuse_clock(at)
        elif meant is not None and meant.startswith("“"):
            zh, en = f"文字要放在中文引号里：{meant}", f"words stand in these quotation marks: {meant}"
        elif meant is not None:
            zh, en = (
                f"“{found}”在这里读不懂；是不是 {meant.strip() or '空格'}？",
                f"cannot read “{found}” here; did you mean {meant.strip() or 'a blank'}?",
            )
        else:
            zh, en = f"“{found}”在这里读不懂", f"cannot read “{found}” here"
        raise GrammarError(zh, en, (at, end), (), meant)

    def _refuse_clock(self, colon: int) -> NoReturn:
        zh, en = (
            "钟点写成两位数和半角冒号，如 09:00",
            "a time of day has two digits, a colon and two digits, like 09:00",
        )
        found = _CLOCK_LIKE.match(self.text, self.start)
        if found is None:
            raise GrammarError(zh, en, (colon, colon + 1))
        raise GrammarError(zh, en, found.span(), (), f"{int(found[1]):02}:{int(found[2]):02}")

    # What readers say

    def fail(
        self,
        zh: str,
        en: str,
        span: Span | None = None,
        *,
        expected: tuple[str, ...] = (),
        suggestion: str | None = None,
        sure: bool = True,
    ) -> NoReturn:
        """Raise a GrammarError at the token that comes next, or at `span`."""
        raise GrammarError(zh, en, span or (self.start, self.end), expected, suggestion, sure=sure)

    def expected(self, *terms: str) -> NoReturn:
        """Raise a GrammarError: one of `terms` was expected, and something else stands here."""
        zh = "、".join(_EXPECTED[term] for term in terms)
        en = " or ".join(terms)
        if self.kind == "END":
            raise GrammarError(
                f"到这里就没有了，还应当有{zh}", f"ends here, where {en} is expected", (self.start, self.end), terms
            )
        found = self.text[self.start : self.end]
        if self.kind == "NUM" and self.text.startswith(":", self.end):
            self._refuse_clock(self.end)
        suggestion = meant_word(found) if self.kind == "WORD" else None
        asked_zh, asked_en = (f"；是不是 {suggestion}？", f"; did you mean {suggestion}?") if suggestion else ("", "")
        raise GrammarError(
            f"这里应当是{zh}，却见到“{found}”{asked_zh}",
            f"expected {en}, found “{found}”{asked_en}",
            (self.start, self.end),
            terms,
            suggestion,
            sure=not is_doubtful(found),
        )

    # What readers share

    def take(self, kind: str) -> bool:
        """Step over the next token if it is of this kind."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def is_word(self, *words: str) -> bool:
        """Whether a name comes next that is one of these words (`later`, `where`: words only in one place)."""
        return self.kind == "NAME" and self.word in words

    def deeper(self) -> None:
        """Count one level of nesting; who calls it takes it back when done."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"嵌套太深，最多 {MAX_DEPTH} 层", f"nested too deep, at most {MAX_DEPTH} levels")

    def number(self) -> Number:
        """Read NUM."""
        if self.kind != "NUM":
            self.expected("a number")
        word, span = self.word, (self.start, self.end)
        power = {"%": -2, "万": 4, "亿": 8}.get(word[-1], 0)
        digits = word[:-1] if power else word
        value: int | Decimal
        if "." not in digits and power >= 0:
            value = int(digits) * 10**power
        else:
            if len(digits.partition(".")[2]) > MAX_DECIMALS or len(digits) > MAX_DECIMALS + 16:
                self.fail(f"小数最多 {MAX_DECIMALS} 位", f"at most {MAX_DECIMALS} decimals")
            value = Decimal(digits).scaleb(power)
            if power >= 0 and value == value.to_integral_value():
                value = int(value)
        if value >= MAX_INT:
            self.fail("这个数太大了", "this number is too large")
        self.advance()
        return Number(span, value, percent=power < 0)

    def duration(self) -> Duration:
        """Read DUR, or the DUR of a SINCE."""
        if self.kind not in {"DUR", "SINCE"}:
            self.expected("a duration")
        parts = tuple((int(count), UNITS[unit]) for count, unit in PART_OF_DURATION.findall(self.word))
        if max(count for count, _ in parts) > MAX_COUNT_OF_UNITS:
            self.fail("这段时长太长了", "this duration is too long")
        start, end = self.start, self.end - (self.kind == "SINCE")
        self.advance()
        return Duration((start, end), parts)

    def date(self) -> datetime.date:
        """Read DATE."""
        try:
            value = datetime.date.fromisoformat(self.word)
        except ValueError:
            self.fail(f"日历上没有 {self.word} 这一天", f"there is no {self.word} in the calendar")
        self.advance()
        return value

    def clock(self) -> tuple[int, int]:
        """Read CLOCK."""
        hour, minute = int(self.word[:2]), int(self.word[3:])
        if hour > 23 or minute > 59:
            self.fail(
                f"没有 {self.word} 这个钟点；一天从 00:00 到 23:59",
                f"there is no {self.word} on a clock; a day runs from 00:00 to 23:59",
            )
        self.advance()
        return hour, minute

    def finish(self) -> None:
        """Nothing may follow."""
        if self.kind == "NAME":
            found = self.text[self.start : self.end]
            joined = _SPLIT_DURATION.search(self.text, 0, self.end)
            if joined:
                zh, en, suggestion = (
                    "数和单位之间不空格",
                    "no blank stands between a number and its unit",
                    joined[1] + joined[2],
                )
                raise GrammarError(zh, en, joined.span(), ("an operator", "the end"), suggestion)
            self.fail(
                f"“{found}”前面少了运算符；如果这是一段文字，把整段放在 “” 里",
                f"an operator is missing before “{found}”; if these are words, put all of them in “ ”",
                expected=("an operator", "the end"),
            )
        if self.kind != "END":
            self.expected("an operator", "the end")

"""The tokens that all small grammars share: their patterns, the reserved words, and what was probably meant. Not here: any grammar."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, cast

from workflow.grammars import words
from workflow.grammars.words import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflow.domain.tree import Period, Unit

KEYWORDS: Final = {
    spelling: word for spelling, word in spellings(words.OPERATORS).items() if word not in {"where", "every"}
}
"""The operators that are reserved everywhere; `where` and `every` are words in one place only."""

SELVES: Final = {spelling: words.SELVES[word] for spelling, word in spellings(words.SELVES).items()}
"""Reserved words and the form in which a tree holds them."""

FUNCTIONS: Final = spellings(words.FUNCTIONS)
"""Words that are a function's name when an opening parenthesis follows, and only then."""

UNITS: Final = cast("dict[str, Unit]", spellings(words.UNITS))
PERIODS: Final = cast("dict[str, Period]", spellings(words.PERIODS))

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_DUR = rf"[0-9]+(?:{_UNIT})(?:[0-9]+(?:{_UNIT}))*"
_NUM = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[%万亿]?"

TOKEN: Final = re.compile(
    rf"""[ \t\r\n]*(?:
      (?P<NAME>[^\W\d_]\w*)
    | (?P<DATE>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?!\w))
    | (?P<CLOCK>[0-9]{{2}}:[0-9]{{2}}(?!\w))
    | (?P<SINCE>(?>{_DUR})[后前](?!\w))
    | (?P<DUR>(?>{_DUR})(?!\w))
    | (?P<NUM>(?>{_NUM})(?!\w))
    | (?P<WORD>[0-9]\w*)
    | (?P<STR>“[^”]*”)
    | (?P<OP>==|!=|≠|<=|≤|<|>=|≥|>(?!=))
    | (?P<SIGN>\.\.|[.()+*/、,-])
    | (?P<END>\Z)
    )""",
    re.VERBOSE,
)
"""One token and the blanks before it. `\\w` is a little less than XID_Continue: `reader.py` adds what is missing."""

ANCHOR: Final = re.compile(rf"[^\W\d_]\w*?[前后](?=[ \t]*(?>{_DUR})(?!\w))")
PART_OF_DURATION: Final = re.compile(rf"([0-9]+)({_UNIT})")
COUNT: Final = re.compile(r"[ \t]*(0*1)(?!\w)")
OPERATORS: Final = {"≠": "!=", "≤": "<=", "≥": ">="}

_MEANT: Final = {
    "，": ",", "（": "(", "）": ")", "＞": ">", "＜": "<", "＝": "==", "！": "not ", "＋": "+", "－": "-", "−": "-", "—": "-", "×": "*",
    "÷": "/", "＊": "*", "／": "/", "％": "%", "．": ".", "。": ".", "\u3000": " ", "\u00a0": " ", "&": " and ", "|": " or ", "!": "not ", "＂": "“",
}  # fmt: skip
_SLIPS: Final = re.compile(r"={1,2}[<>]|<>|=|&&|\|\||[\"'「『”‘]")
_QUOTED: Final = re.compile(r"\"([^\"”]*)[\"”]|'([^'’]*)['’]|‘([^’]*)’|「([^」]*)」|『([^』]*)』|”([^“”]*)”")

_UNITS_MEANT: Final = {
    "个工作日": "工作日", "个工作时": "工作时", "工作小时": "工作时", "个小时": "小时", "时": "小时", "钟头": "小时", "分": "分钟", "月": "个月",
    "星期": "周", "个星期": "周", "礼拜": "周", "个周": "周", "秒钟": "秒", "号": "日", "个年": "年", "min": "m", "mins": "m", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "week": "w", "weeks": "w", "month": "mo", "months": "mo", "year": "y", "years": "y", "minutes": "m", "sec": "s",
}  # fmt: skip
_JOINED: Final = re.compile("且|或|属于|若|否则")
_NUMBER_AND_REST: Final = re.compile(r"([0-9]+)(\D+)\Z")


def is_name(text: str) -> bool:
    """Whether a flow may give this name to something: a word, the same under NFKC, not reserved, not beginning with 各."""
    return (
        text.isidentifier()
        and text[0] not in "_各"
        and unicodedata.is_normalized("NFKC", text)
        and text not in KEYWORDS
        and text not in SELVES
    )


def meant_symbol(text: str, at: int) -> tuple[int, str | None]:
    """Where the unreadable text at `at` ends, and what was probably meant by it."""
    quoted = _QUOTED.match(text, at)
    if quoted:
        return quoted.end(), "“" + next(group for group in quoted.groups() if group is not None) + "”"
    slip = _SLIPS.match(text, at)
    if slip:
        meant = {"=": "==", "=>": ">=", "==>": ">=", "=<": "<=", "==<": "<=", "<>": "!=", "&&": "and", "||": "or"}.get(
            slip[0]
        )
        return slip.end(), meant
    folded = unicodedata.normalize("NFKC", text[at])
    return at + 1, _MEANT.get(text[at]) or (folded if folded != text[at] and folded.strip() else None)


def is_doubtful(word: str) -> bool:
    """Whether what was meant by a word (`meant_word`) can be something else: `3月` is a month of the year too."""
    return word.endswith(("月", "号"))


def meant_word(word: str) -> str | None:
    """What a word that begins with a digit was probably meant to be: `1工作日` for `1工作曰`, `5万` for `5万元`."""
    found = _NUMBER_AND_REST.match(word)
    if not found:
        stripped = word.lstrip("0")
        return stripped if stripped.isdecimal() else None
    number, rest = found.groups()
    tail = rest[-1] if rest[-1] in "后前" and len(rest) > 1 else ""
    unit = rest.removesuffix(tail)
    if rest in {"元", "块", "块钱", "人", "个人", "次", "票", "个", "份", "名", "位"}:
        return number
    joined = _JOINED.search(rest)
    if joined:
        return f"{number}{rest[: joined.start()]} {joined[0]} {rest[joined.end() :]}"
    if rest.startswith(("万", "亿")):
        return number + rest[0]
    if unit in _UNITS_MEANT:
        return number + _UNITS_MEANT[unit] + tail
    if unit.endswith("内") and unit[:-1] in UNITS:
        return number + unit[:-1]
    near = [known for known in UNITS if len(known) == len(unit) > 1 and sum(map(str.__ne__, known, unit)) == 1]
    return number + near[0] + tail if near else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that differs from `word` by one or two letters (one in a word of up to three); None where two are as near."""
    if len(word) < 2:
        return None
    allowed = 1 if len(word) <= 3 else 2
    near = {other: _distance(word, other, allowed) for other in known if abs(len(other) - len(word)) <= allowed}
    least = min(near.values(), default=allowed + 1)
    best = [other for other, distance in near.items() if distance == least]
    return best[0] if least <= allowed and len(best) == 1 else None


def is_slip(word: str, meant: str) -> bool:
    """Whether a word is certainly another one misspelt: at most one letter in three differs, and no digit does."""
    enough = len(word) // 3
    digits = ["".join(filter(str.isdecimal, one)) for one in (word, meant)]
    return digits[0] == digits[1] and _distance(word, meant, enough) <= enough


def _distance(one: str, other: str, enough: int) -> int:
    """Edits from one word to the other, two neighbours changing places counted as one; more than `enough` means only: more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > enough:
            return enough + 1
    return row[-1]

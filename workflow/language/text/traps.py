"""What YAML reads without a word and nobody meant: commas that split, comments that cut, blanks left out. Not here: what YAML refuses (syntax.py)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from workflow.grammars.tokens import FUNCTIONS
from workflow.language.text.nodes import Place, Scalar, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.domain.finding import Finding

_CUT: Final = re.compile(r"(?<=\S)[ \t]+(#[^\s#][^\n]*)")
_LISTED: Final = re.compile(r"\w+\.\w+(?:[，、]\s*\w+\.\w+)+")
"""Words that are certainly several: a checklist's line may hold a comma, `站.审核员，所.审核员` is two actors."""

_CALLED: Final = re.compile(rf"(?:\b(?:in|{'|'.join(FUNCTIONS)})|属于)\s*\(")
_IN_COMMENT: Final = re.compile(r"(?:^|\s)#")


def value_traps(key: Scalar, value: Scalar, lines: list[str], *, first: bool) -> Iterator[Finding]:
    """Inside braces: a value split by its comma, a key without its blank, a key that has no value."""
    if is_split(value):
        yield _split(value, lines)
        return
    if value.text:
        return
    at = key.text.find(":")
    if 0 < at < len(key.text) - 1:
        zh = f"冒号后面要有空格：{key.text[:at]}: {key.text[at + 1 :]}"
        yield found("Y132", zh, "a blank stands behind the colon", key.part((at, at + 1)), ": ", sure=True)
    elif first:
        yield found("Y132", f"“{key.text}”后面没有值", f"“{key.text}” has no value", key.place)
    else:
        zh = f"“{key.text}”没有值；花括号里逗号会把值切开，值里的几个词用空格或、隔开"
        en = f"“{key.text}” has no value; a comma splits inside braces, part the words of a value by blanks or 、"
        line, end = lines[key.place.line - 1], key.place.column - 1
        before = line[:end].rstrip()
        if before.endswith(","):
            comma = Place(key.place.line, len(before), key.place.line, key.place.column)
            yield found("Y132", zh, en, comma, " ")
        else:
            yield found("Y132", zh, en, key.place)


def item_traps(item: Scalar, lines: list[str]) -> Iterator[Finding]:
    """Inside brackets: a full-width comma, which parts nothing, or an ASCII one that split a value."""
    if is_split(item):
        yield _split(item, lines)
        return
    depth = 0
    for at, sign in enumerate(item.text):
        depth += (sign in "(（“") - (sign in ")）”")
        if sign in "，、" and depth == 0:
            yield found(
                "Y134",
                "方括号里用半角逗号 , 隔开",
                "inside brackets the ASCII comma parts",
                item.part((at, at + 1)),
                ", ",
                sure=_LISTED.fullmatch(item.text) is not None,
            )


def parted(item: Scalar, traps: list[Finding]) -> list[Scalar]:
    """The items that were meant, where full-width commas stand between them: so that nothing else is said of what they do."""
    if item.indent is None or any(one.code != "Y134" for one in traps):
        return [item]
    edges = [-1, *(one.column - item.indent for one in traps), len(item.text)]
    parts = []
    for before, after in pairwise(edges):
        text = item.text[before + 1 : after]
        begin = before + 1 + len(text) - len(text.lstrip())
        parts.append(
            Scalar(text.strip(), item.part((begin, begin + len(text.strip()))), item.indent + begin, plain=True)
        )
    return [part for part in parts if part.text] or [item]


def comment_traps(text: str, quoted: list[tuple[int, int]]) -> Iterator[Finding]:
    """`第1期 #2`: a `#` glued to what follows was hardly meant as a comment. `quoted`: where quoted and block scalars stand."""
    for hit in _CUT.finditer(text) if "#" in text else ():
        begin = hit.start(1)
        line_start = text.rfind("\n", 0, begin) + 1
        if _IN_COMMENT.search(text[line_start:begin]) or any(start < begin < end for start, end in quoted):
            continue
        line = text.count("\n", 0, begin) + 1
        place = Place(line, begin - line_start + 1, line, hit.end(1) - line_start + 1)
        zh = "空格加 # 会把后面当注释切掉；是注释就写成“# ”，是值就整个放进引号"
        yield found(
            "Y133",
            zh,
            "a blank and # cut off what follows; a comment begins with “# ”, a value stands in quotes",
            place,
        )


def is_split(value: Scalar) -> bool:
    """Whether a parenthesis is opened and not closed: what a comma inside it leaves of a value."""
    return "(" in value.text and value.text.count("(") > value.text.count(")")


def _split(scalar: Scalar, lines: list[str]) -> Finding:
    place = Place(scalar.place.end_line, scalar.place.end_column, scalar.place.end_line, scalar.place.end_column + 1)
    comma = lines[place.line - 1][place.column - 1 : place.column] == ","
    zh = "花括号和方括号里，半角逗号会把值切开；括号里的几个值用、隔开，或把整个值放进引号"
    en = "a comma splits inside braces and brackets; part the values by 、, or put the whole value in quotes"
    return found(
        "Y135",
        zh,
        en,
        place if comma else scalar.place,
        "、" if comma else None,
        sure=_CALLED.search(scalar.text) is not None,
    )

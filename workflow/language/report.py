"""Findings as people and programs read them: the place, the sentence, the line, a caret under it. Pure: who prints it is the command line.

Columns count characters; on a terminal a Chinese character is two columns wide, and the caret stands where the eye looks for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypedDict

from workflow.domain.finding import Finding
from workflow.language.codes import Level, level

Language = Literal["zh", "en"]
WIDEST: Final = 100
"""Terminal columns of a source line that are shown; of a longer one, what stands around the finding."""

_LEVELS: Final[dict[Level, dict[Language, str]]] = {
    "error": {"zh": "", "en": ""},
    "warning": {"zh": "警告：", "en": "warning: "},
    "note": {"zh": "提示：", "en": "note: "},
}
_WIDTHS: Final = {"W": 2, "F": 2}


class Row(TypedDict):
    """One finding for a program. Lines and columns count from 1, the end is exclusive; `fix` stands in the range instead.

    `sure`: `guankou lint --fix` writes it there.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    level: Level
    message_zh: str
    message_en: str
    fix: str | None
    sure: bool


def rows(findings: Iterable[Finding], file: str) -> list[Row]:
    """The findings of one file for a program."""
    return [
        Row(
            file=file, line=one.line, column=one.column, end_line=one.end_line, end_column=one.end_column, code=one.code,
            level=level(one.code), message_zh=one.message_zh, message_en=one.message_en, fix=one.fix, sure=one.sure,
        )
        for one in findings
    ]  # fmt: skip


def render(findings: Iterable[Finding], text: str | bytes, file: str, language: Language) -> str:
    """The findings of one file for people, each with its line and a caret; `` when there are none."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(_one(one, lines, file, language) for one in findings)


def headline(one: Finding, file: str, language: Language) -> str:
    """`file:line:col CODE message`."""
    said = _printable(one.message_zh if language == "zh" else one.message_en)
    return f"{_printable(file)}:{one.line}:{one.column} {one.code} {_LEVELS[level(one.code)][language]}{said}"


def shown(text: str) -> str:
    """A piece of text in quotation marks, harmless on a terminal."""
    return f"“{_printable(text)}”"


def width(text: str) -> int:
    """How many columns a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(sign) else _WIDTHS.get(unicodedata.east_asian_width(sign), 1) for sign in text
    )


def _one(one: Finding, lines: Sequence[str], file: str, language: Language) -> str:
    said = headline(one, file, language) + "\n"
    if not 1 <= one.line <= len(lines):
        return said
    line = _printable(lines[one.line - 1])
    start = min(one.column - 1, len(line))
    end = one.end_column - 1 if one.end_line == one.line else len(line)
    line, start, end = _window(line, start, min(max(end, start), len(line)))
    number = f"{one.line:>5} | "
    below = " " * (len(number) - 2) + "| " + " " * width(line[:start]) + "^" * max(1, width(line[start:end]))
    return f"{said}{number}{line}\n{below}{_fix(one, language)}\n"


def _fix(one: Finding, language: Language) -> str:
    if one.fix is None:
        return ""
    if not one.fix.strip():
        return (
            {"zh": " 删掉", "en": " delete"}[language]
            if not one.fix
            else {"zh": " 改成空格", "en": " make it blank"}[language]
        )
    return f" → {_printable(one.fix)}"


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """What is shown of a line, and where the finding stands in that."""
    if width(line) <= WIDEST:
        return line, start, end
    first = max(0, start - WIDEST // 4)
    last = first
    used = 0
    while last < len(line) and used < WIDEST:
        used += width(line[last])
        last += 1
    head, tail = ("…" if first else ""), ("…" if last < len(line) else "")
    shift = len(head) - first
    return head + line[first:last] + tail, start + shift, min(end, last) + shift


def _printable(text: str) -> str:
    """The text without what would move a terminal's cursor or turn its direction."""
    return "".join(sign if sign.isprintable() else " " if sign == "\t" else "\ufffd" for sign in text)

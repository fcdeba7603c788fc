"""A checklist's ticks, kept until the vote: one mark a line, pressed again to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MARKS: Final = ("pass", "fail", "na")


def code(line: int, mark: int) -> int:
    """A line and a mark as one small number, for a token."""
    return line * len(MARKS) + mark


def ticked(marks: dict[str, str], lines: Sequence[str], extra: int) -> dict[str, str] | None:
    """The marks after a press; None for a line that there is not."""
    line, mark = divmod(extra, len(MARKS))
    if line >= len(lines):
        return None
    label, word = lines[line], MARKS[mark]
    if marks.get(label) == word:
        return {one: kept for one, kept in marks.items() if one != label}
    return {**marks, label: word}

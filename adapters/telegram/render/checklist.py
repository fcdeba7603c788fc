"""A checklist: a card, its lines with their ticks, and one row of buttons a line. Ticked in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import card, keyboard
from adapters.telegram.render.text import GAP, Piece, plain
from adapters.telegram.render.text import Line as Written
from workflow.talk.view import Checklist, Choice, Line

TICKS: Final = {"": "☐", "pass": "☑", "fail": "☒", "na": "⊘"}
SETS: Final = {"good": "pass", "bad": "fail", "quiet": "na"}
"""Which mark a choice of that style stands for, once it is set."""


def lines(checklist: Checklist, language: str) -> Iterator[Written]:
    """The card, with the lines above its files."""
    yield from card.head(checklist.card, language)
    yield GAP
    for number, one in enumerate(checklist.lines, 1):
        yield (Piece(f"{TICKS[one.mark]} {number}.", whole=True), *plain(one.label))
    yield GAP
    yield from card.foot(checklist.card)


def markup(checklist: Checklist, language: str) -> InlineKeyboardMarkup | None:
    """One row a line, then the card's own. Of a list longer than one message bears, the first lines that want a mark have theirs."""
    own = card.buttons(checklist.card, language)
    rows = {number: _row(number, line) for number, line in enumerate(checklist.lines, 1) if line.choices}
    kept: dict[int, keyboard.Row] = {}
    for number in sorted(rows, key=lambda one: (bool(checklist.lines[one - 1].mark), one)):
        if not keyboard.fits([*kept.values(), rows[number], *own]):
            break
        kept[number] = rows[number]
    return keyboard.inline([*(kept[number] for number in sorted(kept)), *own])


def _row(number: int, line: Line) -> keyboard.Row:
    return [keyboard.button(one, _label(number, line, one)) for one in line.choices]


def _label(number: int, line: Line, choice: Choice) -> str:
    is_set = line.mark and SETS.get(choice.style) == line.mark
    return f"{TICKS[line.mark]} {number} {choice.label}" if is_set else f"{number} {choice.label}"

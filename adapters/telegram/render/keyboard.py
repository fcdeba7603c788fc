"""Choices into Telegram's keyboards: which stand in a row, their colours, how much one message bears. Not here: what is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from aiogram.types import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from adapters.telegram.render.text import cut, visible
from workflow.talk.plain import line
from workflow.talk.view import Choice, Style
from workflow.talk.words import say

Markup = InlineKeyboardMarkup | ForceReply | ReplyKeyboardMarkup
Row = list[InlineKeyboardButton]

COLOURS: Final[dict[Style, str]] = {"good": "success", "bad": "danger", "danger": "danger"}
"""Bot API 9.4. An older client shows the same words without them."""

MOST: Final = 100
"""Buttons of a message."""
_HEAVIEST: Final = 9000
"""Bytes of a keyboard: 10 kB are too much."""
_ACROSS: Final = 36
_EDGE: Final = 3
"""A telephone shows about so many Latin letters in a row; a button's edges take as much as so many."""
_A_ROW: Final = 4
_LONGEST: Final = 64
_PLACEHOLDER: Final = 64


def button(choice: Choice, label: str = "") -> InlineKeyboardButton:
    """A button, under its own label or another."""
    return InlineKeyboardButton(
        text=labelled(label or choice.label), callback_data=choice.token, style=COLOURS.get(choice.style)
    )


def labelled(text: str) -> str:
    """What can stand on a button: one line, never nothing."""
    said = cut(line(text, len(text) + 1), _LONGEST)
    return said if visible(said) else "·"


def width(text: str) -> int:
    """Its width in Latin letters: an ideograph has two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else unicodedata.category(one) != "Mn" for one in text)


def grid(buttons: Sequence[InlineKeyboardButton], most: int = _A_ROW) -> list[Row]:
    """As many in a row as their labels leave room for, the rows of one length as far as can be."""
    if not buttons:
        return []
    broadest = max(width(one.text) for one in buttons) + _EDGE
    across = max(1, min(most, _ACROSS // broadest))
    rows = -(-len(buttons) // across)
    across = -(-len(buttons) // rows)
    return [list(buttons[first : first + across]) for first in range(0, len(buttons), across)]


def choices(some: Iterable[Choice], language: str) -> list[Row]:
    """Rows of choices in their order: what is dangerous by itself, the quiet ones apart, and the turning of pages."""
    pages = {say("button.before", language), say("button.after", language)}

    def kind(one: Choice) -> str:
        return "pages" if one.label in pages else one.style if one.style in ("danger", "quiet") else "plain"

    rows: list[Row] = []
    for of, group in groupby(some, kind):
        rows += grid([button(one) for one in group], 1 if of == "danger" else _A_ROW)
    return rows


def inline(rows: Iterable[Row]) -> InlineKeyboardMarkup | None:
    """The keyboard under a message; None without a button."""
    held = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=held) if held else None


def fits(rows: Sequence[Row]) -> bool:
    """Whether one message bears them all."""
    buttons = [one for row in rows for one in row]
    weight = sum(len(one.text.encode()) + len(one.callback_data or "") + 60 for one in buttons)
    return len(buttons) <= MOST and weight <= _HEAVIEST


def typed(placeholder: str) -> ForceReply:
    """The person's reply is asked for at once, `placeholder` standing in the empty field."""
    return ForceReply(input_field_placeholder=_within(placeholder))


def shared(label: str, *, what: str, ways: Iterable[Choice], placeholder: str) -> ReplyKeyboardMarkup:
    """A keyboard that shares the person's `location` or `contact`; the other ways stand beneath, and are typed by it."""
    sharing = KeyboardButton(
        text=labelled(label), request_location=what == "location" or None, request_contact=what == "contact" or None
    )
    rows = [[sharing], [KeyboardButton(text=labelled(one.label)) for one in ways]]
    return ReplyKeyboardMarkup(
        keyboard=[row for row in rows if row], resize_keyboard=True, one_time_keyboard=True,
        input_field_placeholder=_within(placeholder),
    )  # fmt: skip


def _within(text: str) -> str | None:
    said = cut(line(text, len(text) + 1), _PLACEHOLDER)
    return said if visible(said) else None

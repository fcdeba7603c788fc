"""A listing: numbered rows, a button each, and the turning of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import keyboard
from adapters.telegram.render.text import GAP, Line, Piece, bold, plain
from workflow.talk.view import Choice, Listing

_SHORT: Final = 13
"""Labels up to this width stand on their buttons; if one is wider, all buttons have numbers alone."""


def lines(listing: Listing) -> Iterator[Line]:
    """The title, then each row with its detail under it."""
    yield bold(listing.title)
    for number, row in enumerate(listing.rows, 1):
        yield GAP
        yield (Piece(f"{number}.", whole=True), *bold(row.label))
        yield plain(row.detail)
    yield GAP
    yield plain(listing.empty)


def markup(listing: Listing, language: str) -> InlineKeyboardMarkup | None:
    """A button a row that can be opened, then the pages."""
    short = all(keyboard.width(row.label) <= _SHORT for row in listing.rows)
    buttons = [
        keyboard.button(Choice(row.token, row.label), f"{number}. {row.label}" if short else str(number))
        for number, row in enumerate(listing.rows, 1)
        if row.token
    ]
    return keyboard.inline([*keyboard.grid(buttons), *keyboard.choices(listing.choices, language)])

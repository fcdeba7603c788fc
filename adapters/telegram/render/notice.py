"""A notice: what is said, and perhaps a button."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import keyboard
from adapters.telegram.render.text import Line, plain
from workflow.talk.view import Notice


def lines(notice: Notice) -> Iterator[Line]:
    """Its words alone."""
    yield plain(notice.text)


def markup(notice: Notice, language: str) -> InlineKeyboardMarkup | None:
    """Its choices."""
    return keyboard.inline(keyboard.choices(notice.choices, language))

"""A live window: how it stands, and the big stop by itself above everything else that can be pressed."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import card, keyboard
from adapters.telegram.render.text import GAP, Line, bold, plain
from workflow.talk.view import Panel


def lines(panel: Panel, language: str) -> Iterator[Line]:
    """Title, state and figures: until when the all-clear is owed is one of them."""
    yield bold(panel.title)
    yield plain(panel.state)
    yield GAP
    yield from card.facts(panel.facts, language)


def markup(panel: Panel, language: str) -> InlineKeyboardMarkup | None:
    """The stop, alone; then the others."""
    stop = [[keyboard.button(panel.stop, f"⛔ {panel.stop.label}")]] if panel.stop is not None else []
    return keyboard.inline([*stop, *keyboard.choices(panel.choices, language)])

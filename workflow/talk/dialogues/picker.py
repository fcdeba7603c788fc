"""Picking one of many: pages of buttons, narrowed by what is typed. For people, units, and the rows of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workflow.talk.dialogues.turn import Buttons
from workflow.talk.options import PAGE, Option, matching, meant
from workflow.talk.view import Choice


class Found(NamedTuple):
    """What typing came to: the one option that was meant, or how the list is narrowed (`left` of it)."""

    option: Option | None
    matching: str = ""
    left: int = 0


def narrowed(options: Sequence[Option], words: str) -> Sequence[Option]:
    """What is left of the options under what was typed before."""
    return matching(options, words) if words else options


def typed(options: Sequence[Option], text: str) -> Found:
    """A label, a value, or a part of one."""
    if (one := meant(options, text)) is not None:
        return Found(one)
    close = matching(options, text)
    return Found(None, text if close else "", len(close))


def shown(
    options: Sequence[Option], words: str, page: int, buttons: Buttons
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The buttons of a page, and those that turn it."""
    left = narrowed(options, words)
    page = min(page, max(0, (len(left) - 1) // PAGE))
    return buttons.options(left, page), buttons.pages(len(left), page)


def picked(options: Sequence[Option], words: str, place: int) -> Option | None:
    """The option at a place of the narrowed list, None behind its end."""
    left = narrowed(options, words)
    return left[place] if place < len(left) else None

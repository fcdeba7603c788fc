"""PURE: a View as Telegram shows it: HTML and a keyboard. One file a kind of view. Not here: sending, and words (workflow/talk)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import ask, card, checklist, document, listing, notice, panel
from adapters.telegram.render.keyboard import Markup
from adapters.telegram.render.text import CAPTION, GAP, LIMIT, Line, Piece, cut, written
from workflow.talk.view import Ask, Card, Checklist, Document, Listing, Notice, View
from workflow.talk.words import say

__all__ = ["Rendered", "cut", "rendered"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent: HTML, at most 4096 UTF-16 units without its tags, and a keyboard or None. Of a Document, its caption: 1024.

    `inline`: an edit may carry it. A ForceReply or ReplyKeyboardMarkup goes with a new message only, and that message can
    never be edited.
    """

    text: str
    markup: Markup | None

    @property
    def inline(self) -> bool:
        """Whether an edit may carry it."""
        return self.markup is None or isinstance(self.markup, InlineKeyboardMarkup)


def rendered(
    view: View, *, language: str, private: bool, attempt: int = 1, limit: int = LIMIT, link: str = ""
) -> Rendered:
    """The message of a view. `attempt` > 1 marks it as sent again; `link` is where the whole of it stands, should it be cut."""
    lines, markup = _parts(view, language, private=private)
    if isinstance(view, Document):
        limit = min(limit, CAPTION)
    again = (Piece(say("text.resent", language, n=attempt - 1), "italic", whole=True),) if attempt > 1 else GAP
    own = view.link if isinstance(view, Card) else view.card.link if isinstance(view, Checklist) else ""
    more = (Piece(say("text.full", language, link=link), whole=True),) if link and not own else GAP
    return Rendered(written((again, *lines), limit, more), markup)


def _parts(view: View, language: str, *, private: bool) -> tuple[Iterable[Line], Markup | None]:
    match view:
        case Card():
            return card.lines(view, language), card.markup(view, language)
        case Checklist():
            return checklist.lines(view, language), checklist.markup(view, language)
        case Ask():
            return ask.lines(view, language, private=private), ask.markup(view, language, private=private)
        case Listing():
            return listing.lines(view), listing.markup(view, language)
        case Notice():
            return notice.lines(view), notice.markup(view, language)
        case Document():
            return document.lines(view), None
    return panel.lines(view, language), panel.markup(view, language)

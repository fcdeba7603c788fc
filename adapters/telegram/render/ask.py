"""A question: what was wrong with the last answer, what is asked, what may be answered, and the keyboard that its kind wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.telegram.render import keyboard
from adapters.telegram.render.text import Line, Piece, italic, plain
from workflow.talk.view import Ask, Choice
from workflow.talk.words import say

_TYPED: Final = frozenset({"text", "number", "money", "date", "datetime", "duration", "url", "location", "phone"})
"""Answered by typing; the last two also by a button that shares them."""
_SHARED: Final = {"location": "location", "phone": "contact"}
_STARS: Final = frozenset("★⭐")
_IN_A_ROW: Final = 5
"""Stars."""


def lines(ask: Ask, language: str, *, private: bool) -> Iterator[Line]:
    """What is wrong first; then the question, what it stands at, and a hint."""
    yield plain(f"⚠️ {ask.problem}" if ask.problem else "")
    k, n = ask.step
    yield (Piece(ask.prompt, "bold"), Piece(f"({k}/{n})" if n > 1 else "", whole=True))
    yield plain(" · ".join(column.prompt for column in ask.columns))
    yield plain(say("text.value", language, value=ask.value) if ask.value else "")
    yield italic(ask.hint)
    unsaid = [one.label for one in ask.choices if one.label not in ask.hint]
    if unsaid and _replied(ask, language, private=private):
        yield italic(say("text.say", language, labels=(", " if language == "en" else "、").join(unsaid)))


def markup(ask: Ask, language: str, *, private: bool) -> keyboard.Markup | None:
    """Sharing and plain typing have keyboards of their own in a private chat; all else is pressed under the message."""
    placeholder = ask.hint or ask.prompt
    if private and ask.kind in _SHARED and not ask.options:
        what = _SHARED[ask.kind]
        return keyboard.shared(
            say(f"button.{ask.kind}", language), what=what, ways=ask.choices, placeholder=placeholder
        )
    if _replied(ask, language, private=private):
        return keyboard.typed(placeholder)
    return keyboard.inline([*_options(ask), *keyboard.choices(ask.choices, language)])


def _replied(ask: Ask, language: str, *, private: bool) -> bool:
    """Whether the answer is typed, and nothing else can be done but to cancel, which can be typed as well."""
    only = all(one.label == say("button.cancel", language) for one in ask.choices)
    return private and ask.kind in _TYPED and ask.kind not in _SHARED and not ask.options and only


def _options(ask: Ask) -> list[keyboard.Row]:
    if ask.kind == "stars":
        return keyboard.grid([keyboard.button(one, _stars(one)) for one in ask.options], _IN_A_ROW)
    return keyboard.grid([keyboard.button(one, _ticked(one, ask)) for one in ask.options])


def _stars(option: Choice) -> str:
    """`3 ⭐`: three of them would be too wide for a row of five."""
    return f"{len(option.label)} ⭐" if option.label and set(option.label) <= _STARS else option.label


def _ticked(option: Choice, ask: Ask) -> str:
    if option.label in ask.chosen:
        return f"☑ {option.label}"
    return f"☐ {option.label}" if ask.kind == "many" else option.label

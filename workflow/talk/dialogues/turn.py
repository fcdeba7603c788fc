"""What an answer did to a dialogue, and the buttons that every question has. Not here: which question it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from workflow.talk.about import Line
from workflow.talk.dialogue import Open, Talk
from workflow.talk.options import PAGE, Option
from workflow.talk.scene import Setting
from workflow.talk.tokens import Press
from workflow.talk.view import Choice, Style


class Next(NamedTuple):
    """On to the next question; with a problem: the same asked again. `same`: the message that stands is only shown anew."""

    talk: Talk
    problem: Line | None = None
    same: bool = False


class Done(NamedTuple):
    """Everything is known: this is the command."""

    verb: str
    item: str
    args: dict[str, Any]


class Cancelled(NamedTuple):
    """The person does not want to go on; `word` says so."""

    word: str = "cancelled"


Turn = Next | Done | Cancelled


def wrong(talk: Talk, word: str, **facts: object) -> Next:
    """The same question again, with what was wrong."""
    return Next(talk, Line(word, facts))


class Buttons:
    """The buttons of one question: their tokens name the dialogue and the question, so an old one is known."""

    def __init__(self, one: Open, setting: Setting) -> None:
        self.one, self.setting = one, setting

    def press(self, verb: str, extra: int = 0) -> Press:
        """What such a button means."""
        return Press(verb, self.one.id, self.one.no, 0, extra)

    def choice(self, verb: str, key: str = "", style: Style = "quiet") -> Choice:
        """`done` and the like, under its own label or another's."""
        return self.setting.button(key or verb, self.press(verb), style)

    def options(self, options: Sequence[Option], page: int = 0) -> tuple[Choice, ...]:
        """A page of options; each token holds the option's place among all."""
        first = page * PAGE
        return tuple(
            Choice(self.setting.token(self.press("option", n)), one.label)
            for n, one in enumerate(options[first : first + PAGE], first)
        )

    def pages(self, total: int, page: int) -> tuple[Choice, ...]:
        """Before and after, where there is anything."""
        found = []
        if page > 0:
            found.append(self.setting.button("before", self.press("page", page - 1), "quiet"))
        if (page + 1) * PAGE < total:
            found.append(self.setting.button("after", self.press("page", page + 1), "quiet"))
        return tuple(found)

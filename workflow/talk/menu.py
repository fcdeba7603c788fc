"""The commands as a network's own menu wants them: word, what stands behind it, what it is for. Not here: how a menu is set (adapters)."""

from __future__ import annotations

from typing import NamedTuple

from workflow.talk.wording.commands import COMMANDS
from workflow.talk.words import say


class Entry(NamedTuple):
    """One command. `word` has no slash and is ASCII; `argument` may be empty."""

    word: str
    argument: str
    description: str


def menu(language: str, *, private: bool = True) -> tuple[Entry, ...]:
    """The commands of a private chat, or of a group, in the order in which people see them."""
    english = language == "en"
    return tuple(
        Entry(one.word, one.argument[english], say(f"command.{one.word}", language))
        for one in COMMANDS
        if one.where in ("both", "private" if private else "groups")
    )

"""What a message is about: all that a delivery remembers. The words are made anew whenever it is shown.

Nothing here holds people's words: what they typed stands in `content`, named here by its commitment.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field


class Prompt(Struct, frozen=True, tag="prompt", omit_defaults=True):
    """A task, to its holder: with buttons while it is open, afterwards with what became of it."""

    item: str
    task: int
    run: int
    round: int


class Status(Struct, frozen=True, tag="status", omit_defaults=True):
    """The submitter's own card of an item, kept up to date in place."""

    item: str


class Told(Struct, frozen=True, tag="told", omit_defaults=True):
    """Somebody is told: `what` is a word of `wording/notices.py` (`told.…`); `deed` the step's deed (from 1) whose text it is."""

    item: str
    what: str
    step: str = ""
    task: int = 0
    deed: int = 0
    version: int = 0


class Question(Struct, frozen=True, tag="question", omit_defaults=True):
    """Question `no` of the chat's dialogue; once that moved on, it shows that it was answered."""

    dialogue: str
    no: int


class Detail(Struct, frozen=True, tag="detail", omit_defaults=True):
    """An item in full, with its timeline when `timeline` is set."""

    item: str
    timeline: bool = False


class Handed(Struct, frozen=True, tag="handed", omit_defaults=True):
    """A file of an item, handed out because somebody asked for it."""

    item: str
    file: str


class Page(Struct, frozen=True, tag="page", omit_defaults=True):
    """A listing; `page` counts from 0, `query` is the commitment of what `find` looks for.

    `digest`: an inbox that nobody asked for, in place of many prompts.
    """

    what: Literal["inbox", "mine", "find", "flows"]
    page: int = 0
    query: str = ""
    digest: bool = False


class Line(Struct, frozen=True, tag="line", omit_defaults=True):
    """A notice: a word that `talk` knows, and what its sentence needs (ids, numbers, times, names of steps)."""

    word: str
    facts: dict[str, Any] = field(default_factory=dict)


About = Prompt | Status | Told | Question | Detail | Handed | Page | Line

"""What a chat has begun and not yet finished: questions under way, and ticks not yet voted with. State only; dialogues/ says how it moves.

One row a chat, rewritten as a whole; people's words stand in it until it is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.talk.about import Line, Question

EXPIRES_AFTER: Final = timedelta(minutes=30)
TICKS_LAST: Final = timedelta(days=7)
MOST_OPEN: Final = 4
"""What one breaks off for something else is taken up again afterwards, so deep; the oldest is given up."""


class Act(Struct, frozen=True, tag="act", omit_defaults=True):
    """An act that wants more than a press: a target, a person, words, a yes. What is answered already is set.

    `task` and `round` are 0 where the act is about the whole item. `page` and `matching` belong to the picker.
    """

    verb: Literal[
        "reject", "return", "comment", "transfer", "reassign", "terminate", "retry", "withdraw", "decline", "assign"
    ]
    item: str
    task: int = 0
    round: int = 0
    place: str = ""
    target: str = ""
    person: str = ""
    comment: str | None = None
    confirmed: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    page: int = 0
    matching: str = ""


class Fill(Struct, frozen=True, tag="fill", omit_defaults=True):
    """A form, field by field: to start an item, to amend one that came back, a step's own before its approval, or what is handed in at a task (`work`).

    `answers` are as typed (files by id). `at` is -1 for the unit, then the field's place, and behind the last the summary;
    `editing` goes back to the summary after one field. `row` is the row being filled in, `column` where in it.
    """

    purpose: Literal["start", "amend", "answers", "work", "answer", "record"]
    digest: str
    item: str = ""
    task: int = 0
    round: int = 0
    run: int = -1
    unit: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    at: int = 0
    editing: bool = False
    row: dict[str, Any] | None = None
    column: int = 0
    page: int = 0
    matching: str = ""


Talk = Act | Fill


class Open(Struct, frozen=True, omit_defaults=True):
    """One dialogue. `id` is that of the command which began it; `no` numbers its questions, `problem` is said with the present one."""

    id: str
    no: int
    talk: Talk
    until: datetime
    problem: Line | None = None


class Ticks(Struct, frozen=True):
    """A checklist's marks so far (line → pass, fail, na), for one task and round."""

    marks: dict[str, str]
    until: datetime


class Dialogue(Struct, frozen=True, omit_defaults=True):
    """A chat's row. `open` has the present one last; `ticks` are kept by `item/task/round`."""

    open: tuple[Open, ...] = ()
    ticks: dict[str, Ticks] = field(default_factory=dict)

    @property
    def top(self) -> Open | None:
        """The dialogue that the next message answers."""
        return self.open[-1] if self.open else None

    @property
    def expires(self) -> datetime | None:
        """When the row holds nothing any more; None when it holds nothing now."""
        return max([one.until for one in self.open] + [one.until for one in self.ticks.values()], default=None)

    def ticked(self, item: str, task: int, round_: int) -> dict[str, str]:
        """The marks of a prompt's checklist."""
        found = self.ticks.get(f"{item}/{task}/{round_}")
        return found.marks if found is not None else {}

    def tick(self, item: str, task: int, round_: int, marks: dict[str, str], now: datetime) -> Dialogue:
        """The same with these marks; without any, the checklist is forgotten."""
        ticks = {key: one for key, one in self.ticks.items() if one.until > now}
        ticks.pop(f"{item}/{task}/{round_}", None)
        if marks:
            ticks[f"{item}/{task}/{round_}"] = Ticks(marks, now + TICKS_LAST)
        return replace(self, ticks=ticks)

    def begin(self, talk: Talk, command: str, now: datetime) -> Dialogue:
        """Begin a dialogue, on top of what is open. Its questions are numbered from a place of its own, never shared in a chat."""
        first = UUID(command).int % 2**22 << 8
        return replace(self, open=(*self.open, Open(command, first, talk, now + EXPIRES_AFTER))[-MOST_OPEN:])

    def go(self, talk: Talk, now: datetime, problem: Line | None = None, *, same: bool = False) -> Dialogue:
        """The present dialogue went on: to its next question, or (`same`) the same one shown anew."""
        top = self.open[-1]
        top = replace(top, talk=talk, no=top.no + (not same), until=now + EXPIRES_AFTER, problem=problem)
        return replace(self, open=(*self.open[:-1], top))

    def close(self, now: datetime) -> Dialogue:
        """The present dialogue is over; the one below is asked again, and its time begins anew."""
        below = self.open[:-1]
        if below:
            below = (*below[:-1], replace(below[-1], no=below[-1].no + 1, until=now + EXPIRES_AFTER))
        return replace(self, open=below)

    def lapse(self, now: datetime) -> tuple[Dialogue, tuple[Open, ...]]:
        """What is left after this moment, and the dialogues whose time is over."""
        lapsed = tuple(one for one in self.open if one.until <= now)
        if not lapsed:
            return self, ()
        return replace(self, open=tuple(one for one in self.open if one.until > now)), lapsed


def question(one: Open) -> Question:
    """The message of a dialogue's present question."""
    return Question(one.id, one.no)

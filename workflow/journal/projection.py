"""What events tell of beside an item's state: its tasks, and the last answer of a stream of answers. Nothing here knows a database.

An item forgets the tasks of a step it left; this does not. A task that only ever waited for its turn is no row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from workflow.domain import event as e
from workflow.domain.item import Item, Task
from workflow.domain.item import Line as Row


class Line(msgspec.Struct):
    """One task from its opening to its end."""

    no: int
    run: int
    place: str
    round: int
    holder: str
    decides: bool
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None
    choice: str | None = None
    person: str | None = None
    part: str | None = None


class Tasks:
    """The tasks of one item so far. `begin` is told of each event, `before` of each fact while the item still is as it was.

    What one event opens and closes again without a vote (a step that is late already) was never shown, and is no row.
    """

    def __init__(self) -> None:
        self.lines: dict[int, Line] = {}
        self._new: set[int] = set()

    def begin(self) -> None:
        """Another event follows: what is open now stays told of."""
        self._new.clear()

    def before(self, item: Item, at: datetime, fact: e.Fact) -> None:
        """Take in what a fact opens and closes."""
        match fact:
            case e.Opened(run=run, round=round_, tasks=tasks):
                place = item.runs[run].place
                for task in tasks:
                    self._open(task, run, place, round_, at)
            case e.Seated(run=run, added=added, ended=ended):
                stood = item.runs[run]
                for no, outcome in ended:
                    self._close(no, outcome, at)
                for task in added:
                    self._open(task, run, stood.place, stood.round, at)
            case e.Called(run=run, task=no):
                stood = item.runs[run]
                self._open(msgspec.structs.replace(stood.tasks[no], state="open"), run, stood.place, stood.round, at)
            case e.Voted() | e.Answered() | e.Handed() | e.Revised() | e.Taken():
                self._acted(fact, at)
            case e.Moved(run=run) | e.Resulted(run=run):
                self._release([run] if _leaves(fact) else [], at, _outcome(fact))
            case e.Dropped(runs=runs):
                self._release(runs, at)
            case e.Ended():
                self._release(item.runs, at)
            case _:
                pass

    def _acted(self, fact: e.Voted | e.Answered | e.Handed | e.Revised | e.Taken, at: datetime) -> None:
        """Somebody did what their task asks of them."""
        match fact:
            case e.Voted(task=no, person=person, choice=choice, part=part):
                if (line := self._close(no, "voted", at)) is not None:
                    line.choice, line.person, line.part = choice, person, part if line.decides else None
            case e.Answered(task=no) if (line := self.lines.get(no)) is not None and line.closed_at is None:
                self._close(no, "done", at)  # one given again changes no task
            case e.Handed(task=no) | e.Revised(task=no) | e.Taken(task=no, done=True):
                self._close(no, "done", at)

    def _open(self, task: Task, run: int, place: str, round_: int, at: datetime) -> None:
        if task.state == "open":
            self.lines[task.no] = Line(task.no, run, place, round_, task.person, bool(task.part), at)
            self._new.add(task.no)

    def _close(self, no: int, outcome: str, at: datetime) -> Line | None:
        line = self.lines.get(no)
        if line is not None and no in self._new:
            return self.lines.pop(no)
        if line is not None:
            line.closed_at, line.outcome = at, outcome
        return line

    def _release(self, runs: Iterable[int], at: datetime, outcome: str = "cancelled") -> None:
        gone = set(runs)
        for no in [line.no for line in self.lines.values() if line.closed_at is None and line.run in gone]:
            self._close(no, outcome, at)


def _leaves(fact: e.Moved | e.Resulted) -> bool:
    """Whether the step is over: of one that is suspended, and of one that goes on again, the tasks stay as they are."""
    return not (isinstance(fact, e.Moved) and (fact.trigger == "suspend" or fact.trigger.startswith("retry>")))


def _outcome(fact: e.Fact) -> str:
    """How the tasks of a run end that is left: who was asked to amend, and did, has answered."""
    return "voted" if isinstance(fact, e.Moved) and fact.trigger.startswith("resubmit") else "cancelled"


class Answered(msgspec.Struct, frozen=True):
    """Somebody's last answer: to which step of which item, in which round, and the row it is."""

    item: str
    path: str
    round: int
    line: Row


def answered(deed: e.Deed) -> Answered:
    """The answer that a deed of a stream of answers gave. Raises KeyError, TypeError or ValueError for a deed that is none."""
    told = dict(deed.facts)
    values = tuple((name, value) for name, value in told["values"])
    line = Row(told.get("origin", ""), told["person"], deed.at, values)
    return Answered(told["item"], told["path"], int(told["round"]), line)

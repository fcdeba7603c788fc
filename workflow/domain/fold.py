"""PURE: an item is the fold of its events. The one place that says what each fact does to it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain.item import Item, Run, Task


def unborn(tenant: str, item: str, at: datetime) -> Item:
    """An item of which nothing has happened yet; its first fact is `started`."""
    return Item(tenant=tenant, id=item, flow="", digest="", code="", submitter="", unit="", began=at)


def fold(item: Item, event: e.Event) -> Item:
    """The item after `event`; `item` itself stays as it was."""
    after = fresh(item)
    apply(after, event.at, event.facts)
    after.version = event.version
    return after


def refold(tenant: str, events: Iterable[e.Event]) -> Item | None:
    """The item that a whole stream tells of; None for an empty one."""
    item: Item | None = None
    for event in events:
        item = fold(item if item is not None else unborn(tenant, event.item, event.at), event)
    return item


def fresh(item: Item) -> Item:
    """A copy whose own tables may be written; the runs in it are values and shared."""
    after = copy.copy(item)
    after.runs = item.runs.copy()
    after.results = item.results.copy()
    after.rounds = item.rounds.copy()
    after.parts = item.parts.copy()
    after.names = item.names.copy()
    return after


def apply(item: Item, at: Any, facts: Iterable[e.Fact]) -> None:
    """Write `facts` into `item` (a `fresh` one)."""
    for fact in facts:
        APPLY[type(fact)](item, at, fact)


def _started(item: Item, at: Any, fact: e.Started) -> None:
    item.flow, item.digest, item.code = fact.flow, fact.digest, fact.code
    item.submitter, item.unit, item.began = fact.submitter, fact.unit, at
    item.form = dict(fact.form)
    item.shown = fact.shown
    item.runs[0] = Run(no=0, place="start")


def _amended(item: Item, _at: Any, fact: e.Amended) -> None:
    item.form = {**item.form, **dict(fact.form)}
    item.shown = fact.shown


def _moved(item: Item, _at: Any, fact: e.Moved) -> None:
    run = item.runs[fact.run]
    if fact.trigger == "suspend" or fact.trigger.startswith("retry>"):  # the step goes on where it stood
        item.runs[fact.run] = replace(run, place=fact.place)
    else:
        item.runs[fact.run] = Run(no=run.no, place=fact.place, path=run.path, parent=run.parent, row=run.row)


def _forked(item: Item, _at: Any, fact: e.Forked) -> None:
    item.runs[fact.run] = Run(no=fact.run, place=fact.place, path=fact.path, parent=fact.parent, row=fact.row)
    item.next_run = max(item.next_run, fact.run + 1)


def _opened(item: Item, at: Any, fact: e.Opened) -> None:
    run = item.runs[fact.run]
    path = step_path(run)
    item.runs[fact.run] = replace(
        run, round=fact.round, state=fact.state, opened_at=at, need=fact.need,
        tasks={task.no: task for task in fact.tasks}, moments=fact.moments,
    )  # fmt: skip
    item.rounds[path] = fact.round
    if fact.tasks:
        item.next_task = max(item.next_task, fact.tasks[-1].no + 1)


def _seated(item: Item, at: Any, fact: e.Seated) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    for no, outcome in fact.ended:
        tasks[no] = replace(tasks[no], state=outcome, at=at)
    for task in fact.added:
        tasks[task.no] = task
    item.runs[fact.run] = replace(run, tasks=tasks, state=fact.state, need=fact.need or run.need)
    if fact.added:
        item.next_task = max(item.next_task, fact.added[-1].no + 1)


def _called(item: Item, _at: Any, fact: e.Called) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    tasks[fact.task] = replace(tasks[fact.task], state="open")
    item.runs[fact.run] = replace(run, tasks=tasks)


def _voted(item: Item, at: Any, fact: e.Voted) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    task = tasks[fact.task]
    tasks[fact.task] = Task(task.no, task.person, task.part, task.right, "voted", fact.choice, at)
    marks = merge_marks(run.marks, fact.marks) if fact.marks else run.marks
    item.runs[fact.run] = replace(
        run, tasks=tasks, ayes=run.ayes + (fact.choice == "approve"), noes=run.noes + (fact.choice == "reject"),
        marks=marks, answers={**run.answers, **dict(fact.answers)} if fact.answers else run.answers,
    )  # fmt: skip
    if fact.part:
        item.parts.setdefault(fact.person, fact.part)


def merge_marks(marks: dict[str, str], more: tuple[tuple[str, Any], ...]) -> dict[str, str]:
    """A line is 不通过 if any counted voter said so, 不适用 only if all did, else 通过."""
    merged = dict(marks)
    for line, mark in more:
        before = merged.get(line, mark)
        merged[line] = "fail" if "fail" in (before, mark) else before if before == mark else "pass"
    return merged


def _timed(item: Item, _at: Any, fact: e.Timed) -> None:
    run = item.runs[fact.run]
    item.runs[fact.run] = replace(run, moments=fact.moments, late=run.late or fact.late)


def _resulted(item: Item, _at: Any, fact: e.Resulted) -> None:
    run = item.runs[fact.run]
    item.results[fact.path] = fact.result
    item.runs[fact.run] = Run(no=run.no, place=run.place, path=run.path, parent=run.parent, row=run.row)


def _dropped(item: Item, _at: Any, fact: e.Dropped) -> None:
    for no in fact.runs:
        del item.runs[no]


def _returned(item: Item, _at: Any, fact: e.Returned) -> None:
    item.back = fact.back


def _named(item: Item, _at: Any, fact: e.Named) -> None:
    item.names.update(fact.values)


def _suspended(item: Item, _at: Any, fact: e.Suspended) -> None:
    item.pause = fact.pause


def _resumed(item: Item, _at: Any, _fact: e.Resumed) -> None:
    item.pause = None


def _informed(item: Item, at: Any, fact: e.Informed) -> None:
    if fact.what == "nudge":
        item.nudged = at


def _ended(item: Item, at: Any, _fact: e.Ended) -> None:
    item.ended = at
    item.runs = {0: item.runs[0]}


def _nothing(_item: Item, _at: Any, _fact: Any) -> None:
    """What is only said changes no state."""


def step_path(run: Run) -> str:
    """The name of the step a run stands at, with the row inside an `each`: `三关并审/嘉宾关/2`."""
    last = str(run.row + 1) if run.row >= 0 else run.place.rpartition("/")[2]
    return f"{run.path}/{last}" if run.path else last


APPLY: dict[type, Callable[[Item, Any, Any], None]] = {
    e.Started: _started, e.Amended: _amended, e.Moved: _moved, e.Forked: _forked, e.Opened: _opened, e.Seated: _seated,
    e.Called: _called, e.Voted: _voted, e.Timed: _timed, e.Resulted: _resulted, e.Dropped: _dropped,
    e.Returned: _returned, e.Named: _named, e.Counted: _nothing, e.Suspended: _suspended, e.Resumed: _resumed,
    e.Said: _nothing, e.Informed: _informed, e.Ended: _ended,
}  # fmt: skip

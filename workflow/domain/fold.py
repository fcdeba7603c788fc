"""PURE: an item is the fold of its events. The one place that says what each fact does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain import places, watching
from workflow.domain.item import Hold, Item, Line, Parent, Run


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
    """A copy whose `runs`, `results` and `rounds` may be written; all else in it is shared, and replaced where it changes."""
    return replace(item, runs=item.runs.copy(), results=item.results.copy(), rounds=item.rounds.copy())


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
    if fact.parent:
        item.parent = Parent(fact.parent, fact.path, fact.round, fact.row, fact.origin)


def _merged(item: Item, _at: Any, fact: e.Merged) -> None:
    if not fact.apart and fact.person not in (item.submitter, *item.joined):
        item.joined = (*item.joined, fact.person)


def _committed(item: Item, _at: Any, fact: e.Committed) -> None:
    item.seeds = dict(fact.seeds)


def _drawn(item: Item, _at: Any, fact: e.Drawn) -> None:
    item.runs[fact.run] = replace(item.runs[fact.run], rows=tuple(Line(origin) for origin in fact.drawn))


def _revised(item: Item, at: Any, fact: e.Revised) -> None:
    run, result = item.runs[fact.run], item.results[fact.path]
    tasks = run.tasks.copy()
    tasks[fact.task] = replace(tasks[fact.task], state="done", at=at)
    item.runs[fact.run] = replace(run, tasks=tasks)
    new = Line(fact.origin, fact.person, at, fact.values)
    item.results[fact.path] = replace(
        result, rows=tuple(new if one.origin == fact.origin else one for one in result.rows)
    )


def _ranked(item: Item, _at: Any, fact: e.Ranked) -> None:
    item.runs[fact.run] = replace(item.runs[fact.run], rows=fact.rows)


def _amended(item: Item, _at: Any, fact: e.Amended) -> None:
    item.form = {**item.form, **dict(fact.form)}
    item.shown = fact.shown


def _moved(item: Item, _at: Any, fact: e.Moved) -> None:
    run = item.runs[fact.run]
    if fact.trigger == "suspend" or fact.trigger.startswith("retry>"):  # the step goes on where it stood
        item.runs[fact.run] = replace(run, place=fact.place)
    else:
        item.runs[fact.run] = Run(run.no, fact.place, run.path, run.parent, run.row)


def _forked(item: Item, _at: Any, fact: e.Forked) -> None:
    item.runs[fact.run] = Run(no=fact.run, place=fact.place, path=fact.path, parent=fact.parent, row=fact.row)
    item.next_run = max(item.next_run, fact.run + 1)


def _opened(item: Item, at: Any, fact: e.Opened) -> None:
    run = item.runs[fact.run]
    path = step_path(run)
    item.runs[fact.run] = replace(
        run, round=fact.round, state=fact.state, opened_at=at, need=fact.need,
        tasks={task.no: task for task in fact.tasks}, moments=fact.moments, rows=fact.rows,
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
    tasks[fact.task] = replace(task, state="voted", choice=fact.choice, at=at)
    marks = merge_marks(run.marks, fact.marks) if fact.marks else run.marks
    item.runs[fact.run] = replace(
        run, tasks=tasks, ayes=run.ayes + (fact.choice == "approve"), noes=run.noes + (fact.choice == "reject"),
        marks=marks, answers={**run.answers, **dict(fact.answers)} if fact.answers else run.answers,
    )  # fmt: skip
    if fact.part and fact.person not in item.parts:
        item.parts = {**item.parts, fact.person: fact.part}


def _answered(item: Item, at: Any, fact: e.Answered) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    tasks[fact.task] = replace(tasks[fact.task], state="done", at=at)
    rows = {row.person: row for row in run.rows}
    origin = rows[fact.person].origin if fact.person in rows else f"{step_path(run)}/{len(rows) + 1}"
    rows[fact.person] = Line(origin, fact.person, at, fact.values)
    item.runs[fact.run] = replace(run, tasks=tasks, rows=tuple(rows.values()))
    _did(item, fact.person, run)


def _taken(item: Item, at: Any, fact: e.Taken) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    task = tasks[fact.task]
    tasks[fact.task] = replace(task, state="done", at=at) if fact.done else replace(task, duty="do", at=at)
    item.runs[fact.run] = replace(run, tasks=tasks)
    if fact.done:
        _did(item, fact.person, run)


def _handed(item: Item, at: Any, fact: e.Handed) -> None:
    run = item.runs[fact.run]
    tasks = run.tasks.copy()
    tasks[fact.task] = replace(tasks[fact.task], state="done", at=at)
    rows, answers = run.rows, run.answers
    if fact.origin:  # the same row again is given anew
        rows = (*(one for one in rows if one.origin != fact.origin), Line(fact.origin, fact.person, at, fact.values))
    elif fact.values:
        answers = {**answers, **dict(fact.values)}
    item.runs[fact.run] = replace(run, tasks=tasks, rows=rows, answers=answers)
    _did(item, fact.person, run)


def _joined(item: Item, _at: Any, fact: e.Joined) -> None:
    run, done = item.runs[fact.run], fact.end == places.DONE
    item.runs[fact.run] = replace(run, ayes=run.ayes + done, noes=run.noes + (not done))


def _did(item: Item, person: str, run: Run) -> None:
    """Somebody handed something in: what they did first counts."""
    if person not in item.doers:
        item.doers = {**item.doers, person: step_path(run)}


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
    item.runs[fact.run] = Run(run.no, run.place, run.path, run.parent, run.row)


def _watched(item: Item, at: Any, fact: Any) -> None:
    item.runs[fact.run] = watching.APPLY[type(fact)](item.runs[fact.run], at, fact)


def _stopped(item: Item, at: Any, fact: e.Stopped) -> None:
    item.runs[fact.run] = watching.stopped(item.runs[fact.run], at, fact, item.version + 1)


def _kept(item: Item, _at: Any, fact: e.Kept) -> None:
    item.kept = fact.paths


def _dropped(item: Item, _at: Any, fact: e.Dropped) -> None:
    for no in fact.runs:
        del item.runs[no]


def _returned(item: Item, _at: Any, fact: e.Returned) -> None:
    item.back = fact.back


def _named(item: Item, _at: Any, fact: e.Named) -> None:
    if fact.run < 0:
        item.names = {**item.names, **dict(fact.values)}
    else:
        run = item.runs[fact.run]
        item.runs[fact.run] = replace(run, names={**run.names, **dict(fact.values)})


def _held(item: Item, _at: Any, fact: e.Held) -> None:
    item.holds = {**item.holds, fact.deed: Hold(fact.currency, fact.account, fact.amount)}


def _released(item: Item, _at: Any, fact: e.Released) -> None:
    item.holds = {deed: hold for deed, hold in item.holds.items() if deed != fact.deed}


def _paid(item: Item, _at: Any, fact: e.Paid) -> None:
    item.paid = {**item.paid, fact.deed: item.paid.get(fact.deed, 0) + fact.amount}
    left, holds = fact.held, item.holds.copy()
    for deed, hold in item.holds.items():
        if left and (hold.currency, hold.account) == (fact.currency, fact.source):
            spent = min(left, hold.amount)
            holds[deed] = replace(hold, amount=hold.amount - spent)
            left -= spent
    item.holds = holds


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


def stood(item: Item, run: Run) -> Run:
    """The run at the step where it stood, though the item is suspended: only the item's own moves for that."""
    if run.no or item.pause is None:
        return run
    return replace(run, place=item.pause.place.partition("/")[0])


def step_path(run: Run) -> str:
    """The name of the step a run stands at, with the row inside an `each`: `三关并审/嘉宾关/2`."""
    last = str(run.row + 1) if run.row >= 0 else run.place.rpartition("/")[2]
    return f"{run.path}/{last}" if run.path else last


APPLY: dict[type, Callable[[Item, Any, Any], None]] = {
    e.Started: _started, e.Fired: _nothing, e.Merged: _merged, e.Noticed: _nothing,
    e.Committed: _committed, e.Drawn: _drawn, e.Revised: _revised, e.Ranked: _ranked,
    e.Amended: _amended, e.Moved: _moved, e.Forked: _forked, e.Opened: _opened, e.Seated: _seated,
    e.Taken: _taken, e.Handed: _handed, e.Called: _called, e.Voted: _voted, e.Answered: _answered, e.Timed: _timed, e.Resulted: _resulted, e.Dropped: _dropped,
    e.Returned: _returned, e.Named: _named, e.Counted: _nothing, e.Held: _held, e.Released: _released, e.Paid: _paid,
    e.Lacked: _nothing, e.Added: _nothing, e.Reported: _nothing, e.Ran: _nothing, e.Joined: _joined, e.Suspended: _suspended, e.Resumed: _resumed,
    **dict.fromkeys(watching.APPLY, _watched), e.Stopped: _stopped,
    e.Kept: _kept, e.Said: _nothing, e.Informed: _informed, e.Ended: _ended,
}  # fmt: skip

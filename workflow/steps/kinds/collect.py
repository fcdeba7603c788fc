"""`collect` 征集: one form, many people, one answer each, the last one counts. Taking an answer is verbs.answer's.

*Asked*: up to two hundred people by name have a task each, and their answers are rows of the run. *Open* (anyone, a room, more people):
answers are streams of their own, and the item only learns, by `tally`, that there are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.domain import event as e
from workflow.domain.definition import Step
from workflow.domain.effect import Send
from workflow.domain.fold import step_path
from workflow.domain.item import Moment, Need, Run, Task
from workflow.domain.tree import FieldType
from workflow.organisation.model import Candidate, Organisation
from workflow.steps.draft import OWED, Draft, Needs, WantingError
from workflow.steps.electorate import among, calls_for_help, candidates, may_still, resolve_need, sized
from workflow.steps.kinds.kind import FILLED, SHOWN, TIMED, Exported, Kind, Verdict, way_on
from workflow.steps.votes import ask_administrators, call_next

ANYONE: Final = "群众"
MOST_ASKED: Final = 200
"""So many people are asked by name; of more, each may answer who is one of them."""
NEAR: Final = 1024
"""So many answers before the need is reached, it is looked at exactly: more than can be on their way at once."""


def open_to_all(step: Step, organisation: Organisation) -> bool:
    """Whether people answer whom nobody names: anyone, or whoever a room's invitation reaches."""
    return any(actor.who.parts[0] == ANYONE or organisation.room(actor.who.parts[0]) for actor in step.who)


def may_answer(draft: Draft, run: Run, step: Step, person: str) -> bool:
    """Whether somebody may answer an open `collect` now."""
    organisation = draft.organisation
    if not organisation.active(person):
        return False
    return open_to_all(step, organisation) or among(draft, run.no, step.who, person)


def counted(draft: Draft, *runs: Run) -> list[int]:
    """How many answers each open `collect` has: exactly, as of the world's load. Raises WantingError for all that it lacks."""
    keys = [(draft.item.id, step_path(run), run.round) for run in runs]
    if lacking := tuple(key for key in keys if key not in draft.world.counts):
        raise WantingError(Needs(counts=lacking))
    return [draft.world.counts[key] for key in keys]


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    need = Need(0) if step.need is None else resolve_need(draft, no, step.need)
    if open_to_all(step, draft.organisation):
        _gather(draft, no, step, round_, need, moments, ())
        return ""
    named, _ = candidates(draft, no, step.who)
    if len(named) > MOST_ASKED:
        _gather(draft, no, step, round_, sized(need, len(named)), moments, tuple(one.person for one in named))
        return ""
    trouble = "nobody" if not named else "quorum" if need.ayes > len(named) and not moments else ""
    tasks = calls_for_help(draft) if trouble else _tasks(draft, need, named)
    if trouble:
        ask_administrators(draft, no, step, trouble, tasks)
        draft.record(e.Opened(no, round_, "unstaffed", tuple(tasks), need, moments))
    else:
        draft.record(e.Opened(no, round_, "open", tuple(tasks), sized(need, len(tasks)), moments))
    for task in tasks:
        draft.touch(draft.run(no), task)
    return ""


def _gather(
    draft: Draft, no: int, step: Step, round_: int, need: Need, moments: tuple[Moment, ...], persons: tuple[str, ...]
) -> None:
    """Take answers of whoever may give them; nobody owes anything."""
    draft.record(e.Opened(no, round_, "gathering", (), need, moments))
    invite(draft, no, step, persons)


def invite(draft: Draft, no: int, step: Step, persons: tuple[str, ...] = ()) -> None:
    """A card with a button, into the rooms and to whoever is one of very many. As a reminder, the rooms alone."""
    organisation, place = draft.organisation, draft.run(no).place
    rooms = tuple(actor.who.parts[0] for actor in step.who if organisation.room(actor.who.parts[0]) is not None)
    if rooms or persons:
        draft.record(e.Informed("invite", rooms, place, str(len(persons)) if persons else ""))
    draft.effects += [Send("invite", room=room, step=place) for room in rooms]
    draft.effects += [Send("invite", person=person, step=place) for person in persons]


def _tasks(draft: Draft, need: Need, named: list[Candidate]) -> list[Task]:
    first, later = draft.item.next_task, "waiting" if need.in_order else "open"
    return [
        Task(first + n, one.person, "", one.right, later if n else "open", duty="do")  # type: ignore[arg-type]
        for n, one in enumerate(named)
    ]


def _weigh(_draft: Draft, run: Run) -> Verdict:
    need = run.need
    return "approved" if run.state == "open" and need is not None and 0 < need.ayes <= len(run.rows) else ""


def _export(_draft: Draft, run: Run) -> Exported:
    """Of an open one, rows and their number are looked up: they stand still once it is over."""
    if run.state == "gathering":
        return Exported(apart=True)
    return Exported(run.rows, (("份数", {"type": "int", "value": len(run.rows)}),))


def _restaff(draft: Draft, run: Run) -> None:
    """The organisation changed: who lost their right is asked no longer; what had nobody to ask looks again."""
    no, step = run.no, draft.step(run)
    if run.state == "unstaffed":
        named, _ = candidates(draft, no, step.who)
        need = Need(0) if step.need is None else resolve_need(draft, no, step.need)
        kept = {t.person: t.no for t in run.tasks.values() if t.duty and (t.state == "done" or _owes(draft, t))}
        fresh = [one for one in named if one.person not in kept]
        many = len(kept) + len(fresh)
        if not many or len(fresh) > MOST_ASKED or (need.ayes > many and not run.moments):
            return
        over = [t for t in run.tasks.values() if t.state in OWED and t.no not in kept.values()]
        ended = tuple((t.no, "lost" if t.duty else "cancelled") for t in over)
        draft.record(e.Seated(no, tuple(_tasks(draft, need, fresh)), ended, "open", sized(need, many)))
    elif run.state == "open":
        lost = tuple((t.no, "lost") for t in run.tasks.values() if t.state in OWED and not may_still(draft, t))
        if not lost:
            return
        left = [t for t in run.tasks.values() if t.state in (*OWED, "done") and t.no not in dict(lost)]
        need = sized(run.need or Need(0), len(left))
        owed = sum(task.state in OWED for task in left)
        short = not run.moments and (not left or (not owed and len(run.rows) < need.ayes))
        calls_now = calls_for_help(draft) if short else []
        if short:
            ask_administrators(draft, no, step, "quorum" if left else "nobody", calls_now)
        draft.record(e.Seated(no, tuple(calls_now), lost, "unstaffed" if short else "open", need))
    for task in draft.run(no).tasks.values():
        if run.tasks.get(task.no) != task:
            draft.touch(draft.run(no), task)
    call_next(draft, no)


def _owes(draft: Draft, task: Task) -> bool:
    return task.state in OWED and may_still(draft, task)


def _rows(_step: Step) -> Mapping[str, FieldType]:
    return {"提交人": "person", "时间": "datetime"}


COLLECT = Kind(
    "collect", "actors", _open, _weigh, way_on, keys={"need": "need"}, free=frozenset({"need"}), common=TIMED | FILLED | SHOWN,
    late="end", exports={"份数": "int"}, rows=_rows, export=_export, actors="ask", duty="do", restaff=_restaff,
)  # fmt: skip

"""Whose work a `task` is: who is asked, who has it, whom it goes to next. Not here: the kind itself (task.py), what people do (verbs/work.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Step
from workflow.domain.item import Need, Run, Task
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_condition
from workflow.organisation.model import Candidate
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.electorate import ADMINISTRATOR, calls_for_help, candidates, may_still, sized
from workflow.steps.environment import Scene
from workflow.steps.pools import list_of, row_of
from workflow.steps.votes import ask_administrators, touch_changed

MOST_ASKED: Final = 200
"""Of one step at a time; whoever else belongs there may take it by the item's code."""
WORK: Final = ("do", "offer")


class Plan(NamedTuple):
    """Whom to ask besides those who are asked already; `trouble` why that is not enough: `nobody`, `quorum`, or empty.

    `among` is how many there were to ask, where not all of them are.
    """

    added: tuple[Task, ...]
    trouble: str = ""
    among: int = 0


def duty_of(step: Step) -> str:
    """What is asked of somebody who is given the task: to hand it in, or, where there is nothing to fill in, to take it."""
    return "do" if step.form else "offer"


def several(step: Step) -> bool:
    """Whether more than one may hand something in, so that the step's fields are columns of rows."""
    return not (isinstance(step.need, tree.Number) and not step.need.percent and step.need.value == 1)


def able(draft: Draft, no: int, step: Step) -> list[Candidate]:
    """Everybody whose work it may be: active, and such as `match` wants. Raises ConditionError."""
    organisation = draft.organisation
    found = [one for one in candidates(draft, no, step.who)[0] if organisation.active(one.person)]
    match: tree.Value | None = step.own.get("match")
    if match is None:
        return found
    named = list_of(organisation, step.who)

    def fits(person: str) -> bool:
        row = row_of(organisation, named, person) if named is not None else person
        return evaluate_condition(match, Scene(draft, no, {"各": row}))

    return [one for one in found if fits(one.person)]


def needed(need: Need, many: int) -> Need:
    """The need among so many; at least one, so that what finds nobody waits for whom an administrator names. Raises ConditionError."""
    if need.everyone or need.percent:
        return sized(need, max(1, min(many, MOST_ASKED)))
    if need.ayes < 1:
        raise ConditionError("需要的人数不到 1", "fewer than one person is needed", (0, 0))
    return need


# ------------------------------------------------------------------------------------------- how it stands


def finished(run: Run) -> int:
    """How many have handed it in, or taken it where that is all."""
    return sum(one.state == "done" and one.duty in WORK for one in run.tasks.values())


def asked(run: Run, duties: Iterable[str] = WORK) -> list[Task]:
    """The open tasks of these duties."""
    return [one for one in run.tasks.values() if one.state == "open" and one.duty in duties]


def helpers(run: Run) -> list[Task]:
    """The administrators' calls for help."""
    return [one for one in run.tasks.values() if one.state == "open" and not one.duty and one.right == ADMINISTRATOR]


def takers(step: Step, run: Run) -> list[Task]:
    """Who has it and has not handed it in; of `any`, nobody has it alone."""
    take = step.own["take"]
    if take == "any":
        return []
    return asked(run, ("do",) if take == "grab" else WORK)


def vacant(step: Step, run: Run) -> int:
    """How many more must be found."""
    need = run.need.ayes if run.need is not None else 1
    return need - finished(run) - len(takers(step, run))


def free(run: Run, found: Iterable[Candidate]) -> list[Candidate]:
    """Of these, who neither has a task here nor had one and declined it."""
    out = {
        one.person
        for one in run.tasks.values()
        if one.duty in WORK and one.state in ("open", "done", "declined", "reassigned")
    }
    return [one for one in found if one.person not in out]


# ------------------------------------------------------------------------------------------- whom to ask


def plan(draft: Draft, no: int, step: Step, run: Run, found: list[Candidate]) -> Plan:
    """Whom to ask now, by the step's way of taking. `run` as it stands, `found` everybody whose work it may be."""
    wanted, take, left = vacant(step, run), step.own["take"], free(run, found)
    if wanted <= 0:
        return Plan(())
    if take == "auto":
        chosen = _least_loaded(draft, left, wanted)
        return Plan(tuple(_tasks(draft, chosen, duty_of(step))), _lack(len(chosen), wanted))
    if take == "assign":
        if asked(run, ("assign",)) or len(left) < wanted:
            return Plan((), _lack(len(left), wanted))
        return Plan(tuple(_tasks(draft, _assigners(draft), "assign")))
    open_ = asked(run, WORK if take == "any" else ("offer",))
    room = max(0, MOST_ASKED - len(open_))
    chosen = left if len(left) <= room else _drawn(draft, left)[:room]
    duty = "offer" if take == "grab" else duty_of(step)
    among = len(found) if len(chosen) < len(left) else 0
    return Plan(tuple(_tasks(draft, chosen, duty)), _lack(len(open_) + len(chosen), wanted), among)


def _lack(many: int, wanted: int) -> str:
    return "" if many >= wanted else "quorum" if many else "nobody"


def _tasks(draft: Draft, chosen: Iterable[Candidate], duty: str) -> list[Task]:
    first = draft.item.next_task
    return [Task(first + n, one.person, "", one.right, "open", duty=duty) for n, one in enumerate(chosen)]  # type: ignore[arg-type]


def _assigners(draft: Draft) -> Iterator[Candidate]:
    """Who says whose work it is: the coordinators of the item's unit, else of the nearest one above, else the administrators."""
    organisation, unit = draft.organisation, draft.item.unit
    for at in organisation.chain(unit):
        if people := organisation.holders(at, organisation.coordinator, draft.now):
            yield from (Candidate(one, "", f"{at}:{organisation.coordinator}") for one in people)
            return
    yield from (Candidate(one, "", ADMINISTRATOR) for one in organisation.administrators(draft.now))


def _least_loaded(draft: Draft, left: list[Candidate], wanted: int) -> list[Candidate]:
    """Those with the fewest open tasks, among equals as they are listed. Raises WantingError."""
    loads = draft.world.loads
    if wanting := tuple(one.person for one in left if one.person not in loads):
        raise WantingError(Needs(loads=wanting))
    chosen = sorted(left, key=lambda one: loads[one.person])[:wanted]
    for one in chosen:
        loads[one.person] += 1
    return chosen


def _drawn(draft: Draft, left: list[Candidate]) -> list[Candidate]:
    """The same in an order of chance: of a large pool it is not always the first who are asked."""
    seed = draft.world.random.bytes(16)
    return sorted(left, key=lambda one: hashlib.sha256(seed + one.person.encode()).digest())


# ------------------------------------------------------------------------------------------- asking


def seated(draft: Draft, no: int, step: Step, found: Plan) -> tuple[str, tuple[Task, ...]]:
    """The state of the step and the tasks to add, with the calls for help that a lack makes; what is to be said of it is said."""
    if found.among:
        draft.record(e.Informed("asked", (), step.place, f"{len(found.added)}/{found.among}"))
    if not found.trouble:
        return "open", found.added
    if helpers(draft.run(no)):
        return "unstaffed", found.added
    offset = len(found.added)
    calls = [replace(one, no=one.no + offset) for one in calls_for_help(draft)]
    ask_administrators(draft, no, step, found.trouble, calls)
    return "unstaffed", (*found.added, *calls)


def refill(draft: Draft, no: int, ended: tuple[tuple[int, str], ...] = ()) -> None:
    """Tasks that ended undone, and whoever is asked in their place; where there is nobody, the administrators."""
    before, step = draft.run(no), draft.step(draft.run(no))
    if ended:
        draft.record(e.Seated(no, (), ended, before.state))
    try:
        found = plan(draft, no, step, draft.run(no), able(draft, no, step))
    except ConditionError:  # nobody can be found by a condition that fails: that is for people to mend
        found = Plan((), "nobody")
    calls = helpers(draft.run(no))
    state, added = seated(draft, no, step, found)
    over = tuple((one.no, "cancelled") for one in calls) if state == "open" else ()
    if added or over or state != draft.run(no).state:
        draft.record(e.Seated(no, added, over, state))
    touch_changed(draft, before)


def withdraw_offers(draft: Draft, no: int) -> None:
    """Enough have it: what is still offered to others, or still to be assigned, is over."""
    before, step = draft.run(no), draft.step(draft.run(no))
    if step.own["take"] == "any" or vacant(step, before) > 0:
        return
    over = [one.no for one in (*asked(before, ("assign",)), *helpers(before))]
    if step.own["take"] == "grab":
        over += [one.no for one in asked(before, ("offer",))]
    if over:
        draft.record(e.Seated(no, (), tuple((one, "cancelled") for one in over), "open"))
        touch_changed(draft, before)


def restaff(draft: Draft, run: Run) -> None:
    """Tasks are taken from those who lost the right to them; what lacks people is looked at again."""
    lost = tuple((one.no, "lost") for one in run.tasks.values() if one.state == "open" and not may_still(draft, one))
    if not lost and run.state != "unstaffed":
        return
    if lost and run.need is not None and (run.need.everyone or run.need.percent):
        left = len(asked(run)) + finished(run) - sum(run.tasks[one].duty in WORK for one, _ in lost)
        draft.record(e.Seated(run.no, (), (), run.state, needed(run.need, left)))
    refill(draft, run.no, lost)

"""`transfer` 转交: A is out, B's vote counts as B's own; and `reassign` 指派, an administrator's way to get an item unstuck."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.command import Refused
from workflow.domain.item import Need, Run, Task
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import GIVEN, eligible, part_of, sized
from workflow.steps.kinds.kinds import KINDS
from workflow.verbs.answer import ask_also
from workflow.verbs.verb import Verb, administrates, over, seat, words
from workflow.verbs.watching import watch_too
from workflow.verbs.work import employ


def _transfer(draft: Draft) -> Refused | None:
    found = seat(draft)
    if isinstance(found, Refused):
        return found
    return _seat(draft, found.run, found.task, found.task.part, "transferred", needed=False)


def _reassign(draft: Draft) -> Refused | None:
    if refusal := administrates(draft) or over(draft.item):
        return refusal
    if draft.item.pause is not None:
        return Refused("suspended")
    stuck = [
        run for run in draft.item.runs.values()
        if run.state in ("unstaffed", "open") and (run.need is not None or any(one.duty == "watch" for one in run.tasks.values()))
    ]  # fmt: skip
    named, place = draft.command.args.get("task"), draft.command.args.get("place")
    if named:
        stuck = [run for run in stuck if int(named[0]) in run.tasks]
    elif place:
        stuck = [run for run in stuck if run.place == place]
    else:
        stuck = [run for run in stuck if run.state == "unstaffed"] or stuck
    if len(stuck) != 1:
        return (
            Refused("which_task", {"places": [run.place for run in stuck]}) if stuck else Refused("nothing_to_reassign")
        )
    run = stuck[0]
    task = run.tasks.get(int(named[0])) if named else None
    if draft.step(run).kind == "task":
        return employ(draft, run, task)
    if KINDS[draft.step(run).kind].duty == "watch":
        return watch_too(draft, run, task)
    if draft.step(run).kind == "collect":
        return ask_also(draft, run, task)
    if task is not None and not task.part:
        task = None
    if task is not None and task.state not in OWED:
        return Refused("task_over", {"state": task.state})
    part = part_of(draft.organisation, draft.step(run), run, draft.item.unit)
    return _seat(draft, run, task, part, "reassigned", needed=True)


def _seat(draft: Draft, run: Run, task: Task | None, part: str, outcome: str, *, needed: bool) -> Refused | None:
    """Put `to` in the place of `task`, or beside those who sit at the run already."""
    person = draft.command.args.get("to", "")
    if draft.organisation.person(person) is None:
        return Refused("unknown_person")
    if not eligible(draft.item, draft.organisation, person, part):
        return Refused("not_eligible", {"person": person})
    if any(one.person == person and one.part and one.state in (*OWED, "voted") for one in run.tasks.values()):
        return Refused("already_in_step", {"person": person})
    comment = words(draft, needed=needed)
    if isinstance(comment, Refused):
        return comment
    if comment:
        draft.record(e.Said(comment))
    added = Task(draft.item.next_task, person, part, GIVEN, "open", weight=task.weight if task is not None else "")
    voters = sum(one.part != "" and one.state in (*OWED, "voted") for one in run.tasks.values()) + (task is None)
    need = run.need or Need(1)
    staffed = need.everyone or need.percent or voters >= need.ayes
    helpers = [one for one in run.tasks.values() if not one.part and one.state == "open"] if staffed else []
    ended = ([(task.no, outcome)] if task else []) + [(one.no, "cancelled") for one in helpers]
    draft.record(e.Seated(run.no, (added,), tuple(ended), "open" if staffed else "unstaffed", sized(need, voters)))
    after = draft.run(run.no)
    for no in (added.no, *(no for no, _ in ended)):
        draft.touch(after, after.tasks[no])
    return None


TRANSFER = Verb("transfer", "转交", _transfer)
REASSIGN = Verb("reassign", "指派", _reassign)

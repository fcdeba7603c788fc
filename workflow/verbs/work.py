"""What people do with a `task`: `take` 接单, `done` 办结, `decline` 谢绝, and a coordinator's `assign` 派给. Not here: who is asked (steps/work.py)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.fold import step_path
from workflow.domain.item import Run, Task
from workflow.grammars.errors import ConditionError
from workflow.organisation.model import Candidate
from workflow.steps.answers import read_form
from workflow.steps.course import settle
from workflow.steps.draft import Draft
from workflow.steps.electorate import GIVEN
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.votes import touch_changed, unseat
from workflow.steps.work import WORK, able, duty_of, finished, free, refill, several, vacant, withdraw_offers
from workflow.verbs.verb import Held, Verb, held, may_see, over, rightful, somebody, words

KIND = "task"


def _take(draft: Draft) -> Refused | None:
    found = _mine(draft, WORK)
    if isinstance(found, Refused) and found.reason == "no_task":
        found = _walked_in(draft, found)
        if isinstance(found, Refused) and found.reason == "no_task" and not may_see(draft):
            return Refused("no_such_item")  # a code that somebody guessed tells them nothing
    if isinstance(found, Refused):
        return _too_late(draft, found)
    if found.task.duty == "do":
        return Refused("yours_already")
    _accept(draft, found)
    return None


def _done(draft: Draft) -> Refused | None:
    found = _mine(draft, WORK)
    if isinstance(found, Refused):
        return _too_late(draft, found)
    run, task, step = found.run, found.task, draft.step(found.run)
    if task.duty == "offer" and step.form:
        return Refused("take_first")
    answers = read_form(draft, step.form, step.must, draft.command.args.get("answers") or {}, run=run.no)
    if isinstance(answers, Refused):
        return answers
    comment = words(draft)
    if isinstance(comment, Refused):
        return comment
    origin = f"{step_path(run)}/{finished(run) + 1}" if several(step) else ""
    draft.record(e.Handed(run.no, task.no, task.person, tuple(answers.items()), origin, comment))
    go_on(draft, found)
    return None


def _decline(draft: Draft) -> Refused | None:
    found = _mine(draft, WORK)
    if isinstance(found, Refused):
        return _too_late(draft, found)
    comment = words(draft)
    if isinstance(comment, Refused):
        return comment
    if comment:
        draft.record(e.Said(comment))
    refill(draft, found.run.no, ((found.task.no, "declined"),))
    return None


def _assign(draft: Draft) -> Refused | None:
    found = _mine(draft, ("assign",))
    if isinstance(found, Refused):
        return _too_late(draft, found)
    person = draft.command.args.get("to", "")
    if draft.organisation.person(person) is None:
        return Refused("unknown_person")
    chosen = next((one for one in assignable(draft, found.run) if one.person == person), None)
    if chosen is None:
        return Refused("not_among", {"person": person})
    comment = words(draft)
    if isinstance(comment, Refused):
        return comment
    if comment:
        draft.record(e.Said(comment))
    enough = vacant(draft.step(found.run), found.run) <= 1
    ended = ((found.task.no, "done"),) if enough else ()
    _give(draft, found.run, chosen.person, chosen.right, ended)
    withdraw_offers(draft, found.run.no)
    return None


def assignable(draft: Draft, run: Run) -> list[Candidate]:
    """To whom a task may be given now; nobody where that cannot be computed."""
    try:
        return free(run, able(draft, run.no, draft.step(run)))
    except ConditionError:
        return []


def employ(draft: Draft, run: Run, task: Task | None) -> Refused | None:
    """An administrator names somebody (`to`), in the place of `task` or beside those who have it."""
    person = somebody(draft)
    if isinstance(person, Refused):
        return person
    if any(one.person == person and one.duty in WORK and one.state in ("open", "done") for one in run.tasks.values()):
        return Refused("already_in_step", {"person": person})
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    draft.record(e.Said(comment))
    replaced = ((task.no, "reassigned"),) if task is not None and task.duty in WORK else ()
    _give(draft, run, person, GIVEN, replaced)
    withdraw_offers(draft, run.no)
    refill(draft, run.no)
    return None


# ------------------------------------------------------------------------------------------- whose task it is


def _mine(draft: Draft, duties: tuple[str, ...]) -> Held | Refused:
    """The actor's open task of these duties that the command means, every right checked as it stands now."""
    if draft.item.pause is not None:
        return over(draft.item) or Refused("suspended")
    if draft.command.args.get("task"):
        found = held(draft)
    else:
        mine = [
            Held(run, task) for run in _runs(draft) for task in run.tasks.values()
            if task.person == draft.command.actor and task.state == "open" and task.duty in duties
        ]  # fmt: skip
        if len(mine) != 1:
            return (
                Refused("which_task", {"places": [one.run.place for one in mine]})
                if mine
                else over(draft.item) or Refused("no_task")
            )
        found = rightful(draft, mine[0])
    if isinstance(found, Refused):
        return found
    if found.run.place in places.RESERVED or draft.step(found.run).kind != KIND:
        return Refused("not_allowed", {"verb": draft.command.verb})
    if found.task.duty not in (*duties, "do") or (found.task.duty == "do" and draft.command.verb == "assign"):
        return Refused("not_allowed", {"verb": draft.command.verb})
    return found


def _runs(draft: Draft) -> Iterator[Run]:
    """The runs that stand at a task, at the place that the command names, where it does."""
    place = draft.command.args.get("place")
    for run in draft.item.runs.values():
        if (
            run.state
            and run.place not in places.RESERVED
            and draft.step(run).kind == KIND
            and place in (None, run.place)
        ):
            yield run


def _walked_in(draft: Draft, refusal: Refused) -> Held | Refused:
    """Somebody of the pool who was not asked takes it by the item's code."""
    actor = draft.command.actor
    for run in _runs(draft):
        step = draft.step(run)
        if step.own["take"] not in ("any", "grab"):
            continue
        chosen = next((one for one in assignable(draft, run) if one.person == actor), None)
        if chosen is None:
            continue
        if vacant(step, run) <= 0:
            return _taken(run) or refusal
        task = _give(draft, run, actor, chosen.right, (), duty="offer")
        return Held(draft.run(run.no), task)
    return refusal


def _too_late(draft: Draft, refusal: Refused) -> Refused:
    """Who has it instead, where somebody does."""
    named = draft.command.args.get("task")
    if refusal.reason == "task_over" and refusal.facts.get("state") == "cancelled" and named:
        run = next((one for one in draft.item.runs.values() if int(named[0]) in one.tasks), None)
        return (_taken(run) if run is not None else None) or refusal
    if refusal.reason == "decided" and refusal.facts.get("result") == "approved":
        step = draft.definition.places.get(refusal.facts["step"])
        if step is not None and step.kind == KIND and refusal.facts["by"]:
            return Refused("taken", {"by": refusal.facts["by"], "at": refusal.facts["at"]})
    return refusal


def _taken(run: Run) -> Refused | None:
    have = [
        one for one in run.tasks.values() if one.duty in WORK and (one.state == "done" or one.duty == "do") and one.at
    ]
    return Refused("taken", {"by": [one.person for one in have], "at": have[-1].at}) if have else None


# ------------------------------------------------------------------------------------------- what follows


def _accept(draft: Draft, found: Held) -> None:
    """The offer is taken: with nothing to fill in that was all, else it is theirs to hand in."""
    run, task, step = found.run, found.task, draft.step(found.run)
    draft.record(e.Taken(run.no, task.no, task.person, done=not step.form))
    if step.form:
        after = draft.run(run.no)
        draft.touch(after, after.tasks[task.no])
        withdraw_offers(draft, run.no)
    else:
        go_on(draft, found)


def go_on(draft: Draft, found: Held) -> None:
    """Somebody has done it: they judge nothing here any more, and the step may be over."""
    no, person = found.run.no, found.task.person
    after = draft.run(no)
    draft.touch(after, after.tasks[found.task.no])
    unseat(draft, person)
    if verdict := KINDS[KIND].verdict(draft, draft.run(no)):
        settle(draft, no, verdict)
    else:
        withdraw_offers(draft, no)


def _give(
    draft: Draft, run: Run, person: str, right: str, ended: tuple[tuple[int, str], ...], duty: str = ""
) -> Task:  # fmt: skip
    """Somebody more is asked; the tasks in `ended` are over."""
    task = Task(draft.item.next_task, person, "", right, "open", duty=duty or duty_of(draft.step(run)))  # type: ignore[arg-type]
    draft.record(e.Seated(run.no, (task,), ended, run.state))
    touch_changed(draft, run)
    return task


TAKE = Verb("take", "接单", _take)
DONE = Verb("done", "办结", _done)
DECLINE = Verb("decline", "谢绝", _decline)
ASSIGN = Verb("assign", "派给", _assign)

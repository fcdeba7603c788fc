"""Votes (意见) at a step: its opening for an electorate, and what the votes so far come to. Shared by `review` and `check`."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.item import Moment, Need, Run, Task
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import calls_for_help, candidates, elect, may_still, resolve_need, sized
from workflow.steps.kinds.kind import Verdict
from workflow.steps.weights import share, weighed


def open_for_votes(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    """Ask the electorate; it is frozen now. A step whose tiers all lie below the item's unit is skipped."""
    named, below = candidates(draft, no, step.who)
    if below:
        return "skipped"
    need = resolve_need(draft, no, step.need)
    tasks, trouble = elect(draft, no, step, need, named)
    if trouble:
        ask_administrators(draft, no, step, trouble, tasks)
        draft.record(e.Opened(no, round_, "unstaffed", tuple(tasks), need, moments))
    else:
        draft.record(e.Opened(no, round_, "open", tuple(tasks), sized(need, len(tasks)), moments))
    run = draft.run(no)
    for task in tasks:
        draft.touch(run, task)
    return ""


def ask_administrators(draft: Draft, no: int, step: Step, trouble: str, tasks: list[Task]) -> None:
    """Say that nobody, or too few, may decide at this step; the tasks are the administrators'."""
    persons = tuple(task.person for task in tasks)
    draft.record(e.Informed("unstaffed", persons, step.place, trouble))


def weigh(_draft: Draft, run: Run) -> Verdict:
    """What the votes come to: 或签 closes with the first, 会签 with the first rejection, N when it can or cannot be reached."""
    need: Need = run.need  # type: ignore[assignment]
    if run.state != "open":
        return ""
    if weighed(run):
        return _heaviest(run, need)
    if run.ayes >= need.ayes > 0:
        return "approved"
    if run.noes and (need.everyone or need.ayes == 1 or run.ayes + _owed(run) < need.ayes):
        return "rejected"
    return ""


def _heaviest(run: Run, need: Need) -> Verdict:
    """The same by weight: approved once enough of the whole weight approves, rejected once that much is out of reach."""
    found = share(run.tasks.values())
    if run.ayes and found.reached(need.percent):
        return "approved"
    return "rejected" if run.noes and found.lost(need.percent) else ""


def call_next(draft: Draft, no: int) -> None:
    """In order: the next one's turn, once the one before approved."""
    run = draft.run(no)
    if run.need is None or not run.need.in_order or any(task.state == "open" for task in run.tasks.values()):
        return
    waiting = next((task for task in run.tasks.values() if task.state == "waiting"), None)
    if waiting is not None:
        draft.record(e.Called(no, waiting.no))
        draft.touch(run, draft.run(no).tasks[waiting.no])


def reseat(draft: Draft, no: int, lost: tuple[tuple[int, str], ...]) -> None:
    """Tasks ended without a vote (their right was lost). Too few left to reach the need: the administrators are asked."""
    run, step = draft.run(no), draft.step(draft.run(no))
    left = [task for task in run.tasks.values() if task.state in (*OWED, "voted") and task.no not in dict(lost)]
    need = sized(run.need or Need(1), len(left))
    owed = sum(task.state in OWED for task in left)
    enough = not share(left).lost(need.percent) if weighed(run) else run.ayes + owed >= need.ayes
    if owed and enough:
        draft.record(e.Seated(no, (), lost, "open", need))
    else:
        fresh, trouble = (
            elect(draft, no, step, run.need or Need(1)) if not run.ayes and not run.noes else ([], "quorum")
        )
        if trouble:
            fresh = fresh or calls_for_help(draft)
            ask_administrators(draft, no, step, trouble, fresh)
            draft.record(e.Seated(no, tuple(fresh), lost, "unstaffed", run.need))
        else:
            draft.record(e.Seated(no, tuple(fresh), lost, "open", sized(run.need or Need(1), len(fresh))))
    touch_changed(draft, run)
    call_next(draft, no)


def unseat(draft: Draft, person: str) -> None:
    """Somebody has handed something in: they judge nothing here any more, and whoever is left is looked at."""
    for run in list(draft.item.runs.values()):
        seats = [one for one in run.tasks.values() if one.person == person and one.part and one.state in OWED]
        if seats and run.state == "open" and run.place not in places.RESERVED:
            reseat(draft, run.no, tuple((one.no, "lost") for one in seats))


def _owed(run: Run) -> int:
    return sum(task.state in OWED for task in run.tasks.values())


def restaff(draft: Draft, run: Run) -> None:
    """Take the open tasks from those who lost their right to them, and fill what had nobody, if there is somebody now."""
    if run.need is None:
        return
    if run.state == "unstaffed":
        _staff(draft, run)
    elif lost := tuple((t.no, "lost") for t in run.tasks.values() if t.state in OWED and not may_still(draft, t)):
        reseat(draft, run.no, lost)


def _staff(draft: Draft, run: Run) -> None:
    tasks, trouble = elect(draft, run.no, draft.step(run), run.need)  # type: ignore[arg-type]
    if not trouble:
        voted = {task.person for task in run.tasks.values() if task.state == "voted"}
        tasks = [task for task in tasks if task.person not in voted]
        if not tasks:
            tasks, trouble = calls_for_help(draft), "quorum"
    sitting = {task.person for task in run.tasks.values() if task.state == "open"}
    if not trouble or {task.person for task in tasks} != sitting:
        _restaff_empty(draft, run.no, tasks, trouble)


def _restaff_empty(draft: Draft, no: int, tasks: list[Task], trouble: str) -> None:
    """A step that found nobody is asked of `tasks` now; the calls to the administrators are over."""
    run, step = draft.run(no), draft.step(draft.run(no))
    over = tuple((task.no, "cancelled") for task in run.tasks.values() if task.state == "open")
    if trouble:
        ask_administrators(draft, no, step, trouble, tasks)
        draft.record(e.Seated(no, tuple(tasks), over, "unstaffed"))
    else:
        voted = sum(task.part != "" and task.state == "voted" for task in run.tasks.values())
        draft.record(e.Seated(no, tuple(tasks), over, "open", sized(run.need or Need(1), voted + len(tasks))))
    touch_changed(draft, run)


def touch_changed(draft: Draft, before: Run) -> None:
    """The rows of a run's tasks that are not as they were."""
    after = draft.run(before.no)
    for task in after.tasks.values():
        if before.tasks.get(task.no) != task:
            draft.touch(after, task)

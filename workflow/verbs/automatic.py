"""What nobody asks for: `wake`, when a moment has come, and `restaff`, when the organisation changed. Both only for the system."""

from __future__ import annotations

from workflow.domain.command import SYSTEM, Refused
from workflow.domain.item import Run
from workflow.steps.course import fire
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import calls_for_help, elect, may_still
from workflow.steps.votes import reseat, restaff_empty
from workflow.verbs.verb import Verb, over


def _wake(draft: Draft) -> Refused | None:
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "wake"})
    if refusal := over(draft.item):
        return refusal
    fire(draft)
    return None if draft.facts else Refused("too_early")


def _restaff(draft: Draft) -> Refused | None:
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "restaff"})
    if refusal := over(draft.item):
        return refusal
    if draft.item.pause is None:  # what is suspended is looked at when it goes on
        reconsider(draft)
    return None if draft.facts else Refused("nothing_changed")


def reconsider(draft: Draft) -> None:
    """Take the open tasks from those who lost their right to them, and fill what had nobody, if there is somebody now."""
    for run in list(draft.item.runs.values()):
        if run.need is None:
            continue
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
        restaff_empty(draft, run.no, tasks, trouble)


WAKE = Verb("wake", "到时", _wake)
RESTAFF = Verb("restaff", "换人", _restaff)

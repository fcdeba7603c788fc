"""What nobody asks for: `wake`, when a moment has come, and `restaff`, when the organisation changed. Both only for the system."""

from __future__ import annotations

from workflow.domain import places
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.item import Run
from workflow.steps.amending import AMENDING
from workflow.steps.course import enter, fire, settle
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import may_still
from workflow.steps.kinds.kinds import KINDS
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
    for no in list(draft.item.runs):
        run = draft.item.runs.get(no)
        if run is not None and run.state == AMENDING:
            _go_on_without(draft, run)
        elif run is not None and run.state and run.place not in places.RESERVED:
            kind = KINDS[draft.step(run).kind]
            kind.restaff(draft, run)
            after = draft.run(no)
            if kind.duty == "do" and after.state == "open" and (verdict := kind.verdict(draft, after)):
                settle(draft, no, verdict)  # whoever is left has handed in


def _go_on_without(draft: Draft, run: Run) -> None:
    """Who had to amend their answer is gone: the row begins anew as it is, and whoever sent it back decides about that."""
    if not any(task.state in OWED and may_still(draft, task) for task in run.tasks.values()):
        draft.release(run, "lost")
        enter(draft, run.no)


WAKE = Verb("wake", "到时", _wake)
RESTAFF = Verb("restaff", "换人", _restaff)

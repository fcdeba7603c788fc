"""`approve` 通过 and `reject` 驳回: a vote at an open step, which the step's rule weighs."""

from __future__ import annotations

from functools import partial

from workflow.domain import event as e
from workflow.domain.command import Refused
from workflow.steps.answers import read_form
from workflow.steps.course import settle
from workflow.steps.draft import Draft
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.votes import call_next
from workflow.verbs.verb import Held, Verb, seat, words


def _vote(choice: str, draft: Draft) -> Refused | None:
    found = seat(draft)
    if isinstance(found, Refused):
        return found
    run, args = found.run, draft.command.args
    step = draft.step(run)
    kind = KINDS[step.kind]
    if not kind.votes or choice not in draft.lifecycle.may(run.place):
        return Refused("not_allowed", {"verb": choice})
    marks = args.get("marks") or {}
    if refusal := kind.hear(step, choice, marks):
        return refusal
    answers: dict[str, object] | Refused = {}
    if step.form and choice == "approve":
        answers = read_form(draft, step.form, step.must, args.get("answers") or {}, run=run.no)
    if isinstance(answers, Refused):
        return answers
    comment = words(draft, needed=choice == "reject")
    if isinstance(comment, Refused):
        return comment
    cast(draft, found, choice, comment, tuple(marks.items()), tuple(answers.items()))
    if verdict := kind.verdict(draft, draft.run(run.no)):
        settle(draft, run.no, verdict)
    else:
        call_next(draft, run.no)
    return None


def cast(
    draft: Draft, found: Held, choice: str, comment: str,
    marks: tuple[tuple[str, str], ...] = (), answers: tuple[tuple[str, object], ...] = (),
) -> None:  # fmt: skip
    """Write a vote down."""
    run, task = found.run, found.task
    draft.record(e.Voted(run.no, task.no, task.person, task.part, choice, draft.item.shown, marks, answers, comment))
    after = draft.run(run.no)
    draft.touch(after, after.tasks[task.no])


APPROVE = Verb("approve", "通过", partial(_vote, "approve"))
REJECT = Verb("reject", "驳回", partial(_vote, "reject"))

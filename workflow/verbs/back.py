"""`return` 退回: one reviewer's act, beside the vote rule; and `resubmit` 重新提交, the submitter's answer to it."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.effect import Send
from workflow.domain.fold import step_path
from workflow.domain.item import Back, Run, Task, Value
from workflow.steps.amending import AMENDING, is_giver, row_run, source_of
from workflow.steps.answers import digest, read_changes, read_form
from workflow.steps.course import abandon, enter, leave
from workflow.steps.draft import Draft
from workflow.steps.electorate import GIVEN, SUBMITTER
from workflow.steps.kinds.kinds import KINDS
from workflow.verbs.reopening import kept, reviewed_before
from workflow.verbs.verb import Held, Verb, over, seat, words
from workflow.verbs.vote import cast


def _return(draft: Draft) -> Refused | None:
    found = seat(draft)
    if isinstance(found, Refused):
        return found
    step = draft.step(found.run)
    if not KINDS[step.kind].votes:
        return Refused("not_allowed", {"verb": "return"})
    open_to = targets(draft, found.run)
    target = draft.command.args.get("to") or (open_to[0] if len(open_to) == 1 else "")
    if not target:
        return (
            Refused("which_target", {"targets": list(open_to)})
            if open_to
            else Refused("not_allowed", {"verb": "return"})
        )
    if target not in open_to:
        return Refused("no_such_target", {"target": target, "targets": list(open_to)})
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    cast(draft, found, "return", comment)
    go_back(draft, found, target, comment)
    return None


def targets(draft: Draft, run: Run) -> tuple[str, ...]:
    """Where a return from a run may go now: of what its step names, the submitter and the steps already passed."""
    given_by = (
        (places.SUBMITTER,) if draft.item.submitter != SYSTEM else ()
    )  # what nobody handed in goes back to nobody
    source = source_of(draft.definition, draft.item, run)
    answered = source is not None and draft.organisation.active(source.line.person)
    return tuple(
        one for one in draft.step(run).back
        if one in given_by or (answered if is_giver(one) else _passed(draft, run, one))
    )  # fmt: skip


def go_back(draft: Draft, found: Held, target: str, comment: str) -> None:
    """The item, or the thread around `found`, goes back to `target`; what was on the way begins a new round."""
    step = draft.step(found.run)
    mover = _mover(draft, found.run, target)
    source, opened = draft.run(mover).place, draft.run(mover).opened_at
    abandon(draft, draft.below(mover))
    leave(draft, draft.run(mover))
    draft.record(e.Returned(Back(source, step.resume, target, draft.item.shown, opened), comment))
    arrived = draft.move(mover, f"return>{target}")
    if is_giver(target):
        _ask_again(draft, mover)
    elif arrived == places.RETURNED:
        task = Task(draft.item.next_task, draft.item.submitter, "", SUBMITTER, "open")
        draft.record(e.Seated(mover, (task,), (), "open"))
        draft.touch(draft.run(mover), task)
    else:
        _keep(draft, ())
        if draft.item.submitter != SYSTEM:
            draft.effects.append(Send("returned", person=draft.item.submitter, step=source))
        enter(draft, mover)


def _ask_again(draft: Draft, no: int) -> None:
    """Who gave the row is asked for it once more; nothing is due while it is with them."""
    run = draft.run(no)
    source = source_of(draft.definition, draft.item, run)
    assert source is not None, "a target that is open"  # noqa: S101
    task = Task(draft.item.next_task, source.line.person, "", GIVEN, "open", duty="do")
    draft.record(e.Opened(no, draft.item.rounds.get(step_path(run), 1), AMENDING, (task,)))
    draft.touch(draft.run(no), task)


def revise(draft: Draft, run: Run) -> Refused | None:
    """The row's answer again: what it says now takes the old one's place, and the row begins anew."""
    source = source_of(draft.definition, draft.item, run)
    task = next((one for one in run.tasks.values() if one.person == draft.command.actor and one.state == "open"), None)
    if source is None or task is None:
        return Refused("not_asked")
    answers = read_form(draft, source.step.form, source.step.must, draft.command.args.get("answers") or {}, run=run.no)
    if isinstance(answers, Refused):
        return answers
    line = source.line
    draft.record(e.Revised(run.no, task.no, line.person, source.path, line.origin, tuple(answers.items())))
    draft.touch(draft.run(run.no), draft.run(run.no).tasks[task.no])
    enter(draft, run.no)
    return None


def _mover(draft: Draft, run: Run, target: str) -> int:
    """The thread that goes back: the nearest one around this run whose own steps hold the target."""
    if is_giver(target):
        found = row_run(draft.item, run)
        assert found is not None, "a row's own place"  # noqa: S101
        return found.no
    scope = "" if target == places.SUBMITTER else target.rpartition("/")[0]
    while run.parent >= 0 and (run.row >= 0 or run.place.rpartition("/")[0] != scope):
        run = draft.run(run.parent)
    return run.no


def _passed(draft: Draft, run: Run, target: str) -> bool:
    mover = draft.run(_mover(draft, run, target))
    path = f"{mover.path}/{target.rpartition('/')[2]}" if mover.path else target
    result = draft.item.results.get(path)
    return result is not None and result.result in ("approved", "rejected", "late")


def _resubmit(draft: Draft) -> Refused | None:
    item = draft.item
    if refusal := over(item):
        return refusal
    if draft.command.actor != item.submitter:
        return Refused("submitter_only")
    if item.place != places.RETURNED:
        return Refused("not_returned")
    named = draft.command.args.get("task")
    if named and int(named[0]) not in draft.run(0).tasks:
        return Refused("old_round")
    changes = read_changes(draft, draft.command.args.get("form") or {})
    if isinstance(changes, Refused):
        return changes
    comment = words(draft)
    if isinstance(comment, Refused):
        return comment
    if comment:
        draft.record(e.Said(comment))
    hand_in_again(draft, changes)
    return None


def hand_in_again(draft: Draft, changes: dict[str, Value]) -> None:
    """The submitter's answer to a return: forward from the start, or straight back where the flow says so."""
    item = draft.item
    if changes:
        draft.record(e.Amended(tuple(changes.items()), digest({**item.form, **changes})))
    draft.release(draft.run(0), "voted")
    back = item.back
    here = (
        back is not None and back.resume == "here" and not reviewed_before(draft.definition, back.source, set(changes))
    )
    _keep(draft, kept(draft.definition, item, back, set(changes)) if back is not None and here else ())
    draft.move(0, f"resubmit>{back.source}" if back is not None and here else "resubmit")
    enter(draft, 0)


def _keep(draft: Draft, paths: tuple[str, ...]) -> None:
    """From now on these decisions, and no others, stand for those who would be asked again."""
    if paths != draft.item.kept:
        draft.record(e.Kept(paths))


RETURN = Verb("return", "退回", _return)
RESUBMIT = Verb("resubmit", "重新提交", _resubmit)

"""The course of an item: entering places, settling steps, joining branches, until somebody must act. Every move asks the machine."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM
from workflow.domain.definition import Step
from workflow.domain.effect import Send
from workflow.domain.fold import step_path, stood
from workflow.domain.item import Moment, Pause, Result, Run
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_condition
from workflow.steps import moments
from workflow.steps.deeds.deeds import tell
from workflow.steps.deeds.money import give_back
from workflow.steps.draft import Draft
from workflow.steps.electorate import calls_for_help
from workflow.steps.environment import Scene
from workflow.steps.kinds.kind import NOTHING_MORE, StuckError, Verdict
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.kinds.run import ended
from workflow.steps.windows import keep

TOLD_AFTER, SUSPENDED_AFTER = 3, 9
"""Rounds of one step after which the administrators are told, and after which the item is suspended."""

_WHY = {"skipped": "tier", "rejected": "short"}
"""Why a step came to this when it had hardly opened."""
TRIGGERS = {"approved": "approve", "rejected": "reject", "skipped": "skip", "late": "lapse", "cancelled": "cancel"}


def enter(draft: Draft, no: int, *, again: bool = False) -> None:
    """Run `no` has come to its place: skip it, wait, or open it, and go on as far as nobody is needed.

    `again`: an administrator retries, so the bound on rounds does not hold.
    """
    run = draft.run(no)
    step = draft.step(run)
    if draft.item.kept and not again and step_path(run) in draft.item.kept:
        _onwards(draft, no, draft.move(no, "approve", "approved"))
        return
    try:
        verdict, reason = _admit(draft, run, step, again=again)
    except ConditionError as error:
        pause(draft, no, error.reason, (error.message_zh, error.message_en))
        return
    except StuckError as error:
        pause(draft, no, error.reason, error.detail, error.place)
        return
    if verdict:
        settle(draft, no, verdict, reason=reason)
        return
    for inner in [one.no for one in draft.item.runs.values() if one.parent == no]:
        if _stands(draft, inner) and not draft.run(inner).state:
            enter(draft, inner)


def _stands(draft: Draft, no: int) -> bool:
    return draft.item.ended is None and draft.item.pause is None and no in draft.item.runs


def _admit(draft: Draft, run: Run, step: Step, *, again: bool) -> tuple[Verdict, str]:
    no = run.no
    if step.when is not None and not evaluate_condition(step.when, Scene(draft, no)):
        return "skipped", "when"
    round_ = draft.item.rounds.get(step_path(run), 0) + 1
    if round_ > SUSPENDED_AFTER and not again:
        pause(draft, no, "rounds", (str(round_ - 1), str(round_ - 1)))
        return "", ""
    if round_ == TOLD_AFTER + 1:
        administrators = draft.organisation.administrators(draft.now)
        draft.record(e.Informed("rounds", administrators, step.place))
        draft.effects += [Send("rounds", person=person, step=step.place) for person in administrators]
    opens = moments.opening(draft, no, step)
    if opens is not None and opens > draft.now:
        draft.record(e.Opened(no, round_, "shut", moments=(Moment(opens, "open"),)))
        return "", ""
    return unlock(draft, no, step, round_)


def unlock(draft: Draft, no: int, step: Step, round_: int) -> tuple[Verdict, str]:
    """Put a step into force. What was due already is late at once."""
    verdict = KINDS[step.kind].open(draft, no, step, round_, moments.schedule(draft, no, step))
    return verdict, _WHY.get(verdict, "")


def settle(draft: Draft, no: int, verdict: Verdict, *, reason: str = "", trigger: str = "") -> None:
    """A step is over: export its result, take the edge, go on."""
    run = draft.run(no)
    step = draft.step(run)
    _conclude(draft, run, step, verdict, reason)
    if step.tell and verdict != "skipped":
        tell(draft, no, step.tell)
    back = draft.item.back
    if back is not None and back.resume == "here" and back.target == step.place and verdict == "approved":
        trigger = f"resume>{back.source}"
    _onwards(draft, no, draft.move(no, trigger or TRIGGERS[verdict], verdict))


def _onwards(draft: Draft, no: int, arrived: str) -> None:
    if arrived in places.ENDS:
        finish(draft, no, arrived)
    else:
        enter(draft, no)


def finish(draft: Draft, no: int, end: str) -> None:
    """Run `no` has come to an end: the item's own ends the item, an inner one may settle the step around it."""
    if no == 0:
        abandon(draft, draft.below(0))
        give_back(draft)
        draft.record(e.Ended(end))
        if end == places.DONE:
            keep(draft)
        ended(draft, end)
        if draft.item.submitter not in (draft.command.actor, SYSTEM):
            draft.effects.append(Send("ended", person=draft.item.submitter))
        draft.effects += [Send("ended", person=one) for one in draft.item.joined if one != draft.command.actor]
        return
    parent = draft.run(draft.run(no).parent)
    abandon(draft, [no, *draft.below(no)])
    if end == places.REJECTED:
        settle(draft, parent.no, "rejected")
    elif end == places.CANCELLED:
        settle(draft, parent.no, "cancelled")
    elif verdict := KINDS[draft.step(parent).kind].verdict(draft, draft.run(parent.no)):
        settle(draft, parent.no, verdict)


def abandon(draft: Draft, runs: list[int]) -> None:
    """Take runs down with all they set going; their tasks are cancelled."""
    for no in runs:
        leave(draft, draft.run(no))
    draft.drop(runs)


def leave(draft: Draft, run: Run) -> None:
    """What a run owes is owed no more, and what its step set going ends."""
    draft.release(run)
    if draft.item.pause is not None:
        run = stood(draft.item, run)
    if run.state and run.place not in places.RESERVED:
        KINDS[draft.step(run).kind].leave(draft, run)


def pause(draft: Draft, no: int, reason: str, detail: tuple[str, str], place: str = "") -> None:
    """Suspend the item until an administrator retries (at `place`, or where it stands) or ends it. It never passes by itself."""
    draft.record(e.Suspended(Pause(reason, no, place or draft.run(no).place, detail)))
    draft.move(0, "suspend")
    tasks = tuple(calls_for_help(draft))
    root = draft.run(0)
    draft.record(e.Seated(0, tasks, (), root.state))
    for task in tasks:
        draft.touch(draft.run(0), task)


def let_on(draft: Draft) -> None:
    """An administrator lets the item go on: what is open does what it could not do before, or what came meanwhile settles it."""
    for run in list(draft.item.runs.values()):
        if not run.state or run.place in places.RESERVED or run.no not in draft.item.runs:
            continue
        if draft.item.pause is not None or draft.item.ended is not None:
            return
        try:
            verdict = KINDS[draft.step(run).kind].again(draft, draft.run(run.no))
        except ConditionError as error:
            pause(draft, run.no, error.reason, (error.message_zh, error.message_en))
            return
        if verdict:
            settle(draft, run.no, verdict)


def fire(draft: Draft) -> None:
    """Every moment that has come, once, in the order of their times."""
    while draft.item.ended is None and draft.item.pause is None and (come := moments.earliest(draft)) is not None:
        no, moment = come
        try:
            _fire(draft, no, moment)
        except ConditionError as error:
            pause(draft, no, error.reason, (error.message_zh, error.message_en))
        except StuckError as error:
            pause(draft, no, error.reason, error.detail, error.place)


def _fire(draft: Draft, no: int, moment: Moment) -> None:
    run = draft.run(no)
    step = draft.step(run)
    moments.take(draft, no)
    if moment.kind == "open":
        verdict, reason = unlock(draft, no, step, run.round)
        if verdict:
            settle(draft, no, verdict, reason=reason)
        else:
            for inner in [one.no for one in draft.item.runs.values() if one.parent == no]:
                if _stands(draft, inner):
                    enter(draft, inner)
    elif moment.kind == "remind":
        moments.remind(draft, no)
    elif moment.kind == "beat":
        if verdict := KINDS[step.kind].strike(draft, no, moment):
            settle(draft, no, verdict)
    elif moment.kind == "due":
        _late(draft, no, step.late if isinstance(step.late, str) else "")
    elif isinstance(step.late, tuple):
        moments.climb(draft, no, step.late[moment.n])
        _late(draft, no, step.late[moment.n].then)


def _late(draft: Draft, no: int, rule: str) -> None:
    if rule == "escalate":
        moments.escalate(draft, no)
    elif rule == "end":
        _conclude_rows(draft, no, "approved")
        settle(draft, no, "approved", reason="due")
    elif rule == "continue":
        _conclude_rows(draft, no, "late")
        settle(draft, no, "late", reason="due")
    elif rule == "reject":
        settle(draft, no, "late", reason="due", trigger="expire")
    elif rule == "cancel":
        settle(draft, no, "cancelled", reason="due")


def _conclude_rows(draft: Draft, no: int, verdict: Verdict) -> None:
    """The rows of an `each` that is late end with it, as they stand: what people gave there is not lost."""
    for run in [one for one in draft.item.runs.values() if one.parent == no and one.row >= 0 and one.state]:
        _conclude(draft, run, draft.step(run), verdict, "due")


def _conclude(draft: Draft, run: Run, step: Step, verdict: Verdict, reason: str) -> None:
    """Nothing is owed at a run any more, or below it; what its step came to is kept."""
    if inner := draft.below(run.no):
        abandon(draft, inner)
    path = step_path(run)
    result = _result(draft, run, step, path, verdict, reason)
    leave(draft, run)
    draft.record(e.Resulted(run.no, path, result))


def _result(draft: Draft, run: Run, step: Step, path: str, verdict: Verdict, reason: str) -> Result:
    doers = tuple(
        [task.person for task in run.tasks.values() if task.state in ("voted", "done") and task.duty != "assign"]
    )
    numbers = tuple(run.tasks)
    kind = KINDS[step.kind]
    exported = kind.export(draft, run) if run.state else NOTHING_MORE
    return Result(
        verdict or "cancelled", run.round or draft.item.rounds.get(path, 0), run.opened_at or draft.now, draft.now,
        timed_out=(run.late or reason == "due") and not kind.lasts, doers=doers, ayes=run.ayes, noes=run.noes, marks=tuple(run.marks.items()),
        answers=tuple(run.answers.items()), reason=reason, tasks=(numbers[0], numbers[-1]) if numbers else (),
        rows=exported.rows, extra=(*exported.extra, *run.names.items()), apart=exported.apart,
    )  # fmt: skip

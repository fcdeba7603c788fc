"""Verbs about the item as a whole: `withdraw` 撤回, `terminate` 终止, `retry` 重试, `comment` 留言, `nudge` 催办."""

from __future__ import annotations

from datetime import timedelta

from workflow.domain import event as e
from workflow.domain.command import Refused
from workflow.domain.effect import Send
from workflow.steps.course import abandon, enter, finish, leave, let_on
from workflow.steps.draft import Draft
from workflow.verbs.answer import recount
from workflow.verbs.automatic import reconsider
from workflow.verbs.verb import Verb, administrates, may_see, over, words

NUDGE_EVERY = timedelta(hours=1)


def _withdraw(draft: Draft) -> Refused | None:
    if refusal := over(draft.item):
        return refusal
    if draft.command.actor != draft.item.submitter:
        return Refused("submitter_only")
    return _end(draft, "withdraw", needed=False)


def _terminate(draft: Draft) -> Refused | None:
    if refusal := administrates(draft) or over(draft.item):
        return refusal
    return _end(draft, "terminate", needed=True)


def _end(draft: Draft, trigger: str, *, needed: bool) -> Refused | None:
    comment = words(draft, needed=needed)
    if isinstance(comment, Refused):
        return comment
    if comment:
        draft.record(e.Said(comment))
    end(draft, trigger)
    return None


def end(draft: Draft, trigger: str, verdict: str = "") -> None:
    """The item is over, wherever it stood."""
    abandon(draft, draft.below(0))
    leave(draft, draft.run(0))
    finish(draft, 0, draft.move(0, trigger, verdict))


def _retry(draft: Draft) -> Refused | None:
    if refusal := administrates(draft) or over(draft.item):
        return refusal
    pause = draft.item.pause
    if pause is None:
        return Refused("not_suspended")
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    draft.record(e.Said(comment))
    draft.record(e.Resumed())
    root = draft.run(0)
    calls = [task for task in root.tasks.values() if task.state == "open" and not task.part]
    draft.record(e.Seated(0, (), tuple((task.no, "cancelled") for task in calls), root.state))
    for task in calls:
        draft.touch(draft.run(0), draft.run(0).tasks[task.no])
    draft.move(0, f"retry>{pause.place.partition('/')[0]}")
    for run in list(draft.item.runs.values()):
        waits = run.state == "shut" and not run.moments  # its moment had come, and then it could not open
        if (not run.state or waits) and run.no in draft.item.runs and draft.item.pause is None and not draft.item.ended:
            enter(draft, run.no, again=True)
    let_on(draft)
    if draft.item.pause is None and not draft.item.ended:
        reconsider(draft)
        recount(draft)
    return None


def _comment(draft: Draft) -> Refused | None:
    if not may_see(draft):
        return Refused("not_yours_to_see")
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    draft.record(e.Said(comment))
    return None


def _nudge(draft: Draft) -> Refused | None:
    item, actor = draft.item, draft.command.actor
    if refusal := over(item):
        return refusal
    if actor != item.submitter and not draft.organisation.coordinates(actor, item.unit, draft.now):
        return Refused("not_allowed", {"verb": "nudge"})
    if item.nudged is not None and draft.now - item.nudged < NUDGE_EVERY:
        return Refused("nudged_lately", {"at": item.nudged})
    owing = [
        (run, task) for run in item.runs.values() for task in run.tasks.values()
        if task.state == "open" and task.person != actor and task.duty != "watch"
    ]  # fmt: skip
    if not owing:
        return Refused("nobody_owes")
    draft.record(e.Informed("nudge", tuple(task.person for _, task in owing)))
    draft.effects += [Send("nudge", person=task.person, task=task.no, step=run.place) for run, task in owing]
    return None


WITHDRAW = Verb("withdraw", "撤回", _withdraw)
TERMINATE = Verb("terminate", "终止", _terminate)
RETRY = Verb("retry", "重试", _retry)
COMMENT = Verb("comment", "意见", _comment)
NUDGE = Verb("nudge", "催办", _nudge)

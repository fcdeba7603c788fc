"""When a step is due, reminds, and what its lateness does. Only computes and fires; `course` decides what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Rung, Step
from workflow.domain.effect import Send
from workflow.domain.item import Moment
from workflow.grammars.evaluate import evaluate_moment
from workflow.steps.deeds.deeds import perform
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.kinds.collect import invite

MOST_REMINDERS = 5
BY_DEFAULT = (50, 80)
"""Reminders by default: so many per cent of the way to `due`."""


def opening(draft: Draft, no: int, step: Step) -> datetime | None:
    """The moment before which a step does not open; None when it opens at once."""
    return None if step.open is None else _moment(step.open, Scene(draft, no), draft.now)


def schedule(draft: Draft, no: int, step: Step) -> tuple[Moment, ...]:
    """The moments of a step that opens now, in order. What is inside never outlives its parent's `due`."""
    if step.due is None:
        return ()
    scene, now = Scene(draft, no), draft.now
    due, limit = _moment(step.due, scene, now), _outer(draft, no)
    if limit is not None and limit < due:
        due = limit
    if step.remind is None:
        found = _on_the_way(now, due)
    else:
        reminders = [_moment(one, scene, now) for one in step.remind]
        found = (*[Moment(at, "remind") for at in sorted(reminders) if at > now][:MOST_REMINDERS], Moment(due, "due"))
    ladder = step.late if isinstance(step.late, tuple) else ()
    if ladder or step.remind:
        found += tuple(Moment(after(scene, due, rung), "late", n) for n, rung in enumerate(ladder))
        found = tuple(sorted(found, key=attrgetter("at")))  # those that come together stay in order, as `_order` says
    return found


@lru_cache(maxsize=256)
def _on_the_way(now: datetime, due: datetime) -> tuple[Moment, ...]:
    """The default reminders, and `due`: what is decided together asks for the same again and again."""
    way = due - now
    shares = BY_DEFAULT if due > now else ()
    return (*[Moment(now + way * share // 100, "remind") for share in shares], Moment(due, "due"))


def after(scene: Scene, due: datetime, rung: Rung) -> datetime:
    """When a rung of the ladder is reached."""
    return scene.shift(due, rung.after, 1)


def earliest(draft: Draft) -> tuple[int, Moment] | None:
    """The next moment that has come, with its run; None when nothing is due by now."""
    come = [
        (run.moments[0], run.no) for run in draft.item.runs.values() if run.moments and run.moments[0].at <= draft.now
    ]
    if not come:
        return None
    first, no = min(come, key=lambda one: (_order(one[0]), one[1]))
    return no, first


def take(draft: Draft, no: int) -> None:
    """The run's first moment has fired. Of several reminders that are past, the last alone is sent: late, but once."""
    run = draft.run(no)
    fired = [run.moments[0]]
    if fired[0].kind == "remind":
        fired += [one for one in run.moments[1:] if one.kind == "remind" and one.at <= draft.now]
    rest = tuple(one for one in run.moments if one not in fired)
    draft.record(e.Timed(no, tuple(one.kind for one in fired), rest, fired[0].kind == "due"))


def remind(draft: Draft, no: int) -> None:
    """Those who still owe something at this run are reminded."""
    run = draft.run(no)
    if run.state == "gathering":
        invite(draft, no, draft.step(run))
    owing = [task for task in run.tasks.values() if task.state == "open"]
    if owing:
        draft.record(e.Informed("remind", tuple(task.person for task in owing), run.place))
        draft.effects += [Send("remind", person=task.person, task=task.no, step=run.place) for task in owing]


def escalate(draft: Draft, no: int) -> None:
    """The coordinators of the tier above the step's are told; above the top, the administrators. It decides nothing."""
    organisation, run = draft.organisation, draft.run(no)
    unit = _unit_of(draft, no)
    _, persons = organisation.coordinators_above(unit, draft.now)
    persons = persons or organisation.administrators(draft.now)
    draft.record(e.Informed("escalate", persons, run.place))
    draft.effects += [Send("escalate", person=person, step=run.place) for person in persons]


def climb(draft: Draft, no: int, rung: Rung) -> None:
    """Do what a rung of the ladder says."""
    for action in rung.actions:
        perform(draft, no, action)


def _unit_of(draft: Draft, no: int) -> str:
    organisation, unit = draft.organisation, draft.unit(no)
    for actor in draft.step(draft.run(no)).who:
        parts = actor.who.parts
        if len(parts) == 2 and parts[0] in organisation.tiers:
            return organisation.unit_at(parts[0], unit) or unit
    return unit


def _outer(draft: Draft, no: int) -> datetime | None:
    parent = draft.run(no).parent
    while parent >= 0:
        run = draft.run(parent)
        for one in run.moments:
            if one.kind == "due":
                return one.at
        parent = run.parent
    return None


def _moment(value: tree.Value, scene: Scene, origin: datetime) -> datetime:
    return evaluate_moment(value, scene, origin).astimezone(UTC)


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """Moments as they fire, one after the other."""
    return sorted(moments, key=_order)


def _order(one: Moment) -> tuple[datetime, int, int]:
    return one.at, ("open", "beat", "remind", "due", "late").index(one.kind), one.n

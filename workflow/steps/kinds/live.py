"""`live` 直播: people watch over something that is on the air, from its opening until it is due.

It opens only when every step before it passed or was skipped. An all-clear is owed every `beat`; one press of any watcher stops it
and does the `stop` deeds at once; `restart` different watchers set it going again. The presses themselves are verbs/watching.py's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.effect import Send
from workflow.domain.item import Moment, Run, Task
from workflow.domain.tree import Duration
from workflow.domain.watching import watch_of
from workflow.organisation.model import Candidate
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import ADMINISTRATOR, candidates, may_still
from workflow.steps.environment import Scene
from workflow.steps.kinds.kind import TIMED, Exported, Kind, StuckError, Verdict, way_on
from workflow.steps.moments import in_order

PASSED = frozenset({"approved", "skipped"})
OWED_NOW, STILL_SILENT, UNHEARD = 0, 1, 2
"""What a `beat` moment means: the all-clear is owed now; half as long again, and still nobody has said it; a stop's webhooks
have had their time to arrive."""
PATIENCE = timedelta(minutes=1)
"""How long whoever watches may take it that a webhook will cut it off."""


def _open(draft: Draft, no: int, step: Step, round_: int, moments: tuple[Moment, ...]) -> Verdict:
    if failed := list(unpassed(draft, no)):
        back = failed[0].partition("/")[0] if not no else step.place  # a retry goes through that step again
        raise StuckError("gates", ("、".join(failed), ", ".join(failed)), back)
    found, lacking = _watchers(draft, no, step)
    first = draft.item.next_task
    tasks = tuple(Task(first + n, one.person, "", one.right, "open", duty="watch") for n, one in enumerate(found))
    if lacking:
        draft.record(e.Informed("unstaffed", tuple(task.person for task in tasks), step.place, "nobody"))
    draft.record(e.Opened(no, round_, "open", tasks, moments=_with_beats(draft, no, step, moments, draft.now)))
    run = draft.run(no)
    for task in tasks:
        draft.touch(run, task)
    return ""


def unpassed(draft: Draft, no: int) -> Iterator[str]:
    """The steps before the one that run `no` stands at, at every depth, that neither passed nor were skipped: their paths."""
    run: Run | None = draft.run(no)
    while run is not None:
        place = draft.item.pause.place if draft.item.pause is not None and not run.no else run.place
        for step in _before(draft, place):
            path = f"{run.path}/{step.name}" if run.path else step.name
            result = draft.item.results.get(path)
            if result is None or result.result not in PASSED:
                yield path
                continue
            yield from (  # what went on inside it in this round, whatever became of the whole
                inner for inner, one in draft.item.results.items()
                if inner.startswith(f"{path}/") and one.began >= result.began and one.result not in PASSED
            )  # fmt: skip
        run = draft.item.runs.get(run.parent)


def _before(draft: Draft, place: str) -> Iterator[Step]:
    """The steps that come before a place within its own sequence."""
    around = draft.definition.places.get(place.rpartition("/")[0])
    if around is not None and around.kind in ("all", "each"):
        return
    for step in around.body if around is not None else draft.definition.steps:
        if step.place == place:
            return
        yield step


def _watchers(draft: Draft, no: int, step: Step) -> tuple[list[Candidate], bool]:
    """Who watches, and whether nobody did whom the flow names: then the coordinators above, else the administrators."""
    organisation = draft.organisation
    named = [one for one in candidates(draft, no, step.who)[0] if organisation.active(one.person)]
    if named:
        return named, False
    above, persons = organisation.coordinators_above(draft.item.unit, draft.now)
    while above is not None and not persons:
        above, persons = organisation.coordinators_above(above, draft.now)
    if above is not None:
        return [Candidate(one, "", f"{above}:{organisation.coordinator}") for one in persons], True
    return [Candidate(one, "", ADMINISTRATOR) for one in organisation.administrators(draft.now)], True


# ------------------------------------------------------------------------------------------------ the all-clear


def beats(draft: Draft, no: int, step: Step, since: datetime) -> tuple[Moment, ...]:
    """The moments of a run with the all-clear owed one `beat` after `since`; none where the flow asks for none."""
    return _with_beats(draft, no, step, draft.run(no).moments, since)


def silence(run: Run) -> tuple[Moment, ...]:
    """The moments of a run in which nobody owes an all-clear."""
    return tuple(one for one in run.moments if one.kind != "beat")


def stopping(draft: Draft, run: Run, *, calls: bool) -> tuple[Moment, ...]:
    """The same, with the moment at which the webhooks of the stop should have arrived, where it calls any."""
    silent = silence(run)
    return tuple(in_order([*silent, Moment(draft.now + PATIENCE, "beat", UNHEARD)])) if calls else silent


def warn(draft: Draft, no: int, what: str) -> None:
    """Everybody who watches is told that the cut is not certain."""
    run = draft.run(no)
    watching = [task for task in run.tasks.values() if task.state == "open"]
    place = draft.place(no)
    draft.record(e.Informed(what, tuple(task.person for task in watching), place))
    draft.effects += [Send(what, person=task.person, task=task.no, step=place) for task in watching]


def _with_beats(draft: Draft, no: int, step: Step, moments: tuple[Moment, ...], since: datetime) -> tuple[Moment, ...]:
    others = [one for one in moments if one.kind != "beat"]
    beat: Duration | None = step.own.get("beat")
    if beat is None:
        return tuple(others)
    at = Scene(draft, no).shift(since, beat, 1)
    due = next((one.at for one in others if one.kind == "due"), None)
    if due is None or at < due:
        others.append(Moment(at, "beat", OWED_NOW))
    return tuple(in_order(others))


def _strike(draft: Draft, no: int, moment: Moment) -> Verdict:
    """Nobody has said that all is well: the watchers are asked at once, and the coordinators above when they stay silent."""
    run = draft.run(no)
    step = draft.step(run)
    if moment.n == UNHEARD:
        if run.watch is not None and run.watch.cuts:
            warn(draft, no, "unheard")
        return ""
    if moment.n == STILL_SILENT:
        organisation = draft.organisation
        _, persons = organisation.coordinators_above(_unit(draft, step), draft.now)
        persons = persons or organisation.administrators(draft.now)
        draft.record(e.Informed("escalate", persons, step.place, "beat"))
        draft.effects += [Send("silent", person=person, step=step.place) for person in persons]
        return ""
    after = beats(draft, no, step, draft.now)
    owed = next((one.at for one in after if one.kind == "beat"), None)
    if owed is not None:
        after = tuple(in_order([*after, Moment(draft.now + (owed - draft.now) / 2, "beat", STILL_SILENT)]))
    draft.record(e.Missed(no, after))
    watching = [task for task in run.tasks.values() if task.state == "open"]
    draft.record(e.Informed("beat", tuple(task.person for task in watching), step.place))
    draft.effects += [Send("beat", person=task.person, task=task.no, step=step.place) for task in watching]
    refresh(draft, no)
    return ""


def _unit(draft: Draft, step: Step) -> str:
    """The lowest unit whose people watch: who is told stands above it."""
    organisation, unit = draft.organisation, draft.item.unit
    for actor in step.who:
        parts = actor.who.parts
        if len(parts) == 2 and parts[0] in organisation.tiers:
            return organisation.unit_at(parts[0], unit) or unit
    return unit


def refresh(draft: Draft, no: int) -> None:
    """Every watcher's panel is shown anew."""
    run = draft.run(no)
    for task in run.tasks.values():
        if task.state == "open":
            draft.touch(run, task)


# ------------------------------------------------------------------------------------------------ the rest of the kind


def _verdict(_draft: Draft, _run: Run) -> Verdict:
    return ""  # only time ends it


def _export(draft: Draft, run: Run) -> Exported:
    watch = watch_of(run, draft.now)
    figures = {"停播次数": watch.stops, "漏报次数": watch.missed}
    return Exported(extra=tuple((name, {"type": "int", "value": n}) for name, n in figures.items()))


def _restaff(draft: Draft, run: Run) -> None:
    """Watchers who lost their post watch no more, who holds it now does; with nobody left, those above are asked."""
    if run.state != "open" or run.place in places.RESERVED:
        return
    step = draft.step(run)
    found, lacking = _watchers(draft, run.no, step)
    open_ = [task for task in run.tasks.values() if task.state in OWED]
    lost = tuple((task.no, "lost") for task in open_ if not may_still(draft, task))
    gone = {no for no, _ in lost}
    staying = {task.person for task in open_ if task.no not in gone}
    if lacking and staying:
        found = []
    first = draft.item.next_task
    fresh = [one for one in found if one.person not in staying]
    added = tuple(Task(first + n, one.person, "", one.right, "open", duty="watch") for n, one in enumerate(fresh))
    if not lost and not added:
        return
    if lacking and added:
        draft.record(e.Informed("unstaffed", tuple(task.person for task in added), step.place, "nobody"))
    draft.record(e.Seated(run.no, added, lost, "open"))
    after = draft.run(run.no)
    for no in (*gone, *(task.no for task in added)):
        draft.touch(after, after.tasks[no])


LIVE = Kind(
    "live", "actors", _open, _verdict, way_on,
    keys={"beat": "duration", "stop": "actions", "restart": "headcount"}, common=TIMED, owed=("due", "stop"), late="end", gated=True, lasts=True,
    exports={"停播次数": "int", "漏报次数": "int"}, export=_export, strike=_strike, actors="do", duty="watch", restaff=_restaff,
)  # fmt: skip

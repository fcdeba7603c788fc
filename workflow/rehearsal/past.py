"""What would have become of a past item under another version of its flow: its own votes, at their own times, on the real decision core.

Nobody knows how people would have decided where they were never asked: such votes are taken as given at once, and said to be assumed.
Not here: reading the past (store), printing (cli).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM
from workflow.domain.definition import Definition
from workflow.domain.fold import refold, step_path
from workflow.domain.item import Item, Line, Result, Task
from workflow.lifecycle import IllegalMoveError, Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.setting import ITEM
from workflow.rehearsal.stage import Stage
from workflow.steps.answers import digest
from workflow.steps.course import enter, settle
from workflow.steps.draft import Draft
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.votes import call_next
from workflow.steps.work import finished, several
from workflow.verbs.answer import take
from workflow.verbs.back import go_back, hand_in_again, targets
from workflow.verbs.verb import Held
from workflow.verbs.vote import cast
from workflow.verbs.whole import end
from workflow.verbs.work import go_on

MOST: Final = 200
"""Votes that are assumed for one item, and moments that are waited for, before it is left where it stands."""
_ENDING: Final = frozenset({"withdraw", "terminate"})

Apply = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Course:
    """How an item went: its state, what each step came to by path, who was asked at which step, and how long all took."""

    state: str
    results: dict[str, Result]
    asked: dict[str, tuple[str, ...]]
    lasted: timedelta

    def waited(self, path: str) -> timedelta:
        """How long a step was open."""
        return self.results[path].ended - self.results[path].began


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past item as it `was`, and as it `would` have gone.

    `assumed`: (step, person) of votes that nobody ever gave; `unasked`: votes that were given, and would not be asked for.
    `lacking`: fields that the flow asks for now and the item does not have.
    """

    was: Course
    would: Course
    assumed: tuple[tuple[str, str], ...]
    unasked: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything that people would notice is different: the end, the steps, what they came to, who is asked."""
        return (
            self.was.state != self.would.state
            or _shape(self.was) != _shape(self.would)
            or self.was.asked != self.would.asked
            or bool(self.lacking)
        )


def replay(
    definition: Definition, lifecycle: Lifecycle, organisation: Organisation, events: tuple[e.Event, ...],
    apart: Mapping[tuple[str, int], tuple[Line, ...]] | None = None,
) -> Replayed:  # fmt: skip
    """Run the events of one item, from its first, through another version of its flow. `apart`: its answers that stand apart, by path and round."""
    past = refold("t", events)
    if past is None:
        raise ValueError("an item without events")
    replaying = _Replaying(Stage(definition, lifecycle, organisation, now=events[0].at))
    stage = replaying.stage
    stage.apart = {(ITEM, *where): lines for where, lines in (apart or {}).items()}
    replaying.run(events)
    assert stage.item is not None, "its first event began it"  # noqa: S101
    lacking = [one.name for one in definition.start.form if not one.optional and one.name not in past.form]
    return Replayed(
        course(past, events), course(stage.item, stage.events), tuple(replaying.assumed), tuple(replaying.unasked),
        tuple(lacking),
    )  # fmt: skip


def course(item: Item, events: Iterable[e.Event]) -> Course:
    """How an item went, by its events."""
    held, standing = list(events), {}
    asked: dict[str, dict[str, None]] = {}
    for fact in (fact for event in held for fact in event.facts):
        match fact:
            case e.Moved(run=no, place=place) | e.Forked(run=no, place=place):
                standing[no] = place
            case e.Opened(run=no, tasks=tasks) if tasks:
                asked.setdefault(_name(standing.get(no, "")), {}).update(
                    dict.fromkeys(task.person for task in tasks if task.part)
                )
    last = item.ended or held[-1].at
    people = {name: tuple(sorted(persons)) for name, persons in asked.items() if persons}
    return Course(item.state, dict(item.results), people, last - item.began)


@dataclass
class _Replaying:
    """One item going its way anew."""

    stage: Stage
    assumed: list[tuple[str, str]] = field(default_factory=list)
    unasked: list[tuple[str, str]] = field(default_factory=list)
    _standing: dict[int, str] = field(default_factory=dict)

    def run(self, events: tuple[e.Event, ...]) -> None:
        """Every event at its own time; then what nobody ever decided."""
        for event in events:
            self.wait(event.at)
            self.event(event)
        for _ in range(MOST):
            item = self.stage.item
            if item is None or item.ended is not None or item.place == places.RETURNED or not self.assume():
                return

    def wait(self, at: datetime) -> None:
        """Let time pass; what comes due on the way fires."""
        for _ in range(MOST):
            item = self.stage.item
            due = item.next_at if item is not None else None
            if due is None or due > at:
                break
            self.stage.now = max(self.stage.now, due)
            self.stage.command("wake", SYSTEM)
        self.stage.now = max(self.stage.now, at)

    def event(self, event: e.Event) -> None:
        """One event of the past: whoever did something then does it now."""
        for fact in event.facts:
            match fact:
                case e.Started():
                    self.decided("submit", event.actor, _begin(fact))
                case e.Moved(run=no, place=place) | e.Forked(run=no, place=place):
                    self._standing[no] = place
                case e.Voted() if self.goes_on():
                    step = _name(self._standing.get(fact.run, ""))
                    back = next((one.back.target for one in event.facts if isinstance(one, e.Returned)), "")
                    self.voted(fact, step, _name(back) or back)
                case e.Answered() if self.goes_on():
                    self.answered(fact, _name(self._standing.get(fact.run, "")))
                case e.Taken() if self.goes_on():
                    self.taken(fact, _name(self._standing.get(fact.run, "")))
                case e.Handed() if self.goes_on():
                    self.handed(fact, _name(self._standing.get(fact.run, "")))
                case e.Cleared() | e.Stopped() | e.Agreed() if self.goes_on():
                    self.pressed(event.verb, fact.person, _name(self._standing.get(fact.run, "")))
        if self.goes_on():
            self.whole(event)

    def whole(self, event: e.Event) -> None:
        """What was done about the item as a whole, or found by the system."""
        if event.verb == "resubmit" and self.goes_on(places.RETURNED):
            changed = dict(next((fact.form for fact in event.facts if isinstance(fact, e.Amended)), ()))
            known = {one.name for one in self.stage.definition.start.form}
            changes = {name: value for name, value in changed.items() if name in known}
            self.decided("resubmit", event.actor, lambda draft: hand_in_again(draft, changes))
        elif event.verb == "tally":
            self.counted(next(fact.path for fact in event.facts if isinstance(fact, e.Resulted)))
        elif event.verb in _ENDING:
            self.decided(event.verb, event.actor, lambda draft: end(draft, event.verb))

    def goes_on(self, place: str = "") -> bool:
        """Whether the item is under way (and, with `place`, stands there)."""
        item = self.stage.item
        return item is not None and item.ended is None and place in ("", item.place)

    def voted(self, fact: e.Voted, step: str, back: str) -> None:
        """A vote that was given at a step, a return `back` to one; `unasked` where nobody asks for it any more."""
        held = self.seat(step, fact.person)
        if held is None or not self.decided(fact.choice, fact.person, partial(_vote, held, fact, back)):
            self.unasked.append((step, fact.person))

    def taken(self, fact: e.Taken, step: str) -> None:
        """An offer that somebody took; `unasked` where nobody offers it to them any more."""
        for run, task in self.stage.owed():
            if task.person == fact.person and task.duty == "offer" and _name(run.place) == step:
                self.stage.command("take", fact.person, {"task": [task.no, run.round]})
                return
        self.unasked.append((step, fact.person))

    def handed(self, fact: e.Handed, step: str) -> None:
        """What somebody handed in at a task; `unasked` where nobody asks them for it any more."""
        for run, task in self.stage.owed():
            if task.person == fact.person and task.duty in ("do", "offer") and _name(run.place) == step:
                self.decided("done", fact.person, partial(_hand, Held(run, task), fact))
                return
        self.unasked.append((step, fact.person))

    def answered(self, fact: e.Answered, step: str) -> None:
        """What somebody answered who was asked; `unasked` where nobody asks them any more."""
        for run in self.stage.runs():
            if run.state == "open" and _name(run.place) == step:
                for task in run.tasks.values():
                    if task.person == fact.person and task.duty == "do":
                        self.decided("answer", fact.person, partial(_answer, run.no, task, fact))
                        return
        self.unasked.append((step, fact.person))

    def counted(self, path: str) -> None:
        """There were enough answers at the step of this path."""
        for run in self.stage.runs():
            if run.state == "gathering" and step_path(run) == path:
                self.decided("tally", SYSTEM, partial(_enough, run.no))
                return

    def pressed(self, verb: str, person: str, step: str) -> None:
        """What a watcher of a live step did; nothing, where they watch nothing of that name any more."""
        for run, task in self.stage.owed():
            if task.person == person and task.duty == "watch" and _name(run.place) == step:
                self.stage.command(verb, person, {"task": [task.no, run.round]})
                return

    def assume(self) -> bool:
        """The first decision that is owed is given; where only a moment is awaited, it comes. False when neither is there."""
        for run, task in self.stage.owed():
            if task.part and run.place in self.stage.definition.places:
                self.assumed.append((_name(run.place), task.person))
                marks = tuple((line, "pass") for line in self.stage.definition.places[run.place].own.get("items", ()))
                said, held = e.Voted(run.no, task.no, task.person, task.part, "approve", "", marks), Held(run, task)
                return self.decided("approve", task.person, partial(_vote, held, said, ""))
        item = self.stage.item
        if item is None or item.next_at is None:
            return False
        self.wait(item.next_at)
        return True

    def seat(self, step: str, person: str) -> Held | None:
        """The person's open task at the step of that name."""
        for run, task in self.stage.owed():
            if task.person == person and task.part and _name(run.place) == step:
                return Held(run, task)
        return None

    def decided(self, verb: str, actor: str, apply: Apply) -> bool:
        """One decision, made by `apply`, written on the stage; False for what the flow's machine forbids: it does not happen."""
        try:
            self.stage.decided(verb, actor, apply)
        except IllegalMoveError:
            return False
        return True


def _begin(fact: e.Started) -> Apply:
    def apply(draft: Draft) -> None:
        known = {one.name for one in draft.definition.start.form}
        form = tuple((name, value) for name, value in fact.form if name in known)
        flow, version = draft.definition.flow, draft.definition.digest
        draft.item.unit = fact.unit
        draft.record(e.Started(fact.code, flow, version, fact.unit, fact.submitter, form, digest(dict(form))))
        draft.move(0, "submit")
        enter(draft, 0)

    return apply


def _answer(no: int, task: Task, fact: e.Answered, draft: Draft) -> None:
    fields = {one.name for one in draft.step(draft.run(no)).form}
    values = tuple((name, value) for name, value in fact.values if name in fields)
    take(draft, task, e.Answered(no, task.no, fact.person, values, fact.channel))


def _enough(no: int, draft: Draft) -> None:
    settle(draft, no, "approved")


def _vote(held: Held, fact: e.Voted, back: str, draft: Draft) -> None:
    step = draft.step(held.run)
    if fact.choice == "return":
        target = next((place for place in targets(draft, held.run) if _name(place) == back or place == back), "")
        cast(draft, held, "return", "")
        go_back(draft, held, target, "")
        return
    kind = KINDS[step.kind]
    fields = {one.name for one in step.form}
    answers = tuple((name, value) for name, value in fact.answers if name in fields)
    marks = tuple((line, mark) for line, mark in fact.marks if line in step.own.get("items", ()))
    cast(draft, held, fact.choice, "", marks, answers)
    if verdict := kind.verdict(draft, draft.run(held.run.no)):
        settle(draft, held.run.no, verdict)
    else:
        call_next(draft, held.run.no)


def _hand(held: Held, fact: e.Handed, draft: Draft) -> None:
    step = draft.step(held.run)
    fields = {one.name for one in step.form}
    answers = tuple((name, value) for name, value in fact.values if name in fields)
    origin = f"{step_path(held.run)}/{finished(held.run) + 1}" if several(step) else ""
    draft.record(e.Handed(held.run.no, held.task.no, fact.person, answers, origin))
    go_on(draft, held)


def _name(place: str) -> str:
    """The step's own name; a row's is its step's."""
    return place.removesuffix(f"/{places.ROW}").rpartition("/")[2]


def _shape(course: Course) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {path: (one.result, one.doers) for path, one in course.results.items()}

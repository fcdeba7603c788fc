"""What happened to an item, told from its events: one sentence for each fact that says something to people. Not here: other streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from workflow.domain import event as e
from workflow.domain.command import SYSTEM
from workflow.domain.fold import step_path
from workflow.domain.item import Item, Run
from workflow.talk import sight
from workflow.talk.plain import clean, line
from workflow.talk.scene import Scene
from workflow.talk.values import Ink


class Entry(Struct, frozen=True):
    """One line of an item's history. `actor` is a name, `kind` the fact's word; the text names who where it is somebody else."""

    at: datetime
    actor: str
    text: str
    kind: str


class _Teller:
    """Goes through an item's events once, in order, and remembers where each run stands and who holds which task."""

    def __init__(self, item: Item, scene: Scene) -> None:
        self.item, self.scene, self.speaker = item, scene, scene.speaker
        self.pen = Ink(scene.speaker, scene.contents, scene.files)
        self.only = sight.seen(item, scene)
        self.places: dict[int, Run] = {}
        self.holders: dict[int, str] = {}
        self.single: set[int] = set()
        self.event: e.Event

    def entries(self, events: tuple[e.Event, ...]) -> Iterator[Entry]:
        for event in events:
            self.event = event
            for fact in event.facts:
                text = clean(TELL[type(fact)](self, fact))
                if text:
                    actor = event.actor if _own(event.verb, fact) else SYSTEM
                    yield Entry(event.at, self.speaker.person(actor), text, type(fact).__name__.lower())

    # ------------------------------------------------------------------------------------------- what sentences need

    def step(self, no: int) -> str:
        run = self.places.get(no)
        return self.speaker.step(step_path(run) if run is not None and run.row >= 0 else run.place if run else "")

    def people(self, tasks: Any) -> str:
        return self.speaker.people(task.person for task in tasks)

    def words(self, commitment: str) -> str:
        said = self.pen.words(commitment)
        return self.speaker.say("told.words", words=said) if said else ""

    # ------------------------------------------------------------------------------------------- one a fact

    def started(self, fact: e.Started) -> str:
        self.places[0] = Run(0, "start")
        return self.speaker.say("fact.started", unit=fact.unit)

    def amended(self, fact: e.Amended) -> str:
        names = [name for name, _ in fact.form if self.only is None or name in self.only]
        return self.speaker.say("fact.amended", names=self.speaker.listed(names)) if names else ""

    def moved(self, fact: e.Moved) -> str:
        run = self.places.get(fact.run, Run(fact.run, ""))
        self.places[fact.run] = Run(fact.run, fact.place, run.path, run.parent, run.row)
        return self.speaker.say("fact.resubmitted") if fact.trigger.startswith("resubmit") else ""

    def forked(self, fact: e.Forked) -> str:
        self.places[fact.run] = Run(fact.run, fact.place, fact.path, fact.parent, fact.row)
        return ""

    def opened(self, fact: e.Opened) -> str:
        self.holders.update({task.no: task.person for task in fact.tasks})
        self.single.discard(fact.run)
        if fact.need is not None and fact.need.ayes == 1:
            self.single.add(fact.run)
        if fact.state == "joining":
            return ""
        at = self.speaker.when(fact.moments[0].at) if fact.state == "shut" and fact.moments else ""
        people = self.people(task for task in fact.tasks if task.state == "open")
        key = f"fact.opened_{fact.state}" + ("_again" if fact.round > 1 and fact.state == "open" else "")
        return self.speaker.say(key, step=self.step(fact.run), people=people, n=fact.round, at=at)

    def seated(self, fact: e.Seated) -> str:
        self.holders.update({task.no: task.person for task in fact.added})
        said = []
        for outcome in dict.fromkeys(outcome for _, outcome in fact.ended):
            if outcome in ("transferred", "reassigned", "lost"):
                gone = [self.holders.get(no, "") for no, ended in fact.ended if ended == outcome]
                said.append(self.speaker.say(f"fact.seated_{outcome}", people=self.speaker.people(filter(None, gone))))
        if seated := [task for task in fact.added if task.part]:
            said.append(self.speaker.say("fact.seated_added", people=self.people(seated)))
        return ("，" if self.speaker.language == "zh" else ", ").join(said)

    def called(self, fact: e.Called) -> str:
        return self.speaker.say("fact.called", person=self.speaker.person(self.holders.get(fact.task, "")))

    def voted(self, fact: e.Voted) -> str:
        if fact.choice == "return":
            return ""
        failed = [label for label, mark in fact.marks if mark == "fail"]
        marks = self.speaker.say("fact.marked", lines=self.speaker.listed(failed)) if failed else ""
        choice = self.speaker.say(f"choice.{fact.choice}")
        return (
            self.speaker.say("fact.voted", choice=choice, step=self.step(fact.run)) + marks + self.words(fact.comment)
        )

    def timed(self, fact: e.Timed) -> str:
        return self.speaker.say("fact.timed_due", step=self.step(fact.run)) if "due" in fact.fired else ""

    def resulted(self, fact: e.Resulted) -> str:
        result = fact.result
        alone = fact.run in self.single and any(isinstance(one, e.Voted) for one in self.event.facts)
        if result.result == "approved" and (alone or not result.doers):
            return ""
        why = f"why.{result.reason}"
        reason = self.speaker.say(why) if result.reason in ("when", "tier", "due") else ""
        word = self.speaker.say(f"result.{result.result}")
        return self.speaker.say("fact.resulted", step=self.speaker.step(fact.path), result=word) + reason

    def dropped(self, fact: e.Dropped) -> str:
        for no in fact.runs:
            self.places.pop(no, None)
        return ""

    def returned(self, fact: e.Returned) -> str:
        source, target = self.speaker.step(fact.back.source), self.speaker.step(fact.back.target)
        return self.speaker.say("fact.returned", source=source, target=target) + self.words(fact.comment)

    def named(self, fact: e.Named) -> str:
        pairs = [(name, kept.get("value", "") if isinstance(kept, dict) else kept) for name, kept in fact.values]
        pairs = [pair for pair in pairs if self.only is None or pair[0] in self.only]
        return self.speaker.listed(self.speaker.say("fact.named", name=name, value=line(str(v))) for name, v in pairs)

    def counted(self, fact: e.Counted) -> str:
        return self.speaker.say("fact.counted", name=line(fact.name), unit=line(fact.unit), n=fact.n)

    def suspended(self, fact: e.Suspended) -> str:
        step = self.speaker.step(fact.pause.place)
        why = self.speaker.say(
            f"reason.{fact.pause.reason}", step=step, detail=line(self.speaker.of(fact.pause.detail), 300)
        )
        return self.speaker.say("fact.suspended", why=why)

    def resumed(self, _fact: e.Resumed) -> str:
        return self.speaker.say("fact.resumed")

    def said(self, fact: e.Said) -> str:
        return self.speaker.say("fact.said", words=self.pen.words(fact.comment))

    def informed(self, fact: e.Informed) -> str:
        to = self.speaker.listed(self._addressee(one) for one in fact.to)
        return self.speaker.say(f"fact.informed_{fact.what}", step=self.speaker.step(fact.step), to=to)

    def _addressee(self, one: str) -> str:
        return self.speaker.person(one) if self.scene.organisation.person(one) is not None else line(one, 60)

    def ended(self, fact: e.Ended) -> str:
        return self.speaker.say("fact.ended", state=self.speaker.say(f"state.{fact.state}"))


_OWN: Final = (e.Started, e.Amended, e.Moved, e.Voted, e.Returned, e.Said, e.Resumed)


def _own(verb: str, fact: e.Fact) -> bool:
    """Whether a fact is what the actor did, and not what followed from it."""
    if isinstance(fact, e.Seated):
        return verb in ("transfer", "reassign")
    if isinstance(fact, e.Informed):
        return fact.what == "nudge"
    return isinstance(fact, _OWN) or (isinstance(fact, e.Ended) and verb in ("withdraw", "terminate"))


TELL: Final[Mapping[type, Callable[[_Teller, Any], str]]] = {
    e.Started: _Teller.started, e.Amended: _Teller.amended, e.Moved: _Teller.moved, e.Forked: _Teller.forked,
    e.Opened: _Teller.opened, e.Seated: _Teller.seated, e.Called: _Teller.called, e.Voted: _Teller.voted,
    e.Timed: _Teller.timed, e.Resulted: _Teller.resulted, e.Dropped: _Teller.dropped, e.Returned: _Teller.returned,
    e.Named: _Teller.named, e.Counted: _Teller.counted, e.Suspended: _Teller.suspended, e.Resumed: _Teller.resumed,
    e.Said: _Teller.said, e.Informed: _Teller.informed, e.Ended: _Teller.ended,
}  # fmt: skip
"""How each fact is told; a test holds it against the list of facts."""


def timeline(item: Item, scene: Scene) -> tuple[Entry, ...]:
    """The item's history, the oldest first, out of `scene.events`; what the reader may not see of it is left out."""
    return tuple(_Teller(item, scene).entries(scene.events.get(item.id, ())))

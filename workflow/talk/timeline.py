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
from workflow.grammars.values import Money
from workflow.steps.amending import is_giver
from workflow.steps.kinds.rank import SELECTED
from workflow.steps.secrecy import step_at
from workflow.talk import sight
from workflow.talk.plain import clean, line
from workflow.talk.scene import Scene
from workflow.talk.sight import UNVOTED
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
        if run is None or run.row >= 0:
            return self.speaker.step(step_path(run) if run is not None else "")
        row = next((one.row for one in self._above(run) if one.row >= 0), -1)
        step = self.speaker.step(run.place)
        return step if row < 0 else f"{step} · {row + 1}"

    def _above(self, run: Run) -> Iterator[Run]:
        """The runs that a run is inside of, the nearest first."""
        while run.no and (above := self.places.get(run.parent)) is not None:
            yield above
            run = above

    def people(self, tasks: Any) -> str:
        return self.speaker.people(task.person for task in tasks)

    def words(self, commitment: str) -> str:
        said = self.pen.words(commitment)
        return self.speaker.say("told.words", words=said) if said else ""

    # ------------------------------------------------------------------------------------------- one a fact

    def started(self, fact: e.Started) -> str:
        self.places[0] = Run(0, "start")
        return self.speaker.say("fact.started", unit=fact.unit)

    def fired(self, fact: e.Fired) -> str:
        return self.speaker.say("fact.fired_late" if fact.late else "fact.fired", at=self.speaker.when(fact.moment))

    def merged(self, _fact: e.Merged) -> str:
        return self.speaker.say("fact.merged")

    def noticed(self, fact: e.Noticed) -> str:
        values = [self.speaker.say("fact.noticed_per", per=line(str(kept["value"]), 60)) for _, kept in fact.per]
        return self.speaker.say("fact.noticed", rule=line(fact.rule, 60), n=fact.n, per="".join(values))

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
            if outcome in ("transferred", "reassigned", "lost", "declined"):
                gone = [self.holders.get(no, "") for no, ended in fact.ended if ended == outcome]
                said.append(self.speaker.say(f"fact.seated_{outcome}", people=self.speaker.people(filter(None, gone))))
        if seated := [task for task in fact.added if task.part or task.duty]:
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

    def taken(self, fact: e.Taken) -> str:
        return self.speaker.say("fact.taken", step=self.step(fact.run))

    def handed(self, fact: e.Handed) -> str:
        return self.speaker.say("fact.handed", step=self.step(fact.run)) + self.words(fact.comment)

    def answered(self, fact: e.Answered) -> str:
        step = self.step(fact.run)
        if not fact.channel:
            return self.speaker.say("fact.answered", step=step)
        channel = self.speaker.say(f"record.{fact.channel}")
        return self.speaker.say("fact.recorded", step=step, person=self.speaker.person(fact.person), channel=channel)

    def timed(self, fact: e.Timed) -> str:
        return self.speaker.say("fact.timed_due", step=self.step(fact.run)) if "due" in fact.fired else ""

    def resulted(self, fact: e.Resulted) -> str:
        result = fact.result
        alone = fact.run in self.single and any(isinstance(one, e.Voted) for one in self.event.facts)
        if result.result == "approved" and (alone or not result.doers):
            return ""
        why = f"why.{result.reason}"
        reason = self.speaker.say(why) if result.reason in ("when", "tier", "due", "short") else ""
        step = step_at(self.scene.definition(self.item), fact.path)
        handed = result.result == "approved" and step is not None and step.kind in UNVOTED
        word = self.speaker.say("result.done" if handed else f"result.{result.result}")
        return self.speaker.say("fact.resulted", step=self.speaker.step(fact.path), result=word) + reason

    def cleared(self, fact: e.Cleared) -> str:
        return self.speaker.say("fact.cleared", step=self.step(fact.run))

    def missed(self, fact: e.Missed) -> str:
        return self.speaker.say("fact.missed", step=self.step(fact.run))

    def stopped(self, fact: e.Stopped) -> str:
        return self.speaker.say("fact.stopped", step=self.step(fact.run))

    def confirmed(self, fact: e.Confirmed) -> str:
        key = "fact.confirmed" if fact.arrived else "fact.unconfirmed"
        return self.speaker.say(key, step=self.step(fact.run), hook=line(fact.hook, 60))

    def agreed(self, fact: e.Agreed) -> str:
        return self.speaker.say("fact.agreed", step=self.step(fact.run))

    def restarted(self, fact: e.Restarted) -> str:
        return self.speaker.say("fact.restarted", step=self.step(fact.run))

    def kept(self, fact: e.Kept) -> str:
        names = [self.speaker.step(path) for path in fact.paths]
        return self.speaker.say("fact.kept", names=self.speaker.listed(names)) if names else ""

    def committed(self, fact: e.Committed) -> str:
        said = [
            self.speaker.say("fact.committed", step=self.speaker.step(place), seed=seed) for place, seed in fact.seeds
        ]
        return ("；" if self.speaker.language == "zh" else "; ").join(said)

    def revised(self, fact: e.Revised) -> str:
        return self.speaker.say(
            "fact.revised", step=self.speaker.step(fact.path), person=self.speaker.person(fact.person)
        )

    def drawn(self, fact: e.Drawn) -> str:
        step = self.speaker.step(fact.path)
        return self.speaker.say("fact.drawn", step=step, n=len(fact.pool), drawn=len(fact.drawn), seed=fact.seed)

    def ranked(self, fact: e.Ranked) -> str:
        selected = sum(dict(one.values)[SELECTED]["value"] for one in fact.rows)
        return self.speaker.say("fact.ranked", step=self.step(fact.run), n=len(fact.rows), selected=selected)

    def dropped(self, fact: e.Dropped) -> str:
        for no in fact.runs:
            self.places.pop(no, None)
        return ""

    def ran(self, fact: e.Ran) -> str:
        flow = self.scene.flows.get(fact.flow)
        return self.speaker.say("fact.ran", flow=line(flow.title if flow is not None else fact.flow, 60))

    def joined(self, fact: e.Joined) -> str:
        state = self.speaker.say(f"state.{fact.end}")
        return self.speaker.say("fact.joined", step=self.step(fact.run), code=line(fact.code, 20), state=state)

    def returned(self, fact: e.Returned) -> str:
        source, target = self.speaker.step(fact.back.source), self.speaker.step(fact.back.target)
        if is_giver(fact.back.target):
            target = self.speaker.say("name.giver")
        return self.speaker.say("fact.returned", source=source, target=target) + self.words(fact.comment)

    def named(self, fact: e.Named) -> str:
        pairs = [(name, kept.get("value", "") if isinstance(kept, dict) else kept) for name, kept in fact.values]
        pairs = [pair for pair in pairs if self.only is None or pair[0] in self.only]
        return self.speaker.listed(self.speaker.say("fact.named", name=name, value=line(str(v))) for name, v in pairs)

    def counted(self, fact: e.Counted) -> str:
        return self.speaker.say("fact.counted", name=line(fact.name), unit=line(fact.unit), n=fact.n)

    def held(self, fact: e.Held) -> str:
        said = self.speaker.say("fact.held", **self._money(fact), account=self.account(fact.account))
        return said if self.only is None else ""

    def released(self, fact: e.Released) -> str:
        said = self.speaker.say("fact.released", **self._money(fact), account=self.account(fact.account))
        return said if self.only is None else ""

    def paid(self, fact: e.Paid) -> str:
        source, target = self.account(fact.source), self.account(fact.target)
        capped = self.speaker.say("fact.paid_capped", asked=Money(fact.asked)) if fact.asked else ""
        said = self.speaker.say("fact.paid", **self._money(fact), source=source, target=target) + capped
        return said if self.only is None else ""

    def lacked(self, fact: e.Lacked) -> str:
        return self.speaker.say(
            "fact.lacked", account=self.account(fact.account), currency=line(fact.currency), asked=Money(fact.asked),
            there=Money(fact.there),
        )  # fmt: skip

    def _money(self, fact: e.Held | e.Released | e.Paid) -> dict[str, object]:
        return {"currency": line(fact.currency), "amount": Money(fact.amount)}

    def account(self, account: str) -> str:
        return self.speaker.account(account)

    def added(self, fact: e.Added) -> str:
        return self.speaker.say("fact.added", list=line(fact.listed))

    def reported(self, _fact: e.Reported) -> str:
        return ""

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
        why = line(fact.why, 200)
        if fact.what == "invite" and why:
            why = self.speaker.say("answers.people", n=why)
        return self.speaker.say(f"fact.informed_{fact.what}", step=self.speaker.step(fact.step), to=to, why=why)

    def _addressee(self, one: str) -> str:
        return self.speaker.person(one) if self.scene.organisation.person(one) is not None else line(one, 60)

    def ended(self, fact: e.Ended) -> str:
        return self.speaker.say("fact.ended", state=self.speaker.say(f"state.{fact.state}"))


_OWN: Final = (
    e.Started,
    e.Merged,
    e.Amended,
    e.Moved,
    e.Voted,
    e.Taken,
    e.Handed,
    e.Answered,
    e.Returned,
    e.Said,
    e.Resumed,
    e.Cleared,
    e.Stopped,
    e.Agreed,
)


def _own(verb: str, fact: e.Fact) -> bool:
    """Whether a fact is what the actor did, and not what followed from it."""
    if isinstance(fact, e.Seated):
        return verb in ("transfer", "reassign", "decline", "assign")
    if isinstance(fact, e.Informed):
        return fact.what == "nudge"
    return isinstance(fact, _OWN) or (isinstance(fact, e.Ended) and verb in ("withdraw", "terminate"))


TELL: Final[Mapping[type, Callable[[_Teller, Any], str]]] = {
    e.Committed: _Teller.committed, e.Drawn: _Teller.drawn, e.Revised: _Teller.revised, e.Ranked: _Teller.ranked,
    e.Ran: _Teller.ran, e.Joined: _Teller.joined, e.Started: _Teller.started, e.Fired: _Teller.fired, e.Merged: _Teller.merged, e.Noticed: _Teller.noticed,
    e.Amended: _Teller.amended, e.Moved: _Teller.moved, e.Forked: _Teller.forked,
    e.Answered: _Teller.answered, e.Taken: _Teller.taken, e.Handed: _Teller.handed, e.Opened: _Teller.opened, e.Seated: _Teller.seated, e.Called: _Teller.called, e.Voted: _Teller.voted,
    e.Cleared: _Teller.cleared, e.Missed: _Teller.missed, e.Stopped: _Teller.stopped, e.Confirmed: _Teller.confirmed,
    e.Agreed: _Teller.agreed, e.Restarted: _Teller.restarted, e.Kept: _Teller.kept, e.Timed: _Teller.timed, e.Resulted: _Teller.resulted, e.Dropped: _Teller.dropped, e.Returned: _Teller.returned,
    e.Named: _Teller.named, e.Counted: _Teller.counted, e.Held: _Teller.held, e.Released: _Teller.released,
    e.Paid: _Teller.paid, e.Lacked: _Teller.lacked, e.Added: _Teller.added, e.Reported: _Teller.reported, e.Suspended: _Teller.suspended, e.Resumed: _Teller.resumed,
    e.Said: _Teller.said, e.Informed: _Teller.informed, e.Ended: _Teller.ended,
}  # fmt: skip
"""How each fact is told; a test holds it against the list of facts."""


def timeline(item: Item, scene: Scene) -> tuple[Entry, ...]:
    """The item's history, the oldest first, out of `scene.events`; what the reader may not see of it is left out."""
    return tuple(_Teller(item, scene).entries(scene.events.get(item.id, ())))

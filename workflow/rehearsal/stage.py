"""One item under way on the real decision core: the clock that only moves when told, and every command decided at once. Not here: what cases say."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from workflow.decide import Apart, Decision, decide, decision_of, gather, wake_first
from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.effect import Add, Count, Merge, Order, Window
from workflow.domain.fold import refold, unborn
from workflow.domain.item import Item, Run, Task
from workflow.domain.item import Line as Row
from workflow.domain.tree import Field, Value
from workflow.grammars.evaluate import evaluate_moment
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.purse import Counted, Given, opening, with_row
from workflow.steps.draft import Draft, Ended, Look, Needs, Random, WantingError, World
from workflow.steps.environment import Scene
from workflow.verbs.join import MERGED

MONDAY: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When every rehearsal begins: a Monday, nine o'clock in Beijing; nobody has published a calendar for these days."""

_NOBODY: Final = str(uuid.UUID(int=0))
ITEM: Final = str(uuid.UUID(int=1))
"""The only item there is."""


@dataclass(frozen=True)
class File:
    """An uploaded file: only its name is real."""

    commitment: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class View:
    """The item with its flow and its world, as `Scene` looks at it; before there is one, an item of which nothing has happened."""

    definition: Definition
    item: Item
    world: World


class PastError(Exception):
    """A jump to a moment that lies behind."""


def looked_back(ended: list[tuple[Window, str]], look: Look) -> tuple[Ended, ...]:
    """What a rule kept of the items that ended, the newest first."""
    rows = [
        Ended(item, one.at, one.body)
        for one, item in ended
        if (one.flow, one.rule, one.key) == look[:3] and (look.since is None or one.at >= look.since)
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.item), reverse=True)[: look.most])


@dataclass
class Stage:
    """The item, its events, and the world around it. `recent` are the events of the last line alone.

    `children`: what it set going, by their items, and which of them are `over` (children.py).
    """

    definition: Definition
    lifecycle: Lifecycle
    house: Organisation
    now: datetime = MONDAY
    item: Item | None = None
    events: list[e.Event] = field(default_factory=list)
    recent: list[e.Event] = field(default_factory=list)
    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    merges: dict[tuple[str, bytes], datetime] = field(default_factory=dict)
    ended: list[tuple[Window, str]] = field(default_factory=list)
    given: Given | None = None
    counted: list[Count] = field(default_factory=list)
    words: dict[str, str | None] = field(default_factory=dict)
    apart: dict[tuple[str, str, int], tuple[Row, ...]] = field(default_factory=dict)
    children: dict[str, Command] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)

    def kept(self) -> Stage:
        """This stage as it is now, whatever happens to it later. An item is never changed in place: each decision makes its own."""
        kept = copy.copy(self)
        for name in (
            "events",
            "recent",
            "counters",
            "counted",
            "words",
            "files",
            "counts",
            "apart",
            "children",
            "over",
            "merges",
            "ended",
        ):
            setattr(kept, name, copy.copy(getattr(self, name)))
        return kept

    def command(self, verb: str, actor: str, args: Mapping[str, Any] | None = None) -> Decision | Apart | Refused:
        """One command, decided until the world has all it needs; what was due comes first."""
        command = self._asked(verb, actor, args or {})
        if actor != SYSTEM:
            self.recent = []
        if self.item is not None and wake_first(self.item, command, self.now):
            self.command("wake", SYSTEM)
        return self._settled(command.id, lambda world: self._gathered(command, world))

    def decided(self, verb: str, actor: str, apply: Callable[[Draft], None]) -> Decision | Refused:
        """What `apply` writes into a draft, as one decision: for what no command says. Raises what `apply` raises."""
        command = self._asked(verb, actor, {})

        def ask(world: World) -> Decision | Needs:
            draft = Draft(self.definition, self.lifecycle, self.item or unborn("t", ITEM, self.now), command, world)
            try:
                apply(draft)
            except WantingError as wanting:
                return wanting.needs
            return Needs(counters=tuple(draft.lacks)) if draft.lacks else decision_of(draft)

        found = self._settled(command.id, ask)
        assert not isinstance(found, Apart), "a draft is an event of the item"  # noqa: S101
        return found

    def _gathered(self, command: Command, world: World) -> Decision | Apart | Refused | Needs:
        """The decision; or an answer that stands apart from the item."""
        found = gather(self.definition, self.lifecycle, self.item, command, world) if self.item is not None else None
        if found is not None:
            return found
        again = self.item is not None and command.verb == "submit"  # somebody hands in the same, or something else
        decided = decide(self.definition, self.lifecycle, None if again else self.item, command, world)
        if not again:
            return decided
        if isinstance(decided, Refused) and decided.reason == MERGED:
            return decide(self.definition, self.lifecycle, self.item, replace(command, verb="join"), world)
        return decided if isinstance(decided, Needs | Refused) else Refused("another")

    def _asked(self, verb: str, actor: str, args: Mapping[str, Any]) -> Command:
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{len(self.events)}/{verb}/{actor}"))
        network = "test" if "chat" in self.definition.start.via else "api"
        return Command(id_, "t", ITEM, verb, actor, network, dict(args))

    def _settled(
        self, id_: str, ask: Callable[[World], Decision | Apart | Refused | Needs]
    ) -> Decision | Apart | Refused:
        """Asked until the world has all it needs; what comes of it stands on the stage."""
        involved: dict[tuple[str, str], bool] = {}
        merges: dict[tuple[str, bytes], str] = {}
        windows: dict[Look, tuple[Ended, ...]] = {}
        while True:
            world = self.at_hand(id_, involved)
            world.merges, world.windows = merges, windows
            found = ask(world)
            if not isinstance(found, Needs):
                break
            self.counters |= {key: opening(self.house, self.given, key[0]) for key in found.counters}
            involved |= {pair: self.involved(pair[1]) for pair in found.involved}
            open_ = self.item is not None and self.item.ended is None
            merges |= {key: ITEM if open_ and self.merges.get(key, self.now) > self.now else "" for key in found.merges}
            windows |= {look: looked_back(self.ended, look) for look in found.windows}
            self.apart = {**dict.fromkeys((*found.rows, *found.counts), ()), **self.apart}
        if isinstance(found, Apart):
            given = found.given
            key = (ITEM, given.path, given.round)
            others = tuple(one for one in self.apart.get(key, ()) if one.origin != given.line.origin)
            self.apart[key] = (*others, given.line)
            if given.near:
                self.command("tally", SYSTEM, {"run": [given.run, given.round]})
        if isinstance(found, Decision):
            self._followed(found, world)
        return found

    def _followed(self, found: Decision, world: World) -> None:
        """What a decision leaves behind."""
        self.item, self.counters = found.item, world.counters
        self.events.append(found.event)
        self.recent.append(found.event)
        self.words |= {one.commitment: one.body.decode() for one in found.contents}
        for effect in found.effects:
            if isinstance(effect, Count):
                self.counts[effect.name] = self.counts.get(effect.name, 0) + effect.n
                self.counted.append(effect)
            elif isinstance(effect, Order) and effect.command.verb == "submit":
                self.children[effect.command.item] = effect.command
            elif isinstance(effect, Add):
                self.house = with_row(self.house, effect)
            elif isinstance(effect, Merge):
                self.merges[effect.flow, effect.mac] = effect.until
            elif isinstance(effect, Window):
                self.ended.append((effect, ITEM))
        if any(isinstance(one, Order) and one.command.verb == "watch" for one in found.effects):
            self.command("watch", SYSTEM)

    @property
    def world(self) -> World:
        """What may be known now, where nothing is decided."""
        return self.at_hand(_NOBODY, {})

    @property
    def view(self) -> View:
        """What values are computed from."""
        return View(self.definition, self.item or unborn("t", ITEM, self.now), self.world)

    def at_hand(self, id_: str, involved: Mapping[tuple[str, str], bool]) -> World:
        """What the decision about the command of this id may know."""
        return World(
            self.now, self.house, Random(uuid.UUID(id_).bytes * 2), dict(self.counters), self.files, involved, sums=Counted(self.counted), words=self.words, loads=self.loads(),
            rows=self.apart, counts={key: len(rows) for key, rows in self.apart.items()},
        )  # fmt: skip

    def involved(self, person: str) -> bool:
        """Whether somebody was ever told of the item, or asked."""
        facts = [fact for event in self.events for fact in event.facts]
        told = {who for fact in facts if isinstance(fact, e.Informed) for who in fact.to}
        asked = [task for fact in facts for task in (*getattr(fact, "tasks", ()), *getattr(fact, "added", ()))]
        return person in told | {task.person for task in asked}

    # ------------------------------------------------------------------------------------------- time

    def moment(self, tree: Value) -> datetime:
        """When that is. Raises ConditionError where it cannot be worked out."""
        return evaluate_moment(tree, Scene(self.view), self.now)

    def until(self, to: datetime) -> None:
        """Let time pass to a moment and one second more; every moment on the way fires when it comes. Raises PastError."""
        if to < self.now:
            raise PastError
        self.recent = []
        while self.item is not None and (at := self.item.next_at) is not None and at <= to:
            self.now = max(self.now, at)
            self.command("wake", SYSTEM)
        self.now = to + timedelta(seconds=1)

    # ------------------------------------------------------------------------------------------- what is where

    def loads(self) -> dict[str, int]:
        """How many open tasks everybody has: here there is only this one item."""
        owed = [task.person for _, task in self.owed()]
        return {one.id: owed.count(one.id) for one in self.house.people}

    def draft(self, person: str) -> Draft:
        """A decision of somebody's as it would begin, of which nothing is kept."""
        item = self.item or unborn("t", ITEM, self.now)
        return Draft(self.definition, self.lifecycle, item, self._asked("", person, {}), self.world)

    def runs(self) -> tuple[Run, ...]:
        """The item's threads."""
        return tuple(self.item.runs.values()) if self.item is not None else ()

    def owed(self) -> list[tuple[Run, Task]]:
        """Every open task, with its thread."""
        return [(run, task) for run in self.runs() for task in run.tasks.values() if task.state == "open"]

    def standing(self) -> list[Run]:
        """The threads that stand innermost: where the item is."""
        return [run for run in self.runs() if not any(one.parent == run.no for one in self.runs())]

    def place_named(self, name: str) -> str | None:
        """The place of a step by its name, or its path where two are called alike."""
        return next((place for place, step in self.definition.places.items() if name in (step.name, place)), None)

    def task_of(self, actor: str, place: str) -> dict[str, Any]:
        """Which task somebody means at a step: the open one, else the last they had; of an `each`, the first row that waits for them."""
        found = [
            (task.state == "open", -run.no, run.round, task.no)
            for run in self.runs() if places.inside(run.place, place) for task in run.tasks.values() if task.person == actor
        ]  # fmt: skip
        if found:
            best = max(found)
            return {"task": [best[3], best[2]]}
        had = [
            [task.no, getattr(fact, "round", 1)]
            for event in self.events for fact in event.facts if isinstance(fact, e.Opened | e.Seated)
            for task in (fact.tasks if isinstance(fact, e.Opened) else fact.added) if task.person == actor
        ]  # fmt: skip
        return {"task": had[-1]} if had else {"place": place}

    def upload(self, actor: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """The answers, their files uploaded by whoever gives them."""
        steps = [one for step in self.definition.places.values() for one in step.form]
        return self._filled(actor, (*self.definition.start.form, *steps), form)

    def _filled(self, actor: str, fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
        said = dict(answers)
        for one in fields:
            given = said.get(one.name)
            if one.type in ("file", "photo") and given:
                for name in [given] if isinstance(given, str) else given:
                    self.files[name] = File(uuid.uuid5(uuid.NAMESPACE_OID, name).hex * 2, actor, name)
            elif one.type == "rows" and isinstance(given, list):
                said[one.name] = [
                    self._filled(actor, one.columns, row) if isinstance(row, dict) else row for row in given
                ]
        return said

    def sound(self) -> bool:
        """Whether the events fold to the item: what auditors rely on."""
        return self.item is None or refold("t", self.events) == self.item

"""One item under way on the real decision core: the clock that only moves when told, and every command decided at once. Not here: what cases say."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from workflow.decide import Decision, decide, decision_of, wake_first
from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.effect import Count
from workflow.domain.fold import refold, unborn
from workflow.domain.item import Item, Run, Task
from workflow.domain.tree import Field, Value
from workflow.grammars.evaluate import evaluate_moment
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.steps.draft import Draft, Needs, Random, WantingError, World
from workflow.steps.environment import Scene

MONDAY: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When every rehearsal begins: a Monday, nine o'clock in Beijing; nobody has published a calendar for these days."""

_NOBODY: Final = str(uuid.UUID(int=0))


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


@dataclass
class Stage:
    """The item, its events, and the world around it. `recent` are the events of the last line alone."""

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

    def kept(self) -> Stage:
        """This stage as it is now, whatever happens to it later. An item is never changed in place: each decision makes its own."""
        kept = copy.copy(self)
        for name in ("events", "recent", "counters", "files", "counts"):
            setattr(kept, name, copy.copy(getattr(self, name)))
        return kept

    def command(self, verb: str, actor: str, args: Mapping[str, Any] | None = None) -> Decision | Refused:
        """One command, decided until the world has all it needs; what was due comes first."""
        command = self._asked(verb, actor, args or {})
        if actor != SYSTEM:
            self.recent = []
        if self.item is not None and wake_first(self.item, command, self.now):
            self.command("wake", SYSTEM)
        return self._settled(
            command.id, lambda world: decide(self.definition, self.lifecycle, self.item, command, world)
        )

    def decided(self, verb: str, actor: str, apply: Callable[[Draft], None]) -> Decision | Refused:
        """What `apply` writes into a draft, as one decision: for what no command says. Raises what `apply` raises."""
        command = self._asked(verb, actor, {})

        def ask(world: World) -> Decision | Needs:
            draft = Draft(self.definition, self.lifecycle, self.item or unborn("t", "i", self.now), command, world)
            try:
                apply(draft)
            except WantingError as wanting:
                return wanting.needs
            return decision_of(draft)

        return self._settled(command.id, ask)

    def _asked(self, verb: str, actor: str, args: Mapping[str, Any]) -> Command:
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{len(self.events)}/{verb}/{actor}"))
        network = "test" if "chat" in self.definition.start.via else "api"
        return Command(id_, "t", "i", verb, actor, network, dict(args))

    def _settled(self, id_: str, ask: Callable[[World], Decision | Refused | Needs]) -> Decision | Refused:
        """Asked until the world has all it needs; what comes of it stands on the stage."""
        involved: dict[tuple[str, str], bool] = {}
        while True:
            world = self.at_hand(id_, involved)
            found = ask(world)
            if not isinstance(found, Needs):
                break
            self.counters |= dict.fromkeys(found.counters, 0)
            involved |= {pair: self.involved(pair[1]) for pair in found.involved}
        if isinstance(found, Decision):
            self.item, self.counters = found.item, world.counters
            self.events.append(found.event)
            self.recent.append(found.event)
            for effect in found.effects:
                if isinstance(effect, Count):
                    self.counts[effect.name] = self.counts.get(effect.name, 0) + effect.n
        return found

    @property
    def world(self) -> World:
        """What may be known now, where nothing is decided."""
        return self.at_hand(_NOBODY, {})

    @property
    def view(self) -> View:
        """What values are computed from."""
        return View(self.definition, self.item or unborn("t", "i", self.now), self.world)

    def at_hand(self, id_: str, involved: Mapping[tuple[str, str], bool]) -> World:
        """What the decision about the command of this id may know."""
        return World(self.now, self.house, Random(uuid.UUID(id_).bytes * 2), dict(self.counters), self.files, involved)

    def involved(self, person: str) -> bool:
        """Whether somebody was ever told of the item, or asked."""
        facts = [fact for event in self.events for fact in event.facts]
        told = {who for fact in facts if isinstance(fact, e.Informed) for who in fact.to}
        return person in told | {task.person for fact in facts if isinstance(fact, e.Opened) for task in fact.tasks}

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
            [task.no, fact.round]
            for event in self.events for fact in event.facts if isinstance(fact, e.Opened)
            for task in fact.tasks if task.person == actor
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

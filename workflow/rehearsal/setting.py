"""What stands on a stage: one item, its events, the world around it; and what can be asked of them. Not here: what moves it (stage.py)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import Command
from workflow.domain.definition import Definition
from workflow.domain.effect import Count, Window
from workflow.domain.fold import refold, unborn
from workflow.domain.item import Item, Run, Task
from workflow.domain.item import Line as Row
from workflow.domain.tree import Field, Value
from workflow.grammars.evaluate import evaluate_moment
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.purse import Counted, Given
from workflow.steps.draft import Draft, Random, World
from workflow.steps.environment import Scene

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


@dataclass
class Setting:
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

    def kept(self) -> Self:
        """As it is now, whatever happens to it later. An item is never changed in place: each decision makes its own."""
        kept = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | list | set):
                setattr(kept, name, copy.copy(value))
        return kept

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

    def moment(self, tree: Value) -> datetime:
        """When that is. Raises ConditionError where it cannot be worked out."""
        return evaluate_moment(tree, Scene(self.view), self.now)

    def asked(self, verb: str, actor: str, args: Mapping[str, Any]) -> Command:
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{len(self.events)}/{verb}/{actor}"))
        network = "test" if "chat" in self.definition.start.via else "api"
        return Command(id_, "t", ITEM, verb, actor, network, dict(args))

    # ------------------------------------------------------------------------------------------- what is where

    def loads(self) -> dict[str, int]:
        """How many open tasks everybody has: here there is only this one item."""
        owed = [task.person for _, task in self.owed()]
        return {one.id: owed.count(one.id) for one in self.house.people}

    def draft(self, person: str) -> Draft:
        """A decision of somebody's as it would begin, of which nothing is kept."""
        item = self.item or unborn("t", ITEM, self.now)
        return Draft(self.definition, self.lifecycle, item, self.asked("", person, {}), self.world)

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

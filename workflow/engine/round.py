"""One batch of commands decided in memory, in order, on the state that one query brought. Nothing is written here.

A `Round` is thrown away when its commit loses a race: what lost is decided again in another, on fresh state.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from workflow.decide import Apart, Decision, decide, gather, wake_first
from workflow.domain.command import SYSTEM, Answer, Command, Refused
from workflow.domain.effect import Content, Effect, Merge, TaskRow
from workflow.domain.event import Event
from workflow.domain.item import Item
from workflow.domain.item import Line as Row
from workflow.engine import apart, children, together
from workflow.engine.definitions import Definitions, Flow
from workflow.engine.gathering import Streams
from workflow.engine.inbox import Entry
from workflow.engine.memory import Memory
from workflow.engine.outcomes import Outcome
from workflow.journal.chain import NOTHING
from workflow.organisation.model import Organisation
from workflow.ports import ChatAdapter
from workflow.steps.draft import Draft, Ended, Look, Needs, Random, World
from workflow.steps.firing import is_firing
from workflow.store import files, ids, listings, load
from workflow.store.pool import Database
from workflow.talk.about import About, Line
from workflow.talk.incoming import Incoming
from workflow.talk.needs import Wants
from workflow.verbs.answer import foreseen
from workflow.verbs.join import MERGED

MOST_WAKES: Final = 32
"""Wakings of one item in a row, before a command of it: a flow whose moments never end must not hold up the batch."""
MOST_NEEDS: Final = 8
OPEN: Final = "open"


@dataclass(slots=True)
class Subject:
    """An item as the round changes it. `version` and `head` are those of its row; `item` is None until it is submitted."""

    version: int
    head: bytes
    item: Item | None
    events: list[Event] = field(default_factory=list)
    tasks: dict[int, TaskRow] = field(default_factory=dict)
    opened: dict[int, datetime] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def take(self, decision: Decision) -> None:
        """The item as the decision leaves it, and which of its prompts are new or changed. A task that never opened has no row."""
        for row in decision.tasks:
            no = row.task.no
            if was_open(self.item, row):
                self.tasks[no] = row
                if no not in self.opened:
                    self.changed.add(no)
            elif row.task.state == OPEN:
                self.tasks[no] = row
                self.opened[no] = decision.event.at
        self.events.append(decision.event)
        self.item = decision.item


def was_open(item: Item | None, row: TaskRow) -> bool:
    """Whether the task was open before already."""
    run = item.runs.get(row.run) if item is not None else None
    task = run.tasks.get(row.task.no) if run is not None else None
    return task is not None and task.state == OPEN


@dataclass(slots=True)
class Spoken:
    """What a chat's part of a command leaves to be written. `ref` is the message that was pressed, `known` whether it is ours.

    `adopted`: it is ours, and what it is about, but nobody remembers it.
    """

    says: tuple[About, ...] = ()
    turn: About | None = None
    bump: tuple[About, ...] = ()
    contents: tuple[Content, ...] = ()
    words: str | None = None
    ref: str = ""
    known: bool = False
    adopted: About | None = None
    toast: Callable[[], Awaitable[None]] | None = None


class Written(NamedTuple):
    """What a decision leaves to be written beside its item. (The item is the next decision's to change, and not kept.)"""

    event: Event
    effects: tuple[Effect, ...]
    contents: tuple[Content, ...]


@dataclass(slots=True)
class Piece:
    """One command of the round: what it says, and what came of it. `stream` is where its refusal is written down.

    `left`: this process does not speak for its bot, and leaves it to one that does. `adopt`: the message that was pressed
    is not remembered; by its button it is about `shown`. `aside`: its files are to be fetched first. `apart`: an answer that is
    no event of its item, and `tally` who is to count then. `orders`: commands that follow from a refusal; `guards`: items that
    must be at this version still.
    """

    entry: Entry
    incoming: Incoming | None = None
    adapter: ChatAdapter | None = None
    person: str = ""
    command: Command | None = None
    outcome: Outcome | None = None
    decisions: list[Written] = field(default_factory=list)
    wakings: list[str] = field(default_factory=list)
    apart: Apart | None = None
    tally: Command | None = None
    orders: list[Command] = field(default_factory=list)
    guards: list[tuple[str, int]] = field(default_factory=list)
    spoken: Spoken = field(default_factory=Spoken)
    alerts: list[Line] = field(default_factory=list)
    stream: str = ""
    wanted: Wants | None = None
    shown: About | None = None
    unknown: bool = False
    left: bool = False
    adopt: bool = False
    aside: bool = False


class Round:
    """The state that one batch is decided on, and what came of it."""

    def __init__(self, database: Database, definitions: Definitions, memory: Memory, key: bytes, tenant: str) -> None:
        self.database, self.definitions, self.memory = database, definitions, memory
        self.key, self.tenant = key, tenant
        self.now: datetime
        self.organisation: Organisation
        self._begun = False
        self.subjects: dict[str, Subject] = {}
        self.codes: dict[str, str] = {}
        self.flows: dict[str, str] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.files: dict[str, Any] = {}
        self.involved: dict[tuple[str, str], bool] = {}
        self.rows: dict[tuple[str, str, int], tuple[Row, ...]] = {}
        self.counts: dict[tuple[str, str, int], int] = {}
        self.sums: dict[tuple[str, str, str], dict[str, int]] = {}
        self.words: dict[str, str | None] = {}
        self.loads: dict[str, int] = {}
        self.merges: dict[tuple[str, bytes], str] = {}
        self.windows: dict[Look, tuple[Ended, ...]] = {}
        self.streams = Streams()
        self.dialogues: dict[str, Any] = {}
        self.written: set[str] = set()

    # ------------------------------------------------------------------------------------------- what is known

    async def begin(self, now: datetime, organisation_version: int) -> None:
        """The round's moment and organisation are those of its first query."""
        if not self._begun:
            self._begun, self.now = True, now
            self.organisation = await self.definitions.organisation(self.tenant, organisation_version)

    async def load(self, items: Iterable[str], codes: Iterable[str] = (), flows: Iterable[str] | None = ()) -> None:
        """Bring items, by id or code, and the current versions of flows (None: of all) into the round, in one round trip."""
        lacking = [one for one in items if one not in self.subjects]
        loaded = await load.batch(
            self.database, self.tenant, lacking, list(codes), None if flows is None else list(flows),
            known=self.memory.known(self.tenant, lacking),
        )  # fmt: skip
        await self.begin(loaded.now, loaded.organisation_version)
        for item, held in loaded.items.items():
            self.memory.keep(self.tenant, item, held)
            self.subjects[item] = Subject(held.version, held.head, held.item)
        self.codes.update(loaded.codes)
        self.flows.update(loaded.flows)
        digests = {held.item.digest for held in loaded.items.values()} | set(loaded.flows.values())
        await self.definitions.ensure(self.tenant, digests)

    def flow_of(self, item: Item) -> Flow:
        """The version of its flow that an item is pinned to."""
        return self.definitions.flow(self.tenant, item.digest)

    async def bring(self, needs: Needs) -> None:
        """What a decision turned on and did not find."""
        if needs.counters:
            found = await load.batch(self.database, self.tenant, counters=list(needs.counters))
            for counter in needs.counters:
                self.counters.setdefault(counter, found.counters.get(counter, 0))
        if needs.files:
            rows = await files.rows(self.database, self.tenant, [one for one in needs.files if ids.is_id(one)])
            self.files.update({one: rows.get(one) for one in needs.files})
        if needs.loads:  # what was given meanwhile counts, too
            self.loads = {**await listings.loads(self.database, self.tenant, needs.loads), **self.loads}
        await together.bring(self.database, self.tenant, needs, self.merges, self.windows)
        for item, person in needs.involved:
            found_in = await listings.involved(self.database, self.tenant, person, [item])
            self.involved[item, person] = item in found_in
        await apart.bring(self.database, self.definitions, self.tenant, needs, self.rows, self.counts)
        await apart.bring_sums(self.database, self.tenant, needs, self.sums)
        await apart.bring_words(self.database, self.tenant, needs, self.words)

    # ------------------------------------------------------------------------------------------- deciding

    async def follow(self, piece: Piece, command: Command) -> None:
        """Decide a command on the round's state; time goes first. `piece.outcome` says what came of it."""
        piece.command = command
        subject = self.subjects.get(command.item)
        if subject is None:
            await self.load([command.item])
            subject = self.subjects.setdefault(command.item, Subject(0, NOTHING, None))
        if subject.item is None:
            flow = await self._flow_to_start(command)
            if flow is None:
                piece.outcome = Refused("no_such_flow" if command.verb == "submit" else "no_such_item")
                self.turn_away(piece, command, piece.outcome)
                return
            if children.is_child(command) and not await self._waited_for(piece, command):
                piece.outcome = Refused("parent_over")
                return
        else:
            flow = self.flow_of(subject.item)
            if command.verb != "wake":
                await self._wake(piece, subject, flow, command)
            if await self._answered(piece, subject, flow, command):
                return
        result = await self._decide(subject, flow, command, piece.entry.redrawn)
        if isinstance(result, Refused):
            piece.outcome = result
            self.turn_away(piece, command, result)
            if result.reason == MERGED and command.verb == "submit":
                await self.follow(piece, replace(command, item=result.facts["item"], verb="join"))
            return
        self._take(piece, subject, result)
        item = result.item
        piece.outcome = Answer(item.id, item.code, command.verb, item.version, item.state)

    async def _waited_for(self, piece: Piece, command: Command) -> bool:
        """Whether a child may begin still; then its parent is guarded, so that it cannot be taken down meanwhile."""
        parent = str(command.args["parent"])
        if parent not in self.subjects:
            await self.load([parent])
        subject = self.subjects.get(parent)
        if not children.waited_for(command, subject.item if subject is not None else None):
            return False
        if command.args.get("path") and subject is not None:
            piece.guards.append((parent, subject.version))
        return True

    def turn_away(self, piece: Piece, command: Command, refused: Refused) -> None:
        """What nobody asked for cannot begin: whoever waits for it is told, or the administrators."""
        if not (children.is_child(command) or is_firing(command)):
            return
        if (told := children.turned_away(command, refused)) is not None:
            piece.orders.append(told)
        if (alert := children.alert(command, refused)) is not None:
            piece.alerts.append(alert)

    async def foresee(self, commands: Iterable[Command]) -> None:
        """Bring the streams that these answers will write, all in one round trip."""
        streams = []
        for command in commands:
            subject = self.subjects.get(command.item)
            if command.verb == "answer" and subject is not None and subject.item is not None:
                flow = self.flow_of(subject.item)
                draft = Draft(flow.definition, flow.lifecycle, subject.item, command, self._world(command.id))
                streams.append(foreseen(draft))
        await self._streams(streams)

    async def _streams(self, streams: Iterable[str]) -> None:
        if lacking := self.streams.lacking(streams):
            found = await load.batch(self.database, self.tenant, streams=lacking)
            self.streams.keep(lacking, found.streams)

    async def _answered(self, piece: Piece, subject: Subject, flow: Flow, command: Command) -> bool:
        """Whether the command answered an open `collect`: then its item is only guarded."""
        item = subject.item
        if item is None or command.verb != "answer":
            return False
        for _ in range(MOST_NEEDS):
            found = gather(flow.definition, flow.lifecycle, item, command, self._world(command.id))
            if not isinstance(found, Needs):
                break
            await self.bring(found)
        else:
            raise RuntimeError(f"the answer {command.id} keeps needing more")
        if isinstance(found, Refused):
            piece.outcome = found
        elif found is not None:
            await self._streams([found.given.deed.stream])
            piece.apart = found
            piece.tally = self.streams.take(found, item.id, subject.version, self.tenant)
            piece.outcome = Answer(item.id, item.code, command.verb, item.version, item.state)
        return found is not None

    async def _flow_to_start(self, command: Command) -> Flow | None:
        name = command.args.get("flow")
        if command.verb != "submit" or not isinstance(name, str):
            return None
        if name not in self.flows:
            await self.load([], (), [name])
        digest = self.flows.get(name)
        return self.definitions.flow(self.tenant, digest) if digest is not None else None

    async def _wake(self, piece: Piece, subject: Subject, flow: Flow, command: Command) -> None:
        for _ in range(MOST_WAKES):
            item = subject.item
            at = wake_first(item, command, self.now) if item is not None else None
            if item is None or at is None:
                return
            waking = ids.waking_id(item.id, item.version, at)
            result = await self._decide(subject, flow, Command(waking, self.tenant, item.id, "wake", SYSTEM, SYSTEM))
            if isinstance(result, Refused):
                return
            piece.wakings.append(waking)
            self._take(piece, subject, result)

    async def _decide(self, subject: Subject, flow: Flow, command: Command, redrawn: int = 0) -> Decision | Refused:
        counters = self.counters.copy()
        for _ in range(MOST_NEEDS):
            try:
                result = decide(
                    flow.definition, flow.lifecycle, subject.item, command, self._world(command.id, redrawn)
                )
            except Exception:
                self.counters = counters
                raise
            if not isinstance(result, Needs):
                return result
            await self.bring(result)
        raise RuntimeError(f"the decision on {command.id} keeps needing more")

    def random(self, command: str, purpose: int | str = 0) -> Random:
        """The same for the same command. `purpose` keeps uses apart: a number is how often what was drawn was taken already."""
        return Random(self.key, f"{command} {purpose}" if purpose else command)

    def forget(self) -> None:
        """Nothing was decided here after all."""
        self.subjects, self.written, self.streams = {}, set(), Streams()

    def _world(self, command: str, redrawn: int = 0) -> World:
        return World(
            self.now, self.organisation, self.random(command, redrawn), self.counters, self.files, self.involved,
            rows=self.rows, counts=self.counts, sums=self.sums, words=self.words, loads=self.loads,
            merges=self._open(), windows=self.windows, key=hmac.digest(self.key, f"secret {self.tenant}".encode(), "sha256"),
        )  # fmt: skip

    def _open(self) -> dict[tuple[str, bytes], str]:
        """Which items duplicates join: what ended in this round is joined no more."""
        over = {id_ for id_, one in self.subjects.items() if one.item is not None and one.item.ended is not None}
        return {key: "" if item in over else item for key, item in self.merges.items()}

    def _take(self, piece: Piece, subject: Subject, decision: Decision) -> None:
        subject.take(decision)
        for effect in decision.effects:
            if isinstance(effect, Merge):
                self.merges[effect.flow, effect.mac] = decision.item.id
        apart.count(self.sums, decision.effects)
        piece.decisions.append(Written(decision.event, decision.effects, decision.contents))

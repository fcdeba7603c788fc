"""One batch of commands decided in memory, in order, on the state that one query brought. Nothing is written here.

A `Round` is thrown away when its commit loses a race: what lost is decided again in another, on fresh state.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Any, Final

from msgspec.structs import replace

from workflow.decide import Apart, Decision, decide, gather, wake_first
from workflow.domain.command import SYSTEM, Answer, Command, Refused
from workflow.domain.item import Item
from workflow.engine import children
from workflow.engine.definitions import Definitions, Flow
from workflow.engine.gathering import Streams
from workflow.engine.known import Known
from workflow.engine.memory import Memory
from workflow.engine.pieces import Piece, Subject, Written
from workflow.journal.chain import NOTHING
from workflow.organisation.model import Organisation
from workflow.steps.draft import Draft, Needs, Random, World
from workflow.steps.firing import is_firing
from workflow.store import ids, load
from workflow.store.pool import Database
from workflow.verbs.answer import foreseen
from workflow.verbs.join import MERGED

MOST_WAKES: Final = 32
"""Wakings of one item in a row, before a command of it: a flow whose moments never end must not hold up the batch."""
MOST_NEEDS: Final = 8


@cache
def secret(key: bytes, tenant: str) -> bytes:
    """What a tenant's flows keep to themselves is keyed with this."""
    return hmac.digest(key, f"secret {tenant}".encode(), "sha256")


class Round:
    """The state that one batch is decided on, and what came of it."""

    def __init__(self, database: Database, definitions: Definitions, memory: Memory, key: bytes, tenant: str) -> None:
        self.database, self.definitions, self.memory = database, definitions, memory
        self.key, self.tenant = key, tenant
        self.now: datetime
        self.organisation_version: int
        self.organisation: Organisation
        self._begun = False
        self._recalled: set[str] = set()
        self.subjects: dict[str, Subject] = {}
        self.codes: dict[str, str] = {}
        self.flows: dict[str, str] = {}
        self.known = Known()
        self.streams = Streams()
        self.dialogues: dict[str, Any] = {}
        self.written: set[str] = set()

    # ------------------------------------------------------------------------------------------- what is known

    async def begin(self, now: datetime, organisation_version: int) -> None:
        """The round's organisation is that of its first query, and its moment is not behind that of its last."""
        if not self._begun:
            self._begun, self.now, self.organisation_version = True, now, organisation_version
            self.organisation = await self.definitions.organisation(self.tenant, organisation_version)
        self.now = max(self.now, now)

    async def recall(self, items: AbstractSet[str], since: datetime | None) -> AbstractSet[str]:
        """Take items as they are remembered; returns those to be loaded still. The commit guards what is decided on them.

        `since`: when the last of the commands was accepted, by the database's clock; none is decided before that.
        """
        known = {} if self._begun else self.memory.sure(self.tenant, items)
        lacking = items - known.keys()
        if not lacking:
            standing = self.memory.standing(self.tenant)
            if standing is None:
                return items
            now, organisation_version = standing
            await self.begin(max(now, since or now), organisation_version)
        self.subjects.update({item: Subject(held.version, held.head, held.item) for item, held in known.items()})
        self._recalled.update(known)
        return lacking

    async def load(self, items: Iterable[str], codes: Iterable[str] = (), flows: Iterable[str] | None = ()) -> None:
        """Bring items, by id or code, and the current versions of flows (None: of all) into the round, in one round trip."""
        lacking = [one for one in items if one not in self.subjects]
        asked = monotonic()
        loaded = await load.batch(
            self.database, self.tenant, lacking, list(codes), None if flows is None else list(flows),
            known=self.memory.known(self.tenant, lacking),
        )  # fmt: skip
        self.memory.stands(self.tenant, loaded.now, loaded.organisation_version, asked)
        await self.begin(loaded.now, loaded.organisation_version)
        digests = {held.item.digest for held in loaded.items.values()} | set(loaded.flows.values())
        await self.definitions.ensure(self.tenant, digests)
        for item, held in loaded.items.items():
            self.memory.keep(self.tenant, item, held)
            self.subjects[item] = Subject(held.version, held.head, held.item)
        self.codes.update(loaded.codes)
        self.flows.update(loaded.flows)

    async def _look_anew(self, item: str) -> bool:
        """Bring an item as it is, that was only remembered and is not guarded by anything that was decided on it."""
        if item not in self._recalled or self.subjects[item].events:
            return False
        self._recalled.remove(item)
        del self.subjects[item]
        await self.load([item])
        return True

    def flow_of(self, item: Item) -> Flow:
        """The version of its flow that an item is pinned to."""
        return self.definitions.flow(self.tenant, item.digest)

    async def bring(self, needs: Needs) -> None:
        """What a decision turned on and did not find."""
        await self.known.bring(self.database, self.definitions, self.tenant, needs)

    # ------------------------------------------------------------------------------------------- deciding

    async def follow(self, piece: Piece, command: Command) -> None:
        """Decide a command on the round's state; time goes first. `piece.outcome` says what came of it."""
        await self._follow(piece, command)
        if isinstance(piece.outcome, Refused) and await self._look_anew(command.item):
            await self._follow(piece, command)

    async def _follow(self, piece: Piece, command: Command) -> None:
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
            if wake_first(subject.item, command, self.now) is not None:
                await self._wake(piece, subject, flow, command)
            if command.verb == "answer" and await self._answered(piece, subject, flow, command):
                return
        result = await self._decide(subject, flow, command, piece.entry.redrawn)
        if isinstance(result, Refused):
            piece.outcome = result
            self.turn_away(piece, command, result)
            if result.reason == MERGED and command.verb == "submit":
                await self._join(piece, command, result.facts["item"])
            return
        self._take(piece, subject, result)
        item = result.item
        piece.outcome = Answer(item.id, item.code, command.verb, item.version, item.state)

    async def _join(self, piece: Piece, command: Command, twin: str) -> None:
        """Hand it in to the item that is the same; where that has ended just now, it begins one of its own after all."""
        await self.follow(piece, replace(command, item=twin, verb="join"))
        if isinstance(piece.outcome, Refused) and piece.outcome.reason == "ended":
            await self.follow(piece, command)

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
            self.now = max(self.now, found.now)  # what is added to a stream is not older than what is there
            self.streams.keep(lacking, found.streams)

    async def _answered(self, piece: Piece, subject: Subject, flow: Flow, command: Command) -> bool:
        """Whether the command answered an open `collect`: then its item is only guarded."""
        item = subject.item
        if item is None:
            return False
        for _ in range(MOST_NEEDS):
            found = gather(flow.definition, flow.lifecycle, item, command, self._world(command.id))
            if isinstance(found, Needs):
                await self.bring(found)
            elif isinstance(found, Apart) and self.streams.lacking([found.given.deed.stream]):
                await self._streams([found.given.deed.stream])
            else:
                break
        else:
            raise RuntimeError(f"the answer {command.id} keeps needing more")
        if isinstance(found, Refused):
            piece.outcome = found
        elif found is not None:
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
        counters = self.known.counters.copy()
        for _ in range(MOST_NEEDS):
            try:
                result = decide(
                    flow.definition, flow.lifecycle, subject.item, command, self._world(command.id, redrawn)
                )
            except Exception:
                self.known.counters = counters
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
        self.subjects, self.written, self.streams, self._recalled = {}, set(), Streams(), set()

    def _world(self, command: str, redrawn: int = 0) -> World:
        joined = self.subjects.items() if self.known.merges else ()
        over = {id_ for id_, one in joined if one.item is not None and one.item.ended is not None}
        return self.known.world(
            self.now, self.organisation, self.random(command, redrawn), secret(self.key, self.tenant), over
        )

    def _take(self, piece: Piece, subject: Subject, decision: Decision) -> None:
        subject.take(decision)
        self.known.follow(decision)
        piece.decisions.append(Written(decision.event, decision.effects, decision.contents))

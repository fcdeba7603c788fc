"""Commands in, one commit: whoever waits together is decided together and written together. What is decided is not said here.

A batch is one tenant's, at most 64 commands, and nobody waits for a timer. Who loses a race is decided again on fresh
state; who cannot be decided at all is set apart and told to the administrators, and the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.effect import Order
from workflow.engine import faults
from workflow.engine.children import is_child
from workflow.engine.definitions import Definitions
from workflow.engine.inbox import Entry, Queue, command_of
from workflow.engine.listen import Listening
from workflow.engine.logs import logger
from workflow.engine.memory import Memory
from workflow.engine.naming import named
from workflow.engine.outcomes import Outcomes, decode
from workflow.engine.pieces import Piece
from workflow.engine.refusals import Refusals
from workflow.engine.round import Round
from workflow.engine.writing import batch_of
from workflow.journal import chain
from workflow.store import commit, load
from workflow.store.commit import Batch, BegunRow, Committed, GuardRow, ItemRow
from workflow.store.pool import Database, Unreachable
from workflow.talk.about import Line

BESIDE: Final = 2
"""Batches in flight in one process. PostgreSQL writes one while Python decides the other; a third would find no processor."""
TOGETHER: Final = 3
"""Losers of a race are decided again together so often, then each half of them by itself: there is less to lose, and it is there sooner."""
SINGLY: Final = 100
"""And so often alone, before the command is left to whoever comes next."""


@dataclass(slots=True)
class Figures:
    """What this process did since it began."""

    commands: int = 0
    decisions: int = 0
    refusals: int = 0
    losers: int = 0
    unknown_senders: int = 0
    quarantined: int = 0


class Handle:
    """Takes batches off the queue and settles them: two at a time, so that one is decided while the other is written.

    They are apart by chat and by item (`Queue`), so the order of both holds.
    """

    def __init__(
        self,
        database: Database,
        definitions: Definitions,
        listening: Listening,
        queue: Queue,
        outcomes: Outcomes,
        key: bytes,
    ) -> None:
        self.database, self.definitions, self.listening = database, definitions, listening
        self.queue, self.outcomes, self._key = queue, outcomes, key
        self._memory = Memory()
        self.figures = Figures()
        self.owed: Callable[[str], None] = _ignore
        self.due: Callable[[str, datetime], None] = _ignore
        self.closing = False
        self._refusals = Refusals()
        self._toasts: set[asyncio.Task[None]] = set()

    async def run(self, limit: int) -> None:
        """Until cancelled; batches that were begun are finished first."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for no in range(BESIDE):
                group.create_task(self._line(limit), name=f"batches {no}")

    async def _line(self, limit: int) -> None:
        while True:
            tenant, entries = await self.queue.take(limit)
            await _finished(self._settle_all(tenant, entries))

    async def _settle_all(self, tenant: str, entries: Sequence[Entry], before: Sequence[Entry] = ()) -> None:
        """Settle these, then open their lanes; a chat whose message brings files waits for them, and nobody else does.

        `before`: what is settled already in the lane of all of these, which is shut still.
        """
        aside: list[Piece] = []
        try:
            aside = await self.settle(tenant, entries)
        except Exception:  # noqa: BLE001 - whatever it is, the next batch is not to blame
            logger().exception("batch left to others", tenant=tenant, commands=len(entries))
        first = {piece.entry.chat: piece for piece in reversed(aside)}
        waiting = {id(piece.entry) for piece in aside}
        for chat, piece in first.items():
            lane = [*before, *(one for one in entries if one.chat == chat and id(one) not in waiting)]
            after = [one.entry for one in aside if one.entry.chat == chat]
            self._group.create_task(self._with_files(tenant, piece, after, lane), name="files of a message")
        self.queue.done(tenant, [one for one in (*before, *entries) if one.chat not in first])

    async def _with_files(self, tenant: str, piece: Piece, entries: list[Entry], before: list[Entry]) -> None:
        """Fetch the files of a message, then go on in its chat. Whatever happens, its lane is opened again."""
        try:
            try:
                await self.listening.fetch(tenant, piece)
            except Unreachable:
                raise
            except Exception as error:  # noqa: BLE001 - it must not hold up its chat
                await self._quarantine(tenant, piece.entry, error)
                entries, before = entries[1:], [*before, piece.entry]
        except Exception:  # noqa: BLE001 - nor may it end the batches of all
            logger().exception("batch left to others", tenant=tenant, commands=len(entries))
            self.queue.done(tenant, [*before, *entries])
        else:
            await _finished(self._settle_all(tenant, entries, before))

    async def settle(self, tenant: str, entries: Sequence[Entry]) -> list[Piece]:
        """Decide and write these commands, in order, until each is settled; those come back whose files must be fetched first.

        After the first of a chat, all of that chat.
        """
        aside: list[Piece] = []
        await self._settle(tenant, list(entries), aside)
        return aside

    async def _settle(self, tenant: str, pending: list[Entry], aside: list[Piece]) -> None:
        alone = len(pending) == 1
        for tries in range(SINGLY if alone else TOGETHER):
            if tries >= TOGETHER:
                await asyncio.sleep(random.uniform(0, 0.002 * min(tries, 25)))  # noqa: S311 - jitter
            pending = await self._attempt(tenant, pending, aside)
            if not pending:
                return
        if alone:
            logger().error("command left to others", tenant=tenant, command=pending[0].id)
            return
        for half in _halves(pending, aside):
            await self._settle(tenant, half, aside)

    # ------------------------------------------------------------------------------------------- one attempt

    async def _attempt(self, tenant: str, entries: list[Entry], aside: list[Piece]) -> list[Entry]:
        """Decide on fresh state and commit; returns those to be decided again. Whoever must wait is added to `aside`."""
        began = monotonic()
        try:
            round_ = Round(self.database, self.definitions, self._memory, self._key, tenant)
            pieces = [Piece(entry) for entry in entries]
            await self._decide(round_, pieces)
            aside += [piece for piece in pieces if piece.aside]
            entries = [piece.entry for piece in pieces if not piece.aside]
            pieces = [piece for piece in pieces if piece.outcome is not None]
            return await self._write(round_, pieces, began) if pieces else []
        except Unreachable:
            if self.closing:
                raise
            logger().warning("no database", tenant=tenant, commands=len(entries))
            return entries
        except Exception as error:  # noqa: BLE001 - one that breaks must not hold up the others
            if len(entries) > 1:
                again: list[Entry] = []
                for half in _halves(entries, aside):
                    again += half if again else await self._attempt(tenant, half, aside)  # nobody before who lost
                return again
            await self._quarantine(tenant, entries[0], error)
            return []

    async def _decide(self, round_: Round, pieces: list[Piece]) -> None:
        await self.listening.prepare(round_, pieces)
        for piece in pieces:
            if piece.outcome is None and piece.incoming is None and not piece.left:
                piece.command = named(piece.entry, piece.entry.command or command_of(piece.entry.body))
        commands = [piece.command for piece in pieces if piece.command is not None]
        if commands:
            begun = {c.args["flow"] for c in commands if c.verb == "submit" and isinstance(c.args.get("flow"), str)}
            flows = begun - round_.flows.keys()
            items = {c.item for c in commands} | {c.args["parent"] for c in commands if is_child(c)}
            # The system's own commands turn on what others did, and on the moment: they are decided on what is read for them.
            of_people = all(c.actor != SYSTEM for c in commands)
            since = max((piece.entry.accepted for piece in pieces if piece.entry.accepted is not None), default=None)
            lacking = await round_.recall(items, since) if of_people else items
            if lacking or flows:
                await round_.load(lacking, (), flows)
            await round_.foresee(commands)
        waiting: set[str] = set()
        for piece in pieces:
            try:
                if piece.incoming is not None and piece.entry.chat in waiting:
                    piece.aside = True
                elif piece.incoming is not None:
                    await self.listening.hear(round_, piece)
                    waiting |= {piece.entry.chat} if piece.aside else set()
                elif piece.command is not None:
                    await round_.follow(piece, piece.command)
            except Unreachable:
                raise
            except Exception as error:
                if len(pieces) > 1:
                    raise  # it may have left half of itself in the round: everybody else without it
                self._set_apart(round_, piece, error)

    async def _write(self, round_: Round, pieces: list[Piece], began: float) -> list[Entry]:
        deeds = self._refusals.deeds(round_, pieces)
        heads = {}
        if deeds:
            found = await load.batch(self.database, round_.tenant, streams=list(deeds))
            heads = found.streams
        batch, groups = batch_of(round_, pieces, deeds, {s: heads.get(s, (0, chain.NOTHING)) for s in deeds})
        asked = monotonic()
        committed = await self._commit(batch)
        again: list[Entry] = []
        for piece, group in zip(pieces, groups.of, strict=True):
            word = committed.lost.get(group)
            if word is None:
                self._won(round_, piece)
                if batch.orders:
                    self._hand_on(round_.tenant, piece)
            elif (answer := committed.answers.get(piece.entry.id)) is not None:
                self.outcomes.settle(round_.tenant, piece.entry.id, decode(answer))
            else:
                piece.entry.redrawn += word == "code"
                again.append(piece.entry)
        self._memory.stands(round_.tenant, committed.at, committed.organisation_version, asked)
        self._after(round_, batch, committed)
        self._log(round_, pieces, again, monotonic() - began)
        return again

    async def _commit(self, batch: Batch) -> Committed:
        faults.reach(faults.BEFORE_TRANSACTION)
        if faults.POINT in (faults.INSIDE_TRANSACTION, faults.BEFORE_COMMIT):
            return await self._commit_slowly(batch)
        committed = await commit.commit(self.database, batch)
        faults.reach(faults.AFTER_COMMIT)
        return committed

    async def _commit_slowly(self, batch: Batch) -> Committed:
        """The same statement, in a transaction that is open long enough for the process to die inside it."""
        async with self.database.transaction() as session:
            writing = asyncio.ensure_future(commit.commit(session, batch))
            await asyncio.sleep(0)
            faults.reach(faults.INSIDE_TRANSACTION)
            committed = await writing
            faults.reach(faults.BEFORE_COMMIT)
        return committed

    # ------------------------------------------------------------------------------------------- what cannot be done

    async def _quarantine(self, tenant: str, entry: Entry, error: Exception) -> None:
        """It cannot be written, or not even read: settle it as refused, by itself."""
        round_ = Round(self.database, self.definitions, self._memory, self._key, tenant)
        await round_.load([])
        piece = Piece(entry)
        self._set_apart(round_, piece, error)
        if await self._write(round_, [piece], monotonic()):
            logger().error("command not set apart", tenant=tenant, command=entry.id, exc_info=error)

    def _set_apart(self, round_: Round, piece: Piece, error: Exception) -> None:
        logger().error("command set apart", tenant=round_.tenant, command=piece.entry.id, exc_info=error)
        self.figures.quarantined += 1
        entry = piece.entry
        command = piece.command or entry.command
        item = command.item if command is not None else ""
        piece.command = command or Command(entry.id, round_.tenant, item, "unreadable", SYSTEM, entry.bot)
        piece.decisions, piece.wakings, piece.spoken = [], [], type(piece.spoken)()
        piece.apart = piece.tally = None
        piece.orders, piece.guards = [], []
        round_.forget()
        piece.outcome = Refused("quarantined", {"command": entry.id})
        round_.turn_away(piece, piece.command, piece.outcome)
        piece.alerts = [Line("quarantined", {"command": entry.id, "item": item, "error": type(error).__name__})]

    # ------------------------------------------------------------------------------------------- afterwards

    def _won(self, round_: Round, piece: Piece) -> None:
        outcome = piece.outcome
        assert outcome is not None, "what was written has an outcome"  # noqa: S101
        self.outcomes.settle(round_.tenant, piece.entry.id, outcome)
        self.figures.commands += 1
        self.figures.decisions += len(piece.decisions)
        self.figures.refusals += isinstance(outcome, Refused)
        self.figures.unknown_senders += piece.unknown
        if piece.stream and piece.command is not None and isinstance(outcome, Refused):
            self._refusals.written(piece.command, outcome)
        if piece.spoken.toast is not None:
            toast = asyncio.ensure_future(_quietly(piece.spoken.toast))
            self._toasts.add(toast)
            toast.add_done_callback(self._toasts.discard)

    def _hand_on(self, tenant: str, piece: Piece) -> None:
        """What it ordered is there already, and need not be looked for."""
        effects = (effect for decision in piece.decisions for effect in decision.effects)
        orders = [effect.command for effect in effects if isinstance(effect, Order)]
        orders += [one for one in (piece.tally, *piece.orders) if one is not None]
        self.queue.put(tenant, [Entry(one.id, command=one) for one in orders])

    def _after(self, round_: Round, batch: Batch, committed: Committed) -> None:
        """What this process knows from now on, and which of its parts have something to do."""
        rows: list[ItemRow | BegunRow] = [*batch.items, *batch.begun]
        for row in rows:
            item = round_.subjects[row.item].item
            if row.group not in committed.lost and item is not None:
                self._memory.keep(round_.tenant, row.item, load.Held(item, row.version, row.head, len(row.state)))
        if committed.lost:
            guarded: list[ItemRow | GuardRow] = [*batch.items, *batch.guards]
            for one in guarded:
                if one.group in committed.lost:
                    self._memory.doubt(round_.tenant, one.item)
        if committed.owed:
            self.owed(round_.tenant)
        if moments := [row.next_at for row in rows if row.next_at is not None]:
            self.due(round_.tenant, min(moments))

    def _log(self, round_: Round, pieces: list[Piece], again: list[Entry], seconds: float) -> None:
        self.figures.losers += len(again)
        logger().debug(
            "decided", tenant=round_.tenant, commands=len(pieces), losers=len(again), seconds=round(seconds, 5),
            decisions=sum(len(piece.decisions) for piece in pieces),
        )  # fmt: skip

    async def drain(self) -> None:
        """Wait until nothing is left to decide here, and every toast is said."""
        await self.queue.emptied()
        if self._toasts:
            await asyncio.wait(self._toasts, timeout=2)


def _halves(entries: list[Entry], aside: list[Piece]) -> Iterator[list[Entry]]:
    """One half, then the other; without those whose chat was set aside meanwhile: they are set aside behind it."""
    known, middle = len(aside), len(entries) // 2
    for part in (entries[:middle], entries[middle:]):
        if half := [entry for entry in part if not _waits_behind(entry, aside, known)]:
            yield half


def _waits_behind(entry: Entry, aside: list[Piece], known: int) -> bool:
    """Whether one of its chat was set aside just now (from `known` on), before it: then it is set aside behind it."""
    waits = bool(entry.chat) and any(piece.entry.chat == entry.chat for piece in aside[known:])
    if waits:
        aside.append(Piece(entry, aside=True))
    return waits


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Do it to its end, even when cancelled meanwhile."""
    doing = asyncio.ensure_future(work)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


async def _quietly(toast: Callable[[], Any]) -> None:
    with contextlib.suppress(Exception):
        await asyncio.wait_for(toast(), 10)


def _ignore(*_args: Any) -> None:
    """Nobody is told."""

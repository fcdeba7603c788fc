"""Where commands come in: kept in the database first, then queued here for `handle`. Nothing is read or decided here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from workflow.domain.command import Command, Refused
from workflow.engine import faults
from workflow.engine.files import Files
from workflow.ports import Update
from workflow.store import chats, ids, inbox
from workflow.store.pool import Database, Unreachable

TOGETHER: Final = 256
"""Rows of one INSERT at the most."""

SHARED: Final = 16
"""Commands at the most that are shared out to batches beside each other."""

OF_ONE: Final = 4
"""So many times as large a batch of one item's commands may be: however many they are, its state is written once."""

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Update).decode
"""An update as its row keeps it, until it is settled."""

command_of = msgspec.json.Decoder(Command).decode


class ClosedError(Exception):
    """The engine is closing and takes nothing more; whoever sent it keeps it, and sends it again later."""


class Entry(msgspec.Struct):
    """One command that waits. `bot` is empty for a programmatic one; `command` is set where it need not be read from `body`.

    `redrawn` counts how often what it drew was taken already; `sent` are the files that came with it, once they are kept;
    `spoilt` says why others were not taken.
    """

    id: str
    bot: str = ""
    chat: str = ""
    external: str = ""
    body: bytes = b""
    accepted: datetime | None = None
    redrawn: int = 0
    command: Command | None = None
    sent: tuple[str, ...] | None = None
    spoilt: tuple[Refused, ...] = ()


class Queue:
    """What waits in this process, by tenant; a batch is one tenant's, and tenants take turns.

    Batches may be in flight beside each other, and never touch the same chat or the same item: what waits for one that is
    being decided waits in its lane, in order. (A press on a button shows its item only later; then versions decide.)
    """

    def __init__(self) -> None:
        self._ready: dict[str, dict[str, list[Entry]]] = {}
        self._shut: dict[tuple[str, str], list[Entry]] = {}
        self._there = asyncio.Event()
        self._none = asyncio.Event()
        self._held: set[tuple[str, str]] = set()
        self._waiting: Counter[str] = Counter()
        self._takers = 0
        self.busy = 0

    def put(self, tenant: str, entries: Iterable[Entry]) -> None:
        """Add at the end; what waits here already is not added again."""
        for entry in entries:
            known = (tenant, entry.id)
            if known not in self._held:
                self._held.add(known)
                lane = lane_of(entry)
                shut = self._shut.get((tenant, lane))
                if shut is not None:
                    shut.append(entry)
                else:
                    self._ready.setdefault(tenant, {}).setdefault(lane, []).append(entry)
                    self._waiting[tenant] += 1
                    self._there.set()

    async def take(self, limit: int) -> tuple[str, list[Entry]]:
        """The next batch of whoever's turn it is; waits for one. Say `done` of each, or it is never taken in again.

        Those who wait here together share what there is, while that is little: the answer comes sooner, but every batch
        has its price.
        """
        self._takers += 1
        try:
            while not self._ready:
                self._there.clear()
                await self._there.wait()
            tenant = next(iter(self._ready))
            few = self._waiting[tenant] <= SHARED
            share = -(-self._waiting[tenant] // self._takers) if few else limit
            return tenant, self._taken(tenant, limit, min(share, limit))
        finally:
            self._takers -= 1

    def _taken(self, tenant: str, limit: int, share: int) -> list[Entry]:
        """Whole lanes, as far as `limit` allows (one item's alone: more), until they are `share` commands.

        What does not go with them waits behind them.
        """
        lanes = self._ready.pop(tenant)
        batch: list[Entry] = []
        opened: list[str] = []
        for lane, line in lanes.items():
            if len(batch) >= share:
                break
            opened.append(lane)
            self._waiting[tenant] -= len(line)
            room = (limit if batch or line[0].chat else OF_ONE * limit) - len(batch)
            batch += line[:room]
            self._shut[tenant, lane] = line[room:]
        for lane in opened:
            del lanes[lane]
        if lanes:
            self._ready[tenant] = lanes
        self.busy += len(batch)
        return batch

    def done(self, tenant: str, entries: Sequence[Entry]) -> None:
        """They are settled, or left to others; whoever waited behind them is next."""
        self.busy -= len(entries)
        for entry in entries:
            self._held.discard((tenant, entry.id))
            line = self._shut.pop((tenant, lane_of(entry)), None)
            if line:
                self._ready.setdefault(tenant, {})[lane_of(entry)] = line
                self._waiting[tenant] += len(line)
                self._there.set()
        if self.empty:
            self._none.set()

    async def emptied(self) -> None:
        """Wait until nothing waits and nothing is being decided."""
        while not self.empty:
            self._none.clear()
            await self._none.wait()

    @property
    def empty(self) -> bool:
        """Whether nothing waits and nothing is being decided."""
        return not self._held


def lane_of(entry: Entry) -> str:
    """What is decided one after the other: a chat's updates, and commands to one item."""
    if entry.chat:
        return entry.chat
    if entry.command is None:
        try:
            entry.command = command_of(entry.body)
        except msgspec.MsgspecError:
            return entry.id  # whoever decides it sets it apart
    return entry.command.item or entry.id


@dataclass(slots=True)
class _Call:
    rows: list[tuple[str, str, bytes]]
    cursor: str
    done: asyncio.Future[None]


class Intake:
    """Keeps commands. Callers who wait together are written together: one INSERT, one commit."""

    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue
        self._calls: dict[tuple[str, str], list[_Call]] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._closed = False

    async def keep(self, tenant: str, bot: str, rows: list[tuple[str, str, bytes]], cursor: str = "") -> None:
        """Keep (command id, external chat, body) rows, each once. When this returns, they are committed."""
        if self._closed:
            raise ClosedError("the engine is closing; send it again to the next one")
        call = _Call(rows, cursor, asyncio.get_running_loop().create_future())
        calls = self._calls.get((tenant, bot))
        if calls is not None:
            calls.append(call)
        else:
            self._calls[tenant, bot] = [call]
            task = asyncio.create_task(self._write(tenant, bot), name=f"inbox {bot}")
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        await asyncio.shield(call.done)

    async def close(self) -> None:
        """Take nothing more, and finish what was begun."""
        self._closed = True
        await asyncio.gather(*self._writing, return_exceptions=True)

    async def _write(self, tenant: str, bot: str) -> None:
        calls = self._calls[tenant, bot]
        while calls:
            together: list[_Call] = []
            while calls and (not together or sum(len(c.rows) for c in together) + len(calls[0].rows) <= TOGETHER):
                together.append(calls.pop(0))
            await self._accept(tenant, bot, together)
        del self._calls[tenant, bot]

    async def _accept(self, tenant: str, bot: str, calls: list[_Call]) -> None:
        bodies = {row[0]: row for call in calls for row in call.rows}
        cursor = next((call.cursor for call in reversed(calls) if call.cursor), "")
        try:
            kept = await inbox.accept(self._database, tenant, bot, list(bodies.values()), cursor)
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
            if len(calls) > 1 and not isinstance(error, Unreachable):
                for call in calls:
                    await self._accept(tenant, bot, [call])
                return
            for call in calls:
                if not call.done.done():
                    call.done.set_exception(error)
                    call.done.exception()  # who asked may have gone; then nobody looks, and that is no error
            return
        faults.reach(faults.AFTER_INBOX)
        self._queue.put(
            tenant,
            [
                Entry(one.command, bot, one.chat or "", bodies[one.command][1], bodies[one.command][2], one.at)
                for one in kept
            ],
        )
        for call in calls:
            if not call.done.done():
                call.done.set_result(None)


class Door:
    """`ports.Inbox` of one bot of one tenant."""

    def __init__(self, intake: Intake, files: Files, tenant: str, bot: str) -> None:
        self._intake, self._files, self._tenant, self._bot = intake, files, tenant, bot

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        """Keep updates in one transaction; when it raises, do not acknowledge."""
        rows = [(ids.command_id(self._tenant, self._bot, one.source), one.chat, encode(one)) for one in updates]
        if rows or cursor:
            await self._intake.keep(self._tenant, self._bot, rows, cursor)

    async def attachment(self, chat: str, file: str) -> AsyncIterator[bytes]:
        """The bytes of a file, as far as whose chat it is may have them now. FileNotFoundError otherwise."""
        person = await chats.reader(self._files.database, self._tenant, self._bot, chat)
        found = (
            await self._files.download(self._tenant, person, file) if person is not None else Refused("no_such_file")
        )
        if isinstance(found, Refused):
            raise FileNotFoundError(f"the file {file} is not there for this chat ({found.reason})")
        async for piece in found[1]:
            yield piece

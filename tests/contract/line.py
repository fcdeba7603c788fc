"""A second network: a plain line protocol over TCP, without buttons and without edits, that loses answers when told to.

`LineNetwork` is the network itself: it keeps chats, delivers what people type until the bot says that it has it, and takes
messages. `LineAdapter` is our bot on it. One JSON object a line, each with `id`; the answer to a request has its id:

    network → bot   {"type": "update", "id": 7, "chat": "c", "account": "a", "text": "…"}     until   {"type": "have", "id": 7}
    bot → network   {"type": "send", "id": 3, "chat": "c", "text": "…"}   →   {"type": "sent", "id": 3, "ref": "m9"}
                                                                         or   {"type": "no", "id": 3, "why": "slow", "after": 3}
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import msgspec

from workflow.ports import Blob, Delivery, Health, Inbox, Incoming, Limits, Outcome, Profile, Typed, Update
from workflow.talk.text import as_text
from workflow.talk.view import Notice, View
from workflow.talk.words import say

PATIENCE = 1.0
"""Seconds until an answer that has not come counts as lost."""

PROFILE = Profile(network="line", capabilities=frozenset(), limits=Limits(text=2000, token=64, file_up=0, file_down=0))


# ------------------------------------------------------------------------------------------------------ the network


@dataclass
class Message:
    """What stands in a chat: the person's own line, or the bot's."""

    ref: str
    text: str
    mine: bool = False


class LineNetwork:
    """The far side. `lose`: so many answers are lost after delivery; `refusing`: why it refuses a chat."""

    def __init__(self) -> None:
        self.chats: dict[str, list[Message]] = {}
        self.lose = 0
        self.refusing: dict[str, str] = {}
        self.redelivered = 0
        self.port = 0
        self._numbers = count(1)
        self._waiting: dict[int, tuple[dict[str, Any], asyncio.Event]] = {}
        self._bots: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._bots):
            writer.close()
        await self._server.wait_closed()

    async def type(self, chat: str, account: str, text: str, *, again: bool = False) -> None:
        """A person types; returns when the bot has it. `again` delivers it a second time after that."""
        number = next(self._numbers)
        self.chats.setdefault(chat, []).append(Message(f"m{number}", text, mine=True))
        update = {"type": "update", "id": number, "chat": chat, "account": account, "text": text}
        for _ in range(1 + again):
            had = asyncio.Event()
            self._waiting[number] = (update, had)
            while not had.is_set():
                for bot in tuple(self._bots):
                    _write(bot, update)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(had.wait(), 0.1)
                self.redelivered += not had.is_set()
            del self._waiting[number]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._bots.add(writer)
        try:
            for update, _ in self._waiting.values():
                _write(writer, update)
            async for line in reader:
                message = json.loads(line)
                if message["type"] == "have":
                    _, had = self._waiting.get(message["id"], ({}, asyncio.Event()))
                    had.set()
                elif not self._deliver(writer, message):
                    return
        except ConnectionError:
            pass
        finally:
            self._bots.discard(writer)
            writer.close()

    def _deliver(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> bool:
        """Takes a message; False when its answer is to be lost, and the connection with it."""
        why = self.refusing.get(message["chat"])
        if why is not None:
            _write(writer, {"type": "no", "id": message["id"], "why": why, "after": 3 if why == "slow" else 0})
            return True
        ref = f"m{next(self._numbers)}"
        self.chats.setdefault(message["chat"], []).append(Message(ref, message["text"]))
        if self.lose:
            self.lose -= 1
            return False
        _write(writer, {"type": "sent", "id": message["id"], "ref": ref})
        return True


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")


# ------------------------------------------------------------------------------------------------------ the adapter


class Body(msgspec.Struct, frozen=True, tag="update", tag_field="type"):
    """An update, as the network writes it."""

    id: int
    chat: str
    account: str
    text: str


class LineAdapter:
    """Our bot. It reads on one connection and sends on it too; when that breaks, it connects anew."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.connected = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)

    @property
    def profile(self) -> Profile:
        return PROFILE

    async def run(self, inbox: Inbox) -> None:
        while True:
            with contextlib.suppress(ConnectionError):
                reader, writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
                try:
                    await self._receive(inbox, reader, writer)
                finally:
                    self._writer = None
                    self.connected.clear()
                    writer.close()
                    for answer in self._answers.values():
                        if not answer.done():
                            answer.set_exception(ConnectionResetError("the connection broke before the answer"))
            await asyncio.sleep(0.02)

    async def _receive(self, inbox: Inbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.connected.set()
        async for line in reader:
            message = json.loads(line)
            if message["type"] == "update":
                try:
                    await inbox.accept(
                        [Update(str(message["id"]), message["chat"], line.rstrip(b"\n"))], str(message["id"])
                    )
                except Exception:  # noqa: BLE001, S112  # not kept, so not acknowledged: it comes again
                    continue
                _write(writer, {"type": "have", "id": message["id"]})
            elif (answer := self._answers.get(message["id"])) is not None and not answer.done():
                answer.set_result(message)

    def read(self, update: Update) -> Incoming | None:
        body = msgspec.json.decode(update.body, type=Body)
        return Typed(chat=body.chat, account=body.account, text=body.text)

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        text, _ = as_text(view, delivery.language)
        if delivery.attempt > 1:
            text = say("text.resent", delivery.language, n=delivery.attempt - 1) + text
        return await self._send(delivery, text)

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        return await self.show(delivery, Notice(reason))

    async def _send(self, delivery: Delivery, text: str) -> Outcome:
        if self._writer is None:
            return Outcome("retry", after=0.1, detail="not connected")
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        _write(self._writer, {"type": "send", "id": number, "chat": delivery.chat, "text": text[: PROFILE.limits.text]})
        try:
            said = await asyncio.wait_for(answer, PATIENCE)
        except (ConnectionError, TimeoutError) as error:
            return Outcome("ambiguous", detail=str(error))
        finally:
            del self._answers[number]
        if said["type"] == "sent":
            return Outcome("sent", ref=said["ref"])
        return (
            Outcome("retry", after=said["after"])
            if said["why"] == "slow"
            else Outcome("unreachable", detail=said["why"])
        )

    async def acknowledge(self, handle: str, text: str) -> None:
        """A line protocol has no toasts."""

    async def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        raise FileNotFoundError(f"a line protocol has no files, and not {blob.ref}")
        yield b""

    async def invitation(self, code: str) -> str:
        return ""

    async def health(self) -> Health:
        return Health(ok=self.connected.is_set(), detail=f"{self.host}:{self.port}")

    async def probe(self) -> Health:
        try:
            _, writer = await asyncio.open_connection(self.host, self.port)
        except OSError as error:
            return Health(ok=False, detail=str(error))
        writer.close()
        return Health(ok=True, detail=f"{self.host}:{self.port}")

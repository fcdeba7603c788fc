"""A chat's part of a batch: raw updates are read by their adapters, heard by `talk` on the round's state, and become commands.

What is said in a chat, and what it means, is `talk`'s; here it only gets what it may look at, and its answer is kept. Who
says it is senders.py's.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Final

import msgspec
from msgspec.structs import replace

from workflow.domain.command import Answer, Command, Refused
from workflow.domain.effect import Content
from workflow.domain.item import Item
from workflow.engine.bots import Bots
from workflow.engine.definitions import Definitions
from workflow.engine.files import LONGEST_NAME, MOST_BYTES, Files
from workflow.engine.inbox import decode as update_of
from workflow.engine.logs import logger
from workflow.engine.naming import named
from workflow.engine.pieces import Piece, Spoken
from workflow.engine.round import MOST_NEEDS, Round
from workflow.engine.scenes import Scenes
from workflow.engine.senders import Senders, nobody, pressed_message
from workflow.engine.sight import reachable
from workflow.ports import Blob, ChatAdapter, Profile
from workflow.steps.draft import WantingError
from workflow.store import people
from workflow.store.pool import Database
from workflow.talk.about import About, Line
from workflow.talk.commands import command_in
from workflow.talk.dialogue import Dialogue
from workflow.talk.incoming import Incoming, Pressed, Typed
from workflow.talk.listen import after, hear, pressed_by_number, takes_numbers
from workflow.talk.needs import wants
from workflow.talk.plain import clean, line
from workflow.talk.scene import Heard, Hearing
from workflow.verbs.verb import LONGEST_COMMENT

NUMBERED: Final = 3
"""The longest answer that may be the number of a choice."""

FORGED: Final = Line("refused.token_forged")
UNREADABLE_SECONDS: Final = 600.0
"""So long nobody is told of another update of the same bot that cannot be read."""


class Listening:
    """Prepares and hears the chats' pieces of a round."""

    def __init__(
        self, database: Database, definitions: Definitions, bots: Bots, files: Files, scenes: Scenes, senders: Senders,
        key: bytes, quiet: str = "",
    ) -> None:  # fmt: skip
        self.database, self.definitions, self.bots = database, definitions, bots
        self.files, self.scenes, self.senders, self.key, self.quiet = files, scenes, senders, key, quiet
        self.alert: Callable[[str, Line], Awaitable[None]] = nobody
        self.unreadable = 0
        self._told: dict[tuple[str, str], float] = {}

    # ------------------------------------------------------------------------------------------- before

    async def prepare(self, round_: Round, pieces: Sequence[Piece]) -> None:
        """Read the updates, and bring into the round who sent them, their dialogues, and the items they are about."""
        by_bot: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.entry.bot and piece.entry.command is None:
                await self._read(round_.tenant, piece)
                if piece.incoming is not None:
                    by_bot.setdefault(piece.entry.bot, []).append(piece)
        for bot, heard in by_bot.items():
            await self.senders.bring(round_, bot, heard)
        items: set[str] = set()
        codes: set[str] = set()
        digests: set[str] = set()
        for piece in pieces:
            if piece.incoming is None:
                continue
            if isinstance(piece.incoming, Typed) and self._may_be_number(piece.adapter, piece.incoming):
                await self._by_number(round_, piece, piece.incoming)
            wanted = wants(
                piece.incoming,
                round_.dialogues[piece.entry.chat].dialogue,
                self.key,
                piece.entry.bot,
                piece.entry.external,
            )
            items |= wanted.items
            codes |= wanted.codes
            digests |= wanted.digests
            piece.wanted = wanted
        heard_any = any(piece.incoming is not None for piece in pieces)
        if heard_any or (not by_bot and any(piece.outcome is not None for piece in pieces)):
            await round_.load(items, codes, None)
            await self.definitions.ensure(round_.tenant, digests)

    async def _read(self, tenant: str, piece: Piece) -> None:
        """What an update says. What cannot be read is settled as such: the next one flows."""
        bot = self.bots.find(tenant, piece.entry.bot)
        if bot is None:
            piece.left = True
            return
        piece.adapter = bot.adapter
        try:
            incoming = bot.adapter.read(update_of(piece.entry.body))
        except (ValueError, msgspec.MsgspecError) as error:
            piece.outcome = Refused("unreadable")
            await self._unreadable(tenant, piece, error)
            return
        if incoming is None:
            piece.outcome = Answer(state="ignored")
        else:
            piece.incoming = incoming

    async def _unreadable(self, tenant: str, piece: Piece, error: Exception) -> None:
        """The administrators are told of a bot's first one, and not again soon: there may be thousands of the kind."""
        bot, now = piece.entry.bot, monotonic()
        self.unreadable += 1
        logger().warning("update cannot be read", tenant=tenant, bot=bot, command=piece.entry.id)
        if now - self._told.get((tenant, bot), -UNREADABLE_SECONDS) >= UNREADABLE_SECONDS:
            self._told[tenant, bot] = now
            await self.alert(
                tenant, Line("undecodable", {"bot": bot, "source": source_of(piece), "error": type(error).__name__})
            )

    @staticmethod
    def _may_be_number(adapter: ChatAdapter | None, typed: Typed) -> bool:
        return (
            adapter is not None
            and "buttons" not in adapter.profile.capabilities
            and len(typed.text.strip()) <= NUMBERED
        )

    async def _by_number(self, round_: Round, piece: Piece, typed: Typed) -> None:
        """Where there are no buttons, a number presses the choice that the last message with choices gave it."""
        async for view in self.scenes.recent(round_.tenant, piece.entry, piece.person, typed.reply_to):
            if takes_numbers(view):
                # Only the newest: "2" as the answer to a question must not press an older prompt's button.
                piece.incoming = pressed_by_number(typed, view) or typed
                return

    # ------------------------------------------------------------------------------------------- one update

    async def hear(self, round_: Round, piece: Piece) -> None:
        """Let `talk` hear it on the state as it is now; follow the command that comes of it; keep what is said.

        Where its files are still to be fetched, it is set `aside` instead: `fetch`, then hear it again.
        """
        incoming = piece.incoming
        assert incoming is not None, "only those that were read"  # noqa: S101
        if piece.wanted is not None and piece.wanted.fetch and piece.entry.sent is None:
            piece.aside = True
            return
        talked = round_.dialogues[piece.entry.chat]
        hearing = await self._hearing(round_, piece, incoming, talked.dialogue)
        heard = await self._heard(round_, incoming, hearing)
        piece.outcome = Answer(state="said")
        if heard.command is not None:
            command = replace(heard.command, tenant=round_.tenant, network=profile_of(piece).network)
            await round_.follow(piece, named(piece.entry, command))
            heard = after(piece.outcome, heard, dataclasses.replace(hearing, items=await self._visible(round_, piece)))
        elif FORGED in heard.says:
            piece.command = Command(piece.entry.id, round_.tenant, "", "press", piece.person, profile_of(piece).network)
            piece.outcome = Refused("token_forged")  # so that it stands in their stream
        if heard.language:
            await people.speak(self.database, round_.tenant, piece.person, heard.language)
        if heard.mute is not None:
            await people.mute(self.database, round_.tenant, piece.person, heard.mute.until)
        if heard.dialogue != talked.dialogue:
            talked.dialogue = heard.dialogue
            round_.written.add(piece.entry.chat)
        piece.spoken = _spoken(round_, piece, incoming, heard)

    async def _heard(self, round_: Round, incoming: Incoming, hearing: Hearing) -> Heard:
        """What it comes to; rows that are kept apart from their item are brought when it turns out that they matter."""
        for _ in range(MOST_NEEDS):
            try:
                return hear(incoming, hearing)
            except WantingError as wanting:
                await round_.bring(wanting.needs)
        return hear(incoming, hearing)

    async def _hearing(self, round_: Round, piece: Piece, incoming: Incoming, dialogue: Dialogue) -> Hearing:
        wanted = piece.wanted
        assert wanted is not None, "prepared before"  # noqa: S101
        uploads = await self.files.uploads(round_.tenant, [*wanted.files, *(piece.entry.sent or ())])
        person = round_.organisation.person(piece.person)
        items = await self._visible(round_, piece)
        if piece.adopt and item_of(piece.shown) not in {"", *items}:
            piece.adopt, piece.shown = False, None  # a button that somebody else was shown shows them nothing
        return Hearing(
            person=piece.person, language=person.language if person is not None else "zh", bot=piece.entry.bot,
            chat=piece.entry.external, key=self.key, now=round_.now, organisation=round_.organisation,
            private=getattr(incoming, "private", True), capabilities=profile_of(piece).capabilities,
            flows=self.definitions.current(round_.tenant, round_.flows), definitions=self.definitions.by_digest(round_.tenant),
            lifecycles=self.definitions.lifecycles(round_.tenant), items=items, files=uploads, dialogue=dialogue,
            command=piece.entry.id, random=round_.random(piece.entry.id, "heard"), sent=piece.entry.sent or (),
            spoilt=piece.entry.spoilt, shown=piece.shown, muted=await self._muted(round_.tenant, piece, incoming),
            quiet=self.quiet, rows=round_.known.rows, counts=round_.known.counts,
        )  # fmt: skip

    async def _muted(self, tenant: str, piece: Piece, incoming: Incoming) -> datetime | None:
        """Until when the person wants to be left alone; looked up only where they ask."""
        if isinstance(incoming, Typed) and len(incoming.text) <= NUMBERED * 100:
            command = command_in(incoming.text, bare=True)
            if command is not None and command.word == "mute":
                return await people.muted(self.database, tenant, piece.person)
        return None

    async def _visible(self, round_: Round, piece: Piece) -> dict[str, Item]:
        """The items that were asked for, as they are now, as far as this person may see them."""
        wanted = piece.wanted
        assert wanted is not None, "prepared before"  # noqa: S101
        asked = {*wanted.items, *(round_.codes[code] for code in wanted.codes if code in round_.codes)}
        if piece.command is not None:
            asked.add(piece.command.item)
        items = {one: item for one in asked if (found := round_.subjects.get(one)) and (item := found.item) is not None}
        return await reachable(self.database, round_.organisation, round_.now, piece.person, items)

    async def fetch(self, tenant: str, piece: Piece) -> None:
        """The files that came with a message, kept as the sender's uploads; once, however often it is heard."""
        entry, typed = piece.entry, piece.incoming
        kept: list[str] = []
        spoilt: list[Refused] = []
        assert piece.adapter is not None, "only those that were read"  # noqa: S101
        for blob in typed.files if isinstance(typed, Typed) else ():
            try:
                found = await self.files.upload(tenant, piece.person, blob.name, piece.adapter.fetch(blob))
            except OSError as error:
                found = _not_fetched(blob, error)
            if isinstance(found, Refused):
                spoilt.append(found)
            else:
                kept.append(found.file)
        entry.sent, entry.spoilt = tuple(kept), tuple(spoilt)


def profile_of(piece: Piece) -> Profile:
    """What the network of a piece's chat can do."""
    assert piece.adapter is not None, "only those that were read"  # noqa: S101
    return piece.adapter.profile


def _not_fetched(blob: Blob, error: OSError) -> Refused:
    """The network does not hand out somebody's file; they are told, and send it again or smaller."""
    if error.errno == errno.EFBIG:
        return Refused("file_too_large", {"name": line(blob.name, LONGEST_NAME), "most": MOST_BYTES})
    logger().warning("file not fetched", exc_info=error)
    return Refused("file_not_fetched", {"name": line(blob.name, LONGEST_NAME)})


def item_of(about: About | None) -> str:
    """The item that a message is about; empty for none."""
    return getattr(about, "item", "")


def source_of(piece: Piece) -> str:
    """What the network calls an update that cannot be read, where even that can be found out."""
    try:
        return update_of(piece.entry.body).source
    except msgspec.MsgspecError:
        return ""


def _spoken(round_: Round, piece: Piece, incoming: Incoming, heard: Heard) -> Spoken:
    contents, words = heard.contents, None
    if isinstance(incoming, Typed) and (text := clean(incoming.text, LONGEST_COMMENT)):
        content = sealed(round_.random(piece.entry.id, "words").bytes(16), text, piece.person)
        contents, words = (*contents, content), content.commitment
    toast = None
    if isinstance(incoming, Pressed) and incoming.handle and piece.adapter is not None:
        toast = partial(piece.adapter.acknowledge, incoming.handle, heard.acknowledgement)
    known = piece.shown is not None and not piece.adopt
    adopted = piece.shown if piece.adopt else None
    return Spoken(heard.says, heard.turn, heard.bump, contents, words, pressed_message(incoming), known, adopted, toast)


def sealed(salt: bytes, text: str, subject: str) -> Content:
    """Words kept apart, and the commitment that stands for them."""
    body = text.encode(errors="replace")
    return Content(hashlib.sha256(b"\x02" + salt + body).hexdigest(), subject, salt, body)

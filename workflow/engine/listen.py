"""A chat's part of a batch: raw updates are read by their adapters, heard by `talk` on the round's state, and become commands.

What is said in a chat, and what it means, is `talk`'s; here it only gets what it may look at, and its answer is kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import msgspec
from msgspec.structs import replace

from workflow.domain.command import Answer, Refused
from workflow.domain.effect import Content
from workflow.domain.item import Item
from workflow.engine.bots import Bots
from workflow.engine.definitions import Definitions
from workflow.engine.files import Files
from workflow.engine.inbox import decode as update_of
from workflow.engine.naming import named
from workflow.engine.round import Piece, Round, Spoken
from workflow.engine.scenes import Scenes
from workflow.engine.sight import visible
from workflow.engine.writing import about_of
from workflow.ports import ChatAdapter, Profile
from workflow.store import load, people
from workflow.store.pool import Database
from workflow.talk.dialogue import Dialogue
from workflow.talk.incoming import Incoming, Pressed, Typed
from workflow.talk.listen import after, hear, pressed_by_number, takes_numbers
from workflow.talk.needs import wants
from workflow.talk.plain import clean
from workflow.talk.scene import Heard, Hearing
from workflow.talk.written import LONGEST

NUMBERED: Final = 3
"""The longest answer that may be the number of a choice."""

_dialogue: Final = msgspec.json.Decoder(Dialogue).decode
_dialogue_bytes: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Talked:
    """A chat's dialogue as the round changes it; `version` is its row's, 0 where there is none."""

    version: int
    dialogue: Dialogue

    def row(self) -> tuple[int, bytes | None, datetime | None]:
        """What is written: nothing, once nothing is under way."""
        expires = self.dialogue.expires
        return self.version, _dialogue_bytes(self.dialogue) if expires is not None else None, expires


class Listening:
    """Prepares and hears the chats' pieces of a round."""

    def __init__(
        self, database: Database, definitions: Definitions, bots: Bots, files: Files, scenes: Scenes, key: bytes
    ) -> None:
        self.database, self.definitions, self.bots = database, definitions, bots
        self.files, self.scenes, self.key = files, scenes, key

    # ------------------------------------------------------------------------------------------- before

    async def prepare(self, round_: Round, pieces: Sequence[Piece]) -> None:
        """Read the updates, and bring into the round who sent them, their dialogues, and the items they are about."""
        by_bot: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.entry.bot and piece.entry.command is None:
                self._read(round_.tenant, piece)
                if piece.incoming is not None:
                    by_bot.setdefault(piece.entry.bot, []).append(piece)
        for bot, heard in by_bot.items():
            await self._senders(round_, bot, heard)
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
        if any(piece.incoming is not None for piece in pieces):
            await round_.load(items, codes, None)
            await self.definitions.ensure(round_.tenant, digests)

    def _read(self, tenant: str, piece: Piece) -> None:
        """What an update says. What cannot be read is settled as such: the next one flows."""
        bot = self.bots.find(tenant, piece.entry.bot)
        if bot is None:
            piece.left = True
            return
        piece.adapter = bot.adapter
        try:
            incoming = bot.adapter.read(update_of(piece.entry.body))
        except (ValueError, msgspec.MsgspecError):
            piece.outcome = Refused("unreadable")
            return
        if incoming is None:
            piece.outcome = Answer(state="ignored")
        else:
            piece.incoming = incoming

    async def _senders(self, round_: Round, bot: str, pieces: list[Piece]) -> None:
        known = await load.hearing(
            self.database, round_.tenant, bot,
            list({piece.incoming.account for piece in pieces if piece.incoming is not None}),
            list({piece.entry.chat for piece in pieces}),
            [(piece.entry.chat, ref) for piece in pieces if (ref := pressed_message(piece.incoming))],
        )  # fmt: skip
        await round_.begin(known.now, known.organisation_version)
        for piece in pieces:
            assert piece.incoming is not None, "only those that were read"  # noqa: S101
            held = known.dialogues.get(piece.entry.chat)
            state = _dialogue(held.state) if held is not None and held.state else Dialogue()
            round_.dialogues.setdefault(piece.entry.chat, Talked(held.version if held is not None else 0, state))
            person = known.accounts.get(piece.incoming.account, "")
            if not person or not round_.organisation.active(person):
                piece.unknown, piece.incoming, piece.outcome = True, None, Answer(state="unknown")
                continue
            piece.person = person
            shown = known.shown.get((piece.entry.chat, pressed_message(piece.incoming)))
            piece.shown = about_of(shown) if shown is not None else None

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
        """Let `talk` hear it on the state as it is now; follow the command that comes of it; keep what is said."""
        incoming = piece.incoming
        assert incoming is not None, "only those that were read"  # noqa: S101
        talked = round_.dialogues[piece.entry.chat]
        hearing = await self._hearing(round_, piece, incoming, talked.dialogue)
        heard = hear(incoming, hearing)
        piece.outcome = Answer(state="said")
        if heard.command is not None:
            command = replace(heard.command, tenant=round_.tenant, network=profile_of(piece).network)
            await round_.follow(piece, named(piece.entry, command))
            heard = after(piece.outcome, heard, dataclasses.replace(hearing, items=await self._visible(round_, piece)))
        if heard.language:
            await people.speak(self.database, round_.tenant, piece.person, heard.language)
        if heard.dialogue != talked.dialogue:
            talked.dialogue = heard.dialogue
            round_.written.add(piece.entry.chat)
        piece.spoken = _spoken(round_, piece, incoming, heard)

    async def _hearing(self, round_: Round, piece: Piece, incoming: Incoming, dialogue: Dialogue) -> Hearing:
        wanted = piece.wanted
        assert wanted is not None, "prepared before"  # noqa: S101
        sent: tuple[str, ...] = ()
        if wanted.fetch and isinstance(incoming, Typed):
            sent = await self._fetched(round_.tenant, piece, incoming)
        uploads = await self.files.uploads(round_.tenant, [*wanted.files, *sent])
        person = round_.organisation.person(piece.person)
        return Hearing(
            person=piece.person, language=person.language if person is not None else "zh", bot=piece.entry.bot,
            chat=piece.entry.external, key=self.key, now=round_.now, organisation=round_.organisation,
            private=incoming.private, capabilities=profile_of(piece).capabilities,
            flows=self.definitions.current(round_.tenant, round_.flows), definitions=self.definitions.by_digest(round_.tenant),
            lifecycles=self.definitions.lifecycles(round_.tenant), items=await self._visible(round_, piece), files=uploads,
            dialogue=dialogue, command=piece.entry.id, random=round_.random(piece.entry.id, "heard"), sent=sent, spoilt=piece.entry.spoilt,
            shown=piece.shown,
        )  # fmt: skip

    async def _visible(self, round_: Round, piece: Piece) -> dict[str, Item]:
        """The items that were asked for, as they are now, as far as this person may see them."""
        wanted = piece.wanted
        assert wanted is not None, "prepared before"  # noqa: S101
        asked = {*wanted.items, *(round_.codes[code] for code in wanted.codes if code in round_.codes)}
        if piece.command is not None:
            asked.add(piece.command.item)
        items = {one: item for one in asked if (found := round_.subjects.get(one)) and (item := found.item) is not None}
        return await visible(self.database, round_.organisation, round_.now, piece.person, items)

    async def _fetched(self, tenant: str, piece: Piece, typed: Typed) -> tuple[str, ...]:
        """The files that came with a message, kept as the sender's uploads; once, however often it is heard."""
        entry = piece.entry
        if entry.sent is None:
            kept: list[str] = []
            spoilt: list[Refused] = []
            assert piece.adapter is not None, "only those that were read"  # noqa: S101
            for blob in typed.files:
                found = await self.files.upload(tenant, piece.person, blob.name, piece.adapter.fetch(blob))
                if isinstance(found, Refused):
                    spoilt.append(found)
                else:
                    kept.append(found.file)
            entry.sent, entry.spoilt = tuple(kept), tuple(spoilt)
        return entry.sent


def profile_of(piece: Piece) -> Profile:
    """What the network of a piece's chat can do."""
    assert piece.adapter is not None, "only those that were read"  # noqa: S101
    return piece.adapter.profile


def pressed_message(incoming: Incoming | None) -> str:
    """The message whose button was pressed, as the network calls it."""
    return incoming.message if isinstance(incoming, Pressed) else ""


def _spoken(round_: Round, piece: Piece, incoming: Incoming, heard: Heard) -> Spoken:
    contents, words = heard.contents, None
    if isinstance(incoming, Typed) and (text := clean(incoming.text, LONGEST)):
        content = sealed(round_.random(piece.entry.id, "words").bytes(16), text, piece.person)
        contents, words = (*contents, content), content.commitment
    toast = None
    if isinstance(incoming, Pressed) and incoming.handle and piece.adapter is not None:
        toast = partial(piece.adapter.acknowledge, incoming.handle, heard.acknowledgement)
    return Spoken(
        heard.says, heard.turn, heard.bump, contents, words, pressed_message(incoming), piece.shown is not None, toast
    )


def sealed(salt: bytes, text: str, subject: str) -> Content:
    """Words kept apart, and the commitment that stands for them."""
    body = text.encode(errors="replace")
    return Content(hashlib.sha256(b"\x02" + salt + body).hexdigest(), subject, salt, body)

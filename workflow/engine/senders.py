"""Who speaks in a chat, and where they stand: accounts become people, strangers learn how to be linked, floods are slowed.

What people say is listen.py's. Nobody is known by a name: only the network's own id of the account counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Final

import msgspec

from workflow.domain.command import Answer, Refused
from workflow.engine.identity import Came
from workflow.engine.linking import Asked, Linking
from workflow.engine.pace import Pace, Ruling
from workflow.engine.pieces import Piece, Spoken
from workflow.engine.rooms import Rooms
from workflow.engine.round import Round
from workflow.engine.writing import about_of
from workflow.store import chats, load, rooms
from workflow.store.pool import Database
from workflow.talk.about import Line
from workflow.talk.commands import command_in, linking
from workflow.talk.dialogue import Dialogue
from workflow.talk.incoming import Incoming, Moved, Pressed, Typed
from workflow.talk.pressing import standing
from workflow.talk.speaker import Speaker

SHORT: Final = 200
"""What is longer is no command about accounts and rooms."""

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


class Senders:
    """Finds out who sent what was read; what is not for `talk` to hear has its outcome afterwards."""

    def __init__(self, database: Database, linking_: Linking, pace: Pace, key: bytes) -> None:
        self.database, self.linking, self.pace, self.key = database, linking_, pace, key
        self.rooms = Rooms(database)
        self.alert: Callable[[str, Line], Awaitable[None]] = nobody
        self._shared: set[tuple[str, str]] = set()

    async def bring(self, round_: Round, bot: str, pieces: Sequence[Piece]) -> None:
        """Who sent these updates of one bot, their dialogues, and what the messages they pressed are about."""
        moves = [(piece, piece.incoming) for piece in pieces if isinstance(piece.incoming, Moved)]
        for piece, moved in moves:
            await self._move(round_.tenant, piece, moved)
        spoken = [(piece, piece.incoming) for piece in pieces if piece.incoming is not None]
        known = await load.hearing(
            self.database, round_.tenant, bot, list({incoming.account for _, incoming in spoken}),
            list({piece.entry.chat for piece, _ in spoken}),
            [(piece.entry.chat, ref) for piece, incoming in spoken if (ref := pressed_message(incoming))],
        )  # fmt: skip
        await round_.begin(known.now, known.organisation_version)
        for piece, incoming in spoken:
            held = known.dialogues.get(piece.entry.chat)
            state = _dialogue(held.state) if held is not None and held.state else Dialogue()
            round_.dialogues.setdefault(piece.entry.chat, Talked(held.version if held is not None else 0, state))
            person = known.accounts.get(incoming.account, "")
            piece.person = person if person and round_.organisation.active(person) else ""
            linked = await self._placed(round_, piece, incoming)
            if linked:  # whatever else it says in this batch is that person's
                known.accounts[incoming.account] = linked
                talked = round_.dialogues[piece.entry.chat]
                if talked.dialogue != Dialogue():  # it was somebody else's, and is over
                    round_.dialogues[piece.entry.chat] = Talked(talked.version + 1, Dialogue())
            elif piece.incoming is not None:
                self._shown(piece, incoming, known.shown)

    async def _placed(self, round_: Round, piece: Piece, incoming: Incoming) -> str:
        """Leaves `piece.incoming` where it is to be heard; the person, where the account was linked just now."""
        entry, private = piece.entry, getattr(incoming, "private", True)
        ruling = self.pace.rule((round_.tenant, entry.bot, incoming.account), entry.id, monotonic())
        if not ruling.heard:
            self._slowed(round_, piece, incoming, ruling)
            return ""
        text = incoming.text if isinstance(incoming, Typed) and len(incoming.text) <= SHORT else ""
        code = linking(text, bare=private and not piece.person) if text else None
        if code is not None:
            return await self._link(round_, piece, incoming, code, private=private)
        if not piece.person:
            await self._strange(round_.tenant, piece, incoming, private=private)
            return ""
        if not private:
            await self._share(round_.tenant, entry.chat)
        command = command_in(text, bare=False) if text else None
        if command is not None and command.word == "room":
            said = await self.rooms.asked(round_, piece, command.rest, private=private)
            _settle(piece, Answer(state="said"), said)
        return ""

    # ------------------------------------------------------------------------------------------- who is not heard

    def _slowed(self, round_: Round, piece: Piece, incoming: Incoming, ruling: Ruling) -> None:
        """Too much at once. Known people are told so, once; strangers have been told what to do already."""
        line = Line("slow_down", {"seconds": ruling.seconds})
        tell, pressed = ruling.tell and bool(piece.person), isinstance(incoming, Pressed)
        _settle(piece, Answer(state="slowed"), *((line,) if tell and not pressed else ()))
        if tell and isinstance(incoming, Pressed) and piece.adapter is not None:
            person = round_.organisation.person(piece.person)
            speaker = Speaker(person.language if person is not None else "zh", round_.organisation, round_.now)
            words = speaker.line(line.word, line.facts)
            piece.spoken.toast = partial(piece.adapter.acknowledge, incoming.handle, words)

    async def _strange(self, tenant: str, piece: Piece, incoming: Incoming, *, private: bool) -> None:
        """In a group nothing happens at all."""
        piece.unknown = True
        _settle(piece, Answer(state="unknown"))
        if private:
            await self.linking.strange(tenant, _asked(piece, incoming))

    async def _link(self, round_: Round, piece: Piece, incoming: Incoming, code: str, *, private: bool) -> str:
        tenant, asked = round_.tenant, _asked(piece, incoming)
        if private and code:
            came = await self.linking.enter(tenant, code, asked)
            if isinstance(came, Refused):
                _settle(piece, came)
                return ""
            _settle(piece, Answer(state="linked"))
            return came
        if code:
            await self.linking.shown(tenant, code, asked)
        if piece.person:
            if not private:
                await self._share(tenant, piece.entry.chat)
            _settle(piece, Answer(state="said"), Line("link_private" if code else "link_usage"))
        else:
            await self._strange(tenant, piece, incoming, private=private)
        return ""

    # ------------------------------------------------------------------------------------------- chats

    async def _move(self, tenant: str, piece: Piece, moved: Moved) -> None:
        """The network calls a chat differently now. Told again, there is none of that name any more."""
        chat = await chats.find(self.database, tenant, piece.entry.bot, moved.chat)
        _settle(piece, Answer(state="moved"))
        if chat is None:
            return
        names = [name for name, there in (await rooms.bound(self.database, tenant)).items() if there == chat]
        await chats.move(self.database, tenant, chat, moved.to)
        for name in names:
            await self.alert(tenant, Line("chat_moved", {"room": name}))

    async def _share(self, tenant: str, chat: str) -> None:
        if (tenant, chat) not in self._shared:
            await rooms.share(self.database, tenant, [chat])
            self._shared.add((tenant, chat))

    def _shown(self, piece: Piece, incoming: Incoming, shown: dict[tuple[str, str], bytes]) -> None:
        ref = pressed_message(incoming)
        about = shown.get((piece.entry.chat, ref))
        if about is not None:
            piece.shown = about_of(about)
        elif ref and isinstance(incoming, Pressed):
            piece.shown = standing(incoming.token, self.key, piece.entry.bot, piece.entry.external)
            piece.adopt = piece.shown is not None


def pressed_message(incoming: Incoming | None) -> str:
    """The message whose button was pressed, as the network calls it."""
    return incoming.message if isinstance(incoming, Pressed) else ""


def _asked(piece: Piece, incoming: Incoming) -> Asked:
    assert piece.adapter is not None, "only those that were read"  # noqa: S101
    network = piece.adapter.profile.network
    return Asked(
        Came(piece.entry.bot, network, incoming.account, piece.entry.external), piece.entry.chat, piece.entry.id
    )


def _settle(piece: Piece, outcome: Answer | Refused, *says: Line) -> None:
    piece.incoming, piece.outcome, piece.spoken = None, outcome, Spoken(says=says)


async def nobody(_tenant: str, _line: Line) -> None:
    """Nobody is told."""

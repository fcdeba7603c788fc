"""The far side of an adapter, as the suite asks for it: a person with that network's client, and the inbox in memory."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from workflow.ports import ChatAdapter, Delivery, Outcome, Pressed, Typed, Update
from workflow.talk.listen import pressed_by_number
from workflow.talk.view import Choice, View


@dataclass
class Keeper:
    """An inbox in memory: each source once. `failing`: so many calls raise first, as when the database is away.

    `attachments`: what there is to be sent, by file.
    """

    updates: dict[str, Update] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    attachments: dict[str, bytes] = field(default_factory=dict)
    failing: int = 0
    on_keep: Callable[[Update], Awaitable[None]] | None = None

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the database is away")
        for update in updates:
            if update.source not in self.updates:
                self.updates[update.source] = update
                if self.on_keep is not None:
                    await self.on_keep(update)
        self.cursors.append(cursor)

    async def attachment(self, chat: str, file: str) -> AsyncIterator[bytes]:
        if file not in self.attachments:
            raise FileNotFoundError(f"there is no file {file} for {chat}")
        body = self.attachments[file]
        for at in range(0, len(body), 4096):
            yield body[at : at + 4096]

    @property
    def kept(self) -> list[Update]:
        return list(self.updates.values())


@dataclass(frozen=True)
class Seen:
    """A message as the person sees it: its text, the labels of its buttons as they are drawn, the names of files in it."""

    ref: str
    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def shows(self, text: str) -> bool:
        """Whether it says so, wherever it stands."""
        return any(text in one for one in (self.text, *self.buttons, *self.files))


class Rig(ABC):
    """The person's side. `chat` and `account` are theirs, as the network names them; `refusals` counts what was not acknowledged."""

    adapter: ChatAdapter
    keeper: Keeper
    chat: str
    account: str
    refusals: int = 0

    @abstractmethod
    async def start(self) -> None:
        """Begins `adapter.run(keeper)`, and waits until it receives."""

    @abstractmethod
    async def stop(self) -> None:
        """Cancels it, and waits for it."""

    @abstractmethod
    async def say(self, text: str, *, again: bool = False) -> None:
        """The person types; returns once the network is told that it arrived. `again`: the network delivers it once more."""

    @abstractmethod
    async def press(self, ref: str, choice: Choice, *, again: bool = False) -> str:
        """The person presses the button of that choice; the toast they get, if any. Where there are none, they type its number."""

    @abstractmethod
    async def seen(self, until: Callable[[list[Seen]], bool]) -> list[Seen]:
        """What the chat shows, in order, as soon as `until` holds of it; else as it is after two seconds."""

    async def send_file(self, name: str, body: bytes) -> None:
        """The person sends a file."""
        raise NotImplementedError("a rig whose adapter has files sends them")

    async def send_photo(self, name: str, body: bytes) -> None:
        """The person sends a picture, as pictures are sent there; the network may rename it, but keeps these bytes."""
        await self.send_file(name, body)

    async def send_location(self, latitude: float, longitude: float) -> None:
        """The person sends where they are; where that cannot be sent, they type it."""
        await self.say(f"geo:{latitude:.6f},{longitude:.6f}")

    async def send_contact(self, phone: str) -> None:
        """The person shares their own number; where that cannot be shared, they type it."""
        await self.say(phone)

    async def lose_next_answer(self) -> bool:
        """The next message reaches the person, but the network's answer is lost; False where nothing can be lost."""
        return False

    async def refuse(self, what: str) -> bool:
        """From now on the network refuses: `slow` (try again in 3 seconds) or `blocked`; False where it never does."""
        return False

    @property
    def can(self) -> frozenset[str]:
        return self.adapter.profile.capabilities


def has(*texts: str) -> Callable[[list[Seen]], bool]:
    """Whether some message shows all of these."""
    return lambda seen: any(all(one.shows(text) for text in texts) for one in seen)


_numbers = count(1)


def delivery(rig: Rig, ref: str = "", attempt: int = 1, id: str = "") -> Delivery:
    """Something owed to the rig's chat."""
    return Delivery(id or f"delivery-{next(_numbers)}", rig.chat, ref=ref, attempt=attempt)


async def patiently(rig: Rig, owed: Delivery, view: View) -> Outcome:
    """Shows it as the relay would: what says `retry` is tried again after as long as it says."""
    for _ in range(20):
        outcome = await rig.adapter.show(owed, view)
        if outcome.kind != "retry":
            return outcome
        await asyncio.sleep(min(outcome.after, 0.1))
    raise AssertionError("the network did not take it after twenty tries")


def pressed(rig: Rig, ref: str, view: View, choice: Choice) -> None:
    """The last update is the press of that choice on that message: its token, or its number where there are no buttons."""
    incoming = rig.adapter.read(rig.keeper.kept[-1])
    if "buttons" in rig.can:
        assert isinstance(incoming, Pressed)
        assert (incoming.token, incoming.message) == (choice.token, ref)
        assert (incoming.chat, incoming.account) == (rig.chat, rig.account)
    else:
        assert isinstance(incoming, Typed)
        found = pressed_by_number(incoming, view)
        assert found is not None
        assert found.token == choice.token


async def edit(rig: Rig, owed: Delivery, ref: str, view: View) -> None:
    """Shows a message that stands already as it is now."""
    outcome = await patiently(rig, Delivery(owed.id, owed.chat, ref=ref), view)
    assert outcome.kind in {"sent", "noop"}


async def in_place(rig: Rig, ref: str, until: Callable[[list[Seen]], bool]) -> Seen:
    """The message as it is now; where nothing can be edited, the one that says it anew."""
    seen = await rig.seen(until)
    if "edits" in rig.can:
        assert [one.ref for one in seen] == [ref], "in place"
    return seen[-1]

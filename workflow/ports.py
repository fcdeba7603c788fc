"""What a chat adapter must be, and what the engine hands it. No network is named here.

An adapter turns a network's updates into rows of the inbox (`Inbox.accept`, then acknowledge), reads them back into `Incoming`
(`read`, pure), and shows a `View` in a chat (`show`: sends, or edits what it sent before). It decides nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from workflow.domain.command import OWN
from workflow.talk.incoming import Blob, Filled, Incoming, Moved, Pressed, Typed
from workflow.talk.view import View

__all__ = [
    "OWN", "Blob", "ChatAdapter", "Delivery", "Filled", "Health", "Inbox", "Incoming", "Limits", "Moved", "Outcome", "Pressed", "Profile",
    "Standing", "Typed", "Update",
]  # fmt: skip


class Limits(Struct, frozen=True):
    """What the network bears. `text` in UTF-16 units; `token` in bytes; `file_*` in bytes; rates in messages a second."""

    text: int
    token: int
    file_up: int
    file_down: int
    chat_rate: float = 0.0
    group_rate: float = 0.0
    total_rate: float = 0.0


class Profile(Struct, frozen=True):
    """`network` is the adapter's name; `capabilities` what it can do beyond sending numbered text.

    buttons · edits (in place) · files · threads · reactions · forms (a whole one at once) · confirm (asks before a press counts) ·
    silent (a message disturbs nobody: no quiet hours, no digest).
    """

    network: str
    capabilities: frozenset[Literal["buttons", "edits", "files", "threads", "reactions", "forms", "confirm", "silent"]]
    limits: Limits


class Update(Struct, frozen=True):
    """One raw update, kept as it came. `source` is the network's own id of it: the same again is the same update."""

    source: str
    chat: str
    body: bytes


class Delivery(Struct, frozen=True):
    """One thing owed to one chat. `ref` empty: send; else edit that message. `attempt` > 1 is a marked resend (重发 #n).

    `id` is stable over all attempts, so a network with an idempotency key may use it. `language` is the reader's, for what an
    adapter says of its own; `private`: the chat is one person's.
    """

    id: str
    chat: str
    ref: str = ""
    attempt: int = 1
    urgent: bool = False
    language: str = "zh"
    private: bool = True


class Outcome(Struct, frozen=True):
    """What became of a delivery.

    sent · duplicate (was there already) · retry (not sent, try after `after` seconds) · ambiguous (nobody knows) · gone (the
    message to edit is no more: send anew) · unreachable (the chat refuses) · moved (the chat is now `to`) · rejected (the
    network refuses this content for ever) · noop (it showed this already) · unauthorised (the bot itself is locked out).
    """

    kind: Literal[
        "sent", "duplicate", "retry", "ambiguous", "gone", "unreachable", "moved", "rejected", "noop", "unauthorised"
    ]
    ref: str = ""
    after: float = 0.0
    to: str = ""
    detail: str = ""


class Health(Struct, frozen=True):
    """Whether the adapter reaches its network; `detail` is for administrators."""

    ok: bool
    detail: str = ""


class Inbox(Protocol):
    """Where an adapter puts what it received, and finds what it is to send."""

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        """Keep updates (and how far the network has been read) in one transaction; when it raises, do not acknowledge."""

    def attachment(self, chat: str, file: str) -> AsyncIterator[bytes]:
        """The bytes of a `Document`, as far as whose private chat it is may have them. FileNotFoundError: they may not, or it is gone."""


@runtime_checkable
class Standing(Protocol):
    """An adapter whose chats nobody has to bind: it has rooms by itself."""

    @property
    def rooms(self) -> Mapping[str, str]:
        """What the network calls the chat of each room."""


class ChatAdapter(Protocol):
    """A network. Every one passes the same conformance suite (`tests/contract`)."""

    @property
    def profile(self) -> Profile:
        """What it is and what it can do."""

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled."""

    def read(self, update: Update) -> Incoming | None:
        """What an update says; None when it says nothing to us. Raises ValueError when it cannot be decoded."""

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        """Send or edit. Never raises for what a network may do."""

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        """Take a message back as far as the network allows: edit it to `reason`, or delete it."""

    async def acknowledge(self, handle: str, text: str) -> None:
        """Answer a press at once (a toast), where the network knows that; losing it loses nothing."""

    def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        """The bytes of a file that somebody sent. OSError when they do not come; its errno is EFBIG where it is too large to be had."""

    async def invitation(self, code: str) -> str:
        """The address that opens a private chat with this bot and brings `code` along; empty where there is none, or nobody answers."""

    async def health(self) -> Health:
        """Whether the network is reached; not while it does not run."""

    async def probe(self) -> Health:
        """Whether the network lets this bot in, asked of it now, also while it does not run. Receives nothing, never raises."""

"""What people do in a chat, whatever the network: press, type, fill in; and that a chat has moved. Not here: how a network says so (adapters), what it means (listen.py)."""

from __future__ import annotations

from msgspec import Struct, field


class Blob(Struct, frozen=True):
    """A file that somebody sent: how to fetch it (`ref`), and what the network says about it."""

    ref: str
    name: str
    media_type: str = ""
    bytes: int = 0


class Pressed(Struct, frozen=True, tag="pressed"):
    """A button. `message` is the message it stood on, as `Outcome.ref` named it; `handle` is what `acknowledge` takes."""

    chat: str
    account: str
    token: str
    message: str = ""
    handle: str = ""
    private: bool = True


class Typed(Struct, frozen=True, tag="typed"):
    """Text, with or without files. `reply_to` is the message it answers, as `Outcome.ref` named it.

    What a client sends without typing is said in its standard spelling: a place as `geo:39.984,116.491` (RFC 5870), a
    contact as its telephone number, `+8613800000000`.
    """

    chat: str
    account: str
    text: str
    files: tuple[Blob, ...] = ()
    reply_to: str = ""
    private: bool = True


class Filled(Struct, frozen=True, tag="filled"):
    """A whole form at once (capability `forms`): `token` says which, `answers` as typed; files already uploaded, by id."""

    chat: str
    account: str
    token: str
    answers: dict[str, object] = field(default_factory=dict)
    private: bool = True


class Moved(Struct, frozen=True, tag="moved"):
    """The network calls this chat `to` now. Nobody said anything; `account` is who made it so, where the network tells."""

    chat: str
    to: str
    account: str = ""


Incoming = Pressed | Typed | Filled | Moved

"""The web's own updates: what a browser sent, as it is kept in the inbox. `account` was put there by the session, not by it."""

from __future__ import annotations

from typing import Any

import msgspec

from workflow.ports import Blob, Filled, Incoming, Pressed, Typed, Update


class Press(msgspec.Struct, frozen=True, tag="press", tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """A button was pressed."""

    account: str
    token: str
    message: str = ""
    handle: str = ""


class Say(msgspec.Struct, frozen=True, tag="say", tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """Something was typed."""

    account: str
    text: str
    files: tuple[Blob, ...] = ()
    reply_to: str = ""


class Fill(msgspec.Struct, frozen=True, tag="fill", tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """A whole form was handed in."""

    account: str
    token: str
    answers: dict[str, Any]


Body = Press | Say | Fill

_decoder: msgspec.json.Decoder[Body] = msgspec.json.Decoder(Body)


def update(source: str, body: Body) -> Update:
    """The row for the inbox. A person's web chat is known by their own id."""
    return Update(source=source, chat=body.account, body=msgspec.json.encode(body))


def read(update: Update) -> Incoming:
    """What it says; ValueError when it is none of ours."""
    match _decoder.decode(update.body):
        case Press(account, token, message, handle):
            return Pressed(chat=update.chat, account=account, token=token, message=message, handle=handle)
        case Say(account, text, files, reply_to):
            return Typed(chat=update.chat, account=account, text=text, files=files, reply_to=reply_to)
        case Fill(account, token, answers):
            return Filled(chat=update.chat, account=account, token=token, answers=answers)

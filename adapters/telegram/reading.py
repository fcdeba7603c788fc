"""What an update says: Telegram's Update becomes Incoming. Pure, so that any process reads the same. Not here: what it means (talk)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aiogram.types import CallbackQuery, Message, Update
from pydantic import ValidationError

from workflow.ports import Blob, Incoming, Moved, Pressed, Typed

_ADDRESSED: Final = re.compile(r"(/[^\s@/]+)@([A-Za-z0-9_]+)(?=\s|$)")
_PEOPLE: Final = frozenset({"private", "group", "supergroup"})


def read(body: bytes, us: str = "") -> Incoming | None:
    """What somebody pressed or typed; None for whatever else there is: channels, bots, edits, service messages.

    `us` is our own user name, as far as it is known: a command that names another bot is not for us. ValueError when the
    update cannot be decoded.
    """
    try:
        update = Update.model_validate_json(body)
    except ValidationError as error:
        raise ValueError(f"not an update of Telegram's: {_faults(error)}") from None
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.message is not None:
        return _said(update.message, us)
    return None


def _pressed(query: CallbackQuery) -> Pressed | None:
    message = query.message
    if query.data is None or message is None or query.from_user.is_bot or message.chat.type not in _PEOPLE:
        return None
    return Pressed(
        chat=str(message.chat.id), account=str(query.from_user.id), token=query.data, message=str(message.message_id),
        handle=query.id, private=message.chat.type == "private",
    )  # fmt: skip


def _said(message: Message, us: str) -> Moved | Typed | None:
    chat, sender = str(message.chat.id), message.from_user
    if message.chat.type not in _PEOPLE:
        return None
    if message.migrate_to_chat_id is not None:
        return Moved(
            chat=chat, to=str(message.migrate_to_chat_id), account=str(sender.id) if sender is not None else ""
        )
    if sender is None or sender.is_bot or message.sender_chat is not None:
        return None  # an administrator who hides behind the group, or a channel: nobody in particular
    text, files = _words(message), tuple(_files(message))
    if not text and not files:
        return None
    if addressed := _ADDRESSED.match(text):
        if us and addressed[2].casefold() != us.casefold():
            return None
        text = addressed[1] + text[addressed.end() :]
    answered = message.reply_to_message
    return Typed(
        chat=chat, account=str(sender.id), text=text, files=files,
        reply_to=str(answered.message_id) if answered is not None else "", private=message.chat.type == "private",
    )  # fmt: skip


def _words(message: Message) -> str:
    """The text, or what else stands for one: a caption, a place, a telephone number."""
    if message.location is not None:
        return f"geo:{_degrees(message.location.latitude)},{_degrees(message.location.longitude)}"
    if message.contact is not None:
        return f"+{message.contact.phone_number.lstrip('+')}"
    return message.text or message.caption or ""


def _degrees(number: float) -> str:
    """To a centimetre, and never as 2e-05."""
    return f"{number:.7f}".rstrip("0").rstrip(".")


def _files(message: Message) -> Iterator[Blob]:
    """What came with it; what Telegram itself made (photos, voices) has no name, and gets its kind's."""
    if message.photo:
        photo = max(message.photo, key=lambda one: one.width * one.height)
        yield Blob(photo.file_id, "photo.jpg", "image/jpeg", photo.file_size or 0)
    # An animation comes as a document as well.
    for sent, name in (
        (message.document, "document"), (message.video, "video.mp4"), (message.audio, "audio.mp3"),
        (message.voice, "voice.ogg"), (message.video_note, "video.mp4"),
    ):  # fmt: skip
        if sent is not None:
            own, media = getattr(sent, "file_name", None), getattr(sent, "mime_type", None)
            yield Blob(sent.file_id, own or name, media or "", sent.file_size or 0)


def _faults(error: ValidationError) -> str:
    """Which fields are wrong and how, without what stands in them."""
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'all of it'}: {one['type']}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:5]
    )

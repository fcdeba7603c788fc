"""Who and what there is: people, chats, messages, files, presses. Not here: what a bot may do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath

from tests.telegram.server.clock import Clock
from tests.telegram.server.limits import Gate, Limits
from tests.telegram.server.refusals import Json, Refusal, bad
from tests.telegram.server.updates import Queue
from tests.telegram.server.webhook import Webhook

ANONYMOUS_ADMIN = 1087968824  # GroupAnonymousBot, who speaks for administrators that hide


@dataclass(frozen=True)
class User:
    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    @property
    def json(self) -> Json:
        body: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if self.language_code:
            body["language_code"] = self.language_code
        return body


@dataclass
class Upload:
    """A file that the server keeps. `size` may be claimed larger than `data`, so that a test need not send it."""

    file_id: str
    name: str
    media_type: str
    data: bytes
    size: int

    @property
    def unique_id(self) -> str:
        return f"u{self.file_id}"

    @property
    def path(self) -> str:
        """Of the name only its ending: the rest is the server's."""
        ending = PurePosixPath(self.name).suffix
        return f"documents/{self.file_id}{ending if ending[1:].isalnum() else ''}"


@dataclass
class Message:
    """What stands in a chat. `markup` is whatever reply_markup it was sent with; a deleted message stays in the list."""

    id: int
    chat: Chat
    sender: User
    date: int
    text: str = ""  # plain: entities have been parsed out of it; of a file, its caption
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    reply_to: Message | None = None
    kind: str = "text"  # text, document, photo, location, contact, video, audio, voice, service
    content: Json = field(default_factory=dict)  # the fields that only this kind has, as in the Bot API
    upload: Upload | None = None
    silent: bool = False
    protected: bool = False
    edited: bool = False
    edit_date: int = 0
    deleted: bool = False
    sender_chat: bool = False  # said in the group's own name

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot and self.sender.id != ANONYMOUS_ADMIN

    @property
    def rows(self) -> list[list[Json]]:
        """The inline keyboard's buttons as they were sent."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline keyboard, row by row."""
        return [button["text"] for row in self.rows for button in row]

    def json(self, *, deep: bool = True) -> Json:
        """The Bot API's Message; the one that it replies to is told without its own reply."""
        body: Json = {"message_id": self.id, "from": self.sender.json, "chat": self.chat.json, "date": self.date}
        if self.sender_chat:
            body["sender_chat"] = self.chat.json
        if self.edited:
            body["edit_date"] = self.edit_date
        if deep and self.reply_to is not None:
            body["reply_to_message"] = self.reply_to.json(deep=False)
        words, marks = ("text", "entities") if self.kind == "text" else ("caption", "caption_entities")
        if self.text:
            body[words] = self.text
        if self.entities:
            body[marks] = self.entities
        if self.rows:
            body["reply_markup"] = self.markup
        return body | self.content


@dataclass
class Chat:
    """A private chat (its id is the person's), a group, or a supergroup. `closed` says why the bot may not write there."""

    id: int
    kind: str
    title: str
    members: dict[int, User]
    messages: list[Message] = field(default_factory=list)
    closed: Refusal | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def standing(self) -> list[Message]:
        """The messages that nobody has deleted."""
        return [message for message in self.messages if not message.deleted]

    @property
    def said(self) -> list[Message]:
        """What stands of the bot's own messages."""
        return [message for message in self.standing if message.from_bot]

    @property
    def last(self) -> Message:
        """The bot's last message that stands."""
        return self.said[-1]

    @property
    def json(self) -> Json:
        if self.kind != "private":
            return {"id": self.id, "type": self.kind, "title": self.title}
        person = self.members[self.id]
        return {"id": self.id, "type": "private", "first_name": person.first_name} | (
            {"username": person.username} if person.username else {}
        )

    def message(self, message_id: int) -> Message:
        """KeyError when there never was such a message here."""
        for message in self.messages:
            if message.id == message_id:
                return message
        raise KeyError(f"chat {self.id} has no message {message_id}; it has {[one.id for one in self.messages]}")

    def standing_message(self, message_id: int, purpose: str) -> Message:
        """As the Bot API looks it up: what was deleted is not found."""
        for message in self.standing:
            if message.id == message_id:
                return message
        raise bad(f"{purpose} not found")


@dataclass
class Query:
    """One press of a button. `text` is the toast; None until the bot has answered."""

    id: str
    user: User
    message: Message
    data: str
    at: float
    done: asyncio.Event = field(default_factory=asyncio.Event)
    text: str | None = None
    alert: bool = False

    async def answered(self, patience: float = 2.0) -> str:
        """The toast, or "" when the bot said nothing (or nothing within `patience` seconds: then `text` is None)."""
        try:
            async with asyncio.timeout(patience):
                await self.done.wait()
        except TimeoutError:
            return ""
        return self.text or ""


@dataclass
class Sizes:
    """Bytes. A test that wants to meet them makes them smaller."""

    up: int = 50 << 20
    down: int = 20 << 20
    photo: int = 10 << 20


class World:
    """Everything that one bot can see, and what watches over it."""

    def __init__(self, bot: User, clock: Clock, limits: Limits, *, privacy: bool) -> None:
        self.bot = bot
        self.clock = clock
        self.privacy = privacy
        self.gate = Gate(limits)
        self.sizes = Sizes()
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.uploads: dict[str, Upload] = {}
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.updates = Queue()
        self.webhook = Webhook(self.updates)
        # Private chats and plain groups share one count of messages, as a bot sees them; each supergroup has its own.
        self.numbers = count(1)
        self.file_numbers = count(1)
        self.query_numbers = count(4_000_000_000_000_000_001)

    def open(self, chat: Chat) -> Chat:
        if chat.kind != "supergroup":
            chat.numbers = self.numbers
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: int) -> Chat:
        """As the Bot API looks it up: who never wrote to the bot is not found."""
        if chat_id not in self.chats:
            raise bad("chat not found")
        return self.chats[chat_id]

    def writable(self, chat_id: int) -> Chat:
        chat = self.chat(chat_id)
        if chat.closed is not None:
            raise chat.closed
        return chat

    def keep(self, name: str, media_type: str, data: bytes, size: int | None = None) -> Upload:
        number = next(self.file_numbers)
        upload = Upload(f"BQACAgUAAxk{number:09}", name, media_type, data, len(data) if size is None else size)
        self.uploads[upload.file_id] = upload
        return upload

    def post(self, message: Message) -> Message:
        message.chat.messages.append(message)
        return message

    def draft(self, chat: Chat, sender: User) -> Message:
        """A new message with its number and date, not yet standing anywhere."""
        return Message(next(chat.numbers), chat, sender, self.clock.date())

"""People with Telegram in their hands: they type, press, send files, block the bot. Not here: groups."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.telegram.server import files
from tests.telegram.server.entities import found_in
from tests.telegram.server.refusals import BLOCKED, DEACTIVATED, Json, Refusal
from tests.telegram.server.state import Chat, Message, Query, User, World

NO_REPLY = 0


class Client:
    """One person. Wherever a chat may be given (its id, or the Chat), none means the private chat with the bot."""

    def __init__(self, world: World, user: User) -> None:
        self.world = world
        self.user = user
        self.used: set[tuple[int, int]] = set()  # keyboards and forced replies that are done with: (chat, message)

    @property
    def id(self) -> int:
        return self.user.id

    def private(self) -> Chat:
        """The chat with the bot, opened without a word: this person pressed Start some time ago."""
        if self.id not in self.world.chats:
            self.world.open(Chat(self.id, "private", "", {self.id: self.user}))
        return self.world.chats[self.id]

    # ------------------------------------------------------------------------------------------------ saying something

    def send(self, text: str, chat: Chat | int | None = None, reply_to: int | None = None) -> int:
        """Types a text. Where the bot forces a reply it is one, unless `reply_to` says otherwise (0: no reply at all)."""
        return self._say(chat, reply_to, text=text, entities=found_in(text)).id

    def send_file(
        self,
        name: str,
        data: bytes,
        *,
        media_type: str = "application/octet-stream",
        caption: str = "",
        chat: Chat | int | None = None,
        reply_to: int | None = None,
        kind: str = "document",
        size: int | None = None,
    ) -> int:
        """`kind`: document, video, audio or voice. `size` claims more bytes than there are."""
        upload = self.world.keep(name, media_type, data, size)
        body = files.document(upload)
        if kind != "document":
            body["duration"] = 3
        if kind == "video":
            body |= {"width": 640, "height": 360}
        if kind == "voice":
            del body["file_name"]
        return self._say(chat, reply_to, kind=kind, text=caption, upload=upload, content={kind: body}).id

    def send_photo(
        self,
        data: bytes,
        caption: str = "",
        chat: Chat | int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """A picture, of which the bot is told several sizes."""
        upload = self.world.keep("photo.jpg", "image/jpeg", data)
        content = {"photo": files.photo(self.world, upload)}
        return self._say(chat, reply_to, kind="photo", text=caption, upload=upload, content=content).id

    def send_location(self, latitude: float, longitude: float, chat: Chat | int | None = None) -> int:
        content = {"location": {"latitude": latitude, "longitude": longitude}}
        return self._say(chat, None, kind="location", content=content).id

    def send_contact(self, phone: str = "+8613800138000", chat: Chat | int | None = None) -> int:
        """The person's own card."""
        content = {"contact": {"phone_number": phone, "first_name": self.user.first_name, "user_id": self.id}}
        return self._say(chat, None, kind="contact", content=content).id

    def edit(self, message_id: int, text: str, chat: Chat | int | None = None) -> None:
        """Changes an own text afterwards."""
        message = self._chat(chat).message(message_id)
        if message.sender.id != self.id:
            raise ValueError(f"message {message_id} is not {self.user.first_name}'s to edit")
        message.text, message.entities = text, found_in(text)
        message.edited, message.edit_date = True, self.world.clock.date()
        self._tell(message, "edited_message")

    def tap(self, label: str, chat: Chat | int | None = None, *, at: tuple[float, float] = (39.984, 116.491)) -> int:
        """A key of the reply keyboard: its text is typed, or the location or the contact sent that it asks for."""
        where = self._chat(chat)
        board = self.keyboard(where)
        if board is None:
            raise LookupError(f"{self.user.first_name} sees no reply keyboard in chat {where.id}")
        rows = (board.markup or {})["keyboard"]
        keys: list[Json] = [key if isinstance(key, dict) else {"text": key} for row in rows for key in row]
        key = next((key for key in keys if key["text"] == label), None)
        if key is None:
            raise LookupError(f"no key {label!r}; there are {[key['text'] for key in keys]}")
        if board.markup and board.markup.get("one_time_keyboard"):
            self.used.add((where.id, board.id))
        if key.get("request_location"):
            return self.send_location(*at, chat=where)
        if key.get("request_contact"):
            return self.send_contact(chat=where)
        return self.send(label, where, NO_REPLY)

    def keyboard(self, chat: Chat | int | None = None) -> Message | None:
        """The message whose reply keyboard this person sees now."""
        where = self._chat(chat)
        for message in reversed(where.said):
            if "remove_keyboard" in (message.markup or {}):
                return None
            if "keyboard" in (message.markup or {}):
                return None if (where.id, message.id) in self.used else message
        return None

    def forced(self, chat: Chat | int | None = None) -> Message | None:
        """The message that waits for this person's reply, when the bot forces one."""
        where = self._chat(chat)
        for message in reversed(where.said):
            if "force_reply" in (message.markup or {}):
                return None if (where.id, message.id) in self.used or not self._meant(message) else message
        return None

    def _meant(self, message: Message) -> bool:
        if not (message.markup or {}).get("selective"):
            return True
        answered = message.reply_to is not None and message.reply_to.sender.id == self.id
        return answered or f"@{self.user.username}" in message.text.split() or message.chat.kind == "private"

    # ------------------------------------------------------------------------------------------------ pressing buttons

    async def press(self, chat: Chat | int | None, message_id: int, what: str) -> str:
        """Presses the button with this label or data; the toast, or "" (nothing said, or no answer within 2 s)."""
        return await self.pressed(chat, message_id, what).answered()

    async def double_press(self, chat: Chat | int | None, message_id: int, what: str) -> tuple[str, str]:
        """Twice in the same instant, as a nervous thumb does."""
        first, second = self.pressed(chat, message_id, what), self.pressed(chat, message_id, what)
        one, two = await asyncio.gather(first.answered(), second.answered())
        return one, two

    def pressed(self, chat: Chat | int | None, message_id: int, what: str) -> Query:
        """A press without waiting for what comes of it. LookupError when there is no such button to be seen."""
        message = self._chat(chat).message(message_id)
        if message.deleted:
            raise LookupError(f"message {message_id} has been deleted")
        every = [button for row in message.rows for button in row]
        for button in every:
            if what in {button["text"], button.get("callback_data")}:
                if "callback_data" not in button:
                    raise LookupError(f"{button['text']!r} opens {button.get('url', 'something else')}")
                return self.forged(chat, message_id, button["callback_data"])
        raise LookupError(f"message {message_id} ({message.text!r}) has no button {what!r}; it has {message.buttons}")

    def forged(self, chat: Chat | int | None, message_id: int, data: str) -> Query:
        """A press of what is not there (any more): a bad client, or a screen that has not been refreshed."""
        message = self._chat(chat).message(message_id)
        query = Query(str(next(self.world.query_numbers)), self.user, message, data, self.world.clock.now())
        self.world.queries[query.id] = query
        shown: Json = message.json()
        if message.deleted:
            shown = {"message_id": message.id, "chat": message.chat.json, "date": 0}
        body = {"id": query.id, "from": self.user.json, "message": shown, "data": data}
        body["chat_instance"] = str(4_000_000_000 + abs(message.chat.id) % 1_000_000)
        self.world.updates.tell("callback_query", body, message.chat.id)
        return query

    # ------------------------------------------------------------------------------------------------ wanting the bot

    def block(self) -> None:
        self._bot_becomes("member", "kicked", Refusal(*BLOCKED))

    def unblock(self) -> None:
        self._bot_becomes("kicked", "member", None)

    def deactivate(self) -> None:
        """The account is deleted; the bot is told nothing."""
        self.private().closed = Refusal(*DEACTIVATED)

    def commands(self, chat: Chat | int | None = None) -> list[str]:
        """The commands in this person's menu, in their language: the narrowest scope that has any."""
        where = self._chat(chat)
        private = where.kind == "private"
        scopes = [f'{{"chat_id": {where.id}, "type": "chat"}}']
        scopes.append('{"type": "all_private_chats"}' if private else '{"type": "all_group_chats"}')
        scopes.append('{"type": "default"}')
        for scope in scopes:
            for language in (self.user.language_code[:2], ""):
                if found := self.world.commands.get((scope, language)):
                    return [command["command"] for command in found]
        return []

    def _bot_becomes(self, old: str, new: str, closed: Refusal | None) -> None:
        chat = self.private()
        chat.closed = closed
        tell_membership(self.world, chat, self.user, old, new)

    def _chat(self, chat: Chat | int | None) -> Chat:
        if chat is None or chat == self.id:
            return self.private()
        return self.world.chats[chat] if isinstance(chat, int) else chat

    def _say(self, chat: Chat | int | None, reply_to: int | None, **fields: Any) -> Message:
        where = self._chat(chat)
        if self.id not in where.members:
            raise LookupError(f"{self.user.first_name} is not in chat {where.id}")
        forced = self.forced(where)
        message = self.world.draft(where, self.user)
        if reply_to:
            message.reply_to = where.message(reply_to)
        elif reply_to is None and forced is not None:
            message.reply_to = forced
        if forced is not None and message.reply_to is forced:
            self.used.add((where.id, forced.id))
        for name, value in fields.items():
            setattr(message, name, value)
        self.world.post(message)
        self._tell(message, "message")
        return message

    def _tell(self, message: Message, kind: str) -> None:
        tell_message(self.world, message, kind)


def tell_message(world: World, message: Message, kind: str = "message") -> None:
    """The bot hears it, unless it is a group's talk that is none of its business (privacy mode)."""
    if heard(world, message):
        world.updates.tell(kind, message.json(), message.chat.id)


def heard(world: World, message: Message) -> bool:
    """In a group with privacy mode on: commands, replies to the bot, and service messages."""
    closed = message.chat.closed is not None and message.chat.kind != "private"
    if message.chat.kind == "private" or message.kind == "service" or not world.privacy:
        return not closed
    replied = message.reply_to is not None and message.reply_to.sender.id == world.bot.id
    command = message.text.startswith("/") and ("@" not in message.text.split()[0] or _addressed(world, message.text))
    mentioned = f"@{world.bot.username}" in message.text
    return not closed and (replied or command or mentioned)


def _addressed(world: World, text: str) -> bool:
    return text.split(maxsplit=1)[0].lower().endswith(f"@{world.bot.username}".lower())


def tell_membership(world: World, chat: Chat, by: User, old: str, new: str) -> None:
    """my_chat_member: how the bot stands in a chat, since somebody changed it."""
    until = {"until_date": 0}
    body: Json = {
        "chat": chat.json,
        "from": by.json,
        "date": world.clock.date(),
        "old_chat_member": {"status": old, "user": world.bot.json} | (until if old == "kicked" else {}),
        "new_chat_member": {"status": new, "user": world.bot.json} | (until if new == "kicked" else {}),
    }
    world.updates.tell("my_chat_member", body, chat.id)

"""Groups: who is in them, how the bot leaves them, how they become supergroups. Not here: what their members say."""

from __future__ import annotations

from itertools import count

from tests.telegram.server.clients import Client, tell_membership, tell_message
from tests.telegram.server.entities import found_in
from tests.telegram.server.refusals import DELETED_GROUP, NO_RIGHTS, Json, Refusal, upgraded
from tests.telegram.server.state import ANONYMOUS_ADMIN, Chat, Message, User, World

FIRST_SUPERGROUP = 1_000_000_000_000


class Group:
    """A group that the bot is in. `chat` is what stands there."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    def add(self, client: Client) -> None:
        self.chat.members[client.id] = client.user
        self._notice(client.user, {"new_chat_members": [client.user.json]})

    def remove(self, client: Client) -> None:
        del self.chat.members[client.id]
        self._notice(client.user, {"left_chat_member": client.user.json})

    def migrate(self) -> Group:
        """The same people in a supergroup with a new id; the old chat says where to, and takes nothing any more."""
        new = Chat(-(FIRST_SUPERGROUP + abs(self.id)), "supergroup", self.chat.title, dict(self.chat.members))
        new.numbers = count(1)
        self.world.open(new)
        by = self._somebody()
        self._notice(by, {"migrate_to_chat_id": new.id})
        self.chat.closed = upgraded(new.id)
        Group(self.world, new)._notice(by, {"migrate_from_chat_id": self.id})
        return Group(self.world, new)

    def kick(self) -> None:
        """Throws the bot out."""
        kind = "group chat" if self.chat.kind == "group" else "supergroup chat"
        self.chat.closed = Refusal(403, f"Forbidden: bot was kicked from the {kind}")
        tell_membership(self.world, self.chat, self._somebody(), "member", "kicked")

    def readmit(self) -> None:
        """Takes the bot in again."""
        self.chat.closed = None
        tell_membership(self.world, self.chat, self._somebody(), "left", "member")

    def delete(self) -> None:
        """The chat is gone for everybody."""
        self.chat.closed = Refusal(*DELETED_GROUP)

    def restrict(self) -> None:
        """The bot may listen and not speak."""
        self.chat.closed = Refusal(*NO_RIGHTS)

    def send_anonymously(self, text: str) -> int:
        """An administrator who hides: `from` is a bot of Telegram's, `sender_chat` the group."""
        message = self.world.draft(
            self.chat,
            User(ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot", is_bot=True),
        )
        message.text, message.entities, message.sender_chat = text, found_in(text), True
        self.world.post(message)
        tell_message(self.world, message)
        return message.id

    def _somebody(self) -> User:
        return next(user for user in self.chat.members.values() if not user.is_bot)

    def _notice(self, by: User, content: Json) -> None:
        message = self.world.draft(self.chat, by)
        message.kind, message.content = "service", content
        self.world.post(message)
        tell_message(self.world, message)

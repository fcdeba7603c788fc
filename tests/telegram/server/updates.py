"""What waits to be told to the bot, and the long poll that fetches it. Not here: the webhook that pushes it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.telegram.server.refusals import OTHER_POLL, POLL_ENDED, Json, Refusal

KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "guest_message",
    "managed_bot", "subscription", "stopped_message_generation",
})  # fmt: skip
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST = 700_000_001


@dataclass(frozen=True)
class Update:
    """`chat` is what orders a webhook's deliveries; 0 where there is none."""

    id: int
    body: Json
    chat: int


class Queue:
    """Updates in order. `history` keeps those that were confirmed, so that a test can have one sent again."""

    def __init__(self) -> None:
        self.pending: list[Update] = []
        self.again: list[Update] = []  # sent once more whatever the offset says
        self.history: dict[int, Update] = {}
        self.allowed: frozenset[str] = KINDS - ONLY_WHEN_ASKED
        self.next_id = FIRST
        self.offered: Counter[int] = Counter()  # how often each was handed out by a poll
        self.offset = 0  # the highest that the bot has confirmed with
        self.pushed: Callable[[Update], None] | None = None  # a webhook that is set
        self.polled = asyncio.Event()  # set while somebody waits in a long poll
        self._held: asyncio.Future[None] | None = None

    def allow(self, kinds: list[Any] | None) -> None:
        """What is told from now on; None leaves it as it was, an empty list is all that needs no asking."""
        if kinds is not None:
            self.allowed = frozenset(kinds) if kinds else KINDS - ONLY_WHEN_ASKED

    def tell(self, kind: str, body: Json, chat: int) -> int | None:
        """The update's id; None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        return self.raw({kind: body}, chat)

    def raw(self, body: Json, chat: int = 0) -> int:
        """Anything at all. An `update_id` of its own that is already confirmed is told once, out of order."""
        number = int(body.get("update_id", self.next_id))
        self.next_id = max(self.next_id, number + 1)
        update = Update(number, {"update_id": number} | body, chat)
        self.history[number] = update
        if number < self.offset:
            self.again.append(update)
        else:
            self.pending.append(update)
        self._wake(update)
        return number

    def redeliver(self, update_id: int) -> None:
        """KeyError when there never was such an update."""
        update = self.history[update_id]
        self.again.append(update)
        self._wake(update)

    def confirm(self, update: Update) -> None:
        """A webhook's 2xx."""
        for waiting in (self.again, self.pending):
            if update in waiting:
                waiting.remove(update)
                return

    def forget(self) -> None:
        self.pending.clear()
        self.again.clear()

    async def poll(self, offset: int, limit: int, patience: float) -> list[Json]:
        """What getUpdates answers. A poll that has to wait ends the one that waits already."""
        self._confirm_before(offset)
        if not self.ready and patience > 0:
            self.interrupt(Refusal(*OTHER_POLL))
            self._held = held = asyncio.get_running_loop().create_future()
            self.polled.set()
            try:
                async with asyncio.timeout(patience):
                    await held
            except TimeoutError:
                return []
            finally:
                if self._held is held:
                    self._held = None
                    self.polled.clear()
        handed = self.ready[:limit]
        self.again = self.again[limit:]
        self.offered.update(update.id for update in handed)
        return [update.body for update in handed]

    @property
    def ready(self) -> list[Update]:
        return self.again + self.pending

    def interrupt(self, refusal: Refusal | None = None) -> None:
        """Ends the long poll that waits, if any does."""
        if self._held is not None and not self._held.done():
            self._held.set_exception(refusal or Refusal(*POLL_ENDED))

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            offset = self.pending[offset].id if len(self.pending) >= -offset else 0
        self.pending = [update for update in self.pending if update.id >= offset]
        self.offset = max(self.offset, offset)

    def _wake(self, update: Update) -> None:
        if self.pushed is not None:
            self.pushed(update)
        elif self._held is not None and not self._held.done():
            self._held.set_result(None)

"""How fast Telegram may be spoken to: a leaky bucket for each chat and one for the bot. Not here: what is sent.

Telegram names its limits without saying how it counts ("about" one message a second in a chat, 20 a minute in a group, 30 a second
in all). So these are held in any window, wherever it begins: what a bucket lets out in it is its burst and what leaks meanwhile.
Edits count like messages.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aiolimiter import AsyncLimiter

PATIENCE: Final = 2.0
"""Seconds that a caller is held for; what must wait longer is given back, so that its place serves another chat."""
IDLE_SECONDS: Final = 60.0
"""After so long without a message every bucket is empty, and nothing is lost by forgetting it."""


class Rate(NamedTuple):
    """`burst` messages at once, then one every `every` seconds."""

    burst: float
    every: float


PRIVATE: Final = Rate(3, 1.1)
GROUP: Final = Rate(5, 4.0)
"""5 + 60 / 4 = 20 in any minute."""
TOTAL: Final = Rate(3, 1 / 27)
"""3 + 27 = 30 in any second."""


@dataclass(slots=True)
class _Chat:
    """A chat's own bucket: how full it was at a moment, and until when Telegram wants silence. The lock is one caller's at a time."""

    rate: Rate
    level: float = 0.0
    at: float = 0.0
    silent_until: float = 0.0
    used: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wait(self, now: float) -> float:
        """Seconds until one more message may go."""
        over = self._left(now) + 1 - self.rate.burst
        return max(over * self.rate.every, self.silent_until - now, 0.0)

    def pour(self, now: float) -> None:
        """One goes now."""
        self.level, self.at = self._left(now) + 1, now

    def arrive(self, now: float) -> None:
        """The last one is there by now at the latest: the bucket leaks from here, as Telegram's does."""
        self.at = now

    def _left(self, now: float) -> float:
        return max(0.0, self.level - (now - self.at) / self.rate.every)


class Pace:
    """The pace of one bot in this process. Several processes share Telegram's limits without knowing: then 429s are obeyed."""

    def __init__(self, *, private: Rate = PRIVATE, group: Rate = GROUP, total: Rate = TOTAL) -> None:
        self._private, self._group, self._every = private, group, total.every
        self._total = AsyncLimiter(total.burst, total.burst * total.every)
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    async def admit(self, chat: str, patience: float = PATIENCE) -> float:
        """0.0: send now. Else the seconds until it is worth trying again; then nothing was taken from anybody's share."""
        held = self._chat(chat)
        try:
            async with asyncio.timeout(patience), held.lock:
                pause = held.wait(_now())
                if pause > patience:
                    return pause
                await asyncio.sleep(pause)
                await self._total.acquire()
                # Only now: what waits its turn among all must not drain its chat's bucket meanwhile.
                held.pour(_now())
                return 0.0
        except TimeoutError:
            return max(held.wait(_now()), self._every)

    def arrived(self, chat: str) -> None:
        """The call that was admitted is over, whatever became of it. One that was slow must not bring the next ones too close."""
        self._chat(chat).arrive(_now())

    def silence(self, chat: str, seconds: float) -> None:
        """Telegram said 429: this chat alone waits so long."""
        held = self._chat(chat)
        held.silent_until = max(held.silent_until, _now() + seconds)

    def __len__(self) -> int:
        """The chats that are remembered."""
        return len(self._chats)

    def _chat(self, chat: str) -> _Chat:
        now = _now()
        while self._chats and _idle(next(iter(self._chats.values())), now):
            self._chats.popitem(last=False)
        held = self._chats.get(chat)
        if held is None:
            held = self._chats[chat] = _Chat(self._group if chat.startswith("-") else self._private)
        held.used = now
        self._chats.move_to_end(chat)
        return held


def _idle(one: _Chat, now: float) -> bool:
    return max(one.used, one.silent_until) + IDLE_SECONDS < now


def _now() -> float:
    return asyncio.get_running_loop().time()

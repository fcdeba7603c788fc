"""How fast a bot may write: a leaky bucket per chat and one in all, and who did not wait. Not here: what costs."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from tests.telegram.server.refusals import Refusal, too_many


@dataclass(frozen=True)
class Rate:
    """A bucket that leaks `per_second` and holds `burst`."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Limits:
    """What Telegram's FAQ tells: about one message a second in a chat, 20 a minute in a group, 30 a second in all."""

    private: Rate = Rate(1.0, 3)
    group: Rate = Rate(20 / 60, 20)
    total: Rate = Rate(30.0, 30)


ENDLESS = Rate(1e9, 1e9)
UNLIMITED = Limits(ENDLESS, ENDLESS, ENDLESS)


class Bucket:
    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.level = 0.0
        self.at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 when it does already."""
        level = max(0.0, self.level - (now - self.at) * self.rate.per_second)
        return max(0.0, level + 1 - self.rate.burst) / self.rate.per_second

    def pour(self, now: float) -> None:
        self.level = max(0.0, self.level - (now - self.at) * self.rate.per_second) + 1
        self.at = now


class Gate:
    """`provoked` counts the 429s that the bot earned, `impatient` the calls to a chat before its `retry_after` was over."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.provoked = 0
        self.impatient = 0
        self.total = Bucket(limits.total)
        self.private: dict[int, Bucket] = defaultdict(lambda: Bucket(limits.private))
        self.group: dict[int, Bucket] = defaultdict(lambda: Bucket(limits.group))
        self.silent_until: dict[int, float] = {}

    def hush(self, chat: int, now: float, seconds: float) -> None:
        """Nothing goes to this chat for so long."""
        self.silent_until[chat] = max(self.silent_until.get(chat, 0.0), now + seconds)

    def heed(self, chat: int, now: float) -> None:
        """Refuses who comes back before the time that it was told."""
        left = self.silent_until.get(chat, 0.0) - now
        if left > 0:
            self.impatient += 1
            raise too_many(math.ceil(left))

    def charge(self, chat: int, now: float) -> None:
        """One more message or edit: poured into both buckets, or into neither and refused."""
        own = (self.private if chat > 0 else self.group)[chat]
        wait = max(own.wait(now), self.total.wait(now))
        if wait > 0:
            raise self._provoked(chat, now, math.ceil(wait))
        own.pour(now)
        self.total.pour(now)

    def _provoked(self, chat: int, now: float, seconds: int) -> Refusal:
        self.provoked += 1
        self.hush(chat, now, seconds)
        return too_many(seconds)

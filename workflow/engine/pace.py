"""How fast one account is heard in this process. Nothing is kept of what it said, and other processes count for themselves."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST: Final = 10_000
"""Accounts, and updates, that are remembered; the oldest are forgotten."""


class Ruling(NamedTuple):
    """Whether an update is heard; if not, in how many `seconds` the next one is, and whether it is time to say so."""

    heard: bool
    tell: bool = False
    seconds: int = 0


HEARD: Final = Ruling(heard=True)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    empty: bool = False


class Pace:
    """A bucket for each account: `burst` updates at once, `refill` a second after that.

    Who empties it is told once, and not heard until it is half full again: so that it is clear what counts and what does not.
    """

    def __init__(self, burst: int, refill: float) -> None:
        self.burst, self.refill = burst, refill
        self.slowed = 0
        self._buckets: OrderedDict[tuple[str, str, str], _Bucket] = OrderedDict()
        self._ruled: OrderedDict[str, Ruling] = OrderedDict()

    def rule(self, account: tuple[str, str, str], update: str, now: float) -> Ruling:
        """An update of an account, (tenant, bot, the network's id); `now` in seconds. The same update is ruled upon once."""
        ruling = self._ruled.get(update)
        if ruling is None:
            ruling = self._ruled[update] = self._rule(account, now)
            self.slowed += not ruling.heard
            if len(self._ruled) > MOST:
                self._ruled.popitem(last=False)
        return ruling

    def _rule(self, account: tuple[str, str, str], now: float) -> Ruling:
        bucket = self._buckets.pop(account, None) or _Bucket(self.burst, now)
        self._buckets[account] = bucket
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.refill)
        bucket.at = now
        enough = max(1.0, self.burst / 2)
        if bucket.left < (enough if bucket.empty else 1):
            told, bucket.empty = bucket.empty, True
            return Ruling(heard=False, tell=not told, seconds=math.ceil((enough - bucket.left) / self.refill))
        bucket.empty = False
        bucket.left -= 1
        return HEARD

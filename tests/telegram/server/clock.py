"""The server's time: the real one, which a test may set ahead. Not here: anybody who waits for it."""

from __future__ import annotations

import time


class Clock:
    """Seconds; `ahead` is how far a test has pushed it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Monotonic seconds, what limits and expiries are measured with."""
        return time.monotonic() + self.ahead

    def date(self) -> int:
        """Unix seconds, what stands in messages."""
        return int(time.time() + self.ahead)

    def advance(self, seconds: float) -> None:
        """Everything that waits for this clock is so much nearer."""
        self.ahead += seconds

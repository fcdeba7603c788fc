"""Where a process can be made to die on purpose: `GUANKOU_FAULT=<point>:<n>` kills it the n-th time it gets there.

The points are those of the catalogue in docs/reliability.md. `reach` costs one comparison when no fault is set.
"""

from __future__ import annotations

import os
import signal
from typing import Final

AFTER_INBOX: Final = 1
BEFORE_TRANSACTION: Final = 2
INSIDE_TRANSACTION: Final = 3
BEFORE_COMMIT: Final = 4
AFTER_COMMIT: Final = 5
AFTER_CLAIM: Final = 6
DURING_SEND: Final = 7
AFTER_SEND: Final = 8


def read(text: str) -> tuple[int, int]:
    """`3:2` → (3, 2): the second time at point 3; `` → (0, 0). ValueError for anything else."""
    if not text:
        return 0, 0
    point, _, times = text.partition(":")
    return int(point), int(times or "1")


POINT, _TIMES = read(os.environ.get("GUANKOU_FAULT", ""))
_left = _TIMES


def reach(point: int) -> None:
    """Die here, if this is the point and its turn has come."""
    if point == POINT:
        _count()


def _count() -> None:
    global _left  # noqa: PLW0603 - a process dies once
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

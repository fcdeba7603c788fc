"""The event loop: uvloop where there is one (not on Windows), the standard one elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
Factory = Callable[[], asyncio.AbstractEventLoop]

try:
    from uvloop import new_event_loop as _uvloop
except ImportError:
    _fastest: Factory = asyncio.new_event_loop
else:
    _fastest = _uvloop


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, on the faster loop."""
    with asyncio.Runner(loop_factory=_fastest) as runner:
        return runner.run(main)

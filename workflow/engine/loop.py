"""How a process of ours runs: on uvloop where there is one (not on Windows), and with a collector that is not always collecting."""

from __future__ import annotations

import asyncio
import gc
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
    """`asyncio.run`, on the faster loop.

    A decision makes hundreds of small values and hardly a cycle: with Python's own thresholds the collector takes a sixth
    of its time. What is there at the start stays, and is not looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with asyncio.Runner(loop_factory=_fastest) as runner:
        return runner.run(main)

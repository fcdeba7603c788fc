"""The same work on many things, by every processor of the machine. Not here: what the work is."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MANY: Final = 100
"""Of fewer things, starting other processes takes longer than the work."""

_task: tuple[Callable[[Any], Any], Sequence[Any]] = (str, ())


def each(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What `work` makes of each thing, in their order; of many, by forked processes, which know all that this one knows."""
    processors = os.cpu_count() or 1
    if len(things) < MANY or processors < 2 or sys.platform != "linux":  # elsewhere a fork is not safe
        return [work(one) for one in things]
    global _task  # noqa: PLW0603 - a fork hands it on; an argument would have to be pickled
    _task = (work, things)
    with multiprocessing.get_context("fork").Pool(processors) as pool:
        return pool.map(_nth, range(len(things)), chunksize=16)


def _nth(n: int) -> Any:
    work, things = _task
    return work(things[n])

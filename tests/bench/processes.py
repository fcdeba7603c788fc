"""Worker processes of the bench, and turns played by them together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import IO

import msgspec

from tests.bench.ground import HERE, Ground, shown
from tests.bench.pgbench import Rate
from tests.bench.worker import Items, Took, Turn
from workflow.engine.loop import run

LEAD = 0.5
"""Seconds between the word and the beginning: everybody has their commands ready, and all begin together."""


class Played(msgspec.Struct, frozen=True):
    """All decisions of a turn, how many they were, and the processor's µs that each took in Python."""

    rate: Rate
    decisions: int
    python: float


class Workers:
    """Some workers on one database, each with an engine of its own."""

    def __init__(self, processes: list[subprocess.Popen[bytes]], ground: Ground) -> None:
        self._processes, self._ground = processes, ground

    def hand_in(self, workers: int, items: range) -> None:
        """Each of the first so many workers hands in its share: of two, each has seen half of what it will be asked to decide."""
        self._ask(Items(self._ground.cast, items.start + place, items.stop, workers) for place in range(workers))
        run(shown(self._ground, items))

    def play(self, callers: int, seconds: float, workers: int, items: range) -> Played:
        """A turn of so many callers in each of the first so many workers: until the items or the seconds are used up."""
        begin = monotonic() + LEAD
        stride = workers * callers
        said = self._ask(
            Turn(self._ground.cast, callers, first, items.stop, stride, begin, begin + seconds)
            for first in range(items.start, items.start + stride, callers)
        )
        taken = [msgspec.json.decode(line, type=Took) for line in said]
        decisions = sum(len(took.calls) for took in taken)
        spent = sum(took.processor for took in taken) * 1e6 / decisions
        return Played(Rate.of(begin, [took.calls for took in taken]), decisions, spent)

    def _ask(self, orders: Iterable[Turn | Items]) -> list[bytes]:
        """An order each to the first workers, and what they say when they have done it."""
        asked = list(zip(self._processes, orders, strict=False))
        for process, order in asked:
            _pipe(process.stdin).write(msgspec.json.encode(order) + b"\n")
            _pipe(process.stdin).flush()
        return [_pipe(process.stdout).readline() for process, _ in asked]


@contextmanager
def working(ground: Ground, count: int) -> Iterator[Workers]:
    """So many worker processes, ended afterwards."""
    words = [sys.executable, "-m", "tests.bench.worker", ground.app_url]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(words, cwd=HERE.parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for _ in range(count)
        ]
        for process in processes:
            _pipe(process.stdout).readline()
        yield Workers(processes, ground)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe

"""Worker processes of the bench, and turns played by them together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import IO

import msgspec

from tests.bench.ground import HERE, Ground
from tests.bench.pgbench import Rate
from tests.bench.scene import Cast
from tests.bench.worker import Took, Turn

LEAD = 0.5
"""Seconds between the word and the beginning: everybody has their commands ready, and all begin together."""


class Played(msgspec.Struct, frozen=True):
    """All decisions of a turn, how many they were, and the processor's µs that each took in Python."""

    rate: Rate
    decisions: int
    python: float


class Workers:
    """Some workers on one database, each with an engine of its own."""

    def __init__(self, processes: list[subprocess.Popen[bytes]], cast: Cast) -> None:
        self._processes, self._cast = processes, cast

    def play(self, callers: int, seconds: float, workers: int, items: range) -> Played:
        """A turn of so many callers in each of the first so many workers: until the items or the seconds are used up."""
        begin = monotonic() + LEAD
        playing = self._processes[:workers]
        for place, process in enumerate(playing):
            first, stride = items.start + place * callers, workers * callers
            turn = Turn(self._cast, callers, first, items.stop, stride, begin, begin + seconds)
            _pipe(process.stdin).write(msgspec.json.encode(turn) + b"\n")
            _pipe(process.stdin).flush()
        taken = [msgspec.json.decode(_pipe(process.stdout).readline(), type=Took) for process in playing]
        decisions = sum(len(took.calls) for took in taken)
        spent = sum(took.processor for took in taken) * 1e6 / decisions
        return Played(Rate.of(begin, [took.calls for took in taken]), decisions, spent)


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
        yield Workers(processes, ground.cast)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe

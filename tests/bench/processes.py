"""Worker processes of the bench, and turns played by them together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import IO

import msgspec

from tests.bench.ground import HERE, Ground
from tests.bench.pgbench import Rate
from tests.bench.scene import Cast
from tests.bench.worker import Took, Turn

LEAD = 0.05
"""Seconds between the word and the beginning, so that all begin together."""


class Workers:
    """Some workers on one database. `next` is the first item that nobody has approved yet, `spent` the processor's µs a decision."""

    def __init__(self, processes: list[subprocess.Popen[bytes]], cast: Cast, first: int) -> None:
        self._processes, self._cast, self.next = processes, cast, first
        self.spent = 0.0
        self.count = 0

    def play(self, callers: int, seconds: float, workers: int) -> Rate:
        """One turn of so many callers in each of the first so many workers: all of their decisions, and how long each took."""
        begin = monotonic() + LEAD
        playing = self._processes[:workers]
        for place, process in enumerate(playing):
            first, stride = self.next + place * callers, workers * callers
            turn = Turn(self._cast, callers, first, stride, begin, begin + seconds)
            _pipe(process.stdin).write(msgspec.json.encode(turn) + b"\n")
            _pipe(process.stdin).flush()
        taken = [msgspec.json.decode(_pipe(process.stdout).readline(), type=Took) for process in playing]
        milliseconds = [one for took in taken for one in took.milliseconds]
        self.count = len(milliseconds)
        self.spent = sum(took.processor for took in taken) * 1e6 / len(milliseconds)
        self.next = max(took.next for took in taken)
        return Rate.of(max(took.ended for took in taken) - begin, milliseconds)


@contextmanager
def working(ground: Ground, count: int, first: int) -> Iterator[Workers]:
    """So many worker processes, ended afterwards."""
    words = [sys.executable, "-m", "tests.bench.worker", ground.app_url]
    processes = [
        subprocess.Popen(words, cwd=HERE.parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(count)
    ]
    try:
        for process in processes:
            _pipe(process.stdout).readline()
        yield Workers(processes, ground.cast, first)
    finally:
        for process in processes:
            _pipe(process.stdin).close()
            process.wait(30)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe

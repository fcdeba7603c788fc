"""One worker process of the bench: an engine that is handed commands by its own callers. It is told what to do on its input.

A line of JSON in (`Items` or `Turn`), a line out (of a turn: `Took`), until the input ends.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from time import monotonic, process_time

import msgspec

from tests.bench import scene
from tests.bench.ground import entry_of, given, hand, opened
from tests.bench.pgbench import Call
from workflow.domain.command import Answer
from workflow.engine import logs
from workflow.engine.engine import Engine
from workflow.engine.inbox import Entry
from workflow.engine.loop import run


class Turn(msgspec.Struct, frozen=True, tag=True):
    """So many callers, the first at item `first`, each taking every `stride`-th item before `last` through both steps.

    They begin at `begin`, and hand in nothing after `end`.

    Moments are of the machine's monotonic clock, which every process reads alike.
    """

    cast: scene.Cast
    callers: int
    first: int
    last: int
    stride: int
    begin: float
    end: float


class Items(msgspec.Struct, frozen=True, tag=True):
    """Every `stride`-th item from `first` to before `last` is to be handed in."""

    cast: scene.Cast
    first: int
    last: int
    stride: int


class Took(msgspec.Struct, frozen=True):
    """When each decision was committed and how long it took, in order; and seconds of the processor."""

    calls: list[Call]
    processor: float


async def play(engine: Engine, turn: Turn) -> Took:
    """Let the callers approve."""
    calls: list[Call] = []

    async def caller(entries: Iterator[Entry]) -> None:
        for entry in entries:
            began = monotonic()
            if began > turn.end:
                break
            outcome = await hand(engine, turn.cast.tenant, entry)
            ended = monotonic()
            calls.append((ended, (ended - began) * 1000))
            if not isinstance(outcome, Answer):
                raise TypeError(f"{entry.id}: {outcome}")

    waiting = [
        [
            entry_of(turn.cast.approval(item, step))
            for item in range(no, turn.last, turn.stride)
            for step in (1, 2)
        ]
        for no in range(turn.first, turn.first + turn.callers)
    ]  # fmt: skip
    await asyncio.sleep(turn.begin - monotonic())
    spent = process_time()
    async with asyncio.TaskGroup() as group:
        for entries in waiting:
            group.create_task(caller(iter(entries)))
    return Took(calls, process_time() - spent)


async def main(url: str) -> None:
    """Play turn after turn."""
    logs.configure("warning", "json")
    loop = asyncio.get_running_loop()
    async with opened(url) as engine:
        say(b"ready")
        while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
            asked = msgspec.json.decode(line, type=Turn | Items)
            if isinstance(asked, Turn):
                say(msgspec.json.encode(await play(engine, asked)))
            else:
                await given(engine, asked.cast, range(asked.first, asked.last, asked.stride))
                say(b"handed in")


def say(line: bytes) -> None:
    """Answer who reads our output."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    run(main(sys.argv[1]))

"""Where the microseconds of a decision go: Python by part, PostgreSQL by paragraph of its one statement. One process."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import thread_time
from types import coroutine
from typing import Any

import msgspec

from tests.bench import statements
from tests.bench.ground import Ground, given, opened, settle, shown
from workflow.engine import handle
from workflow.engine import round as rounds
from workflow.store import commit, load

CALLERS, WARM = 32, 2


class Where(msgspec.Struct, frozen=True):
    """Microseconds a decision. `python` is of the processor, by part; `postgres` of the clock, within commit_decisions."""

    python: dict[str, float]
    postgres: dict[str, float]


async def where(ground: Ground, first: int, count: int) -> Where:
    """Let each of 32 callers approve so many items from `first` on, at both steps, twice: for Python, then for PostgreSQL."""
    async with opened(ground.app_url) as engine:
        items = range(first, first + CALLERS * (WARM + 2 * count))
        await given(engine, ground.cast, items)
        await shown(ground, items)

        async def all_of(start: int, each: int) -> None:
            async def caller(no: int) -> None:
                for item in range(no, no + each):
                    for step in (1, 2):
                        await settle(engine, ground.cast.approval(item, step))

            await asyncio.gather(*(caller(start + each * place) for place in range(CALLERS)))

        await all_of(first, WARM)
        first += CALLERS * WARM
        with parts() as spent:
            began = thread_time()
            await all_of(first, count)
            whole = thread_time() - began
        first += CALLERS * count
        async with statements.watched(ground.superuser_url) as marks:
            await all_of(first, count)
    decisions = 2 * CALLERS * count
    python = {name: seconds * 1e6 / decisions for name, seconds in spent.items()}
    python["the rest"] = whole * 1e6 / decisions - sum(python.values())
    return Where(python, {name: total / decisions for name, total in marks.items() if total / decisions >= 1})


@contextmanager
def parts() -> Iterator[dict[str, float]]:
    """While this lasts, seconds of the processor in each part of a batch: nothing else runs meanwhile but that part."""
    spent: dict[str, float] = {}
    places: list[tuple[Any, str, str]] = [
        (load, "batch", "load"), (rounds, "decide", "decide"), (handle, "batch_of", "encode"), (commit, "_commit", "write"),
    ]  # fmt: skip
    kept = [(module, name, getattr(module, name)) for module, name, _ in places]
    for module, name, part in places:
        setattr(module, name, _timed(getattr(module, name), part, spent))
    try:
        yield spent
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def _timed(function: Callable[..., Any], part: str, spent: dict[str, float]) -> Callable[..., Any]:
    def add(began: float) -> None:
        spent[part] = spent.get(part, 0.0) + thread_time() - began

    def call(*args: Any, **named: Any) -> Any:
        began = thread_time()
        try:
            return function(*args, **named)
        finally:
            add(began)

    @coroutine
    def wait(*args: Any, **named: Any) -> Generator[Any, Any, Any]:
        """Each step by itself: while it waits, another batch is being decided."""
        inner, sent = function(*args, **named), None
        while True:
            began = thread_time()
            try:
                waits_for = inner.send(sent)
            except StopIteration as ended:
                return ended.value
            finally:
                add(began)
            sent = yield waits_for

    return wait if inspect.iscoroutinefunction(function) else call

"""How results look: tables and progress for people, one JSON value for programs. Not here: what is in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

Step = Callable[[int, int], None]
"""Told of progress: of how many, how many are done."""


def console() -> Console:
    """Standard output; plain text where nobody looks."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def line(text: str = "", style: str = "") -> None:
    """One line."""
    console().print(text, style=style or None, markup=False)


def note(text: str) -> None:
    """A line beside the result, on standard error: what is piped on does not hold it."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def json(value: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table for people; where nobody looks, its rows separated by tabs."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(str(cell) for cell in row) + "\n")
        return
    drawn = Table(*columns, title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(escape(str(cell)) for cell in row))
    console().print(drawn)


@contextmanager
def progress(label: str) -> Iterator[Step]:
    """A bar on standard error while something long is done; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _whole, _done: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(label, total=None)
        yield lambda whole, done: bars.update(task, completed=done, total=whole)

"""Where PostgreSQL's time goes within commit_decisions: the same function with a clock between its statements, for one pass."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

OUTER = re.compile(r"\n\n(?=    [^ ])")
"""Between paragraphs, but not within an `if`."""
WORDS = re.compile(r"\b(from tenant|insert into \w+|merge into \w+|update \w+|from item|from command|from dialogue)\b")


def marked(source: str) -> tuple[str, list[str]]:
    """The function's body with marks, and what each of its paragraphs is called: by its last statement."""
    declared, begin, body = source.partition("begin\n")
    paragraphs = OUTER.split(body.rpartition("end")[0].strip("\n"))
    names = [_name(paragraph) for paragraph in paragraphs]
    lines = [f"{paragraph}\n    marks := marks || clock_timestamp();" for paragraph in paragraphs]
    head = "declare\n    marks timestamptz[] := array[clock_timestamp()];\n"
    tail = "    insert into bench.mark select n, marks[n + 1] - marks[n] from generate_series(1, cardinality(marks) - 1) n;"
    return f"{declared}{head}{begin}" + "\n\n".join([*lines, tail]) + "\nend", names


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[dict[str, float]]:
    """While this lasts every commit is timed; afterwards the dict holds the microseconds of each part, over all commits."""
    found: dict[str, float] = {}
    connection = await asyncpg.connect(url)
    try:
        source = await connection.fetchval("select prosrc from pg_proc where proname = 'commit_decisions'")
        whole = await connection.fetchval("select pg_get_functiondef('commit_decisions'::regproc)")
        timed, names = marked(source)
        await connection.execute("create unlogged table bench.mark (n integer, took interval)")
        await connection.execute(
            "grant usage on schema bench to guankou_owner; grant insert on bench.mark to guankou_owner"
        )
        await connection.execute(whole.replace(source, timed))
        yield found
        await connection.execute(whole)
        rows = await connection.fetch(
            "select n, extract(epoch from sum(took)) * 1e6 as us from bench.mark group by n order by n"
        )
        for row in rows:
            name = names[row["n"] - 1]
            found[name] = found.get(name, 0.0) + float(row["us"])
        await connection.execute("drop table bench.mark")
    finally:
        await connection.close()


def _name(paragraph: str) -> str:
    found = WORDS.findall(paragraph)
    first = found[0] if found else paragraph.strip().split("\n")[0][:30]
    return first.replace("from ", "lock ")

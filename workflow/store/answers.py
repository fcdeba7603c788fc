"""Answers to open `collect`s: rows by item, step and round, one for each who answered, the last that they gave.

They are written by `commit` (`Batch.put_answer`); what a step makes of them is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from workflow.domain.item import Line
from workflow.journal import canonical
from workflow.journal.projection import answered
from workflow.journal.verify import Bad, Row
from workflow.store.batch import encode_line
from workflow.store.pool import Session

decode_line: Final = msgspec.json.Decoder(Line).decode


async def rows(session: Session, tenant: str, item: str, path: str, round_: int) -> tuple[Line, ...]:
    """Every answer to the step at `path` of `item` in that round, in the order of their moments."""
    found = await session.fetch("answer_rows", tenant, item, path, round_)
    return tuple(decode_line(row["body"]) for row in found)


async def count(session: Session, tenant: str, item: str, path: str, round_: int) -> int:
    """How many have answered."""
    return int(await session.value("answer_count", tenant, item, path, round_))


async def times(session: Session, tenant: str, item: str, path: str, round_: int) -> int:
    """How often somebody answered: who answered again counts again."""
    return int(await session.value("answers_given", tenant, item, path, round_))


async def given(
    session: Session, tenant: str, item: str, path: str, round_: int, streams: Sequence[str]
) -> dict[str, Line]:
    """What stands in these streams (`domain.ids.answer`): of those that answered, their last."""
    found = await session.fetch("answers_of", tenant, item, path, round_, list(streams))
    return {str(row["stream_id"]): decode_line(row["body"]) for row in found}


class Kept(NamedTuple):
    """An answer's row, without its stream."""

    item: str
    path: str
    round: int
    person: str | None
    at: datetime
    body: bytes


def kept(item: Any, path: str, round_: int, person: Any, at: datetime, body: bytes) -> Kept:
    """The row as it was read."""
    return Kept(str(item), path, round_, None if person is None else str(person), at, body)


def told(last: Row) -> Kept:
    """The row that the last event of a stream of answers asks for."""
    deed = canonical.deed(last.body)
    one = answered(deed)
    return Kept(one.item, one.path, one.round, one.line.person or None, deed.at, encode_line(one.line))


def differs(stream: str, rows: Sequence[Row], found: Kept | None) -> Bad | None:
    """What is wrong with an answer's row, by its stream (whose chain holds)."""
    try:
        right = told(rows[-1])
    except (KeyError, TypeError, ValueError) as error:
        return Bad(stream, len(rows), f"its bytes are no answer: {error!r}")
    return None if found == right else Bad(stream, 0, "the row of the answer is not as its last event tells")

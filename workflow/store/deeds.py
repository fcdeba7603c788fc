"""Streams that are no items, written outside a batch: what administrators do, in the transaction in which they do it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflow.domain.event import Deed
from workflow.journal import canonical, chain
from workflow.store.pool import Transaction


async def record(  # noqa: PLR0913  (a deed is that)
    session: Transaction, tenant: str, stream: str, kind: str, *, at: datetime, command: str, verb: str, actor: str,
    network: str, facts: tuple[tuple[str, Any], ...] = (),
) -> Deed:  # fmt: skip
    """Append a deed to its stream, which is held until the transaction ends. `kind`: person, administration, unit or flow.

    Raises `canonical.Uncanonical`. Two who begin the same stream at once: one gets asyncpg.UniqueViolationError.
    """
    held = await session.row("lock_stream", tenant, stream)
    version, head = (held["version"], held["head"]) if held is not None else (0, chain.NOTHING)
    deed = Deed(stream, version + 1, at, command, verb, actor, network, facts)
    body = canonical.encode(deed)
    leaf = chain.leaf(head, body)
    await session.run("put_event", tenant, stream, deed.version, at, body, leaf)
    await session.run("put_stream", tenant, stream, kind, deed.version, leaf)
    return deed

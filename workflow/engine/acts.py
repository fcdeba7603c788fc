"""Acts outside a batch (an administrator's, a link): done in a transaction, and written down in a stream in the same one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from uuid import uuid4

import asyncpg

from workflow.domain.event import Deed
from workflow.store import clock, deeds, ids
from workflow.store.pool import Database, Transaction

TRIES: Final = 5
T = TypeVar("T")


async def transact(database: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Do `work` in a transaction; again, when somebody began the same stream at that very moment."""
    for left in reversed(range(TRIES)):
        try:
            async with database.transaction() as session:
                return await work(session)
        except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


async def of_person(
    session: Transaction, tenant: str, person: str, verb: str, actor: str, network: str, **facts: Any
) -> Deed:
    """An act that concerns a person, in their own stream."""
    return await _record(session, tenant, person, "person", verb, actor, network, facts)


async def of_administration(
    session: Transaction, tenant: str, verb: str, actor: str, network: str, **facts: Any
) -> Deed:
    """An act that concerns the tenant, in the administration's stream."""
    return await _record(session, tenant, ids.administration(tenant), "administration", verb, actor, network, facts)


async def _record(
    session: Transaction,
    tenant: str,
    stream: str,
    kind: str,
    verb: str,
    actor: str,
    network: str,
    facts: dict[str, Any],
) -> Deed:
    return await deeds.record(
        session, tenant, stream, kind, at=await clock.now(session, tenant), command=str(uuid4()), verb=verb, actor=actor,
        network=network, facts=tuple(facts.items()),
    )  # fmt: skip

"""Linking codes as they are kept, and the tries of those who guess. How a code is made and read is the engine's."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from workflow.store.pool import Session, Transaction


class Code(msgspec.Struct, frozen=True):
    """Whom a code links, and whether it still does: `again` is used already, by the very command that asks."""

    person: str
    offer: str
    state: Literal["good", "again", "used", "void", "late"]


async def put(
    session: Transaction, tenant: str, code_hash: bytes, person: str, offer: str, valid: timedelta, *, short: bool
) -> None:
    """A code that links one account to the person; only its hash is kept."""
    await session.run("put_link_code", tenant, code_hash, person, valid, offer, short)


async def sweep(session: Session, tenant: str) -> None:
    """Forget codes and tries that nobody asks for any more."""
    await session.run("sweep_link_codes", tenant)
    await session.run("sweep_link_tries", tenant)


async def lock(session: Transaction, tenant: str, code_hash: bytes, command: str | None) -> Code | None:
    """A code, held until the transaction ends; None for an unknown one."""
    row = await session.row("lock_link_code", tenant, code_hash, command)
    return None if row is None else Code(str(row["person_id"]), str(row["offer"]), row["state"])


async def use(session: Transaction, tenant: str, offer: str, command: str | None) -> None:
    """Both codes of an offer are used up."""
    await session.run("use_offer", tenant, offer, command)


async def void(session: Transaction, tenant: str, offer: str) -> None:
    """Both codes of an offer link nobody any more."""
    await session.run("void_offer", tenant, offer)


async def void_short(session: Transaction, tenant: str) -> int:
    """No short code in force links anybody any more; how many there were."""
    return await session.run("void_short_codes", tenant)


async def tries(session: Session, tenant: str, bot: str, external: str, window: timedelta) -> int:
    """How often an account brought a wrong short code lately."""
    return int(await session.value("link_tries", tenant, bot, external, window) or 0)


async def count_try(
    session: Transaction, tenant: str, bot: str, external: str, window: timedelta, command: str
) -> tuple[int, int]:
    """One more wrong short code; the tries of this account and of all, lately."""
    await session.run("lock_link_tries", tenant)
    own = int(await session.value("count_link_try", tenant, bot, external, window, command))
    return own, int(await session.value("all_link_tries", tenant, window))

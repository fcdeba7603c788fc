"""Tenants and their bots. The only module that looks across tenants, and only at their names."""

from __future__ import annotations

import asyncpg
import msgspec

from workflow.store.pool import Session


class Tenant(msgspec.Struct, frozen=True):
    """A tenant. `shifted`: its clock was moved on, which only a demonstration's can be."""

    id: str
    name: str
    time_zone: str
    demonstration: bool
    shifted: bool
    organisation_version: int


class Bot(msgspec.Struct, frozen=True):
    """A bot of the tenant; `read_to` is how far its network was read."""

    bot: str
    network: str
    read_to: str


async def make(session: Session, tenant: str, name: str, time_zone: str, *, demonstration: bool = False) -> None:
    """A new tenant, without an organisation yet. Raises asyncpg.UniqueViolationError when the name is taken."""
    await session.run("make_tenant", tenant, name, time_zone, demonstration)


async def all(session: Session) -> list[Tenant]:  # noqa: A001  (one says: tenants.all)
    """All tenants, by name."""
    return [_tenant(row) for row in await session.fetch("all_tenants")]


async def named(session: Session, name: str) -> Tenant | None:
    """The tenant of that name."""
    return next((one for one in await all(session) if one.name == name), None)


async def make_bot(session: Session, tenant: str, bot: str, network: str) -> None:
    """A bot exists; chats and accounts hang on it."""
    await session.run("make_bot", tenant, bot, network)


async def bots(session: Session, tenant: str) -> list[Bot]:
    """The tenant's bots, by name."""
    return [Bot(*row) for row in await session.fetch("bots", tenant)]


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(str(row[0]), *row[1:])

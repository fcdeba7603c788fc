"""An organisation as it is kept, whole: read by every process that meets a new version, written by `apply`. Its meaning is above.

Whoever writes holds the tenant's row until they commit: decisions under way end first, later ones see the next version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from workflow.store.pool import Database, Session, Transaction


class Unit(msgspec.Struct, frozen=True):
    """A unit; `parent` None at the root."""

    id: str
    tier: str
    parent: str | None


class Person(msgspec.Struct, frozen=True):
    """Somebody. `card` is a text that holds their name and key, None once erased; `salt` seals it (empty when read)."""

    id: str
    language: str
    left_at: datetime | None
    card: str | None
    salt: bytes = b""
    commitment: str = ""


class Position(msgspec.Struct, frozen=True):
    """A person holds a role at a unit, from `since` until just before `until`."""

    person: str
    unit: str
    role: str
    since: datetime | None
    until: datetime | None


class Entry(msgspec.Struct, frozen=True):
    """A pool, room, outlet or list by its name; `value` is JSON."""

    kind: Literal["pool", "room", "outlet", "list"]
    name: str
    value: str


class Day(msgspec.Struct, frozen=True):
    """One day of a unit's calendar; `unit` "" is everybody's."""

    unit: str
    day: date
    kind: str
    published: bool


class Register(msgspec.Struct, frozen=True):
    """Everything that an organisation is made of, in its file's order. `version` is the tenant's."""

    version: int
    name: str
    title: str
    time_zone: str
    tiers: tuple[str, ...]
    roles: tuple[str, ...]
    coordinator: str
    administrator: str
    hours: str = ""
    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    positions: tuple[Position, ...] = ()
    roster: tuple[Entry, ...] = ()
    days: tuple[Day, ...] = ()


class NoOrganisation(LookupError):
    """The tenant has no organisation yet."""


class Stale(RuntimeError):
    """The organisation changed since it was read; `found` is its version now."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"the organisation is at version {found}; this change was made on version {expected}: read it again"
        )
        self.found = found


async def read(database: Database, tenant: str) -> Register:
    """The organisation at its present version. Raises `NoOrganisation`."""
    return await database.look(lambda session: _read(session, tenant))


async def _read(session: Session, tenant: str) -> Register:
    head = await session.row("organisation", tenant)
    if head is None:
        raise NoOrganisation(f"tenant {tenant} has no organisation; apply its file first")
    return Register(
        version=head["organisation_version"], name=head["name"], title=head["title"], time_zone=head["time_zone"],
        tiers=tuple(head["tiers"]), roles=tuple(head["roles"]), coordinator=head["coordinator"],
        administrator=head["administrator"], hours=head["hours"],
        units=tuple(Unit(*row) for row in await session.fetch("units", tenant)),
        people=tuple(
            Person(
                str(row["person_id"]), row["language"], row["left_at"], _text(row["card"]), b"",
                row["commitment"].hex(),
            )
            for row in await session.fetch("people", tenant)
        ),
        positions=tuple(Position(str(row[0]), *row[1:]) for row in await session.fetch("positions", tenant)),
        roster=tuple(Entry(*row) for row in await session.fetch("roster", tenant)),
        days=tuple(Day(*row) for row in await session.fetch("days", tenant)),
    )  # fmt: skip


async def lock(session: Transaction, tenant: str) -> tuple[int, datetime]:
    """(the version, now): nobody decides or changes the organisation before this transaction ends."""
    row = await session.row("lock_organisation", tenant)
    if row is None:
        raise NoOrganisation(f"there is no tenant {tenant}")
    return row["organisation_version"], row["now"]


async def bump(session: Transaction, tenant: str) -> int:
    """Decisions made on the version before are decided again. Returns the new version."""
    return int(await session.value("bump_organisation", tenant))


async def write(session: Transaction, tenant: str, register: Register) -> int:
    """Replace the whole organisation; `register.version` must be the present one (0: there is none yet).

    People who are not in it stay as they are. A person's own language stays. Returns the new version; raises `Stale`.
    """
    found, _ = await lock(session, tenant)
    if found != register.version:
        raise Stale(register.version, found)
    await session.run("set_time_zone", tenant, register.time_zone)
    await session.run(
        "put_organisation", tenant, register.name, register.title, register.tiers, register.roles,
        register.coordinator, register.administrator, register.hours,
    )  # fmt: skip
    for name in ("clear_positions", "clear_roster", "clear_units", "clear_days"):
        await session.run(name, tenant)
    await session.run("put_units", tenant, *_columns(((u.id, u.tier, u.parent) for u in register.units), 3))
    cards = [one for one in register.people if one.card is not None and one.salt]
    await session.run(
        "put_contents", tenant,
        *_columns(((_sealed(p), p.id, p.salt, (p.card or "").encode()) for p in cards), 4),
    )  # fmt: skip
    await session.run(
        "put_people", tenant, *_columns(((p.id, _sealed(p), p.language, p.left_at) for p in register.people), 4)
    )
    await session.run(
        "put_positions", tenant,
        *_columns(((p.person, p.unit, p.role, p.since, p.until) for p in register.positions), 5),
    )  # fmt: skip
    await session.run("put_roster", tenant, *_columns(((e.kind, e.name, e.value) for e in register.roster), 3))
    await session.run("put_days", tenant, *_columns(((d.unit, d.day, d.kind, d.published) for d in register.days), 4))
    return await bump(session, tenant)


def _sealed(person: Person) -> bytes:
    return bytes.fromhex(person.commitment)


def _columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as columns, which is how `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _text(body: bytes | None) -> str | None:
    return body.decode() if body is not None else None

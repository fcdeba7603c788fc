"""Between the organisation as it is asked (a value) and as it is kept (rows): two translations, nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import time
from typing import Final

import msgspec

from workflow.journal.chain import commitment
from workflow.organisation.calendar import HOURS, Calendar, Day
from workflow.organisation.model import NamedList, Organisation, Outlet, Person, Pool, Position, Room, Unit
from workflow.store import organisations as rows
from workflow.store.organisations import Register

ERASED: Final = "〔已删除〕"

_encode = msgspec.json.Encoder(order="sorted").encode
_hours = msgspec.json.Decoder(tuple[tuple[time, time], ...]).decode
_list = msgspec.json.Decoder(NamedList).decode


class Card(msgspec.Struct, frozen=True):
    """What is known of a person by name; it can be erased."""

    key: str
    name: str


_card = msgspec.json.Decoder(Card).decode


def organisation_of(tenant: str, register: Register) -> Organisation:
    """The organisation that the rows tell of."""
    entries: dict[str, list[rows.Entry]] = {"pool": [], "room": [], "outlet": [], "list": []}
    for entry in register.roster:
        entries[entry.kind].append(entry)
    return Organisation(
        id=register.name, title=register.title, tenant=tenant, version=register.version, tiers=register.tiers,
        roles=register.roles, units=tuple(Unit(one.id, one.tier, one.parent) for one in register.units),
        people=tuple(_person(one) for one in register.people),
        positions=tuple(Position(one.person, one.unit, one.role, one.since, one.until) for one in register.positions),
        pools=tuple(msgspec.json.decode(one.value, type=Pool) for one in entries["pool"]),
        rooms=tuple(msgspec.json.decode(one.value, type=Room) for one in entries["room"]),
        outlets=tuple(msgspec.json.decode(one.value, type=Outlet) for one in entries["outlet"]),
        lists=tuple(_list(one.value) for one in entries["list"]),
        coordinator=register.coordinator, administrator=register.administrator,
        calendar=Calendar.of(
            [Day(one.day, "off" if one.kind == "off" else "work", one.published) for one in register.days if not one.unit],
            time_zone=register.time_zone, hours=_hours(register.hours) if register.hours else HOURS,
        ),
    )  # fmt: skip


def register_of(organisation: Organisation, before: Mapping[str, rows.Person], version: int) -> Register:
    """The rows of an organisation. `before` are the people as they are kept: whose card says the same keeps its seal."""
    calendar = organisation.calendar
    return Register(
        version=version, name=organisation.id, title=organisation.title, time_zone=organisation.time_zone,
        tiers=organisation.tiers, roles=organisation.roles, coordinator=organisation.coordinator,
        administrator=organisation.administrator, hours=_encode(calendar.hours).decode(),
        units=tuple(rows.Unit(one.id, one.tier, one.parent) for one in organisation.units),
        people=tuple(_carded(one, before.get(one.id)) for one in organisation.people),
        positions=tuple(rows.Position(one.person, one.unit, one.role, one.since, one.until) for one in organisation.positions),
        roster=(
            *(rows.Entry("pool", one.name, _encode(one).decode()) for one in organisation.pools),
            *(rows.Entry("room", one.name, _encode(one).decode()) for one in organisation.rooms),
            *(rows.Entry("outlet", one.name, _encode(one).decode()) for one in organisation.outlets),
            *(rows.Entry("list", one.name, _encode(one).decode()) for one in organisation.lists),
        ),
        days=tuple(
            rows.Day("", day, kind, published=day in calendar.published) for day, kind in sorted(calendar.days.items())
        ),
    )  # fmt: skip


def _person(row: rows.Person) -> Person:
    card = _card(row.card) if row.card is not None else Card(row.id, ERASED)
    return Person(row.id, card.key, card.name, row.language, row.left_at)


def _carded(person: Person, before: rows.Person | None) -> rows.Person:
    card = _encode(Card(person.key, person.name)).decode()
    if before is not None and (before.card == card or before.card is None):
        return rows.Person(person.id, person.language, person.left_at, None, b"", before.commitment)
    salt = secrets.token_bytes(16)
    return rows.Person(person.id, person.language, person.left_at, card, salt, commitment(salt, card.encode()).hex())

"""An organisation as a file tells it, before anybody has an id, and the step from there to the value that is asked.

Reading the file is `language.organisations.organisation`; ids, version, days and lists come from the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta

import msgspec

from workflow.organisation.calendar import HOURS, Calendar, Day
from workflow.organisation.model import (
    ADMINISTRATOR,
    COORDINATOR,
    NamedList,
    Organisation,
    Outlet,
    Person,
    Pool,
    Position,
    Room,
    Unit,
)


class PersonDraft(msgspec.Struct, frozen=True):
    """Somebody as the file calls them, with (unit, role) pairs held from the day `since` to the day `until`, included."""

    key: str
    name: str
    language: str = "zh"
    roles: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None


class OrganisationDraft(msgspec.Struct, frozen=True):
    """One organisation file, checked: every name in it is known, the units are one tree."""

    id: str
    title: str
    tiers: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[Unit, ...]
    people: tuple[PersonDraft, ...] = ()
    pools: tuple[Pool, ...] = ()
    rooms: tuple[Room, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    tenant: str | None = None
    time_zone: str = "Asia/Shanghai"
    hours: tuple[tuple[time, time], ...] = HOURS
    coordinator: str = COORDINATOR
    administrator: str = ADMINISTRATOR


def settle(
    draft: OrganisationDraft,
    ids: Mapping[str, str],
    version: int,
    *,
    tenant: str | None = None,
    days: Iterable[Day] = (),
    lists: Iterable[NamedList] = (),
) -> Organisation:
    """The organisation of a draft, once the store has given each person's key an id.

    `tenant` is needed where the file names none, and wins. KeyError for a person without an id, ValueError without a tenant.
    """
    settled_tenant = tenant or draft.tenant
    if settled_tenant is None:
        raise ValueError(f"organisation {draft.id} names no tenant; give one")
    calendar = Calendar.of(days, time_zone=draft.time_zone, hours=draft.hours)
    return Organisation(
        id=draft.id,
        title=draft.title,
        tenant=settled_tenant,
        version=version,
        tiers=draft.tiers,
        roles=draft.roles,
        units=draft.units,
        people=tuple(Person(ids[person.key], person.key, person.name, person.language) for person in draft.people),
        positions=tuple(one for person in draft.people for one in _positions(person, ids[person.key], calendar)),
        pools=draft.pools,
        rooms=draft.rooms,
        outlets=draft.outlets,
        lists=tuple(lists),
        coordinator=draft.coordinator,
        administrator=draft.administrator,
        calendar=calendar,
    )


def _positions(person: PersonDraft, person_id: str, calendar: Calendar) -> Iterable[Position]:
    """Whole days there: from the first midnight of `since` to the midnight that ends `until`."""
    since = calendar.local_midnight(person.since) if person.since else None
    until = calendar.local_midnight(person.until + timedelta(days=1)) if person.until else None
    return (Position(person_id, unit, role, since, until) for unit, role in person.roles)

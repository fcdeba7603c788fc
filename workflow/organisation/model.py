"""The organisation as a value: units in a tree, people, positions, and the questions asked of them. No text, no store.

One `Organisation` is built for each version of a tenant's organisation, kept by the process, and asked thousands of
times a second; its indexes are therefore made once, on the first question. Units and roles are known by their names,
people by opaque ids. Moments are aware datetimes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property

import msgspec

from workflow.domain.item import Value
from workflow.domain.tree import Field
from workflow.organisation.calendar import Calendar

COORDINATOR = "协调员"
ADMINISTRATOR = "管理员"


class Unit(msgspec.Struct, frozen=True):
    """One unit of the tree; its id is its name, `parent` is None at the root alone."""

    id: str
    tier: str
    parent: str | None = None


class Person(msgspec.Struct, frozen=True):
    """Somebody. `key` is what the file calls them, `name` what people see, `language` is zh or en."""

    id: str
    key: str
    name: str
    language: str = "zh"
    left_at: datetime | None = None


class Position(msgspec.Struct, frozen=True):
    """A person (by id) holds a role at a unit, from `since` until just before `until`; None is unbounded."""

    person: str
    unit: str
    role: str
    since: datetime | None = None
    until: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether the position is in force at a moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class Candidate(msgspec.Struct, frozen=True):
    """Somebody who may decide: at which tier (`part`), by which right (`unit:role`, or as `domain.item.Task` says)."""

    person: str
    part: str
    right: str


class Pool(msgspec.Struct, frozen=True):
    """Many people under one name: those of a list, or the holders of a role. Never held here, always looked up."""

    name: str
    of: str


class Room(msgspec.Struct, frozen=True):
    """A chat of a unit, told or asked, never deciding."""

    name: str
    unit: str


class Outlet(msgspec.Struct, frozen=True):
    """Where `publish` goes: a room or a webhook, by name; exactly one of the two is given."""

    name: str
    room: str | None = None
    webhook: str | None = None


class NamedList(msgspec.Struct, frozen=True):
    """名录: a list with a name, typed columns and rows: one canonical value a column, None where it was left out.

    The first column is a text, a choice, a unit or a person; it names the row, and no two rows share it.
    """

    name: str
    columns: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...] = ()

    def row_names(self) -> tuple[str, ...]:
        """What a `one LIST` or `many LIST` field offers, in the order of the file."""
        return tuple(row[0] for row in self.rows)


class Organisation(msgspec.Struct, frozen=True, dict=True):
    """Everything a flow's names stand for, at one version."""

    id: str
    title: str
    tenant: str
    version: int
    tiers: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[Unit, ...]
    people: tuple[Person, ...] = ()
    positions: tuple[Position, ...] = ()
    pools: tuple[Pool, ...] = ()
    rooms: tuple[Room, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    lists: tuple[NamedList, ...] = ()
    coordinator: str = COORDINATOR
    administrator: str = ADMINISTRATOR
    calendar: Calendar = Calendar()

    @property
    def time_zone(self) -> str:
        """The tenant's IANA zone; it stands in the calendar, whose days mean nothing without it."""
        return self.calendar.time_zone

    # ------------------------------------------------------------------------------------------- tiers and units

    def root(self) -> Unit:
        """The only unit without a parent."""
        return self._root

    def tier_index(self, tier: str) -> int:
        """The place of a tier counted from the top, 0 first; KeyError for a tier that is not the organisation's."""
        return self._tier_places[tier]

    def unit(self, unit: str) -> Unit | None:
        """The unit of that name."""
        return self._units.get(unit)

    def unit_at(self, tier: str, unit: str) -> str | None:
        """The unit of `tier` that is, or is above, `unit`; None when that tier lies below it or was left out."""
        return self._at_tier.get((tier, unit))

    def chain(self, unit: str) -> tuple[str, ...]:
        """The unit and those above it, the root last; empty for an unknown unit."""
        return self._chains.get(unit, ())

    def below(self, unit: str, tier: str) -> tuple[str, ...]:
        """The units of `tier` at or below `unit`, in the order of the file."""
        return self._below.get((unit, tier), ())

    # ------------------------------------------------------------------------------------------- people and roles

    def person(self, person: str) -> Person | None:
        """The person of that id."""
        return self._people.get(person)

    def person_by_key(self, key: str) -> Person | None:
        """The person whom the file calls so."""
        return self._people_by_key.get(key)

    def active(self, person: str) -> bool:
        """Whether the person is known and has not left."""
        found = self._people.get(person)
        return found is not None and found.left_at is None

    def holders(self, unit: str, role: str, at: datetime) -> tuple[str, ...]:
        """Ids of those who hold `role` at exactly this unit, in the order of the file; who has left is not among them."""
        moments, people = self._spells.get((unit, role), _NOBODY)
        return people[bisect_right(moments, at)]

    def holds(self, person: str, unit: str, role: str, at: datetime) -> bool:
        """Whether the person holds `role` at exactly this unit now."""
        moments, people = self._spell_sets.get((unit, role), _NOBODY)
        return person in people[bisect_right(moments, at)]

    def candidates(self, unit: str, role: str, at: datetime) -> tuple[Candidate, ...]:
        """`holders`, as they may decide."""
        moments, candidates = self._candidates.get((unit, role), _NOBODY)
        return candidates[bisect_right(moments, at)]

    def roles_of(self, person: str, at: datetime) -> tuple[tuple[str, str], ...]:
        """The (unit, role) pairs of a person, in the order of the file."""
        return tuple((p.unit, p.role) for p in self._positions_of.get(person, ()) if p.holds_at(at))

    def coordinators_above(self, unit: str, at: datetime) -> tuple[str | None, tuple[str, ...]]:
        """The nearest unit above this one that has a coordinator, and who they are; `(None, ())` when none has."""
        for above in self.chain(unit)[1:]:
            if people := self.holders(above, self.coordinator, at):
                return above, people
        return None, ()

    def coordinates(self, person: str, unit: str, at: datetime) -> bool:
        """Whether the person is a coordinator of the unit or of one above it."""
        return any(self.holds(person, above, self.coordinator, at) for above in self.chain(unit))

    def administrators(self, at: datetime) -> tuple[str, ...]:
        """Who holds the administrator's role at the root."""
        return self.holders(self._root.id, self.administrator, at)

    def administers(self, person: str, at: datetime) -> bool:
        """Whether the person is one of the administrators."""
        return person in self.administrators(at)

    # ------------------------------------------------------------------------------------------- other names

    def pool(self, name: str) -> Pool | None:
        """The pool of that name."""
        return self._pools.get(name)

    def listed(self, name: str) -> Mapping[str, tuple[Value, ...]] | None:
        """The rows of a list whose first column is the key of somebody here, by their id; None when there is no such list."""
        return self._listed.get(name)

    def everywhere(self, role: str, at: datetime) -> tuple[str, ...]:
        """Ids of those who hold `role` at any unit."""
        return tuple(dict.fromkeys(one for unit in self.units for one in self.holders(unit.id, role, at)))

    def room(self, name: str) -> Room | None:
        """The room of that name."""
        return self._rooms.get(name)

    def outlet(self, name: str) -> Outlet | None:
        """The outlet of that name."""
        return self._outlets.get(name)

    def list_named(self, name: str) -> NamedList | None:
        """The list of that name."""
        return self._lists.get(name)

    # ------------------------------------------------------------------------------------------- indexes, made once

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _root(self) -> Unit:
        return next(unit for unit in self.units if unit.parent is None)

    @cached_property
    def _tier_places(self) -> dict[str, int]:
        return {tier: place for place, tier in enumerate(self.tiers)}

    @cached_property
    def _chains(self) -> dict[str, tuple[str, ...]]:
        chains: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            chain = []
            above: Unit | None = unit
            while above is not None and above.id not in chain:
                chain.append(above.id)
                above = self._units.get(above.parent) if above.parent is not None else None
            chains[unit.id] = tuple(chain)
        return chains

    @cached_property
    def _at_tier(self) -> dict[tuple[str, str], str]:
        return {(self._units[above].tier, unit): above for unit, chain in self._chains.items() for above in chain}

    @cached_property
    def _below(self) -> dict[tuple[str, str], tuple[str, ...]]:
        below: dict[tuple[str, str], list[str]] = {}
        for unit in self.units:
            for above in self._chains[unit.id]:
                below.setdefault((above, unit.tier), []).append(unit.id)
        return {key: tuple(units) for key, units in below.items()}

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _people_by_key(self) -> dict[str, Person]:
        return {person.key: person for person in self.people}

    @cached_property
    def _spells(self) -> dict[tuple[str, str], tuple[tuple[datetime, ...], tuple[tuple[str, ...], ...]]]:
        """For each (unit, role): the moments at which its holders change, and who holds it before, between and after."""
        held: dict[tuple[str, str], list[Position]] = {}
        for position in self.positions:
            if self.active(position.person):
                held.setdefault((position.unit, position.role), []).append(position)
        return {key: _spells_of(positions) for key, positions in held.items()}

    @cached_property
    def _spell_sets(self) -> dict[tuple[str, str], tuple[tuple[datetime, ...], tuple[frozenset[str], ...]]]:
        """The same, for asking about one person among thousands."""
        return {key: (at, tuple(frozenset(people) for people in held)) for key, (at, held) in self._spells.items()}

    @cached_property
    def _candidates(self) -> dict[tuple[str, str], tuple[tuple[datetime, ...], tuple[tuple[Candidate, ...], ...]]]:
        """The same, as those who hold it may decide."""
        return {
            (unit, role): (at, tuple(_seated(people, self._units[unit].tier, f"{unit}:{role}") for people in held))
            for (unit, role), (at, held) in self._spells.items()
            if unit in self._units
        }

    @cached_property
    def _positions_of(self) -> dict[str, tuple[Position, ...]]:
        found: dict[str, list[Position]] = {}
        for position in self.positions:
            if self.active(position.person):
                found.setdefault(position.person, []).append(position)
        return {person: tuple(positions) for person, positions in found.items()}

    @cached_property
    def _pools(self) -> dict[str, Pool]:
        return {pool.name: pool for pool in self.pools}

    @cached_property
    def _rooms(self) -> dict[str, Room]:
        return {room.name: room for room in self.rooms}

    @cached_property
    def _listed(self) -> dict[str, dict[str, tuple[Value, ...]]]:
        keys = {person.key: person.id for person in self.people if person.left_at is None}
        return {
            named.name: {keys[row[0]]: row for row in named.rows if row[0] in keys}
            for named in self.lists
            if {pool.of for pool in self.pools} & {named.name}
        }

    @cached_property
    def _outlets(self) -> dict[str, Outlet]:
        return {outlet.name: outlet for outlet in self.outlets}

    @cached_property
    def _lists(self) -> dict[str, NamedList]:
        return {named.name: named for named in self.lists}


_NOBODY: tuple[tuple[datetime, ...], tuple[tuple[()], ...]] = ((), ((),))


def _seated(people: tuple[str, ...], tier: str, right: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(person, tier, right) for person in people)


def _spells_of(positions: list[Position]) -> tuple[tuple[datetime, ...], tuple[tuple[str, ...], ...]]:
    moments = sorted({edge for p in positions for edge in (p.since, p.until) if edge is not None})
    begins = [datetime.min.replace(tzinfo=UTC), *moments]
    # dict.fromkeys: two positions of one person in one role are still one holder
    return tuple(moments), tuple(tuple(dict.fromkeys(p.person for p in positions if p.holds_at(at))) for at in begins)

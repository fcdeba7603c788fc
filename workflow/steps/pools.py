"""Pools as actors: the people of a list, or of a role wherever it is held; and the row that a list has about somebody. Always looked up, never kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from workflow.domain import tree
from workflow.grammars.values import Row, lift
from workflow.organisation.model import NamedList, Organisation

MARK: Final = "@"
"""What a right begins with that rests on a pool: `@志愿队伍`."""


def members(organisation: Organisation, name: str, at: datetime) -> tuple[str, ...] | None:
    """Ids of the people of a pool, in the order of its list or of the units; None when there is no such pool."""
    pool = organisation.pool(name)
    if pool is None:
        return None
    rows = organisation.listed(pool.of)
    return tuple(rows) if rows is not None else organisation.everywhere(pool.of, at)


def belongs(organisation: Organisation, name: str, person: str, at: datetime) -> bool:
    """Whether somebody is of a pool now."""
    pool = organisation.pool(name)
    if pool is None or not organisation.active(person):
        return False
    rows = organisation.listed(pool.of)
    return person in rows if rows is not None else any(role == pool.of for _, role in organisation.roles_of(person, at))


def list_of(organisation: Organisation, actors: tuple[tree.Actor, ...]) -> NamedList | None:
    """The list whose rows say more about whoever the actors stand for, where all of them are of one list."""
    pools = [organisation.pool(actor.who.parts[0]) if len(actor.who.parts) == 1 else None for actor in actors]
    names = {pool.of if pool is not None else "" for pool in pools}
    return organisation.list_named(names.pop()) if len(names) == 1 else None


def row_of(organisation: Organisation, named: NamedList, person: str) -> Any:
    """What a list has about somebody; their id where it has nothing."""
    kept = (organisation.listed(named.name) or {}).get(person)
    if kept is None:
        return person
    return Row(
        f"{named.name}/{kept[0]}",
        {column.name: lift(value, column.type) for column, value in zip(named.columns, kept, strict=True)},
    )

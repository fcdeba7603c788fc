"""The organisation a rehearsal is played in: made up to fit the flow, or a real one made small; one unit a tier. Not here: real files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from workflow.domain import tree
from workflow.domain.definition import Action, Definition, Step
from workflow.language.edges import all_places
from workflow.language.who import ANYONE, SUBMITTER
from workflow.organisation.calendar import Calendar
from workflow.organisation.model import ADMINISTRATOR, COORDINATOR, Organisation, Outlet, Person, Position, Room, Unit

WHO_ADMINISTERS: Final = "管理员"
SOMEBODY: Final = "群众甲"
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
MOST_MADE_UP: Final = len(STEMS)
ENOUGH: Final = 2
"""People made up for a post of which it is not known how many it needs."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a flow names of an organisation: tiers from the top, posts with how many people they need, rooms and outlets."""

    tiers: tuple[str, ...]
    posts: Mapping[tuple[str, str], int]
    rooms: tuple[str, ...]
    outlets: tuple[str, ...]


def named_in(definition: Definition) -> Named:
    """Read from the flow: who starts stands lowest, each new tier above those before it; `各X` lies below."""
    own = {field.name for field in definition.start.form} | {step.name for step in definition.places.values()}
    posts: dict[tuple[str, str], int] = {}
    rooms: dict[str, None] = {}
    outlets: dict[str, None] = {}
    rising: list[str] = []
    below: list[str] = []

    def name(actors: Iterable[tree.Actor], need: int, *, told: bool = False) -> None:
        for who in (who for actor in actors for who in (actor.who, actor.but) if who is not None):
            first = who.parts[0]
            if first in own or first in (SUBMITTER, ANYONE):
                continue
            if len(who.parts) == 1 and told:
                rooms.setdefault(first)
            if len(who.parts) == 2:
                posts[who.parts[0], who.parts[1]] = max(need, posts.get((first, who.parts[1]), 0))
                if first not in (*rising, *below):
                    (below if who.every else rising).append(first)

    name(definition.start.by, 1)
    name([field.who for field in definition.start.form if field.who is not None], 1)
    for step in all_places(definition.steps):
        name(step.who, _needed(step))
        name([field.who for field in step.form if field.who is not None], 1)
        name(step.tell, 1, told=True)
        for action in _actions(step):
            name(action.to, 1, told=True)
            outlets.update(dict.fromkeys(action.outlets))
    return Named((*reversed(rising), *below), posts, tuple(rooms), tuple(outlets))


def made_up(definition: Definition) -> Organisation:
    """An organisation in which the flow can run: people for every tier and role it names, called after their posts."""
    named = named_in(definition)
    tiers = named.tiers or ("中心",)
    posts = {(tier, COORDINATOR): 1 for tier in tiers} | dict(named.posts)
    people = {
        f"{tier}{role}{STEMS[n]}": (tier, role) for (tier, role), many in posts.items() for n in range(min(many, MOST_MADE_UP))
    } | {WHO_ADMINISTERS: (tiers[0], ADMINISTRATOR)}  # fmt: skip
    units = _units(tiers)
    anybody = [Person(SOMEBODY, SOMEBODY, SOMEBODY)] if definition.start.anyone else []
    return Organisation(
        id="made-up", title="虚构的组织", tenant="t", version=1, tiers=tiers,
        roles=tuple(dict.fromkeys((ADMINISTRATOR, COORDINATOR, *(role for _, role in posts)))), units=units,
        people=(*(Person(one, one, one) for one in people), *anybody),
        positions=tuple(Position(one, f"{tier}一", role) for one, (tier, role) in people.items()),
        rooms=tuple(Room(one, units[0].id) for one in dict.fromkeys((*named.rooms, *named.outlets))),
        outlets=tuple(Outlet(one, room=one) for one in named.outlets),
    )  # fmt: skip


def peopled(real: Organisation, people: Mapping[str, tuple[str, ...]]) -> Organisation:
    """The organisation's tiers, roles, rooms, outlets and lists with one unit a tier, and nobody in it but these people.

    `people`: `站.审核员` (or `大山子站.审核员`) to names; a key without a dot gives its people no post. Whoever administers is added.
    """
    posts = [
        (unit, role, who)
        for post, names in people.items()
        for unit, dot, role in (post.partition("."),)
        if dot
        for who in names
    ]
    tiers = (
        *(
            one
            for one in dict.fromkeys(unit for unit, _, _ in posts)
            if one not in real.tiers and real.unit(one) is None
        ),
        *real.tiers,
    )
    units = _units(tiers)
    at = {tier: unit.id for tier, unit in zip(tiers, units, strict=True)}
    own = tuple(_own_unit(real, one, at) for one in dict.fromkeys(unit for unit, _, _ in posts) if one not in at)
    if not any(role == real.administrator and unit == tiers[0] for unit, role, _ in posts):
        posts.append((tiers[0], real.administrator, WHO_ADMINISTERS))
    everybody = dict.fromkeys((*(who for _, _, who in posts), *(who for names in people.values() for who in names)))
    return msgspec.structs.replace(
        real, tiers=tiers, units=(*units, *own), people=tuple(Person(one, one, one) for one in everybody),
        roles=tuple(dict.fromkeys((*real.roles, *(role for _, role, _ in posts)))),
        positions=tuple(Position(who, at.get(unit, unit), role) for unit, role, who in posts),
        rooms=tuple(msgspec.structs.replace(one, unit=units[0].id) for one in real.rooms),
        calendar=Calendar(real.time_zone, hours=real.calendar.hours),
    )  # fmt: skip


def small(real: Organisation, definition: Definition, person: str, unit: str) -> dict[str, tuple[str, ...]]:
    """Who of a real organisation has to do with an item that `person` starts at `unit`: what stands under a case's `people`."""
    wanted = named_in(definition).posts
    found: dict[str, list[str]] = {}
    for one in real.positions:
        held, whose = real.unit(one.unit), real.person(one.person)
        if held is None or whose is None:
            continue
        here = one.unit in real.chain(unit)
        if (one.unit, one.role) in wanted:
            found.setdefault(f"{one.unit}.{one.role}", []).append(whose.key)
        elif (
            here and ((held.tier, one.role) in wanted or one.role in (real.coordinator, real.administrator))
        ) or one.person == person:
            found.setdefault(f"{held.tier}.{one.role}", []).append(whose.key)
    return {post: tuple(dict.fromkeys(names)) for post, names in found.items()}


def _units(tiers: tuple[str, ...]) -> tuple[Unit, ...]:
    return tuple(Unit(f"{tier}一", tier, f"{tiers[n - 1]}一" if n else None) for n, tier in enumerate(tiers))


def _own_unit(real: Organisation, name: str, at: Mapping[str, str]) -> Unit:
    """A unit that a case names itself, below the one unit of the tier above it."""
    tier = real.unit(name).tier  # type: ignore[union-attr]  # what is no unit is a tier by now
    above = real.tier_index(tier) - 1
    return Unit(name, tier, at[real.tiers[max(above, 0)]])


def _needed(step: Step) -> int:
    if isinstance(step.need, tree.Number) and not step.need.percent and isinstance(step.need.value, int):
        return max(step.need.value, ENOUGH)
    return ENOUGH


def _actions(step: Step) -> Iterator[Action]:
    yield from step.own.get("actions", ())
    if isinstance(step.late, tuple):
        for rung in step.late:
            yield from rung.actions

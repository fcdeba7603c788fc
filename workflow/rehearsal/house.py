"""The organisation a rehearsal is played in: made up to fit the flow, or a real one made small; one unit a tier. Not here: real files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from workflow.domain import tree
from workflow.domain.definition import Account, Action, Definition, Step
from workflow.language.edges import all_places
from workflow.language.who import ANYONE, SUBMITTER
from workflow.organisation.calendar import Calendar
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
from workflow.steps.electorate import DOERS

WHO_ADMINISTERS: Final = "管理员"
SOMEBODY: Final = "群众甲"
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
MOST_VOLUNTEERS: Final = 3
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
    pools: Mapping[str, int]
    hooks: tuple[str, ...] = ()


def named_in(definition: Definition) -> Named:
    """Read from the flow: the unit that an item belongs to stands lowest, then who starts, each new tier above those before it.

    `各X` lies below.
    """
    census = _Census(definition)
    name, rising, below = census.name, census.rising, census.below
    outlets: dict[str, None] = {}
    if (lowest := census.tiers.get(_named_by(definition.start.unit))) is not None:
        rising.append(lowest)
    name(definition.start.by, 1)
    name([field.who for field in definition.start.form if field.who is not None], 1)
    for rule in definition.watch:
        name([actor for action in rule.actions for actor in action.to], 1, told=True)
        outlets.update(dict.fromkeys(one for action in rule.actions for one in action.outlets))
    for step in all_places(definition.steps):
        name(step.who, _needed(step))
        name([field.who for field in step.form if field.who is not None], 1)
        name(step.tell, 1, told=True)
        for action in _actions(step):
            name(action.to, 1, told=True)
            for tier in _tiers_of(action):
                if tier not in (*rising, *below):
                    rising.append(tier)
            outlets.update(dict.fromkeys(action.outlets))
    return Named(
        (*reversed(rising), *below), census.posts, tuple(census.rooms), tuple(outlets), census.pools, _hooks(definition)
    )


class _Census:
    """The people that a flow names, counted."""

    def __init__(self, definition: Definition) -> None:
        form = definition.start.form
        self.own = {field.name for field in form} | {step.name for step in definition.places.values()}
        self.tiers = {field.name: field.tier for field in form if field.type == "unit"}
        self.pools: dict[str, int] = {}
        self.posts: dict[tuple[str, str], int] = {}
        self.rooms: dict[str, None] = {}
        self.rising: list[str] = []
        self.below: list[str] = []

    def name(self, actors: Iterable[tree.Actor], need: int, *, told: bool = False) -> None:
        """Take in what these actors stand for."""
        for who in (who for actor in actors for who in (actor.who, actor.but) if who is not None):
            first, *rest = who.parts
            if rest and first in self.tiers and rest[0] not in DOERS:
                first = self.tiers[first] or first
            elif first in self.own or first in (SUBMITTER, ANYONE):
                continue
            if not rest and told:
                self.rooms.setdefault(first)
            elif not rest:
                self.pools[first] = max(need, self.pools.get(first, 0))
            elif len(rest) == 1:
                self._post(first, rest[0], need, below=who.every)

    def _post(self, tier: str, role: str, need: int, *, below: bool) -> None:
        self.posts[tier, role] = max(need, self.posts.get((tier, role), 0))
        if tier not in (*self.rising, *self.below):
            (self.below if below else self.rising).append(tier)


def _hooks(definition: Definition) -> tuple[str, ...]:
    """The webhooks that a flow calls."""
    actions = [action for step in all_places(definition.steps) for action in _actions(step) if action.word == "webhook"]
    return tuple(dict.fromkeys(name for action in actions for name in action.outlets))


def made_up(definition: Definition) -> Organisation:
    """An organisation in which the flow can run: people for every tier and role it names, called after their posts."""
    named = named_in(definition)
    tiers = named.tiers or ("中心",)
    posts = {(tier, COORDINATOR): 1 for tier in tiers} | dict(named.posts)
    posts |= {(tiers[-1], pool): max(many, MOST_VOLUNTEERS) for pool, many in named.pools.items()}
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
        outlets=(
            *(Outlet(one, room=one) for one in named.outlets if one not in named.hooks),
            *(Outlet(one, webhook=f"hook-{n}") for n, one in enumerate(named.hooks, 1)),
        ), pools=tuple(Pool(one, one) for one in named.pools),
        lists=tuple(_lists(definition)),
    )  # fmt: skip


def _lists(definition: Definition) -> Iterator[NamedList]:
    """The lists that the flow adds rows to, empty, their columns as far as they can be told."""
    found: dict[str, NamedList] = {}
    for action in (
        action for step in all_places(definition.steps) for action in _actions(step) if action.word == "add"
    ):
        columns = tuple(tree.Field((0, 0), name, _type_of(definition, value)) for name, value in action.names)
        found.setdefault(action.own["list"], NamedList(action.own["list"], columns))
    yield from found.values()


def _type_of(definition: Definition, value: tree.Value) -> tree.FieldType:
    word = _named_by(value)
    field = definition.field(word)
    if field is not None:
        return "text" if field.type == "choice" else field.type
    return "date" if word == "今天" else "datetime" if word == "现在" else "text"


def peopled(real: Organisation, people: Mapping[str, tuple[str, ...]]) -> Organisation:
    """The organisation's tiers, roles, rooms, outlets and lists with one unit a tier, and nobody in it but these people.

    `people`: `站.审核员` (or `大山子站.审核员`) to names; a key without a dot that is a pool of a role gives its people that role, any
    other gives them no post (who is of a list, the list says). Whoever administers is added.
    """
    posts = [
        (unit, role, who)
        for post, names in people.items()
        for unit, dot, role in (post.partition("."),)
        if dot
        for who in names
    ]
    roles = {pool.name: pool.of for pool in real.pools if real.list_named(pool.of) is None}
    posts += [(real.tiers[0], roles[pool], who) for pool, names in people.items() if pool in roles for who in names]
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
    for pool in (one for one in real.pools if one.name in named_in(definition).pools):
        rows = real.listed(pool.of)
        of_role = [one.person for one in real.positions if one.role == pool.of]
        members = [real.person(held_by) for held_by in (rows if rows is not None else of_role)]
        keys = [member.key for member in members if member is not None]
        found[pool.name] = list(dict.fromkeys(keys))[:MOST_MADE_UP]
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


def _named_by(value: tree.Value | None) -> str:
    """The name that a value is, where it is no more than that."""
    return value.parts[0] if isinstance(value, tree.Ref) and len(value.parts) == 1 else ""


def _tiers_of(action: Action) -> Iterator[str]:
    """What a deed takes for a tier, or a unit: whose account it is, for which units it reports."""
    for key in ("from", "to"):
        if isinstance(account := action.own.get(key), Account) and account.unit:
            yield account.unit
    if "per" in action.own:
        yield action.own["per"]


def _actions(step: Step) -> Iterator[Action]:
    yield from step.own.get("actions", ())
    yield from step.own.get("stop", ())
    if isinstance(step.late, tuple):
        for rung in step.late:
            yield from rung.actions

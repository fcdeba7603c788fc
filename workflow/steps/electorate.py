"""Who decides at a step: an actor's words become people, with the tier and the right they decide by; separation of duties."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workflow.domain import tree
from workflow.domain.command import SYSTEM
from workflow.domain.definition import Step
from workflow.domain.item import Item, Need, Run, Task
from workflow.grammars.evaluate import evaluate_need
from workflow.organisation.model import Organisation
from workflow.steps import pools
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.weights import weights

SETTLED = (tree.Number, tree.Everyone, tree.InOrder)
GIVEN = "given"
ADMINISTRATOR = "administrator"
SUBMITTER = "submitter"
DOERS = ("办理人", "doer")
"""What follows a step's name where its doer is meant, in either language."""


class Candidate(Struct, frozen=True):
    """Somebody who may decide: at which tier (`part`), by which right (`unit:role`), as whose turn (`order`)."""

    person: str
    part: str
    right: str
    order: int


def candidates(draft: Draft, no: int, actors: tuple[tree.Actor, ...]) -> tuple[list[Candidate], bool]:
    """Everybody the actors stand for, in order, each once; and whether every actor's tier lies below the item's unit."""
    found: dict[str, Candidate] = {}
    unit = draft.unit(no)
    for order, actor in enumerate(actors):
        barred = {one.person for one in _who(draft, no, actor.but, order)} if actor.but else ()
        for one in _who(draft, no, actor.who, order):
            if one.person not in barred:
                found.setdefault(one.person, one)
    if found or not actors:
        return list(found.values()), False
    return [], all(_lies_below(draft.world.organisation, actor.who, unit) for actor in actors)


def people(draft: Draft, no: int, actors: tuple[tree.Actor, ...]) -> tuple[str, ...]:
    """Whom actors stand for, whether or not they could decide: for telling."""
    return tuple(one.person for one in candidates(draft, no, actors)[0])


def among(draft: Draft, no: int, actors: tuple[tree.Actor, ...], person: str) -> bool:
    """Whether somebody is one of those whom actors stand for: asked of many, one by one, so that the others are not gone through."""
    return any(
        _is(draft, no, actor.who, person) and not (actor.but and _is(draft, no, actor.but, person)) for actor in actors
    )


def _is(draft: Draft, no: int, who: tree.Who, person: str) -> bool:
    organisation, first = draft.world.organisation, who.parts[0]
    if len(who.parts) == 1 and organisation.pool(first) is not None:
        return pools.belongs(organisation, first, person, draft.now)
    post = first in organisation.tiers or organisation.unit(first) is not None
    if len(who.parts) == 2 and post and who.parts[1] not in DOERS and draft.definition.field(first) is None:
        units = _units(organisation, who, draft.item.unit)
        return any(organisation.holds(person, unit, who.parts[1], draft.now) for unit in units)
    return any(one.person == person for one in _who(draft, no, who, 0))


def eligible(item: Item, organisation: Organisation, person: str, part: str) -> bool:
    """Separation of duties: active, no submitter, at no other tier of this item, and none who handed something in at it."""
    return (
        person != item.submitter
        and person not in item.joined
        and person not in item.doers
        and item.parts.get(person, part) == part
        and organisation.active(person)
    )


def may_still(draft: Draft, task: Task) -> bool:
    """Whether the right that a task rests on is held now."""
    organisation = draft.world.organisation
    if task.right == ADMINISTRATOR:
        return organisation.administers(task.person, draft.now)
    if task.right.startswith(pools.MARK):
        return pools.belongs(organisation, task.right.removeprefix(pools.MARK), task.person, draft.now)
    if task.right in (GIVEN, SUBMITTER) or ":" not in task.right:
        return organisation.active(task.person)
    unit, _, role = task.right.partition(":")
    return organisation.holds(task.person, unit, role, draft.now)


def elect(
    draft: Draft, no: int, step: Step, need: Need, named: list[Candidate] | None = None
) -> tuple[list[Task], str]:
    """The tasks of a step's electorate (of `named`, where it is known), and why none of them decides: `nobody`, `quorum`, or empty.

    Nobody named: the coordinator of the tier above, then further up. Nobody at all, too few, or only such as separation of
    duties forbids: the administrators are asked to name somebody, and decide nothing themselves.
    """
    item, organisation = draft.item, draft.world.organisation
    if named is None:
        named, _ = candidates(draft, no, step.who)
    able = [one for one in named if eligible(item, organisation, one.person, one.part)]
    if need.in_order and len(step.who) > 1:
        able = list({one.order: one for one in reversed(able)}.values())[::-1]
    if not named:
        able = list(_coordinators(draft, draft.item.unit))
    if able and (need.everyone or need.percent or need.ayes <= len(able)):
        state = "waiting" if need.in_order else "open"
        heavy = weights(organisation, step, [one.person for one in able]) if named and step.own else {}
        return [
            Task(
                item.next_task + n,
                one.person,
                one.part,
                one.right,
                state if n else "open",  # type: ignore[arg-type]
                weight=heavy.get(one.person, ""),
            )
            for n, one in enumerate(able)
        ], ""
    return calls_for_help(draft), "quorum" if able else "nobody"


def calls_for_help(draft: Draft) -> list[Task]:
    """One task for each administrator: to name somebody, or to end the item."""
    first = draft.item.next_task
    administrators = draft.world.organisation.administrators(draft.now)
    return [Task(first + n, person, "", ADMINISTRATOR, "open") for n, person in enumerate(administrators)]


def resolve_need(draft: Draft, no: int, need: tree.Need | None) -> Need:
    """How many approvals, as written; `everyone` and percentages get their number when the electorate is known."""
    if need is None:
        return Need(1)
    match need if isinstance(need, SETTLED) else evaluate_need(need, Scene(draft, no)):
        case tree.Everyone():
            return Need(0, everyone=True)
        case tree.InOrder():
            return Need(0, everyone=True, in_order=True)
        case tree.Number(value=share, percent=True):
            return Need(0, percent=int(share * 100))
        case number:
            return Need(int(number.value))


def sized(need: Need, electors: int) -> Need:
    """The same need once the electorate counts `electors`: ≥, never >; a share is rounded up."""
    if need.everyone:
        return Need(electors, everyone=True, in_order=need.in_order)
    if need.percent:
        return Need(max(1, -(-need.percent * electors // 100)), percent=need.percent)
    return need


def part_of(organisation: Organisation, step: Step, run: Run, unit: str) -> str:
    """The tier at which a step decides: of those who already sit there, else of the first actor's words."""
    for task in run.tasks.values():
        if task.part:
            return task.part
    for actor in step.who:
        first = actor.who.parts[0]
        if first in organisation.tiers:
            return first
        if (found := organisation.unit(first)) is not None:
            return found.tier
    found = organisation.unit(unit)
    return found.tier if found is not None else organisation.tiers[-1]


def _lies_below(organisation: Organisation, who: tree.Who, unit: str) -> bool:
    tier, own = who.parts[0], organisation.unit(unit)
    return (
        own is not None  # a unit that is closed has no tiers below it: its items are somebody's to name somebody for
        and not who.every
        and len(who.parts) == 2
        and tier in organisation.tiers
        and organisation.unit_at(tier, unit) is None
        and organisation.tier_index(tier) > organisation.tier_index(own.tier)
    )


def _who(draft: Draft, no: int, who: tree.Who, order: int) -> list[Candidate]:
    organisation, item, parts = draft.world.organisation, draft.item, who.parts
    if len(parts) == 1:
        return _named(draft, parts[0], order)
    if len(parts) > 2:
        return []
    first, last = parts
    if last in DOERS:
        result = Scene(draft, no).result_of(first)
        return [Candidate(person, first, GIVEN, order) for person in result.doers] if result is not None else []
    if (field := draft.definition.field(first)) is not None and field.type == "unit":
        unit = item.form.get(first)  # the unit that the form names: as if the flow had named it
        units = (unit,) if isinstance(unit, str) and organisation.unit(unit) is not None else ()
        return _role(organisation, units, last, draft, order)
    if first == "各" or first in draft.definition.named:
        value = Scene(draft, no).lookup(parts)
        named = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        return [Candidate(one, last, GIVEN, order) for one in named if organisation.person(one) is not None]
    return _role(organisation, _units(organisation, who, draft.unit(no)), last, draft, order)


def _named(draft: Draft, name: str, order: int) -> list[Candidate]:
    """Whom a single name stands for: who began the item, a pool, or whom the form names."""
    organisation, item = draft.world.organisation, draft.item
    if name == "提交人":
        return [Candidate(item.submitter, SUBMITTER, SUBMITTER, order)] if item.submitter != SYSTEM else []
    if (members := pools.members(organisation, name, draft.now)) is not None:
        return [Candidate(person, name, pools.MARK + name, order) for person in members]
    if (field := draft.definition.field(name)) is not None and field.type == "person":
        person = item.form.get(name)
        return [Candidate(person, name, GIVEN, order)] if person else []
    return []


def _units(organisation: Organisation, who: tree.Who, unit: str) -> tuple[str, ...]:
    place = who.parts[0]
    if place in organisation.tiers:
        if who.every:
            return organisation.below(unit, place)
        found = organisation.unit_at(place, unit)
        return (found,) if found is not None else ()
    return (place,) if organisation.unit(place) is not None else ()


def _role(organisation: Organisation, units: tuple[str, ...], role: str, draft: Draft, order: int) -> list[Candidate]:
    return [
        Candidate(person, organisation.unit(unit).tier, f"{unit}:{role}", order)  # type: ignore[union-attr]
        for unit in units
        for person in organisation.holders(unit, role, draft.now)
    ]


def _coordinators(draft: Draft, unit: str) -> Iterator[Candidate]:
    organisation = draft.world.organisation
    above, persons = organisation.coordinators_above(unit, draft.now)
    while above is not None:
        tier = organisation.unit(above).tier  # type: ignore[union-attr]
        able = [one for one in persons if eligible(draft.item, organisation, one, tier)]
        if able:
            for person in able:
                yield Candidate(person, tier, f"{above}:{organisation.coordinator}", 0)
            return
        above, persons = organisation.coordinators_above(above, draft.now)

"""Who decides at a step: an actor's words become people, with the tier and the right they decide by; separation of duties."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.domain import tree
from workflow.domain.command import SYSTEM
from workflow.domain.definition import Step
from workflow.domain.item import Item, Need, Run, Task
from workflow.grammars.evaluate import evaluate_need
from workflow.organisation.model import Candidate, Organisation
from workflow.steps import pools
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.weights import weights

SETTLED = (tree.Number, tree.Everyone, tree.InOrder)
ONE = Need(1)
GIVEN = "given"
ADMINISTRATOR = "administrator"
SUBMITTER = "submitter"
DOERS = ("办理人", "doer")
"""What follows a step's name where its doer is meant, in either language."""


def candidates(draft: Draft, no: int, actors: tuple[tree.Actor, ...]) -> tuple[list[Candidate], bool]:
    """Everybody the actors stand for, in order, each once; and whether every actor's tier lies below the item's unit."""
    found: dict[str, Candidate] = {}
    for actor in actors:
        named = _who(draft, no, actor.who)
        if actor.but:
            barred = {one.person for one in _who(draft, no, actor.but)}
            named = [one for one in named if one.person not in barred]
        for one in named:
            found.setdefault(one.person, one)
    if found or not actors:
        return list(found.values()), False
    unit = draft.unit(no)
    return [], all(_lies_below(draft.organisation, actor.who, unit) for actor in actors)


def people(draft: Draft, no: int, actors: tuple[tree.Actor, ...]) -> tuple[str, ...]:
    """Whom actors stand for, whether or not they could decide: for telling."""
    return tuple(one.person for one in candidates(draft, no, actors)[0])


def among(draft: Draft, no: int, actors: tuple[tree.Actor, ...], person: str) -> bool:
    """Whether somebody is one of those whom actors stand for: asked of many, one by one, so that the others are not gone through."""
    return any(
        _is(draft, no, actor.who, person) and not (actor.but and _is(draft, no, actor.but, person)) for actor in actors
    )


def _is(draft: Draft, no: int, who: tree.Who, person: str) -> bool:
    organisation, first = draft.organisation, who.parts[0]
    if len(who.parts) == 1 and organisation.pool(first) is not None:
        return pools.belongs(organisation, first, person, draft.now)
    post = first in organisation.tiers or organisation.unit(first) is not None
    if len(who.parts) == 2 and post and who.parts[1] not in DOERS and draft.definition.field(first) is None:
        units = _units(organisation, who, draft.item.unit)
        return any(organisation.holds(person, unit, who.parts[1], draft.now) for unit in units)
    return any(one.person == person for one in _who(draft, no, who))


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
    organisation, person, right = draft.organisation, task.person, task.right
    if right.startswith(pools.MARK):
        return pools.belongs(organisation, right.removeprefix(pools.MARK), person, draft.now)
    unit, _, role = right.partition(":")
    if role:
        return organisation.holds(person, unit, role, draft.now)
    return organisation.administers(person, draft.now) if right == ADMINISTRATOR else organisation.active(person)


def elect(
    draft: Draft, no: int, step: Step, need: Need, named: list[Candidate] | None = None
) -> tuple[list[Task], str]:
    """The tasks of a step's electorate (of `named`, where it is known), and why none of them decides: `nobody`, `quorum`, or empty.

    Nobody named: the coordinator of the tier above, then further up. Nobody at all, too few, or only such as separation of
    duties forbids: the administrators are asked to name somebody, and decide nothing themselves.
    """
    item, organisation = draft.item, draft.organisation
    if named is None:
        named, _ = candidates(draft, no, step.who)
    able = [one for one in named if eligible(item, organisation, one.person, one.part)]
    if need.in_order and len(step.who) > 1:
        able = _in_turn(draft, no, step.who, able)
    if not named:
        able = _coordinators(draft, draft.item.unit)
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


def _in_turn(draft: Draft, no: int, actors: tuple[tree.Actor, ...], able: list[Candidate]) -> list[Candidate]:
    """Of each actor the first who is able; whoever several stand for is the first one's."""
    found: list[Candidate] = []
    before: set[str] = set()
    for actor in actors:
        mine = {one.person for one in candidates(draft, no, (actor,))[0]} - before
        found += [one for one in able if one.person in mine][:1]
        before |= mine
    return found


def calls_for_help(draft: Draft) -> list[Task]:
    """One task for each administrator: to name somebody, or to end the item."""
    first = draft.item.next_task
    administrators = draft.organisation.administrators(draft.now)
    return [Task(first + n, person, "", ADMINISTRATOR, "open") for n, person in enumerate(administrators)]


def resolve_need(draft: Draft, no: int, need: tree.Need | None) -> Need:
    """How many approvals, as written; `everyone` and percentages get their number when the electorate is known."""
    if need is None:
        return ONE
    found = need if isinstance(need, SETTLED) else evaluate_need(need, Scene(draft, no))
    if isinstance(found, tree.Number):
        return Need(0, percent=int(found.value * 100)) if found.percent else Need(int(found.value))
    return Need(0, everyone=True, in_order=isinstance(found, tree.InOrder))


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


def _who(draft: Draft, no: int, who: tree.Who) -> Sequence[Candidate]:
    organisation, item, parts = draft.organisation, draft.item, who.parts
    if len(parts) == 1:
        return _named(draft, parts[0])
    if len(parts) > 2:
        return ()
    first, last = parts
    if last in DOERS:
        result = Scene(draft, no).result_of(first)
        return [Candidate(person, first, GIVEN) for person in result.doers] if result is not None else ()
    if (field := draft.definition.field(first)) is not None and field.type == "unit":
        unit = item.form.get(first)  # the unit that the form names: as if the flow had named it
        units = (unit,) if isinstance(unit, str) and organisation.unit(unit) is not None else ()
        return _role(draft, units, last)
    if first == "各" or first in draft.definition.named:
        value = Scene(draft, no).lookup(parts)
        named = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        return [Candidate(one, last, GIVEN) for one in named if organisation.person(one) is not None]
    return _role(draft, _units(organisation, who, draft.unit(no)), last)


def _named(draft: Draft, name: str) -> list[Candidate]:
    """Whom a single name stands for: who began the item, a pool, or whom the form names."""
    organisation, item = draft.organisation, draft.item
    if name == "提交人":
        return [Candidate(item.submitter, SUBMITTER, SUBMITTER)] if item.submitter != SYSTEM else []
    if (members := pools.members(organisation, name, draft.now)) is not None:
        return [Candidate(person, name, pools.MARK + name) for person in members]
    if (field := draft.definition.field(name)) is not None and field.type == "person":
        person = item.form.get(name)
        return [Candidate(person, name, GIVEN)] if person else []
    return []


def _units(organisation: Organisation, who: tree.Who, unit: str) -> tuple[str, ...]:
    place = who.parts[0]
    if place in organisation.tiers:
        if who.every:
            return organisation.below(unit, place)
        found = organisation.unit_at(place, unit)
        return (found,) if found is not None else ()
    return (place,) if organisation.unit(place) is not None else ()


def _role(draft: Draft, units: tuple[str, ...], role: str) -> Sequence[Candidate]:
    organisation, now = draft.organisation, draft.now
    if len(units) == 1:
        return organisation.candidates(units[0], role, now)
    return [one for unit in units for one in organisation.candidates(unit, role, now)]


def _coordinators(draft: Draft, unit: str) -> list[Candidate]:
    """Those who are able of the nearest unit above that has any."""
    organisation, now = draft.organisation, draft.now
    for above in organisation.chain(unit)[1:]:
        found = organisation.candidates(above, organisation.coordinator, now)
        if able := [one for one in found if eligible(draft.item, organisation, one.person, one.part)]:
            return able
    return []

"""Who is there to decide on the paths of a flow, in one organisation: too few, nobody, or the same person at two tiers. Not here: single steps (staffing)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from workflow.domain import tree
from workflow.domain.definition import Definition, Step
from workflow.language.edges import all_places
from workflow.language.staffing import SHOWN, Staff
from workflow.organisation.model import Organisation
from workflow.proof.conditions import left
from workflow.proof.graph import Problem
from workflow.proof.paths import BACKWARD, shortest
from workflow.proof.space import Store
from workflow.proof.spots import Spots
from workflow.proof.walk import Walk, walked
from workflow.steps.kinds.kind import Kind
from workflow.steps.kinds.kinds import KINDS

Begun: TypeAlias = tuple[str, str]
"""The unit an item starts from, and who starts it (`` where that is nobody in particular)."""


class Sort(NamedTuple):
    """Beginnings that skip the same steps, and the walk of them all."""

    walk: Walk
    starts: tuple[Begun, ...]


class Pair(NamedTuple):
    """Two steps of one path, and who may act at each: by start."""

    first: Step
    then: Step


def sorts_of(definition: Definition, organisation: Organisation | None) -> list[Sort]:
    """The sorts of beginnings; one, where nobody knows from where items start: then a step of a tier may be skipped, or not."""
    tiered = [step for step in all_places(definition.steps) if step.who and KINDS[step.kind].votes]
    staff = Staff(organisation) if organisation is not None else None
    starts = list(staff.starts(definition)) if staff is not None else []
    if staff is None or not starts:
        unsure = {step.place: None for step in tiered if any(len(one.who.parts) == 2 for one in step.who)}
        return [Sort(walked(definition, unsure), ())]
    grouped: dict[tuple[bool, ...], list[Begun]] = {}
    skips = {unit: tuple(all(staff.known(one.who) for one in step.who) and staff.electorate(step, unit) is None for step in tiered)
             for unit in dict.fromkeys(unit for unit, _ in starts)}  # fmt: skip
    for start in starts:
        grouped.setdefault(skips[start[0]], []).append(start)
    return [
        Sort(walked(definition, {step.place: skip for step, skip in zip(tiered, key, strict=True)}), tuple(begun))
        for key, begun in grouped.items()
    ]


def staffed(definition: Definition, organisation: Organisation, sorts: list[Sort], spots: Spots) -> Iterator[Problem]:
    """What the posts, as they are filled, make of the paths."""
    staff = Staff(organisation)
    known = [
        step for step in all_places(definition.steps) if step.who and all(staff.known(one.who) for one in step.who)
    ]
    deciding = [step for step in known if KINDS[step.kind].votes]
    for step in deciding:
        yield from _empty_posts(step, staff, sorts, spots)
        yield from _quorum(definition, step, staff, sorts, spots)
    for n, then in enumerate(known):
        if KINDS[then.kind].votes:
            for first in known[:n]:
                if KINDS[first.kind].votes or hands_in(KINDS[first.kind]):
                    yield from _twice(Pair(first, then), staff, sorts, spots)


def hands_in(kind: Kind) -> bool:
    """Whether people do something at a step of this kind that they may not judge afterwards."""
    return not kind.votes and kind.value == "actors" and "form" in kind.common


def _opens(sort: Sort, step: Step) -> bool:
    return sort.walk.seen[step.place].opened >= 0


def _empty_posts(step: Step, staff: Staff, sorts: list[Sort], spots: Spots) -> Iterator[Problem]:
    units = dict.fromkeys(unit for sort in sorts if _opens(sort, step) for unit, _ in sort.starts)
    asked = [unit for unit in units if staff.electorate(step, unit) is not None]
    if not any(staff.electorate(step, unit) for unit in asked):
        return  # lint says so
    for actor in step.who:
        none = [
            unit
            for unit in asked
            if not any(staff.posts.get((at, actor.who.parts[1])) for at in staff.units(actor.who, unit))
        ]
        if none:
            yield Problem("P552", spots.of(step.place), {"who": ".".join(actor.who.parts), "where": _listed(none)})


def _quorum(definition: Definition, step: Step, staff: Staff, sorts: list[Sort], spots: Spots) -> Iterator[Problem]:
    """`need: 2 if 预算 > 5万 else 1`, or a field: what it may come to where the step opens, beside those who may vote."""
    if step.need is None or isinstance(step.need, tree.Number | tree.Everyone | tree.InOrder):
        return
    short: dict[str, int] = {}
    sure, most_able, found = True, 0, None
    for sort in sorts:
        seen = sort.walk.seen[step.place]
        for unit, by in sort.starts if seen.opened >= 0 else ():
            able = len((staff.electorate(step, unit) or set()) - {by})
            most_able = max(most_able, able)
            for store, at in seen.stores.items():
                needs = list(_needs(definition, step.need, store, sort.walk))
                if needs and max(needs) > able > 0:
                    short[unit] = max(short.get(unit, 0), *needs)
                    found = found or shortest(sort.walk)[at]
                sure = sure and bool(needs) and min(needs) > able
    if short:
        facts: dict[str, object] = {"need": max(short.values()), "most": most_able, "where": _listed(list(short))}
        yield Problem("P510" if sure else "P551", spots.of(step.place, "need"), facts, found)


def _needs(definition: Definition, need: Any, store: Store, walk: Walk) -> Iterator[int]:
    match need:
        case tree.Number(value=int() as value, percent=False):
            yield value
        case tree.NeedChoose():
            condition = walk.conditions.of(need.condition)
            for branch, holds in ((need.then, True), (need.otherwise, False)):
                for one in left(condition, store, walk.space, holds=holds)[:1]:
                    yield from _needs(definition, branch, one, walk)
        case tree.Ref() if (field := definition.field(need.parts[0])) is not None and field.high is not None:
            yield from (int(edge) for edge in (field.low or 0, field.high))
        case _:
            yield 1


def least(step: Step) -> int:
    """So few may be enough at a step."""
    need = step.need
    if isinstance(need, tree.Number) and not need.percent and isinstance(need.value, int):
        return max(1, need.value)
    return 1


def _twice(pair: Pair, staff: Staff, sorts: list[Sort], spots: Spots) -> Iterator[Problem]:
    """Nobody decides at two tiers of one item, nor on what they did themselves."""
    first, then = pair
    judged = KINDS[first.kind].votes
    risky: dict[str, set[str]] = {}
    able, hopeless, together = 0, 0, None
    for sort in sorts:
        if not _meet(sort.walk, first, then):
            continue
        together = together or sort
        for unit, by in sort.starts:
            one, other = ((staff.electorate(step, unit) or set()) - {by} for step in pair)
            if (
                (judged and _tier(staff, first, unit) in (_tier(staff, then, unit), ""))
                or len(one) < least(first)
                or len(other) < least(then)
            ):
                continue
            able += 1
            asked = len(one) if isinstance(first.need, tree.Everyone) else least(first)
            if len(other) - min(asked, len(one & other)) < least(then):
                risky.setdefault(unit, set()).update(one & other)
            hopeless += len(one | other) < asked + least(then)
    if not risky or together is None:
        return
    sure = hopeless == able and _always(together.walk, first, then)
    names = [staff.organisation.person(person).name for person in sorted(set().union(*risky.values()))]  # type: ignore[union-attr]
    facts: dict[str, object] = {
        "other": first.name,
        "step": then.name,
        "who": _listed(names),
        "where": _listed(list(risky)),
    }
    path = shortest(together.walk)[together.walk.seen[then.place].opened]
    yield Problem("P513" if sure else "P554", spots.of(then.place), facts, path)


def _tier(staff: Staff, step: Step, unit: str) -> str:
    """The one tier at which a step decides for an item of this unit; `` where there are several."""
    house = staff.organisation
    tiers = {house.unit(at).tier for one in step.who for at in staff.units(one.who, unit)}  # type: ignore[union-attr]
    return tiers.pop() if len(tiers) == 1 else ""


def _meet(walk: Walk, first: Step, then: Step) -> bool:
    """Whether one path opens both steps."""
    if walk.seen[first.place].opened < 0 or walk.seen[then.place].opened < 0:
        return False
    one, other = first.place.split("/"), then.place.split("/")
    common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    scope, top, goal = "/".join(one[:common]), "/".join(one[: common + 1]), "/".join(other[: common + 1])
    if scope and walk.definition.places[scope].kind == "all":
        return True
    waiting = list(walk.seen[top].states)
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        for move, following in walk.moves[at]:
            past = move.word in BACKWARD or move.word == "enter" or (move.word == "skip" and move.place == top)
            if past or following in seen:
                continue
            if following in walk.seen[goal].states:
                return True
            seen.add(following)
            waiting.append(following)
    return False


def _always(walk: Walk, first: Step, then: Step) -> bool:
    """Whether every item that comes to the second step has been at the first."""
    places = ["/".join(first.place.split("/")[: n + 1]) for n in range(first.place.count("/") + 1)]
    held = [walk.definition.places[place] for place in places]
    return not any(
        one.when is not None or one.each is not None or walk.skipped.get(one.place, False) is not False for one in held
    )


def _listed(words: list[str]) -> str:
    return "、".join(words[:SHOWN]) + ("…" if len(words) > SHOWN else "")

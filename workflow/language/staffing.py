"""A compiled flow beside an organisation: steps that nobody, too few, or only the submitter could decide. Not here: unknown names (who.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.domain.definition import Definition, Step
from workflow.domain.tree import Number, Ref, Who
from workflow.language.desk import Desk
from workflow.language.edges import all_places
from workflow.language.text.nodes import Place
from workflow.organisation.model import Organisation
from workflow.steps.kinds.kinds import KINDS

SHOWN = 5


def check_staffing(desk: Desk, definition: Definition, organisation: Organisation, spots: Mapping[str, Place]) -> None:
    """Say where the posts, as they are filled, make a step impossible. Whatever the dates of posts: it is about the house, not about today."""
    staff = Staff(organisation)
    starts = list(staff.starts(definition))
    for step in all_places(definition.steps):
        if KINDS[step.kind].votes and (place := spots.get(step.place.removesuffix("/各"))) is not None:
            _check(desk, place, step, staff, starts)


def _check(desk: Desk, place: Place, step: Step, staff: Staff, starts: list[tuple[str, str]]) -> None:
    """`starts` are pairs of unit and submitter."""
    if not all(staff.known(one.who) for one in step.who) or not starts:
        return
    electorates = {unit: staff.electorate(step, unit) for unit in dict.fromkeys(unit for unit, _ in starts)}
    asked = {unit: people for unit, people in electorates.items() if people is not None}
    passed_over = [unit for unit, by in starts if not by and electorates[unit] is None]
    if passed_over:
        desk.say("O466", place, where=_listed(passed_over))
    if not asked:
        return
    if not any(asked.values()):
        desk.say("O464", place, who="、".join(".".join(one.who.parts) for one in step.who))
        return
    alone = [unit for unit, by in starts if asked.get(unit) == {by}]
    if alone:
        _some_or_all(desk, place, ("O460", "O461"), alone, list(asked))
    if (
        isinstance(step.need, Number)
        and not step.need.percent
        and isinstance(step.need.value, int)
        and step.need.value > 1
    ):
        _quorum(
            desk, place, step.need.value, {(unit, by): asked[unit] - {by} for unit, by in starts if asked.get(unit)}
        )


def _quorum(desk: Desk, place: Place, need: int, able: dict[tuple[str, str], set[str]]) -> None:
    """More votes are needed than there are people besides the submitter, whoever that is."""
    most = {unit: max(len(able[pair]) for pair in able if pair[0] == unit) for unit, _ in able}
    short = [unit for unit, many in most.items() if many < need]
    if short and len(short) == len(most):
        desk.say("O462", place, need=need, most=max(most.values()))
    elif short:
        desk.say("O463", place, need=need, where=_listed(short))


def _some_or_all(desk: Desk, place: Place, codes: tuple[str, str], found: list[str], every: list[str]) -> None:
    units = list(dict.fromkeys(found))
    desk.say(codes[0] if set(units) == set(every) else codes[1], place, where=_listed(units))


def _listed(units: list[str]) -> str:
    return "、".join(units[:SHOWN]) + ("…" if len(units) > SHOWN else "")


class Staff:
    """Who holds which post, whenever."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.posts: dict[tuple[str, str], set[str]] = {}
        for one in organisation.positions:
            if organisation.active(one.person):
                self.posts.setdefault((one.unit, one.role), set()).add(one.person)

    def known(self, who: Who) -> bool:
        """Whether the words mean a role at a tier or unit: only then it can be said who that is."""
        parts, house = who.parts, self.organisation
        return (
            len(parts) == 2
            and (parts[0] in house.tiers or house.unit(parts[0]) is not None)
            and parts[1] in house.roles
        )

    def units(self, who: Who, unit: str) -> Iterable[str]:
        first = who.parts[0]
        if first not in self.organisation.tiers:
            return (first,)
        if who.every:
            return self.organisation.below(unit, first)
        at = self.organisation.unit_at(first, unit)
        return (at,) if at is not None else ()

    def electorate(self, step: Step, unit: str) -> set[str] | None:
        """Who may decide when an item starts at `unit`; None where the step is skipped there."""
        house, found = self.organisation, set[str]()
        tier = house.unit(unit).tier  # type: ignore[union-attr]
        tiers = [one.who.parts[0] for one in step.who if not one.who.every and one.who.parts[0] in house.tiers]
        if len(tiers) == len(step.who) and all(house.tier_index(one) > house.tier_index(tier) for one in tiers):
            return None
        for one in step.who:
            people = {p for at in self.units(one.who, unit) for p in self.posts.get((at, one.who.parts[1]), ())}
            if one.but is not None and self.known(one.but):
                people -= {p for at in self.units(one.but, unit) for p in self.posts.get((at, one.but.parts[1]), ())}
            found |= people
        return found

    def starts(self, definition: Definition) -> Iterator[tuple[str, str]]:
        """Every unit and person an item may start with; `` for somebody who holds no post, and for the system."""
        start, house = definition.start, self.organisation
        field = definition.field(start.unit.parts[0]) if isinstance(start.unit, Ref) else None
        given = [unit.id for unit in house.units if field is not None and field.tier in (None, unit.tier)]
        if start.unit is not None and not given:
            return  # only the item will tell
        if start.anyone:
            yield from ((unit, "") for unit in given or [house.root().id])
        for one in start.by:
            if self.known(one.who):
                first, role = one.who.parts
                for (unit, held), people in self.posts.items():
                    if held == role and first in (unit, house.unit(unit).tier):  # type: ignore[union-attr]
                        yield from ((at, person) for person in people for at in given or [unit])

"""`submit` 提交: an item begins, by somebody who may, with a form that holds. Not here: what begins by itself (unasked.py)."""

from __future__ import annotations

from workflow.domain.command import OWN, SYSTEM, Refused
from workflow.domain.definition import Definition
from workflow.organisation.model import Organisation
from workflow.steps.answers import read_open
from workflow.steps.draft import Draft
from workflow.steps.same import keep_open, mac_of, twin
from workflow.verbs.begin import begin
from workflow.verbs.unasked import by_itself
from workflow.verbs.verb import Verb


def starting_units(
    definition: Definition, organisation: Organisation, person: str, draft_now: object
) -> tuple[str, ...]:
    """The units from which a person may start an item of this flow, in the order of their positions; empty: may not.

    What nobody begins in the ordinary course an administrator may, from the top; and where the flow says which unit an item
    belongs to, nobody is asked.
    """
    start = definition.start
    if not start.by_people:
        administers = start.each is None and organisation.administers(person, draft_now)  # type: ignore[arg-type]
        return (organisation.root().id,) if administers else ()
    roles = organisation.roles_of(person, draft_now)  # type: ignore[arg-type]
    if start.anyone:
        found = [unit for unit, _ in roles] or [organisation.root().id]
    else:
        found = []
        for actor in start.by:
            place, role = ((*actor.who.parts, ""))[:2]
            found += [
                unit for unit, held in roles
                if held == role and place in (unit, organisation.unit(unit).tier)  # type: ignore[union-attr]
            ]  # fmt: skip
    return tuple(dict.fromkeys(found))[: 1 if start.unit is not None else None]


def ways_of(network: str) -> frozenset[str]:
    """The words of `via` that a network answers to."""
    if network in ("api", "cli"):
        return frozenset({"api"})
    return frozenset({"chat", "web"}) if network == OWN else frozenset({"chat"})


def _submit(draft: Draft) -> Refused | None:
    command, definition = draft.command, draft.definition
    start = definition.start
    if command.actor == SYSTEM:
        return by_itself(draft)
    units = starting_units(definition, draft.organisation, command.actor, draft.now)
    if not units or ways_of(command.network).isdisjoint(start.via):
        return Refused("may_not_start", {"flow": definition.flow})
    unit = command.args.get("unit") or (units[0] if len(units) == 1 else "")
    if unit not in units:
        return Refused("which_unit", {"units": list(units)})
    values = read_open(draft, start.form, start.must, command.args.get("form") or {})
    if isinstance(values, Refused):
        return values
    if start.merge is None:
        return begin(draft, unit, values)
    mac = mac_of(draft, start.merge, values)
    if same := twin(draft, mac):
        return Refused("merged", {"item": same})
    keep_open(draft, start.merge, mac)
    return begin(draft, unit, values)


SUBMIT = Verb("submit", "提交", _submit)

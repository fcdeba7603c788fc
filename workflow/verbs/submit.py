"""`submit` 提交: an item begins, by somebody who may, with a form that holds."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import OWN, SYSTEM, Refused
from workflow.domain.definition import Definition
from workflow.organisation.model import Organisation
from workflow.steps.answers import digest, read_form
from workflow.steps.course import enter
from workflow.steps.draft import Draft
from workflow.verbs.verb import Verb

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6


def starting_units(
    definition: Definition, organisation: Organisation, person: str, draft_now: object
) -> tuple[str, ...]:
    """The units from which a person may start an item of this flow, in the order of their positions; empty: may not."""
    roles = organisation.roles_of(person, draft_now)  # type: ignore[arg-type]
    if definition.start.anyone:
        return tuple(dict.fromkeys(unit for unit, _ in roles)) or (organisation.root().id,)
    found: list[str] = []
    for actor in definition.start.by:
        place, role = ((*actor.who.parts, ""))[:2]
        found += [
            unit for unit, held in roles
            if held == role and place in (unit, organisation.unit(unit).tier)  # type: ignore[union-attr]
        ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def ways_of(network: str) -> frozenset[str]:
    """The words of `via` that a network answers to."""
    if network in ("api", "cli"):
        return frozenset({"api"})
    return frozenset({"chat", "web"}) if network == OWN else frozenset({"chat"})


def _submit(draft: Draft) -> Refused | None:
    command, definition = draft.command, draft.definition
    units = starting_units(definition, draft.world.organisation, command.actor, draft.now)
    if not units or command.actor == SYSTEM or ways_of(command.network).isdisjoint(definition.start.via):
        return Refused("may_not_start", {"flow": definition.flow})
    unit = command.args.get("unit") or (units[0] if len(units) == 1 else "")
    if unit not in units:
        return Refused("which_unit", {"units": list(units)})
    form = read_form(draft, definition.start.form, definition.start.must, command.args.get("form") or {})
    if isinstance(form, Refused):
        return form
    number = int.from_bytes(draft.world.random.bytes(5), "big")
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    draft.item.unit = unit
    draft.record(
        e.Started(code, definition.flow, definition.digest, unit, command.actor, tuple(form.items()), digest(form))
    )
    draft.move(0, "submit")
    enter(draft, 0)
    return Refused("nobody_decides", {"flow": definition.title}) if _passed_by_itself(draft) else None


def _passed_by_itself(draft: Draft) -> bool:
    """Done at once, because those who would decide all stand below the item's unit: nothing passes by itself."""
    done = draft.item.ended is not None and draft.item.place == places.DONE
    return done and any(result.reason == "tier" for result in draft.item.results.values())


SUBMIT = Verb("submit", "提交", _submit)

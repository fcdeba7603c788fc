"""How an item begins, whoever began it: its unit, its code, its first step. Not here: who may (submit.py), what nobody asked for (unasked.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.item import Parent, Value
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.values import Row
from workflow.steps.answers import digest, sealed
from workflow.steps.course import enter
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene, lifted
from workflow.steps.kinds.draw import commitments

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6


def begin(
    draft: Draft, unit: str, values: Mapping[str, Value], *, fired: e.Fired | None = None, parent: Parent | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Refused | None:  # fmt: skip
    """The item is there, and goes on as far as nobody is needed. `values` are the form's, not sealed yet; `extra`: names for `unit`."""
    definition, start = draft.definition, draft.definition.start
    if start.unit is not None:
        there = {field.name: lifted(values.get(field.name), field) for field in start.form}
        found = unit_of(draft, {**there, **(extra or {})})
        if isinstance(found, Refused):
            return found
        unit = found
    form = sealed(draft, start.form, values)
    number = int.from_bytes(draft.world.random.bytes(5), "big")
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    draft.item.unit = unit
    above = parent if parent is not None else Parent("", "", 0)
    draft.record(
        e.Started(
            code, definition.flow, definition.digest, unit, draft.command.actor, tuple(form.items()), digest(form),
            above.item, above.path, above.round, above.row, above.origin,
        )
    )  # fmt: skip
    if fired is not None:
        draft.record(fired)
    if seeds := commitments(draft, definition):
        draft.record(e.Committed(seeds))
    draft.move(0, "submit")
    enter(draft, 0)
    return Refused("nobody_decides", {"flow": definition.title}) if _passed_by_itself(draft) else None


def unit_of(draft: Draft, extra: Mapping[str, Any]) -> str | Refused:
    """The unit that `unit` names: a unit itself, or a row that goes back to one."""
    value = draft.definition.start.unit
    assert value is not None, "asked only where the flow says which"  # noqa: S101
    try:
        found = evaluate(value, Scene(draft, 0, extra=extra))
    except ConditionError as error:
        return Refused("form", {"problems": [["", error.message_zh, error.message_en]]})
    unit = found.origin if isinstance(found, Row) else found
    if isinstance(unit, str) and draft.organisation.unit(unit) is not None:
        return unit
    return Refused("form", {"problems": [["", f"“{unit}”不是单位", f"“{unit}” is no unit"]]})


def _passed_by_itself(draft: Draft) -> bool:
    """Done at once, because those who would decide all stand below the item's unit: nothing passes by itself."""
    done = draft.item.ended is not None and draft.item.place == places.DONE
    return done and any(result.reason == "tier" for result in draft.item.results.values())

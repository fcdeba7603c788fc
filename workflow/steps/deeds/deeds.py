"""The deeds of a `do`, of a ladder and of `tell`: what is committed with the decision, and what leaves through deliveries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Action
from workflow.domain.effect import Count, Number, Send
from workflow.domain.fold import step_path
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.render import render
from workflow.grammars.values import Money, lower
from workflow.steps.deeds.listing import add
from workflow.steps.deeds.money import hold, pay
from workflow.steps.deeds.reporting import report
from workflow.steps.deeds.webhook import call, room_of
from workflow.steps.draft import Draft
from workflow.steps.electorate import people
from workflow.steps.environment import Scene
from workflow.steps.kinds.run import run_deed
from workflow.steps.periods import period_of


def perform(draft: Draft, no: int, action: Action, deed: int = 0) -> None:
    """Do one deed; `deed` is its number in its step, from 1. Raises ConditionError for what cannot be computed."""
    DEEDS[action.word](draft, no, action, deed if action.text is not None or action.word == "report" else 0)


def _number(draft: Draft, no: int, action: Action, _deed: int) -> None:
    """Give numbers that were not given before: they are kept across rounds."""
    counters, zone = draft.world.counters, draft.organisation.time_zone
    row, kept = draft.over(no), _numbered(draft, no)
    due = [(name, template) for name, template in action.names if name not in kept]
    keys = {
        (name, piece): (f"{draft.definition.flow}/{name}", period_of(piece.per, draft.now, zone))
        for name, template in due for piece in template.pieces if isinstance(piece, tree.Counter)
    }  # fmt: skip
    if wanting := tuple(key for key in keys.values() if key not in counters):
        draft.lacks.update(dict.fromkeys(wanting))
        return
    for name, template in due:
        numbers: dict[tree.Counter, int] = {}
        for (owner, piece), key in keys.items():
            if owner == name:
                draft.effects.append(Number(*key, counters[key], counters[key] + 1))
                counters[key] = numbers[piece] = counters[key] + 1
        draft.record(e.Named(((name, render(template, Scene(draft, no), numbers.__getitem__)),), row))
    if row >= 0 and (again := {name: kept[name] for name, _ in action.names if name in kept}):
        draft.record(e.Named(tuple(again.items()), row))


def _numbered(draft: Draft, no: int) -> Mapping[str, Any]:
    """What was numbered before: of the item, or of the row at hand in a round before this."""
    row = draft.over(no)
    if row < 0:
        return draft.item.names
    run = draft.run(row)
    parent = draft.run(run.parent)
    path, origin = step_path(parent), parent.rows[run.row].origin
    before = draft.item.results.get(path)
    lines = before.rows if before is not None else ()
    n = next((n for n, line in enumerate(lines, 1) if line.origin == origin), 0)
    result = draft.item.results.get(f"{path}/{n}")
    return {**(dict(result.extra) if result is not None else {}), **run.names}


def _set(draft: Draft, no: int, action: Action, _deed: int) -> None:
    for name, value in action.names:
        found = evaluate(value, Scene(draft, no))
        kind = type_of(found)
        draft.record(e.Named(((name, {"type": kind, "value": lower(found, kind)}),), draft.over(no)))


def _count(draft: Draft, no: int, action: Action, _deed: int) -> None:
    unit, period = draft.item.unit, period_of("day", draft.now, draft.organisation.time_zone)
    for name, value in action.names:
        n = evaluate(value, Scene(draft, no))
        if not isinstance(n, int) or isinstance(n, bool):
            raise ConditionError("计数要一个整数", "a count needs a whole number", value.span)
        draft.record(e.Counted(name, unit, n))
        draft.effects.append(Count(name, unit, period, n))


def tell(draft: Draft, no: int, actors: tuple[tree.Actor, ...], deed: int = 0) -> None:
    """Tell people and rooms what this step says; it decides nothing."""
    organisation, place = draft.organisation, draft.place(no)
    rooms = tuple(actor.who.parts[0] for actor in actors if organisation.room(actor.who.parts[0]) is not None)
    persons = people(draft, no, tuple(actor for actor in actors if actor.who.parts[0] not in rooms))
    draft.record(e.Informed("tell", (*persons, *rooms), place))
    draft.effects += [Send("tell", person=person, step=place, deed=deed) for person in persons]
    draft.effects += [Send("tell", room=room, step=place, deed=deed) for room in rooms]


def _tell(draft: Draft, no: int, action: Action, deed: int) -> None:
    tell(draft, no, action.to, deed)


def _publish(draft: Draft, no: int, action: Action, deed: int) -> None:
    organisation, place = draft.organisation, draft.place(no)
    draft.record(e.Informed("publish", action.outlets, place))
    for name in action.outlets:
        outlet = organisation.outlet(name)
        if outlet is not None and outlet.webhook:
            draft.effects.append(Send("publish", room=room_of(organisation, name), step=place, deed=deed))
            continue
        room = outlet.room if outlet is not None and outlet.room else name
        if organisation.room(room) is not None:
            draft.effects.append(Send("publish", room=room, step=place, deed=deed))


def _hold(draft: Draft, no: int, action: Action, _deed: int) -> None:
    hold(draft, no, action)


def _pay(draft: Draft, no: int, action: Action, _deed: int) -> None:
    pay(draft, no, action)


def _add(draft: Draft, no: int, action: Action, _deed: int) -> None:
    add(draft, no, action)


def type_of(value: Any) -> str:
    """The word of a computed value's type, as it is kept."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case Fraction():
            return "number"
        case Money():
            return "money"
        case datetime():
            return "datetime"
    return "text" if isinstance(value, str) else type(value).__name__


DEEDS: Mapping[str, Callable[[Draft, int, Action, int], None]] = {
    "number": _number, "set": _set, "count": _count, "tell": _tell, "publish": _publish, "webhook": call, "hold": _hold, "pay": _pay,
    "add": _add, "report": report, "run": run_deed,
}  # fmt: skip

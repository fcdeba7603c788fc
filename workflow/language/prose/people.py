"""Who starts, decides or is told, in words. Not here: which people these are (steps.electorate)."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.domain import tree
from workflow.domain.definition import Definition
from workflow.language.prose.values import Pen
from workflow.language.prose.words import listed
from workflow.steps.electorate import DOERS


def who(pen: Pen, definition: Definition, actors: Iterable[tree.Actor]) -> str:
    """Several actors."""
    return listed(pen.language, [one_of(pen, definition, actor) for actor in actors])


def one_of(pen: Pen, definition: Definition, actor: tree.Actor) -> str:
    """One actor, and who is left out."""
    found = _who(pen, definition, actor.who)
    return pen.say("who.but", who=found, but=_who(pen, definition, actor.but)) if actor.but else found


def whose(pen: Pen, definition: Definition, one: tree.Who) -> str:
    """A person or a unit that a name of the flow's own says."""
    return (
        pen.value(tree.Ref(one.span, one.parts, one.spans))
        if one.parts[0] in ("各", "本件")
        else _who(pen, definition, one)
    )


def _who(pen: Pen, definition: Definition, one: tree.Who) -> str:
    if one.parts == ("提交人",):
        return pen.say("who.submitter")
    if one.parts == ("群众",):
        return pen.say("who.anyone")
    if len(one.parts) == 1:
        field = definition.field(one.parts[0])
        return pen.say("who.field", name=field.name) if field is not None else one.parts[0]
    if one.parts[-1] in DOERS:
        return pen.say("who.doer", step=".".join(one.parts[:-1]))
    unit, role = one.parts[0], ".".join(one.parts[1:])
    return pen.say("who.every" if one.every else "who.post", unit=unit, role=role)

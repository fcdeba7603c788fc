"""What a flow that begins by itself begins: a command for each item, always the same ones for the same moment. Not here: the clock (engine)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.domain import ids
from workflow.domain.command import SYSTEM, Command
from workflow.domain.definition import Definition
from workflow.domain.fold import unborn
from workflow.domain.item import Item
from workflow.grammars.evaluate import evaluate_condition
from workflow.grammars.values import Row
from workflow.steps.draft import World
from workflow.steps.environment import Scene
from workflow.steps.rows import of_list, of_tier


@dataclass(frozen=True, slots=True)
class Before:
    """The flow and its world before there is an item; it stands at the top of the organisation."""

    definition: Definition
    item: Item
    world: World


def before(definition: Definition, world: World) -> Before:
    """What is seen when nothing has begun yet."""
    item = unborn(world.organisation.tenant, "", world.now)
    item.unit = world.organisation.root().id
    return Before(definition, item, world)


def is_firing(command: Command) -> bool:
    """Whether a command begins an item because its flow's moment has come."""
    return command.verb == "submit" and command.actor == SYSTEM and "moment" in command.args


def rows_of(definition: Definition, world: World) -> tuple[Row, ...]:
    """The rows of `each` that `where` lets through. Raises ConditionError for a `where` that cannot be computed."""
    start, organisation = definition.start, world.organisation
    if start.each is None:
        return ()
    scene, word = Scene(before(definition, world)), start.each.parts[0]
    listed = organisation.list_named(word)  # a field of the form may be called so too, and has no value yet
    rows = of_list(listed) if listed is not None else of_tier(organisation, word, organisation.root().id)
    return tuple(row for row in rows if start.where is None or evaluate_condition(start.where, scene.at(row)))


def commands(definition: Definition, world: World, moment: datetime, *, late: bool) -> tuple[Command, ...]:
    """One `submit` for each item that begins at the moment. Raises ConditionError."""
    origins = [row.origin for row in rows_of(definition, world)] if definition.start.each is not None else [""]
    found = []
    for origin in origins:
        id_ = ids.firing(world.organisation.tenant, definition.flow, moment, origin)
        args = {"flow": definition.flow, "moment": moment.isoformat(), "origin": origin, "late": late}
        found.append(Command(id_, world.organisation.tenant, ids.begun(id_), "submit", SYSTEM, SYSTEM, args))
    return tuple(found)

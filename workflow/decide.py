"""PURE: one command on one item becomes one event, or a refusal. The same command on the same state gives the same bytes."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workflow.domain.command import Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.effect import Content, Effect, TaskRow
from workflow.domain.event import Event
from workflow.domain.fold import unborn
from workflow.domain.item import Item
from workflow.lifecycle import Lifecycle
from workflow.steps.draft import Draft, Needs, WantingError, World
from workflow.verbs.answer import Given, gathers, give
from workflow.verbs.verb import over
from workflow.verbs.verbs import VERBS

AFTER_THE_END = frozenset({"submit", "comment", "watch"})


class Decision(Struct, frozen=True):
    """What one command did: the event, the item after it, and all that is written beside them in the same commit."""

    event: Event
    item: Item
    tasks: tuple[TaskRow, ...]
    effects: tuple[Effect, ...]
    contents: tuple[Content, ...]


def wake_first(item: Item, command: Command, now: datetime) -> datetime | None:
    """The moment of the item that has come and must be decided before this command: time goes first. None: no such moment."""
    at = item.next_at if command.verb != "wake" else None
    return at if at is not None and at <= now else None


def decide(
    definition: Definition, lifecycle: Lifecycle, item: Item | None, command: Command, world: World
) -> Decision | Refused | Needs:
    """Apply a command. `item` None is only for `submit`. Never raises for anything that people sent.

    `Needs`: the world lacks something (counters, files) that this decision turns on; load it and decide again.
    """
    verb = VERBS.get(command.verb)
    if verb is None:
        return Refused("unknown_verb", {"verb": command.verb})
    if item is None:
        if command.verb != "submit":
            return Refused("no_such_item")
        item = unborn(command.tenant, command.item, world.now)
    elif command.verb == "submit":
        return Refused("already_there")
    elif item.ended is not None and command.verb not in AFTER_THE_END and not command.args.get("task"):
        return over(item) or Refused("no_such_item")
    known = world.organisation.person(command.actor)
    if known is not None and known.left_at is not None:
        return Refused("right_lost")
    draft = Draft(definition, lifecycle, item, command, world)
    taken, loads = world.counters.copy(), world.loads.copy()
    try:
        stopped: Refused | Needs | None = verb.apply(draft)
    except WantingError as wanting:
        stopped = wanting.needs
    if draft.lacks and not isinstance(stopped, Needs):
        stopped = Needs(counters=tuple(draft.lacks))
    if stopped is not None:
        world.counters.clear()
        world.counters.update(taken)
        world.loads.clear()
        world.loads.update(loads)
        return stopped
    return decision_of(draft)


class Apart(Struct, frozen=True):
    """An answer that stands in a stream of its own: beside it its words. Its item is not written, and must stand as it was."""

    given: Given
    contents: tuple[Content, ...]


def gather(
    definition: Definition, lifecycle: Lifecycle, item: Item, command: Command, world: World
) -> Apart | Refused | Needs | None:
    """Take an answer to an open `collect`; None for every other command, which is `decide`'s."""
    draft = Draft(definition, lifecycle, item, command, world)
    run = gathers(draft)
    if run is None:
        return None
    try:
        found = give(draft, run)
    except WantingError as wanting:
        return wanting.needs
    return found if isinstance(found, Refused) else Apart(found, tuple(draft.contents))


def decision_of(draft: Draft) -> Decision:
    """What a finished draft comes to: its facts are one event."""
    item, command = draft.item, draft.command
    item.version += 1
    event = Event(
        item.id, item.version, draft.world.now, command.id, command.verb, command.actor, command.network,
        tuple(draft.facts),
    )  # fmt: skip
    return Decision(event, item, tuple(draft.rows.values()), tuple(draft.effects), tuple(draft.contents))

"""How an item begins: who may start it, from where, and what they hand in."""

from __future__ import annotations

from typing import Final

from workflow.domain.definition import Start
from workflow.domain.tree import Actor, Field
from workflow.language.entries import whole
from workflow.language.fields import read_form
from workflow.language.keys import START_TABLE, VIAS
from workflow.language.names import NONE, of_field
from workflow.language.nodes import Node, Place, Scalar
from workflow.language.reading import Reading
from workflow.language.who import ANYONE, read_actors

EXAMPLE: Final = "start: { by: 站.协调员, form: { 标题: text 2..40 } }"


def read_start(reading: Reading, node: Node, place: Place) -> Start:
    """The start; `place` is its key's. Its fields are the first names of the flow."""
    desk = reading.desk
    entries = desk.entries(node, START_TABLE, EXAMPLE)
    if entries is None:
        return Start()
    later = len(entries) < len(node.entries)  # type: ignore[union-attr]
    by = read_actors(reading, entries["by"][1], "start", "by: 站.协调员") if "by" in entries else ()
    if "by" not in entries and not later:
        desk.say("F302", place, keys="by")
    anyone = any(one.who.parts[0] == ANYONE for one in by)
    form: tuple[Field, ...] = read_form(reading, entries["form"][1], own=False) if "form" in entries else ()
    reading.form = form
    reading.names.bare |= {one.name: of_field(one) for one in form}
    if "must" in entries and "form" not in entries:
        desk.say("F330", whole(entries["must"][0]))
    must = reading.optional(entries, "must", reading.condition, NONE) if form else None
    reading.tiers = () if anyone else _tiers(reading, by)
    return Start(
        tuple(one for one in by if one.who.parts[0] != ANYONE),
        anyone,
        _via(reading, entries),
        form,
        must,
        desk.help(entries),
    )


def _via(reading: Reading, entries: dict[str, tuple[Scalar, Node]]) -> tuple[str, ...]:
    if "via" not in entries:
        return Start().via
    words = [
        reading.desk.chosen(one, VIAS, "") for one in reading.desk.words(entries["via"][1], "via: [chat, web, api]")
    ]
    found = tuple(dict.fromkeys(word for word in words if word))
    if not words:
        reading.desk.say("F308", entries["via"][1].place)
    return found or Start().via


def _tiers(reading: Reading, by: tuple[Actor, ...]) -> tuple[str, ...]:
    """The tiers of the units from which an item may start."""
    organisation = reading.organisation
    if organisation is None:
        return ()
    found: list[str] = []
    for one in by:
        first = one.who.parts[0]
        unit = organisation.unit(first)
        if first in organisation.tiers:
            found.append(first)
        elif unit is not None:
            found.append(unit.tier)
    return tuple(dict.fromkeys(found))

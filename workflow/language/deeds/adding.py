"""`add`: a row for a list of the organisation, each value held against its column. Not here: adding it (steps.deeds.listing)."""

from __future__ import annotations

from typing import Final

from workflow.domain.definition import Action
from workflow.domain.tree import Value
from workflow.grammars.checks import type_of
from workflow.language.entries import Entries, whole
from workflow.language.handed import read_values
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node

EXAMPLE: Final = "{ add: 基地, with: { 名称: 名称 } }"
WITH: Final = "with: { 名称: 名称 }"


def read_add(reading: Reading, value: Node, entries: Entries, settled: Settled) -> Action:
    """The list, and the row's columns with their values."""
    scalar = reading.desk.text(value, EXAMPLE)
    listed, organisation = None, reading.organisation
    if scalar is not None and organisation is None:
        reading.desk.unverified(whole(scalar))
    elif scalar is not None and organisation is not None:
        listed = organisation.list_named(scalar.text)
        if listed is None:
            reading.desk.unknown("O455", whole(scalar), scalar.text, [one.name for one in organisation.lists])
    names: dict[str, Value] = {}
    if "with" in entries:
        types = {one.name: type_of(one) for one in listed.columns} if listed is not None else None
        called = listed.name if listed is not None else ""
        names, faulty = read_values(reading, entries["with"][1], types, settled, "F393", WITH, list=called)
        lacking = [one.name for one in listed.columns if not one.optional and one.name not in names] if listed else []
        if lacking and not faulty:
            reading.desk.say("F302", whole(entries["with"][0]), keys="、".join(lacking))
    return Action("add", names=tuple(names.items()), own={"list": scalar.text if scalar is not None else ""})

"""`run`: which flow, of which unit, with which form; held against that flow where it is at hand. Not here: doing it (steps.kinds.run)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from workflow.domain.definition import Action
from workflow.domain.tree import Field, Value
from workflow.grammars.checks import type_of
from workflow.grammars.kinds import TEXT, Absence
from workflow.language.entries import Entries, whole
from workflow.language.handed import read_unit, read_values
from workflow.language.names import Name, of_field
from workflow.language.neighbours import Face, cycle
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node, Place

EXAMPLE: Final = "run: visit"
WITH: Final = "with: { 事由: “季度测评靠后” }"
_FLOW: Final = re.compile("[a-z][a-z0-9-]{1,39}")


def read_run(reading: Reading, value: Node, entries: Entries, settled: Settled) -> dict[str, Any]:
    """What stands in `own` of a step, or of a deed, that runs a flow: `flow`, and where they are written `unit` and `with`."""
    own: dict[str, Any] = {"flow": read_flow(reading, value)}
    if "unit" in entries:
        own["unit"] = read_unit(reading, entries["unit"][1], "unit: 各", settled)
    own["with"] = read_given(reading, own["flow"], entries, value.place, settled)
    return own


def read_deed(reading: Reading, value: Node, entries: Entries, settled: Settled) -> Action:
    """The deed `run`."""
    return Action("run", own=read_run(reading, value, entries, settled))


def read_flow(reading: Reading, node: Node) -> str:
    """A flow's id; of those at hand, where they are."""
    scalar = reading.desk.text(node, EXAMPLE)
    if scalar is None:
        return ""
    if not _FLOW.fullmatch(scalar.text):
        reading.desk.say("F311", whole(scalar))
        return ""
    if reading.neighbours is not None and scalar.text not in (*reading.neighbours, reading.flow):
        reading.desk.unknown("F421", whole(scalar), scalar.text, reading.neighbours)
    reading.runs.setdefault(scalar.text, whole(scalar))
    return scalar.text


def read_given(
    reading: Reading, flow: str, entries: Entries, place: Place, settled: Settled
) -> tuple[tuple[str, Value], ...]:
    """What the item's form holds; what it must hold is asked for where the flow is at hand."""
    known = reading.neighbours.get(flow) if reading.neighbours is not None else None
    fields = known.fields if known is not None else ()
    types = {one.name: type_of(one) for one in fields} if known is not None else None
    found, faulty = dict[str, Value](), False
    if "with" in entries:
        found, faulty = read_values(reading, entries["with"][1], types, settled, "F424", WITH, flow=flow)
    lacking = [one.name for one in fields if not one.optional and one.name not in found]
    if lacking and not faulty:
        there = whole(entries["with"][0]) if "with" in entries else place
        reading.desk.say("F423", there, keys="、".join(lacking), flow=flow)
    return tuple(found.items())


def exports(face: Face, step: str, unsure: frozenset[Absence]) -> Mapping[str, Name]:
    """What an item of the flow exports behind the step's dot: its number, the fields of its start, what it numbered and set."""
    names = {"编号": Name(TEXT, unsure)}
    names |= {one.name: _behind(of_field(one, f"{step}."), unsure) for one in face.fields if _has_one_value(one)}
    return names | {name: Name(kind, unsure) for name, kind in face.names.items()}


def check_cycles(reading: Reading) -> None:
    """Say when a flow that runs others comes to run itself."""
    for flow, place in reading.runs.items():
        way = cycle(reading.flow, [flow], reading.neighbours or {})
        if way:
            reading.desk.say("F422", place, way=" → ".join(way))


def _has_one_value(one: Field) -> bool:
    return one.type != "rows"


def _behind(name: Name, absences: frozenset[Absence]) -> Name:
    return Name(name.type, name.absences | absences, name.parts, name.sealed, name.bounded)

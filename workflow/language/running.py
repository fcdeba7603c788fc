"""`run`: which flow, of which unit, with which form; held against that flow where it is at hand. Not here: doing it (steps.run)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from workflow.domain.definition import Action
from workflow.domain.tree import Field, Value
from workflow.grammars.checks import type_of
from workflow.grammars.kinds import TEXT, UNKNOWN, Absence, name_of
from workflow.language.adding import read_fitting
from workflow.language.entries import Entries, whole
from workflow.language.names import Name, of_field
from workflow.language.neighbours import Face, cycle
from workflow.language.nodes import Node, Place
from workflow.language.reading import Reading, Settled

EXAMPLE: Final = "run: visit"
WITH: Final = "with: { 事由: “季度测评靠后” }"
_FLOW: Final = re.compile("[a-z][a-z0-9-]{1,39}")


def read_run(reading: Reading, value: Node, entries: Entries, settled: Settled) -> dict[str, Any]:
    """What stands in `own` of a step, or of a deed, that runs a flow: `flow`, and where they are written `unit` and `with`."""
    own: dict[str, Any] = {"flow": read_flow(reading, value)}
    if "unit" in entries:
        own["unit"] = read_starter(reading, "unit", entries["unit"][1], settled)
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


def read_starter(reading: Reading, key: str, node: Node, settled: Settled) -> Value | None:
    """The unit that the item belongs to."""
    found = reading.value(node, f"{key}: 各", settled)
    if found is None:
        return None
    tree, kind = found
    if kind.kind not in {"unit", "row", "unknown"} or kind.many:
        zh, en = name_of(kind)
        reading.desk.say("F404", node.place, zh=zh, en=en)
    return tree


def read_given(
    reading: Reading, flow: str, entries: Entries, place: Place, settled: Settled
) -> tuple[tuple[str, Value], ...]:
    """What the item's form holds; what it must hold is asked for where the flow is at hand."""
    known = reading.neighbours.get(flow) if reading.neighbours is not None else None
    fields = {one.name: one for one in known.fields} if known is not None else None
    found: dict[str, Value] = {}
    faulty = False
    for key, value in reading.desk.pairs(entries["with"][1], WITH) if "with" in entries else ():
        if key.text in found:
            reading.desk.say("F309", whole(key), word=key.text)
            continue
        if fields is not None and key.text not in fields:
            reading.desk.unknown("F424", whole(key), key.text, fields, flow=flow)
            faulty = True
            continue
        kind = type_of(fields[key.text]) if fields is not None else UNKNOWN
        tree = read_fitting(reading, value, kind, settled)
        faulty = faulty or tree is None
        if tree is not None:
            found[key.text] = tree
    lacking = [one.name for one in (fields or {}).values() if not one.optional and one.name not in found]
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

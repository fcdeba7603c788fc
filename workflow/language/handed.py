"""`with`: what stands in a form that nobody fills in, each value held against its field. Not here: working them out (steps.handed)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.domain.tree import Field, Value
from workflow.grammars.checks import type_of
from workflow.grammars.expression import read_value
from workflow.grammars.kinds import UNKNOWN, Type, fits, name_of
from workflow.grammars.types import check_beside
from workflow.language.entries import whole
from workflow.language.names import in_chinese
from workflow.language.nodes import Node
from workflow.language.reading import Reading, Settled

EXAMPLE: Final = "with: { 受检区: 各 }"
SAYABLE: Final = frozenset(
    {"text", "int", "number", "money", "bool", "date", "datetime", "stars", "choice", "person", "unit", "row"}
)
"""What can be said in words, and so stand in a text."""
OF_ROWS: Final = frozenset({"text", "choice", "unit", "person"})
"""Fields in which a row can stand: by its name, or by the unit or the person that it goes back to."""


def read_with(
    reading: Reading, node: Node, fields: Mapping[str, Field] | None, settled: Settled
) -> tuple[tuple[str, Value], ...]:
    """The form's names and their values; `fields` None where the form is another flow's, which is not at hand."""
    found: list[tuple[str, Value]] = []
    seen: set[str] = set()
    for key, value in reading.desk.pairs(node, EXAMPLE):
        if key.text in seen:
            reading.desk.say("F309", whole(key), word=key.text)
            continue
        seen.add(key.text)
        if fields is not None and key.text not in fields:
            reading.desk.unknown("F402", whole(key), key.text, fields)
            continue
        kind = type_of(fields[key.text]) if fields is not None else UNKNOWN
        if (tree := read_for(reading, value, kind, settled)) is not None:
            found.append((key.text, tree))
    return tuple(found)


def read_for(reading: Reading, node: Node, kind: Type, settled: Settled) -> Value | None:
    """A value for a field of this type: beside a choice a bare word is one of its values, in a text whatever can be said."""
    scalar = reading.desk.text(node, EXAMPLE)
    tree = reading.desk.read("G203", scalar, read_value) if scalar is not None else None
    if scalar is None or tree is None:
        return None
    checked = check_beside(tree, kind, reading.names, settled)
    if not reading.desk.problems(scalar, checked.problems) and not _stands(kind, checked.type):
        (zh1, en1), (zh2, en2) = name_of(kind), name_of(checked.type)
        reading.desk.say("F394", whole(scalar), wanted_zh=zh1, wanted_en=en1, zh=zh2, en=en2)
    reading.spell(scalar, tree, checked, lambda text: check_beside(read_value(text), kind, reading.names, settled))
    found: Value = in_chinese(checked.tree, reading.names)
    return found


def _stands(wanted: Type, given: Type) -> bool:
    if fits(wanted, given):
        return True
    if wanted.kind == "text" and not wanted.many:
        return given.kind in SAYABLE
    if wanted.kind == "choice" and wanted.open and given.kind == "text":
        return not given.many
    return given.kind == "row" and wanted.kind in OF_ROWS

"""`add`: a row for a list of the organisation, each value held against its column. Not here: adding it (steps.listing)."""

from __future__ import annotations

from typing import Any, Final

from workflow.domain.definition import Action
from workflow.domain.tree import Value
from workflow.grammars.checks import type_of
from workflow.grammars.expression import read_value
from workflow.grammars.kinds import UNKNOWN, Type, fits, name_of
from workflow.grammars.types import check_beside
from workflow.language.entries import Entries, whole
from workflow.language.names import in_chinese
from workflow.language.nodes import Node
from workflow.language.reading import Reading, Settled
from workflow.organisation.model import NamedList

EXAMPLE: Final = "{ add: 基地, with: { 名称: 名称 } }"


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
    names = tuple(_columns(reading, entries["with"][1], listed, settled)) if "with" in entries else ()
    if listed is not None and "with" in entries:
        given = {name for name, _ in names}
        lacking = [one.name for one in listed.columns if not one.optional and one.name not in given]
        if lacking and not _faulty(reading, entries["with"][1]):
            reading.desk.say("F302", whole(entries["with"][0]), keys="、".join(lacking))
    return Action("add", names=names, own={"list": scalar.text if scalar is not None else ""})


def _columns(reading: Reading, node: Node, listed: NamedList | None, settled: Settled) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    columns = {one.name: one for one in listed.columns} if listed is not None else {}
    seen: set[str] = set()
    for key, value in reading.desk.pairs(node, "with: { 名称: 名称 }"):
        if key.text in seen:
            reading.desk.say("F309", whole(key), word=key.text)
            continue
        seen.add(key.text)
        if listed is not None and key.text not in columns:
            reading.desk.unknown("F393", whole(key), key.text, columns, list=listed.name)
            continue
        kind = type_of(columns[key.text]) if key.text in columns else UNKNOWN
        if (tree := read_fitting(reading, value, kind, settled)) is not None:
            found.append((key.text, tree))
    return found


def read_fitting(reading: Reading, node: Node, kind: Type, settled: Settled) -> Value | None:
    """A value that is to be of a type: beside a choice a bare word is one of its values; and a finding where it is another."""
    scalar = reading.desk.text(node, "名称: 名称")
    tree = reading.desk.read("G203", scalar, read_value) if scalar is not None else None
    if scalar is None or tree is None:
        return None
    checked = check_beside(tree, kind, reading.names, settled)
    if not reading.desk.problems(scalar, checked.problems) and not fits(kind, checked.type):
        (zh1, en1), (zh2, en2) = name_of(kind), name_of(checked.type)
        reading.desk.say("F394", whole(scalar), wanted_zh=zh1, wanted_en=en1, zh=zh2, en=en2)
    reading.spell(scalar, tree, checked, lambda text: check_beside(read_value(text), kind, reading.names, settled))
    found: Value = in_chinese(checked.tree, reading.names)
    return found


def _faulty(reading: Reading, node: Node) -> bool:
    """Whether something was found within already: then the column that is missing may be the one that could not be read."""
    return any(node.place.line <= one.line <= node.place.end_line for one in reading.desk.findings)

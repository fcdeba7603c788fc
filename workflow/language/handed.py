"""`with`: what stands in a form or in a row that nobody fills in, each value held against its type. Not here: working them out (steps.handed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflow.domain.tree import Field, Value
from workflow.grammars.checks import type_of
from workflow.grammars.expression import read_value
from workflow.grammars.kinds import UNKNOWN, Type, fits, name_of
from workflow.grammars.types import check_beside
from workflow.language.entries import whole
from workflow.language.names import in_chinese
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node

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
    types = {name: type_of(one) for name, one in fields.items()} if fields is not None else None
    found, _ = read_values(reading, node, types, settled, "F402", EXAMPLE, _stands)
    return tuple(found.items())


def read_values(
    reading: Reading, node: Node, types: Mapping[str, Type] | None, settled: Settled, unknown: str, example: str,
    stands: Callable[[Type, Type], bool] = fits, **facts: Any,
) -> tuple[dict[str, Value], bool]:  # fmt: skip
    """Names and their values, each held against its type; `unknown` is the finding about a name that there is not.

    True: something was found within, so that one that is missing may be the one that could not be read.
    """
    found: dict[str, Value] = {}
    seen: set[str] = set()
    before = len(reading.desk.findings)
    for key, value in reading.desk.pairs(node, example):
        if key.text in seen:
            reading.desk.say("F309", whole(key), word=key.text)
            continue
        seen.add(key.text)
        if types is not None and key.text not in types:
            reading.desk.unknown(unknown, whole(key), key.text, types, **facts)
            continue
        kind = types[key.text] if types is not None else UNKNOWN
        if (tree := _fitting(reading, value, kind, settled, example, stands)) is not None:
            found[key.text] = tree
    return found, len(reading.desk.findings) > before


def _fitting(
    reading: Reading, node: Node, kind: Type, settled: Settled, example: str, stands: Callable[[Type, Type], bool]
) -> Value | None:
    """A value that is to be of a type: beside a choice a bare word is one of its values; and a finding where it is another."""
    scalar = reading.desk.text(node, example)
    tree = reading.desk.read("G203", scalar, read_value) if scalar is not None else None
    if scalar is None or tree is None:
        return None
    checked = check_beside(tree, kind, reading.names, settled)
    if not reading.desk.problems(scalar, checked.problems) and not stands(kind, checked.type):
        (zh1, en1), (zh2, en2) = name_of(kind), name_of(checked.type)
        reading.desk.say("F394", whole(scalar), wanted_zh=zh1, wanted_en=en1, zh=zh2, en=en2)
    reading.spell(scalar, tree, checked, lambda text: check_beside(read_value(text), kind, reading.names, settled))
    found: Value = in_chinese(checked.tree, reading.names)
    return found


def read_unit(reading: Reading, node: Node, example: str, settled: Settled) -> Value | None:
    """The unit of an item that nobody begins."""
    found = reading.value(node, example, settled)
    if found is None:
        return None
    tree, kind = found
    if kind.kind not in {"unit", "row", "unknown"} or kind.many:
        zh, en = name_of(kind)
        reading.desk.say("F404", node.place, zh=zh, en=en)
    return tree


def _stands(wanted: Type, given: Type) -> bool:
    if fits(wanted, given):
        return True
    if wanted.kind == "text" and not wanted.many:
        return given.kind in SAYABLE
    if wanted.kind == "choice" and wanted.open and given.kind == "text":
        return not given.many
    return given.kind == "row" and wanted.kind in OF_ROWS

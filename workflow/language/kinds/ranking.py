"""What a `draw` and a `rank` say of the rows they take: the score, the column to spread over, how far down. Not here: doing it (steps)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import msgspec

from workflow.domain.tree import FieldType
from workflow.grammars.kinds import INT, NUMBERS, UNKNOWN, Type, name_of
from workflow.language.entries import whole
from workflow.language.names import Name
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node
from workflow.steps.kinds.rank import PLACE, SCORE, Score

SPREADABLE: Final = {"choice", "unit", "person", "int", "bool", "date", "stars", "unknown"}
"""Types whose values can be told apart without reading anybody's words."""


def read_score(reading: Reading, _key: str, node: Node, settled: Settled) -> Score | None:
    """What rows are ranked by: a number or an amount, the highest first."""
    found = reading.value(node, "score: mean(各.创新)", settled)
    if found is None:
        return None
    tree, kind = found
    if kind.kind not in NUMBERS | {"money", "unknown"} or kind.many:
        zh, en = name_of(kind)
        reading.desk.say("F384", node.place, zh=zh, en=en)
    of: FieldType = "money" if kind.kind == "money" else "number"
    return Score(tree, of)


def read_column(reading: Reading, _key: str, node: Node, _settled: Settled) -> str | None:
    """A column of the list that rows are drawn from."""
    scalar = reading.desk.text(node, "spread: 片区")
    if scalar is None:
        return None
    row = reading.names.bare.get("各", Name(UNKNOWN)).type
    found = row.columns.get(scalar.text)
    if found is None and (row.kind == "unknown" or row.open):
        return scalar.text
    if found is None:
        reading.desk.unknown("F385", whole(scalar), scalar.text, row.columns)
        return None
    if found.kind not in SPREADABLE or found.many:
        zh, en = name_of(found)
        reading.desk.say("F386", whole(scalar), word=scalar.text, zh=zh, en=en)
    return scalar.text


def read_weight(reading: Reading, _key: str, node: Node, _settled: Settled) -> str | None:
    """A number column of the list whose people vote."""
    scalar = reading.desk.text(node, "weight: 权重")
    if scalar is None:
        return None
    row = reading.asked.type
    found = row.columns.get(scalar.text)
    if found is None and reading.organisation is None:
        reading.desk.unverified(whole(scalar))
    elif found is None and not row.columns:
        reading.desk.say("F387", whole(scalar))
    elif found is None:
        reading.desk.unknown("F385", whole(scalar), scalar.text, row.columns)
    elif found.kind not in NUMBERS | {"money"} or found.many:
        zh, en = name_of(found)
        reading.desk.say("F388", whole(scalar), word=scalar.text, zh=zh, en=en)
    return scalar.text


def read_within(reading: Reading, _key: str, node: Node, settled: Settled) -> Any:
    """How far down the ranking rows are selected: in its functions 各 stands for those selected so far."""
    row = reading.names.bare.get("各", Name(UNKNOWN))
    if row.type.kind == "row":
        parts = {SCORE: Name(Type("number")), PLACE: Name(INT), **row.parts}
        columns = {SCORE: parts[SCORE].type, PLACE: parts[PLACE].type, **row.type.columns}
        row = replace(row, type=msgspec.structs.replace(row.type, columns=columns, many=True), parts=parts)
    with reading.names.holding({"各": row}):
        return reading.condition(node, "within: sum(各.申请额) <= 预算", settled)

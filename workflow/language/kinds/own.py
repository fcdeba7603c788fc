"""The kinds' own keys (`steps.kinds.kind.Kind.keys`): one reader a grammar. Not here: the keys that several kinds share (steps.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from workflow.domain.definition import Step
from workflow.domain.tree import Everyone, InOrder, Need, NeedAtom, NeedChoose, Number
from workflow.grammars import words
from workflow.grammars.words import spellings
from workflow.language.entries import Entries, whole
from workflow.language.kinds.living import TWO, read_beat, read_people, read_stop
from workflow.language.kinds.ranking import read_column, read_score, read_weight, read_within
from workflow.language.kinds.voting import read_lines
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node, Scalar
from workflow.steps.kinds.collect import ANYONE
from workflow.steps.kinds.kind import Grammar, Kind

TAKES: Final = spellings(words.TAKE)
ONE: Final = Number((0, 0), 1)
UNORDERED: Final = frozenset({"task", "draw", "rank"})
"""Kinds in which nobody's turn comes after another's."""


def read_own(reading: Reading, entries: Entries, kind: Kind, step: Scalar, settled: Settled) -> dict[str, Any]:
    """Every own key of the kind, by its word: as written, or what is in force where nothing is written."""
    own: dict[str, Any] = {}
    for key, grammar in kind.keys.items():
        found = READERS[grammar](reading, key, entries[key][1], settled) if key in entries else None
        if key in entries and found is not None:
            own[key] = found
        elif grammar in DEFAULTS and key not in kind.free:
            own[key] = DEFAULTS[grammar]
        elif key not in entries and grammar in OWED:
            reading.desk.say("F302", whole(step), keys=key)
    if kind.word in UNORDERED and any(isinstance(one, InOrder) for one in branches(own.get("need"))):
        reading.desk.say("F365", entries["need"][1].place)
    if lacking := [key for key in kind.owed if key not in entries]:
        reading.desk.say("F302", whole(step), keys="、".join(lacking))
    return own


def branches(need: Need | None) -> Iterator[NeedAtom]:
    """All that may be needed, whatever the conditions come to."""
    while isinstance(need, NeedChoose):
        yield need.then
        need = need.otherwise
    if need is not None:
        yield need


def has_share(need: Need | None) -> bool:
    """Whether so many per cent may be needed."""
    return any(isinstance(one, Number) and one.percent for one in branches(need))


def _lines(reading: Reading, key: str, node: Node, _settled: Settled) -> tuple[str, ...]:
    return read_lines(reading, key, node)


def _need(reading: Reading, _key: str, node: Node, settled: Settled) -> Any:
    return reading.need(node, settled)


def _collected(reading: Reading, entries: Entries, step: Step) -> None:
    """Whether a `collect` comes to an end, and what it needs can be counted."""
    if "need" not in entries and "due" not in entries:
        reading.desk.say("F382", whole(entries["collect"][0]))
    many = any(one.who.parts[0] == ANYONE for one in step.who)
    vague = has_share(step.need) or any(isinstance(one, Everyone | InOrder) for one in branches(step.need))
    if many and vague and isinstance(node := entries["need"][1], Scalar):
        reading.desk.say("F383", whole(node), word=node.text)


def _weighed(reading: Reading, entries: Entries, step: Step) -> None:
    """Whether the weights are ever asked for."""
    if "weight" in entries and not has_share(step.need):
        reading.desk.say("F389", whole(entries["weight"][0]))


JUDGES: Final[Mapping[str, Callable[[Reading, Entries, Step], None]]] = {
    "collect": _collected, "review": _weighed, "check": _weighed,
}  # fmt: skip
"""What is to be said against a step of a kind as a whole."""


def _take(reading: Reading, _key: str, node: Node, _settled: Settled) -> str | None:
    scalar = reading.desk.text(node, "take: grab")
    return reading.desk.chosen(scalar, TAKES, "any") if scalar is not None else None


def _match(reading: Reading, _key: str, node: Node, settled: Settled) -> Any:
    with reading.names.holding({"各": reading.asked}):
        return reading.condition(node, "match: 服务类型 in 各.服务类型", settled)


READERS: Final[Mapping[Grammar, Callable[[Reading, str, Node, Settled], Any]]] = {
    "lines": _lines, "need": _need, "duration": read_beat, "actions": read_stop, "headcount": read_people, "take": _take, "match": _match,
    "score": read_score, "column": read_column, "within": read_within, "weight": read_weight,
}  # fmt: skip
DEFAULTS: Final[Mapping[Grammar, Any]] = {"need": ONE, "take": "any", "headcount": TWO}
"""What is in force where the key is left out."""
OWED: Final[frozenset[Grammar]] = frozenset({"lines", "score"})
"""What may not be left out."""

"""The deeds of a `do`, of a rung of a ladder: read, and their values checked. Not here: doing them (steps.actions)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow.domain.definition import Action
from workflow.domain.tree import Counter, Template
from workflow.grammars.field import check_name
from workflow.grammars.kinds import TEXT, Type, name_of
from workflow.language import nodes
from workflow.language.entries import Entries, whole
from workflow.language.keys import ACTION_TABLE, ACTIONS
from workflow.language.names import Name
from workflow.language.nodes import Node
from workflow.language.reading import Reading, Settled
from workflow.language.who import read_actors

EXAMPLE: Final = "[ { publish: 公众号 } ]"
KEPT: Final = {"text", "int", "number", "money", "bool", "date", "datetime", "stars", "choice", "person", "unit"}
"""Types that `set` can keep in an item."""


def read_actions(reading: Reading, node: Node, settled: Settled, *, row: bool = False) -> tuple[Action, ...]:
    """The actions of a list, or the single one, in order; what one names, the next may use. `row`: inside an `each`."""
    found: list[Action] = []
    if isinstance(node, nodes.Sequence) and not node.items:
        reading.desk.say("F308", node.place)
    for one in node.items if isinstance(node, nodes.Sequence) else (node,):
        entries = reading.desk.entries(one, ACTION_TABLE, EXAMPLE)
        if entries is not None:
            found += _actions(reading, entries, settled, one, row=row)
    return tuple(found)


def _actions(reading: Reading, entries: Entries, settled: Settled, node: Node, *, row: bool) -> Iterator[Action]:
    words = [word for word in entries if word in ACTIONS]
    for extra in words[1:]:
        key = entries[extra][0]
        reading.desk.say("F354", whole(key), first=entries[words[0]][0].text, word=key.text)
    if not words:
        if isinstance(node, nodes.Mapping) and len(entries) == len(node.entries):
            reading.desk.say("F303", node.place, example=EXAMPLE)
        return
    word, value = words[0], entries[words[0]][1]
    for other in entries.keys() - DEEDS[word].beside - ACTIONS.keys():
        reading.desk.say("F355", whole(entries[other][0]), key=entries[other][0].text)
    text = reading.text(entries["text"][1], settled, counts=False) if "text" in entries else None
    yield DEEDS[word].read(Told(reading, word, value, entries, settled, text, row=row))


@dataclass(frozen=True, slots=True)
class Told:
    """One deed as it stands in the text: `value` behind its `word`, all its `entries`, the `text` beside it. `row`: inside an `each`."""

    reading: Reading
    word: str
    value: Node
    entries: Entries
    settled: Settled
    text: Template | None
    row: bool


def _tell(told: Told) -> Action:
    return Action("tell", to=read_actors(told.reading, told.value, "tell", "tell: 站.协调员"), text=told.text)


def _publish(told: Told) -> Action:
    return Action("publish", outlets=tuple(_outlets(told.reading, told.value)), text=told.text)


def _number(told: Told) -> Action:
    return Action("number", names=tuple(_numbers(told.reading, told.value, told.settled)))


def _count(told: Told) -> Action:
    return Action("count", names=tuple(_counts(told.reading, told.value, told.settled)))


def _set(told: Told) -> Action:
    return Action("set", names=tuple(_sets(told.reading, told.value, told.settled, row=told.row)))


def _outlets(reading: Reading, node: Node) -> Iterator[str]:
    organisation = reading.organisation
    for scalar in reading.desk.words(node, "publish: [公众号, 站群]"):
        if organisation is None:
            reading.desk.unverified(whole(scalar))
        elif organisation.outlet(scalar.text) is None:
            reading.desk.unknown("O454", whole(scalar), scalar.text, [one.name for one in organisation.outlets])
        yield scalar.text


def _numbers(reading: Reading, node: Node, settled: Settled) -> Iterator[tuple[str, Template]]:
    for key, value in reading.desk.pairs(node, "number: { 编号: DX-<年>-<0001 每年> }"):
        name = reading.declare(key)
        template = reading.text(value, settled, counts=True)
        if name is None:
            continue
        reading.names.bare[name] = Name(TEXT)
        if template is not None:
            if not any(isinstance(piece, Counter) for piece in template.pieces):
                reading.desk.say("F350", value.place)
            yield name, template


def _counts(reading: Reading, node: Node, settled: Settled) -> Iterator[tuple[str, Any]]:
    for key, value in reading.desk.pairs(node, "count: { 场次: 1 }"):
        name = reading.desk.read("G207", key, check_name)
        found = reading.value(value, "count: { 场次: 1 }", settled)
        if name is None or found is None:
            continue
        tree, kind = found
        if kind.kind not in {"int", "stars", "unknown"} or kind.many:
            zh, en = name_of(kind)
            reading.desk.say("F353", value.place, zh=zh, en=en)
        yield name, tree


def _sets(reading: Reading, node: Node, settled: Settled, *, row: bool) -> Iterator[tuple[str, Any]]:
    for key, value in reading.desk.pairs(node, "set: { 总分: 甲 + 乙 }"):
        if row or key.text.startswith(("各.", "row.")):
            reading.desk.say("F356", whole(key), word=key.text.partition(".")[2] or key.text)
            continue
        name = reading.declare(key)
        found = reading.value(value, "set: { 总分: 甲 + 乙 }", settled)
        if name is None:
            continue
        tree, kind = found if found is not None else (None, Type("unknown"))
        reading.names.bare[name] = Name(kind)
        if kind.kind not in KEPT | {"unknown"} or kind.many:
            zh, en = name_of(kind)
            reading.desk.say("F352", value.place, zh=zh, en=en)
        elif tree is not None:
            yield name, tree


@dataclass(frozen=True, slots=True)
class Deed:
    """How a deed is read, and which keys may stand `beside` its word."""

    read: Callable[[Told], Action]
    beside: frozenset[str] = frozenset()


DEEDS: Final[Mapping[str, Deed]] = {
    "number": Deed(_number),
    "set": Deed(_set),
    "count": Deed(_count),
    "tell": Deed(_tell, frozenset({"text"})),
    "publish": Deed(_publish, frozenset({"text"})),
}

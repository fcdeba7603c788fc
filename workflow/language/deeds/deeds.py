"""The deeds of a `do`, of a rung of a ladder: read, and their values checked. Not here: doing them (steps.deeds.deeds)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from workflow.domain.definition import Action
from workflow.domain.tree import Counter, Template
from workflow.grammars.field import check_name
from workflow.grammars.kinds import TEXT, Type, name_of
from workflow.grammars.tokens import SELVES
from workflow.language.deeds.accounts import bounded, read_transfer
from workflow.language.deeds.adding import read_add
from workflow.language.deeds.reporting import read_report
from workflow.language.entries import Entries, whole
from workflow.language.keys import ACTION_TABLE, ACTIONS
from workflow.language.kinds.running import read_deed
from workflow.language.names import Name
from workflow.language.reading import Reading, Settled
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar
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
        reading.desk.say("F355", whole(entries[other][0]), key=entries[other][0].text, word=entries[word][0].text)
    if lacking := [key for key in DEEDS[word].owed if key not in entries]:
        reading.desk.say("F302", whole(entries[word][0]), keys="、".join(lacking))
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


def _webhook(told: Told) -> Action:
    scalar = told.reading.desk.text(told.value, "webhook: 断流")
    if scalar is not None:
        check_hook(told.reading, scalar)
    return Action("webhook", outlets=(scalar.text,) if scalar is not None else (), text=told.text)


def _number(told: Told) -> Action:
    return Action("number", names=tuple(_numbers(told.reading, told.value, told.settled, row=told.row)))


def _count(told: Told) -> Action:
    return Action("count", names=tuple(_counts(told.reading, told.value, told.settled)))


def _set(told: Told) -> Action:
    return Action("set", names=tuple(_sets(told.reading, told.value, told.settled, row=told.row)))


def _transfer(told: Told) -> Action:
    return read_transfer(told.reading, told.word, told.value, told.entries, told.settled)


def _add(told: Told) -> Action:
    return read_add(told.reading, told.value, told.entries, told.settled)


def _report(told: Told) -> Action:
    return replace(read_report(told.reading, told.value, told.entries), text=told.text)


def _run(told: Told) -> Action:
    return read_deed(told.reading, told.value, told.entries, told.settled)


def _outlets(reading: Reading, node: Node) -> Iterator[str]:
    organisation = reading.organisation
    for scalar in reading.desk.words(node, "publish: [公众号, 站群]"):
        if organisation is None:
            reading.desk.unverified(whole(scalar))
        elif (outlet := organisation.outlet(scalar.text)) is None:
            reading.desk.unknown("O454", whole(scalar), scalar.text, [one.name for one in organisation.outlets])
        elif outlet.webhook and reading.hooks is not None and outlet.webhook not in reading.hooks:
            reading.desk.say("O458", whole(scalar), word=scalar.text, hook=outlet.webhook)
        yield scalar.text


def check_hook(reading: Reading, scalar: Scalar) -> None:
    """A webhook is an outlet that is bound to one; its address and secret stand in the settings, where those are at hand."""
    organisation = reading.organisation
    if organisation is None:
        reading.desk.unverified(whole(scalar))
        return
    bound = {one.name: one.webhook for one in organisation.outlets if one.webhook}
    if scalar.text not in bound:
        reading.desk.unknown("O457", whole(scalar), scalar.text, bound)
    elif reading.hooks is not None and bound[scalar.text] not in reading.hooks:
        reading.desk.say("O458", whole(scalar), word=scalar.text, hook=bound[scalar.text])


def _numbers(reading: Reading, node: Node, settled: Settled, *, row: bool) -> Iterator[tuple[str, Template]]:
    for key, value in reading.desk.pairs(node, "number: { 编号: DX-<年>-<0001 每年> }"):
        name = reading.declare(key)
        template = reading.text(value, settled, counts=True)
        if name is None:
            continue
        _name(reading, key, name, Name(TEXT), row=row)
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


def _name(reading: Reading, key: Scalar, name: str, named: Name, *, row: bool) -> None:
    """What a deed named is a name from here on; inside an `each` a column of the row at hand as well."""
    reading.names.bare[name] = named
    if not row:
        return
    over = reading.names.bare.get("各", Name(Type("unknown")))
    if name in over.parts:
        reading.desk.say("F322", whole(key), word=name, line=key.place.line)
    if over.type.kind == "row":
        kind = msgspec.structs.replace(over.type, columns={**over.type.columns, name: named.type})
        reading.names.bare["各"] = replace(over, type=kind, parts={**over.parts, name: named})


def _sets(reading: Reading, node: Node, settled: Settled, *, row: bool) -> Iterator[tuple[str, Any]]:
    for key, value in reading.desk.pairs(node, "set: { 总分: 甲 + 乙 }"):
        before, _, column = key.text.partition(".")
        of_row = SELVES.get(before) == "各"
        word = column if of_row else key.text
        if of_row and not row:
            reading.desk.say("F356", whole(key), word, word=word)
            continue
        if of_row:
            reading.desk.respelt(key, zh=f"各.{word}", en=f"row.{word}")
        name = reading.declare(key, word)
        found = reading.value(value, "set: { 总分: 甲 + 乙 }", settled)
        if name is None:
            continue
        tree, kind = found if found is not None else (None, Type("unknown"))
        _name(reading, key, name, Name(kind, bounded=tree is not None and bounded(tree, reading.names)), row=row)
        if kind.kind not in KEPT | {"unknown"} or kind.many:
            zh, en = name_of(kind)
            reading.desk.say("F352", value.place, zh=zh, en=en)
        elif tree is not None:
            yield name, tree


@dataclass(frozen=True, slots=True)
class Deed:
    """How a deed is read, which keys may stand `beside` its word, and which of them must (`owed`)."""

    read: Callable[[Told], Action]
    beside: frozenset[str] = frozenset()
    owed: tuple[str, ...] = ()


DEEDS: Final[Mapping[str, Deed]] = {
    "number": Deed(_number),
    "set": Deed(_set),
    "count": Deed(_count),
    "add": Deed(_add, frozenset({"with"}), ("with",)),
    "hold": Deed(_transfer, frozenset({"amount", "from"}), ("amount", "from")),
    "pay": Deed(_transfer, frozenset({"amount", "from", "to", "cap"}), ("amount", "from", "to")),
    "report": Deed(_report, frozenset({"per", "last", "to", "text"}), ("to",)),
    "tell": Deed(_tell, frozenset({"text"})),
    "publish": Deed(_publish, frozenset({"text"})),
    "webhook": Deed(_webhook, frozenset({"text"})),
    "run": Deed(_run, frozenset({"unit", "with"})),
}

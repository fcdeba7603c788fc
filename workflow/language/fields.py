"""Forms: what is filled in, field by field, and the bounds of each. Not here: reading answers (grammars.answer)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from workflow.domain.tree import Field
from workflow.grammars import words
from workflow.grammars.checks import check_field
from workflow.grammars.errors import GrammarError
from workflow.grammars.field import MAX_CHOICE, choice, read_field, read_key, rows
from workflow.grammars.kinds import UNKNOWN
from workflow.grammars.words import spellings
from workflow.language.desk import Desk, moved
from workflow.language.entries import whole
from workflow.language.names import Name, in_chinese, of_field, row_of
from workflow.language.reading import Reading
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar
from workflow.language.who import check_person

EXAMPLE: Final = "{ 标题: text 2..40, 预算?: money }"
WORDS: Final = spellings(words.FORMS)
"""How a field is written that is no single text."""


@dataclass(frozen=True, slots=True)
class Read:
    """A field, and where it stands: `scalar` was read as if `shift` characters stood before it; None for written choices and rows."""

    field: Field
    scalar: Scalar | None = None
    shift: int = 0
    columns: tuple[Read, ...] = ()


def read_form(reading: Reading, node: Node, *, own: bool) -> tuple[Field, ...]:
    """A form's fields, their bounds checked. `own`: it is a step's own form, whose names are not the flow's."""
    found: list[Read] = []
    seen: set[str] = set()
    for key, value in reading.desk.pairs(node, EXAMPLE):
        named = reading.desk.read("G207", key, read_key)
        if named is None or not _may_be_called(reading, key, named[0], seen, own=own):
            continue
        read = read_one(reading.desk, value, named)
        if read is not None:
            found.append(read)
        elif not own:
            reading.names.bare[named[0]] = Name(UNKNOWN)
    with reading.names.holding({one.field.name: of_field(one.field) for one in found}):
        return tuple(_checked(reading, one) for one in found)


def read_one(desk: Desk, node: Node, named: tuple[str, bool]) -> Read | None:
    """What stands behind a field's or a column's key: its grammar, a list of choices, or `many`, `one`, `rows`."""
    name, optional = named
    if isinstance(node, Scalar):
        return _scalar(desk, node, "", named)
    if isinstance(node, nodes.Sequence):
        return _choices(desk, node, named, many=False)
    word = WORDS.get(node.entries[0][0].text) if len(node.entries) == 1 else None
    if word is None:
        desk.say("F303", node.place, example=f"{name}: text 2..40、{name}: [甲, 乙]、{name}: {{ many: [甲, 乙] }}")
        return None
    key, value = node.entries[0]
    desk.noted(key, WORDS)
    if word == "rows":
        columns = read_columns(desk, value)
        made = (
            _made(desk, key, lambda: rows([one.field for one in columns], name, optional=optional)) if columns else None
        )
        return Read(made, columns=columns) if made is not None else None
    if isinstance(value, nodes.Sequence):
        return _choices(desk, value, named, many=word == "many")
    if isinstance(value, Scalar):
        return _scalar(desk, value, f"{word} ", named)
    desk.say("F303", value.place, example=f"{{ {word}: [甲, 乙] }}")
    return None


def read_columns(desk: Desk, node: Node) -> tuple[Read, ...]:
    """The columns of a list."""
    found: list[Read] = []
    seen: set[str] = set()
    for key, value in desk.pairs(node, EXAMPLE):
        named = desk.read("G207", key, read_key)
        if named is None:
            continue
        if named[0] in seen:
            desk.say("F309", whole(key), word=named[0])
            continue
        seen.add(named[0])
        read = read_one(desk, value, named)
        if read is not None:
            found.append(read)
    return tuple(found)


def _may_be_called(reading: Reading, key: Scalar, name: str, seen: set[str], *, own: bool) -> bool:
    if not own:
        return reading.declare(key, name) is not None
    if name in seen:
        reading.desk.say("F309", whole(key), word=name)
        return False
    seen.add(name)
    return reading.exported(key, name)


def _scalar(desk: Desk, node: Scalar, before: str, named: tuple[str, bool]) -> Read | None:
    """A field in its own grammar; `{ many: 直播平台 }` is `many 直播平台`."""
    name, optional = named
    scalar = desk.text(node, f"{name}: text 2..40")

    def read(text: str) -> Field:
        try:
            return read_field(before + text, name, optional=optional)
        except GrammarError as error:
            raise moved(error, len(before)) from error

    one = desk.read("G201", scalar, read) if scalar is not None else None
    return Read(one, scalar, len(before)) if one is not None else None


def _choices(desk: Desk, node: nodes.Sequence, named: tuple[str, bool], *, many: bool) -> Read | None:
    if not node.items:
        desk.say("F308", node.place)
        return None
    words = list(desk.words(node, "[甲, 乙]"))
    if too_long := [word for word in words if len(word.text) > MAX_CHOICE]:
        desk.say("F310", whole(too_long[0]), most=MAX_CHOICE)
        return None
    if not words:
        return None
    name, optional = named
    made = _made(desk, words[0], lambda: choice([word.text for word in words], name, optional=optional, many=many))
    return Read(made) if made is not None else None


def _made(desk: Desk, at: Scalar, make: Callable[[], Field]) -> Field | None:
    try:
        return make()
    except GrammarError as error:
        desk.add(nodes.found("G201", error.message_zh, error.message_en, whole(at)))
        return None


def _checked(reading: Reading, read: Read) -> Field:
    """A field beside the names: the list it takes its choices from, its bound, its tier, its persons."""
    one, scalar = read.field, read.scalar
    if scalar is None:
        return msgspec.structs.replace(one, columns=tuple(_checked(reading, column) for column in read.columns))
    row: dict[str, Name] = {}
    if one.source is not None:
        listed = _source(reading, read, scalar)
        row["各"] = row_of(listed) if listed is not None else Name(UNKNOWN)
    with reading.names.holding(row):
        checked = check_field(one, reading.names)
        found: Field = in_chinese(checked.tree, reading.names)
        before = ("many " if one.many else "one ") if read.shift else ""
        reading.spell(
            scalar, one, checked,
            lambda text: check_field(read_field(text, one.name, optional=one.optional), reading.names), before,
        )  # fmt: skip
    reading.desk.problems(scalar, checked.problems, read.shift)
    if one.who is not None:
        check_person(reading, scalar, one.who.who)
    if one.tier is not None:
        _tier(reading, scalar, one.tier)
    return found


def _source(reading: Reading, read: Read, scalar: Scalar) -> Name | None:
    """The list that a choice is taken from."""
    word = read.field.source or ""
    own = word == read.field.name  # a field may be called like the organisation's list that it chooses from
    found = reading.names.find((word,))
    named = reading.names.lists.get(word) if own else found[0] if found is not None else None
    if named is not None and named.type.kind == "rows" and not named.type.many:
        return named
    at = scalar.text.find(word, 0 if read.shift else len("one"))
    place = scalar.part((at, at + len(word)))
    if word in reading.names.bare and not own:
        reading.desk.say("F339", place, word=word)
    elif reading.organisation is None:
        reading.desk.unverified(place)
    else:
        reading.desk.unknown("O455", place, word, reading.names.lists)
    return None


def _tier(reading: Reading, scalar: Scalar, tier: str) -> None:
    at = scalar.text.rfind(tier)
    place = scalar.part((at, at + len(tier)))
    if reading.organisation is None:
        reading.desk.unverified(place)
    elif tier not in reading.organisation.tiers:
        reading.desk.unknown("O451", place, tier, reading.organisation.tiers)

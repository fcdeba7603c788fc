"""The names that the values of a flow may use, as they come to be: a `grammars.kinds.Scope`. Not here: reading the things that are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from workflow.domain.definition import Step
from workflow.domain.tree import Call, Field, Node, Ref, Who
from workflow.grammars import words
from workflow.grammars.checks import type_of
from workflow.grammars.kinds import BOOL, INT, MOMENT, TEXT, UNKNOWN, Absence, Type
from workflow.organisation.model import NamedList
from workflow.steps.kinds.kinds import KINDS

NONE: Final[frozenset[Absence]] = frozenset()
WORDS_OF_PEOPLE: Final = frozenset({"text", "phone", "url", "place", "checkin", "file", "photo"})
"""Types whose values stand in events only as sealed commitments."""

RESULT: Final = Type("choice", choices=tuple(words.RESULTS.values()), aliases=dict(words.RESULTS))
MARK: Final = Type("choice", choices=tuple(words.MARKS.values()), aliases=dict(words.MARKS))
PERSON: Final = Type("person")
EXPORTS: Final[dict[str, Type]] = {
    "结果": RESULT, "超时": BOOL, "办理人": PERSON, "开始": MOMENT, "结束": MOMENT, "轮次": INT, "赞成": INT, "反对": INT,
}  # fmt: skip
"""What a step exports besides its form and its list (`steps.environment`)."""

ITEM: Final[dict[str, Type]] = {"编号": TEXT, "单位": Type("unit"), "开始": MOMENT, "轮次": INT}
IN_ENGLISH: Final = {**words.EXPORTS, **words.OWN_EXPORTS}
"""A part of a name behind a dot; in front of it stands an author's own name, which has one spelling."""


@dataclass(frozen=True, slots=True)
class Name:
    """What one name stands for. `sealed`: people's own words. `bounded`: there is a greatest. `parts`: what may follow it behind a dot."""

    type: Type
    absences: frozenset[Absence] = NONE
    parts: Mapping[str, Name] = field(default_factory=dict)
    sealed: bool = False
    bounded: bool = False


class Names:
    """The names at hand at one point of a flow. `later`: steps that come further down, which have no value yet."""

    __slots__ = ("bare", "later", "lists")

    def __init__(self, lists: Mapping[str, Name] | None = None) -> None:
        self.bare: dict[str, Name] = {
            "提交人": Name(PERSON),
            "本件": Name(Type("row", columns=ITEM), parts={part: Name(kind) for part, kind in ITEM.items()}),
        }
        self.lists = lists or {}
        self.later: set[str] = set()

    def find(self, parts: tuple[str, ...]) -> tuple[Name, frozenset[Absence]] | None:
        """The name and why it may have no value; None when there is no such name."""
        name = self.bare.get(parts[0])
        if name is None and parts[0] in self.later:
            name = replace(UNREAD, absences=frozenset({(parts[0], "other")}))
        name = name or self.lists.get(parts[0])
        if name is None:
            return None
        absences = name.absences
        for part in parts[1:]:
            inner = name.parts.get(part) or name.parts.get(IN_ENGLISH.get(part, ""))
            if inner is None:
                return (Name(UNKNOWN), absences) if name.type.kind == "unknown" or name.type.open else None
            name, absences = inner, absences | inner.absences
        return name, absences

    # grammars.kinds.Scope

    def type_of(self, parts: tuple[str, ...]) -> Type | None:
        found = self.find(parts)
        return found[0].type if found is not None else None

    def absences(self, parts: tuple[str, ...]) -> frozenset[Absence]:
        found = self.find(parts)
        return found[1] if found is not None else NONE

    def names(self, prefix: tuple[str, ...]) -> Iterable[str]:
        if not prefix:
            return (*self.bare, *self.lists)
        found = self.find(prefix)
        return tuple(found[0].parts) if found is not None else ()

    # as a flow goes on

    @contextmanager
    def holding(self, more: Mapping[str, Name]) -> Iterator[None]:
        """With these names in force as well, before those of the same spelling."""
        before = {word: self.bare.get(word) for word in more}
        self.bare.update(more)
        try:
            yield
        finally:
            for word, name in before.items():
                if name is None:
                    self.bare.pop(word, None)
                else:
                    self.bare[word] = name

    def doubt(self, words: Iterable[str], absences: frozenset[Absence]) -> None:
        """From here on these names may have no value for these reasons too."""
        for word in words:
            if absences and (name := self.bare.get(word)) is not None:
                self.bare[word] = replace(name, absences=name.absences | absences)


UNREAD: Final = Name(UNKNOWN, parts={word: Name(kind) for word, kind in EXPORTS.items()})
"""A step that could not be read, or comes later: nothing is known of it but what every step exports."""


def of_field(one: Field, path: str = "") -> Name:
    """A field of a form, or a column of a list (`path` is the list's name and a dot)."""
    where = path + one.name
    return Name(
        type_of(one),
        frozenset({(where, "optional")}) if one.optional else NONE,
        {column.name: of_field(column, f"{where}.") for column in one.columns},
        one.type in WORDS_OF_PEOPLE,
        one.high is not None or one.type == "bool" or (one.type == "duration" and one.compare in ("<", "<=")),
    )


def of_list(named: NamedList) -> Name:
    """An organisation's list; its columns are no people's words."""
    parts = {column.name: replace(of_field(column, f"{named.name}."), sealed=False) for column in named.columns}
    return Name(Type("rows", columns={word: part.type for word, part in parts.items()}), parts=parts)


def of_step(step: Step, *, skipped: bool, over: Name | None = None, named: Mapping[str, Name] | None = None) -> Name:
    """What a step exports once it is over; `skipped`: it may be, by its `when` or its tier.

    `over`: the list that it goes over or takes its rows from, where that is known; `named`: what a `do` inside an `each` set.
    """
    inner = step.body[0] if step.kind == "each" else step
    unsure = unsure_of(step, skipped=skipped)
    absent: frozenset[Absence] = (
        unsure - {(step.name, "other")} if not KINDS[step.kind].lasts else unsure | {(step.name, "other")}
    )
    parts = {word: Name(kind, absent if word == "办理人" else NONE) for word, kind in EXPORTS.items()}
    kind, brought = KINDS[step.kind], KINDS[step.kind].rows(step)
    if step.kind == "each":
        columns = {**of_row(inner, unsure), **(named or {})}
        return _listed(columns, over, parts, known=over is not None)
    if step.kind == "run":
        return _of_items(step, over, named or {}, parts)
    parts |= {word: Name(Type(of), unsure) for word, of in kind.exports.items()}
    if brought is None:
        parts |= _inside(step, unsure)
        return Name(Type("step"), parts=parts)
    columns = {one.name: of_field(one, f"{step.name}.") for one in step.form}
    columns = {**{word: Name(Type(of)) for word, of in brought.items()}, **columns}
    return _listed(columns, over, parts, known=over is not None or "of" not in step.own)


def unsure_of(step: Step, *, skipped: bool) -> frozenset[Absence]:
    """Why what a step brings may not be there."""
    reasons: set[Absence] = {(step.name, "skipped")} if skipped else set()
    if may_lapse(step):
        reasons.add((step.name, "late"))
    if (step.body[0] if step.kind == "each" else step).reject == "continue":
        reasons.add((step.name, "other"))
    return frozenset(reasons)


def _of_items(step: Step, over: Name | None, items: Mapping[str, Name], parts: Mapping[str, Name]) -> Name:
    """A step that runs items of another flow: one, or one a row; open, where that flow is not at hand."""
    if step.each is None:
        return Name(Type("step", open=not items), parts={**items, **parts})
    listed = _listed(items, over, parts, known=over is not None)
    return replace(listed, type=msgspec.structs.replace(listed.type, open=listed.type.open or not items))


def of_row(inner: Step, unsure: frozenset[Absence]) -> dict[str, Name]:
    """The columns that the step of an `each` adds to its row; of rows that it brings for one row, each column is a list."""
    kind = KINDS[inner.kind]
    columns = {word: Name(Type(of), unsure) for word, of in kind.exports.items()}
    brought = kind.rows(inner)
    if brought is None:
        return {**columns, **_inside(inner, unsure)}
    lists = {
        **{word: Name(Type(of)) for word, of in brought.items()},
        **{one.name: of_field(one) for one in inner.form},
    }
    for word, name in lists.items():
        if not name.type.many and name.type.kind != "rows":
            columns[word] = replace(name, type=msgspec.structs.replace(name.type, many=True), absences=NONE)
    return columns


def row_of(listed: Name, *, so_far: bool = False) -> Name:
    """`各`: a row of a list. `so_far`: inside a function it stands for all rows that were chosen so far (`within`)."""
    kind = Type("row", columns=dict(listed.type.columns), open=listed.type.open, many=so_far)
    return Name(kind, parts=dict(listed.parts))


def _inside(step: Step, unsure: frozenset[Absence]) -> dict[str, Name]:
    """The lines of a step's list and the fields of its form."""
    lines = {line: Name(MARK, unsure) for line in step.own.get("items", ())}
    return lines | {one.name: _behind(of_field(one, f"{step.name}."), unsure) for one in step.form}


def _listed(columns: Mapping[str, Name], over: Name | None, parts: Mapping[str, Name], *, known: bool) -> Name:
    """A step that is a list: the columns of the older list win, and what every step exports is its own."""
    older = {word: name for word, name in over.parts.items() if word in over.type.columns} if over is not None else {}
    merged = {**columns, **older}
    kinds = {word: name.type for word, name in merged.items() if word not in EXPORTS}
    return Name(
        Type("rows", columns=kinds, open=not known or (over is not None and over.type.open)), parts={**merged, **parts}
    )


_TREES: Final = (tuple, Node)
_PLACES: Final = frozenset({"span", "spans", "name_span", "op_span"})
"""What in a tree only says where something stands."""


def sealed_in(value: Any, names: Names) -> Iterator[Ref]:
    """The names of people's words that a tree uses, but for those in `has()`."""
    if isinstance(value, Ref):
        found = names.find(value.parts)
        if found is not None and found[0].sealed:
            yield value
    elif isinstance(value, Call) and value.function == "has":
        return
    elif isinstance(value, Node):
        for attribute in value.__struct_fields__:
            inner = getattr(value, attribute)
            if isinstance(inner, _TREES) and attribute not in _PLACES:
                yield from sealed_in(inner, names)
    elif isinstance(value, tuple):
        for each in value:
            yield from sealed_in(each, names)


def in_chinese(value: Any, names: Names) -> Any:
    """The tree with `STEP.result` as `STEP.结果`: what is computed knows one spelling."""
    if isinstance(value, Ref | Who):
        parts = (value.parts[0], *(_spelt(value.parts[: n + 1], names) for n in range(1, len(value.parts))))
        return value if parts == value.parts else msgspec.structs.replace(value, parts=parts)
    if isinstance(value, Node):
        changed = {}
        for attribute in value.__struct_fields__:
            before = getattr(value, attribute)
            after = in_chinese(before, names) if isinstance(before, _TREES) and attribute not in _PLACES else before
            if after is not before:
                changed[attribute] = after
        return msgspec.structs.replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        after_all = tuple(in_chinese(each, names) for each in value)
        return after_all if any(a is not b for a, b in zip(after_all, value, strict=True)) else value
    return value


def _spelt(parts: tuple[str, ...], names: Names) -> str:
    last = parts[-1]
    if last not in IN_ENGLISH:
        return last
    owner = names.find(parts[:-1])
    return last if owner is None or last in owner[0].parts else IN_ENGLISH[last]


def _behind(name: Name, absences: frozenset[Absence]) -> Name:
    return replace(name, absences=name.absences | absences) if absences else name


def may_lapse(step: Step) -> bool:
    """Whether the flow may go on though the step was late."""
    if isinstance(step.late, tuple):
        return any(rung.then == "continue" for rung in step.late)
    return step.late == "continue"

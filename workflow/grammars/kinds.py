"""The kinds of values and how they go together: what compares, what adds up, what it is called. Not here: trees (types.py), values (arithmetic.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from workflow.domain.tree import Duration, FieldType

Kind: TypeAlias = FieldType | Literal["step", "row", "actor", "unknown"]
Absence: TypeAlias = tuple[str, Literal["optional", "skipped", "late", "other"]]
"""A reason why a name may have no value: `("预算", "optional")`, `("评单", "late")`."""


class Type(msgspec.Struct, frozen=True):
    """A kind of value.

    `choices`: of a choice; `open`: others may exist (a list that is not at hand). `aliases`: other words for a choice, `approved` for 通过.
    `columns`: of rows, and of the row that 各 is. `many`: a list of such values. `length`: a duration of hours, minutes and seconds only; with hours among longer parts; of days and longer only.
    """

    kind: Kind
    choices: tuple[str, ...] = ()
    open: bool = False
    aliases: dict[str, str] = {}
    columns: dict[str, Type] = {}
    many: bool = False
    length: Literal["passing", "hours", "days"] = "passing"


class Scope(Protocol):
    """The names that a value may use."""

    def type_of(self, parts: tuple[str, ...]) -> Type | None:
        """A name's type; None when there is no such name. Never asked for 今天, 现在, 年, 季度, 月."""

    def absences(self, parts: tuple[str, ...]) -> frozenset[Absence]:
        """Why the name may have no value; empty when it always has one. Those of its step are among them."""

    def names(self, prefix: tuple[str, ...]) -> Iterable[str]:
        """The names that may follow a prefix (`()`: bare ones), for “did you mean”."""


UNKNOWN: Final = Type("unknown")
BOOL: Final = Type("bool")
INT: Final = Type("int")
NUMBER: Final = Type("number")
TEXT: Final = Type("text")
DATE: Final = Type("date")
MOMENT: Final = Type("datetime")
NUMBERS: Final = {"int", "number", "stars", "photo"}
DATES: Final = {"date", "datetime"}
WORDS: Final = {"text", "choice", "phone", "url", "person", "unit", "actor", "row"}
ORDERED: Final = NUMBERS | DATES | {"money", "duration"}
_NAMES: Final[dict[str, tuple[str, str]]] = {
    "text": ("文字", "words"), "int": ("整数", "a whole number"), "number": ("数", "a number"), "money": ("金额", "money"),
    "bool": ("是否", "yes or no"), "date": ("日期", "a date"), "datetime": ("时间", "a moment"), "duration": ("时长", "a duration"),
    "stars": ("星级", "stars"), "choice": ("选项", "a choice"), "place": ("地点", "a place"), "checkin": ("打卡", "a check-in"),
    "phone": ("电话", "a phone number"), "url": ("网址", "an address"), "photo": ("照片", "photos"), "file": ("文件", "a file"),
    "person": ("人", "a person"), "unit": ("单位", "a unit"), "rows": ("列表", "a list"), "step": ("步骤", "a step"), "row": ("一行", "a row"),
    "actor": ("办理人", "an actor"), "unknown": ("未知", "unknown"),
}  # fmt: skip


def name_of(kind: Type) -> tuple[str, str]:
    """What a type is called, in Chinese and English."""
    zh, en = _NAMES[kind.kind]
    return (f"若干{zh}", f"several of {en}") if kind.many else (zh, en)


def length_of(duration: Duration) -> Literal["passing", "hours", "days"]:
    """What a duration is made of."""
    units = {unit for _, unit in duration.parts}
    return "passing" if units <= {"s", "m", "h"} else "hours" if units & {"s", "m", "h", "wh"} else "days"


def outcome(function: str, kind: Type) -> Type:
    """What a function over values of this type gives."""
    if function == "count":
        return INT
    if kind.kind in {"bool", "stars", "photo", "int"}:
        return NUMBER if function == "mean" else INT
    return kind


def comparable(op: str, one: Type, other: Type) -> bool:
    """Whether two types can be compared so."""
    if "unknown" in {one.kind, other.kind}:
        return True
    if one.many or other.many or {one.length, other.length} != {"passing"}:
        return False
    kinds = {one.kind, other.kind}
    if kinds <= NUMBERS | {"money"} or kinds <= DATES or kinds == {"duration"}:
        return True
    return op in {"==", "!="} and (kinds <= WORDS or kinds == {"bool"})


def fits(wanted: Type, given: Type) -> bool:
    """Whether a value of one type can stand where another is wanted: a whole number is a number, a bare number beside money is yuan."""
    if "unknown" in {wanted.kind, given.kind}:
        return True
    if wanted.many is not given.many:
        return False
    if wanted.kind == "choice" and given.kind == "choice":
        return wanted.open or given.open or set(given.choices) <= set(wanted.choices)
    takes = {
        "number": NUMBERS,
        "money": NUMBERS | {"money"},
        "int": {"int", "stars", "photo"},
        "text": {"text", "choice"},
    }
    takes |= {kind: {kind, "row"} for kind in ("unit", "person", "choice")}  # a row that is one, or is called so
    return given.kind in takes.get(wanted.kind, {wanted.kind})


def joined(one: Type, other: Type) -> Type | None:
    """The one type that both are, or None: a whole number is a number, a bare number beside money is yuan."""
    if one.kind == "unknown" or other.kind == "unknown":
        return other if one.kind == "unknown" else one
    if one.many is not other.many:
        return None
    if one.kind == other.kind:
        return one if one.length != "passing" else other
    kinds = {one.kind, other.kind}
    if kinds <= NUMBERS:
        return NUMBER if "number" in kinds else INT
    if kinds <= NUMBERS | {"money"}:
        return Type("money")
    return TEXT if kinds <= {"text", "choice"} else None


def result(op: str, one: Type, other: Type) -> Type | None:  # noqa: PLR0911 (a table of kinds)
    """The type of `one op other`, or None when it means nothing."""
    if "unknown" in {one.kind, other.kind}:
        return UNKNOWN
    if one.many or other.many:
        return None
    left, right = ("number" if each.kind in NUMBERS else each.kind for each in (one, other))
    if (left, right) == ("number", "number"):
        whole = op != "/" and "number" not in {one.kind, other.kind}
        return INT if whole else NUMBER
    if op in {"+", "-"}:
        if left in DATES and right == "duration":
            return one if other.length == "days" else MOMENT
        if op == "+" and right in DATES and left == "duration":
            return other if one.length == "days" else MOMENT
        if {left, right} <= {"money", "number"}:
            return Type("money")
        if left == right == "duration" and {one.length, other.length} == {"passing"}:
            return one
        return Type("duration") if op == "-" and left == right and left in DATES else None
    if {one.length, other.length} != {"passing"}:
        return None
    if left in {"money", "duration"} and right == "number":
        return one
    if op == "*" and left == "number" and right in {"money", "duration"}:
        return other
    return NUMBER if op == "/" and left == right and left in {"money", "duration"} else None

"""The typed trees of the flow language's small grammars. No behaviour: grammars read, check and evaluate them.

Every node begins with `span`, `(start, end)` in characters of the value's text, end exclusive. Reserved words stand in their Chinese form
(`submitter` is read as 提交人), functions and units in their English one, so that a flow in either language gives the same tree.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

Span: TypeAlias = tuple[int, int]
Unit: TypeAlias = Literal["s", "m", "h", "d", "w", "mo", "y", "wd", "wh"]
Period: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
Arithmetic: TypeAlias = Literal["+", "-", "*", "/"]
Sign: TypeAlias = Literal[1, -1]
Cycle: TypeAlias = Literal["span", "day", "workday", "week", "month", "quarter", "half", "year"]


class Node(msgspec.Struct, frozen=True, tag=True, tag_field="node"):
    """What all trees begin with."""

    span: Span


# Values and conditions


class Number(Node, frozen=True):
    """`500`, `5万`, `60%`: the value itself (50000, 0.6); an int wherever it is whole and no percentage."""

    value: int | Decimal
    percent: bool = False


class Word(Node, frozen=True):
    """A choice's value that begins with a digit: `70岁以上`, `0002`."""

    text: str


class String(Node, frozen=True):
    """`“…”`, without its quotation marks."""

    text: str


class Day(Node, frozen=True):
    """`2026-12-01`."""

    value: datetime.date


class Duration(Node, frozen=True):
    """`1工作日2工作时` is `((1, "wd"), (2, "wh"))`, in the order written."""

    parts: tuple[tuple[int, Unit], ...]


class Ref(Node, frozen=True):
    """`站初审.结果`: one to three parts, `spans` where each stands. A reserved first part (提交人, 各, 今天 …) is no flow's name.

    A bare word may also be a choice's value: only the check, which knows the names, can tell.
    """

    parts: tuple[str, ...]
    spans: tuple[Span, ...]


class Shift(Node, frozen=True):
    """`3工作日后`, `2h before 开播`, `开播前 2小时`: a moment moved; `anchor` None is now."""

    anchor: Ref | None
    duration: Duration
    sign: Sign


class At(Node, frozen=True):
    """`今天 18:00`: the day of `time`, at this hour and minute of the tenant's clock."""

    time: Day | Duration | Shift | Ref
    hour: int
    minute: int


class Call(Node, frozen=True):
    """`mean(问卷.满意度, 0)`; `function` is one of has count sum mean min max year quarter month day."""

    function: str
    arguments: tuple[Value, ...]
    name_span: Span


class Not(Node, frozen=True):
    """`not 评单.超时`."""

    operand: Value


class Negative(Node, frozen=True):
    """`-5`."""

    operand: Value


class Logic(Node, frozen=True):
    """`a and b and c`: two operands or more, in order, so that a guard stands before what it guards."""

    op: Literal["and", "or"]
    operands: tuple[Value, ...]


class Compare(Node, frozen=True):
    """`预计人数 >= 500`."""

    op: Comparison
    left: Value
    right: Value


class Contains(Node, frozen=True):
    """`主题 in (甲、乙)`, `服务类型 not in 各.服务类型`: among written values, or in a list."""

    left: Value
    among: tuple[Value, ...] | Ref
    negated: bool


class Calculate(Node, frozen=True):
    """`10 * 服务.时长`; `op_span` is the operator's, for what is said about it."""

    op: Arithmetic
    left: Value
    right: Value
    op_span: Span


class Choose(Node, frozen=True):
    """`then if condition else otherwise`."""

    then: Value
    condition: Value
    otherwise: Value


Value: TypeAlias = (
    Number
    | Word
    | String
    | Day
    | Duration
    | Ref
    | Shift
    | At
    | Call
    | Not
    | Negative
    | Logic
    | Compare
    | Contains
    | Calculate
    | Choose
)


# How many are needed


class Everyone(Node, frozen=True):
    """`all`."""


class InOrder(Node, frozen=True):
    """`in order`."""


class NeedChoose(Node, frozen=True):
    """`2 if 预算 > 5万 else 1`."""

    then: NeedAtom
    condition: Value
    otherwise: Need


NeedAtom: TypeAlias = Number | Everyone | InOrder | Ref
Need: TypeAlias = NeedAtom | NeedChoose


# What recurs, and lengths that repeat


class Nth(Node, frozen=True):
    """`5日`, `第5个工作日`, `最后工作日`: a day of a period, counted from 1; of `last`, which is its last working day, 0."""

    which: Literal["day", "workday", "last"]
    n: int


class Recurrence(Node, frozen=True):
    """`每季度 第5个工作日 09:00`. Of each `every`: `duration` of a span; `days` (1 Monday to 7 Sunday) of a week; else `nth`.

    `month`: the month of the period that `nth` counts in, from 1; 0 when it counts in the whole period. `clock`: hour and minute.
    """

    every: Cycle
    duration: Duration | None = None
    days: tuple[int, ...] = ()
    month: int = 0
    nth: Nth | None = None
    clock: tuple[int, int] | None = None


class Last(Node, frozen=True):
    """`10`, `7日`, `本季度`, `上月`: the last so many; those of so long; those of this period, or (`before`) of the one before."""

    count: int = 0
    duration: Duration | None = None
    period: Period | None = None
    before: bool = False


class Cap(Node, frozen=True):
    """`80 每日`: no more than so much in each period."""

    amount: int | Decimal
    per: Period


# Text with slots


class Piece(Node, frozen=True):
    """What stands as it is; `<<` has become `<`, so `text` may be shorter than the span."""

    text: str


class Counter(Node, frozen=True):
    """`<0001 每年>`: `width` digits, counted anew every `per`; None counts forever."""

    width: int
    per: Period | None


class Slot(Node, frozen=True):
    """`<标题>`; the span holds the angle brackets."""

    value: Value


class Template(Node, frozen=True):
    """`DX-<年>-<0001 每年>`."""

    pieces: tuple[Piece | Counter | Slot, ...]


# Who


class Who(Node, frozen=True):
    """`站.审核员`, `派单.办理人`, `提交人`: one to four parts; `every`: `各站.协调员`, whose parts are `(站, 协调员)`.

    What the parts mean (tier, unit, pool, room, step, field) is settled by the names, not by the grammar.
    """

    parts: tuple[str, ...]
    spans: tuple[Span, ...]
    every: bool = False


class Actor(Node, frozen=True):
    """`站.审核员 except 提交人`."""

    who: Who
    but: Who | None = None


# What is filled in

FieldType: TypeAlias = Literal[
    "text", "int", "number", "money", "bool", "date", "datetime", "duration", "stars", "choice",
    "place", "checkin", "phone", "url", "photo", "file", "person", "unit", "rows",
]  # fmt: skip


class Field(Node, frozen=True):
    """One field of a form or one column of a list.

    `low`, `high`: inclusive; characters for text, how many for photo, fen for money, the value itself for int and number; stars have high only.
    `choices`: written values; `source`: the list (or rows) whose rows may be chosen, `where` which of them; both only for choice.
    `many`: several values of a choice. `columns`: of rows. `files`: permitted extensions, lower case, none = any.
    `compare`, `bound`: `datetime >= 3工作日后`. `who`: which persons; `tier`: which units.
    """

    name: str
    type: FieldType
    optional: bool = False
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    choices: tuple[str, ...] = ()
    source: str | None = None
    where: Value | None = None
    many: bool = False
    columns: tuple[Field, ...] = ()
    files: tuple[str, ...] = ()
    compare: Comparison | None = None
    bound: Value | None = None
    who: Actor | None = None
    tier: str | None = None

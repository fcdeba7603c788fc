"""What values are while they are computed, and how they are kept: exact numbers, money, rows. Not here: computing (evaluate.py), wording (render.py).

| kind | computed with | kept in an event |
|---|---|---|
| int stars photo | int | int |
| number | int, Fraction | decimal string, at most 9 decimals, halves away from zero |
| money | Money | int, fen |
| bool | bool | bool |
| date | date | `2026-12-01` |
| datetime | aware datetime | `2026-12-01T11:00:00Z` |
| duration | timedelta | int, seconds |
| choice | str, a Row when it names one; a list of them when many | str, list of str |
| rows | list of Row | list of objects |
| text person unit place phone url file checkin | as they are kept | str, object |
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflow.domain.tree import Field

DECIMALS: Final = 9
SECOND: Final = datetime.timedelta(seconds=1)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)


class Missing(msgspec.Struct, frozen=True):
    """There is no value: left out, skipped, not there yet."""


MISSING: Final = Missing()


class Money(msgspec.Struct, frozen=True):
    """An amount in fen, exact while it is computed; `rounded` when it is kept, paid or shown."""

    fen: int | Fraction

    def rounded(self) -> int:
        """Whole fen, halves away from zero."""
        return half_up(self.fen)

    def __str__(self) -> str:
        fen = self.rounded()
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


class Row(msgspec.Struct, frozen=True, eq=False):
    """A row of a list. Rows of different lists are the same when they go back to the same one: `origin` is that one's id.

    `so_far`: inside a function it stands for these rows, the ones chosen so far (`within`).
    """

    origin: str
    columns: dict[str, Any]
    so_far: tuple[Row, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return self.origin == other.origin if isinstance(other, Row) else self.origin == other

    def __hash__(self) -> int:
        return hash(self.origin)


def half_up(value: int | Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    if isinstance(value, int):
        return value
    return -half_up(-value) if value < 0 else int(value + Fraction(1, 2))


def exact(value: int | Decimal | Fraction) -> int | Fraction:
    """A number as it is computed with: an int wherever it is whole."""
    if isinstance(value, int):
        return value
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def decimal_text(value: int | Decimal | Fraction) -> str:
    """A number in plain digits, without needless zeros: `0.5`, `-12`, `3.333333333`."""
    scaled = half_up(exact(value) * 10**DECIMALS)
    whole, part = divmod(abs(scaled), 10**DECIMALS)
    text = f"{whole}.{part:0{DECIMALS}}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text


def utc_text(moment: datetime.datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def lower(value: Any, kind: str) -> Any:
    """The form in which a value of this type is kept. Raises TypeError when it is none of that type."""
    if isinstance(value, list):
        return [lower(each, kind) for each in value]
    for types, keep in _KEPT[kind]:
        if isinstance(value, types) and isinstance(value, bool) is (kind == "bool"):
            return keep(value)
    message = f"not a {kind}: {type(value).__name__}"
    raise TypeError(message)


def lift(kept: Any, kind: str) -> Any:
    """The value that computing needs, out of what was kept; None is MISSING."""
    if kept is None:
        return MISSING
    computed = _COMPUTED.get(kind)
    return kept if computed is None else computed(kept)


def lift_field(kept: Any, field: Field, origin: str = "") -> Any:
    """`lift` for a field's value: rows become Rows named `ORIGIN/1`, `ORIGIN/2` …; `photo` and `file` lists stay lists."""
    if field.type != "rows" or kept is None:
        return lift(kept, field.type)
    return [
        Row(f"{origin or field.name}/{number}", lift_columns(row, field.columns)) for number, row in enumerate(kept, 1)
    ]


def lift_columns(kept: Mapping[str, Any], columns: tuple[Field, ...]) -> dict[str, Any]:
    """One row's columns, every declared one present, MISSING where nothing was kept."""
    return {column.name: lift(kept.get(column.name), column.type) for column in columns}


_COMPUTED: Final[dict[str, Callable[[Any], Any]]] = {
    "money": Money,
    "number": lambda kept: exact(Decimal(kept)),
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "duration": lambda kept: kept * SECOND,
}


def _same(value: Any) -> Any:
    return value


def _day(value: datetime.date) -> str:
    if isinstance(value, datetime.datetime):
        message = "not a date: datetime"
        raise TypeError(message)
    return value.isoformat()


_Keep: TypeAlias = tuple[Any, Callable[[Any], Any]]
_WORDS: Final[tuple[_Keep, ...]] = ((str, _same),)
_NAMED: Final[tuple[_Keep, ...]] = ((str, _same), (Row, lambda row: row.origin))
_THINGS: Final[tuple[_Keep, ...]] = ((str | dict, _same),)
_WHOLE: Final[tuple[_Keep, ...]] = ((int, _same),)
_KEPT: Final[dict[str, tuple[_Keep, ...]]] = {
    "number": ((int | Fraction | Decimal, decimal_text),),
    "money": ((Money, Money.rounded), (int | Fraction, lambda yuan: half_up(yuan * 100))),
    "bool": ((bool, _same),),
    "date": ((datetime.date, _day),),
    "datetime": ((datetime.datetime, utc_text),),
    "duration": ((datetime.timedelta, lambda time: half_up(Fraction(time // _MICROSECOND, SECOND // _MICROSECOND))),),
    "int": _WHOLE, "stars": _WHOLE, "photo": (*_WHOLE, *_THINGS),
    "choice": _NAMED, "person": _NAMED, "unit": _NAMED,
    "text": _WORDS, "phone": _WORDS, "url": _WORDS,
    "place": _THINGS, "checkin": _THINGS, "file": _THINGS, "rows": _THINGS,
}  # fmt: skip

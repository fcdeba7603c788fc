"""The bytes of an event, the same for ever: RFC 8785 restricted to what everybody writes alike.

Keys are ASCII, so that sorting them needs no rule; no floats; integers within ±(2⁵³ - 1); text is valid Unicode. Then the
sorted JSON of msgspec is RFC 8785. What breaks a restriction is refused here, before it can be chained.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from msgspec import inspect

from workflow.domain.event import Deed, Event

LARGEST: Final = 2**53 - 1

_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Heading(msgspec.Struct, frozen=True):
    """What events and deeds have in common."""

    version: int
    at: datetime
    verb: str
    actor: str
    network: str


class Uncanonical(ValueError):
    """A value that cannot stand in the log: `where` says which part of it, and what was expected there."""


def encode(event: Event | Deed) -> bytes:
    """The canonical bytes. Raises `Uncanonical` for a float, an integer too large, a key that is not ASCII."""
    if not _sound(event):
        _check(event, ())
    try:
        return _encode(event)
    except UnicodeEncodeError as error:
        raise Uncanonical(f"event: text with half a character (a lone surrogate): {error.object!r}") from error


def event(body: bytes) -> Event:
    """The event of an item that these bytes are. Raises `msgspec.DecodeError` when they are none."""
    return _event(body)


def deed(body: bytes) -> Deed:
    """The deed of another stream that these bytes are. Raises `msgspec.DecodeError` when they are none."""
    return _deed(body)


def heading(body: bytes) -> Heading:
    """Who did what and when, whatever kind of event it is. Raises `msgspec.DecodeError`."""
    return _heading(body)


def is_canonical(body: bytes) -> bool:
    """Whether these bytes are the only ones that say what they say."""
    try:
        value = _strict(body)
        _check(value, ())
    except ValueError:
        return False
    return _encode(value) == body


def _sound(value: Any) -> bool:
    """Whether nothing is to be said against an event: the answer of `_check`, without the reason, many times as fast.

    Where something is not made as its type promises, False, whatever `_check` will say.
    """
    try:
        return _SOUND[type(value)](value)
    except (AttributeError, KeyError, TypeError):
        return False


def _sound_value(value: Any) -> bool:
    """The same of a value whose type promises nothing."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-LARGEST <= value <= LARGEST)
    if kind is tuple or kind is list:
        return all(map(_sound_value, value))
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(map(_sound_value, value.values()))
    return bool(kind is datetime and value.tzinfo is UTC)


def _check(value: Any, where: tuple[Any, ...]) -> None:  # noqa: C901  (one line a kind of value; flat is fast)
    kind = type(value)
    if kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise Uncanonical(f"{_path(where)}: {value} is beyond ±(2^53 - 1); write it as a string")
    elif kind is str or kind is bool or value is None:
        pass
    elif kind is tuple or kind is list:
        for place, one in enumerate(value):
            _check(one, (*where, place))
    elif kind is dict:
        for key, one in value.items():
            if type(key) is not int and not (type(key) is str and key.isascii()):
                raise Uncanonical(
                    f"{_path(where)}: the key {key!r} is not ASCII; names that authors chose stand as pairs"
                )
            _check(one, (*where, key))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _check(getattr(value, name), (*where, name))
    elif kind is datetime:
        if value.tzinfo is None:
            raise Uncanonical(f"{_path(where)}: the moment {value.isoformat()} has no time zone; moments are in UTC")
        if value.utcoffset():
            raise Uncanonical(f"{_path(where)}: the moment {value.isoformat()} is not in UTC")
    elif kind is not date:
        raise Uncanonical(f"{_path(where)}: a {kind.__name__} cannot stand in the log; use an integer or a string")


def _no_float(text: str) -> Any:
    raise Uncanonical(f"{text} is a float")


def _path(where: tuple[Any, ...]) -> str:
    return "event" + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in where)


def _condition(kind: inspect.Type, it: str) -> str:
    """What `it` must be, as an expression; nothing where its type promises that. Structs get theirs into `_SOUND`."""
    match kind:
        case inspect.StrType() | inspect.BoolType() | inspect.LiteralType():
            return ""
        case inspect.IntType():
            return f"type({it}) is int and {-LARGEST} <= {it} <= {LARGEST}"
        case inspect.DateTimeType():
            return f"type({it}) is datetime and {it}.tzinfo is UTC"
        case inspect.StructType(cls=cls, fields=fields):
            if cls not in _SOUND:
                asked = filter(None, [_condition(field.type, f"it.{field.name}") for field in fields])
                _SOUND[cls] = eval(f"lambda it: {' and '.join(asked) or 'True'}", globals())  # noqa: S307 - our own types
            return f"_SOUND[type({it})]({it})"
        case inspect.VarTupleType(item_type=item):
            every = _condition(item, "one")
            return every and f"type({it}) is tuple and (not {it} or all([{every} for one in {it}]))"
        case inspect.TupleType(item_types=items) if not any([_condition(one, it) for one in items]):  # noqa: C419
            return ""
        case inspect.UnionType(types=(one, inspect.NoneType())):
            there = _condition(one, it)
            return there and f"({it} is None or {there})"
        case inspect.UnionType(types=types) if all(isinstance(one, inspect.StructType) for one in types):
            return [_condition(one, it) for one in types][0]  # noqa: RUF015 - each one gets its own
    return f"_sound_value({it})"


_SOUND: Final[dict[type, Callable[[Any], bool]]] = {}
for _kind in inspect.multi_type_info((Event, Deed)):
    _condition(_kind, "")
_event: Final = msgspec.json.Decoder(Event).decode
_deed: Final = msgspec.json.Decoder(Deed).decode
_strict: Final = msgspec.json.Decoder(float_hook=_no_float).decode
_heading: Final = msgspec.json.Decoder(Heading).decode

"""The bytes of an event, the same for ever: RFC 8785 restricted to what everybody writes alike.

Keys are ASCII, so that sorting them needs no rule; no floats; integers within ±(2⁵³ - 1); text is valid Unicode. Then the
sorted JSON of msgspec is RFC 8785. What breaks a restriction is refused here, before it can be chained.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import inspect

from workflow.domain.event import Deed, Event

LARGEST: Final = 2**53 - 1
_NESTS: Final = frozenset({tuple, list, dict})

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
    """Whether nothing is to be said against a value: the answer of `_check`, without the reason, five times as fast."""
    if (parts := _DOUBTFUL.get(type(value))) is not None:
        value = parts(value)
    elif type(value) is dict:
        if not all(type(key) is str and key.isascii() for key in value):
            return False
        value = value.values()
    elif type(value) is not tuple and type(value) is not list:
        value = (value,)
    for one in value:
        kind = type(one)
        if kind is str or kind is bool or one is None:
            continue
        if kind is int:
            if not -LARGEST <= one <= LARGEST:
                return False
        elif kind is datetime:
            if one.tzinfo is not UTC:
                return False
        elif (kind not in _DOUBTFUL and kind not in _NESTS) or not _sound(one):
            return False
    return True


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


def _doubtful(root: type) -> dict[type, Callable[[Any], tuple[Any, ...]]]:
    """What gives the fields, of this struct and those within it, whose types alone do not promise a sound value."""
    found: dict[type, tuple[str, ...]] = {}

    def promises(one: inspect.Type) -> bool:
        match one:
            case inspect.StrType() | inspect.BoolType() | inspect.NoneType() | inspect.LiteralType():
                return True
            case inspect.UnionType(types=types) | inspect.TupleType(item_types=types):
                return all([promises(other) for other in types])  # noqa: C419  (each one is to be looked into)
            case inspect.VarTupleType(item_type=item):
                return promises(item)
            case inspect.StructType(cls=cls, fields=fields):
                if cls not in found:
                    found[cls] = ()
                    found[cls] = tuple(field.name for field in fields if not promises(field.type))
                return not found[cls]
            case _:
                return False

    promises(inspect.type_info(root))
    return {kind: _getter(names) for kind, names in found.items()}


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda value: (getattr(value, names[0]),)) if names else (lambda _value: ())


_DOUBTFUL: Final = _doubtful(Event) | _doubtful(Deed)
_event: Final = msgspec.json.Decoder(Event).decode
_deed: Final = msgspec.json.Decoder(Deed).decode
_strict: Final = msgspec.json.Decoder(float_hook=_no_float).decode
_heading: Final = msgspec.json.Decoder(Heading).decode

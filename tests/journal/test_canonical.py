from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from workflow.domain import event as e
from workflow.domain.event import Deed, Event
from workflow.domain.item import Moment, Need, Result, Task
from workflow.journal import canonical
from workflow.journal.canonical import LARGEST, Uncanonical

NOW = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ASCII = st.text(st.characters(max_codepoint=127))
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
    max_leaves=12,
)
PAIRS = st.lists(st.tuples(TEXT, VALUE), max_size=5).map(tuple)


def event(*facts: e.Fact) -> Event:
    return Event("item", 1, NOW, "command", "approve", "actor", "web", facts)


def answers(*pairs: tuple[str, Any]) -> Event:
    return event(e.Amended(pairs, "shown"))


@given(PAIRS, TEXT)
def test_same_bytes_as_the_oracle(pairs: tuple[tuple[str, Any], ...], text: str) -> None:
    body = canonical.encode(event(e.Started("code", text, "digest", text, "person", pairs, "shown"), e.Said(text)))
    assert body == rfc8785.dumps(json.loads(body))
    assert canonical.is_canonical(body)


@given(PAIRS)
def test_a_deed_comes_back_as_it_was(pairs: tuple[tuple[str, Any], ...]) -> None:
    deed = Deed("stream", 3, NOW, "command", "link", "actor", "cli", pairs)
    body = canonical.encode(deed)
    assert body == rfc8785.dumps(json.loads(body))
    assert canonical.encode(canonical.deed(body)) == body


def test_an_event_comes_back_as_it_was() -> None:
    told = event(
        e.Voted(0, 3, "person", "站", "approve", "ab", (("直播脚本", "pass"),), (("人数", 30),), "cd"),
        e.Resulted(0, "站初审", Result("approved", 1, NOW, NOW, doers=("person",), marks=(("直播脚本", "pass"),))),
        e.Moved(0, "next", "所"),
        e.Opened(0, 1, "open", (Task(4, "person", "所", "酒仙桥所:审核员", "open"),), Need(1), (Moment(NOW, "due"),)),
    )
    assert canonical.event(canonical.encode(told)) == told
    assert canonical.heading(canonical.encode(told)) == canonical.Heading(1, NOW, "approve", "actor", "web")


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (0.5, "float"),
        (float("nan"), "float"),
        (LARGEST + 1, "beyond"),
        (-LARGEST - 1, "beyond"),
        (2**63, "beyond"),
        ({"姓名": 1}, "not ASCII"),
        ([{"a": [{"键": 1}]}], "not ASCII"),
        ({1: 2, (1, 2): 3}, "not ASCII"),
        (datetime(2026, 1, 1), "time zone"),  # noqa: DTZ001
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8))), "not in UTC"),
        (b"bytes", "bytes"),
        ("half \ud800", "surrogate"),
    ],
)
def test_what_could_be_written_in_two_ways_is_refused(value: Any, complaint: str) -> None:
    with pytest.raises(Uncanonical, match=complaint):
        canonical.encode(answers(("field", value)))


def test_a_refusal_says_where() -> None:
    with pytest.raises(Uncanonical, match=r"event\.facts\[0\]\.form\[1\]\[1\]\[0\]: a float"):
        canonical.encode(answers(("one", 1), ("two", [0.1])))


@pytest.mark.parametrize(
    "value",
    [LARGEST, -LARGEST, date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone(timedelta(0))), {"sealed": "ab"}],
)
def test_what_has_one_way_is_let_through(value: Any) -> None:
    assert canonical.is_canonical(canonical.encode(answers(("field", value))))


def sample(kind: inspect.Type) -> Any:
    """A value of this type with nothing left out, so that every field of every struct within it is there."""
    match kind:
        case inspect.StrType():
            return "text"
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 1
        case inspect.DateTimeType():
            return NOW
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.StructType(cls=cls, fields=fields):
            return cls(**{field.name: sample(field.type) for field in fields})
        case inspect.VarTupleType(item_type=item):
            return (sample(item),)
        case inspect.TupleType(item_types=items):
            return tuple(map(sample, items))
        case inspect.UnionType(types=types):
            return sample(types[0])
        case inspect.AnyType():
            return [{"key": 1}, None]
        case _:
            raise AssertionError(f"a kind of field that this test does not know: {kind}")


def spoilt(value: Any) -> Iterator[tuple[Any, str]]:
    """The value with one part of it spoilt, for every number and moment in it, in every way; and what is said of that."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            for part, complaint in spoilt(getattr(value, name)):
                yield msgspec.structs.replace(value, **{name: part}), complaint
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            for part, complaint in spoilt(one):
                yield (*value[:place], part, *value[place + 1 :]), complaint
    elif isinstance(value, list):
        yield from (([*value, bad], complaint) for bad, complaint in ((0.5, "float"), ({"键": 1}, "not ASCII")))
    elif type(value) is int:
        yield from ((bad, complaint) for bad, complaint in ((0.5, "float"), (LARGEST + 1, "beyond"), (b"1", "bytes")))
    elif isinstance(value, datetime):
        yield value.replace(tzinfo=None), "time zone"
        yield value.replace(tzinfo=timezone(timedelta(hours=8))), "not in UTC"
        yield value.timetz(), "a time"


FACTS = get_args(e.Fact)


@pytest.mark.parametrize("kind", [*FACTS, Deed], ids=lambda kind: kind.__name__)
def test_every_number_and_every_moment_is_looked_at(kind: type[Any]) -> None:
    part = sample(inspect.type_info(kind))
    whole = part if kind is Deed else event(part)
    assert canonical.is_canonical(canonical.encode(whole))
    assert canonical._sound(whole), "what is sound needs no second, careful look"
    for bad, complaint in spoilt(whole):
        with pytest.raises(Uncanonical, match=complaint):
            canonical.encode(bad)


@given(PAIRS)
def test_what_people_filled_in_needs_no_careful_look_either(pairs: tuple[tuple[str, Any], ...]) -> None:
    assert canonical._sound(answers(*pairs))


def test_authored_counts_are_checked_too() -> None:
    with pytest.raises(Uncanonical, match="beyond"):
        canonical.encode(event(e.Counted("人次", "大山子站", 2**53)))


@pytest.mark.parametrize(
    "body", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1.0}', b'{"a":1e3}', '{"键":1}'.encode(), b"{", b"\xff"]
)
def test_other_bytes_are_not_canonical(body: bytes) -> None:
    assert not canonical.is_canonical(body)


def test_bytes_that_are_no_event_are_told_so() -> None:
    with pytest.raises(msgspec.DecodeError):
        canonical.event(b'{"fact":"moved"}')

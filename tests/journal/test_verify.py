from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain import fold
from workflow.domain.item import Item, Moment, Need, Result, Task
from workflow.journal import canonical, chain, verify
from workflow.journal.verify import Bad, Kept, Refold, Row
from workflow.store.commit import encode_state

DIGEST = "ab" * 32
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


class Straight:
    """start → 站 → 所 → done."""

    EDGES: ClassVar = {("start", "next"): "站", ("站", "next"): "所", ("所", "next"): "done"}

    def legal(self, place: str, trigger: str) -> str | None:
        return self.EDGES.get((place, trigger))


MACHINES = {DIGEST: Straight()}


def opened(no: int, person: str, part: str, state: str = "open") -> e.Opened:
    tasks = (Task(no, person, part, f"unit:{part}", "open"), Task(no + 1, "other", part, f"unit:{part}", state))  # type: ignore[arg-type]
    return e.Opened(0, 1, "open", tasks, Need(1), (Moment(AT + timedelta(days=1), "due"),))


def voted(no: int, person: str, part: str) -> tuple[e.Fact, ...]:
    return e.Voted(0, no, person, part, "approve", "shown"), e.Resulted(0, part, Result("approved", 1, AT, AT))


STORY: tuple[tuple[e.Fact, ...], ...] = (
    (
        e.Started("7K3M2P", "activity", DIGEST, "大山子站", "submitter", (("人数", 30),), "shown"),
        e.Moved(0, "next", "站"),
        opened(1, "zhan", "站"),
    ),
    (*voted(1, "zhan", "站"), e.Moved(0, "next", "所"), opened(3, "suo", "所", "waiting")),
    (e.Called(0, 4),),
    (*voted(3, "suo", "所"), e.Moved(0, "next", "done"), e.Ended("done")),
)


def told(story: Sequence[tuple[e.Fact, ...]] = STORY) -> tuple[list[Row], Item]:
    """The rows of a story, whatever it says, and the item as it is after what was legal of it."""
    rows, head, item = [], chain.NOTHING, fold.unborn("tenant", "item", AT)
    for version, facts in enumerate(story, 1):
        event = e.Event("item", version, AT + timedelta(minutes=version), f"c{version}", "verb", "actor", "web", facts)
        body = canonical.encode(event)
        head = chain.leaf(head, body)
        rows.append(Row(version, event.at, body, head))
        item = fold.fold(item, event)
    return rows, item


def kept(rows: Sequence[Row], item: Item) -> Kept:
    refold = Refold("tenant", "item", MACHINES)
    assert not [wrong for row in rows if (wrong := refold.add(row))]
    return refold.kept(encode_state(item))


def found(rows: Sequence[Row], stored: Kept) -> Bad | None:
    return verify.item("tenant", "item", rows, stored, MACHINES)


def test_a_true_story_holds() -> None:
    rows, item = told()
    assert found(rows, kept(rows, item)) is None


def test_tasks_are_told_from_opening_to_end() -> None:
    rows, item = told()
    one, two, three, four = kept(rows, item).tasks
    assert (one.holder, one.outcome, one.choice, one.person, one.part) == ("zhan", "voted", "approve", "zhan", "站")
    assert (two.holder, two.outcome, two.choice, two.closed_at) == ("other", "cancelled", None, rows[1].at)
    assert (three.place, three.opened_at, three.closed_at) == ("所", rows[1].at, rows[3].at)
    assert (four.opened_at, four.outcome) == (rows[2].at, "cancelled"), "it waited its turn, was called, and never came"


def test_who_only_waited_has_no_task() -> None:
    rows, item = told(STORY[:2])
    assert [line.no for line in kept(rows, item).tasks] == [1, 2, 3]


@pytest.mark.parametrize(
    ("place", "facts", "what"),
    [
        (1, (*voted(1, "zhan", "站"), e.Moved(0, "next", "done"), e.Ended("done")), "moved from 站 to done"),
        (1, (*voted(1, "zhan", "站"), e.Moved(0, "jump", "所")), "jump does not exist there"),
        (1, (*voted(9, "zhan", "站"),), "do not fit"),
        (1, (e.Dropped((7,)),), "do not fit"),
    ],
)
def test_an_illegal_history_is_found_whoever_wrote_it(place: int, facts: tuple[e.Fact, ...], what: str) -> None:
    good, item = told()
    try:
        rows, _ = told([*STORY[:place], facts])
    except KeyError:  # it cannot even be folded: write its bytes alone
        event = e.Event("item", place + 1, AT, "c", "verb", "actor", "web", facts)
        body = canonical.encode(event)
        rows = [*good[:place], Row(place + 1, AT, body, chain.leaf(good[place - 1].leaf, body))]
    bad = found(rows, kept(good, item))
    assert bad is not None
    assert bad.version == place + 1
    assert what in bad.what


def test_a_flow_that_nobody_has_is_found() -> None:
    rows, item = told()
    bad = verify.item("tenant", "item", rows, kept(rows, item), {})
    assert bad is not None
    assert "no version is kept" in bad.what


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digest", "cd" * 32),
        ("code", "AAAAAA"),
        ("unit", "酒仙桥所"),
        ("submitter", "zhan"),
        ("place", "所"),
        ("next_at", AT),
        ("ended_at", None),
        ("tasks", ()),
    ],
)
def test_a_row_that_says_otherwise_is_found(name: str, value: object) -> None:
    rows, item = told()
    bad = found(rows, replace(kept(rows, item), **{name: value}))
    assert bad is not None
    assert bad.version == 0
    assert name in bad.what


def test_a_state_that_says_otherwise_is_found() -> None:
    rows, item = told()
    item.form["人数"] = 300
    bad = found(rows, kept(rows, item))
    assert bad is not None
    assert "form" in bad.what
    bad = found(rows, replace(kept(rows, item), state=b"{}"))
    assert bad is not None
    assert "no item" in bad.what


def test_an_event_of_another_item_is_found() -> None:
    rows, item = told()
    stored = kept(rows, item)
    bad = verify.item("tenant", "another", rows, stored, MACHINES)
    assert bad is not None
    assert (bad.stream, bad.version) == ("another", 1)


def test_a_row_with_another_time_than_its_body_is_found() -> None:
    rows, item = told()
    stored = kept(rows, item)
    rows[2] = replace(rows[2], at=AT)
    bad = found(rows, stored)
    assert bad is not None
    assert bad.version == 3


def test_deeds_must_say_what_their_rows_say() -> None:
    deed = e.Deed("stream", 1, AT, "c", "link", "actor", "cli", (("account", "web"),))
    row = Row(1, AT, canonical.encode(deed), bytes(32))
    assert verify.deeds("stream", [row]) is None
    assert verify.deeds("another", [row]) is not None
    assert verify.deeds("stream", [replace(row, version=2)]) is not None
    assert verify.deeds("stream", [replace(row, body=b"[]")]) is not None

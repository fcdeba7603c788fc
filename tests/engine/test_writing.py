"""What stands or falls together, and the ids that are always the same for the same command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from workflow.domain import event as e
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.fold import unborn
from workflow.engine.inbox import Entry
from workflow.engine.naming import delivery_id, item_id, named
from workflow.engine.outcomes import decode, encode
from workflow.engine.pieces import Piece
from workflow.engine.writing import Groups, files_of, title_of

AT = datetime(2026, 11, 22, 1, 2, 3, 456000, tzinfo=UTC)


def groups(*keys: set[Any]) -> Groups:
    return Groups([Piece(Entry(str(n))) for n in range(len(keys))], keys)


def test_who_shares_nothing_stands_alone() -> None:
    assert groups({"a"}, {"b"}, set(), {"c"}).of == [0, 1, 2, 3]


def test_who_shares_something_stands_together_however_far_round() -> None:
    found = groups({"a", "b"}, {"c"}, {"b", "d"}, {"d", "c"})
    assert found.of == [0, 0, 0, 0]
    assert found.by_key == {"a": 0, "b": 0, "c": 0, "d": 0}


@given(st.lists(st.sets(st.integers(0, 12)), max_size=30))
def test_groups_are_exactly_what_the_keys_join(keys: list[set[int]]) -> None:
    found = groups(*keys)
    assert sorted(set(found.of)) == list(range(len(set(found.of)))), "ordinals from 0 without a gap"
    joined: list[set[Any]] = [{*one} or {("alone", n)} for n, one in enumerate(keys)]
    merged: list[set[Any]] = []
    for one in joined:
        touching = [other for other in merged if other & one]
        merged = [other for other in merged if other not in touching] + [set().union(one, *touching)]
    for left, one in zip(found.of, joined, strict=True):
        for right, other in zip(found.of, joined, strict=True):
            together = any(one <= whole and other <= whole for whole in merged)
            assert (left == right) == together
    assert all(found.by_key[key] == group for group, one in zip(found.of, keys, strict=True) for key in one)


def test_files_are_found_in_whatever_people_filled_in() -> None:
    def given(no: int) -> tuple[tuple[str, Any], ...]:
        return (("说明", {"sealed": "ab"}), ("附件", [{"file": f"file {no}", "sealed": "cd"}]))

    filled = (
        e.Started("code", "flow", "digest", "unit", "p", given(0), "shown"), e.Merged("p", given(1)), e.Amended(given(2), "shown"),
        e.Voted(0, 1, "p", "站", "approve", "shown", answers=given(3)), e.Answered(0, 1, "p", given(4)), e.Handed(0, 1, "p", given(5)),
    )  # fmt: skip
    facts = (e.Moved(0, "submit", "站"), *filled, e.Said("ef"))
    event = e.Event("item", 1, AT, "command", "submit", "p", "web", facts)
    assert list(files_of(event)) == [f"file {no}" for no in range(6)]


def test_an_item_is_found_by_the_words_of_one_field() -> None:
    item = unborn("tenant", "item", AT)
    item.form = {"标题": {"sealed": "ab"}, "人数": 3}
    assert [title_of(item, field) for field in ("标题", "人数", "地点", "")] == ["ab", None, None, None]


def test_an_items_id_is_a_uuid_of_version_7_and_the_same_at_every_try() -> None:
    one = item_id(AT, "6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c55")
    assert one == item_id(AT, "6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c55")
    assert one != item_id(AT, "6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c56")
    assert UUID(one).version == 7
    assert UUID(one).int >> 80 == int(AT.timestamp() * 1000)


def test_a_command_bears_its_rows_id() -> None:
    command = Command("", "t", "", "submit", "p", "web")
    given_ = named(Entry("6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c55", accepted=AT), command)
    assert given_.id == "6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c55"
    assert UUID(given_.item).version == 7
    kept = Command("x", "t", "i", "approve", "p", "web")
    assert named(Entry("x"), kept) is kept


def test_a_delivery_has_one_id_over_all_attempts() -> None:
    assert delivery_id("s", 1, 2) == delivery_id("s", 1, 2)
    assert delivery_id("s", 1, 2) != delivery_id("s", 12, 2)


def test_an_outcome_comes_back_as_it_was() -> None:
    for outcome in (Answer("i", "CODE", "approve", 3, "done"), Answer(), Refused("ended", {"state": "done"})):
        assert decode(encode(outcome)) == outcome

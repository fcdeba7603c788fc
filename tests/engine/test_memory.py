"""What a process remembers: items by tenant, within a bound of bytes, the oldest forgotten first; and where a tenant stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.domain.fold import unborn
from workflow.engine import memory as remembered
from workflow.engine.memory import LATELY, SLOW, Memory
from workflow.store.load import Held

AT = datetime(2026, 11, 23, tzinfo=UTC)


def held(item: str, version: int = 1, size: int = 10) -> Held:
    return Held(unborn("tenant", item, AT), version, version.to_bytes(32, "big"), size)


def test_an_item_is_known_to_its_tenant_alone() -> None:
    memory = Memory()
    memory.keep("one", "i", held("i"))
    assert memory.known("one", ["i", "j"]) == {"i": held("i")}
    assert memory.known("other", ["i"]) == {}


def test_the_last_that_was_kept_counts() -> None:
    memory = Memory()
    memory.keep("one", "i", held("i", 1))
    memory.keep("one", "i", held("i", 2))
    assert memory.known("one", ["i"])["i"].version == 2


def test_what_was_kept_longest_ago_goes_first() -> None:
    memory = Memory(25)
    for name in "abc":
        memory.keep("one", name, held(name))
    assert set(memory.known("one", "abc")) == {"b", "c"}
    memory.keep("one", "b", held("b", 2))
    memory.keep("one", "d", held("d"))
    assert set(memory.known("one", "abcd")) == {"b", "d"}


def test_what_is_too_large_is_not_kept_and_spoils_nothing() -> None:
    memory = Memory(25)
    memory.keep("one", "large", held("large", size=100))
    assert memory.known("one", ["large"]) == {}
    memory.keep("one", "a", held("a"))
    assert set(memory.known("one", "a")) == {"a"}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Our own clock, as the test sets it."""
    seconds = [1000.0]
    monkeypatch.setattr(remembered, "monotonic", lambda: seconds[0])
    return seconds


def test_what_others_write_as_well_is_not_sure_for_a_while(at: list[float]) -> None:
    memory = Memory()
    memory.keep("one", "i", held("i"))
    assert set(memory.sure("one", ["i", "j"])) == {"i"}
    memory.doubt("one", "i")
    assert memory.sure("one", ["i"]) == {}
    memory.keep("one", "i", held("i", 2))
    assert memory.sure("one", ["i"]) == {}, "it may be written again"
    at[0] += LATELY
    assert set(memory.sure("one", ["i"])) == {"i"}


def test_what_is_known_to_be_further_is_not_taken_back() -> None:
    memory = Memory()
    memory.keep("one", "i", held("i", 2))
    memory.keep("one", "i", held("i", 1))
    assert memory.known("one", ["i"])["i"].version == 2


def test_a_tenants_clock_goes_on_by_ours_for_a_while(at: list[float]) -> None:
    memory = Memory()
    assert memory.standing("one") is None
    memory.stands("one", AT, 7, at[0])
    at[0] += LATELY / 2
    assert memory.standing("one") == (AT + timedelta(seconds=LATELY / 2), 7)
    assert memory.standing("other") is None
    at[0] += LATELY / 2
    assert memory.standing("one") is None, "the database is to be asked again"


def test_an_answer_that_took_long_says_too_little_of_the_moment(at: list[float]) -> None:
    memory = Memory()
    memory.stands("one", AT, 7, at[0])
    asked = at[0]
    at[0] += 1.5 * SLOW
    memory.stands("one", AT, 8, asked)
    assert memory.standing("one") is None
    memory.stands("one", AT - timedelta(seconds=SLOW / 2), 8, at[0])
    assert memory.standing("one") == (AT, 8), "what was told counts, however late"


def test_a_moment_that_was_heard_late_does_not_take_time_back(at: list[float]) -> None:
    memory = Memory()
    memory.stands("one", AT, 7, at[0])
    at[0] += 0.5
    now = memory.standing("one")
    assert now == (AT + timedelta(seconds=0.5), 7)
    memory.stands("one", AT + timedelta(seconds=0.5 - SLOW), 7, at[0])
    assert memory.standing("one") == now, "it was given out already"


def test_a_database_whose_clock_was_set_back_is_followed(at: list[float]) -> None:
    memory = Memory()
    memory.stands("one", AT, 7, at[0])
    memory.stands("one", AT - timedelta(hours=1), 7, at[0])
    assert memory.standing("one") == (AT - timedelta(hours=1), 7)

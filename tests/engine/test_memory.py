"""Items that a process remembers: by tenant, within a bound of bytes, the oldest forgotten first."""

from __future__ import annotations

from datetime import UTC, datetime

from workflow.domain.fold import unborn
from workflow.engine.memory import Memory
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

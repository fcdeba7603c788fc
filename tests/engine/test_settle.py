"""Who loses a race: decided again together, then in halves, at last alone; in order, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from workflow.engine.handle import SINGLY, TOGETHER, Handle
from workflow.engine.inbox import Entry
from workflow.engine.pieces import Piece
from workflow.engine.round import Round

Wins = Callable[[list[Entry]], list[Entry]]


class Racing(Handle):
    """A handle whose attempts only say who lost: what `loses` gives back."""

    def __init__(self, loses: Wins) -> None:
        self._loses = loses
        self.tried: list[list[int]] = []

    async def _attempt(self, tenant: str, entries: list[Entry], aside: list[Piece]) -> list[Entry]:
        self.tried.append([int(one.id) for one in entries])
        return self._loses(entries)


def entries(count: int) -> list[Entry]:
    return [Entry(str(no)) for no in range(count)]


async def test_losers_go_on_in_halves_and_in_order() -> None:
    racing = Racing(lambda tried: tried if len(tried) > 2 else [])
    assert await racing.settle("t", entries(6)) == []
    whole, first, second = [0, 1, 2, 3, 4, 5], [0, 1, 2], [3, 4, 5]
    assert racing.tried == [*[whole] * TOGETHER, *[first] * TOGETHER, [0], [1, 2], *[second] * TOGETHER, [3], [4, 5]]


async def test_one_that_breaks_is_found_in_halves_and_holds_up_nobody() -> None:
    class Breaking(Racing):
        """Its attempts are real; only the deciding is not."""

        def __init__(self) -> None:
            super().__init__(list)
            self.database = self.definitions = self._memory = cast("Any", None)
            self._key = b""
            self.decided: list[int] = []

        async def _attempt(self, tenant: str, entries: list[Entry], aside: list[Piece]) -> list[Entry]:
            self.tried.append([int(one.id) for one in entries])
            return await Handle._attempt(self, tenant, entries, aside)

        async def _decide(self, round_: Round, pieces: list[Piece]) -> None:
            if any(piece.entry.id == "5" for piece in pieces):
                raise ValueError("number five")
            self.decided += [int(piece.entry.id) for piece in pieces]

        async def _quarantine(self, tenant: str, entry: Entry, error: Exception) -> None:
            self.decided.append(-int(entry.id))

    breaking = Breaking()
    assert await breaking.settle("t", entries(8)) == []
    assert breaking.tried == [[*range(8)], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]]
    assert breaking.decided == [0, 1, 2, 3, 4, -5, 6, 7]


async def test_one_that_is_left_of_many_has_all_its_tries_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None: ...

    monkeypatch.setattr(asyncio, "sleep", at_once)
    racing = Racing(lambda tried: [one for one in tried if one.id == "1"])
    assert await racing.settle("t", entries(2)) == []
    assert racing.tried == [[0, 1], *[[1]] * (TOGETHER - 1 + SINGLY)]

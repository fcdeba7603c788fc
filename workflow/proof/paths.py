"""Ways through the states that were walked: a shortest one to a state, and how many there are. Not here: the walking."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from math import prod
from typing import Final, NamedTuple

from workflow.domain import places
from workflow.proof.space import Store
from workflow.proof.walk import Arrival, Left, Move, Walk

BACKWARD: Final = frozenset({"return", "resubmit"})
ENDED: Final = -1
"""The end of the item, among what a path may come to."""


class Path(NamedTuple):
    """Moves from the beginning, and what conditions know at their end."""

    moves: tuple[Move, ...]
    store: Store


def shortest(walk: Walk) -> dict[int, Path]:
    """A shortest path to every state."""
    came: dict[int, tuple[int, Move] | None] = {0: None}
    waiting = deque([0])
    while waiting:
        at = waiting.popleft()
        for move, following in walk.moves[at]:
            if following not in came:
                came[following] = (at, move)
                waiting.append(following)
    return {at: Path(tuple(_back(came, at)), walk.states[at].store) for at in came}


def _back(came: dict[int, tuple[int, Move] | None], at: int) -> list[Move]:
    moves = []
    while (before := came[at]) is not None:
        at, move = before
        moves.append(move)
    return moves[::-1]


def count_paths(walk: Walk) -> int:
    """How many ways lead from the beginning to an end while nobody returns anything; branches side by side in any order are one way."""
    counted: dict[int, Counter[Arrival]] = {}
    return _ways(walk, 0, counted)[ENDED]


def _ways(walk: Walk, at: int, counted: dict[int, Counter[Arrival]]) -> Counter[Arrival]:
    """The ways from a state to each end of the branch it stands in; those of branches inside multiply."""
    found = counted.get(at)
    if found is not None:
        return found
    found = counted[at] = Counter()
    if walk.states[at].place in places.ENDS:
        found[ENDED] = 1
        return found
    for arrived, many in _onward(walk, at, counted):
        if isinstance(arrived, Left):
            found[arrived] += many
        else:
            for end, ways in _ways(walk, arrived, counted).items():
                found[end] += many * ways
    return found


def _onward(walk: Walk, at: int, counted: dict[int, Counter[Arrival]]) -> Iterator[tuple[Arrival, int]]:
    """Where a state leads, and by how many ways."""
    if walk.states[at].place in (places.START, places.RETURNED):
        yield from ((following, 1) for _, following in walk.moves[at])
    yield from ((arrived, 1) for _, arrived in walk.own.get(at, ()))
    for number in walk.opening_of.get(at, ()):
        opening = walk.openings[number]
        inside = [_ways(walk, walk.frames[frame].entry, counted) for frame in opening.frames]
        for parts, arrived in opening.joined:
            yield arrived, prod(ways[Left(places.DONE, part)] for ways, part in zip(inside, parts, strict=True))
        for word, arrived in opening.ended.items():
            end = places.REJECTED if word == "reject" else places.CANCELLED
            yield (
                arrived,
                sum(many for ways in inside for one, many in ways.items() if isinstance(one, Left) and one.end == end),
            )

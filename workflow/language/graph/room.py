"""What is in an arrow's way: the boxes, and the arrows drawn before it. Not here: which ways there are (route)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from workflow.language.graph.layout import Rect

Point = tuple[float, float]
Way = tuple[Point, ...]
Bundle = tuple[str, str]
"""Arrows that may run together: the box that they lead to, and a word for their kind."""

CLEAR: Final = 5
"""Pixels between an arrow and a box that it passes, and between two arrows side by side."""


class Line(NamedTuple):
    """A straight piece of a way: upright or not, at which coordinate, from, to."""

    upright: bool
    at: float
    low: float
    high: float


class Room:
    """The boxes by id, and the lines drawn so far."""

    def __init__(self, rects: Mapping[str, Rect]) -> None:
        c = CLEAR
        # For what goes up and down, and for what goes across: (box, from, to) on its own axis, (from, to) on the other.
        self.walls = {
            True: [(id_, one.x - c, one.right + c, one.y - 1, one.bottom + 1) for id_, one in rects.items()],
            False: [(id_, one.y - c, one.bottom + c, one.x - 1, one.right + 1) for id_, one in rects.items()],
        }
        self.near: dict[tuple[bool, int], list[tuple[Line, Bundle, str]]] = defaultdict(list)
        self.drawn: dict[Bundle, list[Line]] = defaultdict(list)

    def take(self, way: Way, bundle: Bundle, source: str) -> None:
        """Remember what has been drawn."""
        for line in lines(way):
            self.drawn[bundle].append(line)
            self.near[line.upright, int(line.at // CLEAR)].append((line, bundle, source))

    def passes(self, way: Way, source: str = "", target: str = "") -> bool:
        """Whether a way crosses no box; its first piece may touch `source`, its last `target`."""
        pieces = list(lines(way))
        for n, (upright, at, low, high) in enumerate(pieces):
            for id_, left, right, top, bottom in self.walls[upright]:
                if left < at < right and low < bottom and high > top:
                    own = (n == 0 and id_ == source) or (n == len(pieces) - 1 and id_ == target)
                    if not own:
                        return False
        return True

    def free(self, way: Way, bundle: Bundle, source: str) -> bool:
        """Whether a way runs along no arrow of another bundle; ways on from one box may part on the way."""
        for line in lines(way):
            place = int(line.at // CLEAR)
            for near in (place - 1, place, place + 1):
                for other, of, came in self.near.get((line.upright, near), ()):
                    apart = (
                        of == bundle
                        or abs(line.at - other.at) >= CLEAR
                        or min(line.high, other.high) - max(line.low, other.low) <= 1
                    )
                    if not apart and not (came == source and bundle[1] == of[1] == "on"):
                        return False
        return True

    def along(self, way: Way, bundle: Bundle) -> float:
        """How much of a way runs on arrows of its own bundle: that ink is there already."""
        own = self.drawn[bundle]
        return sum(max((_shared(line, one) for one in own), default=0.0) for line in lines(way))

    def apart(self, way: Way, bundle: Bundle) -> Way:
        """The way up to where the rest of it is drawn already; two points at least."""
        for n in range(len(way) - 1, 0, -1):
            [line] = lines(way[n - 1 : n + 1])
            axis = int(line.upright)
            end, rising = way[n][axis], way[n - 1][axis] < way[n][axis]
            covers = [one for one in self.drawn[bundle] if one[:2] == line[:2] and one.low <= end <= one.high]
            if not covers:
                return way[: n + 1]
            edge = min(one.low for one in covers) if rising else max(one.high for one in covers)
            if (line.low < edge) if rising else (edge < line.high):
                return (*way[:n], (line.at, edge) if line.upright else (edge, line.at))
        return way[:2]


def lines(way: Way) -> Iterator[Line]:
    """The straight pieces of a way."""
    for (x, y), (to_x, to_y) in pairwise(way):
        if x == to_x:
            yield Line(True, x, *((y, to_y) if y < to_y else (to_y, y)))  # noqa: FBT003
        else:
            yield Line(False, y, *((x, to_x) if x < to_x else (to_x, x)))  # noqa: FBT003


def _shared(one: Line, other: Line) -> float:
    """How far two straight pieces run on each other."""
    return max(0.0, min(one.high, other.high) - max(one.low, other.low)) if one[:2] == other[:2] else 0.0

"""The arrows' ways around the boxes: of all the ways that an arrow may take, the shortest that crosses no box and runs on no other.

Arrows of one kind to one target may run together; that is how fifteen rejections stay readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Final, Literal

from workflow.language.graph.layout import END_PITCH, TRACK, WIDTH, Layout, Placed, Rect, layout_of
from workflow.language.graph.room import Bundle, Point, Room, Way, lines
from workflow.language.graph.shape import Arrow, Shape

Side = Literal["left", "right", "top", "bottom"]

GAPS: Final = (46.0, 64.0, 90.0, 130.0)
"""Room between the rows, the least first: more only where the arrows need it."""
STEP: Final = 9
BEND: Final = 30
"""What a bend costs, in pixels of way."""
AWRY: Final = 60
"""What it costs to leave by another side than the right one, in pixels of way."""
QUARTER: Final = WIDTH / 4
CHOICE: Final = 24
"""How many of the shortest ways are weighed against each other."""


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow and its way, corner by corner. `clear`: it crosses no box and runs on no other arrow.

    `ink` is what has to be drawn of it: from where it runs on another of its bundle, that one is seen.
    """

    arrow: Arrow
    way: Way
    clear: bool
    ink: Way


@dataclass(frozen=True, slots=True)
class Picture:
    """A flow, placed and drawn: all that writing it down needs."""

    layout: Layout
    routes: tuple[Route, ...]


@lru_cache(maxsize=128)
def picture_of(shape: Shape) -> Picture:
    """Lay a shape out, with as much room between its rows as its arrows need."""
    best: Picture | None = None
    for gap in GAPS:
        layout = layout_of(shape, gap)
        found = Picture(layout, tuple(_Routing(layout).routes()))
        wrong, before = _blocked(found), _blocked(best) if best is not None else None
        if before is None or wrong < before:
            best = found
        if not wrong:
            break
    assert best is not None  # noqa: S101 (there is more than one gap)
    return best


def _blocked(picture: Picture) -> int:
    return sum(not route.clear for route in picture.routes)


class _Routing:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.placed = layout, layout.placed
        self.room = Room(layout.rects)
        returned = dict.fromkeys(arrow.target for arrow in layout.shape.arrows if arrow.kind == "return")
        self.tracks = {target: layout.left - 14 - TRACK * n for n, target in enumerate(returned)}
        self.leads = {(arrow.source, arrow.target) for arrow in layout.shape.arrows if arrow.kind == "next"}
        self.ends = {end.id for end in layout.shape.ends}

    def routes(self) -> Iterator[Route]:
        """Every arrow that is drawn, the straightest first. What leads on where approval does is said in the box instead."""
        order = ("next", "skip", "return", "reject", "late")
        for arrow in sorted(self.layout.shape.arrows, key=lambda one: order.index(one.kind)):
            if arrow.kind in {"reject", "late"} and (arrow.source, arrow.target) in self.leads:
                continue
            yield self.route(arrow)

    def route(self, arrow: Arrow) -> Route:
        source, target = self.placed[arrow.source], self.placed[arrow.target]
        bundle = bundle_of(arrow)
        ends = source.rect, target.rect

        def cost(way: Way) -> tuple[float, Way]:
            return _cost(way, ends) + (AWRY if arrow.kind != "next" and way[0][0] == way[1][0] else 0), way

        ways = sorted({_straightened(way) for way in self.ways(arrow, source, target)}, key=cost)
        good = (way for way in ways if self.clear(way, arrow))
        best = min(
            islice(good, CHOICE), key=lambda way: (cost(way)[0] - self.room.along(way, bundle), way), default=None
        )
        way = best or next((way for way in ways if self.room.passes(way, arrow.source, arrow.target)), ways[0])
        ink = self.room.apart(way, bundle)
        self.room.take(way, bundle, arrow.source)
        return Route(arrow, way, best is not None, ink)

    def clear(self, way: Way, arrow: Arrow, *, first: bool = True, last: bool = True) -> bool:
        """Whether nothing is in the way of a way, or of its `first` or `last` part."""
        source, target = arrow.source if first else "", arrow.target if last else ""
        return self.room.free(way, bundle_of(arrow), arrow.source) and self.room.passes(way, source, target)

    # ------------------------------------------------------------------------------------------- the ways there are

    def ways(self, arrow: Arrow, source: Placed, target: Placed) -> Iterator[Way]:
        match arrow.kind:
            case "next":
                yield from self.down(source, target)
            case "skip":
                yield from self.beside(source, target)
            case "return":
                yield from self.around(arrow, "left", self.left_of(arrow, source, target))
            case _ if arrow.target in self.ends:
                yield from self.out(arrow, source, target)
            case _:
                yield from self.around(arrow, "right", self.right_of(source))

    def down(self, source: Placed, target: Placed) -> Iterator[Way]:
        """Straight, or with one step in the room above the target."""
        door = target.gate or target.rect
        (left, _), (right, _) = source.rect.middle, door.middle
        for x in (left, right):
            if _within(x, source.rect) and (x == right or (target.gate is None and _within(x, door))):
                yield (x, source.rect.bottom), (x, target.top)
        starts = [left, _nearest(right, source.rect)] if source.rect.w > WIDTH else [left]
        arrivals = [right, _nearest(left, door)] if door.w > WIDTH else [right]
        for x, end in product(starts, arrivals):
            for level in self.levels(target.row):
                yield (x, source.rect.bottom), (x, level), (end, level), (end, target.top)

    def beside(self, source: Placed, target: Placed) -> Iterator[Way]:
        """From the condition past the box, and into the way on."""
        gate = source.gate or source.rect
        door, x = target.gate or target.rect, source.rect.middle[0]
        x = x if target.gate is None and _within(x, door) else door.middle[0]
        sides: list[tuple[float, Iterable[float]]] = [
            (gate.right, [source.rect.right + 11 + STEP * n for n in range(3)] + self.right_of(source)),
            (gate.x, [source.rect.x - 11 - STEP * n for n in range(3)]),
        ]
        for start, channels in sides:
            for channel in channels:
                for level in self.levels(target.row):
                    yield (
                        (start, gate.middle[1]),
                        (channel, gate.middle[1]),
                        (channel, level),
                        (x, level),
                        (x, target.top),
                    )

    def around(self, arrow: Arrow, side: Side, channels: Iterable[float]) -> Iterator[Way]:
        """Out on one side, along a channel, and in on that side or from above; if it can be, by parts that are clear."""
        source, target = self.placed[arrow.source], self.placed[arrow.target]
        leaving = [*self.sideways(source, side), *self.off(source, side)]
        arriving = [*self.sideways(target, side), *self.from_above(target, side)]
        found = False
        for channel in channels:
            outward = [(*one, (channel, one[-1][1])) for one in leaving]
            inward = [((channel, one[0][1]), *one) for one in arriving]
            outward = [one for one in outward if self.clear(one, arrow, last=False)]
            inward = [one for one in inward if self.clear(one, arrow, first=False)] if outward else []
            for out, into in product(outward, inward):
                found = True
                yield (*out, *into)
        if not found:
            yield from ((*out, (out[-1][0], into[0][1]), *into) for out, into in product(leaving, arriving))

    def out(self, arrow: Arrow, source: Placed, target: Placed) -> Iterator[Way]:
        """To an end: out on the right, and down the margin."""
        x = target.rect.middle[0] + (-STEP if arrow.kind == "reject" else STEP)
        for leaving in (*self.sideways(source, "right"), *self.off(source, "right", up=False)):
            yield (*leaving, (x, leaving[-1][1]), (x, target.top))

    def sideways(self, placed: Placed, side: Side) -> Iterator[Way]:
        """The points on a box's side."""
        rect, x = placed.rect, placed.rect.x if side == "left" else placed.rect.right
        most = min(3, int((rect.h / 2 - 6) // STEP))
        for n in sorted(range(-most, most + 1), key=lambda one: (abs(one), -one)):
            yield ((x, rect.middle[1] + n * STEP),)

    def off(self, placed: Placed, side: Side, *, up: bool = True) -> Iterator[Way]:
        """Out below a box, or above it (`up`), into the room between the rows."""
        rect = placed.rect
        shift = -1 if side == "left" else 1
        for port in (QUARTER, QUARTER + STEP, QUARTER - STEP):
            x = rect.middle[0] + shift * min(port, rect.w / 2 - 8)
            for level in self.levels(placed.row + 1):
                yield (x, rect.bottom), (x, level)
            if up and placed.gate is None:
                for level in self.levels(placed.row):
                    yield (x, rect.y), (x, level)

    def from_above(self, placed: Placed, side: Side) -> Iterator[Way]:
        least = min(QUARTER, placed.rect.w / 2 - 10 - 2 * STEP)
        for port in (least, least + STEP, least + 2 * STEP):
            x = placed.rect.middle[0] + (-port if side == "left" else port)
            for level in self.levels(placed.row):
                yield (x, level), (x, placed.top)

    def left_of(self, arrow: Arrow, source: Placed, target: Placed) -> list[float]:
        near = min(source.hull.x, target.hull.x)
        return [near - 12, near - 12 - STEP, near - 12 - 2 * STEP, self.tracks[arrow.target]]

    def right_of(self, source: Placed) -> list[float]:
        found = {one.right + 12 + STEP * n for one in self.layout.rects.values() for n in range(3)}
        return sorted(x for x in found if x > source.rect.right and x < self.layout.right + END_PITCH / 3)

    def levels(self, row: int) -> list[float]:
        """The heights in the room above a row at which arrows may run, the middle first."""
        top, bottom = self.layout.gaps[row]
        middle, most = (top + bottom) / 2, int(((bottom - top) / 2 - 7) // STEP)
        return [middle + n * STEP for n in sorted(range(-most, most + 1), key=lambda one: (abs(one), one))]


def bundle_of(arrow: Arrow) -> Bundle:
    """Which arrows it may run with: those of its kind to the same box; a skipped step's with the way on."""
    return arrow.target, "on" if arrow.kind in {"next", "skip"} else arrow.kind


def _straightened(way: Way) -> Way:
    """Without points that stand twice or within a straight piece."""
    found: list[Point] = []
    for point in way:
        if found and found[-1] == point:
            continue
        if len(found) > 1 and (found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]):
            found.pop()
        found.append(point)
    return tuple(found)


def _cost(way: Way, ends: tuple[Rect, Rect]) -> float:
    """Its length, its bends, and how far from the middle of a side it leaves and arrives."""
    length = sum(high - low for _, _, low, high in lines(way))
    aside = sum(
        abs(end[1] - rect.middle[1]) for end, other, rect in ((way[0], way[1], ends[0]), (way[-1], way[-2], ends[1])) if end[1] == other[1]
    )  # fmt: skip
    return round(length + BEND * (len(way) - 2) + 2 * aside, 3)


def _within(x: float, rect: Rect) -> bool:
    return rect.x + 12 <= x <= rect.right - 12


def _nearest(x: float, rect: Rect) -> float:
    return min(max(x, rect.x + 12), rect.right - 12)

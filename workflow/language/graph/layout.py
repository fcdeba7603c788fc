"""Where the boxes stand: steps run from top to bottom, a row each, in the lane of their tier; branches side by side. Lengths in pixels.

Branches share nothing: each has slots of its own in every lane that it needs, from where they part to where they join, so that what
goes straight down in a slot meets no box of another branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workflow.language.graph.shape import Block, Box, Branches, Sequence, Shape
from workflow.language.graph.type import LINE, SMALL, TITLE, TITLE_LINE, cut, wrapped

WIDTH: Final = 176
"""Of a box."""
PITCH: Final = WIDTH + 44
"""From one slot to the next: a box and the channel beside it, in which arrows go up and down."""
HEAD: Final = 40
"""Of the strip with the lanes' names."""
PAD: Final = 11
INK: Final = WIDTH - 2 * PAD
END_WIDTH, END_HEIGHT, END_PITCH = 84, 34, 104
JOIN_HEIGHT: Final = 6
GATE_PAD: Final = 5
GATE_GAP: Final = 14
"""Between a condition and the box that it guards."""
FIRST: Final = 20.0
"""Room above the first row."""
TRACK: Final = 11
"""Between arrows side by side in a margin."""
MOST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its place: the box itself, the condition above it (None where there is none), its row, its text as it is broken."""

    box: Box
    rect: Rect
    row: int
    title: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    gate: Rect | None = None
    gate_lines: tuple[str, ...] = ()

    @property
    def top(self) -> float:
        """Where arrows come in from above."""
        return self.gate.y if self.gate is not None else self.rect.y

    @property
    def hull(self) -> Rect:
        """The box and its condition."""
        if self.gate is None:
            return self.rect
        left, right = min(self.gate.x, self.rect.x), max(self.gate.right, self.rect.right)
        return Rect(left, self.gate.y, right - left, self.rect.bottom - self.gate.y)


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane's name and its extent from left to right."""

    id: str
    label: str
    x: float
    w: float


@dataclass(frozen=True)
class Layout:
    """Every box in its place, and the room around them. `gaps`: (top, bottom) of the room above each row, and below the last."""

    shape: Shape
    lanes: tuple[Lane, ...]
    placed: dict[str, Placed]
    gaps: tuple[tuple[float, float], ...]
    width: float
    height: float
    left: float
    right: float

    @cached_property
    def rects(self) -> dict[str, Rect]:
        """What arrows must not cross: every box with its condition."""
        return {id_: one.hull for id_, one in self.placed.items()}


def layout_of(shape: Shape, gap: float) -> Layout:
    """Place everything, with `gap` between the rows."""
    return _Layout(shape, gap).layout()


class _Layout:
    def __init__(self, shape: Shape, gap: float) -> None:
        self.shape, self.gap = shape, gap
        self.rows: dict[str, int] = {}
        self.slots: dict[str, float] = {}
        self.spans: dict[str, tuple[str, ...]] = {}
        self.texts = {box.id: _inscribed(box) for box in shape.boxes}

    def layout(self) -> Layout:
        needs = {lane: max(1, slots(self.shape.block, lane)) for lane, _ in self.shape.lanes}
        last = self.set(self.shape.block, 0, {lane: (0.0, count) for lane, count in needs.items()}, outermost=True)
        for end in self.shape.ends:
            self.rows[end.id] = last - 1
        returned = len({arrow.target for arrow in self.shape.arrows if arrow.kind == "return"})
        left = 24 + TRACK * returned
        lanes, x = [], left
        for lane, label in self.shape.lanes:
            lanes.append(Lane(lane, label, x, needs[lane] * PITCH))
            x += needs[lane] * PITCH
        gates, heights = self.heights(last)
        gaps, tops, y = [], [], float(HEAD)
        for row in range(last):
            gap = self.gap if row else FIRST
            gaps.append((y, y + gap))
            tops.append(y + gap + gates[row])
            y = tops[row] + heights[row]
        gaps.append((y, y + self.gap))
        placed = self.placed({lane.id: lane for lane in lanes}, tops, x)
        width = x + (len(self.shape.ends) * END_PITCH + 12 if self.shape.ends else 24)
        return Layout(self.shape, tuple(lanes), placed, tuple(gaps), width, y + self.gap / 2, left, x)

    def set(self, block: Block, row: int, span: dict[str, tuple[float, float]], *, outermost: bool = False) -> int:
        """Give a block its rows and slots within `span`, (first, count) by lane; the row below it."""
        match block:
            case Box():
                first, count = span[block.lane]
                self.rows[block.id], self.slots[block.id] = row, first + count / 2
                return row + 1
            case Sequence(blocks=blocks):
                for one in blocks:
                    row = self.set(one, row, span, outermost=outermost)
                return row
        return self.part(block, row, span, outermost=outermost)

    def part(self, block: Branches, row: int, span: dict[str, tuple[float, float]], *, outermost: bool) -> int:
        self.set(block.fork, row, span)
        below = row + 1
        used = {lane: first + (count - slots(block, lane)) / 2 for lane, (first, count) in span.items()}
        for one in block.blocks:
            own = {lane: (first, slots(one, lane)) for lane, first in used.items()}
            below = max(below, self.set(one, row + 1, own))  # type: ignore[arg-type]
            used = {lane: first + slots(one, lane) for lane, first in used.items()}
        self.set(block.join, below, span)
        if outermost:
            inner = tuple(self.ids(block))
            self.spans[block.fork.id] = self.spans[block.join.id] = inner
        return below + 1

    @staticmethod
    def ids(block: Branches) -> list[str]:
        found: list[str] = []
        for one in block.blocks:
            stack: list[Block] = [one]
            while stack:
                match stack.pop():
                    case Box(id=id_):
                        found.append(id_)
                    case Sequence(blocks=blocks):
                        stack += blocks
                    case Branches(fork=fork, blocks=blocks, join=join):
                        stack += [fork, *blocks, join]
        return found

    def heights(self, rows: int) -> tuple[list[float], list[float]]:
        """Of each row: the conditions' height, and the boxes'."""
        gates, heights = [0.0] * rows, [0.0] * rows
        for box in self.shape.boxes:
            row, (_, _, gate, height) = self.rows[box.id], self.texts[box.id]
            heights[row] = max(heights[row], height)
            if gate:
                gates[row] = max(gates[row], len(gate) * LINE + 2 * GATE_PAD + GATE_GAP)
        return gates, heights

    def placed(self, lanes: dict[str, Lane], tops: list[float], ends: float) -> dict[str, Placed]:
        found: dict[str, Placed] = {}
        spanning = [box for box in self.shape.boxes if box.id in self.spans]
        for box in [*(box for box in self.shape.boxes if box.id not in self.spans), *spanning]:
            title, lines, gate, height = self.texts[box.id]
            row = self.rows[box.id]
            if box in self.shape.ends:
                middle, width = ends + 12 + END_PITCH * (self.shape.ends.index(box) + 0.5), float(END_WIDTH)
            elif box.id in self.spans:
                inner = [found[id_].rect for id_ in self.spans[box.id]]
                low, high = min(one.x for one in inner), max(one.right for one in inner)
                middle, width = (low + high) / 2, high - low
            else:
                middle = lanes[box.lane].x + self.slots[box.id] * PITCH
                width = END_WIDTH if box.kind == "end" else WIDTH
            rect = Rect(middle - width / 2, tops[row], width, height)
            found[box.id] = Placed(box, rect, row, title, lines, _gate(rect, gate), gate)
        return {box.id: found[box.id] for box in self.shape.boxes}


def slots(block: Block, lane: str) -> int:
    """How many slots a block needs in a lane."""
    match block:
        case Box():
            return int(block.lane == lane)
        case Sequence(blocks=blocks):
            return max((slots(one, lane) for one in blocks), default=0)
    return max(int(block.fork.lane == lane), sum(slots(one, lane) for one in block.blocks))


def _gate(rect: Rect, lines: tuple[str, ...]) -> Rect | None:
    if not lines:
        return None
    height = len(lines) * LINE + 2 * GATE_PAD
    return Rect(rect.middle[0] - WIDTH / 2, rect.y - GATE_GAP - height, WIDTH, height)


def _inscribed(box: Box) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], float]:
    """The title, the lines and the condition as they are broken, and the height that the box needs."""
    if box.kind == "join":
        return (), (), (), JOIN_HEIGHT
    title = wrapped(box.title, TITLE, INK, 2)
    if box.kind == "end":
        return title[:1], (), (), END_HEIGHT
    lines = [part for line in box.lines for part in wrapped(line, SMALL, INK, 2)]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], cut(lines[MOST_LINES - 1] + "…", SMALL, INK)]
    gate = wrapped(box.gate, SMALL, WIDTH - 24, 2) if box.gate else ()
    return title, tuple(lines), gate, 2 * PAD + len(title) * TITLE_LINE + len(lines) * LINE - 3

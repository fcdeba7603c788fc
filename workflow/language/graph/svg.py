"""The picture as SVG: text, with nothing in it that a strict content policy would refuse, but for the style that a file of its own brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from workflow.language.graph.layout import HEAD, PAD, Placed, Rect
from workflow.language.graph.look import FILE, RULES
from workflow.language.graph.room import Point
from workflow.language.graph.route import Picture, Route, picture_of
from workflow.language.graph.shape import ArrowKind, Shape
from workflow.language.graph.standing import Mark
from workflow.language.graph.type import LINE, SMALL, TITLE_LINE, width
from workflow.language.graph.words import say

ROUND: Final = 7
TIP: Final = 6
LEGEND: Final = 34
_SHAPES: Final = {
    "done": "M-4 .5-1 3.5 4.5-3", "skipped": "M-4 0H4", "rejected": "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5",
    "cancelled": "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5", "late": "M0-4V.5L3 2.5", "paused": "M-2-3.5V3.5M2-3.5V3.5", "shut": "M0-4V.5L3 2.5",
}  # fmt: skip


def svg(shape: Shape, marks: Mapping[str, Mark] | None = None, *, style: bool = True) -> str:
    """The picture; `marks` say where an item stands, by box. `style`: with its own look, for a file of its own."""
    picture = picture_of(shape)
    layout, marks = picture.layout, marks or {}
    height = layout.height + LEGEND
    title = say(shape.language, "title", title=shape.title)
    size = f'viewBox="0 0 {_n(layout.width)} {_n(height)}" width="{_n(layout.width)}" height="{_n(height)}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" class="fl" role="img" aria-label="{escape(title)}" {size}>']
    parts.append(f"<title>{escape(title)}</title>")
    if style:
        parts += [
            f"<style>{FILE}{RULES}</style>",
            f'<rect class="fl-paper" width="{_n(layout.width)}" height="{_n(height)}"/>',
        ]
    parts += _lanes(picture)
    parts += [_arrow(route) for route in reversed(picture.routes)]
    for one in layout.placed.values():
        parts += _box(one, shape, marks.get(one.box.id))
    parts += _legend(picture, layout.height + LEGEND / 2 - 4)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lanes(picture: Picture) -> Iterator[str]:
    layout = picture.layout
    bottom = layout.height - 6
    for n, lane in enumerate(layout.lanes):
        rect = f'x="{_n(lane.x)}" y="4" width="{_n(lane.w)}" height="{_n(bottom - 4)}"'
        yield f'<g class="fl-lane"><rect {rect} data-odd="{n % 2}"/>'
        yield f'<text x="{_n(lane.x + lane.w / 2)}" y="{HEAD - 10}">{escape(lane.label)}</text></g>'


def _box(one: Placed, shape: Shape, mark: Mark | None) -> Iterator[str]:
    box, rect = one.box, one.rect
    marked = f' data-mark="{mark}"' if mark else ""
    kind = box.id if box.kind == "end" else box.kind
    yield f'<g class="fl-box" data-kind="{kind}"{marked}>'
    if box.title:
        said = "\n".join([box.title, *box.lines])
        if mark:
            said = say(shape.language, "stands", step=said, mark=say(shape.language, f"mark.{mark}"))
        yield f"<title>{escape(said)}</title>"
    if one.gate is not None:
        yield from _gate(one, one.gate)
    corner = rect.h / 2 if box.kind in {"end", "start"} else 3 if box.kind == "join" else 10
    if box.stacked:
        yield _rect(Rect(rect.x + 5, rect.y + 5, rect.w, rect.h), corner, "fl-behind")
    yield _rect(rect, min(corner, 22), "fl-body")
    x, y = rect.middle[0], rect.y + PAD + TITLE_LINE - 6
    if box.kind == "end":
        y = rect.middle[1] + 5
    for line in one.title:
        yield f'<text class="fl-title" x="{_n(x)}" y="{_n(y)}">{escape(line)}</text>'
        y += TITLE_LINE
    y -= 1
    for line in one.lines:
        yield f'<text x="{_n(x)}" y="{_n(y)}">{escape(line)}</text>'
        y += LINE
    if mark in _SHAPES:
        yield f'<g class="fl-mark" transform="translate({_n(rect.right - 4)} {_n(rect.y + 4)})"><circle r="9"/><path d="{_SHAPES[mark]}"/></g>'
    yield "</g>"


def _gate(one: Placed, gate: Rect) -> Iterator[str]:
    """The condition in front of a box: a six-sided frame, and the way on into the box."""
    notch, (x, _) = 10, gate.middle
    corners = [
        (gate.x + notch, gate.y), (gate.right - notch, gate.y), (gate.right, gate.middle[1]), (gate.right - notch, gate.bottom),
        (gate.x + notch, gate.bottom), (gate.x, gate.middle[1]),
    ]  # fmt: skip
    yield f'<path class="fl-gate" d="M{"L".join(f"{_n(a)} {_n(b)}" for a, b in corners)}Z"><title>{escape(one.box.gate)}</title></path>'
    for n, line in enumerate(one.gate_lines):
        yield f'<text class="fl-when" x="{_n(x)}" y="{_n(gate.y + 17 + n * LINE)}">{escape(line)}</text>'
    yield f'<path class="fl-line" data-kind="next" d="M{_n(x)} {_n(gate.bottom)}V{_n(one.rect.y - 2)}"/>'
    yield _tip((x, gate.bottom), (x, one.rect.y), "next")


def _rect(rect: Rect, corner: float, name: str) -> str:
    return f'<rect class="{name}" x="{_n(rect.x)}" y="{_n(rect.y)}" width="{_n(rect.w)}" height="{_n(rect.h)}" rx="{_n(corner)}"/>'


def _arrow(route: Route) -> str:
    kind, way, ink = route.arrow.kind, route.way, route.ink
    line = f'<path class="fl-line" data-kind="{kind}" d="{_path(ink, into=way)}"/>'
    return line + _tip(way[-2], way[-1], kind) if ink == way else line


def _path(way: tuple[Point, ...], *, into: tuple[Point, ...] = ()) -> str:
    """A way with its corners rounded, ending short of the tip, or (`into`) with the curve into the way that it joins."""
    joins = len(into) > len(way) and way[-1] == into[len(way) - 1]
    corners = (*way, into[len(way)]) if joins else way
    said = [f"M{_n(way[0][0])} {_n(way[0][1])}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        turn = min(ROUND, _far(before, corner) / 2, _far(corner, after) / 2)
        (x, y), (to_x, to_y) = _toward(corner, before, turn), _toward(corner, after, turn)
        said.append(f"L{_n(x)} {_n(y)}Q{_n(corner[0])} {_n(corner[1])} {_n(to_x)} {_n(to_y)}")
    if not joins:
        x, y = _toward(way[-1], way[-2], 3) if way == into else way[-1]
        said.append(f"L{_n(x)} {_n(y)}")
    return "".join(said)


def _tip(before: Point, end: Point, kind: ArrowKind) -> str:
    (x, y), (back_x, back_y) = end, _toward(end, before, TIP + 2)
    across = (0.0, TIP / 1.6) if y == back_y else (TIP / 1.6, 0.0)
    one, other = (back_x + across[0], back_y + across[1]), (back_x - across[0], back_y - across[1])
    return f'<path class="fl-tip" data-kind="{kind}" d="M{_n(x)} {_n(y)}L{_n(one[0])} {_n(one[1])}L{_n(other[0])} {_n(other[1])}Z"/>'


def _legend(picture: Picture, y: float) -> Iterator[str]:
    """What the lines mean, as far as they are there."""
    x, language = picture.layout.left, picture.layout.shape.language
    kinds = dict.fromkeys(route.arrow.kind for route in picture.routes)
    yield '<g class="fl-legend">'
    for kind in kinds:
        label = say(language, f"arrow.{kind}")
        yield f'<path class="fl-line" data-kind="{kind}" d="M{_n(x)} {_n(y)}h24"/>' + _tip((x, y), (x + 30, y), kind)
        yield f'<text x="{_n(x + 36)}" y="{_n(y + 4)}">{escape(label)}</text>'
        x += 36 + width(label, SMALL) + 22
    yield "</g>"


def _far(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(point: Point, other: Point, by: float) -> Point:
    far = _far(point, other) or 1
    return point[0] + (other[0] - point[0]) * by / far, point[1] + (other[1] - point[1]) * by / far


def _n(value: float) -> str:
    """A number as short as it may be."""
    return f"{value + 0.0:.1f}".removesuffix(".0")

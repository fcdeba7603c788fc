"""The picture as Graphviz text. Lanes are clusters, returns dashed, rejections and lateness by colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.language.graph.shape import Box, Shape
from workflow.language.graph.words import say

_BOXES: Final = {
    "start": 'shape=box style="rounded,filled" fillcolor="#1d1d1f" fontcolor=white', "do": 'shape=box style=filled fillcolor="#efede8"',
    "end": 'shape=box style="rounded,filled" fillcolor="#1d1d1f" fontcolor=white', "check": "shape=box penwidth=2", "task": "shape=box style=rounded", "collect": 'shape=box style="dashed"', "draw": "shape=component", "rank": "shape=component", "live": 'shape=box penwidth=2 color="#b3261e"', "review": "shape=box",
    "all": "shape=hexagon", "steps": "shape=hexagon", "join": 'shape=box height=0.06 width=2 style=filled fillcolor="#66645f" label=""',
}  # fmt: skip
_LINES: Final = {
    "next": "", "skip": 'style=dotted color="#66645f"', "return": 'style=dashed color="#2b6cb0" constraint=false',
    "reject": 'color="#b3261e"', "late": 'style=bold color="#8a5a00"',
}  # fmt: skip


def dot(shape: Shape) -> str:
    """A digraph; ends with a line break."""
    return "\n".join(_written(shape)) + "\n"


def _written(shape: Shape) -> Iterator[str]:
    yield f"digraph {_quoted(shape.title)} {{"
    yield f"  label={_quoted(shape.title)} labelloc=t rankdir=TB newrank=true"
    yield '  node [fontname="Noto Sans CJK SC" margin="0.3,0.1"] edge [fontname="Noto Sans CJK SC" fontsize=11]'
    lanes = {lane for lane, _ in shape.lanes}
    for n, (lane, label) in enumerate(shape.lanes):
        yield f"  subgraph cluster_{n} {{"
        yield f'    label={_quoted(label)} color="#e2dfd8"'
        yield from (f"    {_node(box)}" for box in shape.boxes if box.lane == lane)
        yield "  }"
    yield from (f"  {_node(box)}" for box in shape.boxes if box.lane not in lanes)
    for arrow in shape.arrows:
        look = _LINES[arrow.kind]
        if arrow.kind != "next":
            look += f" label={_quoted(say(shape.language, f'arrow.{arrow.kind}'))}"
        yield f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)}{f' [{look.strip()}]' if look else ''}"
    yield "}"


def _node(box: Box) -> str:
    label = "" if box.kind == "join" else f" label={_quoted(chr(10).join(_lines(box)))}"
    return f"{_quoted(box.id)} [{_BOXES[box.kind]}{label}]"


def _lines(box: Box) -> list[str]:
    return [*([f"⟨{box.gate}⟩"] if box.gate else []), box.title, *box.lines]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

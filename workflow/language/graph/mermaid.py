"""The picture as Mermaid text: what a wiki or a README draws by itself. Lanes are subgraphs, returns dashed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from workflow.language.graph.shape import ENDS, Arrow, Box, Shape
from workflow.language.graph.words import say

_FRAMES: Final = {
    "start": ("([", "])"), "end": ("([", "])"), "do": ("[[", "]]"), "check": ("[/", "/]"), "task": ("(", ")"), "collect": ("[(", ")]"), "draw": ("[[", "]]"), "rank": ("[[", "]]"), "live": ("[[", "]]"), "all": ("{{", "}}"), "steps": ("{{", "}}"),
}  # fmt: skip
_LINES: Final = {"next": "-->", "skip": "-.->", "return": "-.->", "reject": "-->", "late": "==>"}
_COLOURS: Final = {"skip": "#66645f", "return": "#2b6cb0", "reject": "#b3261e", "late": "#8a5a00"}


def mermaid(shape: Shape) -> str:
    """A flowchart; ends with a line break."""
    return "\n".join(_written(shape)) + "\n"


def _written(shape: Shape) -> Iterator[str]:
    names = {box.id: f"n{n}" for n, box in enumerate(shape.boxes)}
    yield "---"
    yield f"title: {json.dumps(shape.title, ensure_ascii=False)}"
    yield "---"
    yield "flowchart TB"
    for n, (lane, label) in enumerate(shape.lanes):
        yield f"  subgraph lane{n} [{_quoted(label)}]"
        yield from (f"    {names[box.id]}{_node(box)}" for box in shape.boxes if box.lane == lane)
        yield "  end"
    yield from (f"  {names[box.id]}{_node(box)}" for box in shape.boxes if box.lane == ENDS)
    for arrow in shape.arrows:
        label = _label(shape, arrow)
        yield f"  {names[arrow.source]} {_LINES[arrow.kind]}{f'|{_quoted(label)}|' if label else ''} {names[arrow.target]}"
    for kind, colour in _COLOURS.items():
        numbers = [str(n) for n, arrow in enumerate(shape.arrows) if arrow.kind == kind]
        if numbers:
            yield f"  linkStyle {','.join(numbers)} stroke:{colour}"


def _node(box: Box) -> str:
    if box.kind == "join":
        return "(( ))"
    gate = [_plain(f"⟨{box.gate}⟩")] if box.gate else []
    lines = [*gate, f"<b>{_plain(box.title)}</b>", *(_plain(line) for line in box.lines)]
    opening, closing = _FRAMES.get(box.kind, ("[", "]"))
    return f'{opening}"{"<br>".join(lines)}"{closing}'


def _label(shape: Shape, arrow: Arrow) -> str:
    return "" if arrow.kind == "next" else say(shape.language, f"arrow.{arrow.kind}")


def _quoted(text: str) -> str:
    return '"' + _plain(text) + '"'


def _plain(text: str) -> str:
    """Text that Mermaid takes for nothing else."""
    return "".join(f"#{ord(sign)};" if sign in '"#<>&|{}[]\\`' else sign for sign in text)

"""Where a flow's text says what: each step's keys, so that a proof can point at the words it is about. Not here: what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.domain import places
from workflow.domain.definition import Definition
from workflow.language.entries import whole
from workflow.language.keys import STEP_TABLE, TOP_TABLE, WRITTEN_KINDS
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.text.reader import read

TOP: Final = Place(1, 1, 1, 1)


class Spots:
    """The places in the text of one flow's version."""

    __slots__ = ("_found",)

    def __init__(self, definition: Definition) -> None:
        root = read(definition.source).root
        self._found = dict(_steps(_under(root, "steps"), "")) if root is not None else {}

    def of(self, place: str, key: str = "") -> Place:
        """Where the value of a step's key stands; without a key, or where it is not written: what the step does."""
        held = self._found.get(place.removesuffix(f"/{places.ROW}"), {})
        return held.get(key) or held.get("") or TOP


def _under(root: Node, key: str) -> Node | None:
    entries = root.entries if isinstance(root, nodes.Mapping) else ()
    return next((value for word, value in entries if TOP_TABLE.known.get(word.text) == key), None)


def _steps(node: Node | None, around: str) -> Iterator[tuple[str, dict[str, Place]]]:
    if not isinstance(node, nodes.Mapping):
        return
    for name, value in node.entries:
        place = f"{around}/{name.text}" if around else name.text
        held = {"": whole(name)}
        inner: Node | None = None
        row = False
        for key, under in value.entries if isinstance(value, nodes.Mapping) else ():
            word = STEP_TABLE.known.get(key.text, key.text)
            held[word] = whole(under) if isinstance(under, Scalar) else under.place
            row = row or word == "each"
            if word in WRITTEN_KINDS:
                held[""] = whole(key)
                inner = under if word in ("all", "steps") else inner
        yield place, held
        yield from _steps(inner, f"{place}/{places.ROW}" if row else place)

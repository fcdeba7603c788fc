"""The flows beside one, known by their texts: each compiled when somebody asks for its face, and once. Not here: what a face is (neighbours.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow.language.compile import compile_flow
from workflow.language.neighbours import Face


class Beside(Mapping[str, Face]):
    """Flows by their ids. One whose text does not compile is there, but has no face: `get` gives None."""

    def __init__(self, texts: Mapping[str, Callable[[], bytes]]) -> None:
        self._texts = dict(texts)
        self._faces: dict[str, Face | None] = {}

    def __getitem__(self, flow: str) -> Face:
        if flow not in self._faces:
            self._faces[flow] = compile_flow(self._texts[flow](), flow).face
        found = self._faces[flow]
        if found is None:
            raise KeyError(flow)
        return found

    def __contains__(self, flow: object) -> bool:
        return flow in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

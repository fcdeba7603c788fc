"""The kinds' own keys (`steps.kind.Kind.keys`): one reader a grammar. Not here: the keys that several kinds share (steps.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflow.domain.tree import Number
from workflow.language.entries import Entries, whole
from workflow.language.nodes import Node, Scalar
from workflow.language.reading import Reading, Settled
from workflow.language.voting import read_lines
from workflow.steps.kind import Grammar, Kind

ONE: Final = Number((0, 0), 1)


def read_own(reading: Reading, entries: Entries, kind: Kind, step: Scalar, settled: Settled) -> dict[str, Any]:
    """Every own key of the kind, by its word: as written, or what is in force where nothing is written."""
    own: dict[str, Any] = {}
    for key, grammar in kind.keys.items():
        found = READERS[grammar](reading, key, entries[key][1], settled) if key in entries else None
        if key in entries and found is not None:
            own[key] = found
        elif grammar in DEFAULTS:
            own[key] = DEFAULTS[grammar]
        elif key not in entries and grammar in OWED:
            reading.desk.say("F302", whole(step), keys=key)
    return own


def _lines(reading: Reading, key: str, node: Node, _settled: Settled) -> tuple[str, ...]:
    return read_lines(reading, key, node)


def _need(reading: Reading, _key: str, node: Node, settled: Settled) -> Any:
    return reading.need(node, settled)


READERS: Final[Mapping[Grammar, Callable[[Reading, str, Node, Settled], Any]]] = {"lines": _lines, "need": _need}
DEFAULTS: Final[Mapping[Grammar, Any]] = {"need": ONE}
"""What is in force where the key is left out."""
OWED: Final[frozenset[Grammar]] = frozenset({"lines"})
"""What may not be left out."""

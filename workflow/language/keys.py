"""Which keys may stand where. Not here: their spellings (grammars.words), values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.grammars import words
from workflow.grammars.words import spellings
from workflow.steps.kinds.kind import Kind
from workflow.steps.kinds.kinds import KINDS


def _these(*keys: str) -> dict[str, str]:
    """These keys and their Chinese spelling."""
    return {key: words.KEYS[key] for key in keys}


TOP: Final = _these("flow", "title", "start", "steps", "watch", "secret", "help")
TOP_NEEDED: Final = ("flow", "title", "start", "steps")

START: Final = _these("by", "via", "at", "each", "where", "unit", "form", "must", "with", "merge", "help")
MERGE: Final = _these("same", "last")
WATCH: Final = {**_these("per", "last", "when"), "do": words.KINDS["do"]}
WATCH_NEEDED: Final = ("last", "when", "do")

COMMON: Final = _these("when", "each", "where", "open", "tell", "help", "urgent")
"""What every step may have."""

SHARED: Final = _these(
    "due", "late", "reject", "remind", "back", "resume", "show", "form", "must", "secret", "reopen_on"
)
"""What several kinds have (`steps.kinds.kind.Kind.common`)."""

OWN: Final = _these(*dict.fromkeys(key for kind in KINDS.values() for key in kind.keys))
"""The kinds' own keys (`steps.kinds.kind.Kind.keys`)."""


ACTIONS: Final = _these("number", "set", "count", "add", "hold", "pay", "report", "tell", "publish", "webhook") | {
    "run": words.KINDS["run"]
}
ACTION_KEYS: Final = _these("unit", "text", "with", "amount", "from", "to", "cap", "per", "last")

REJECTS: Final = spellings(words.REJECT)
YES: Final = {spelling: word == "yes" for spelling, word in spellings(words.YES).items()}
RESUMES: Final = spellings(words.RESUME)
LATES: Final = spellings(words.LATE)
VIAS: Final = spellings(words.VIA)


class Table:
    """The keys that may stand in one kind of mapping, each `known` by both of its spellings; the `needed` ones must be there."""

    __slots__ = ("known", "needed")

    def __init__(self, known: Mapping[str, str], needed: tuple[str, ...] = ()) -> None:
        self.known = spellings(known)
        self.needed = needed


def keys_of(kind: Kind) -> frozenset[str]:
    """The keys, besides the kind's word, that mean something in a step of this kind."""
    return frozenset({*COMMON, *kind.common, *kind.keys})


WRITTEN_KINDS: Final = {word: alias for word, alias in words.KINDS.items() if word in KINDS}
"""`each` is a kind to the engine; who writes a flow writes it beside a kind."""

TOP_TABLE: Final = Table(TOP, TOP_NEEDED)
START_TABLE: Final = Table(START)
MERGE_TABLE: Final = Table(MERGE, ("same", "last"))
WATCH_TABLE: Final = Table(WATCH, WATCH_NEEDED)
STEP_TABLE: Final = Table({**WRITTEN_KINDS, **COMMON, **SHARED, **OWN})
ACTION_TABLE: Final = Table({**ACTIONS, **ACTION_KEYS})
MEANINGS: Final = {kind.word: keys_of(kind) for kind in KINDS.values()}

"""Which keys may stand where, and those that a later version brings. Not here: their spellings (grammars.words), values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.grammars import words
from workflow.grammars.words import spellings
from workflow.steps.kind import Kind
from workflow.steps.kinds import KINDS


def _these(*keys: str) -> dict[str, str]:
    """These keys and their Chinese spelling."""
    return {key: words.KEYS[key] for key in keys}


TOP: Final = _these("flow", "title", "start", "steps", "secret", "help")
TOP_NEEDED: Final = ("flow", "title", "start", "steps")
TOP_LATER: Final = _these("watch", "merge")

START: Final = _these("by", "via", "form", "must", "help")
START_LATER: Final = _these("at", "each", "where", "unit", "with", "merge")

COMMON: Final = _these("when", "each", "where", "open", "tell", "help")
"""What every step may have."""

SHARED: Final = _these("due", "late", "reject", "remind", "back", "resume", "show", "form", "must")
"""What several kinds have (`steps.kind.Kind.common`)."""

OWN: Final = _these(*dict.fromkeys(key for kind in KINDS.values() for key in kind.keys))
"""The kinds' own keys (`steps.kind.Kind.keys`)."""

KINDS_LATER: Final = {word: alias for word, alias in words.KINDS.items() if word not in KINDS}
STEP_LATER: Final = _these(
    "reopen_on", "secret", "urgent", "weight", "take", "match", "beat", "stop", "restart", "spread", "score", "within",
    "unit", "with", "merge", "watch", "at",
)  # fmt: skip

ACTIONS: Final = _these("number", "set", "count", "tell", "publish")
ACTION_KEYS: Final = _these("text")
ACTIONS_LATER: Final = {
    **_these("add", "hold", "pay", "webhook", "report", "with", "amount", "from", "to", "cap", "per", "last", "unit"),
    "run": words.KINDS["run"],
}

REJECTS: Final = spellings(words.REJECT)
YES: Final = {spelling: word == "yes" for spelling, word in spellings(words.YES).items()}
RESUMES: Final = spellings(words.RESUME)
LATES: Final = spellings(words.LATE)
VIAS: Final = spellings(words.VIA)


class Table:
    """The keys that may stand in one kind of mapping: `known` and `later`, each by both of its spellings.

    `heads` are later words that bring keys of their own, of which nothing needs to be said beside them.
    """

    __slots__ = ("heads", "known", "later", "needed")

    def __init__(
        self,
        known: Mapping[str, str],
        later: Mapping[str, str],
        needed: tuple[str, ...] = (),
        heads: frozenset[str] = frozenset(),
    ) -> None:
        self.known = spellings(known)
        self.later = {word: key for word, key in spellings(later).items() if word not in self.known}
        self.needed = needed
        self.heads = heads


def keys_of(kind: Kind) -> frozenset[str]:
    """The keys, besides the kind's word, that mean something in a step of this kind."""
    return frozenset({*COMMON, *kind.common, *kind.keys})


WRITTEN_KINDS: Final = {word: alias for word, alias in words.KINDS.items() if word in KINDS}
"""`each` is a kind to the engine; who writes a flow writes it beside a kind."""

TOP_TABLE: Final = Table(TOP, TOP_LATER, TOP_NEEDED)
START_TABLE: Final = Table(START, START_LATER)
STEP_TABLE: Final = Table(
    {**WRITTEN_KINDS, **COMMON, **SHARED, **OWN},
    {**KINDS_LATER, **STEP_LATER},
    heads=frozenset(KINDS_LATER),
)
ACTION_TABLE: Final = Table(
    {**ACTIONS, **ACTION_KEYS}, ACTIONS_LATER, heads=frozenset({"add", "hold", "pay", "webhook", "report", "run"})
)
MEANINGS: Final = {kind.word: keys_of(kind) for kind in KINDS.values()}

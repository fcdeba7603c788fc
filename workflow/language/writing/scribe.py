"""The scribe: notes, while a flow is read, how each of its words would be written in one language. Not here: writing the file (layout.py).

What it notes means the same: every value is read and checked again, with the names that are at hand at that place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from workflow.domain.tree import Compare, Contains, Ref, String, Value, Who
from workflow.grammars.errors import GrammarError
from workflow.grammars.respell import Change, Language, changed, changes, nodes_in, same
from workflow.language.names import IN_ENGLISH, Names
from workflow.language.text.nodes import Scalar

_IN_ENGLISH: Final = {alias: word for word, alias in IN_ENGLISH.items()}


class Scribe:
    """`texts`: what would stand in place of a scalar, by the line and column where it begins (from 1)."""

    __slots__ = ("language", "texts")

    def __init__(self, language: Language) -> None:
        self.language = language
        self.texts: dict[tuple[int, int], str] = {}

    def word(self, scalar: Scalar, spelt: Iterable[str]) -> None:
        """A word that has these spellings, the preferred ones first."""
        word = next((one for one in spelt if one.isascii() == (self.language == "en")), scalar.text)
        self.note(scalar, word)

    def value(
        self, scalar: Scalar, tree: Any, again: Callable[[str], Any], more: Iterable[Change] = (), before: str = ""
    ) -> None:
        """A value's tree. `again` reads it anew and gives its tree, None where it is refused; it was read with `before` in front."""
        text = before + scalar.text
        edits = [one for one in changes(text, tree, self.language, more) if one[0] >= len(before)]
        if edits and not _holds(text, edits, tree, again):
            kept: list[Change] = []
            for one in edits:
                if _holds(text, [*kept, one], tree, again):
                    kept.append(one)
            edits = kept
        self.note(scalar, changed(text, edits)[len(before) :])

    def note(self, scalar: Scalar, text: str) -> None:
        if text != scalar.text:
            self.texts[scalar.place.line, scalar.place.column] = text

    def names(self, written: Any, settled: Any, names: Names) -> Iterator[Change]:
        """What stands behind a dot (`甲.result`), and the words of a result; `written` as it was read, `settled` as it was checked."""
        for node in nodes_in(written):
            if isinstance(node, Ref | Who):
                yield from self.exports(node, names)
        for node in nodes_in(settled):
            if isinstance(node, Compare):
                yield from self.verdicts((node.left, node.right), names)
            elif isinstance(node, Contains) and isinstance(node.among, tuple):
                yield from self.verdicts((node.left, *node.among), names)

    def exports(self, ref: Ref | Who, names: Names) -> Iterator[Change]:
        for n, part in enumerate(ref.parts[1:], 1):
            owner = names.find(ref.parts[:n])
            if owner is None or owner[0].type.kind == "unknown":
                return
            if self.language == "en" and part in _IN_ENGLISH:
                yield *ref.spans[n], _IN_ENGLISH[part]
            elif self.language == "zh" and part in IN_ENGLISH and part not in owner[0].parts:
                yield *ref.spans[n], IN_ENGLISH[part]

    def verdicts(self, side_by_side: Iterable[Value], names: Names) -> Iterator[Change]:
        """Values beside a result: a choice that has a word in each language."""
        values = list(side_by_side)
        found = [names.find(one.parts) for one in values if isinstance(one, Ref)]
        aliases = {alias: word for each in found if each is not None for word, alias in each[0].type.aliases.items()}
        for one in values:
            if isinstance(one, String) and one.text in aliases:
                yield *one.span, one.text if self.language == "zh" else aliases[one.text]


def _holds(text: str, edits: list[Change], tree: Any, again: Callable[[str], Any]) -> bool:
    """Whether the value still means the same."""
    try:
        found = again(changed(text, edits))
    except GrammarError:
        return False
    return found is not None and same(found, tree)

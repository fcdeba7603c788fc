"""The positioned tree that YAML text becomes: mappings, sequences, scalars, every scalar text. Not here: reading it (reader.py), its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from workflow.domain.finding import Finding

if TYPE_CHECKING:
    from workflow.grammars.errors import GrammarError


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands: lines and columns from 1, in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """A piece of text. `indent` is the column of its first character, or None when it is folded, escaped or over several lines.

    `plain`: without quotation marks and no block. An empty plain text is a value that was left out.
    """

    text: str
    place: Place
    indent: int | None
    plain: bool

    def part(self, span: tuple[int, int]) -> Place:
        """Where `span` of the text stands in the file; the whole scalar when only that is known."""
        if self.indent is None:
            return self.place
        return Place(self.place.line, self.indent + span[0], self.place.line, self.indent + max(span))

    def finding(self, code: str, error: GrammarError) -> Finding:
        """What a grammar said about this text, said about the file."""
        fix = None if self.indent is None else error.suggestion
        return found(code, error.message_zh, error.message_en, self.part(error.span), fix, sure=error.sure)


class Sequence(msgspec.Struct, frozen=True):
    """A list, in order."""

    items: tuple[Node, ...]
    place: Place


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values in the order written; no key stands twice (the second was a finding, and is left out)."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping


class Document(msgspec.Struct, frozen=True):
    """A text that was read. `root` is None where it could not be read to its end; otherwise it stands beside whatever was found."""

    root: Node | None
    findings: tuple[Finding, ...]


def found(code: str, zh: str, en: str, place: Place, fix: str | None = None, *, sure: bool = False) -> Finding:
    """A finding at a place."""
    return Finding(
        code=code,
        message_zh=zh,
        message_en=en,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        fix=fix,
        sure=sure and fix is not None,
    )

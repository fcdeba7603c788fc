"""`guankou fmt`: a flow's text in its form, and in the words of one language. The meaning never changes; what cannot be read is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow.domain.definition import Definition
from workflow.domain.finding import Finding
from workflow.grammars.respell import Language, same
from workflow.language.compile import compile_flow
from workflow.language.text import nodes
from workflow.language.text.nodes import Node
from workflow.language.text.reader import read
from workflow.language.text.slips import decode
from workflow.language.writing.layout import Texts, written
from workflow.language.writing.paper import sheet_of
from workflow.language.writing.scribe import Scribe


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text in its form; None, and what was found, where it cannot be read.

    `kept`: no form was found that surely means the same, so the text is as it was.
    """

    text: str | None
    findings: tuple[Finding, ...] = ()
    kept: bool = False


def formatted(text: str | bytes, language: Language | None = None) -> Formatted:
    """A flow in its form. `language`: in whose words; None leaves each word as it is.

    Words change only in a flow without errors: who cannot be understood cannot be translated.
    """
    document = read(text)
    if document.root is None or document.findings:
        return Formatted(None, document.findings)
    source, _ = decode(text)
    texts: Texts = {}
    meant: Definition | None = None
    if language is not None:
        scribe = Scribe(language)
        compiled = compile_flow(source, scribe=scribe)
        if compiled.definition is None:
            return Formatted(None, compiled.findings)
        texts, meant = scribe.texts, compiled.definition
    sheet = sheet_of(source)
    if sheet is None:
        return Formatted(source)
    for unquote in (True, False):
        found = written(sheet, texts, unquote=unquote)
        if _faithful(found, document.root, texts, meant):
            return Formatted(found)
    return Formatted(source, kept=True)


def _faithful(after: str, root: Node, texts: Texts, meant: Definition | None) -> bool:
    """Whether the new text reads as the old one did, but for the words that were to change; and compiles to what was `meant`."""
    document = read(after)
    if document.root is None or document.findings or _texts(document.root, {}) != _texts(root, texts):
        return False
    if not texts:
        return True
    return same(meant, compile_flow(after).definition)


def _texts(node: Node, texts: Texts) -> Any:
    """The tree as keys and texts."""
    if isinstance(node, nodes.Scalar):
        return texts.get((node.place.line, node.place.column), node.text)
    if isinstance(node, nodes.Sequence):
        return [_texts(each, texts) for each in node.items]
    return [(_texts(key, texts), _texts(value, texts)) for key, value in node.entries]

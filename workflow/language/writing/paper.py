"""A file as it stands on paper: nodes with their style, and the comments and blank lines between them. Not here: writing it anew (layout.py).

Only for texts in which the reader found nothing wrong: so there are no anchors, tags, aliases or second documents.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

_HEADER: Final = re.compile(r"[|>](?P<signs>[+\-0-9]*)[ \t]*(?P<comment>#[^\n]*)?")


@dataclass(slots=True)
class Leaf:
    """A scalar. `style`: `` plain, ' or ", | or >. Lines and columns count from 0, the end is exclusive, `last` the last line it covers."""

    text: str
    style: str
    raw: str
    line: int
    column: int
    end_line: int
    end_column: int
    last: int


@dataclass(slots=True)
class Branch:
    """A mapping (keys are leaves) or a list (keys are None). `flow`: in braces or brackets. The end is known of flow branches only."""

    mapping: bool
    flow: bool
    line: int
    column: int
    end_line: int = -1
    end_column: int = -1
    entries: list[tuple[Leaf | None, Paper]] = field(default_factory=list)


Paper: TypeAlias = Leaf | Branch


@dataclass(slots=True)
class Remark:
    """A comment, or (without text) a blank line. `leaf`: what stands before it in its line; None when it has the line for itself."""

    text: str
    line: int
    column: int
    leaf: Leaf | None = None


@dataclass(slots=True)
class Sheet:
    """A file: its root, its remarks in order, and its lines."""

    root: Paper
    remarks: list[Remark]
    lines: list[str]

    def remarked(self, begin: tuple[int, int], end: tuple[int, int]) -> bool:
        """Whether a comment or a blank line stands between two places."""
        at = bisect(self.remarks, begin, key=lambda one: (one.line, one.column))
        return at < len(self.remarks) and (self.remarks[at].line, self.remarks[at].column) < end


def sheet_of(text: str) -> Sheet | None:
    """The file on paper; None when there is nothing on it."""
    leaves: list[Leaf] = []
    root = _root(text, leaves)
    lines = text.split("\n")
    return None if root is None else Sheet(root, list(_remarks(lines, leaves)), lines)


def leaves_of(node: Paper) -> Iterator[Leaf]:
    """Every leaf, in order."""
    if isinstance(node, Leaf):
        yield node
        return
    for key, value in node.entries:
        if key is not None:
            yield key
        yield from leaves_of(value)


def _root(text: str, leaves: list[Leaf]) -> Paper | None:
    parser: Any = yaml.CSafeLoader(text)
    open_: list[Branch] = []
    keys: list[Leaf | None] = []
    root: Paper | None = None
    node: Paper
    while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
        begin, end = event.start_mark, event.end_mark
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            open_.append(
                Branch(isinstance(event, yaml.MappingStartEvent), bool(event.flow_style), begin.line, begin.column)
            )
            keys.append(None)
            continue
        if isinstance(event, yaml.ScalarEvent):
            node = leaf = _leaf(event, text)
            leaves.append(leaf)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            node = open_.pop()
            keys.pop()
            if node.flow:
                node.end_line, node.end_column = end.line, end.column
        else:
            continue
        if not open_:
            root = node
        elif open_[-1].mapping and keys[-1] is None:
            keys[-1] = node if isinstance(node, Leaf) else None
        else:
            open_[-1].entries.append((keys[-1], node))
            keys[-1] = None
    return root


def _leaf(event: Any, text: str) -> Leaf:
    start, end, style = event.start_mark, event.end_mark, event.style or ""
    raw = text[start.index : end.index]
    last = end.line
    if style and style in "|>":
        lines = raw.split("\n")
        header = _HEADER.match(lines[0])
        keep = header is not None and "+" in header["signs"]
        inner = min((len(one) - len(one.lstrip(" ")) for one in lines[1:] if one.strip()), default=0)
        while len(lines) > 1 and not lines[-1].strip() and len(lines[-1]) <= inner and not keep:
            lines.pop()
        if keep and not lines[-1]:
            lines.pop()
        raw = "\n".join(lines)
        last = start.line + len(lines) - 1
    return Leaf(event.value, style, raw, start.line, start.column, end.line, end.column, last)


def _remarks(lines: list[str], leaves: list[Leaf]) -> Iterator[Remark]:
    """Comments stand in the gaps between leaves, and behind the header of a block scalar."""
    spans: dict[int, list[tuple[int, int, Leaf]]] = {}
    inside: set[int] = set()
    for leaf in leaves:
        block = leaf.style != "" and leaf.style in "|>"
        header = _HEADER.match(leaf.raw) if block else None
        first_end = len(lines[leaf.line]) if leaf.last > leaf.line else leaf.end_column
        if header is not None:
            first_end = leaf.column + (header.start("comment") if header["comment"] else header.end())
        spans.setdefault(leaf.line, []).append((leaf.column, first_end, leaf))
        inside.update(range(leaf.line + 1, leaf.last + (1 if block else 0)))
        if leaf.last > leaf.line and not block:
            spans.setdefault(leaf.last, []).append((0, leaf.end_column, leaf))
    said = -1
    for number, line in enumerate(lines):
        if number in inside:
            continue
        held = spans.get(number, [])
        at = _comment(line, [(start, end) for start, end, _ in held])
        if at is None:
            if not line.strip():
                yield Remark("", number, 0)
            continue
        before = _before(leaves, number, at)
        beside = any(start < at for start, _, _ in held) or bool(set(line[:at]) & set("}]"))
        if before is None or not beside or said > before.last:
            before, said = None, number
        yield Remark(line[at:].rstrip(), number, at, before)


def _comment(line: str, spans: list[tuple[int, int]]) -> int | None:
    """Where the comment of a line begins, outside of these spans."""
    at = line.find("#")
    while at >= 0:
        if not any(start <= at < end for start, end in spans):
            return at
        at = line.find("#", at + 1)
    return None


def _before(leaves: list[Leaf], line: int, column: int) -> Leaf | None:
    """The last leaf that begins before a place."""
    return next((leaf for leaf in reversed(leaves) if (leaf.line, leaf.column) < (line, column)), None)

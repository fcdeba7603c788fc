"""A text's keys and values with their places, however broken the text is: what stands around the cursor. Not here: judging it (language.text.reader).

The reader stops where YAML does; while somebody types, that is mostly where the cursor is. This one never stops: it follows indentation and brackets, and
where a bracket is never closed, the next line that begins a key at the margin closes it. Rows and columns count from 0, in characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ITEM: Final = "-"
"""What stands in a path for an item of a list."""

DEEPEST: Final = 60
"""What is nested deeper is followed, but not kept: the reader stops long before."""

_PLAIN: Final = r"[^\s\"'#\[\]{},&*!|>%@`](?:[^\n:#]|:(?=[^\s])|(?<=[^\s])#)*?"
_QUOTED: Final = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
_KEY: Final = re.compile(rf"(?P<key>{_QUOTED}|{_PLAIN})[ \t]*:(?=\s|$)")
_MARGIN: Final = re.compile(r"[^\W\d]\w*[?？]?[ \t]*:(?=\s|$)")
_COLON: Final = re.compile(r"[ \t]*:")
_DASH: Final = re.compile(r"-(?:[ ]+|$)")
_BLOCK: Final = re.compile(r"[|>][+\-0-9]*[ \t]*(?:#.*)?$")
_QUOTE: Final = re.compile(_QUOTED)
_REST: Final = re.compile(r".*?(?=[ \t]+#|[ \t]*$)")
_IN_FLOW: Final = re.compile(
    r"(?:[^,\[\]{}:#\s]|:(?=[^\s,\[\]{}])|(?<=[^\s])#|[ \t]+(?=[^\s#,\[\]{}:]|:[^\s,\[\]{}]))+"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Part of one line."""

    row: int
    start: int
    end: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the place is in it, or just behind it."""
        return self.row == row and self.start <= column <= self.end


@dataclass(slots=True)
class Entry:
    """A key and its value, or an item of a list (whose key is empty). `text` is a single text; `inner` a list or a mapping."""

    key: str
    at: Span
    parent: Frame
    text: str = ""
    value: Span | None = None
    inner: Frame | None = None


@dataclass(slots=True)
class Frame:
    """A mapping or a list. `indent` is its column in block style, -1 between brackets; `pending` waits for its value."""

    indent: int
    sequence: bool
    owner: Entry | None = None
    entries: list[Entry] = field(default_factory=list)
    pending: Entry | None = None

    def path(self) -> list[str]:
        """The keys that lead here, `ITEM` for an item."""
        found: list[str] = []
        owner = self.owner
        while owner is not None:
            found.append(ITEM if owner.parent.sequence else owner.key)
            owner = owner.parent.owner
        return found[::-1]

    def walk(self) -> Iterator[Entry]:
        """Every entry at and below, in the order of the text."""
        for entry in self.entries:
            yield entry
            if entry.inner is not None:
                yield from entry.inner.walk()


@dataclass(frozen=True, slots=True)
class Cursor:
    """What would be written at a place: a key of `frame`, or (with `entry`) its value. `word` is what stands there before the place."""

    frame: Frame
    entry: Entry | None
    word: str

    def path(self) -> list[str]:
        """The keys that lead to what is written."""
        path = self.frame.path()
        if self.frame.sequence:
            return [*path, ITEM]
        return path if self.entry is None else [*path, self.entry.key]


def outline(text: str) -> Frame:
    """The top mapping (or list) of a text with one kind of line end."""
    whole = _Scan(text, mending=False)
    return whole.root if not whole.flow else _Scan(text).root


def cursor(text: str, row: int, column: int) -> Cursor | None:
    """What stands at a place; None inside a comment or a block of text."""
    lines = text.split("\n")[: row + 1]
    if len(lines) <= row:
        return None
    lines[-1] = lines[-1][:column]
    return _Scan("\n".join(lines)).tail()


class _Scan:
    """One pass over the lines. `mending`: a bracket that is still open where a key begins at the margin was forgotten."""

    def __init__(self, text: str, *, mending: bool = True) -> None:
        self.mending = mending
        self.root = Frame(0, sequence=False)
        self.stack = [self.root]
        self.flow: list[Frame] = []
        self.base = 0
        self.block = -1
        self.lines = text.split("\n")
        self.here: tuple[Frame, Entry | None] | None = None
        for row, line in enumerate(self.lines):
            self.here = None
            self.line(row, line)

    def line(self, row: int, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        blank = not line.strip()
        if self.block >= 0:
            if blank or indent > self.block:
                return
            self.block = -1
        if self.mending and self.flow and not blank and indent <= self.base and _MARGIN.match(line, indent):
            self.flow.clear()
        if self.flow:
            self.between_brackets(row, line, 0)
        elif blank:
            self.here = (self.at(len(line), sequence=False), None) if row == len(self.lines) - 1 else None
        elif line[indent] != "#" and not line.startswith(("---", "...", "%")):
            self.plain(row, line, indent)

    def at(self, indent: int, *, sequence: bool) -> Frame:
        """The block frame of a line that begins in this column."""
        stack = self.stack
        while len(stack) > 1 and (
            stack[-1].indent > indent or (stack[-1].indent == indent and stack[-1].sequence and not sequence)
        ):
            stack.pop()
        top = stack[-1]
        if top is self.root and not top.entries:
            top.indent, top.sequence = indent, sequence
        if top.indent == indent and top.sequence == sequence:
            return top
        owner = top.entries[-1] if top.entries else None
        frame = Frame(indent, sequence, owner)
        if owner is not None and owner.inner is None and len(stack) < DEEPEST:
            owner.inner = frame
        stack.append(frame)
        return frame

    def plain(self, row: int, line: str, column: int) -> None:
        """A line in block style: dashes, then a key or a text."""
        item: Entry | None = None
        while (dash := _DASH.match(line, column)) is not None:
            frame = self.at(column, sequence=True)
            item = Entry("", Span(row, column, column + 1), frame)
            frame.entries.append(item)
            self.here = (frame, item)
            column = dash.end()
        key = _KEY.match(line, column)
        if key is not None:
            frame = self.at(column, sequence=False)
            entry = Entry(_bare(key["key"]), Span(row, key.start("key"), key.end("key")), frame)
            frame.entries.append(entry)
            self.here = (frame, entry)
            self.value(row, line, key.end(), entry, frame.indent)
        elif item is not None:
            self.value(row, line, column, item, item.parent.indent)
        elif line[column] in "{[" and not self.root.entries:
            self.root.indent, self.root.sequence = -1, line[column] == "["
            self.base = -1
            self.flow.append(self.root)
            self.between_brackets(row, line, column + 1)
        else:
            self.here = (self.at(column, sequence=False), None)

    def value(self, row: int, line: str, column: int, entry: Entry, indent: int) -> None:
        """What stands behind a key or a dash, in block style."""
        while column < len(line) and line[column] in " \t":
            column += 1
        if column == len(line):
            return
        if line[column] == "#":
            self.here = None
        elif line[column] in "{[":
            self.base = indent
            self.open(line[column], entry)
            self.between_brackets(row, line, column + 1)
        elif _BLOCK.match(line, column):
            self.block = indent
            self.here = None
        else:
            found = _QUOTE.match(line, column) or _REST.match(line, column)
            end = found.end() if found is not None else len(line)
            entry.text, entry.value = _bare(line[column:end]), Span(row, column, end)
            if line[end:].lstrip().startswith("#"):
                self.here = None

    # ------------------------------------------------------------------------------------------- between brackets

    def open(self, bracket: str, entry: Entry) -> None:
        frame = Frame(-1, bracket == "[", entry)
        if len(self.flow) < DEEPEST:
            entry.inner = frame
        self.flow.append(frame)

    def between_brackets(self, row: int, line: str, column: int) -> None:
        """One line, or its rest, while a bracket is open."""
        comment = False
        while self.flow and column < len(line):
            sign = line[column]
            if sign == "#" and line[column - 1 : column] in {"", " ", "\t"}:
                comment = True
                break
            column = self.sign(row, line, column)
        if comment or not self.flow:
            self.here = None
        else:
            frame = self.flow[-1]
            self.here = (frame, frame.pending)

    def sign(self, row: int, line: str, column: int) -> int:
        """One sign or one text; the column behind it."""
        frame, sign = self.flow[-1], line[column]
        if sign in "}]":
            self.flow.pop()
        elif sign == ",":
            frame.pending = None
        elif sign in "{[":
            entry = frame.pending
            if entry is None:
                entry = self.item(frame, "", Span(row, column, column))
            self.open(sign, entry)
        elif sign not in " \t:":
            return self.word(row, line, column)
        return column + 1

    def word(self, row: int, line: str, column: int) -> int:
        """A text between brackets: a key, a value, or an item."""
        frame = self.flow[-1]
        found = _QUOTE.match(line, column) or _IN_FLOW.match(line, column)
        end = found.end() if found is not None else len(line) if line[column] in "\"'" else column + 1
        text, span = _bare(line[column:end]), Span(row, column, end)
        if frame.pending is not None:
            frame.pending.text, frame.pending.value = text, span
        elif frame.sequence:
            entry = self.item(frame, "", span)
            entry.text, entry.value = text, span
        else:
            colon = _COLON.match(line, end)
            entry = Entry(text, span, frame)
            frame.entries.append(entry)
            if colon is not None:
                frame.pending = entry
                return colon.end()
        return end

    def item(self, frame: Frame, key: str, span: Span) -> Entry:
        entry = Entry(key, span, frame)
        frame.entries.append(entry)
        frame.pending = entry
        return entry

    # ------------------------------------------------------------------------------------------- the end

    def tail(self) -> Cursor | None:
        """What would be written at the end of the text."""
        if self.here is None:
            return None
        frame, entry = self.here
        word = re.search(r"[\w.·?]*\Z", self.lines[-1])
        return Cursor(frame, entry, word[0] if word else "")


def _bare(text: str) -> str:
    """A text without its quotation marks."""
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text

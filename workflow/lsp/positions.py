"""Places in a text, as the checker counts them (characters, from 1) and as the protocol does (UTF-16 units, from 0). Not here: what stands there."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from lsprotocol import types as lsp

from workflow.domain.finding import Finding
from workflow.lsp.outline import Span

_BOM = "\ufeff"


class Positions:
    """The lines of one text. `encoding` is what the editor agreed to count in; `text` has one kind of line end and no BOM."""

    __slots__ = ("encoding", "lines", "shift", "text")

    def __init__(self, source: str, encoding: str = lsp.PositionEncodingKind.Utf16.value) -> None:
        self.shift = int(source.startswith(_BOM))
        self.text = source.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self.encoding = encoding

    def position(self, row: int, column: int) -> lsp.Position:
        """A place, row and column from 0 in characters; one outside of the text becomes the nearest within."""
        row = min(max(row, 0), len(self.lines) - 1)
        before = self.lines[row][: max(column, 0)]
        return lsp.Position(row, sum(map(self._units, before)) + (self.shift if row == 0 else 0))

    def place(self, position: lsp.Position) -> tuple[int, int]:
        """Row and column from 0, in characters. In the middle of a character is before it; behind the line is its end."""
        row = min(max(position.line, 0), len(self.lines) - 1)
        if position.line >= len(self.lines):
            return row, len(self.lines[row])
        units = position.character - (self.shift if row == 0 else 0)
        ends = list(accumulate(map(self._units, self.lines[row])))
        column = bisect_left(ends, units + 1)
        return row, min(column, len(ends))

    def of(self, finding: Finding) -> lsp.Range:
        """Where a finding stands."""
        return lsp.Range(
            self.position(finding.line - 1, finding.column - 1),
            self.position(finding.end_line - 1, finding.end_column - 1)
            if finding.end_line <= len(self.lines)
            else self.end(),
        )

    def span(self, span: Span) -> lsp.Range:
        """Where a part of a line stands."""
        return lsp.Range(self.position(span.row, span.start), self.position(span.row, span.end))

    def end(self) -> lsp.Position:
        """The end of the text."""
        return self.position(len(self.lines) - 1, len(self.lines[-1]))

    def _units(self, sign: str) -> int:
        if self.encoding == lsp.PositionEncodingKind.Utf16.value:
            return 2 if sign > "\uffff" else 1
        if self.encoding == lsp.PositionEncodingKind.Utf8.value:
            return len(sign.encode("utf-8", "surrogatepass"))
        return 1

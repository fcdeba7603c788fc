"""A file written anew: indentation, blanks, quotation marks and line length are ours; order, comments, blank lines and style the author's.

Not here: reading a file (paper.py), which words it is written in (scribe.py), whether it may be written so (formatting.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workflow.language.report import width
from workflow.language.text.nodes import Mapping as Entries
from workflow.language.text.nodes import Scalar, Sequence
from workflow.language.text.reader import read
from workflow.language.text.syntax import quoted
from workflow.language.writing.paper import Branch, Leaf, Paper, Remark, Sheet, leaves_of

WIDEST: Final = 160
"""Terminal columns of a line in braces or brackets; a longer one becomes a block."""
STEP: Final = 2
_PLAIN: Final = re.compile(r"[\w“<（](?:[^\s]|[ ](?=[^\s]))*")
_HEADER: Final = re.compile(r"([|>])([+\-0-9]*)")
_NOWHERE: Final = 1 << 30
Texts = Mapping[tuple[int, int], str]


def written(sheet: Sheet, texts: Texts, *, unquote: bool = True) -> str:
    """The file. `texts`: what stands in place of the scalar that begins at a line and column (from 1).

    `unquote`: quotation marks that nothing needs are left out.
    """
    return _Writing(sheet, texts, unquote=unquote).run()


@dataclass(slots=True)
class _Line:
    """A line written: `column` where its comment stood, `comment` with it."""

    text: str
    comment: str = ""
    column: int = 0


@dataclass(slots=True)
class _Level:
    """A block that is open: the column where it stood, and where it stands now."""

    was: int
    now: int


@dataclass(slots=True)
class _Writing:
    sheet: Sheet
    texts: Texts
    unquote: bool
    lines: list[_Line] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)
    at: dict[int, int] = field(default_factory=dict)
    """The line in which a leaf was written, by its identity."""
    heads: list[tuple[int, int, int]] = field(default_factory=list)
    """Where a branch in braces ended that became a block, and the line at its head."""
    own: list[Remark] = field(default_factory=list)
    said: int = 0

    def run(self) -> str:
        self.own = [one for one in self.sheet.remarks if one.leaf is None]
        root = self.sheet.root
        if isinstance(root, Branch) and not self.in_line(root, 0):
            self.block(root, 0)
        else:
            self.remarks(root.line, 0)
            self.lines.append(_Line(self.inline(root)))
            self.keep(root)
        self.remarks(_NOWHERE, 0)
        self.beside()
        while self.lines and not self.lines[0].text:
            self.lines.pop(0)
        while len(self.lines) > 1 and not self.lines[-1].text and not self.ends_in_blanks():
            self.lines.pop()
        return "".join(f"{self.spoken(line)}\n" for line in self.lines)

    def ends_in_blanks(self) -> bool:
        """Whether the blank lines at the end belong to a value (`|+`)."""
        *_, last = leaves_of(self.sheet.root)
        return bool(last.style) and last.style in "|>" and last.text.endswith("\n\n")

    # ------------------------------------------------------------------------------------------- comments

    def remarks(self, line: int, indent: int) -> None:
        """Comments and blank lines that stand before a line, each in the deepest block that it stood in."""
        while self.said < len(self.own) and self.own[self.said].line < line:
            one = self.own[self.said]
            self.said += 1
            if not one.text:
                self.lines.append(_Line(""))
                continue
            deeper = [level.now for level in self.levels if level.was <= one.column and level.now >= indent]
            self.lines.append(_Line(" " * max([indent, *deeper]) + one.text))

    def beside(self) -> None:
        """Comments that follow something in its line; a second one in a line gets its own."""
        more: list[tuple[int, str]] = []
        for one in self.sheet.remarks:
            if one.leaf is None:
                continue
            head = next(
                (at for row, column, at in self.heads if (row, column) <= (one.line, one.column) and row == one.line),
                None,
            )
            at = self.at[id(one.leaf)] if head is None else head
            if self.lines[at].comment:
                more.append((at, one.text))
            else:
                source = self.sheet.lines[one.line][: one.column]
                gap = len(source) - len(source.rstrip())
                self.lines[at].comment, self.lines[at].column = one.text, width(source) if gap > 2 else 0
        for at, text in reversed(more):
            indent = len(self.lines[at].text) - len(self.lines[at].text.lstrip(" "))
            self.lines.insert(at + 1, _Line(" " * indent + text))

    def spoken(self, line: _Line) -> str:
        return line.text + " " * max(2, line.column - width(line.text)) + line.comment if line.comment else line.text

    def keep(self, node: Paper) -> None:
        """Remember where the leaves of a node were written: in the last line."""
        for leaf in leaves_of(node):
            self.at[id(leaf)] = len(self.lines) - 1

    # ------------------------------------------------------------------------------------------- blocks

    def block(self, node: Branch, indent: int, lead: str | None = None) -> None:
        """A branch, one entry a line; `lead` is what the first line begins with."""
        was = _NOWHERE if node.flow else node.column
        for key, value in node.entries:
            first = key if key is not None else value
            self.remarks(first.line, indent if lead is None else len(lead) - len(lead.lstrip(" ")))
            self.levels = [level for level in self.levels if level.now < indent]
            self.levels.append(_Level(was, indent))
            head = " " * indent if lead is None else lead
            lead = None
            if key is None:
                self.item(value, indent, head + "- ", was)
            else:
                self.entry(key, value, indent, head, was)
        if node.flow:
            self.remarks(node.end_line + 1, indent)

    def entry(self, key: Leaf, value: Paper, indent: int, head: str, was: int) -> None:
        head += self.scalar(key, key=True) + ":"
        self.lines.append(_Line(head))
        self.keep(key)
        before = " "
        apart = self.sheet.remarked((key.line, key.column), (value.line, value.column))
        if apart and (value.raw if isinstance(value, Leaf) else self.in_line(value, indent + STEP)):
            self.remarks(value.line, indent + STEP)
            self.lines.append(_Line(""))
            before = " " * (indent + STEP)
        if isinstance(value, Leaf):
            self.put(value, self.leaf(value, indent, was), before)
        elif self.in_line(value, width(self.lines[-1].text) + len(before)):
            self.put(value, self.inline(value), before)
        else:
            self.opened(value, len(self.lines) - 1 if value.line == key.line else -1)
            self.block(value, indent + STEP)

    def item(self, value: Paper, indent: int, head: str, was: int) -> None:
        if isinstance(value, Leaf):
            self.lines.append(_Line(head[:-1]))
            self.put(value, self.leaf(value, indent, was), " ")
        elif self.in_line(value, width(head)):
            self.lines.append(_Line(head[:-1]))
            self.put(value, self.inline(value), " ")
        else:
            self.block(value, indent + STEP, head)
            self.opened(value, self.at[id(next(leaves_of(value)))])

    def put(self, node: Paper, text: str, before: str) -> None:
        """A value at the end of the last line. Of several lines, what is remarked behind it stands in the last, or at a block's head."""
        first, *rest = text.split("\n")
        self.lines[-1].text += before + first if first else ""
        head = isinstance(node, Leaf) and bool(node.style) and node.style in "|>"
        if head:
            self.keep(node)
        self.lines += [_Line(one) for one in rest]
        if not head:
            self.keep(node)

    def opened(self, value: Branch, head: int) -> None:
        """A branch that stood in one line became a block: what was remarked behind it belongs to its head."""
        if value.flow and value.line == value.end_line and head >= 0:
            self.heads.append((value.end_line, value.end_column, head))

    # ------------------------------------------------------------------------------------------- one line

    def in_line(self, node: Branch, used: int) -> bool:
        """Whether a branch stays in braces: it was, nobody remarked anything within, and there is room."""
        if not node.flow or not node.entries:
            return node.flow
        inside = self.sheet.remarked((node.line, node.column), (node.end_line, node.end_column))
        return not inside and used + width(self.inline(node)) <= WIDEST

    def inline(self, node: Paper) -> str:
        if isinstance(node, Leaf):
            return self.scalar(node, flow=True)
        parts = [
            self.inline(value) if key is None else f"{self.scalar(key, flow=True, key=True)}: {self.inline(value)}"
            for key, value in node.entries
        ]
        if node.mapping:
            return "{ " + ", ".join(parts) + " }" if parts else "{}"
        loose = any(isinstance(value, Branch) and value.mapping for _, value in node.entries)
        return f"[ {', '.join(parts)} ]" if loose else f"[{', '.join(parts)}]"

    # ------------------------------------------------------------------------------------------- scalars

    def leaf(self, leaf: Leaf, indent: int, was: int) -> str:
        """A scalar in a block; one of several lines keeps them."""
        if leaf.style and leaf.style in "|>":
            return self.literal(leaf, indent, was)
        if leaf.last == leaf.line or (leaf.line + 1, leaf.column + 1) in self.texts:
            return self.scalar(leaf)
        first, *rest = leaf.raw.split("\n")
        pad = " " * (indent + STEP)
        strip = str.lstrip if leaf.style == '"' else str.strip
        return "\n".join(
            [first if leaf.style == '"' else first.rstrip(), *(pad + strip(one) if one.strip() else "" for one in rest)]
        )

    def literal(self, leaf: Leaf, indent: int, was: int) -> str:
        header, *rest = leaf.raw.split("\n")
        sign, marks = _HEADER.match(header).groups()  # type: ignore[union-attr]
        digit = next((one for one in marks if one.isdigit()), "")
        inner = (
            was + int(digit)
            if digit
            else next((len(one) - len(one.lstrip(" ")) for one in rest if one.strip()), _NOWHERE)
        )
        pad = " " * (indent + STEP)
        lines = [pad + one[inner:] if one[inner:] else "" for one in rest]
        return "\n".join([sign + marks.replace(digit, str(STEP)) if digit else sign + marks, *lines])

    def scalar(self, leaf: Leaf, *, flow: bool = False, key: bool = False) -> str:
        """A scalar in one line."""
        text = self.texts.get((leaf.line + 1, leaf.column + 1), leaf.text)
        if text == leaf.text and not leaf.style and leaf.last == leaf.line:
            return leaf.raw
        if (self.unquote or not leaf.style) and plain(text, flow=flow, key=key):
            return text
        if text == leaf.text and leaf.last == leaf.line and leaf.style not in {"|", ">"}:
            return leaf.raw
        if "\n" not in text and text.isprintable():
            return quoted(text)
        return '"' + "".join(_escaped(sign) for sign in text) + '"'


def plain(text: str, *, flow: bool, key: bool) -> bool:
    """Whether a text can stand without quotation marks: YAML reads it as it is, and no trap of its own lies in it."""
    if not _PLAIN.fullmatch(text):
        return False
    here, there = f"{text}: 一", ("{ %s, 二: 三 }" if flow else "%s\n二: 三")
    found = read(there % (here if key else f"一: {text}"))
    if not isinstance(found.root, Entries) or found.findings or len(found.root.entries) != 2:
        return False
    one = found.root.entries[0][0 if key else 1]
    if not isinstance(one, Scalar) or one.text != text:
        return False
    if key or not flow:
        return True
    listed = read(f"[{text}, 二]")
    return isinstance(listed.root, Sequence) and not listed.findings and len(listed.root.items) == 2


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign == "\n":
        return "\\n"
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"

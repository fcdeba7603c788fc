"""YAML text to a positioned tree: the C parser's events only, read one by one, limits enforced while they arrive. Not here: what keys mean.

Every scalar is text. Anchors, aliases, tags, merges and duplicate keys are refused; so are YAML's traps, each with its own words and its fix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from workflow.language.text.nodes import Document, Mapping, Node, Place, Scalar, Sequence, found
from workflow.language.text.slips import decode, slips
from workflow.language.text.syntax import quoted, refused
from workflow.language.text.traps import comment_traps, is_split, item_traps, parted, value_traps

if TYPE_CHECKING:
    from workflow.domain.finding import Finding

MAX_DEPTH: Final = 20
MAX_NODES: Final = 20_000
MAX_FINDINGS: Final = 50


def read(source: bytes | str) -> Document:
    """Read one document. Never raises; what is wrong is a finding, and where reading could not go on, there is no root."""
    text, findings = decode(source)
    if not findings:
        findings = slips(text)
    if findings:
        return Document(None, tuple(findings[:MAX_FINDINGS]))
    reading = _Reading(text)
    root = reading.run()
    ordered = sorted(reading.findings, key=lambda each: (each.line, each.column))
    return Document(root, tuple(ordered[:MAX_FINDINGS]))


class _Open:
    """A mapping or sequence whose end has not come; `key` is the one that waits for its value."""

    __slots__ = ("entries", "flow", "items", "key", "keys", "mapping", "start")

    def __init__(self, *, mapping: bool, flow: bool, start: Any) -> None:
        self.mapping = mapping
        self.flow = flow
        self.start = start
        self.entries: list[tuple[Scalar, Node]] = []
        self.items: list[Node] = []
        self.keys: dict[str, Scalar] = {}
        self.key: Scalar | None = None


class _Reading:
    """One reading: the open collections, and what was found."""

    __slots__ = ("findings", "lines", "nodes", "open", "quoted", "root", "split", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.open: list[_Open] = []
        self.findings: list[Finding] = []
        self.nodes = 0
        self.root: Node | None = None
        self.quoted: list[tuple[int, int]] = []
        self.split: _Open | None = None

    def run(self) -> Node | None:
        """The root, or None when the parser or a limit stopped the reading."""
        parser = yaml.CSafeLoader(self.text)
        try:
            while True:
                event = parser.get_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self.scalar(event)
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    self.begin(event, mapping=kind is yaml.MappingStartEvent)
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self.end(event)
                elif kind is yaml.AliasEvent:
                    self.alias(event)
                elif kind is yaml.DocumentStartEvent:
                    self.document(event)
                elif kind is yaml.StreamEndEvent:
                    break
        except yaml.YAMLError as error:
            if not self.findings:
                self.findings.append(refused(error, self.text))
            return None
        except _Stop:
            return None
        self.findings += comment_traps(self.text, self.quoted)
        if self.root is None:
            self.note("Y100", "文件是空的", "the file is empty", Place(1, 1, 1, 1))
        return self.root

    def note(self, code: str, zh: str, en: str, place: Place, fix: str | None = None) -> None:
        self.findings.append(found(code, zh, en, place, fix))

    def stop(self, code: str, zh: str, en: str, place: Place) -> None:
        self.note(code, zh, en, place)
        raise _Stop

    # Events

    def document(self, event: Any) -> None:
        if self.root is not None:
            self.stop(
                "Y126",
                "一个文件里只能有一份文档；--- 之后的内容请放到另一个文件",
                "a file holds one document; what follows --- goes into another file",
                _point(event.start_mark),
            )
        if event.version or event.tags:
            self.note(
                "Y127",
                "以 % 开头的指令不能用，请删掉这一行",
                "directives (%) are not used here, delete the line",
                _point(event.start_mark),
            )

    def begin(self, event: Any, *, mapping: bool) -> None:
        self.count(event)
        if len(self.open) >= MAX_DEPTH:
            self.stop(
                "Y110",
                f"嵌套太深：最多 {MAX_DEPTH} 层",
                f"nested too deep: at most {MAX_DEPTH} levels",
                _point(event.start_mark),
            )
        self.refuse_marks(event)
        self.open.append(_Open(mapping=mapping, flow=bool(event.flow_style), start=event.start_mark))

    def end(self, event: Any) -> None:
        done = self.open.pop()
        start, end = done.start, event.end_mark if done.flow else event.start_mark
        place = Place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        self.put(Mapping(tuple(done.entries), place) if done.mapping else Sequence(tuple(done.items), place))

    def alias(self, event: Any) -> None:
        self.count(event)
        place = _place(event)
        self.note(
            "Y121",
            f"不能引用别处的内容（*{event.anchor}）；如果是文字，放进引号",
            f"aliases (*{event.anchor}) are not used here; words that begin with * stand in quotes",
            place,
            quoted(f"*{event.anchor}"),
        )
        self.put(Scalar("", place, None, plain=False))

    def scalar(self, event: Any) -> None:
        self.count(event)
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event)
        start, end, style = event.start_mark, event.end_mark, event.style
        text: str = event.value
        indent: int | None = None
        if not style:
            if start.line == end.line and end.column - start.column == len(text):
                indent = start.column + 1
        else:
            self.quoted.append((start.index, end.index))
            if style in "'\"" and start.line == end.line and end.column - start.column == len(text) + 2:
                indent = start.column + 2
        place = Place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        self.put(Scalar(text, place, indent, not style))

    def count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.stop(
                "Y111",
                f"内容太多：最多 {MAX_NODES} 项",
                f"too much: at most {MAX_NODES} nodes",
                _point(event.start_mark),
            )

    def refuse_marks(self, event: Any) -> None:
        """Anchors and tags."""
        start, line = event.start_mark, self.lines[event.start_mark.line]
        place, fix = _point(start), None
        if not hasattr(event, "flow_style") and start.line == event.end_mark.line:
            place, fix = _place(event), quoted(line[start.column : event.end_mark.column])
        if event.anchor is not None:
            zh = f"不能做锚点（&{event.anchor}）；如果是文字，整个放进引号"
            self.note(
                "Y120",
                zh,
                f"anchors (&{event.anchor}) are not used here; words that begin with & stand in quotes",
                place,
                fix,
            )
        if event.tag is not None:
            written = re.split(r"[\s,\]}]", line[line.find("!", start.column) :], maxsplit=1)[0]
            zh = f"不能用类型标签（{written}）；如果是文字，整个放进引号"
            self.note(
                "Y122", zh, f"tags ({written}) are not used here; words that begin with ! stand in quotes", place, fix
            )

    # The tree

    def put(self, node: Node) -> None:
        """A node that is complete goes where it belongs."""
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if not parent.mapping:
            traps = (
                list(item_traps(node, self.lines)) if parent.flow and isinstance(node, Scalar) and node.plain else []
            )
            parent.items += parted(node, traps) if traps and isinstance(node, Scalar) else [node]
            self.findings += traps
        elif parent.key is None:
            parent.key = self.key(node, parent)
        else:
            key, parent.key = parent.key, None
            if parent.flow and isinstance(node, Scalar) and node.plain:
                self.in_braces(key, node, parent)
            first = parent.keys.setdefault(key.text, key)
            if first is not key:
                self.note(
                    "Y124",
                    f"“{key.text}”写了两次，第一次在第 {first.place.line} 行；YAML 会悄悄只留一个",
                    f"“{key.text}” stands here twice, first in line {first.place.line}; YAML would silently keep one",
                    key.place,
                )
                return
            parent.entries.append((key, node))

    def in_braces(self, key: Scalar, value: Scalar, parent: _Open) -> None:
        """Look for traps, once: what follows a value that a comma split has no value of its own, and was said already."""
        if not value.text and self.split is parent:
            self.split = None
            return
        if is_split(value):
            self.split = parent
        self.findings += value_traps(key, value, self.lines, first=not parent.entries)

    def key(self, node: Node, parent: _Open) -> Scalar:
        if not isinstance(node, Scalar):
            self.note(
                "Y125", "键只能是一个词，不能是列表或映射", "a key is one word, not a list or a mapping", node.place
            )
            return Scalar(f"?{len(parent.entries)}", node.place, None, plain=False)
        if node.text == "<<" and node.plain:
            self.note(
                "Y123",
                "不能用 << 合并，请把内容写出来",
                "merges (<<) are not used here; write the content out",
                node.place,
            )
        if not node.text and node.plain:
            self.note("Y125", "冒号前面少了键", "a key is missing before the colon", node.place)
        return node


class _Stop(Exception):
    """A limit was reached: the end of reading, no error."""


def _point(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def _place(event: Any) -> Place:
    return Place(
        event.start_mark.line + 1, event.start_mark.column + 1, event.end_mark.line + 1, event.end_mark.column + 1
    )

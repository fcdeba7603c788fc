"""The rows of a list, from its own file or from the .csv beside it, each value held against its column. Not here: the columns (lists.py)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from workflow.domain.item import Value
from workflow.domain.tree import Field
from workflow.grammars.answer import Problem, read_answer
from workflow.grammars.values import MISSING
from workflow.language.entries import Notes, whole
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar, Sequence

MAX_ROWS: Final = 20_000
START: Final = Place(1, 1, 1, 1)
_ISO_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Rows:
    """The rows of one list: each value held against its column, and no name twice."""

    def __init__(self, columns: tuple[Field, ...], notes: Notes) -> None:
        self.columns = columns
        self.notes = notes
        self.names: dict[str, Place] = {}

    def written(self, node: Node) -> list[tuple[Value, ...]]:
        """The rows of the YAML file."""
        rows = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            entries: dict[str, Any] = {}
            places: dict[str, Place] = {}
            for key, value in self.notes.pairs(item, "- { 名称: 理发, 类别: 生活 }"):
                column = self.column(key.text, whole(key))
                if column is None:
                    continue
                entries[column.name], places[column.name] = _raw(value), value.place
            if isinstance(item, nodes.Mapping):
                start = Place(item.place.line, item.place.column, item.place.line, item.place.column + 1)
                rows.append(self.row(entries, places, start))
        return rows

    def beside(self, source: bytes) -> list[tuple[Value, ...]]:
        """The rows of the .csv: columns in any order, its first line names them."""
        text = _decoded(source)
        if text is None:
            self.notes.say("O437", ".csv 的编码要是 UTF-8 或 GB18030", "the .csv must be UTF-8 or GB18030", START)
            return []
        lines = io.StringIO(text, newline="").readlines()
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows: list[tuple[Value, ...]] = []
        head: list[Field | None] = []
        begin = 1
        try:
            for record in reader:
                place = Place(begin, 1, begin, len(lines[begin - 1].rstrip("\r\n")) + 1)
                begin = reader.line_num + 1
                if not any(cell.strip() for cell in record):
                    continue
                if not head:
                    head = self.head(record, place)
                    if self.notes.findings:
                        break
                    continue
                if len(record) != len(head):
                    zh, en = (
                        f"这一行有 {len(record)} 格，首行有 {len(head)} 格",
                        f"this line has {len(record)} cells, the first has {len(head)}",
                    )
                    self.notes.say("O437", zh, en, place)
                elif len(rows) >= MAX_ROWS:
                    zh, en = f"最多 {MAX_ROWS} 行；再多请用队伍", f"at most {MAX_ROWS} rows; longer ones are pools"
                    self.notes.say("O438", zh, en, place)
                    break
                else:
                    cells = {column.name: cell for column, cell in zip(head, record, strict=True) if column is not None}
                    rows.append(self.row(cells, {}, place))
        except csv.Error as error:
            at = min(begin, len(lines) or 1)
            self.notes.say(
                "O437", f".csv 读不下去：{error}", f"the .csv cannot be read on: {error}", Place(at, 1, at, 1)
            )
        if not head and not self.notes.findings:
            self.notes.say(
                "O437", ".csv 是空的；首行要写列名", "the .csv is empty; its first line names the columns", START
            )
        return rows

    def head(self, record: list[str], place: Place) -> list[Field | None]:
        """The columns of the cells, None for one that is unknown; every column that is not optional must be there."""
        names = [cell.strip() for cell in record]
        head = [self.column(name, place) for name in names]
        absent = [column.name for column in self.columns if not column.optional and column.name not in names]
        if absent:
            self.notes.say("O437", f"首行缺列：{'、'.join(absent)}", f"the first line lacks {', '.join(absent)}", place)
        if len(set(names)) != len(names):
            self.notes.say("O437", "首行有重复的列", "the first line names a column twice", place)
        return head

    def column(self, name: str, place: Place) -> Field | None:
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            self.notes.unknown("O433", ("列", "column"), name, [column.name for column in self.columns], place)
        return found

    def row(self, raw: Mapping[str, Any], places: Mapping[str, Place], start: Place) -> tuple[Value, ...]:
        """One value a column; what a column refuses is a finding at its value, or at the row."""
        values = tuple(
            self.value(column, raw.get(column.name), places.get(column.name, start)) for column in self.columns
        )
        if values and isinstance(values[0], str):
            place = places.get(self.columns[0].name, start)
            first = self.names.setdefault(values[0], place)
            if first is not place:
                zh, en = (
                    f"“{values[0]}”在第 {first.line} 行已经有了",
                    f"“{values[0]}” stands already in line {first.line}",
                )
                self.notes.say("O435", zh, en, place)
        return values

    def value(self, column: Field, raw: Any, place: Place) -> Value:
        value = read_answer(column, raw, _NoClock())
        if column.type == "date" and isinstance(raw, str) and raw.strip() and not _ISO_DAY.fullmatch(raw.strip()):
            # people may answer 明天; a file is read on any day
            value = Problem(f"{column.name}：日期要写成 2026-01-01", f"{column.name}: a date looks like 2026-01-01")
        if not isinstance(value, Problem):
            return value
        self.notes.say("O434", value.zh, value.en, place)
        return None


class _NoClock:
    """What a list's values are read over: nothing. The moment is only there to be of the right type; no column asks for it."""

    now = started = datetime(2000, 1, 1, tzinfo=UTC)
    zone = UTC

    def lookup(self, parts: tuple[str, ...]) -> Any:
        return MISSING

    def shift(self, moment: datetime, duration: Any, sign: Any) -> NoReturn:
        raise ValueError("a list's values know no clock")


def _raw(node: Node) -> Any:
    """A value as an answer would hold it; what has no place in a list is text that no column takes."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [item.text if isinstance(item, Scalar) else None for item in node.items]
    return {}


def _decoded(source: bytes) -> str | None:
    """The text of a .csv: what spreadsheets save here is UTF-8, with a mark or without, or GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None

"""The text of a list (名录), and of the .csv beside it, to a named list with typed rows, and findings. Not here: who keeps it.

Codes: O43x.
"""

from __future__ import annotations

from typing import Final

import msgspec

from workflow.domain.finding import Finding
from workflow.domain.item import Value
from workflow.domain.tree import Field, FieldType
from workflow.grammars.field import check_name, choice, read_field, read_key
from workflow.language.entries import Entries, Notes, whole
from workflow.language.organisations.rows import START, Rows
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar, Sequence
from workflow.language.text.reader import read
from workflow.organisation.model import NamedList

MAX_COLUMNS: Final = 40
KEYS: Final = {"list": "list", "名录": "list", "columns": "columns", "列": "columns", "rows": "rows", "行": "rows"}
COLUMN_TYPES: Final[frozenset[FieldType]] = frozenset(
    {"text", "int", "number", "money", "bool", "stars", "date", "duration", "choice", "phone", "url", "place", "person", "unit"}
)  # fmt: skip
_MANY: Final = "many "


class ListReading(msgspec.Struct, frozen=True):
    """A list, None where anything was found; what was found in its file, and in the .csv beside it."""

    value: NamedList | None
    findings: tuple[Finding, ...]
    csv_findings: tuple[Finding, ...] = ()


def read_list(source: bytes | str, beside: bytes | None = None) -> ListReading:
    """Read a list's file; `beside` are the bytes of the .csv of the same name, where there is one."""
    document = read(source)
    if document.root is None:
        return ListReading(None, document.findings)
    notes, csv_notes = Notes(), Notes()
    notes.findings += document.findings
    top = notes.entries(document.root, KEYS)
    notes.needed(top, ("list", "columns"), START)
    name = notes.scalar(top, "list", "list: 服务类型")
    if name is not None:
        notes.grammar("O430", name, check_name)
    columns = _columns(notes, top)
    rows: list[tuple[Value, ...]] = []
    if notes.findings:
        # without columns that can be relied on, every row would be a finding
        return ListReading(None, notes.ordered())
    if "rows" in top and beside is not None:
        zh, en = "行写在这里又写在 .csv 里，只留一处", "the rows stand here and in the .csv; keep one of them"
        notes.say("O436", zh, en, whole(top["rows"][0]))
    elif "rows" in top:
        rows = Rows(columns, notes).written(top["rows"][1])
    elif beside is not None:
        rows = Rows(columns, csv_notes).beside(beside)
    else:
        zh, en = (
            "没有行：写 rows，或在旁边放同名的 .csv",
            "there are no rows: write rows, or put a .csv of the same name beside this file",
        )
        notes.say("O436", zh, en, START)
    value = None
    if name is not None and not notes.findings and not csv_notes.findings:
        value = NamedList(name.text, columns, tuple(rows))
    return ListReading(value, notes.ordered(), csv_notes.ordered())


def _columns(notes: Notes, top: Entries) -> tuple[Field, ...]:
    """The columns as written; what is wrong with one is a finding, and the column is left out."""
    if "columns" not in top:
        return ()
    example = "columns: { 名称: text 1..20, 类别: [生活, 文化] }"
    found = [_column(notes, key, value) for key, value in notes.pairs(top["columns"][1], example)]
    columns = tuple(column for column in found if column is not None)
    place = whole(top["columns"][0])
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        notes.say("O431", "有两列同名", "two columns have one name", place)
    if not 1 <= len(found) <= MAX_COLUMNS:
        notes.say("O431", f"要有 1 到 {MAX_COLUMNS} 列", f"there must be 1 to {MAX_COLUMNS} columns", place)
    if (
        found
        and (first := found[0]) is not None
        and (first.type not in {"text", "choice", "unit", "person"} or first.optional or first.many)
    ):
        notes.say(
            "O432",
            f"第一列是每行的名字，必填，要用 text、单选、unit 或 person；“{first.name}”不行",
            f"the first column names the row: a text, one choice, a unit or a person, never left out; “{first.name}” is not",
            place,
        )
    return columns


def _column(notes: Notes, key: Scalar, value: Node) -> Field | None:
    named = notes.grammar("O430", key, read_key)
    if named is None:
        return None
    name, optional = named
    many = isinstance(value, nodes.Mapping) and [word.text for word, _ in value.entries] in (["many"], ["多选"])
    inner = value.entries[0][1] if many and isinstance(value, nodes.Mapping) else value
    if isinstance(inner, Sequence):
        words = list(notes.words(inner, "[生活, 文化]"))
        whole_list = Scalar("", inner.place, None, plain=True)
        return notes.grammar(
            "O431", whole_list, lambda _: choice((word.text for word in words), name, optional=optional, many=many)
        )
    if not isinstance(inner, Scalar):
        example = "text 1..20、[生活, 文化]、{ many: [生活, 文化] }"
        notes.say("O431", f"列的类型要像 {example}", f"a column's type looks like {example}", inner.place)
        return None
    if many:
        shift = None if inner.indent is None else inner.indent - len(_MANY)
        inner = Scalar(_MANY + inner.text, inner.place, shift, inner.plain)
    column = notes.grammar("O431", inner, lambda text: read_field(text, name, optional=optional))
    if column is None:
        return None
    if column.type not in COLUMN_TYPES or column.compare is not None:
        zh = f"名录的列不能是“{inner.text}”；可以用 {' '.join(sorted(COLUMN_TYPES - {'choice'}))} 和选项"
        en = f"a list's column cannot be “{inner.text}”; there are {' '.join(sorted(COLUMN_TYPES - {'choice'}))} and choices"
        notes.say("O431", zh, en, whole(inner))
        return None
    return column

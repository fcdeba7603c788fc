"""How a form's value is spelt for a reader: amounts, dates, names, units, files. What was erased says so. Not here: which are shown (cards/)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec

from workflow.domain import tree
from workflow.domain.item import Value
from workflow.talk.plain import cut, line
from workflow.talk.scene import Upload
from workflow.talk.speaker import Speaker
from workflow.talk.view import Attachment

MOST_ROWS: Final = 20
_SEALED: Final = "sealed"
_JSON: Final = re.compile(r"\s*\{")


class Ink(msgspec.Struct, frozen=True):
    """What spelling needs: the reader, the words by commitment, the files by id; `rows`: what names a row, by its origin."""

    speaker: Speaker
    contents: Mapping[str, str]
    files: Mapping[str, Upload]
    rows: Mapping[str, str] = {}

    @property
    def erased(self) -> str:
        """What stands where words stood once."""
        return self.speaker.say("value.erased")

    def words(self, commitment: str) -> str:
        """People's words, or that they were erased; empty for none."""
        if not commitment:
            return ""
        return self.contents.get(commitment, self.erased)

    def value(self, field: tree.Field, value: Value) -> str:
        """A value of this field on one line, rows on one line each; empty for none."""
        if value is None:
            return ""
        if field.type == "rows" and isinstance(value, list):
            return self._rows(field, value)
        if field.type in ("file", "photo"):
            return self._files(value)
        if isinstance(value, list):
            return self.speaker.listed(self._one(field, one) for one in value)
        return self._one(field, value)

    def _one(self, field: tree.Field, value: Value) -> str:
        if isinstance(value, dict):
            return self._words(value)
        speaker = self.speaker
        try:
            match field.type:
                case "money":
                    return speaker.say("value.money", amount=fen(int(value)))
                case "bool":
                    return speaker.say("value.yes" if value else "value.no")
                case "date":
                    return speaker.day(date.fromisoformat(value))
                case "datetime":
                    return speaker.moment(datetime.fromisoformat(value))
                case "duration":
                    return speaker.span(int(value))
                case "stars":
                    return "★" * int(value) + "☆" * (int(field.high or 5) - int(value))
                case "person":
                    return speaker.person(str(value))
        except (TypeError, ValueError):
            return line(str(value), 300)
        return line(self.rows.get(str(value), str(value)), 300)

    def _words(self, value: Mapping[str, Any]) -> str:
        text = self.contents.get(str(value.get(_SEALED, "")))
        if text is None:
            return self.erased
        if _JSON.match(text):
            return _place(text, self.speaker)
        return line(text, 1000)

    def _files(self, value: Value) -> str:
        uploads = [self.files.get(one) for one in file_ids(value)]
        return self.speaker.listed(self.erased if one is None else one.name for one in uploads)

    def _rows(self, field: tree.Field, rows: list[Any]) -> str:
        said = [
            f"{n}. " + " · ".join(filter(None, (self.value(one, row.get(one.name)) for one in field.columns)))
            for n, row in enumerate(map(dict, rows[:MOST_ROWS]), 1)
        ]
        if len(rows) > MOST_ROWS:
            said.append(self.speaker.say("value.more_rows", n=len(rows) - MOST_ROWS))
        return "\n".join(cut(one, 300) for one in said)

    def attachments(self, field: tree.Field, value: Value) -> Iterator[Attachment]:
        """The files in a value, in rows as well."""
        if field.type in ("file", "photo"):
            yield from (self.files[one].attachment for one in file_ids(value) if one in self.files)
        elif field.type == "rows" and isinstance(value, list):
            for row in map(dict, value):
                for column in field.columns:
                    yield from self.attachments(column, row.get(column.name))


def file_ids(value: Value) -> list[str]:
    """The ids of the files in a file's or photo's value."""
    listed = value if isinstance(value, list) else [value]
    return [str(one["file"]) for one in listed if isinstance(one, dict) and one.get("file")]


def commitments(value: Value) -> Iterator[str]:
    """Every commitment of words in a value (not of files, which are asked for by id)."""
    if isinstance(value, list):
        for one in value:
            yield from commitments(one)
    elif isinstance(value, dict):
        if isinstance(value.get(_SEALED), str):
            if "file" not in value:
                yield value[_SEALED]
        else:
            for one in value.values():
                yield from commitments(one)


def files_in(value: Value) -> Iterator[str]:
    """The id of every file in a value, in rows as well."""
    if isinstance(value, list):
        for one in value:
            yield from files_in(one)
    elif isinstance(value, dict):
        if isinstance(value.get("file"), str):
            yield value["file"]
        else:
            for one in value.values():
                yield from files_in(one)


def fen(amount: int) -> str:
    """`12345.00` for 1234500 fen."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"


def _place(text: str, speaker: Speaker) -> str:
    """A place that was kept as an object: its name, or its coordinates (millionths of a degree); of a check-in, when."""
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return line(text, 1000)
    at = found.pop("at", None)
    when = f" · {speaker.moment(datetime.fromisoformat(at))}" if isinstance(at, str) else ""
    name = found.get("text") or found.get("name")
    if isinstance(name, str) and name:
        return line(name, 300) + when
    return ", ".join(f"{one / 1e6:.6f}" if isinstance(one, int) else line(str(one)) for one in found.values()) + when

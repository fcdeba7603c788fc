"""One version of a document as the editor shows it: its outline, what each place of it is, and the names it gives. Not here: what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

from workflow.language.files import Kind
from workflow.language.shapes import ANYTHING, SECTIONS, SHAPES, Section, Shape, shape_of
from workflow.language.text.slips import MAX_BYTES
from workflow.lsp.outline import ITEM, Cursor, Entry, Frame, cursor, outline
from workflow.lsp.positions import Positions

_SECTIONS: Final[dict[Kind, str]] = {"flow": "top", "organisation": "organisation", "list": "list"}


class Place(NamedTuple):
    """What stands at the end of a path: its shape's name, and the last known key above it with that key's section."""

    shape: str
    section: str
    key: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the flow gives: `what` it is (field, column, step, value), and the entry that gives it."""

    what: Literal["field", "column", "step", "value"]
    entry: Entry


class Page:
    """A document at one version. `kind` says which keys it has."""

    def __init__(self, source: str, kind: Kind, encoding: str) -> None:
        self.kind = kind
        self.positions = Positions(source, encoding)
        self.top = SECTIONS[_SECTIONS[kind]]

    @cached_property
    def outline(self) -> Frame:
        """The outline; of a text beyond the reader's limit, nothing."""
        text = self.positions.text
        return outline(text if len(text) <= MAX_BYTES else "")

    def cursor(self, row: int, column: int) -> Cursor | None:
        """What would be written at a place."""
        return cursor(self.positions.text, row, column) if len(self.positions.text) <= MAX_BYTES else None

    def entry(self, row: int, column: int) -> tuple[Entry, bool] | None:
        """The entry whose key (True) or single text (False) stands at a place."""
        for entry in self.outline.walk():
            if entry.key and entry.at.holds(row, column):
                return entry, True
            if entry.value is not None and entry.value.holds(row, column):
                return entry, False
        return None

    def whole(self, frame: Frame) -> Frame:
        """The same mapping in the whole text, where `frame` is that of a text cut at the cursor."""
        owner = frame.owner
        if owner is None:
            return self.outline
        for entry in self.outline.walk():
            if entry.at.row == owner.at.row and entry.at.start == owner.at.start and entry.inner is not None:
                return entry.inner
        return frame

    # ------------------------------------------------------------------------------------------- what a place is

    def place(self, path: list[str]) -> Place:
        """What the end of a path is; the top for an empty one."""
        section, shape, name = self.top, Shape(text=False, section=_SECTIONS[self.kind]), ""
        here = Place("", _SECTIONS[self.kind], "")
        for key in path:
            if key == ITEM and shape.items:
                name = shape.items
            elif shape.section:
                section = SECTIONS[shape.section]
                word = section.spellings.get(key)
                if word is None:
                    return Place(ANYTHING, shape.section, "")
                name = shape_of(shape.section, word)
                here = Place(name, shape.section, word)
            elif shape.named:
                name = shape.named
            else:
                return Place(ANYTHING, here.section, here.key)
            if name not in SHAPES:
                return Place(ANYTHING, here.section, here.key)
            shape = SHAPES[name]
        return Place(name, here.section, here.key)

    def section(self, path: list[str]) -> tuple[str, Section] | None:
        """The section whose keys stand below a path, with its name."""
        if not path:
            return _SECTIONS[self.kind], self.top
        shape = SHAPES.get(self.place(path).shape)
        return (shape.section, SECTIONS[shape.section]) if shape is not None and shape.section else None

    # ------------------------------------------------------------------------------------------- the names it gives

    @cached_property
    def names(self) -> list[Named]:
        """The fields, steps and values of a flow, in the order of the text."""
        return list(self._names()) if self.kind == "flow" else []

    def _names(self) -> Iterator[Named]:
        for entry in self.outline.walk():
            if entry.parent.sequence or not entry.key:
                continue
            shape = self.place(entry.parent.path()).shape
            if shape == "form":
                yield Named("field", entry)
            elif shape == "columns":
                yield Named("column", entry)
            elif shape == "steps":
                yield Named("step", entry)
            elif shape in {"templates", "values"}:
                yield Named("value", entry)

    def of_start(self, named: Named) -> bool:
        """Whether a field is one of the start's form, whose names are the whole flow's."""
        path = named.entry.parent.path()
        return len(path) == 2 and self.top.spellings.get(path[0]) == "start"

    def named(self, word: str) -> Named | None:
        """The name, if the flow gives it."""
        return next((one for one in self.names if one.entry.key.rstrip("?？") == word), None)

    def kind_of(self, step: Entry) -> str:
        """What a step does, by its English word; empty where it does not say."""
        spellings = SECTIONS["step"].spellings
        keys = [spellings.get(each.key, "") for each in step.inner.entries] if step.inner is not None else []
        return next((key for key in keys if key in SECTIONS["step"].heads), "")

    def in_chinese(self) -> bool:
        """Whether most known keys are written in Chinese."""
        known = [entry.key for entry in self.outline.walk() if entry.key in _BOTH]
        return sum(not key.isascii() for key in known) * 2 > len(known)


_BOTH: Final = {spelling for section in SECTIONS.values() for spelling in section.spellings}

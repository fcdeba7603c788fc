"""What may be written at the cursor: keys where they may stand, words of closed lists, and the names at hand. Not here: the protocol (server.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from workflow.grammars.words import NEED, REMIND, TYPES, chinese
from workflow.language.meanings import Language, Said, markdown, value
from workflow.language.names import EXPORTS, IN_ENGLISH, ITEM
from workflow.language.shapes import SHAPES, Section
from workflow.lsp.outline import Cursor, Entry, Frame
from workflow.lsp.page import Named, Page
from workflow.organisation.model import Organisation

Sort = Literal["key", "kind", "word", "role", "name", "step", "type", "snippet"]
_DEEP: Final = {"steps", "form", "start", "columns"}
"""Shapes whose mapping goes onto lines of its own."""
_DURATIONS: Final = ("1工作日", "3工作日", "5工作日", "4小时", "1日")
_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be written. `insert` takes the place of the word before the cursor; `rank` orders what is offered."""

    label: str
    insert: str
    sort: Sort
    detail: str = ""
    about: str = ""
    rank: int = 5


def offers(
    page: Page, row: int, column: int, organisation: Organisation | None, language: Language
) -> tuple[list[Offer], int]:
    """What may be written at a place, each once, and how many characters before the place it replaces."""
    here = page.cursor(row, column)
    if here is None:
        return [], 0
    found = list(_Offers(page, here, (row, column), organisation, language).all())
    dotted = here.word.rpartition(".")[0] + "." if "." in here.word else ""
    if dotted:
        found = [one for one in found if one.insert.startswith(dotted) and one.insert != dotted]
    unique = {one.insert: one for one in reversed(found)}
    return sorted(unique.values(), key=lambda one: (one.rank, one.insert))[:_MOST], len(here.word)


class _Offers:
    """What may be written at one place. `tongue`: the language of the file's keys; `voice`: that of its names."""

    def __init__(
        self, page: Page, here: Cursor, at: tuple[int, int], organisation: Organisation | None, language: Language
    ) -> None:
        self.page, self.here, self.at, self.organisation, self.language = page, here, at, organisation, language
        self.tongue: Language = "zh" if page.in_chinese() else "en"
        self.voice: Language = "en" if page.positions.text.isascii() else "zh"

    def all(self) -> Iterator[Offer]:
        here = self.here
        path = here.path()
        shape = self.page.place(path).shape
        if here.entry is None and not here.frame.sequence:
            section = self.page.section(path)
            if section is not None:
                yield from self.keys(*section, self.page.whole(here.frame), between=here.frame.indent < 0)
            known = SHAPES.get(shape)
            if known is not None and known.named == "rung":
                yield from (Offer(one, f"{one}: ", "snippet") for one in _DURATIONS)
            return
        yield from self.values(shape)
        if here.frame.sequence and here.frame.indent >= 0 and (section := self.page.section(path)) is not None:
            yield from self.keys(*section, Frame(0, sequence=False), between=False)

    # ------------------------------------------------------------------------------------------- keys

    def keys(self, name: str, section: Section, frame: Frame, *, between: bool) -> Iterator[Offer]:
        """The keys of a section that do not stand there yet, those that mean something beside its head; the file's own language first."""
        others = [
            entry for entry in (*frame.entries, *self.here.frame.entries) if entry.key and not entry.at.holds(*self.at)
        ]
        there = {section.spellings.get(entry.key, "") for entry in others}
        head = next((word for word in section.heads if word in there), None)
        for word, alias in section.words.items():
            if (
                word in there
                or (head is not None and word not in section.beside[head])
                or (section.only and there - {""})
            ):
                continue
            rank = 0 if word in section.needed or (head is None and word in section.heads) else 3
            rank -= 1 if head is not None and word in section.owed.get(head, ()) else 0
            for spelling in (word, alias):
                foreign = (spelling == word) == (self.tongue == "zh")
                deep = section.shapes.get(word) in _DEEP and not between
                yield Offer(
                    spelling, f"{spelling}:" if deep else f"{spelling}: ", "kind" if word in section.heads else "key",
                    alias if spelling == word else word, markdown(name, word, self.language), rank + foreign,
                )  # fmt: skip

    # ------------------------------------------------------------------------------------------- values

    def values(self, shape: str) -> Iterator[Offer]:
        known = SHAPES.get(shape)
        for word in known.words if known is not None else ():
            yield Offer(word, word, "word", rank=int(word.isascii() == (self.tongue == "zh")))
        if shape in _BY_SHAPE:
            yield from _BY_SHAPE[shape](self, value(shape, self.language))
        else:
            yield from self.in_organisation(shape)

    def needs(self, about: str) -> Iterator[Offer]:
        yield from self.words(chinese(NEED), about)
        yield from (Offer(one, one, "snippet", about=about) for one in ("1", "2", "60%"))

    def moments(self, about: str) -> Iterator[Offer]:
        yield from (Offer(one, one, "snippet", about=about) for one in _DURATIONS)
        yield from self.fields("date", "datetime", "日期", "日期时间")

    def reminders(self, about: str) -> Iterator[Offer]:
        yield from self.words({"no": chinese(REMIND)["no"]}, about)
        yield from self.moments(about)

    def templates(self, _about: str) -> Iterator[Offer]:
        yield from (Offer(f"<{one.insert}>", f"<{one.insert}>", one.sort, one.detail) for one in self.everything())

    def types(self, about: str) -> Iterator[Offer]:
        yield from self.words(chinese(TYPES), about, "type")

    def lists(self, _about: str) -> Iterator[Offer]:
        yield from (one for one in self.everything(columns=False) if self.is_list(one.insert))
        yield from self.of_organisation("lists")

    def words(self, table: dict[str, str], about: str, sort: Sort = "word") -> Iterator[Offer]:
        """Words in both languages, the file's own first."""
        for word, alias in table.items():
            first, second = (alias, word) if self.tongue == "zh" else (word, alias)
            yield Offer(first, first, sort, second, about, 1)
            yield Offer(second, second, sort, first, about, 2)

    def actors(self, about: str) -> Iterator[Offer]:
        """Who may be named: roles at tiers and units, and the flow's own people."""
        place = self.page.place(self.here.path())
        organisation = self.organisation
        if organisation is not None:
            yield from self.posts(organisation.tiers, about, 1)
            yield from self.posts((one.id for one in organisation.units), about, 4)
            if place.key == "tell":
                yield from self.posts((f"各{tier}" for tier in organisation.tiers), about, 3)
                yield from (Offer(one.name, one.name, "name", one.unit, rank=2) for one in organisation.rooms)
        if place.key == "by":
            anyone = {"zh": "群众", "en": "anyone"}[self.voice]
            yield Offer(anyone, anyone, "word", Said("任何人", "everybody").spoken(self.language))
            return
        if place.key == "tell":
            submitter = {"zh": "提交人", "en": "submitter"}[self.voice]
            yield Offer(submitter, submitter, "word", rank=1)
        yield from self.fields("person", "人员")
        for named in self.page.names:
            if named.what == "step" and self.is_over(named):
                yield from (one for one in self.parts(self.bare(named), ("办理人",), 3))

    def posts(self, units: Iterable[str], about: str, rank: int = 2) -> Iterator[Offer]:
        roles = list(self.organisation.roles) if self.organisation is not None else []
        if self.page.kind == "organisation":
            roles = self.listed("roles")
        for unit in units:
            yield from (Offer(f"{unit}.{role}", f"{unit}.{role}", "role", unit, about, rank) for role in roles)

    def conditions(self, _about: str) -> Iterator[Offer]:
        yield from self.everything()

    def everything(self, *, columns: bool = True) -> Iterator[Offer]:
        """The flow's names that have a value by now, and what stands behind the dot of one."""
        for named in self.page.names:
            if self.is_mine(named):
                yield self.offer(named)
            if named.what == "step" and self.is_over(named) and "." in self.here.word:
                yield from self.parts(self.bare(named), EXPORTS)
            elif named.what == "column" and columns:
                yield Offer(f"各.{self.bare(named)}", f"各.{self.bare(named)}", "name", named.entry.text, rank=6)
        if columns and "." in self.here.word:
            yield from self.parts({"zh": "本件", "en": "item"}[self.voice], ITEM)

    def parts(self, word: str, parts: Iterable[str], rank: int = 5) -> Iterator[Offer]:
        """What stands behind the dot of a step or the item, in the file's language."""
        english = {chinese: word for word, chinese in IN_ENGLISH.items()}
        for part in parts:
            spelt = f"{word}.{part if self.voice == 'zh' else english[part]}"
            yield Offer(spelt, spelt, "step", rank=rank)

    def is_mine(self, named: Named) -> bool:
        """Whether a name stands bare where the cursor is: a field of the start, what is over, or a field of the step's own form."""
        if named.what in {"step", "value"}:
            return self.is_over(named)
        mine = named.entry.parent.path()[:-1] == self.here.path()[:-1]
        return named.what == "field" and (self.page.of_start(named) or mine)

    def is_over(self, named: Named) -> bool:
        """Whether a step or a value stands above the cursor, and not around it."""
        at, path = named.entry.at, [*named.entry.parent.path(), named.entry.key]
        return (at.row, at.end) < self.at and self.here.path()[: len(path)] != path

    def is_list(self, word: str) -> bool:
        named = self.page.named(word)
        inner = named.entry.inner if named is not None else None
        if named is None or inner is None:
            return False
        keys = {entry.key for entry in inner.entries}
        return bool(keys & ({"each", "逐项"} if named.what == "step" else {"rows", "列表"}))

    def fields(self, *types: str) -> Iterator[Offer]:
        """The fields of the start's form, of these types alone where some are given."""
        for named in self.page.names:
            if (
                named.what == "field"
                and self.page.of_start(named)
                and (not types or named.entry.text.split(" ")[0] in types)
            ):
                yield self.offer(named)

    def before(self, _about: str) -> Iterator[Offer]:
        """Where a return may go: the submitter, and the steps above."""
        submitter = {"zh": "提交人", "en": "submitter"}[self.voice]
        yield Offer(submitter, submitter, "word", rank=1)
        yield from (self.offer(named) for named in self.page.names if named.what == "step" and self.is_over(named))

    def offer(self, named: Named) -> Offer:
        detail = self.page.kind_of(named.entry) if named.what == "step" else named.entry.text
        return Offer(self.bare(named), self.bare(named), "step" if named.what == "step" else "name", detail, rank=2)

    def bare(self, named: Named) -> str:
        return named.entry.key.rstrip("?？")

    # ------------------------------------------------------------------------------------------- the organisation

    def of_organisation(self, what: Literal["lists", "outlets"]) -> Iterator[Offer]:
        organisation = self.organisation
        for one in () if organisation is None else organisation.lists if what == "lists" else organisation.outlets:
            yield Offer(one.name, one.name, "name", rank=2)

    def in_organisation(self, shape: str) -> Iterator[Offer]:
        """The names that an organisation's file gives, where it uses them."""
        found = {
            "tier": self.listed("tiers"),
            "role": self.listed("roles"),
            "unit": self.under("units"),
            "room": self.under("rooms"),
        }
        for word in found.get(shape, []):
            yield Offer(word, word, "name")
        if shape == "language":
            yield from (Offer(word, word, "word") for word in ("zh", "en"))

    def under(self, section: str) -> list[str]:
        """The names under a section of this file."""
        return [entry.key for entry in self.inside(section) if entry.key]

    def listed(self, section: str) -> list[str]:
        """The texts of a list of this file."""
        return [entry.text for entry in self.inside(section) if entry.text]

    def inside(self, section: str) -> list[Entry]:
        spellings = self.page.top.spellings
        inner = next((one.inner for one in self.page.outline.entries if spellings.get(one.key) == section), None)
        return inner.entries if inner is not None else []


_BY_SHAPE: Final[dict[str, Callable[[_Offers, str], Iterator[Offer]]]] = {
    **dict.fromkeys(("actor", "actors"), _Offers.actors),
    **dict.fromkeys(("post", "posts"), lambda of, about: of.posts(of.under("units"), about)),
    **dict.fromkeys(("field", "column"), _Offers.types),
    **dict.fromkeys(("condition", "value"), _Offers.conditions),
    **dict.fromkeys(("place", "places"), _Offers.before),
    **dict.fromkeys(("name", "names"), lambda of, _about: of.fields()),
    **dict.fromkeys(("outlet", "outlets"), lambda of, _about: of.of_organisation("outlets")),
    **dict.fromkeys(("choice", "choices"), lambda of, _about: of.of_organisation("lists")),
    "need": _Offers.needs,
    "moment": _Offers.moments,
    "reminders": _Offers.reminders,
    "template": _Offers.templates,
    "listed": _Offers.lists,
}
"""What is offered for a value, by its shape."""

"""A value's text in the words of the other language, and values without their places. Not here: keys, and names, which have one spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, Literal, TypeAlias

from workflow.domain.tree import (
    Actor,
    Cap,
    Counter,
    Everyone,
    Field,
    InOrder,
    Last,
    Node,
    Recurrence,
    Shift,
    Slot,
    Span,
    Template,
    Who,
)
from workflow.grammars import words
from workflow.grammars.reader import Reader
from workflow.grammars.recurrence import CYCLES_EN, CYCLES_ZH, DAYS, ENGLISH_DAYS
from workflow.grammars.tokens import FUNCTIONS, KEYWORDS, PART_OF_DURATION, UNITS
from workflow.grammars.words import chinese, spellings

Language = Literal["zh", "en"]
Change: TypeAlias = tuple[int, int, str]
"""Characters of a text from, to, and what stands there instead."""

_PLACES: Final = frozenset({"span", "spans", "name_span", "op_span", "line", "digest", "source", "places"})
_IN_CHINESE: Final = {
    "operator": chinese(words.OPERATORS), "self": chinese(words.SELVES), "function": chinese(words.FUNCTIONS),
    "unit": chinese(words.UNITS), "type": chinese(words.TYPES), "need": chinese(words.NEED), "period": chinese(words.PERIODS),
}  # fmt: skip
_CYCLES_ZH: Final = {cycle: word for word, cycle in CYCLES_ZH.items()}
_CYCLES_EN: Final = {cycle: word for word, cycle in CYCLES_EN.items()}
_SELVES: Final = spellings(words.SELVES)
_TYPES: Final = spellings(words.TYPES)


def meaning(value: Any) -> Any:
    """A tree, a step or a whole definition without where it stands: two texts that mean the same have the same."""
    if isinstance(value, Node):
        held = {name: meaning(getattr(value, name)) for name in value.__struct_fields__ if name not in _PLACES}
        return type(value).__name__, held
    if is_dataclass(value):
        return {one.name: meaning(getattr(value, one.name)) for one in fields(value) if one.name not in _PLACES}
    if isinstance(value, Mapping):
        return {key: meaning(each) for key, each in value.items()}
    return [meaning(each) for each in value] if isinstance(value, tuple | list) else value


def changes(text: str, tree: Any, language: Language, more: Iterable[Change] = ()) -> list[Change]:
    """What would stand in the words of the language, apart from each other and in order. `more`: what only the names could tell."""
    inner = [*more, *(one for start, end in _spoken(text, tree) for one in _in_words(text, start, end, language))]
    if isinstance(tree, Field):
        inner += _in_field(text, language)
    whole = [one for node in nodes_in(tree) for one in _in_shape(text, node, language, inner)]
    inner = [one for one in inner if not any(start <= one[0] and one[1] <= end for start, end, _ in whole)]
    return sorted({one for one in (*inner, *whole) if one[2] != text[one[0] : one[1]]})


def changed(text: str, edits: Iterable[Change]) -> str:
    """The text with the changes made."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def nodes_in(tree: Any) -> Iterator[Node]:
    """A tree's nodes, from the outside in."""
    if isinstance(tree, Node):
        yield tree
        for name in tree.__struct_fields__:
            yield from nodes_in(getattr(tree, name))
    elif isinstance(tree, tuple):
        for each in tree:
            yield from nodes_in(each)


def written(word: str, language: Language, table: str) -> str:
    """How an English word of a table is written."""
    return word if language == "en" else _IN_CHINESE[table][word]


def _spoken(text: str, tree: Any) -> Iterator[Span]:
    """The parts of a text that are read by a grammar: all of it, or (of a template) what stands in its slots; a recurrence has words of its own."""
    if isinstance(tree, Recurrence):
        return
    if not isinstance(tree, Template):
        yield 0, len(text)
        return
    for piece in tree.pieces:
        if isinstance(piece, Slot):
            yield piece.span[0] + 1, piece.span[1] - 1


def _in_words(text: str, begin: int, end: int, language: Language) -> Iterator[Change]:
    """Reserved words, functions and units."""
    reader = Reader(text[begin:end])
    while reader.kind != "END":
        start, stop = begin + reader.start, begin + reader.end
        found = text[start:stop]
        if found in KEYWORDS and reader.kind == KEYWORDS[found]:
            yield start, stop, written(reader.kind, language, "operator")
        elif reader.kind == "FN":
            yield start, stop, written(FUNCTIONS[found], language, "function")
        elif reader.kind == "SELF" and not text[:start].rstrip().endswith("."):
            yield start, stop, written(_SELVES[found], language, "self")
        elif reader.kind in {"DUR", "SINCE"}:
            yield start, stop, _duration(found, language)
        reader.advance()


def _duration(text: str, language: Language) -> str:
    return PART_OF_DURATION.sub(lambda one: one[1] + written(UNITS[one[2]], language, "unit"), text)


def _in_field(text: str, language: Language) -> Iterator[Change]:
    reader = Reader(text)
    kind = _TYPES.get(text[reader.start : reader.end])
    if kind is not None:
        yield reader.start, reader.end, written(kind, language, "type")
    if kind in {"one", "many"}:
        reader.advance()
        reader.advance()
        if reader.is_word("where", words.OPERATORS["where"]):
            yield reader.start, reader.end, written("where", language, "operator")


def _in_shape(text: str, node: Node, language: Language, inner: list[Change]) -> Iterator[Change]:
    """What each language says in an order of its own."""
    start, end = node.span

    def part(first: int, last: int) -> str:
        return changed(
            text[first:last], ((a - first, b - first, new) for a, b, new in inner if first <= a and b <= last)
        )

    match node:
        case Everyone():
            yield start, end, written("all", language, "need")
        case InOrder():
            yield start, end, written("in order", language, "need")
        case Counter(per=str(per), width=width):
            yield start, end, f"<{'0' * (width - 1)}1 {_each(per, language)}>"
        case Recurrence():
            yield start, end, spelt(node, language)
        case Cap(per=per):
            yield start, end, f"{_amount(text[start:end])} {_each(per, language)}"
        case Last(period=str(period), before=before):
            yield start, end, _period(period, language, before=before)
        case Shift():
            duration = _duration(text[slice(*node.duration.span)], language)
            yield start, end, _shift(node, duration, part, language)
        case Actor():
            for who in (node.who, node.but):
                if isinstance(who, Who) and who.every:
                    tier = text[slice(*who.spans[0])]
                    yield who.span[0], who.spans[0][1], f"各{tier}" if language == "zh" else f"every {tier}"


def _each(per: str, language: Language) -> str:
    return f"每{written(per, 'zh', 'period')}" if language == "zh" else f"per {per}"


def _period(period: str, language: Language, *, before: bool) -> str:
    if language == "zh":
        return f"{'上' if before else '本'}{written(period, 'zh', 'period')}"
    return f"{'last' if before else 'this'} {period}"


def _amount(text: str) -> str:
    """The number of a cap, as it is written."""
    reader = Reader(text)
    return text[reader.start : reader.end]


def _shift(node: Shift, duration: str, part: Callable[[int, int], str], language: Language) -> str:
    ahead = node.sign > 0
    if node.anchor is None:
        return duration + ("后" if ahead else "前") if language == "zh" else duration + (" later" if ahead else " ago")
    anchor = part(*node.anchor.span)
    if language == "zh":
        return f"{anchor}{'后' if ahead else '前'} {duration}"
    return f"{duration} {'after' if ahead else 'before'} {anchor}"


def same(one: Any, other: Any) -> bool:
    """Whether two trees mean the same."""
    return bool(meaning(one) == meaning(other))


def spelt(tree: Recurrence, language: str) -> str:
    """A recurrence as it is written in a language (`zh`, `en`)."""
    clock = f" {tree.clock[0]:02}:{tree.clock[1]:02}" if tree.clock is not None else ""
    return (_recurs_zh(tree) if language == "zh" else _recurs_en(tree)) + clock


def _recurs_zh(tree: Recurrence) -> str:
    if tree.duration is not None:
        return "每" + "".join(f"{n}{written(unit, 'zh', 'unit')}" for n, unit in tree.duration.parts)
    if tree.every == "week":
        days = {n: word for word, (_, n) in DAYS.items()}
        return "每周" + "、".join(days[n] for n in tree.days)
    if tree.nth is None:
        return "每工作日" if tree.every == "workday" else "每日"
    month = ""
    if tree.month:
        month = f"{tree.month}月" if tree.every == "year" else f" 第{tree.month}个月"
    nth = {"day": f"{tree.nth.n}日", "workday": f"第{tree.nth.n}个工作日", "last": "最后工作日"}[tree.nth.which]
    return f"每{_CYCLES_ZH[tree.every]}{month} {nth}"


def _recurs_en(tree: Recurrence) -> str:
    if tree.duration is not None:
        return "every " + "".join(f"{n}{unit}" for n, unit in tree.duration.parts)
    if tree.every == "week":
        days = {n: word for word, n in ENGLISH_DAYS.items()}
        return "every " + ", ".join(days[n] for n in tree.days)
    if tree.nth is None:
        return f"every {tree.every}"
    month = f" month {tree.month}" if tree.month else ""
    nth = {"day": f"day {tree.nth.n}", "workday": f"workday {tree.nth.n}", "last": "last workday"}[tree.nth.which]
    return f"every {_CYCLES_EN[tree.every]}{month} {nth}"

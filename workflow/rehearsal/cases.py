"""The text of a `*.test.yaml` to cases, every word with its place, and what was found on the way. Not here: playing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from workflow.domain import places
from workflow.domain.finding import Finding
from workflow.domain.tree import Value
from workflow.grammars.expression import read_moment
from workflow.grammars.tokens import nearest
from workflow.grammars.typed import Unreadable, read_number
from workflow.grammars.values import Money, exact, lower
from workflow.language.desk import Desk, EnoughError, in_order
from workflow.language.entries import Entries, whole
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.text.reader import read
from workflow.rehearsal import words
from workflow.rehearsal.case import Case, Cases, Child, Expect, Expected, Hooked, Jump, Line, Sentence
from workflow.rehearsal.words import finding

LONGEST_NAME: Final = 120
EXAMPLE: Final = "- case: … people: … start: … then: …"
BALANCES: Final = "balances: { 公益币 中心.公益币池: 100 }"
BEFORE: Final = "before: [ { times: 9, 服务类型: 助老, 评单.满意度: 3 } ]"
TIMES: Final = ("times", "几件")
MOST_BEFORE: Final = 1000
_WORD: Final = re.compile(r"\S+")
_ACTS: Final = ("say", "refused", "after", "until", "expect", "arrived", "lost", "child")
_BESIDE: Final = {
    "because": ("refused",),
    "marks": ("say", "refused"),
    "form": ("say", "refused"),
    "comment": ("say", "refused"),
    "channel": ("say", "refused"),
    "respondent": ("say", "refused"),
    "ends": ("child",),
    "sets": ("child",),
    "row": ("child",),
}
_LISTS: Final = ("at", "waiting", "reminded", "told", "reported", "published", "called", "joined", "noticed")


def read_cases(text: str | bytes) -> Cases:
    """Read a file of cases. Never raises for a text, whatever it holds."""
    document = read(text)
    if document.root is None:
        return Cases((), document.findings)
    desk = Desk(None)
    cases: list[Case] = []
    with suppress(EnoughError):
        cases += _all(desk, document.root)
    found = in_order((*document.findings, *desk.findings))
    return Cases(() if found else tuple(cases), found)


def read_sentence(scalar: Scalar) -> Sentence | Finding:
    """A sentence by itself, as somebody typed it."""
    spans = [(one.group(), one.span()) for one in _WORD.finditer(scalar.text)]
    at = next((n for n, (word, _) in enumerate(spans) if n and word in words.VERBS), 0)
    if not at:
        typed = spans[1] if len(spans) > 1 else None
        near = nearest(typed[0], list(words.VERBS)) if typed else None
        place = scalar.part(typed[1]) if typed else whole(scalar)
        return finding("T501", place, near, verbs=" ".join(one for one in words.VERBS if not one.isascii()))
    rest = spans[at + 1 :]
    split = next((n for n, (word, _) in enumerate(rest) if word in words.ONWARDS), len(rest))
    before, after = rest[:split], rest[split + 1 :]
    if len(before) > 1 or (split < len(rest) and not after):
        return finding(
            "T501",
            scalar.part((rest[0][1][0], rest[-1][1][1])),
            verbs=" ".join(one for one in words.VERBS if not one.isascii()),
        )

    def joined(some: list[tuple[str, tuple[int, int]]]) -> tuple[str, Place]:
        if not some:
            return "", whole(scalar)
        span = some[0][1][0], some[-1][1][1]
        return scalar.text[slice(*span)], scalar.part(span)

    (who, who_place), (step, step_place), (to, to_place) = joined(spans[:at]), joined(before), joined(after)
    return Sentence(
        scalar.text, whole(scalar), who, words.VERBS[spans[at][0]], step, to, who_place, step_place, to_place
    )


def plain(node: Node) -> Any:
    """A node as Python's own lists, dictionaries and texts."""
    if isinstance(node, nodes.Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, nodes.Sequence):
        return [plain(one) for one in node.items]
    return node.text


def _all(desk: Desk, root: Node) -> list[Case]:
    if not isinstance(root, nodes.Sequence):
        desk.say("F303", root.place, example=EXAMPLE)
        return []
    if not root.items:
        desk.add(finding("T504", root.place))
    taken: dict[str, int] = {}
    cases: list[Case] = []
    for node in root.items:
        case = _case(desk, node)
        if case is None:
            continue
        first = taken.setdefault(case.name, case.place.line)
        if first != case.place.line:
            desk.add(finding("T505", case.place, name=case.name, line=first))
        cases.append(case)
    return cases


def _case(desk: Desk, node: Node) -> Case | None:
    entries = desk.entries(
        node, words.CASE_TABLE, EXAMPLE, Place(node.place.line, node.place.column, node.place.line, node.place.column)
    )
    if entries is None or not {"case", "start", "then"} <= set(entries):
        return None
    name = desk.line(entries, "case", LONGEST_NAME)
    place = whole(entries["case"][1]) if isinstance(entries["case"][1], Scalar) else entries["case"][0].place
    start = desk.entries(
        entries["start"][1], words.START_TABLE, "start: { by: 李明, form: { … } }", entries["start"][0].place
    )
    people = _people(desk, entries["people"][1]) if "people" in entries else None
    lines = _lines(desk, entries["then"][1])
    by = desk.text(start["by"][1], "by: 李明") if start is not None and "by" in start else None
    if start is None or by is None:
        return None
    form = _form(desk, start)
    posts = {key.text: whole(key) for key, _ in entries["people"][1].entries} if people else {}  # type: ignore[union-attr]
    balances = _balances(desk, entries["balances"][1]) if "balances" in entries else None
    return Case(
        name, place, people, by.text, whole(by), form or {}, lines, desk.line(start, "unit", LONGEST_NAME), posts, balances=balances,
        at=_moment(desk, start), row=desk.line(start, "row", LONGEST_NAME),
        before=_before(desk, entries["before"][1]) if "before" in entries else (),
    )  # fmt: skip


def _before(desk: Desk, node: Node) -> tuple[Mapping[str, str], ...]:
    """Items that ended before, the first first; `times` of one: so many alike."""
    found: list[Mapping[str, str]] = []
    for one in node.items if isinstance(node, nodes.Sequence) else (node,):
        held = {key.text: value.text for key, value in desk.pairs(one, BEFORE) if isinstance(value, Scalar)}
        times = next((held.pop(word) for word in TIMES if word in held), "1")
        if not times.isdecimal() or not 1 <= int(times) <= MOST_BEFORE:
            desk.say("F303", one.place, example=BEFORE)
        else:
            found += [held] * int(times)
    return tuple(found)


def _moment(desk: Desk, start: Entries) -> Value | None:
    """When the case's item begins."""
    scalar = desk.text(start["at"][1], "at: 2026-12-01 09:00") if "at" in start else None
    return desk.read("G205", scalar, read_moment) if scalar is not None else None


def _people(desk: Desk, node: Node) -> Mapping[str, tuple[str, ...]]:
    held: dict[str, tuple[str, ...]] = {}
    example = "people: { 站.协调员: 李明, 站.审核员: [张三, 李四] }"
    if not isinstance(node, nodes.Mapping):
        desk.say("F303", node.place, example=example)
        return held
    for key, value in node.entries:
        held[key.text] = tuple(one.text for one in desk.words(value, example))
    return held


def _balances(desk: Desk, node: Node) -> dict[tuple[str, str], int]:
    """`公益币 中心.公益币池: 100`: a currency and an account, and how much is there."""
    found: dict[tuple[str, str], int] = {}
    for key, value in desk.pairs(node, BALANCES):
        currency, blank, account = key.text.partition(" ")
        fen = _fen(value)
        if not blank or not account.strip() or fen is None:
            desk.say("F303", node.place, example=BALANCES)
        else:
            found[currency, account.strip()] = fen
    return found


def _fen(node: Node) -> int | None:
    """An amount in yuan, as fen."""
    try:
        return lower(exact(read_number(node.text)), "money") if isinstance(node, Scalar) else None
    except Unreadable:
        return None


def _form(desk: Desk, entries: Entries) -> Mapping[str, Any] | None:
    if "form" not in entries:
        return None
    node = entries["form"][1]
    if not isinstance(node, nodes.Mapping):
        desk.say("F303", node.place, example="form: { 标题: 读书会 }")
        return {}
    return plain(node)  # type: ignore[no-any-return]  # of a mapping: a dict


def _lines(desk: Desk, node: Node) -> tuple[Line, ...]:
    if not isinstance(node, nodes.Sequence):
        desk.say("F303", node.place, example="then: [ 张三 通过 站初审 ]")
        return ()
    return tuple(line for one in node.items if (line := _line(desk, one)) is not None)


def _line(desk: Desk, node: Node) -> Line | None:
    if isinstance(node, Scalar):
        return _sentence(desk, node, {})
    entries = desk.entries(node, words.LINE_TABLE, "{ say: 张三 通过 站初审 }")
    if not entries:
        return None
    acts = [word for word in _ACTS if word in entries]
    if len(acts) != 1:
        desk.add(finding("T502", node.place))
        return None
    (act,) = acts
    for word, (key, _) in entries.items():
        if word in _BESIDE and act not in _BESIDE[word]:
            desk.add(finding("T503", whole(key), word=key.text))
    if act == "expect":
        return _expect(desk, entries["expect"][1])
    scalar = desk.text(entries[act][1], f"{act}: …")
    if scalar is None:
        return None
    if act == "child":
        return _child(desk, scalar, entries)
    if act in ("arrived", "lost"):
        return Hooked(scalar.text, whole(scalar), act == "arrived")
    if act in ("say", "refused"):
        return _sentence(desk, scalar, entries)
    moment = desk.read("G205", scalar, read_moment)
    return Jump(scalar.text, whole(scalar), moment) if moment is not None else None


def _sentence(desk: Desk, scalar: Scalar, entries: Entries) -> Sentence | None:
    read_ = read_sentence(scalar)
    if isinstance(read_, Finding):
        desk.add(read_)
        return None
    marks: dict[str, str] = {}
    if "marks" in entries:
        for key, value in desk.pairs(entries["marks"][1], "marks: { 符合计划: 不通过 }"):
            mark = desk.text(value, "不通过")
            marks[key.text] = desk.chosen(mark, words.MARKS, "") if mark is not None else ""
    comment = desk.text(entries["comment"][1], "comment: …") if "comment" in entries else None
    because = desk.text(entries["because"][1], "because: decided") if "because" in entries else None
    return Sentence(
        read_.text, read_.place, read_.who, read_.verb, read_.step, read_.to, read_.who_place, read_.step_place, read_.to_place,
        marks, _form(desk, entries), comment.text if comment is not None else None, "refused" in entries,
        because.text if because is not None else "", _channel(desk, entries), desk.line(entries, "respondent", LONGEST_NAME),
    )  # fmt: skip


def _child(desk: Desk, scalar: Scalar, entries: Entries) -> Child:
    """How an item ends that a step began; done, where nothing is said."""
    state = desk.text(entries["ends"][1], "ends: done") if "ends" in entries else None
    values: dict[str, Any] = {}
    for key, value in desk.pairs(entries["sets"][1], "sets: { 得分: 92 }") if "sets" in entries else ():
        values[key.text] = plain(value)
    ends = {word: kind for word, kind in words.STATES.items() if kind in places.ENDS}
    return Child(
        scalar.text, whole(scalar), desk.chosen(state, ends, places.DONE) if state is not None else places.DONE, values,
        desk.line(entries, "row", LONGEST_NAME),
    )  # fmt: skip


def _channel(desk: Desk, entries: Entries) -> str:
    """How a coordinator heard what they write down for somebody."""
    scalar = desk.text(entries["channel"][1], "channel: 电话") if "channel" in entries else None
    return desk.chosen(scalar, words.CHANNELS, "") if scalar is not None else ""


def _expect(desk: Desk, node: Node) -> Expect | None:
    entries = desk.entries(node, words.EXPECT_TABLE, "expect: { at: 站初审, waiting: [张三] }")
    if entries is None:
        return None
    if not entries and isinstance(node, nodes.Mapping) and not node.entries:
        desk.say("F308", node.place)
    things = tuple(Expected(word, _thing(desk, word, value), value.place) for word, (_, value) in entries.items())
    return Expect(node.place, things)


_ONE_OF: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "escalated": ("是", words.TRUTHS), "state": ("done", words.STATES), "live": ("直播中", words.LIVES),
}  # fmt: skip
"""What is one of a few words."""


def _thing(desk: Desk, word: str, node: Node) -> Any:
    if word in _LISTS:
        return tuple(sorted(one.text for one in desk.words(node, f"{word}: [张三]")))
    if word in _ONE_OF:
        example, known = _ONE_OF[word]
        scalar = desk.text(node, f"{word}: {example}")
        return desk.chosen(scalar, known, None) if scalar is not None else None
    if not isinstance(node, nodes.Mapping):
        desk.say("F303", node.place, example=f"{word}: {{ … }}")
        return {}
    if word in ("balances", "held"):
        return {f"{currency} {account}": str(Money(fen)) for (currency, account), fen in _balances(desk, node).items()}
    texts = {key.text: desk.text(value, "…") for key, value in node.entries}
    if word == "results":
        return {name: desk.chosen(one, words.OUTCOMES, "") for name, one in texts.items() if one is not None}
    return {name: one.text for name, one in texts.items() if one is not None}

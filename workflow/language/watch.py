"""`watch`: rules over many items of the flow. Not here: what they look at when an item ends (steps.windows).

A function in `when` goes over the items of the window: what stands in it is kept of each item when it ends, and the condition
is computed over those columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from workflow.domain.definition import Action, Watch
from workflow.domain.tree import Call, Node, Ref, Value
from workflow.grammars.checks import check_condition
from workflow.grammars.errors import GrammarError
from workflow.grammars.evaluate import references
from workflow.grammars.expression import read_condition
from workflow.grammars.field import check_name
from workflow.grammars.kinds import Absence, Type, name_of
from workflow.grammars.periods import read_last
from workflow.grammars.respell import meaning
from workflow.grammars.types import Checked, check
from workflow.language.deeds.deeds import read_actions
from workflow.language.entries import Entries, whole
from workflow.language.keys import ACTION_TABLE, ACTIONS, WATCH_TABLE
from workflow.language.names import NONE, Name, Names, in_chinese, sealed_in
from workflow.language.reading import Reading
from workflow.language.text.nodes import Mapping, Scalar, Sequence
from workflow.language.text.nodes import Node as Written
from workflow.steps.windows import WINDOW

EXAMPLE: Final = "差评: { per: 项目, last: 10, when: mean(评单.满意度) < 4, do: { tell: 中心.协调员 } }"
OVER: Final = frozenset({"count", "sum", "mean", "min", "max"})
KEYS: Final = frozenset({"choice", "unit", "person", "int", "number", "stars", "bool", "text", "date", "money"})
ALLOWED: Final = frozenset({"tell", "publish", "webhook", "run", "count", "report"})
_TIME: Final = Type("duration")


def read_watch(reading: Reading, node: Written) -> tuple[Watch, ...]:
    """The rules, by their names."""
    return tuple(_rules(reading, node))


def _rules(reading: Reading, node: Written) -> Iterator[Watch]:
    for key, value in reading.desk.pairs(node, EXAMPLE):
        name = reading.desk.read("G207", key, check_name)
        entries = reading.desk.entries(value, WATCH_TABLE, EXAMPLE, whole(key))
        if entries is None:
            continue
        per, settled = _per(reading, entries)
        last = _last(reading, entries["last"][1]) if "last" in entries else None
        when = _when(reading, entries["when"][1]) if "when" in entries else None
        actions: tuple[Action, ...] = ()
        if "do" in entries:
            actions = read_actions(reading, entries["do"][1], settled)
            for word in _words(entries["do"][1]):
                if ACTION_TABLE.known.get(word.text, "text") in ACTIONS.keys() - ALLOWED:
                    reading.desk.say("F413", whole(word), word=word.text)
        if name is not None and last is not None and when is not None:
            columns, tree = when
            kept = hashlib.sha256(repr(meaning((per, columns))).encode()).hexdigest()[:12]
            yield Watch(name, f"{name}@{kept}", per, last, tree, columns, actions)


def _per(reading: Reading, entries: Entries) -> tuple[Value | None, frozenset[Absence]]:
    """What items go by; those of which it is missing are not looked at, so that in the deeds it is there."""
    if "per" not in entries:
        return None, NONE
    node = entries["per"][1]
    every = frozenset(one for name in reading.names.bare.values() for one in _absences(name))
    found = reading.value(node, "per: 服务类型", every)
    if found is None:
        return None, NONE
    tree, kind = found
    if kind.kind not in KEYS | {"unknown"} or kind.many:
        zh, en = name_of(kind)
        reading.desk.say("F410", node.place, zh=zh, en=en)
    return tree, frozenset(one for ref in references(tree) for one in reading.names.absences(ref.parts))


def _absences(name: Name) -> Iterator[Absence]:
    yield from name.absences
    for part in name.parts.values():
        yield from _absences(part)


def _last(reading: Reading, node: Written) -> Any:
    scalar = reading.desk.text(node, "last: 10")
    last = reading.desk.read("G211", scalar, read_last) if scalar is not None else None
    if scalar is not None and last is not None:
        reading.spell(scalar, last, Checked(last, _TIME, ()), lambda text: Checked(read_last(text), _TIME, ()))
    return last


def _when(reading: Reading, node: Written) -> tuple[tuple[Value, ...], Value] | None:
    """What is kept of each item, and the condition over it."""
    scalar = reading.desk.text(node, "when: mean(评单.满意度) < 4")
    written = reading.desk.read("G203", scalar, read_condition) if scalar is not None else None
    if scalar is None or written is None:
        return None
    looking = _Looking(reading.names)
    tree = looking.apart(written)
    known = len(reading.desk.findings)
    reading.desk.problems(scalar, looking.problems)
    for ref in looking.outside:
        if reading.names.find(ref.parts) is not None:
            reading.desk.say("F411", scalar.part(ref.span), word=".".join(ref.parts))
    for column in looking.columns:
        for ref in sealed_in(column, reading.names):
            reading.desk.say("F351", scalar.part(ref.span), word=".".join(ref.parts))
    if not looking.columns and len(reading.desk.findings) == known:
        reading.desk.say("F412", whole(scalar))
    checked = check_condition(tree, looking.scope())
    if len(reading.desk.findings) == known and reading.desk.problems(scalar, checked.problems):
        return None
    if len(reading.desk.findings) > known:
        return None
    reading.spell(
        scalar, written, Checked(looking.said(written), Type("bool"), ()), lambda text: _again(reading.names, text)
    )
    columns = tuple(in_chinese(column, reading.names) for column in looking.columns)
    return columns, checked.tree


def _again(names: Names, text: str) -> Checked:
    looking, written = _Looking(names), read_condition(text)
    tree = looking.apart(written)
    checked = check_condition(tree, looking.scope())
    return Checked(looking.said(written), checked.type, (*looking.problems, *checked.problems))


class _Looking:
    """One condition taken apart: what stands in its functions, and what is left over."""

    __slots__ = ("columns", "names", "outside", "problems", "types")

    def __init__(self, names: Names) -> None:
        self.names = names
        self.columns: list[Value] = []
        self.types: list[Type] = []
        self.outside: list[Ref] = []
        self.problems: list[GrammarError] = []

    def scope(self) -> Names:
        """The window's columns, and nothing else."""
        scope = Names()
        columns = {str(n): kind for n, kind in enumerate(self.types)}
        scope.bare = {
            WINDOW: Name(Type("rows", columns=columns), parts={word: Name(kind) for word, kind in columns.items()})
        }
        return scope

    def apart(self, tree: Any) -> Any:
        """The tree, each function over the items with a column in it."""
        if isinstance(tree, Call) and tree.function in OVER:
            return self.over(tree)
        if isinstance(tree, Ref):
            if len(tree.parts) > 1 or tree.parts[0] not in {"今天", "现在"}:
                self.outside.append(tree)
            return tree
        return _mapped(tree, self.apart)

    def over(self, tree: Call) -> Call:
        argument = tree.arguments[0]
        absent = frozenset(one for ref in references(argument) for one in self.names.absences(ref.parts))
        checked = check(argument, self.names, absent)
        self.problems += checked.problems
        word = str(len(self.columns))
        self.columns.append(checked.tree)
        self.types.append(checked.type)
        span = argument.span
        column = Ref(span, (WINDOW, word), (span, span))
        return msgspec.structs.replace(tree, arguments=(column, *tree.arguments[1:]))

    def said(self, tree: Any) -> Any:
        """The tree as it was written, the words in its functions settled."""
        left = iter(self.columns)

        def settled(part: Any) -> Any:
            if isinstance(part, Call) and part.function in OVER:
                return msgspec.structs.replace(part, arguments=(next(left), *part.arguments[1:]))
            return _mapped(part, settled)

        return settled(tree)


def _mapped(tree: Any, change: Any) -> Any:
    """The tree with each of its parts changed."""
    if isinstance(tree, Node):
        held = {name: getattr(tree, name) for name in tree.__struct_fields__}
        after = {name: _mapped_part(value, change) for name, value in held.items()}
        return msgspec.structs.replace(tree, **after)
    return tree


def _mapped_part(value: Any, change: Any) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped_part(one, change) for one in value)
    return value


def _words(node: Written) -> Iterator[Scalar]:
    """The words of the deeds, as they stand there."""
    for one in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(one, Mapping):
            yield from (key for key, _ in one.entries)

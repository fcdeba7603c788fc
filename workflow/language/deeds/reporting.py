"""`report`: what counters are summed up, for which units, over which days, and who is told. Not here: summing (steps.deeds.reporting)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from workflow.domain.definition import Action
from workflow.domain.tree import Last, Value
from workflow.grammars.expression import read_value
from workflow.grammars.field import check_name
from workflow.grammars.kinds import INT, NUMBERS, Absence, Type, name_of
from workflow.grammars.periods import read_last
from workflow.grammars.types import Checked, check
from workflow.language.entries import Entries, whole
from workflow.language.names import NONE
from workflow.language.reading import Reading
from workflow.language.text.nodes import Node
from workflow.language.who import read_actors

EXAMPLE: Final = "report: { 场次: 活动场次 }"
_DAYS: Final = frozenset({"d", "w", "mo", "y"})
_LASTING: Final = Type("duration")


class Counters:
    """The names that a report's values may use: counters, whole numbers all of them. (Which there are, only the store knows.)"""

    def type_of(self, parts: tuple[str, ...]) -> Type | None:
        """A bare word is a counter."""
        return INT if len(parts) == 1 else None

    def absences(self, parts: tuple[str, ...]) -> frozenset[Absence]:
        """What was never counted is nought."""
        return NONE

    def names(self, prefix: tuple[str, ...]) -> Iterable[str]:
        """Nobody knows them."""
        return ()


def read_report(reading: Reading, value: Node, entries: Entries) -> Action:
    """The lines of a report, by their names; `per` a tier, `last` the days, `to` whom."""
    own: dict[str, Any] = {}
    if "per" in entries and (tier := reading.desk.text(entries["per"][1], "per: 所")) is not None:
        own["per"] = tier.text
        organisation = reading.organisation
        if organisation is None:
            reading.desk.unverified(whole(tier))
        elif tier.text not in organisation.tiers:
            reading.desk.unknown("O451", whole(tier), tier.text, organisation.tiers)
    if "last" in entries and (last := _last(reading, entries["last"][1])) is not None:
        own["last"] = last
    to = read_actors(reading, entries["to"][1], "tell", "to: 中心.协调员") if "to" in entries else ()
    return Action("report", names=tuple(_lines(reading, value)), to=to, own=own)


def _lines(reading: Reading, node: Node) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = []
    scope = Counters()
    for key, value in reading.desk.pairs(node, EXAMPLE):
        name = reading.desk.read("G207", key, check_name)
        scalar = reading.desk.text(value, EXAMPLE)
        tree = reading.desk.read("G203", scalar, read_value) if scalar is not None else None
        if scalar is None or tree is None:
            continue
        checked = check(tree, scope)
        if not reading.desk.problems(scalar, checked.problems) and checked.type.kind not in NUMBERS | {"unknown"}:
            zh, en = name_of(checked.type)
            reading.desk.say("F395", whole(scalar), zh=zh, en=en)
        reading.spell(scalar, tree, checked, lambda text: check(read_value(text), scope))
        if name is not None:
            found.append((name, checked.tree))
    return found


def _last(reading: Reading, node: Node) -> Last | None:
    scalar = reading.desk.text(node, "last: 上月")
    last = reading.desk.read("G211", scalar, read_last) if scalar is not None else None
    if scalar is None or last is None:
        return None
    reading.spell(scalar, last, Checked(last, _LASTING, ()), lambda text: Checked(read_last(text), _LASTING, ()))
    if last.count or (last.duration is not None and not {unit for _, unit in last.duration.parts} <= _DAYS):
        reading.desk.say("F396", whole(scalar))
    return last

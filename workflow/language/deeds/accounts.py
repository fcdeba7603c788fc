"""`hold` and `pay`: how much of what, from where, to whom; and whether anything bounds it. Not here: doing them (steps.deeds.money)."""

from __future__ import annotations

from typing import Any, Final

from workflow.domain.definition import Account, Action
from workflow.domain.tree import (
    Calculate,
    Call,
    Cap,
    Choose,
    Duration,
    Negative,
    Number,
    Ref,
    Value,
)
from workflow.grammars.actor import read_actor
from workflow.grammars.field import check_name
from workflow.grammars.kinds import NUMBERS, Type, name_of
from workflow.grammars.periods import read_cap
from workflow.grammars.tokens import nearest
from workflow.grammars.types import Checked
from workflow.language.entries import Entries, whole
from workflow.language.names import PERSON, Names
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node, Scalar

EXAMPLE: Final = "{ pay: 公益币, amount: 10, from: 中心.公益币池, to: 提交人 }"
_WHOSE: Final = frozenset({"person", "unit", "unknown"})
_PERIOD: Final = Type("duration")


def read_transfer(reading: Reading, word: str, value: Node, entries: Entries, settled: Settled) -> Action:
    """A `hold` or a `pay`, whose value is the currency."""
    own: dict[str, Any] = {}
    scalar = reading.desk.text(value, EXAMPLE)
    if scalar is not None and (currency := reading.desk.read("G207", scalar, check_name)) is not None:
        own["currency"] = currency
    for key in ("from", "to"):
        if key in entries and (account := read_account(reading, entries[key][1], settled)) is not None:
            own[key] = account
    if "amount" in entries and (found := reading.value(entries["amount"][1], "amount: 100", settled)) is not None:
        tree, kind = found
        own["amount"] = tree
        if kind.kind not in NUMBERS | {"money", "unknown"} or kind.many:
            zh, en = name_of(kind)
            reading.desk.say("F390", entries["amount"][1].place, zh=zh, en=en)
        elif word == "pay" and "cap" not in entries and kind.kind != "unknown" and not bounded(tree, reading.names):
            reading.desk.say("F392", entries["amount"][1].place)
    if "cap" in entries and (cap := _cap(reading, entries["cap"][1])) is not None:
        own["cap"] = cap
    return Action(word, own=own)


def read_account(reading: Reading, node: Node, settled: Settled) -> Account | None:
    """Whose money: what a name of the flow says (a person, a unit), a unit or a tier, `UNIT.NAME`, or a bare name."""
    scalar = reading.desk.text(node, "from: 中心.公益币池")
    actor = reading.desk.read("G202", scalar, read_actor) if scalar is not None else None
    if scalar is None or actor is None:
        return None
    who = actor.who
    if actor.but is not None or who.every:
        _refuse(reading, scalar, "只能是一个账户", "it must be one account")
        return None
    first, written = who.parts[0], scalar.text
    if first in reading.names.bare or first in reading.taken or first == "各":
        return _own(reading, scalar, settled)
    if first in ("系统", "今天", "现在", "年", "季度", "月", "群众"):
        _refuse(reading, scalar, "这个词没有账户", "that word has no account")
        return None
    reading.spell(
        scalar, actor, Checked(actor, PERSON, ()), lambda text: Checked(read_actor(text), PERSON, ())
    )  # fmt: skip
    organisation = reading.organisation
    if len(who.parts) == 1:
        own = [word for word, name in reading.names.bare.items() if name.type.kind in _WHOSE]
        if (near := nearest(first, own)) is not None:
            _refuse(reading, scalar, f"是不是“{near}”？", f"did you mean “{near}”?", near)
            return None
        return Account(written, name=first)
    if len(who.parts) > 2:
        _refuse(reading, scalar, "要写成 单位.名称、层级.名称 或一个名称", "write UNIT.NAME, TIER.NAME or a name")
        return None
    if organisation is None:
        reading.desk.unverified(scalar.part(who.span))
    elif first not in organisation.tiers and organisation.unit(first) is None:
        units = [*organisation.tiers, *(one.id for one in organisation.units), *reading.taken]
        reading.desk.unknown("O451", scalar.part(who.spans[0]), first, units)
    return Account(written, unit=first, name=who.parts[1])


def bounded(tree: Value, names: Names) -> bool:
    """Whether a value has a greatest one, as far as the flow says: ranges of fields, written numbers, what is reckoned from them."""
    match tree:
        case Number() | Duration():
            return True
        case Ref():
            found = names.find(tree.parts)
            return found is not None and found[0].bounded
        case Negative():
            return bounded(tree.operand, names)
        case Calculate():
            return bounded(tree.left, names) and bounded(tree.right, names)
        case Choose():
            return bounded(tree.then, names) and bounded(tree.otherwise, names)
        case Call(function="min"):
            return any(bounded(one, names) for one in tree.arguments)
        case Call(function="max" | "mean"):
            return all(bounded(one, names) for one in tree.arguments)
    return isinstance(tree, Call) and tree.function in ("year", "quarter", "month", "day")


def _own(reading: Reading, scalar: Scalar, settled: Settled) -> Account | None:
    found = reading.value(scalar, "to: 提交人", settled, sealed=False)
    if found is None:
        return None
    tree, kind = found
    row = kind.kind == "row" and isinstance(tree, Ref) and tree.parts == ("各",)
    if isinstance(tree, Ref) and (row or (kind.kind in _WHOSE and not kind.many)):
        return Account(".".join(tree.parts), value=tree)
    zh, en = name_of(kind)
    _refuse(reading, scalar, f"是{zh}，不是人，也不是单位", f"it is {en}, neither a person nor a unit")
    return None


def _refuse(reading: Reading, scalar: Scalar, zh: str, en: str, fix: str | None = None) -> None:
    reading.desk.say("F391", whole(scalar), fix, word=scalar.text, zh=zh, en=en)


def _cap(reading: Reading, node: Node) -> Cap | None:
    scalar = reading.desk.text(node, "cap: 80 每日")
    cap = reading.desk.read("G211", scalar, read_cap) if scalar is not None else None
    if scalar is not None and cap is not None:
        reading.spell(scalar, cap, Checked(cap, _PERIOD, ()), lambda text: Checked(read_cap(text), _PERIOD, ()))
    return cap

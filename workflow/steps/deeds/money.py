"""`hold` 冻结 and `pay` 支付: what is set aside, paid and given back. Not here: what a fact books (domain.ledger), the administrators' credit (engine).

A deed holds and pays once for an item: gone through again after a return, it holds anew in place of what it held, and pays
only what is lacking. Whatever an item still holds is given back when it ends.
"""

from __future__ import annotations

from typing import Final

from workflow.domain import event as e
from workflow.domain import ledger
from workflow.domain.definition import Account, Action, Step
from workflow.domain.effect import Number
from workflow.domain.fold import step_path, stood
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.values import MISSING, Money, Row, exact, lower
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.periods import period_of

MOST: Final = 2**53 - 1
"""Fen of one payment: what an event can hold."""
_NOWHERE: Final = (0, 0)


class UncoveredError(ConditionError):
    """A payment, or a hold, that its account does not cover: it goes to the administrator. `counter` is the account's balance."""

    reason = "uncovered"

    def __init__(self, written: str, currency: str, account: str, asked: int, there: int) -> None:
        super().__init__(*_short(written, currency, asked, there), _NOWHERE)
        self.counter = ledger.balance(currency, account)


class ShortError(UncoveredError):
    """A hold that cannot be had; `fact` names what was short."""

    def __init__(self, fact: e.Lacked, written: str) -> None:
        super().__init__(written, fact.currency, fact.account, fact.asked, fact.there)
        self.fact = fact


def hold(draft: Draft, no: int, action: Action) -> None:
    """Set so much of an account aside for this item. Raises ShortError when the account has less."""
    currency, amount, deed = action.own["currency"], amount_of(draft, no, action), deed_of(draft, no, action)
    source = account_of(draft, no, action.own["from"])
    if (before := draft.item.holds.get(deed)) is not None:
        post(draft, e.Released(before.currency, before.account, before.amount, deed))
    there = _known(draft, ledger.balance(currency, source))
    if there is not None and there < amount:
        raise ShortError(e.Lacked(currency, source, amount, there, deed), action.own["from"].written)
    if amount:
        post(draft, e.Held(currency, source, amount, deed))


def pay(draft: Draft, no: int, action: Action) -> None:
    """Pay, out of what the item holds first. Raises UncoveredError when that and the account together do not cover it."""
    currency, deed = action.own["currency"], deed_of(draft, no, action)
    source, target = account_of(draft, no, action.own["from"]), account_of(draft, no, action.own["to"])
    asked = amount_of(draft, no, action) - draft.item.paid.get(deed, 0)
    if asked <= 0:
        return
    capped = _capped(draft, action, currency, target)
    amount = min(asked, _left(draft, action, capped)) if capped is not None else asked
    ours = sum(
        one.amount for one in draft.item.holds.values() if (one.currency, one.account) == (currency, source)
    )  # fmt: skip
    held = min(amount, ours)
    there = _known(draft, ledger.balance(currency, source))
    if there is not None and there < amount - held:
        raise UncoveredError(action.own["from"].written, currency, source, amount, there + held)
    if capped is not None and amount:
        _book(draft, *capped, amount)
    post(draft, e.Paid(currency, source, target, amount, deed, held, asked if amount < asked else 0))


def give_back(draft: Draft) -> None:
    """The item ends: what it holds still is its accounts' again."""
    for deed, one in list(draft.item.holds.items()):
        post(draft, e.Released(one.currency, one.account, one.amount, deed))


def post(draft: Draft, fact: e.Held | e.Released | e.Paid) -> None:
    """Write a fact down and book it: the counters are changed by what it says, and by nothing else."""
    draft.record(fact)
    for name, change in ledger.entries(fact):
        if change:
            _book(draft, name, "", change)


def deed_of(draft: Draft, no: int, action: Action) -> str:
    """What a deed is called in the log: its step, the row at hand, and its number in the step: `拨付[征集/3]#1`."""
    run, row = stood(draft.item, draft.run(no)), draft.over(no)
    number = _number_of(draft.step(run), action)
    if row < 0:
        return f"{step_path(run)}#{number}"
    origin = draft.run(draft.run(row).parent).rows[draft.run(row).row].origin
    return f"{run.place.removesuffix('/各')}[{origin}]#{number}"


def amount_of(draft: Draft, no: int, action: Action) -> int:
    """The deed's amount in whole fen. Raises ConditionError for one below zero, or beyond what can be written down."""
    value = action.own["amount"]
    found = evaluate(value, Scene(draft, no))
    try:
        fen: int = lower(found, "money")
    except TypeError as error:
        raise ConditionError("金额要是一个数", "an amount is a number", value.span) from error
    if not 0 <= fen <= MOST:
        zh, en = f"金额不能是 {Money(fen)}", f"the amount cannot be {Money(fen)}"
        raise ConditionError(zh, en, value.span)
    return fen


def account_of(draft: Draft, no: int, account: Account) -> str:
    """The account that is meant here: a person's id, a unit's name, `UNIT.NAME`, or a bare name. Raises ConditionError."""
    organisation = draft.organisation
    if account.value is None:
        at = account.unit or account.name
        if not account.unit and at not in organisation.tiers and organisation.unit(at) is None:
            return at
        unit = organisation.unit_at(at, draft.item.unit) if at in organisation.tiers else at
        if unit is None or organisation.unit(unit) is None:
            zh = f"“{account.written}”这个账户没有：本件的单位之上没有“{at}”"
            raise ConditionError(
                zh, f"there is no account “{account.written}”: no {at} at or above the item's unit", _NOWHERE
            )
        return f"{unit}.{account.name}" if account.unit else unit
    found = Scene(draft, no).lookup(account.value.parts)
    if isinstance(found, list) and len(set(found)) == 1:
        found = found[0]
    if isinstance(found, Row):
        found = found.origin.rpartition("/")[2]
    if isinstance(found, str) and (organisation.person(found) is not None or organisation.unit(found) is not None):
        return found
    if found is MISSING or found == []:
        zh, en = "没有值", "nobody"
    elif isinstance(found, list):
        zh, en = "不止一个", "several"
    else:
        zh, en = "不是人，也不是单位", "no person and no unit"
    written = account.written
    raise ConditionError(f"“{written}”不能是账户：{zh}", f"“{written}” is no account: it is {en}", _NOWHERE)


def stand(draft: Draft, short: UncoveredError) -> None:
    """What was short must be short still when this is written: it may have been another decision's, which is lost itself."""
    if (there := _known(draft, short.counter)) is not None:
        draft.effects.append(Number(short.counter, "", there, there))


def _capped(draft: Draft, action: Action, currency: str, target: str) -> tuple[str, str] | None:
    """The counter of what a receiver was paid in this period, and the period; None where there is no cap."""
    if (cap := action.own.get("cap")) is None:
        return None
    period = period_of(cap.per, draft.now, draft.organisation.time_zone)
    return f"paid/{currency}/{draft.definition.flow}/{target}", period


def _left(draft: Draft, action: Action, capped: tuple[str, str]) -> int:
    """What a receiver may still get in this period."""
    most: int = lower(exact(action.own["cap"].amount), "money")
    return max(0, most - (_known(draft, *capped) or 0))


def _known(draft: Draft, name: str, period: str = "") -> int | None:
    value = draft.world.counters.get((name, period))
    if value is None:
        draft.lacks[name, period] = None
    return value


def _book(draft: Draft, name: str, period: str, change: int) -> None:
    before = _known(draft, name, period)
    if before is not None:
        draft.world.counters[name, period] = before + change
        draft.effects.append(Number(name, period, before, before + change))


def _number_of(step: Step, action: Action) -> str:
    for n, one in enumerate(step.own.get("actions", ()), 1):
        if one is action:
            return str(n)
    for rung_no, rung in enumerate(step.late if isinstance(step.late, tuple) else (), 1):
        for n, one in enumerate(rung.actions, 1):
            if one is action:
                return f"late{rung_no}.{n}"
    for key, value in step.own.items():
        for n, one in enumerate(value if isinstance(value, tuple) else (), 1):
            if one is action:
                return f"{key}{n}"
    return "0"


def _short(written: str, currency: str, asked: int, there: int) -> tuple[str, str]:
    return (
        f"“{written}”的{currency}只有 {Money(there)}，不够 {Money(asked)}",
        f"“{written}” has {Money(there)} {currency}, which does not cover {Money(asked)}",
    )

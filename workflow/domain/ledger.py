"""Money (公益币, 资金) as counters: what these are called, and what each fact of an item does to them. Not here: when somebody pays (steps.deeds.money).

Amounts are whole fen, hundredths of whatever the currency is. An account is a person (their id), a unit (its name), a unit's
own (`朝阳中心.公益币池`), or a bare name (`基金池`). What is held is no longer there and not yet elsewhere: it has a counter of its own.
"""

from __future__ import annotations

from typing import Any, Final

from workflow.domain import event as e

BALANCE: Final = "balance/"
HELD: Final = "held/"

Entry = tuple[str, int]
"""A counter's name, and by how many fen it changes."""


def balance(currency: str, account: str) -> str:
    """The counter of what an account has and may spend."""
    return f"{BALANCE}{currency}/{account}"


def held(currency: str, account: str) -> str:
    """The counter of what is held of an account by items under way."""
    return f"{HELD}{currency}/{account}"


def parts(name: str) -> tuple[str, str] | None:
    """The currency and the account of a counter that holds money; None for any other counter."""
    kind, _, rest = name.partition("/")
    if f"{kind}/" not in (BALANCE, HELD):
        return None
    currency, _, account = rest.partition("/")
    return currency, account


def entries(fact: Any) -> tuple[Entry, ...]:
    """What a fact books; nothing for one that moves no money. What an item books adds up to nothing: money is neither made nor lost."""
    match fact:
        case e.Held():
            return _between(balance(fact.currency, fact.account), held(fact.currency, fact.account), fact.amount)
        case e.Released():
            return _between(held(fact.currency, fact.account), balance(fact.currency, fact.account), fact.amount)
        case e.Paid():
            return (
                (held(fact.currency, fact.source), -fact.held),
                (balance(fact.currency, fact.source), fact.held - fact.amount),
                (balance(fact.currency, fact.target), fact.amount),
            )
    return ()


def _between(source: str, target: str, amount: int) -> tuple[Entry, ...]:
    return (source, -amount), (target, amount)


def credited(verb: str, facts: dict[str, Any]) -> tuple[Entry, ...]:
    """What a deed on the ledger's own stream books: the only way in which money comes in, or (below zero) goes out."""
    if verb != "credit":
        return ()
    return ((balance(str(facts["currency"]), str(facts["account"])), int(facts["amount"])),)

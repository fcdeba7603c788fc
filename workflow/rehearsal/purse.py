"""Money and sums in a rehearsal: what accounts begin with, what units counted, what lists were added to. Not here: booking (steps.deeds.money)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from workflow.domain import ledger
from workflow.domain.effect import Add, Count
from workflow.grammars.values import Money
from workflow.organisation.model import Organisation

AMPLE: Final = 1_000_000_00
"""Fen with which an account begins that is nobody's own, where a case does not say what there is."""

Given = Mapping[tuple[str, str], int]
"""What a case gives accounts, in fen, by currency and account as written there."""


def opening(house: Organisation, given: Given | None, name: str) -> int:
    """What a counter begins with."""
    parts = ledger.parts(name)
    if parts is None or name.startswith(ledger.HELD):
        return 0
    currency, account = parts
    if given is None:
        return 0 if house.person(account) is not None else AMPLE
    return next((fen for (of, written), fen in given.items() if of == currency and means(house, written, account)), 0)


def means(house: Organisation, written: str, account: str) -> bool:
    """Whether an account is what a case calls so: a person, a unit or a tier, `UNIT.NAME`, `TIER.NAME`, or a bare name."""
    if written == account:
        return True
    unit, dot, name = account.partition(".")
    first, dotted, rest = written.partition(".")
    held = house.unit(unit)
    return held is not None and dot == dotted and name == rest and first == held.tier


def standing(
    house: Organisation, given: Given | None, counters: Mapping[tuple[str, str], int], word: str, written: str
) -> str:
    """What an account has (`balances`) or what is held of it (`held`), in yuan: the account as a case calls it, behind its currency."""
    currency, _, account = written.partition(" ")
    name_of = ledger.balance if word == "balances" else ledger.held
    for (name, _period), fen in counters.items():
        parts = ledger.parts(name)
        if parts is not None and name == name_of(*parts) and parts[0] == currency and means(house, account, parts[1]):
            return str(Money(fen))
    return str(Money(opening(house, given, name_of(currency, account))))


class Counted(Mapping[tuple[str, str, str], Mapping[str, int]]):
    """What units counted so far, for whatever days a decision asks: `(name, first day, last day)` to the sums by unit."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self.counts = counts

    def __getitem__(self, key: tuple[str, str, str]) -> Mapping[str, int]:
        name, since, until = key
        sums: dict[str, int] = {}
        for one in self.counts:
            if one.name == name and since <= one.period <= until:
                sums[one.unit] = sums.get(one.unit, 0) + one.n
        return sums

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        return iter(())

    def __len__(self) -> int:
        return 0


def with_row(house: Organisation, effect: Add) -> Organisation:
    """The organisation with the row in its list, in place of the one of that name."""
    lists = tuple(
        msgspec.structs.replace(one, rows=_rows(one.rows, effect.row)) if one.name == effect.list else one
        for one in house.lists
    )
    return msgspec.structs.replace(house, lists=lists)


def _rows(rows: tuple[tuple[Any, ...], ...], row: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    if any(one[0] == row[0] for one in rows):
        return tuple(row if one[0] == row[0] else one for one in rows)
    return (*rows, row)

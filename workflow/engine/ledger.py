"""The accounts of a tenant as administrators see them: what there is, who is whose, and money that comes in from outside or goes out.

Within items money moves by `hold` and `pay` alone (steps.deeds.money); `credit` is the only other way, and is written down in a stream
of its own, with the reason.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from workflow.domain import ledger
from workflow.domain.definition import Account, Action, Definition, Step
from workflow.engine import acts
from workflow.engine.definitions import Definitions
from workflow.grammars.values import Money
from workflow.journal import canonical, chain
from workflow.language.edges import all_places
from workflow.organisation.model import Organisation
from workflow.store import clock, deeds, ids, listings, load
from workflow.store import ledger as rows
from workflow.store.pool import Database, Transaction

KIND: Final = "ledger"


class LedgerError(Exception):
    """A credit that cannot be; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Standing(msgspec.Struct, frozen=True):
    """What an account has of a currency and may spend, and what of it is held, in fen."""

    currency: str
    account: str
    balance: int
    held: int


class Movement(NamedTuple):
    """What one event did to an account. `what` is `credit held released paid`; `code` the item's, `other` the account on the other side."""

    at: datetime
    what: str
    currency: str
    amount: int
    code: str
    other: str


class Ledger:
    """Reads and credits; every credit in one transaction with its deed."""

    def __init__(self, database: Database, definitions: Definitions) -> None:
        self.database, self.definitions = database, definitions

    async def standings(self, tenant: str) -> list[Standing]:
        """Every account that ever had something, by currency and account."""
        found: dict[tuple[str, str], list[int]] = {}
        for name, fen in (await rows.balances(self.database, tenant)).items():
            parts = ledger.parts(name)
            if parts is not None:
                found.setdefault(parts, [0, 0])[name.startswith(ledger.HELD)] = fen
        return [Standing(*parts, *sums) for parts, sums in sorted(found.items())]

    async def movements(self, tenant: str, account: str) -> AsyncIterator[Movement]:
        """What happened to an account, the credits first, then what items did, the oldest first: a reading of the log."""
        for row in await listings.events(self.database, tenant, ids.ledger(tenant)):
            deed = canonical.deed(row.body)
            facts = dict(deed.facts)
            if facts.get("account") == account:
                yield Movement(deed.at, deed.verb, str(facts["currency"]), int(facts["amount"]), "", "")
        sought = msgspec.json.encode(account).decode()
        async for one in rows.mentioning(self.database, tenant, [sought]):
            for fact in one.event.facts:
                booked = ledger.entries(fact)
                for name, change in booked:
                    parts = ledger.parts(name)
                    if parts is None or parts[1] != account or not change or name.startswith(ledger.HELD):
                        continue
                    other = getattr(fact, "target", "") if change < 0 else getattr(fact, "source", "")
                    yield Movement(one.event.at, type(fact).__name__.lower(), parts[0], change, one.code, other)

    async def credit(
        self, tenant: str, actor: str, currency: str, account: str, fen: int, reason: str, *, command: str, new: bool = False
    ) -> Standing:  # fmt: skip
        """Put so much into an account (below zero: take it out), and write it down. The same command again changes nothing.

        `new`: an account or a currency that nobody knows is meant. Raises LedgerError.
        """
        loaded = await load.batch(self.database, tenant, flows=None)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        await self.definitions.ensure(tenant, loaded.flows.values())
        if not organisation.administers(actor, loaded.now):
            raise LedgerError("只有管理员可以记账。", "Only an administrator may credit accounts.")
        if not reason.strip():
            raise LedgerError("要写明理由。", "A reason is needed.")
        if not fen or abs(fen) > canonical.LARGEST:
            raise LedgerError(
                "金额不能是 0，也不能大得记不下。", "The amount is neither nought nor beyond what can be written down."
            )
        flows = self.definitions.current(tenant, loaded.flows).values()
        before = await self.standings(tenant)
        if not new and not _known(organisation, [*flows], before, currency, account):
            raise LedgerError(
                f"没有哪个流程用到“{currency}”的账户“{account}”。",
                f"No flow knows an account “{account}” of “{currency}”.",
            )

        async def write(session: Transaction) -> None:
            await self._credit(session, tenant, actor, currency, account, fen, reason, command)

        await acts.transact(self.database, write)
        held = {(one.currency, one.account): one for one in await self.standings(tenant)}
        return held[currency, account]

    async def _credit(
        self, session: Transaction, tenant: str, actor: str, currency: str, account: str, fen: int, reason: str, command: str
    ) -> None:  # fmt: skip
        name = ledger.balance(currency, account)
        await session.row("lock_stream", tenant, ids.ledger(tenant))  # first of all, as every credit
        told = await listings.events(session, tenant, ids.ledger(tenant))
        if any(canonical.deed(row.body).command == command for row in told):
            return
        there = int(await session.value("lock_balance", tenant, name) or 0)
        if there + fen < 0:
            zh = f"“{account}”的{currency}只有 {Money(there)}，拿不出 {Money(-fen)}。"
            raise LedgerError(zh, f"“{account}” has {Money(there)} {currency}: {Money(-fen)} cannot be taken out.")
        salt, body = secrets.token_bytes(16), reason.encode()
        sealed = chain.commitment(salt, body)
        await session.run("put_contents", tenant, [sealed], [actor], [salt], [body])
        facts = (("currency", currency), ("account", account), ("amount", fen), ("comment", sealed.hex()))
        at = await clock.now(session, tenant)
        await deeds.record(
            session, tenant, ids.ledger(tenant), KIND, at=at, command=command, verb="credit", actor=actor, network="cli",
            facts=facts,
        )  # fmt: skip
        await session.run("add_to_balance", tenant, name, fen)


def account_in(organisation: Organisation, written: str) -> str:
    """The account that somebody types: a person by key or name, a unit, `UNIT.NAME`, `TIER.NAME` of the only unit of a tier, or a bare name.

    Raises LedgerError where several are meant.
    """
    people = [one.id for one in organisation.people if written in (one.id, one.key)]
    people = people or [one.id for one in organisation.people if one.name == written]
    first, dot, name = written.partition(".")
    units = (
        [first] if organisation.unit(first) is not None else [one.id for one in organisation.units if one.tier == first]
    )
    meant = [f"{unit}{dot}{name}" for unit in units] or people or [written]
    if len(meant) > 1:
        raise LedgerError(
            f"“{written}”有几个：{'、'.join(meant[:9])}", f"“{written}” is several: {', '.join(meant[:9])}"
        )
    return meant[0]


def named(organisation: Organisation, account: str) -> str:
    """What people call an account: somebody by name, anything else as it is."""
    person = organisation.person(account)
    return person.name if person is not None else account


def _known(
    organisation: Organisation, flows: list[Definition], before: list[Standing], currency: str, account: str
) -> bool:
    """Whether a flow, or what was booked before, has this account of this currency; people and units have one of each."""
    moves = [
        action.own
        for flow in flows for step in all_places(flow.steps) for action in _actions(step) if "currency" in action.own
    ]  # fmt: skip
    if currency not in {one["currency"] for one in moves} | {one.currency for one in before}:
        return False
    if (currency, account) in {(one.currency, one.account) for one in before}:
        return True
    if organisation.person(account) is not None or organisation.unit(account) is not None:
        return True
    return any(
        one["currency"] == currency and _is(organisation, one[key], account)
        for one in moves for key in ("from", "to") if key in one
    )  # fmt: skip


def _is(organisation: Organisation, meant: Account, account: str) -> bool:
    unit, _, name = account.partition(".")
    held = organisation.unit(unit)
    return (
        meant.name == name and held is not None and meant.unit in (unit, held.tier)
        if meant.unit
        else meant.name == account
    )


def _actions(step: Step) -> Iterator[Action]:
    """Every deed of a step, wherever it stands in it."""
    rungs = step.late if isinstance(step.late, tuple) else ()
    for deeds_ in (*step.own.values(), *(rung.actions for rung in rungs)):
        if isinstance(deeds_, tuple):
            yield from (one for one in deeds_ if isinstance(one, Action))

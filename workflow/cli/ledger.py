"""`guankou ledger …`: what accounts have, what happened to one, and an administrator's credit."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.engine.ledger import Ledger, LedgerError, Standing, account_in, named
from workflow.grammars.typed import Unreadable, read_number
from workflow.grammars.values import Money, exact, lower
from workflow.organisation.model import Organisation

Output = Literal["text", "json"]
COLUMNS = (("币种", "currency"), ("账户", "account"), ("余额", "balance"), ("冻结", "held"))
MOVED = (("时间", "at"), ("", ""), ("币种", "currency"), ("金额", "amount"), ("事项", "item"), ("对方", "with"))
WHAT = {
    "credit": ("记账", "credited"), "held": ("冻结", "held"), "released": ("退回", "given back"), "paid": ("支付", "paid"),
}  # fmt: skip


class Shown(msgspec.Struct, frozen=True):
    """One account, as `--output json` prints it; amounts in yuan, exact."""

    currency: str
    account: str
    balance: str
    held: str


def listed(tenant: str, output: Output) -> int:
    """Every account that has, or had, something."""
    return with_house(_list, tenant=tenant, output=output)


async def _list(house: House, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    standings = await _ledger(house).standings(chosen.id)
    if not standings and output == "text":
        printing.line(
            say(
                "还没有账户。guankou ledger credit 记第一笔。",
                "There is no account yet; `guankou ledger credit` books the first.",
            )
        )
        return
    _print([_shown(one, organisation) for one in standings], output)


def show(account: str, tenant: str, output: Output) -> int:
    """One account: what it has, and everything that happened to it."""
    return with_house(_show, account=account, tenant=tenant, output=output)


async def _show(house: House, account: str, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    meant = _account(organisation, account)
    ledger = _ledger(house)
    standings = [one for one in await ledger.standings(chosen.id) if one.account == meant]
    if not standings:
        raise Stop(
            say(f"账户“{account}”还没有记过账。", f"Nothing was ever booked on the account “{account}”."),
            say("guankou ledger list 列出所有账户。", "`guankou ledger list` lists every account."),
        )
    moves = [one async for one in ledger.movements(chosen.id, meant)]
    if output == "json":
        printing.json(
            {
                "standings": [_shown(one, organisation) for one in standings],
                "movements": [one._asdict() | {"amount": _signed(one.amount)} for one in moves],
            }
        )
        return
    _print([_shown(one, organisation) for one in standings], output)
    zone = ZoneInfo(chosen.time_zone)
    printing.table(
        [say(*one) for one in MOVED],
        [
            (
                f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", say(*WHAT[one.what]), one.currency, _signed(one.amount), one.code or "-",
                named(organisation, one.other) or "-",
            )
            for one in moves
        ],
    )  # fmt: skip


def credit(
    currency: str, account: str, amount: str, person: str, reason: str, command_id: str, *, new: bool, tenant: str, output: Output
) -> int:  # fmt: skip
    """Book money in (below zero: out), by an administrator, with a reason."""
    return with_house(
        _credit, currency=currency, account=account, amount=amount, person=person, reason=reason, command_id=command_id,
        new=new, tenant=tenant, output=output,
    )  # fmt: skip


async def _credit(
    house: House, *, currency: str, account: str, amount: str, person: str, reason: str, command_id: str, tenant: str,
    output: Output, new: bool,
) -> None:  # fmt: skip
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    actor = await house.person(chosen.id, person)
    meant, fen = _account(organisation, account), _fen(amount)
    if command_id and not _is_uuid(command_id):
        raise Stop(say("--id 要是一个 UUID。", "--id takes a UUID."))
    try:
        after = await _ledger(house).credit(
            chosen.id, actor.id, currency, meant, fen, reason, command=command_id or str(uuid4()), new=new
        )
    except LedgerError as error:
        hint = (
            say("如果确实要开新账户，加 --new。", "If a new account is meant, add --new.")
            if "No flow" in error.en
            else ""
        )
        raise Stop(say(error.zh, error.en), hint) from error
    _print([_shown(after, organisation)], output)


def _ledger(house: House) -> Ledger:
    return Ledger(house.database, house.engine.definitions)


def _account(organisation: Organisation, written: str) -> str:
    try:
        return account_in(organisation, written)
    except LedgerError as error:
        raise Stop(say(error.zh, error.en), say("写出单位的名称。", "Write the unit's name.")) from error


def _fen(written: str) -> int:
    try:
        found = exact(read_number(written))
    except Unreadable as error:
        raise Stop(say(error.zh, error.en), say("写成 100 或 -12.50。", "Write 100, or -12.50.")) from error
    fen: int = lower(found, "money")
    if fen != found * 100:
        raise Stop(say("最多两位小数。", "Two decimals at most."))
    return fen


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else ''}{Money(fen)}"


def _shown(one: Standing, organisation: Organisation) -> Shown:
    return Shown(one.currency, named(organisation, one.account), str(Money(one.balance)), str(Money(one.held)))


def _print(rows: list[Shown], output: Output) -> None:
    if output == "json":
        printing.json(rows)
        return
    printing.table([say(*one) for one in COLUMNS], [msgspec.structs.astuple(one) for one in rows])


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

"""`guankou link` and `guankou unlink`: how a person gets in, and how an account that is lost gets out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from workflow.cli import networks, printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.domain.command import Refused
from workflow.engine import codes
from workflow.engine.identity import VALID, Offer
from workflow.ports import OWN
from workflow.store import people
from workflow.store.tenants import Tenant

PATIENCE: Final = 10.0
"""Seconds until a network that does not say what its bot is called is left out: the code can be typed all the same."""


def link(person: str, tenant: str, url: str, bot: str) -> int:
    """Addresses that bring the person in, and a code to type; together good once, within ten minutes."""
    return with_house(_link, named=person, tenant=tenant, url=url, bot=bot)


async def _link(house: House, named: str, tenant: str, url: str, bot: str) -> None:
    chosen = await house.tenant(tenant)
    found = await house.person(chosen.id, named)
    _known(bot)
    offer = await house.engine.identity.offer(chosen.id, found.id)
    if isinstance(offer, Refused):
        raise await house.refused(chosen.id, offer)
    if bot in ("", OWN):
        printing.line(f"{url.rstrip('/')}/signin/{offer.link}")
    async for address in _invitations(house, chosen, offer, bot):
        printing.line(address)
    if bot != OWN:
        printing.line(f"/link {codes.spelt(offer.code)}")
    minutes = int(VALID.total_seconds() // 60)
    printing.note(
        say(
            f"给 {found.name} 本人，{minutes} 分钟内有效；哪个先用哪个算，用过即全部作废。"
            "“/link …”在与机器人的私聊里输入，输错五次即作废。",
            f"For {found.name} alone, within {minutes} minutes: whichever is used first uses up the others. "
            "“/link …” is typed in a private chat with the bot; five wrong tries, and it is void.",
        )
    )


async def _invitations(house: House, tenant: Tenant, offer: Offer, bot: str) -> AsyncIterator[str]:
    """The address of every bot that has one on this machine."""
    for name, entry in networks.installed().items():
        if name == OWN or bot not in ("", name):
            continue
        adapter = networks.adapter(entry, tenant.id, house.keys)
        address = ""
        if adapter is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    address = await adapter.invitation(offer.link)
        if address:
            yield address
        elif bot or adapter is not None:
            why = say("没有设置机器人", "no bot is set up here") if adapter is None else say("没有回答", "no answer")
            printing.note(
                say(f"{name}：{why}，没有链接可给；下面的码照样能用。", f"{name}: {why}, so there is no address; the code below is good all the same.")
            )  # fmt: skip


def unlink(person: str, tenant: str, bot: str) -> int:
    """The person's accounts at a bot (or all of them) are nobody's any more, at once."""
    return with_house(_unlink, named=person, tenant=tenant, bot=bot)


async def _unlink(house: House, named: str, tenant: str, bot: str) -> None:
    chosen = await house.tenant(tenant)
    found = await house.person(chosen.id, named)
    _known(bot)
    accounts = [one for one in await people.accounts(house.database, chosen.id, found.id) if bot in ("", one.bot)]
    if not accounts:
        raise Stop(
            say(f"{found.name} 在那里没有账号。", f"{found.name} has no account there."),
            say(f"guankou org person {found.key} 列出账号。", f"`guankou org person {found.key}` lists them."),
        )
    for one in accounts:
        await house.engine.identity.revoke(chosen.id, one.bot, one.external)
        printing.line(say(f"{one.bot}：已解除。", f"{one.bot}: unlinked."))


def _known(bot: str) -> None:
    known = networks.installed()
    if bot and bot not in known:
        raise Stop(
            say(f"没有“{bot}”这个渠道。", f"There is no network “{bot}”."),
            say("有：", "There are: ") + ", ".join(known),
        )

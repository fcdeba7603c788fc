"""Whose account is whose: accounts on networks, what people are told beside any decision, and what waits for who has no chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from workflow.store import chats
from workflow.store.pool import Session, Transaction

NEVER: Final = timedelta(0)


class Account(msgspec.Struct, frozen=True):
    """An account in force."""

    bot: str
    external: str
    chat: str
    linked_at: datetime


class Holder(msgspec.Struct, frozen=True):
    """Whose an account is (`active`), or was last."""

    person: str
    chat: str
    active: bool


class Left(msgspec.Struct, frozen=True):
    """Whose an account was, and the chats that are owed what it was not shown."""

    person: str
    owed: tuple[str, ...]


async def account(session: Session, tenant: str, bot: str, external: str) -> str | None:
    """The person behind an account; None for strangers and revoked ones."""
    row = await session.row("account", tenant, bot, external)
    return None if row is None else str(row["person_id"])


async def accounts(session: Session, tenant: str, person: str) -> list[Account]:
    """A person's accounts, the first linked first."""
    return [
        Account(row["bot"], row["external_id"], str(row["chat_id"]), row["linked_at"])
        for row in await session.fetch("accounts_of", tenant, person)
    ]


async def holder(session: Transaction, tenant: str, bot: str, external: str) -> Holder | None:
    """Whose an account is, or was last, held until the transaction ends; None for one that nobody ever had."""
    row = await session.row("last_holder", tenant, bot, external)
    return None if row is None else Holder(str(row["person_id"]), str(row["chat_id"]), row["active"])


async def link(session: Transaction, tenant: str, person: str, bot: str, external: str, chat_external: str) -> str:
    """The account is the person's from now on, and its private chat is where they are told things; returns the chat.

    What waited until they had a chat is owed to it, and so are the prompts of their open tasks. Where somebody else had the
    account, what stood and waited in its chat is no part of it any more.
    """
    before = await holder(session, tenant, bot, external)
    chat = await chats.open_chat(session, tenant, bot, chat_external)
    if before is not None and before.person != person:
        await revoke(session, tenant, bot, external)
        await session.run("set_aside_chat", tenant, before.chat)
    await session.run("put_account", tenant, bot, external, person, chat)
    await session.run("deliver_unreached", tenant, person, chat)
    await session.run("deliver_open_tasks", tenant, person, chat)
    return chat


async def revoke(session: Transaction, tenant: str, bot: str, external: str) -> Left | None:
    """The account is nobody's from now on; None, where it was nobody's. The caller bumps the organisation.

    What was under way in its chat is over; what the person was not shown there goes to another chat of theirs.
    """
    before = await holder(session, tenant, bot, external)
    if before is None or not before.active:
        return None
    await session.run("revoke_account", tenant, bot, external)
    await session.run("end_dialogue", tenant, before.chat)
    rows = await session.fetch("readdress_unsent", tenant, before.chat, before.person)
    return Left(before.person, tuple(str(row["chat_id"]) for row in rows))


async def tell_anybody(
    session: Session, tenant: str, chat: str, command: str, about: bytes, unless_within: timedelta = NEVER
) -> bool:
    """Whoever reads in the chat is told, once for the command; not, where the chat was told the same within that time."""
    return bool(await session.fetch("tell_anybody", tenant, chat, command, about, unless_within))


async def tell(
    session: Transaction, tenant: str, stream: str, version: int, people: Sequence[str], about: bytes, *,
    knowing: str | None = None, urgent: bool = False,
) -> list[str]:  # fmt: skip
    """Every chat of these people but `knowing` is told what an event of a stream says; `urgent`, it also waits for who has none.

    Returns the chats that are owed it.
    """
    rows = await session.fetch("tell_people", tenant, stream, version, list(people), about, knowing, urgent)
    return [str(row["chat_id"]) for row in rows]


async def speak(session: Session, tenant: str, person: str, language: str) -> None:
    """The person's language, `zh` or `en`. The organisation's version moves on when it is another one."""
    await session.run("speak", tenant, person, language)


async def mute(session: Session, tenant: str, person: str, until: datetime | None) -> None:
    """The person is not disturbed until then (tenant's clock) by what may wait; None: they are again."""
    await session.run("mute", tenant, person, until)


async def muted(session: Session, tenant: str, person: str) -> datetime | None:
    """Until when the person is not to be disturbed; None: they may be."""
    return await session.value("muted", tenant, person)  # type: ignore[no-any-return]


async def erase(session: Transaction, tenant: str, person: str) -> int:
    """Forget a person's words, name and files for good; the log still holds. Returns how many words there were."""
    await session.run("erase_files", tenant, person)
    return await session.run("erase_words", tenant, person)

"""Whose account is whose: accounts on networks, the codes that link them, and what a person without a chat was waiting for."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from workflow.store import chats
from workflow.store.pool import Session, Transaction


class Account(msgspec.Struct, frozen=True):
    """An account in force."""

    bot: str
    external: str
    chat: str
    linked_at: datetime


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


async def link(session: Transaction, tenant: str, person: str, bot: str, external: str, chat_external: str) -> str:
    """The account is the person's from now on, and its private chat is where they are told things; returns the chat.

    What waited until they had a chat is owed to it, and so are the prompts of their open tasks.
    """
    chat = await chats.open_chat(session, tenant, bot, chat_external)
    await session.run("put_account", tenant, bot, external, person, chat)
    await session.run("deliver_unreached", tenant, person, chat)
    await session.run("deliver_open_tasks", tenant, person, chat)
    return chat


async def revoke(session: Transaction, tenant: str, bot: str, external: str) -> bool:
    """The account is nobody's from now on. The caller bumps the organisation."""
    return await session.run("revoke_account", tenant, bot, external) == 1


async def put_code(session: Session, tenant: str, code_hash: bytes, person: str, valid: timedelta) -> None:
    """A code that links one account to the person; only its SHA-256 is kept."""
    await session.run("sweep_link_codes", tenant)
    await session.run("put_link_code", tenant, code_hash, person, valid)


async def take_code(session: Transaction, tenant: str, code_hash: bytes) -> str | None:
    """The person of a code, once; None for an unknown, a used and a late one."""
    found = await session.value("take_link_code", tenant, code_hash)
    return None if found is None else str(found)


async def speak(session: Session, tenant: str, person: str, language: str) -> None:
    """The person's language, `zh` or `en`. The organisation's version moves on when it is another one."""
    await session.run("speak", tenant, person, language)


async def erase(session: Transaction, tenant: str, person: str) -> int:
    """Forget a person's words, name and files for good; the log still holds. Returns how many words there were."""
    await session.run("erase_files", tenant, person)
    return await session.run("erase_words", tenant, person)

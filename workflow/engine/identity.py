"""Whose account is whose. Linking begins with a single-use code, and nobody is known by a name that they could change."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from workflow.domain.command import SYSTEM, Refused
from workflow.engine import acts
from workflow.engine.definitions import Definitions
from workflow.store import load, organisations, people
from workflow.store.people import Account
from workflow.store.pool import Database, Transaction

VALID: Final = timedelta(minutes=10)
BYTES: Final = 16
"""128 bits: nobody guesses one in ten minutes, however many they try."""


class Identity:
    """`wake(tenant, chats)` is told where something is owed: who links an account gets what waited for them."""

    def __init__(
        self, database: Database, definitions: Definitions, wake: Callable[[str, Iterable[str]], None]
    ) -> None:
        self.database, self.definitions, self.wake = database, definitions, wake

    async def link(self, tenant: str, person: str, actor: str = SYSTEM) -> str | Refused:
        """A code that links one account to the person, once, within ten minutes. Only its hash is kept."""
        loaded = await load.batch(self.database, tenant)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        if not organisation.active(person):
            return Refused("unknown_person")
        code = base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=")

        async def offer(session: Transaction) -> None:
            await people.put_code(session, tenant, _hash(code), person, VALID)
            await acts.of_person(session, tenant, person, "link_offered", actor, "cli")

        await acts.transact(self.database, offer)
        return code

    async def redeem(self, tenant: str, code: str, bot: str, external: str = "") -> str | Refused:
        """The person of a code, whose account `external` at `bot` it is from now on (on the web: their own id)."""

        async def take(session: Transaction) -> tuple[str, str] | None:
            person = await people.take_code(session, tenant, _hash(code))
            if person is None:
                return None
            account = external or person
            chat = await people.link(session, tenant, person, bot, account, account)
            await acts.of_person(session, tenant, person, "linked", person, bot, bot=bot)
            return person, chat

        taken = await acts.transact(self.database, take)
        if taken is None:
            return Refused("code_unknown")
        person, chat = taken
        self.wake(tenant, [chat])
        return person

    async def account(self, tenant: str, bot: str, external: str) -> str | None:
        """The person behind an account, as long as it is linked and they have not left."""
        person = await people.account(self.database, tenant, bot, external)
        if person is None:
            return None
        loaded = await load.batch(self.database, tenant)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        return person if organisation.active(person) else None

    async def accounts(self, tenant: str, person: str) -> list[Account]:
        """A person's accounts in force."""
        return await people.accounts(self.database, tenant, person)

    async def revoke(self, tenant: str, bot: str, external: str, actor: str = SYSTEM) -> bool:
        """The account is nobody's any more, at once: decisions under way are made again without it."""

        async def withdraw(session: Transaction) -> bool:
            person = await people.account(session, tenant, bot, external)
            if person is None or not await people.revoke(session, tenant, bot, external):
                return False
            await organisations.bump(session, tenant)
            await acts.of_person(session, tenant, person, "unlinked", actor, bot, bot=bot)
            return True

        return await acts.transact(self.database, withdraw)

    async def speak(self, tenant: str, person: str, language: str) -> None:
        """The person is spoken to in this language (`zh` or `en`) from now on."""
        if language in ("zh", "en"):
            await people.speak(self.database, tenant, person, language)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().upper().encode()).digest()

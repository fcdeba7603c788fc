"""Whose account is whose. Linking begins with a single-use code, and nobody is known by a name that they could change.

What somebody who types a code in a chat is told, and what becomes of those who guess, is linking.py's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import uuid4

from workflow.domain.command import SYSTEM, Refused
from workflow.engine import acts
from workflow.engine import codes as spelling
from workflow.engine.definitions import Definitions
from workflow.engine.writing import about_bytes
from workflow.organisation.model import Organisation
from workflow.store import codes, load, organisations, people
from workflow.store.codes import Code
from workflow.store.people import Account
from workflow.store.pool import Database, Transaction
from workflow.talk.about import Line

VALID: Final = timedelta(minutes=10)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """What links one account to one person, once, within `VALID`: a code for links, and one that is typed ("": none)."""

    link: str
    code: str


@dataclass(frozen=True, slots=True)
class Came:
    """Whose code it is: the account `external` at `bot`, in the chat that the network calls `chat`."""

    bot: str
    network: str
    external: str
    chat: str


@dataclass(slots=True)
class Taking:
    """One transaction about accounts, and what it goes by. `owed`: chats that are told something of it."""

    session: Transaction
    tenant: str
    organisation: Organisation
    now: datetime
    owed: set[str] = field(default_factory=set)

    async def tell(self, person: str, deed: int, word: str, knowing: str | None = None, /, **facts: Any) -> bool:
        """Every chat of the person but `knowing` is told what deed `deed` of their stream says; whether there was one."""
        about = about_bytes(Line(word, facts))
        told = await people.tell(self.session, self.tenant, person, deed, [person], about, knowing=knowing)
        self.owed.update(told)
        return bool(told)


class Identity:
    """`wake(tenant)` is told where something is owed: who links an account gets what waited for them."""

    def __init__(self, database: Database, definitions: Definitions, wake: Callable[[str], None], key: bytes) -> None:
        self.database, self.definitions, self.wake, self._key = database, definitions, wake, key

    # ------------------------------------------------------------------------------------------- codes

    async def link(self, tenant: str, person: str, actor: str = SYSTEM) -> str | Refused:
        """A code of 128 bits that links one account to the person, once, within ten minutes. Only its hash is kept."""
        offer = await self._offer(tenant, person, actor, "cli", short=False)
        return offer if isinstance(offer, Refused) else offer.link

    async def offer(self, tenant: str, person: str, actor: str = SYSTEM, network: str = "cli") -> Offer | Refused:
        """The same, and a short code for typing; whichever is used first uses up both."""
        return await self._offer(tenant, person, actor, network, short=True)

    async def _offer(self, tenant: str, person: str, actor: str, network: str, *, short: bool) -> Offer | Refused:
        offer, one = Offer(spelling.long(), spelling.short() if short else ""), str(uuid4())

        async def put(taking: Taking) -> Offer | Refused:
            if not taking.organisation.active(person):
                return Refused("unknown_person")
            await codes.sweep(taking.session, tenant)
            for code in filter(None, (offer.link, offer.code)):
                kept = self.kept(code)
                await codes.put(taking.session, tenant, kept, person, one, VALID, short=spelling.is_short(code))
            await acts.of_person(taking.session, tenant, person, "link_offered", actor, network)
            return offer

        return await self.take(tenant, put)

    async def redeem(self, tenant: str, code: str, bot: str, external: str = "") -> str | Refused:
        """The person of a long code, whose account `external` at `bot` it is from now on (on the web: their own id).

        For networks where a code comes without a chat. There is no telling who guesses there, so short ones are not taken.
        """
        said = spelling.read(code)
        if not said or spelling.is_short(said):
            return Refused("code_unknown")

        async def redeemed(taking: Taking) -> str | Refused:
            found = await codes.lock(taking.session, tenant, self.kept(said), None)
            if found is None or found.state != "good":
                return Refused("code_unknown")
            account = external or found.person
            await self.give(taking, found, Came(bot, bot, account, account), None)
            return found.person

        return await self.take(tenant, redeemed)

    def kept(self, code: str) -> bytes:
        """What is kept of a code."""
        return spelling.kept(code, self._key)

    # ------------------------------------------------------------------------------------------- accounts

    async def take(self, tenant: str, work: Callable[[Taking], Awaitable[T]]) -> T:
        """Do something about accounts in a transaction, and wake the chats that are told of it."""
        organisation, now = await self._organisation(tenant)
        owed: set[str] = set()

        async def within(session: Transaction) -> T:
            taking = Taking(session, tenant, organisation, now)
            done = await work(taking)
            owed.update(taking.owed)
            return done

        done = await acts.transact(self.database, within)
        if owed:
            self.wake(tenant)
        return done

    async def give(self, taking: Taking, code: Code, came: Came, command: str | None) -> str:
        """The account becomes the person's whose code it is, and the chat theirs; returns the chat.

        Whoever had it before is told so in their other chats, and its new owner in theirs.
        """
        session, tenant, person = taking.session, taking.tenant, code.person
        before = await people.holder(session, tenant, came.bot, came.external)
        taken = before is not None and before.active and before.person != person
        if before is not None and taken:
            await organisations.bump(session, tenant)
            deed = await acts.of_person(session, tenant, before.person, "unlinked", person, came.network, bot=came.bot)
            await taking.tell(
                before.person, deed.version, "channel_unlinked", before.chat, network=came.network, at=taking.now
            )
        await codes.use(session, tenant, code.offer, command)
        deed = await acts.of_person(session, tenant, person, "linked", person, came.network, bot=came.bot)
        chat = await people.link(session, tenant, person, came.bot, came.external, came.chat)
        taking.owed.add(chat)
        if before is None or not before.active or taken:
            await taking.tell(person, deed.version, "channel_linked", chat, network=came.network, at=taking.now)
        return chat

    async def revoke(self, tenant: str, bot: str, external: str, actor: str = SYSTEM) -> bool:
        """The account is nobody's any more, at once: decisions under way are made again without it.

        The person's other chats are told, and get what this one was not shown.
        """

        async def withdraw(taking: Taking) -> bool:
            await organisations.bump(taking.session, tenant)
            before = await people.revoke(taking.session, tenant, bot, external)
            if before is None:
                return False
            taking.owed.update(before.owed)
            deed = await acts.of_person(taking.session, tenant, before.person, "unlinked", actor, bot, bot=bot)
            await taking.tell(before.person, deed.version, "channel_unlinked", network=bot, at=taking.now)
            return True

        return await self.take(tenant, withdraw)

    async def account(self, tenant: str, bot: str, external: str) -> str | None:
        """The person behind an account, as long as it is linked and they have not left."""
        person = await people.account(self.database, tenant, bot, external)
        if person is None:
            return None
        organisation, _ = await self._organisation(tenant)
        return person if organisation.active(person) else None

    async def accounts(self, tenant: str, person: str) -> list[Account]:
        """A person's accounts in force."""
        return await people.accounts(self.database, tenant, person)

    async def speak(self, tenant: str, person: str, language: str) -> None:
        """The person is spoken to in this language (`zh` or `en`) from now on."""
        if language in ("zh", "en"):
            await people.speak(self.database, tenant, person, language)

    async def _organisation(self, tenant: str) -> tuple[Organisation, datetime]:
        loaded = await load.batch(self.database, tenant)
        return await self.definitions.organisation(tenant, loaded.organisation_version), loaded.now

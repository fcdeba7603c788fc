"""Whom nothing reaches: the administrators' list, and trying again. Why a send fails is the network's to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.engine import acts
from workflow.engine.definitions import Definitions
from workflow.store import chats, load
from workflow.store.ids import is_id
from workflow.store.pool import Database, Transaction


class Row(Struct, frozen=True):
    """One line: `who` is a person's name or a room's, `network` the bot's name, `why` is `unreachable`, `dead` or `no chat`.

    `chat` is empty where there is none to try again; `since` stands in the tenant's zone; `detail` is the network's word;
    `elsewhere`: all of it was shown on another channel of theirs.
    """

    chat: str
    who: str
    network: str
    why: str
    since: datetime
    letters: int
    detail: str
    elsewhere: bool


class Unreached:
    """`wake(tenant)` is told where something is owed again."""

    def __init__(self, database: Database, definitions: Definitions, wake: Callable[[str], None]) -> None:
        self.database, self.definitions, self.wake = database, definitions, wake

    async def rows(self, tenant: str) -> list[Row]:
        """Everybody who is not reached somewhere, the longest first, five hundred at the most."""
        found = await chats.unreached(self.database, tenant)
        if not found:
            return []
        loaded = await load.batch(self.database, tenant)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        zone = ZoneInfo(organisation.time_zone)

        def who(row: chats.Unreached) -> str:
            person = organisation.person(row.person) if row.person else None
            return person.name if person is not None else row.person or row.room

        return [
            Row(
                one.chat, who(one), one.bot, one.why, one.since.astimezone(zone), one.letters, one.detail, one.elsewhere
            )
            for one in found
        ]

    async def retry(self, tenant: str, chat: str, actor: str, network: str) -> bool:
        """What a chat was not reached with is owed again, at once; False when there is no such chat."""

        async def again(session: Transaction) -> bool:
            if not await chats.known(session, tenant, chat):
                return False
            await chats.revive(session, tenant, chat)
            await acts.of_administration(session, tenant, "chat_retried", actor, network, chat=chat)
            return True

        if not is_id(chat) or not await acts.transact(self.database, again):
            return False
        self.wake(tenant)
        return True

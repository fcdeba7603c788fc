"""Codes that are typed in chats: who brings one is linked and told so, who guesses is stopped. Whose accounts are whose is identity.py's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from workflow.domain.command import SYSTEM, Refused
from workflow.engine import acts
from workflow.engine import codes as spelling
from workflow.engine.identity import VALID, Came, Identity, Taking
from workflow.engine.writing import about_bytes
from workflow.store import codes, ids, people
from workflow.store.codes import Code
from workflow.talk.about import Line

TRIES: Final = 5
"""Wrong short codes of one account within `VALID`: then it is not heard any more, and no short code in force counts."""
TRIES_OF_ALL: Final = 25
"""The same of all accounts together: who guesses with many accounts gets no further."""
STRANGERS: Final = timedelta(minutes=10)
"""So long a chat is not told again how an account is linked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An account that nobody may know, and where it speaks: `at` is our chat, `command` the row that is answered."""

    came: Came
    at: str
    command: str


class Linking:
    """What is said here goes to a chat whoever reads there: it may be nobody's yet."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    async def enter(self, tenant: str, code: str, asked: Asked) -> str | Refused:
        """The person whose account it is from now on that typed a code in private. The same command again comes to the same."""
        said = spelling.read(code)

        async def entered(taking: Taking) -> str | Refused:
            found = await self._lock(taking, said, asked)
            return found.person if found and found.state == "again" else await self._entered(taking, said, found, asked)

        return await self.identity.take(tenant, entered)

    async def shown(self, tenant: str, code: str, asked: Asked) -> None:
        """A code was typed where others read along: it is void; the person is told, or the administrators for them."""
        said = spelling.read(code)

        async def voided(taking: Taking) -> None:
            found = await self._lock(taking, said, asked)
            if found is None or found.state != "good":
                return
            facts = {"network": asked.came.network, "person": found.person}
            await codes.void(taking.session, tenant, found.offer)
            deed = await acts.of_person(
                taking.session, tenant, found.person, "link_void", SYSTEM, asked.came.network, bot=asked.came.bot
            )
            if not await taking.tell(found.person, deed.version, "code_shown", **facts):
                await _alert(taking, asked, "code_shown", **facts)

        await self.identity.take(tenant, voided)

    async def strange(self, tenant: str, asked: Asked, word: str = "stranger") -> None:
        """An account that nobody knows is told how it is linked, now and then."""
        about = about_bytes(Line(word))
        if await people.tell_anybody(self.identity.database, tenant, asked.at, asked.command, about, STRANGERS):
            self.identity.wake(tenant)

    async def _lock(self, taking: Taking, said: str, asked: Asked) -> Code | None:
        kept = self.identity.kept(said)
        return await codes.lock(taking.session, taking.tenant, kept, asked.command) if said else None

    async def _entered(self, taking: Taking, said: str, found: Code | None, asked: Asked) -> str | Refused:
        came, session, tenant = asked.came, taking.session, taking.tenant
        if spelling.is_short(said):
            if await codes.tries(session, tenant, came.bot, came.external, VALID) >= TRIES:
                return await _told(taking, asked, "link_tries")
            if found is None:
                return await _guessed(taking, asked)
        before = await people.holder(session, tenant, came.bot, came.external)
        mine = before.person if before is not None and before.active else None
        if found is not None and found.state in ("good", "used") and found.person == mine:
            await codes.use(session, tenant, found.offer, asked.command)
            await _say(taking, asked, "link_mine")
            return found.person
        if found is None or found.state != "good" or not taking.organisation.active(found.person):
            return await _told(taking, asked, "refused.code_unknown")
        await self.identity.give(taking, found, came, asked.command)
        await _say(taking, asked, "linked", person=found.person)
        return found.person


async def _guessed(taking: Taking, asked: Asked) -> Refused:
    """A short code that there is not."""
    came, session, tenant = asked.came, taking.session, taking.tenant
    own, everybodys = await codes.count_try(session, tenant, came.bot, came.external, VALID, asked.command)
    if own < TRIES and everybodys < TRIES_OF_ALL:
        return await _told(taking, asked, "link_wrong", left=TRIES - own)
    if void := await codes.void_short(session, tenant):
        await _alert(taking, asked, "codes_void", bot=came.bot, codes=void)
    return await _told(taking, asked, "link_tries")


async def _told(taking: Taking, asked: Asked, word: str, /, **facts: Any) -> Refused:
    await _say(taking, asked, word, **facts)
    return Refused(word.removeprefix("refused."), facts)


async def _say(taking: Taking, asked: Asked, word: str, /, **facts: Any) -> None:
    about = about_bytes(Line(word, facts))
    if await people.tell_anybody(taking.session, taking.tenant, asked.at, asked.command, about):
        taking.owed.add(asked.at)


async def _alert(taking: Taking, asked: Asked, word: str, /, **facts: Any) -> None:
    session, tenant = taking.session, taking.tenant
    noted = {name: value for name, value in facts.items() if name != "network"}  # which the deed says itself
    deed = await acts.of_administration(session, tenant, word, SYSTEM, asked.came.network, **noted)
    administrators, about = taking.organisation.administrators(taking.now), about_bytes(Line(word, facts))
    stream = ids.administration(tenant)
    taking.owed.update(await people.tell(session, tenant, stream, deed.version, administrators, about, urgent=True))

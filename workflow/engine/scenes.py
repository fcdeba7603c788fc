"""What a message is about becomes a View: everything that `talk` may look at is brought together here, for many at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from workflow.domain.event import Event
from workflow.domain.item import Item, Task
from workflow.domain.item import Line as Row
from workflow.engine import apart
from workflow.engine.bots import Bots
from workflow.engine.children import Key
from workflow.engine.definitions import Definitions
from workflow.engine.files import Files
from workflow.engine.inbox import Entry
from workflow.engine.logs import logger
from workflow.engine.round import MOST_NEEDS
from workflow.engine.sight import visible
from workflow.engine.writing import about_of
from workflow.journal import canonical
from workflow.organisation.model import Organisation
from workflow.steps.draft import Needs, WantingError
from workflow.store import chats, listings, load
from workflow.store.pool import Database
from workflow.talk.about import About, Page, Prompt, Told
from workflow.talk.cards.notice import OvertakenError
from workflow.talk.dialogue import Dialogue
from workflow.talk.needs import needs_events, needs_of, words_in, words_of_rows
from workflow.talk.options import PAGE
from workflow.talk.present import present
from workflow.talk.scene import Scene, Setting, Upload
from workflow.talk.view import View

MOST: Final = 200
"""Of what somebody handed in, or found, the newest so many are listed."""
RECENT: Final = 12
"""How far back a typed number may mean a choice."""

_dialogue = msgspec.json.Decoder(Dialogue).decode


@dataclass(frozen=True, slots=True)
class Shown:
    """One message to be made: what it is about, for whom, in which chat (`chat` is ours, `external` the network's)."""

    about: About
    person: str
    bot: str
    chat: str
    external: str
    private: bool = True


@dataclass(slots=True)
class _Known:
    """What was loaded for a number of messages."""

    now: datetime
    organisation: Organisation
    flows: Mapping[str, str]
    items: dict[str, Item]
    dialogues: dict[str, Dialogue] = field(default_factory=dict)
    events: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    tasks: dict[tuple[str, int], Task] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    pages: dict[int, tuple[tuple[tuple[str, int], ...], int]] = field(default_factory=dict)
    rows: dict[Key, tuple[Row, ...]] = field(default_factory=dict)
    counts: dict[Key, int] = field(default_factory=dict)


class Scenes:
    """Makes views, with as few queries as there are kinds of things to know."""

    def __init__(
        self, database: Database, definitions: Definitions, bots: Bots, files: Files, key: bytes, link: str = ""
    ) -> None:
        self.database, self.definitions, self.bots, self.files = database, definitions, bots, files
        self.key, self.link = key, link

    async def view(self, tenant: str, shown: Shown) -> View:
        """One message as it is to be seen now. Raises what `present` raises."""
        [made] = await self.views(tenant, [shown])
        if isinstance(made, Exception):
            raise made
        return made

    async def scene(self, tenant: str, shown: Shown) -> Scene:
        """All that one message may look at."""
        known = await self._gather(tenant, [shown])
        return self._scene(tenant, shown, known, 0)

    async def views(self, tenant: str, messages: Sequence[Shown]) -> list[View | Exception]:
        """Every message as it is to be seen now; an exception where one cannot be made: the others are."""
        if not messages:
            return []
        known = await self._gather(tenant, messages)
        return [await self._present(tenant, one, known, place) for place, one in enumerate(messages)]

    async def setting(
        self, tenant: str, person: str, bot: str, chat: str, uploads: Iterable[str] = (), language: str = ""
    ) -> Setting:
        """What may be looked at where there is no message: forms, what may be started."""
        loaded = await load.batch(self.database, tenant, flows=None)
        await self.definitions.ensure(tenant, loaded.flows.values())
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        known = organisation.person(person)
        return Setting(
            person=person, language=language or (known.language if known is not None else "zh"), bot=bot, chat=chat,
            key=self.key, now=loaded.now, organisation=organisation, flows=self.definitions.current(tenant, loaded.flows),
            definitions=self.definitions.by_digest(tenant), lifecycles=self.definitions.lifecycles(tenant),
            files=await self.files.uploads(tenant, uploads),
        )  # fmt: skip

    async def recent(self, tenant: str, entry: Entry, person: str, reply_to: str) -> AsyncIterator[View]:
        """What the chat's last messages show, the newest first; only `reply_to`, where the network names it."""
        rows = await chats.transcript(self.database, tenant, entry.chat, 0, 0, RECENT)
        for row in reversed(rows):
            if row.about and (not reply_to or row.ref == reply_to):
                yield await self.view(tenant, Shown(about_of(row.about), person, entry.bot, entry.chat, entry.external))

    # ------------------------------------------------------------------------------------------- bringing together

    async def _gather(self, tenant: str, messages: Sequence[Shown]) -> _Known:
        dialogues = await self._dialogues(tenant, messages)
        needs = [needs_of(one.about, dialogues.get(one.chat, Dialogue())) for one in messages]
        pages = {
            place: await self._page(tenant, one.person, need.listing)
            for place, (one, need) in enumerate(zip(messages, needs, strict=True)) if need.listing is not None
        }  # fmt: skip
        concerns = [
            {*need.items, *(item for item, _ in pages.get(place, ((), 0))[0])} for place, need in enumerate(needs)
        ]
        loaded = await load.batch(self.database, tenant, list(set().union(*concerns)), flows=None)
        digests = {held.item.digest for held in loaded.items.values()} | set(loaded.flows.values())
        await self.definitions.ensure(tenant, digests.union(*(need.digests for need in needs)))
        known = _Known(
            loaded.now, await self.definitions.organisation(tenant, loaded.organisation_version), loaded.flows,
            {item: held.item for item, held in loaded.items.items()}, dialogues, pages=pages,
        )  # fmt: skip
        about = [
            (one.about, known.items[item])
            for one, items in zip(messages, concerns, strict=True) for item in items & known.items.keys()
        ]  # fmt: skip
        await self._parents(tenant, known)
        await self._histories(tenant, about, known)
        await self._words(
            tenant,
            about,
            known,
            set().union(*(need.words for need in needs)),
            set().union(*(need.files for need in needs)),
        )
        return known

    async def _parents(self, tenant: str, known: _Known) -> None:
        """The items that set these going, for their cards name them."""
        parents = {item.parent.item for item in known.items.values() if item.parent is not None} - known.items.keys()
        if parents:
            loaded = await load.batch(self.database, tenant, list(parents))
            known.items.update({item: held.item for item, held in loaded.items.items()})
            await self.definitions.ensure(tenant, {held.item.digest for held in loaded.items.values()})

    async def _dialogues(self, tenant: str, messages: Sequence[Shown]) -> dict[str, Dialogue]:
        found: dict[str, Dialogue] = {}
        for bot in {one.bot for one in messages}:
            chats_ = list({one.chat for one in messages if one.bot == bot and one.chat})
            if chats_:
                known = await load.hearing(self.database, tenant, bot, [], chats_)
                found |= {chat: _dialogue(held.state) for chat, held in known.dialogues.items() if held.state}
        return found

    async def _page(self, tenant: str, person: str, page: Page) -> tuple[tuple[tuple[str, int], ...], int]:
        """A listing's rows, (item, task number or 0), and how many there are in all."""
        offset = page.page * PAGE
        if page.what == "inbox":
            rows = await listings.inbox(self.database, tenant, person, PAGE, offset)
            return tuple((row.item, row.task) for row in rows), await listings.waiting(self.database, tenant, person)
        if page.what == "mine":
            rows = await listings.mine(self.database, tenant, person, MOST)
        else:
            words = await listings.contents(self.database, tenant, [page.query]) if page.query else {}
            rows = await listings.find(self.database, tenant, words.get(page.query, ""), MOST)
            rows = await self._seen(tenant, person, rows)
        return tuple((row.item, 0) for row in rows[offset : offset + PAGE]), len(rows)

    async def _seen(self, tenant: str, person: str, rows: list[listings.Line]) -> list[listings.Line]:
        """What was found, as far as this person may see it."""
        loaded = await load.batch(self.database, tenant, [row.item for row in rows])
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        items = {item: held.item for item, held in loaded.items.items()}
        seen = await visible(self.database, organisation, loaded.now, person, items)
        return [row for row in rows if row.item in seen]

    async def _histories(self, tenant: str, messages: Iterable[tuple[About, Item]], known: _Known) -> None:
        for about, item in messages:
            if item.id not in known.events and needs_events(about, item):
                rows = await listings.events(self.database, tenant, item.id)
                known.events[item.id] = tuple(canonical.event(row.body) for row in rows)
            if isinstance(about, Prompt | Told) and about.task and not _remembers(item, about.task):
                known.tasks |= await self._tasks(tenant, item.id)

    async def _tasks(self, tenant: str, item: str) -> dict[tuple[str, int], Task]:
        return {
            (item, row.no): Task(row.no, row.holder, row.part or "", "", _state(row.outcome), row.choice, row.closed_at)
            for row in await listings.tasks(self.database, tenant, item)
        }

    async def _words(
        self, tenant: str, messages: Iterable[tuple[About, Item]], known: _Known, words: set[str], files: set[str]
    ) -> None:
        definitions = self.definitions.by_digest(tenant)
        for about, item in messages:
            found = words_in(about, item, definitions[item.digest], known.events.get(item.id, ()))
            words |= found.contents
            files |= found.files
        if words:
            known.contents = await listings.contents(self.database, tenant, list(words))
        known.files = await self.files.uploads(tenant, files)

    async def _bring(self, tenant: str, needs: Needs, known: _Known) -> None:
        """Rows that are kept apart, and the words and files of those that are looked at one by one."""
        await apart.bring(self.database, self.definitions, tenant, needs, known.rows, known.counts)
        found = [words_of_rows(known.items[key[0]], known.rows[key]) for key in needs.rows if key[0] in known.items]
        words, files = set().union(*(one.contents for one in found)), set().union(*(one.files for one in found))
        if words:
            known.contents = {**known.contents, **await listings.contents(self.database, tenant, list(words))}
        if files:
            known.files = {**known.files, **await self.files.uploads(tenant, files)}

    def _scene(self, tenant: str, one: Shown, known: _Known, place: int) -> Scene:
        bot = self.bots.find(tenant, one.bot)
        person = known.organisation.person(one.person)
        rows, total = known.pages.get(place, ((), 0))
        return Scene(
            person=one.person, language=person.language if person is not None else "zh", bot=one.bot, chat=one.external,
            key=self.key, now=known.now, organisation=known.organisation, private=one.private,
            capabilities=bot.adapter.profile.capabilities if bot is not None else frozenset(),
            flows=self.definitions.current(tenant, known.flows), definitions=self.definitions.by_digest(tenant),
            lifecycles=self.definitions.lifecycles(tenant), items=known.items, files=known.files,
            dialogue=known.dialogues.get(one.chat, Dialogue()), contents=known.contents, events=known.events,
            tasks=known.tasks, listed=rows, total=total, link=self.link,
            rows=known.rows, counts=known.counts,
        )  # fmt: skip

    async def _present(self, tenant: str, one: Shown, known: _Known, place: int) -> View | Exception:
        try:
            for _ in range(MOST_NEEDS):
                try:
                    return present(one.about, self._scene(tenant, one, known, place))
                except WantingError as wanting:  # seldom: only what looks into many answers wants them
                    await self._bring(tenant, wanting.needs, known)
            return present(one.about, self._scene(tenant, one, known, place))
        except OvertakenError as nothing:
            return nothing
        except Exception as error:  # noqa: BLE001 - one message that cannot be made must not hold up the others
            logger().error("message cannot be made", tenant=tenant, reason=type(one.about).__name__, exc_info=error)
            return error


def _state(outcome: str | None) -> Any:
    return outcome or "open"


def _remembers(item: Item, task: int) -> bool:
    return any(task in run.tasks for run in item.runs.values())

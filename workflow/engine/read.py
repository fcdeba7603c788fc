"""Questions: what people may ask without changing anything. What somebody may not see is answered like what does not exist.

Moments in answers stand in the tenant's zone, texts in the reader's language.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.domain.command import Refused
from workflow.domain.item import Item
from workflow.engine.bots import Bots
from workflow.engine.definitions import Definitions
from workflow.engine.files import Files
from workflow.engine.naming import delivery_id
from workflow.engine.scenes import Scenes, Shown
from workflow.engine.sight import Reach, reachable, visible
from workflow.engine.writing import about_of
from workflow.language.graph.shape import shape_of
from workflow.language.graph.standing import standing
from workflow.language.graph.svg import svg
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.ports import OWN
from workflow.store import audit, chats, clock, flows, listings, load
from workflow.store.ids import is_id
from workflow.store.pool import Database
from workflow.talk import words
from workflow.talk.about import About, Detail, Page
from workflow.talk.cards.listing import startable
from workflow.talk.form import Form, Problem, check, form
from workflow.talk.scene import Setting
from workflow.talk.speaker import Speaker
from workflow.talk.timeline import Entry, timeline
from workflow.talk.view import View

_MINE: Final = True


class PersonRow(Struct, frozen=True):
    """Somebody; `posts` are (unit, tier, role), the highest unit first."""

    id: str
    name: str
    language: str
    posts: tuple[tuple[str, str, str], ...]
    administrator: bool


class Message(Struct, frozen=True):
    """One line of a chat. `id` is the delivery's, or that of the command that was typed; `no` orders the chat for ever."""

    id: str
    no: int
    mine: bool
    at: datetime
    text: str
    view: View | None
    version: int


class AuditStatus(Struct, frozen=True):
    """Whether the log verifies; `first_bad` names the first event that does not."""

    events: int
    streams: int
    verified: bool
    first_bad: str = ""


class AuditLine(Struct, frozen=True):
    """One event of the log's tail; `leaf` in hex."""

    at: datetime
    stream: str
    version: int
    verb: str
    actor: str
    leaf: str


class Read:
    """The engine's answers. Every method names its tenant; none changes anything."""

    def __init__(self, database: Database, definitions: Definitions, bots: Bots, files: Files, scenes: Scenes) -> None:
        self.database, self.definitions, self.bots = database, definitions, bots
        self.files, self.scenes = files, scenes

    # ------------------------------------------------------------------------------------------- people

    async def organisation(self, tenant: str) -> Organisation:
        """The organisation as it stands."""
        loaded = await load.batch(self.database, tenant)
        return await self.definitions.organisation(tenant, loaded.organisation_version)

    async def people(self, tenant: str) -> list[PersonRow]:
        """Everybody who has not left, in the order of the units they hold posts at, from the top."""
        now, organisation = await self._now(tenant)
        order = {unit.id: place for place, unit in enumerate(organisation.units)}
        rows = [self._row(organisation, one.id, now) for one in organisation.people if one.left_at is None]
        return sorted(rows, key=lambda row: order.get(row.posts[0][0], len(order)) if row.posts else len(order) + 1)

    async def person(self, tenant: str, person: str) -> PersonRow | None:
        """Somebody; None when they are unknown or have left."""
        now, organisation = await self._now(tenant)
        return self._row(organisation, person, now) if organisation.active(person) else None

    @staticmethod
    def _row(organisation: Organisation, person: str, now: datetime) -> PersonRow:
        found = organisation.person(person)
        assert found is not None, "an active person is known"  # noqa: S101
        posts = [
            (unit, place.tier, role)
            for unit, role in organisation.roles_of(person, now) if (place := organisation.unit(unit)) is not None
        ]  # fmt: skip
        posts.sort(key=lambda post: organisation.tier_index(post[1]))
        return PersonRow(person, found.name, found.language, tuple(posts), organisation.administers(person, now))

    # ------------------------------------------------------------------------------------------- chats

    async def transcript(
        self, tenant: str, chat: str, after: int = 0, before: int = 0, limit: int = 100
    ) -> list[Message]:
        """What stands in the chat `chat` of our own pages: the newest `limit` with `after` < no (< `before`, unless 0), in order."""
        found = await chats.find(self.database, tenant, OWN, chat)
        if found is None:
            return []
        rows = await chats.transcript(self.database, tenant, found, after, before, limit)
        zone = await self._zone(tenant)
        ours = [row for row in rows if not row.mine]
        shown = [Shown(about_of(row.about), chat, OWN, found, chat) for row in ours]
        views = dict(zip([row.no for row in ours], await self.scenes.views(tenant, shown), strict=True))
        messages = []
        for row in rows:
            if row.mine:
                messages.append(Message(row.id, row.no, _MINE, row.at.astimezone(zone), row.words or "", None, 1))
            elif not isinstance(view := views[row.no], Exception):
                sent = delivery_id(row.id, row.topic, row.delivery_no)
                messages.append(Message(sent, row.no, not _MINE, row.at.astimezone(zone), "", view, row.sent))
        return messages

    async def waiting(self, tenant: str, person: str) -> int:
        """How many open tasks somebody has."""
        return await listings.waiting(self.database, tenant, person)

    async def inbox(self, tenant: str, person: str, page: int = 0) -> View:
        """A page of what waits for somebody."""
        return await self._shown(tenant, person, Page("inbox", page))

    async def mine(self, tenant: str, person: str, page: int = 0) -> View:
        """A page of what somebody handed in."""
        return await self._shown(tenant, person, Page("mine", page))

    # ------------------------------------------------------------------------------------------- items

    async def item(self, tenant: str, person: str, code: str) -> View | Refused:
        """An item in full, by its code or id; to who may answer something of it and see no more, the invitation."""
        found = await self.find(tenant, person, code, reach=reachable)
        return (
            found if isinstance(found, Refused) else await self._shown(tenant, person, Detail(found.id, timeline=False))
        )

    async def timeline(self, tenant: str, person: str, code: str) -> list[Entry]:
        """What happened to an item, the oldest first; nothing for one that the person may not see."""
        found = await self.find(tenant, person, code)
        if isinstance(found, Refused):
            return []
        scene = await self.scenes.scene(tenant, self._message(person, Detail(found.id, timeline=True)))
        zone = ZoneInfo(scene.organisation.time_zone)
        return [Entry(one.at.astimezone(zone), one.actor, one.text, one.kind) for one in timeline(found, scene)]

    async def picture(self, tenant: str, person: str, code: str, language: str) -> str:
        """An item's flow as SVG without a style of its own, marked where the item is; `` for one that the person may not see."""
        found = await self.find(tenant, person, code)
        if isinstance(found, Refused):
            return ""
        await self.definitions.ensure(tenant, [found.digest])
        definition = self.definitions.flow(tenant, found.digest).definition
        shape = shape_of(definition, "zh" if language == "zh" else "en", await self.organisation(tenant))
        return await asyncio.to_thread(svg, shape, standing(definition, found), style=False)

    async def find(self, tenant: str, person: str, code: str, *, reach: Reach = visible) -> Item | Refused:
        """The item of a code or id, if the person may see it; with `reachable`, also if it asks everybody something."""
        by_id = [code.lower()] if is_id(code.lower()) else []
        by_code = [code.upper()] if code.isascii() and code.isalnum() else []
        loaded = await load.batch(self.database, tenant, by_id, by_code)
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        items = {one: held.item for one, held in loaded.items.items()}
        seen = await reach(self.database, organisation, loaded.now, person, items)
        return next(iter(seen.values()), Refused("no_such_item"))

    async def may_see(self, tenant: str, person: str, items: Sequence[str]) -> bool:
        """Whether somebody may see one of these items."""
        loaded = await load.batch(self.database, tenant, list(items))
        organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
        found = {one: held.item for one, held in loaded.items.items()}
        return bool(await visible(self.database, organisation, loaded.now, person, found))

    # ------------------------------------------------------------------------------------------- flows and forms

    async def flows(self, tenant: str, person: str, language: str) -> list[tuple[str, str]]:
        """(flow, title) of what somebody may start."""
        return list(startable(await self._setting(tenant, person, language)))

    async def form(self, tenant: str, person: str, flow: str, language: str) -> Form | Refused:
        """The whole form with which an item of a flow begins."""
        setting = await self._setting(tenant, person, language)
        definition = setting.flows.get(flow)
        return form(definition, setting) if definition is not None else Refused("no_such_flow", {"flow": flow})

    async def check(self, tenant: str, person: str, token: str, answers: Mapping[str, Any]) -> list[Problem]:
        """What would be said against these answers, were they handed in now; nothing, where they are fine."""
        uploads = [one for value in answers.values() for one in _strings(value)]
        setting = await self._setting(tenant, person, "", uploads)
        return list(check(token, answers, setting))

    def refusal(self, refused: Refused, language: str) -> str:
        """The sentence of a refusal, what to do next included."""
        return words.refusal(refused, language)

    async def told(self, tenant: str, refused: Refused, language: str) -> str:
        """The same with people by their names and moments by the tenant's clock; of a form, every problem, a line each."""
        now, organisation = await self._now(tenant)
        return Speaker(language, organisation, now).refusal(refused)

    # ------------------------------------------------------------------------------------------- audit and time

    async def audit(self, tenant: str) -> AuditStatus:
        """Recompute the whole log from its bodies and refold every item."""
        verdict = await audit.verify(self.database, tenant, await self._legal(tenant))
        return AuditStatus(verdict.events, verdict.streams, verdict.verified, verdict.first_bad)

    async def audit_tail(self, tenant: str, n: int, language: str = "zh") -> list[AuditLine]:
        """The last `n` events of all streams, the newest first; an item by its code, people by name, verbs in the reader's words."""
        now, organisation = await self._now(tenant)
        speaker, zone = Speaker(language, organisation, now), ZoneInfo(organisation.time_zone)
        return [
            AuditLine(
                row.at.astimezone(zone),
                row.code or (speaker.person(row.stream) if organisation.person(row.stream) else row.stream), row.version,
                speaker.say(f"verb.{row.verb}") if words.known(f"verb.{row.verb}") else row.verb,
                speaker.person(row.actor), row.leaf.hex(),
            )
            for row in await audit.tail(self.database, tenant, n)
        ]  # fmt: skip

    async def now(self, tenant: str) -> datetime:
        """The tenant's clock."""
        return (await clock.now(self.database, tenant)).astimezone(await self._zone(tenant))

    async def next_moment(self, tenant: str) -> datetime | None:
        """The next moment of any item."""
        _, moment = await clock.next_moment(self.database, tenant)
        return moment.astimezone(await self._zone(tenant)) if moment is not None else None

    # ------------------------------------------------------------------------------------------- within

    async def _now(self, tenant: str) -> tuple[datetime, Organisation]:
        loaded = await load.batch(self.database, tenant)
        return loaded.now, await self.definitions.organisation(tenant, loaded.organisation_version)

    async def _zone(self, tenant: str) -> ZoneInfo:
        return ZoneInfo((await self.organisation(tenant)).time_zone)

    async def _setting(self, tenant: str, person: str, language: str, uploads: Iterable[str] = ()) -> Setting:
        return await self.scenes.setting(tenant, person, OWN, person, uploads, language)

    @staticmethod
    def _message(person: str, about: About) -> Shown:
        return Shown(about, person, OWN, "", person)

    async def _shown(self, tenant: str, person: str, about: About) -> View:
        return await self.scenes.view(tenant, self._message(person, about))

    async def _legal(self, tenant: str) -> dict[str, Lifecycle]:
        digests = await flows.digests(self.database, tenant)
        await self.definitions.ensure(tenant, digests)
        return dict(self.definitions.lifecycles(tenant))


def _strings(value: Any) -> Iterator[str]:
    """Whatever may be a file's id, in answers as they were typed."""
    if isinstance(value, str) and len(value) == 36:
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)

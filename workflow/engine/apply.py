"""Organisations, lists and flows from their files into the store: all of what is given, or, when anything is wrong, nothing.

Whom a change of organisation concerns is asked again: their items get a `restaff`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID, uuid4, uuid5

import msgspec
from msgspec.structs import replace

from workflow.domain.command import SYSTEM, Command
from workflow.domain.finding import Finding
from workflow.domain.item import Item
from workflow.domain.tree import Recurrence
from workflow.engine import acts
from workflow.engine.definitions import Definitions
from workflow.engine.firing import plan, replan
from workflow.engine.register import organisation_of, register_of
from workflow.language.beside import Beside
from workflow.language.compile import Compiled, compile_flow
from workflow.language.files import flow_of
from workflow.language.organisations.lists import read_list
from workflow.language.organisations.organisation import WARNINGS, read_organisation
from workflow.organisation.draft import OrganisationDraft, settle
from workflow.organisation.holidays import china
from workflow.organisation.model import NamedList, Organisation
from workflow.ports import OWN
from workflow.store import clock, flows, listings, load, organisations, people, tenants
from workflow.store.organisations import NoOrganisation, Register, Stale
from workflow.store.pool import Database, Transaction
from workflow.store.tenants import Tenant

YEARS_AHEAD: Final = 2
RUNS: Final = (b"run", "子流程".encode())
"""What stands in a flow that runs others."""
TOGETHER: Final = 200

_ORGANISATION: Final = re.compile(r"^(organisation|组织)\s*[:：]", re.MULTILINE)
_LIST: Final = re.compile(r"^(list|名录)\s*[:：]", re.MULTILINE)


class Source(msgspec.Struct, frozen=True):
    """One file: what it is called where something is said about it, its bytes, and of a list the .csv beside it."""

    name: str
    text: bytes
    beside: bytes | None = None

    @property
    def stem(self) -> str:
        """Its name without folders and ending."""
        return self.name.replace("\\", "/").rpartition("/")[2].partition(".")[0]


class Applied(msgspec.Struct, frozen=True):
    """What was applied to which tenant; or, with `ok` false, what stood in the way. `findings` are (file, finding)."""

    ok: bool
    tenant: str = ""
    organisation: str = ""
    lists: tuple[str, ...] = ()
    flows: tuple[tuple[str, str], ...] = ()
    restaffed: int = 0
    findings: tuple[tuple[str, Finding], ...] = ()
    problem: str = ""


@dataclass(slots=True)
class _Read:
    """The files, read."""

    drafts: list[OrganisationDraft] = field(default_factory=list)
    lists: list[NamedList] = field(default_factory=list)
    flows: list[Source] = field(default_factory=list)
    compiled: list[Compiled] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    broken: bool = False

    def say(self, source: Source, findings: Iterable[Finding], *, broken: bool) -> None:
        self.findings += [(source.name, one) for one in findings]
        self.broken = self.broken or broken


class Apply:
    """`order` keeps commands for later (`Engine.order`)."""

    def __init__(
        self, database: Database, definitions: Definitions, order: Callable[[Sequence[Command]], Awaitable[None]]
    ) -> None:
        self.database, self.definitions, self.order = database, definitions, order

    async def __call__(
        self, sources: Sequence[Source], *, tenant: str = "", actor: str = SYSTEM, demonstration: bool = False
    ) -> Applied:
        """Apply files. `tenant` is a tenant's name (it wins over the file's); without one, the only tenant there is.

        `demonstration`: a tenant that is made here is one: its clock can be moved, and everybody has a web chat.
        """
        for _ in range(3):
            try:
                return await self._apply(sources, tenant, actor, demonstration=demonstration)
            except Stale:
                continue
        return Applied(ok=False, problem="the organisation is being changed by somebody else; try again")

    async def _apply(self, sources: Sequence[Source], name: str, actor: str, *, demonstration: bool) -> Applied:
        read = _read(sources)
        if len(read.drafts) > 1:
            return Applied(ok=False, findings=tuple(read.findings), problem="one organisation at a time, please")
        if read.broken:
            return Applied(ok=False, findings=tuple(read.findings))
        draft = read.drafts[0] if read.drafts else None
        found = await self._tenant(name or (draft.tenant or "" if draft is not None else ""))
        if isinstance(found, str):
            if draft is None or not found:
                problem = f"there is no tenant {found!r}; apply its organisation first" if found else "say which tenant"
                return Applied(ok=False, findings=tuple(read.findings), problem=problem)
            found = Tenant(str(uuid4()), found, draft.time_zone, demonstration, False, 0)  # noqa: FBT003
        known = await self._known(found)
        before = organisation_of(found.id, known) if known is not None else None
        now = await clock.now(self.database, found.id) if known is not None else None
        organisation = self._organisation(found, draft, read.lists, before, now)
        neighbours = await self._neighbours(found.id, read.flows) if known is not None or read.flows else None
        for source in read.flows:
            compiled = compile_flow(source.text, source.stem, organisation=organisation, neighbours=neighbours)
            read.compiled.append(compiled)
            read.say(source, compiled.findings, broken=compiled.definition is None)
        broken = any(one.definition is None for one in read.compiled)
        if broken or organisation is None:
            problem = "" if broken else f"tenant {found.name} has no organisation; apply its file first"
            return Applied(ok=False, tenant=found.id, findings=tuple(read.findings), problem=problem)
        changed = before is None or replace(before, version=0) != replace(organisation, version=0)
        version = await self._write(found, organisation, known, read, actor, changed=changed)
        restaffed = (
            await self._restaff(found.id, version, before, organisation) if changed and before is not None else 0
        )
        return Applied(
            ok=True, tenant=found.id, organisation=organisation.id if draft is not None else "",
            lists=tuple(one.name for one in read.lists), restaffed=restaffed, findings=tuple(read.findings),
            flows=tuple((one.definition.flow, one.definition.digest) for one in read.compiled if one.definition),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- what is there

    async def _neighbours(self, tenant: str, given: Sequence[Source]) -> Beside:
        """The tenant's flows, and those that are applied now in their place."""
        texts: dict[str, Callable[[], bytes]] = {}
        runs = any(word in source.text for source in given for word in RUNS)
        for flow, digest in (await flows.current(self.database, tenant)).items() if runs else ():
            text = (await flows.source(self.database, tenant, digest)).encode()
            texts[flow] = partial(bytes, text)
        return Beside(texts | {one.stem or flow_of(one.text): partial(bytes, one.text) for one in given})

    async def _tenant(self, name: str) -> Tenant | str:
        """The tenant of a name; of no name, the only one; else the name that was not found."""
        if name:
            return await tenants.named(self.database, name) or name
        everyone = await tenants.all(self.database)
        return everyone[0] if len(everyone) == 1 else ""

    async def _known(self, tenant: Tenant) -> Register | None:
        try:
            return await organisations.read(self.database, tenant.id)
        except NoOrganisation:
            return None

    def _organisation(
        self, tenant: Tenant, draft: OrganisationDraft | None, lists: list[NamedList], before: Organisation | None,
        now: datetime | None,
    ) -> Organisation | None:  # fmt: skip
        """The organisation as it will be: of the file, with what was there before where the file says nothing."""
        kept = {one.name: one for one in (before.lists if before is not None else ())}
        kept |= {one.name: one for one in lists}
        if draft is None:
            return replace(before, lists=tuple(kept.values())) if before is not None else None
        known = {one.key: one for one in (before.people if before is not None else ())}
        keys = {one.key: known[one.key].id if one.key in known else str(uuid4()) for one in draft.people}
        version = before.version if before is not None else 0
        days = china(_years(now))
        organisation = settle(draft, keys, version, tenant=tenant.id, days=days, lists=kept.values())
        languages = {one.id: one.language for one in known.values()}
        here = tuple(replace(one, language=languages.get(one.id, one.language)) for one in organisation.people)
        gone = tuple(
            one if one.left_at is not None else replace(one, left_at=now)
            for one in known.values()
            if one.key not in keys
        )
        return replace(organisation, people=(*here, *gone))

    # ------------------------------------------------------------------------------------------- writing

    async def _write(
        self,
        tenant: Tenant,
        organisation: Organisation,
        known: Register | None,
        read: _Read,
        actor: str,
        *,
        changed: bool,
    ) -> int:
        """Everything in one transaction; returns the organisation's version afterwards."""

        async def write(session: Transaction) -> int:
            version = known.version if known is not None else 0
            if await tenants.named(session, tenant.name) is None:
                await tenants.make(
                    session, tenant.id, tenant.name, tenant.time_zone, demonstration=tenant.demonstration
                )
                await tenants.make_bot(session, tenant.id, OWN, OWN)
            if changed:
                kept = {one.id: one for one in known.people} if known is not None else {}
                version = await organisations.write(session, tenant.id, register_of(organisation, kept, version))
                facts = {"organisation": organisation.id, "version": version}
                await acts.of_administration(session, tenant.id, "apply_organisation", actor, "cli", **facts)
                if tenant.demonstration:
                    await self._seat(session, tenant.id, organisation)
            for one in read.compiled:
                if (flow := one.definition) is not None:
                    await flows.put(session, tenant.id, flow.flow, flow.digest, flow.source)
                    facts = {"flow": flow.flow, "digest": flow.digest}
                    await acts.of_administration(session, tenant.id, "apply_flow", actor, "cli", **facts)
            await self._plan(session, tenant.id, organisation, read)
            return version

        return await acts.transact(self.database, write)

    async def _plan(self, session: Transaction, tenant: str, organisation: Organisation, read: _Read) -> None:
        """When the flows begin by themselves next."""
        now = await clock.now(session, tenant)

        async def known(digest: str) -> Recurrence | None:
            compiled = compile_flow(await flows.source(session, tenant, digest))
            return compiled.definition.start.at if compiled.definition is not None else None

        await replan(session, tenant, organisation, now, known)
        applied = [one.definition for one in read.compiled if one.definition is not None]
        await plan(session, tenant, applied, organisation, now, known)

    async def _seat(self, session: Transaction, tenant: str, organisation: Organisation) -> None:
        """In a demonstration everybody can be picked on our own pages: each person has their chat there."""
        for person in organisation.people:
            if person.left_at is None and await people.account(session, tenant, OWN, person.id) is None:
                await people.link(session, tenant, person.id, OWN, person.id, person.id)

    async def _restaff(self, tenant: str, version: int, before: Organisation, after: Organisation) -> int:
        """Order a `restaff` of each running item whose open steps the change may concern; how many."""
        people_ = concerned(before, after)
        last, ordered = "", 0
        while page := await listings.running(self.database, tenant, last, TOGETHER):
            last = page[-1]
            loaded = await load.batch(self.database, tenant, page)
            commands = [
                Command(str(uuid5(UUID(item), f"restaff\n{version}")), tenant, item, "restaff", SYSTEM, SYSTEM)
                for item, held in loaded.items.items() if touches(held.item, people_)
            ]  # fmt: skip
            if commands:
                await self.order(commands)
                ordered += len(commands)
        return ordered


def concerned(before: Organisation, after: Organisation) -> frozenset[str]:
    """The people whose positions, whose rows in the list of a pool, or whose being there, changed."""

    def posts(organisation: Organisation) -> dict[str, object]:
        left = {one.id: one.left_at for one in organisation.people}
        held: dict[str, set[object]] = {one: set() for one in left}
        for one in organisation.positions:
            held.setdefault(one.person, set()).add((one.unit, one.role, one.since, one.until))
        return {one: (left.get(one), frozenset(held[one])) for one in held}

    def listed(organisation: Organisation) -> dict[str, object]:
        held: dict[str, dict[str, object]] = {}
        for pool in organisation.pools:
            for one, row in (organisation.listed(pool.of) or {}).items():
                held.setdefault(one, {})[pool.name] = row
        return dict(held)

    pairs = ((posts(before), posts(after)), (listed(before), listed(after)))
    return frozenset(one for old, new in pairs for one in old.keys() | new.keys() if old.get(one) != new.get(one))


def touches(item: Item, people_: frozenset[str]) -> bool:
    """Whether an item waits for one of these people, or for want of anybody, or is watched over by whoever holds a post now."""
    return item.pause is not None or any(
        run.state == "unstaffed"
        or any(
            (task.person in people_ or task.duty == "watch") and task.state in ("open", "waiting")
            for task in run.tasks.values()
        )
        for run in item.runs.values()
    )


def _read(sources: Sequence[Source]) -> _Read:
    read = _Read()
    for source in sources:
        text = source.text.decode("utf-8", "replace")
        if _ORGANISATION.search(text):
            draft, findings = read_organisation(source.text, source.stem)
            read.say(source, findings, broken=any(one.code not in WARNINGS for one in findings))
            read.drafts += [draft] if draft is not None else []
        elif _LIST.search(text):
            found = read_list(source.text, source.beside)
            read.say(source, (*found.findings, *found.csv_findings), broken=found.value is None)
            read.lists += [found.value] if found.value is not None else []
        else:
            read.flows.append(source)
    return read


def _years(now: datetime | None) -> range:
    first = now.year if now is not None else datetime.now().astimezone().year
    return range(first, first + YEARS_AHEAD + 1)

"""What is compiled or put together once and then kept: flows by digest, organisations by version. Asked thousands of times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflow.domain import places
from workflow.domain.definition import Definition
from workflow.engine.register import organisation_of
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.store import flows, organisations
from workflow.store.pool import Database
from workflow.talk.sight import title_field


class BrokenFlowError(Exception):
    """A flow that was applied once does not compile any more: the program is older than its flows, or they were altered."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a flow, and its machine.

    `urgent`: the places of its urgent steps, and of all that stands in them. `title`: the field that an item is found by, or empty.
    """

    definition: Definition
    lifecycle: Lifecycle
    urgent: frozenset[str] = field(init=False)
    title: str = field(init=False)

    def __post_init__(self) -> None:
        outer = [place for place, step in self.definition.places.items() if step.urgent]
        inside = (place for place in self.definition.places if any(places.inside(place, one) for one in outer))
        titled = title_field(self.definition)
        object.__setattr__(self, "urgent", frozenset(inside))
        object.__setattr__(self, "title", titled.name if titled is not None else "")


class Definitions:
    """The tenant's flows and organisation, as this process knows them. Versions never change, so nothing here goes stale."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._definitions: dict[str, dict[str, Definition]] = {}
        self._lifecycles: dict[str, dict[str, Lifecycle]] = {}
        self._flows: dict[tuple[str, str], Flow] = {}
        self._organisations: dict[str, Organisation] = {}
        self._loading: dict[str, asyncio.Lock] = {}

    async def ensure(self, tenant: str, digests: Iterable[str]) -> None:
        """Compile what is not known yet."""
        for digest in digests:
            if (tenant, digest) not in self._flows:
                self._keep(tenant, digest, await flows.source(self._database, tenant, digest))

    def flow(self, tenant: str, digest: str) -> Flow:
        """A version that was ensured before; KeyError otherwise."""
        return self._flows[tenant, digest]

    def by_digest(self, tenant: str) -> Mapping[str, Definition]:
        """Every version known here."""
        return self._definitions.setdefault(tenant, {})

    def lifecycles(self, tenant: str) -> Mapping[str, Lifecycle]:
        """Their machines."""
        return self._lifecycles.setdefault(tenant, {})

    def current(self, tenant: str, digests: Mapping[str, str]) -> dict[str, Definition]:
        """The definitions of the current versions, by flow."""
        known = self.by_digest(tenant)
        return {flow: known[digest] for flow, digest in digests.items() if digest in known}

    async def organisation(self, tenant: str, version: int) -> Organisation:
        """The organisation at this version, or a newer one when it has changed meanwhile."""
        known = self._organisations.get(tenant)
        if known is not None and known.version == version:
            return known
        async with self._loading.setdefault(tenant, asyncio.Lock()):
            known = self._organisations.get(tenant)
            if known is None or known.version != version:
                known = self._organisations[tenant] = organisation_of(
                    tenant, await organisations.read(self._database, tenant)
                )
        return known

    def _keep(self, tenant: str, digest: str, source: str) -> None:
        compiled = compile_flow(source)
        if compiled.definition is None:
            raise BrokenFlowError(f"flow {digest[:12]} does not compile here: {compiled.findings[0].message_en}")
        flow = self._flows[tenant, digest] = Flow(compiled.definition, Lifecycle(compiled.definition))
        self._definitions.setdefault(tenant, {})[digest] = flow.definition
        self._lifecycles.setdefault(tenant, {})[digest] = flow.lifecycle

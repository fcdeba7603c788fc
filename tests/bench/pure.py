"""decide() of an approval beside one `transitions` trigger, and where the rest of Python's time goes. No database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import thread_time_ns
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from msgspec.structs import replace

from tests.bench import scene
from workflow.decide import Decision, decide
from workflow.domain.command import Command
from workflow.domain.item import Item
from workflow.engine.definitions import Flow
from workflow.lifecycle import Lifecycle, Probe
from workflow.organisation.draft import settle
from workflow.organisation.holidays import china
from workflow.steps.draft import Random, World

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
REPEATS, EACH = 60, 100


@dataclass(frozen=True, slots=True)
class Approval:
    """An item that waits at 站初审, and the approval of it."""

    flow: Flow
    item: Item
    command: Command
    world: World

    def decide(self) -> Decision:
        """Decide it; every call decides the same."""
        decision = decide(self.flow.definition, self.flow.lifecycle, self.item, self.command, self.world)
        assert isinstance(decision, Decision), decision
        return decision


def approval() -> Approval:
    """Of the shipped activity, in the shipped organisation."""
    draft, tenant = scene.organisation_draft(), str(UUID(int=1))
    ids = {person.key: str(uuid5(UUID(tenant), person.key)) for person in draft.people}
    cast = scene.Cast(tenant, ids[scene.SUBMITTER], ids[scene.REVIEWER], ids[scene.SECOND], str(UUID(int=2)))
    organisation = settle(draft, ids, 1, tenant=tenant, days=china([NOW.year]))
    definition = scene.activity()
    flow = Flow(definition, Lifecycle(definition))
    files: Any = {cast.file: SimpleNamespace(commitment="c" * 64, subject=cast.submitter, name="方案.pdf")}
    world = World(NOW, organisation, Random(bytes(32)), files=files)
    begun = decide(flow.definition, flow.lifecycle, None, cast.submission(1, NOW), world)
    assert isinstance(begun, Decision), begun
    return Approval(flow, begun.item, cast.approval(1, 1), replace(world, files={}))


def microseconds(call: Callable[[], object], times: int = EACH) -> float:
    """What one call takes of the processor, of so many in a row: whoever else is busy here does not count."""
    began = thread_time_ns()
    for _ in range(times):
        call()
    return (thread_time_ns() - began) / times / 1000


def decide_beside_trigger(repeats: int = REPEATS) -> tuple[float, float, float]:
    """(µs of one decide(), µs of one trigger, the ratio): each the median of many short turns, one beside the other."""
    ready = approval()
    trigger = ready.flow.lifecycle._events["approve"].trigger
    turns = []
    for _ in range(repeats):
        one = microseconds(ready.decide)
        other = microseconds(lambda: trigger(Probe("站初审", "approved")), 4 * EACH)
        turns.append((one, other, one / other))
    one, other, ratio = (median(column) for column in zip(*turns, strict=True))
    return one, other, ratio

"""What a round knows beside its items: counters, files, rows kept apart, sums, merges. Brought when a decision turns on it, for all of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.decide import Decision
from workflow.domain.effect import Merge
from workflow.domain.item import Line as Row
from workflow.engine import apart, together
from workflow.engine.definitions import Definitions
from workflow.organisation.model import Organisation
from workflow.steps.draft import Ended, Look, Needs, Random, World
from workflow.store import files, ids, listings, load
from workflow.store.pool import Database


@dataclass(slots=True)
class Known:
    """Found once, and moved on by each decision of the round: what one of them counted or took, the next one sees."""

    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    involved: dict[tuple[str, str], bool] = field(default_factory=dict)
    rows: dict[tuple[str, str, int], tuple[Row, ...]] = field(default_factory=dict)
    counts: dict[tuple[str, str, int], int] = field(default_factory=dict)
    times: dict[tuple[str, str, int], int] = field(default_factory=dict)
    sums: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    words: dict[str, str | None] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    merges: dict[tuple[str, bytes], str] = field(default_factory=dict)
    windows: dict[Look, tuple[Ended, ...]] = field(default_factory=dict)

    async def bring(self, database: Database, definitions: Definitions, tenant: str, needs: Needs) -> None:
        """Add what a decision turned on and did not find."""
        if needs.counters:
            found = await load.batch(database, tenant, counters=list(needs.counters))
            for counter in needs.counters:
                self.counters.setdefault(counter, found.counters.get(counter, 0))
        if needs.files:
            rows = await files.rows(database, tenant, [one for one in needs.files if ids.is_id(one)])
            self.files.update({one: rows.get(one) for one in needs.files})
        if needs.loads:  # what was given meanwhile counts, too
            self.loads = {**await listings.loads(database, tenant, needs.loads), **self.loads}
        await together.bring(database, tenant, needs, self.merges, self.windows)
        for item, person in needs.involved:
            self.involved[item, person] = item in await listings.involved(database, tenant, person, [item])
        await apart.bring(database, definitions, tenant, needs, self.rows, self.counts, self.times)
        await apart.bring_sums(database, tenant, needs, self.sums)
        await apart.bring_words(database, tenant, needs, self.words)

    def world(
        self, now: datetime, organisation: Organisation, random: Random, key: bytes, over: AbstractSet[str]
    ) -> World:
        """What a decision may know. What ended in this round (`over`) is joined by no duplicate any more."""
        return World(
            now, organisation, random, self.counters, self.files, self.involved, rows=self.rows, counts=self.counts, sums=self.sums,
            words=self.words, loads=self.loads, windows=self.windows, key=key,
            merges={same: "" if item in over else item for same, item in self.merges.items()},
        )  # fmt: skip

    def follow(self, decision: Decision) -> None:
        """What a decision leaves for those after it."""
        for effect in decision.effects:
            if isinstance(effect, Merge):
                self.merges[effect.flow, effect.mac] = decision.item.id
        apart.count(self.sums, decision.effects)

"""What this process last read or wrote, so that a person's command need not ask again: items, decoded, and where a tenant stands.

Nothing here is trusted: what is decided on it is guarded by the commit, and what is refused on it is looked at anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, NamedTuple

from workflow.store.load import Held

MOST: Final = 32 * 2**20
"""Bytes of encoded state that are kept decoded; what was used longest ago goes first."""
LATELY: Final = 1.0
"""Seconds for which a tenant's clock goes on by ours, and for which an item that others write as well is not taken as remembered."""
SLOW: Final = 0.05
"""Seconds: what the database said in an answer that took longer is too old to be a moment."""
MANY: Final = 10_000


class Standing(NamedTuple):
    """A tenant's moment by the database's clock and the version of its organisation; `heard` is of our monotonic clock."""

    now: datetime
    organisation: int
    heard: float


class Memory:
    """By tenant and item. The items are shared: who decides on one copies what it changes (`fold.fresh`)."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[tuple[str, str], Held] = OrderedDict()
        self._doubted: dict[tuple[str, str], float] = {}
        self._standing: dict[str, Standing] = {}
        self._latest: dict[str, datetime] = {}

    def known(self, tenant: str, items: Iterable[str]) -> dict[str, Held]:
        """Those of these items that are remembered."""
        return {item: kept for item in items if (kept := self._kept.get((tenant, item))) is not None}

    def keep(self, tenant: str, item: str, held: Held) -> None:
        """Remember an item as it was read or committed, unless it is known to be further already."""
        before = self._kept.pop((tenant, item), None)
        if before is not None and before.version > held.version:
            held = before
        self._kept[tenant, item] = held
        self._bytes += held.size - (before.size if before is not None else 0)
        while self._bytes > self._most:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

    def doubt(self, tenant: str, item: str) -> None:
        """It is not as it was remembered: somebody else writes the item as well, and may soon do so again."""
        gone = self._kept.pop((tenant, item), None)
        self._bytes -= gone.size if gone is not None else 0
        now = monotonic()
        if len(self._doubted) >= MANY:
            self._doubted = {one: at for one, at in self._doubted.items() if now - at < LATELY}
        self._doubted[tenant, item] = now

    def sure(self, tenant: str, items: Iterable[str]) -> dict[str, Held]:
        """Those of these items that are remembered, and not doubted."""
        now = monotonic()
        return self.known(tenant, (one for one in items if now - self._doubted.get((tenant, one), -LATELY) >= LATELY))

    def stands(self, tenant: str, now: datetime, organisation: int, asked: float) -> None:
        """The database said so just now, to a question put at `asked` by our monotonic clock."""
        heard = monotonic()
        if heard - asked < SLOW:
            self._standing[tenant] = Standing(now, organisation, heard)
            self._latest[tenant] = self._later(tenant, now)
        else:
            self._standing.pop(tenant, None)
            self._latest[tenant] = max(now, self._latest.get(tenant, now))

    def standing(self, tenant: str) -> tuple[datetime, int] | None:
        """The tenant's moment and the version of its organisation, if the database told them lately: its clock goes on by ours.

        What it says takes a while to be heard, so the moment is never ahead of the database's; nor is it behind one that was
        told or given out before, so an item's events keep their order.
        """
        last = self._standing.get(tenant)
        passed = monotonic() - last.heard if last is not None else LATELY
        if last is None or passed >= LATELY:
            return None
        now = self._latest[tenant] = self._later(tenant, last.now + timedelta(seconds=passed))
        return now, last.organisation

    def _later(self, tenant: str, now: datetime) -> datetime:
        """Not behind what was said before; further behind than an answer may be late, the database's clock was set back."""
        latest = self._latest.get(tenant, now)
        return latest if 0 < (latest - now).total_seconds() < 2 * SLOW else now

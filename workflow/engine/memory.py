"""Items as this process last read or wrote them, decoded. Whether one is still so is asked of the database with every load."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from workflow.store.load import Held

MOST: Final = 32 * 2**20
"""Bytes of encoded state that are kept decoded; what was used longest ago goes first."""


class Memory:
    """By tenant and item. The items are shared: who decides on one copies what it changes (`fold.fresh`)."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[tuple[str, str], Held] = OrderedDict()

    def known(self, tenant: str, items: Iterable[str]) -> dict[str, Held]:
        """Those of these items that are remembered."""
        return {item: kept for item in items if (kept := self._kept.get((tenant, item))) is not None}

    def keep(self, tenant: str, item: str, held: Held) -> None:
        """Remember an item as it was read or committed."""
        before = self._kept.pop((tenant, item), None)
        self._kept[tenant, item] = held
        self._bytes += held.size - (before.size if before is not None else 0)
        while self._bytes > self._most:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

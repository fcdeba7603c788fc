"""What the log says of money: every account's sum, booked anew from the facts. Where rows come from, and what is kept, is elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workflow.domain import ledger
from workflow.journal import canonical
from workflow.journal.verify import Row

_MOVES: Final = (b'"fact":"held"', b'"fact":"released"', b'"fact":"paid"')
"""What an event that moves money has in its bytes: the others need not be read."""


class Books:
    """The sums so far, in fen, by the names of their counters. `item` and `stream` take streams whose bytes were verified."""

    def __init__(self) -> None:
        self.sums: dict[str, int] = {}

    def item(self, rows: Iterable[Row]) -> None:
        """The events of an item."""
        for row in rows:
            if any(move in row.body for move in _MOVES):
                for fact in canonical.event(row.body).facts:
                    self._book(ledger.entries(fact))

    def stream(self, rows: Iterable[Row]) -> None:
        """The deeds of the ledger's own stream."""
        for row in rows:
            deed = canonical.deed(row.body)
            self._book(ledger.credited(deed.verb, dict(deed.facts)))

    def _book(self, entries: Iterable[ledger.Entry]) -> None:
        for name, change in entries:
            self.sums[name] = self.sums.get(name, 0) + change

"""How much there is of everything: items by their state, decisions, prompts that reached a chat."""

from __future__ import annotations

import msgspec

from workflow.domain import places
from workflow.store.pool import Session


class Tally(msgspec.Struct, frozen=True):
    """Counts of one tenant. A decision is an event of an item; `by_state` has the states that there are, in a fixed order."""

    items: int
    decisions: int
    by_state: dict[str, int]
    prompts_sent: int


ORDER = ("running", *sorted(places.RESERVED))


async def of(session: Session, tenant: str) -> Tally:
    """The tenant's counts now."""
    by_state: dict[str, int] = {}
    decisions = 0
    for place, items, versions in await session.fetch("tally_items", tenant):
        state = place if place in places.RESERVED else "running"
        by_state[state] = by_state.get(state, 0) + items
        decisions += versions
    sent = await session.value("tally_prompts", tenant)
    return Tally(
        sum(by_state.values()),
        int(decisions),
        {state: by_state[state] for state in ORDER if state in by_state},
        int(sent),
    )

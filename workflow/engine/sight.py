"""Who may see an item: the submitter, whoever has or had a task in it, whoever was told, coordinators of its unit and above, administrators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from workflow.domain.item import Item
from workflow.organisation.model import Organisation
from workflow.steps.sight import sees
from workflow.store import listings
from workflow.store.pool import Database


async def visible(
    database: Database, organisation: Organisation, now: datetime, person: str, items: Mapping[str, Item]
) -> dict[str, Item]:
    """Those of the items that the person may see. Somebody who has left sees nothing."""
    if not organisation.active(person):
        return {}
    seen = {one: item for one, item in items.items() if sees(item, organisation, now, person)}
    if asked := [one for one in items if one not in seen]:
        involved = await listings.involved(database, next(iter(items.values())).tenant, person, asked)
        seen.update((one, items[one]) for one in asked if one in involved)
    return seen


Reach = Callable[[Database, Organisation, datetime, str, Mapping[str, Item]], Awaitable[dict[str, Item]]]
"""`visible` or `reachable`."""


async def reachable(
    database: Database, organisation: Organisation, now: datetime, person: str, items: Mapping[str, Item]
) -> dict[str, Item]:
    """Those, and whichever ask many people something just now: of these, who may not see more sees the invitation."""
    seen = await visible(database, organisation, now, person, items)
    if organisation.active(person):
        seen.update(
            (one, item) for one, item in items.items() if any(r.state == "gathering" for r in item.runs.values())
        )
    return seen

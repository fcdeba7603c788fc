"""Who may see an item: the submitter, whoever has or had a task in it, whoever was told, coordinators of its unit and above, administrators."""

from __future__ import annotations

from collections.abc import Mapping
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

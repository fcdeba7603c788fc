"""What a decision wants to know of other items of its flow: which open one is the same, and what a rule kept of those that ended."""

from __future__ import annotations

from workflow.steps.draft import Ended, Look, Needs
from workflow.store import merges, windows
from workflow.store.pool import Session


async def bring(
    session: Session, tenant: str, needs: Needs, same: dict[tuple[str, bytes], str], seen: dict[Look, tuple[Ended, ...]]
) -> None:
    """Add what was wanted."""
    for flow in dict.fromkeys(flow for flow, _ in needs.merges):
        macs = [mac for one, mac in needs.merges if one == flow]
        found = await merges.found(session, tenant, flow, macs)
        same.update({(flow, mac): found.get(mac, "") for mac in macs})
    for look in needs.windows:
        rows = await windows.last(session, tenant, look.flow, look.rule, look.key, look.most, look.since)
        seen[look] = tuple(Ended(row.item, row.at, row.body) for row in rows)

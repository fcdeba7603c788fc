"""What became of a delivery that an item waits to hear of becomes a command to that item: PURE. Only calls of a stop do (`cut`)."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from workflow.domain.command import SYSTEM, Command
from workflow.store.chats import Owed, Result
from workflow.talk.about import About, Told

_FINAL: Final = {"shown": True, "dead": False, "unreachable": False}
"""What is recorded of a delivery once nothing more will happen, and whether it arrived."""


def confirmation(tenant: str, about: About, owed: Owed, result: Result, delivery: str) -> Command | None:
    """The command, the same whenever it is made of the same delivery; None where nobody waits, or it may still arrive."""
    if not isinstance(about, Told) or about.what != "cut" or result.word not in _FINAL:
        return None
    arrived = _FINAL[result.word]
    args = {"version": about.version, "deed": about.deed, "hook": owed.external, "arrived": arrived}
    id_ = str(uuid5(UUID(delivery), "arrived" if arrived else "lost"))
    return Command(id_, tenant, about.item, "confirm", SYSTEM, SYSTEM, args)

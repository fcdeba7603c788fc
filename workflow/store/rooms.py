"""Groups: which chats are shared, and which of them are the organisation's rooms. (Binding one is `chats.bind_room`.)"""

from __future__ import annotations

from collections.abc import Sequence

from workflow.store.pool import Session


async def bound(session: Session, tenant: str) -> dict[str, str]:
    """The chat of every room that has one."""
    return {row["name"]: str(row["chat_id"]) for row in await session.fetch("bound_rooms", tenant)}


async def share(session: Session, tenant: str, chats: Sequence[str]) -> None:
    """These chats are groups."""
    await session.run("share_chats", tenant, list(chats))

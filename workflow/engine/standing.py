"""Rooms that an adapter has by itself (`ports.Standing`) are bound to its chats before anything is sent. Not here: rooms of people (rooms.py)."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.engine.bots import Bot
from workflow.ports import Standing
from workflow.store import chats, rooms
from workflow.store.pool import Database


async def bind(database: Database, bots: Iterable[Bot]) -> None:
    """Every such room has its chat when this returns; doing it again changes nothing."""
    for bot in bots:
        if not isinstance(bot.adapter, Standing):
            continue
        bound = await rooms.bound(database, bot.tenant)
        for room, external in bot.adapter.rooms.items():
            async with database.transaction() as session:
                chat = await chats.open_chat(session, bot.tenant, bot.name, external, private=False)
                if bound.get(room) != chat:
                    await chats.bind_room(session, bot.tenant, room, chat)

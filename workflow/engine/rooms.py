"""`/room`: an administrator makes the group it is typed in one of the organisation's rooms, or is told which are which."""

from __future__ import annotations

from workflow.engine import acts
from workflow.engine.pieces import Piece
from workflow.engine.round import Round
from workflow.store import chats, rooms
from workflow.store.pool import Database, Transaction
from workflow.talk.about import Line


class Rooms:
    """What is told to a room goes to the group that it is bound to; without one, nobody is told."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def asked(self, round_: Round, piece: Piece, name: str, *, private: bool) -> Line:
        """What `/room NAME` comes to, or `/room` alone; it has happened when this returns."""
        organisation, tenant = round_.organisation, round_.tenant
        known = [room.name for room in organisation.rooms]
        if not organisation.administers(piece.person, round_.now):
            return Line("refused.administrators_only")
        if not name:
            bound = await rooms.bound(self.database, tenant)
            return Line(
                "rooms", {"bound": [one for one in known if one in bound], "unbound": [one for one in known if one not in bound]}
            )  # fmt: skip
        if organisation.room(name) is None:
            return Line("refused.no_such_room", {"rooms": known})
        if private:
            return Line("room_usage", {"room": name})
        return await self._bind(tenant, name, piece)

    async def _bind(self, tenant: str, name: str, piece: Piece) -> Line:
        chat = piece.entry.chat

        async def bind(session: Transaction) -> Line:
            before = (await rooms.bound(session, tenant)).get(name)
            if before == chat:
                return Line("room_there", {"room": name})
            await chats.bind_room(session, tenant, name, chat)
            facts = {"room": name, "chat": chat, "before": before or ""}
            await acts.of_administration(session, tenant, "room_bound", piece.person, piece.entry.bot, **facts)
            return Line("room_bound", {"room": name})

        return await acts.transact(self.database, bind)

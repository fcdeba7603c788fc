"""Commands as they arrive: kept once, held for a while for who accepted them, then for anyone. Deciding them is the engine's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from workflow.store.pool import Session

HOLD_SECONDS = 5.0


class Kept(msgspec.Struct, frozen=True):
    """A command that is new. `chat` and its number in the chat's transcript are None for programs."""

    command: str
    chat: str | None
    no: int | None
    at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A command that nobody finished. `external` is what the network calls its chat, `tries` counts this one."""

    command: str
    bot: str
    chat: str | None
    external: str
    no: int | None
    body: bytes
    accepted_at: datetime
    tries: int


async def accept(
    session: Session, tenant: str, bot: str, commands: Sequence[tuple[str, str, bytes]], cursor: str = ""
) -> list[Kept]:
    """Keep (command id, chat as its network calls it or "", body), in order; the new ones come back.

    Held for `HOLD_SECONDS` for who accepts them. `bot` "" is a program's. `cursor` is how far the network was read.
    """
    rows = await session.fetch(
        "accept_commands",
        tenant, bot, [one[0] for one in commands], [one[1] for one in commands], [one[2] for one in commands], cursor,
        timedelta(seconds=HOLD_SECONDS),
    )  # fmt: skip
    kept = [Kept(str(row["command_id"]), _text(row["chat_id"]), row["chat_no"], row["accepted_at"]) for row in rows]
    return sorted(kept, key=lambda one: one.at)


async def orphans(session: Session, tenant: str, limit: int, hold_s: float = HOLD_SECONDS) -> list[Waiting]:
    """Take commands that nobody holds, the oldest of each chat only, oldest first; they are held for `hold_s`."""
    rows = await session.fetch("take_orphans", tenant, limit, timedelta(seconds=hold_s))
    return [
        Waiting(
            str(row["command_id"]), row["bot"], _text(row["chat_id"]), row["external_id"] or "", row["chat_no"],
            row["body"], row["accepted_at"], row["tries"],
        )
        for row in rows
    ]  # fmt: skip


async def answers(session: Session, tenant: str, commands: Sequence[str]) -> dict[str, bytes]:
    """What settled commands were answered; who waits still is not among them."""
    rows = await session.fetch("command_answers", tenant, commands)
    return {str(row["command_id"]): row["answer"] for row in rows}


async def waiting(session: Session, tenant: str) -> int:
    """How many commands are not settled."""
    return int(await session.value("waiting_commands", tenant))


def _text(value: object) -> str | None:
    return None if value is None else str(value)

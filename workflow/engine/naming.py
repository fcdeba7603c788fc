"""Ids that the engine gives: always the same ones for the same command, so that doing it again is doing it once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from msgspec.structs import replace

from workflow.domain.command import Command
from workflow.engine.inbox import Entry

_DELIVERIES: Final = UUID("6f0c7f2e-52a1-5d0f-9f53-3c1c1a3f7c55")


def named(entry: Entry, command: Command) -> Command:
    """The command under its row's id; a submission gets its item's id here, the same at every try."""
    item = command.item or item_id(entry.accepted, entry.id)
    return command if command.id == entry.id and command.item == item else replace(command, id=entry.id, item=item)


def item_id(accepted: datetime | None, command: str) -> str:
    """A UUID of version 7: the moment at which the command was accepted, then 74 bits of the command's id."""
    milliseconds = int(accepted.timestamp() * 1000) if accepted is not None else 0
    rest = int.from_bytes(hashlib.sha256(command.encode()).digest()[:10], "big")
    return str(
        UUID(int=milliseconds << 80 | 0x7 << 76 | (rest & 0xFFF) << 64 | 0b10 << 62 | rest >> 12 & (1 << 62) - 1)
    )


def delivery_id(stream: str, topic: int, no: int) -> str:
    """The one id that a delivery has over all its attempts."""
    return str(uuid5(_DELIVERIES, f"{stream} {topic} {no}"))

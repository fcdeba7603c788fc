"""PURE: ids that decisions derive, so that the same thing twice is one thing. (Those of rows and updates are the store's.)"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5


def child(item: str, path: str, round_: int, row: int) -> str:
    """The item that a step of `item` sets going for a row (-1: it has none), once a round."""
    return str(uuid5(UUID(item), f"run\n{path}\n{round_}\n{row}"))


def firing(tenant: str, flow: str, at: datetime, origin: str = "") -> str:
    """The command by which a flow begins an item by itself at a moment, for a row (`` without rows), whoever fires it."""
    return str(uuid5(UUID(tenant), f"fire\n{flow}\n{at.timestamp():.6f}\n{origin}"))


def begun(command: str) -> str:
    """The item that such a command begins."""
    return str(uuid5(UUID(command), "item"))


def answer(item: str, path: str, round_: int, person: str) -> str:
    """The stream of somebody's answers to a step of `item` in a round. `person`: an id, or what else tells them apart."""
    return str(uuid5(UUID(item), f"answer\n{path}\n{round_}\n{person}"))


def order(item: str, cause: str, word: str) -> str:
    """A command to `item` that follows from `cause` (a command's id, or an item's), once."""
    return str(uuid5(UUID(item), f"order\n{cause}\n{word}"))

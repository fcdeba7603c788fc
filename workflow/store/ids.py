"""Ids that are derived, so that the same thing twice is one thing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from workflow.domain.command import SYSTEM

_ID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """Whether a text that came from outside is an id as we write them; anything else is nothing's id."""
    return _ID.fullmatch(text) is not None


def command_id(tenant: str, bot: str, source: str) -> str:
    """The command of an update: `source` is what its network calls it."""
    return str(uuid5(UUID(tenant), f"update\n{bot}\n{source}"))


def waking_id(item: str, version: int, at: datetime) -> str:
    """The command that wakes an item at a moment, once for each version of it."""
    return str(uuid5(UUID(item), f"wake\n{version}\n{at.timestamp():.6f}"))


SYSTEM_ID: Final = str(UUID(int=0))
"""Who submitted what nobody did: the system, where a row wants a person."""


def of_actor(actor: str) -> str:
    """An actor as a row keeps them."""
    return SYSTEM_ID if actor == SYSTEM else actor


def actor_of(person: object) -> str:
    """A row's person, of whom the nil uuid is the system."""
    return SYSTEM if str(person) == SYSTEM_ID else str(person)


def ledger(tenant: str) -> str:
    """The stream of what came into the tenant's accounts from outside, and went out of them."""
    return str(uuid5(UUID(tenant), "ledger"))


def administration(tenant: str) -> str:
    """The stream of what administrators do. (A person's stream is called as the person.)"""
    return str(uuid5(UUID(tenant), "administration"))

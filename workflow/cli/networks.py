"""The networks that are installed: every one is found by the entry points, and none is named here."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from os import environ
from typing import cast

from pydantic import ValidationError

from workflow.cli.trouble import wrong_settings
from workflow.domain.effect import HOOK
from workflow.engine.bots import Bot
from workflow.engine.keys import Keys
from workflow.ports import OWN, ChatAdapter, Standing


def installed() -> dict[str, EntryPoint]:
    """Every network by its name, our own pages last."""
    found = {one.name: one for one in entry_points(group="guankou.adapters")}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == OWN, pair[0])))


def adapter(of: EntryPoint, tenant: str, keys: Keys) -> ChatAdapter | None:
    """A tenant's bot there; None where it has none on this machine. Stop, naming the variable, for a setting that is none."""
    try:
        return cast("ChatAdapter | None", of.load()(tenant=tenant, secret=keys.of(of.name)))
    except ValidationError as error:
        raise wrong_settings(error, f"GUANKOU_{of.name.upper()}_") from None


def hooks() -> frozenset[str] | None:
    """The webhooks that this machine's settings have an address and a secret for; None where it has none set at all."""
    if not any(name.startswith("GUANKOU_WEBHOOK_") for name in environ):
        return None
    found = installed().get("webhook")
    made: object = adapter(found, "", Keys(bytes(32))) if found is not None else None
    return frozenset(room.removeprefix(HOOK) for room in made.rooms) if isinstance(made, Standing) else frozenset()


def bots(tenant: str, keys: Keys) -> list[Bot]:
    """A tenant's bots on this machine but for our own pages, each named after its network."""
    made = {name: adapter(entry, tenant, keys) for name, entry in installed().items() if name != OWN}
    return [Bot(tenant, name, one) for name, one in made.items() if one is not None]

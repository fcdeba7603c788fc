"""Which adapter speaks for which bot of which tenant. Adapters are handed in; nothing here finds or imports one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.ports import ChatAdapter


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot: it belongs to one tenant, and speaks through one adapter."""

    tenant: str
    name: str
    adapter: ChatAdapter


class Bots:
    """The bots of this process."""

    def __init__(self, bots: Iterable[Bot]) -> None:
        self.all = tuple(bots)
        self._by_name = {(bot.tenant, bot.name): bot for bot in self.all}
        if len(self._by_name) != len(self.all):
            raise ValueError("two bots of one tenant have the same name")

    def find(self, tenant: str, name: str) -> Bot | None:
        """The bot of that name, if this process speaks for it."""
        return self._by_name.get((tenant, name))

    def names(self, tenant: str) -> list[str]:
        """The tenant's bots here."""
        return [bot.name for bot in self.of(tenant)]

    def of(self, tenant: str) -> list[Bot]:
        """The same, whole."""
        return [bot for bot in self.all if bot.tenant == tenant]

    @property
    def tenants(self) -> list[str]:
        """Every tenant that has a bot here, once."""
        return list(dict.fromkeys(bot.tenant for bot in self.all))

"""Telegram: one bot, by polling or by webhook. This is its door: `adapter` is what the entry point names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.telegram.settings import TelegramSettings

if TYPE_CHECKING:
    from adapters.telegram.bot import TelegramAdapter

__all__ = ["TelegramSettings", "adapter"]


def adapter(*, tenant: str, secret: bytes, settings: TelegramSettings | None = None) -> TelegramAdapter | None:
    """Telegram for one tenant; None when no token is set. pydantic's ValidationError, without what was set, for a bad setting."""
    settings = settings or TelegramSettings()
    if settings.token is None:
        return None
    # aiogram takes a second to import: whoever has no bot does not wait for it. (A module named like this function would take its place.)
    from adapters.telegram.bot import TelegramAdapter  # noqa: PLC0415

    return TelegramAdapter(settings, secret)

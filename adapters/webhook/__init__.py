"""Webhooks: other systems that are called, and answer with a status alone. This is its door: `adapter` is what the entry point names."""

from __future__ import annotations

from adapters.webhook.bot import WebhookAdapter
from adapters.webhook.settings import Hook, WebhookSettings

__all__ = ["Hook", "WebhookAdapter", "WebhookSettings", "adapter"]


def adapter(*, tenant: str, secret: bytes, settings: WebhookSettings | None = None) -> WebhookAdapter | None:
    """The hooks of one tenant; None when none is set. pydantic's ValidationError, without what was set, for a bad setting."""
    settings = settings or WebhookSettings()
    return WebhookAdapter(settings) if settings.hooks else None

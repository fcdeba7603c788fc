"""What can be set of webhooks from outside: `GUANKOU_WEBHOOK_HOOKS`. Not here: what is sent (payload.py), how it is signed (signing.py)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""

_ID: Final = re.compile("[a-z][a-z0-9-]{1,39}")


class Hook(BaseModel):
    """One hook: where it is called, and the secret that both sides know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str
    secret: SecretStr

    @field_validator("url")
    @classmethod
    def _whole(cls, url: str) -> str:
        url = url.strip()
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("write a whole address, like https://app.example.org/hooks/guankou")
        return url

    @field_validator("secret")
    @classmethod
    def _shaped(cls, secret: SecretStr) -> SecretStr:
        bare = secret.get_secret_value().strip()
        try:
            raw = base64.b64decode(bare.removeprefix(PREFIX), validate=True)
        except (ValueError, binascii.Error):
            raw = b""
        if not SHORTEST <= len(raw) <= LONGEST:
            raise ValueError(
                f"a secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64: printf whsec_; openssl rand -base64 32"
            )
        return SecretStr(bare)

    @property
    def key(self) -> bytes:
        """The secret's bytes."""
        return base64.b64decode(self.secret.get_secret_value().removeprefix(PREFIX))


class WebhookSettings(BaseSettings):
    """Every hook by the name that an organisation's outlets call it: `{"cut": {"url": "https://…", "secret": "whsec_…"}}`."""

    model_config = SettingsConfigDict(
        env_prefix="GUANKOU_WEBHOOK_", extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    hooks: Annotated[dict[str, Hook], Field(description="address and secret of each hook, as JSON")] = {}

    @field_validator("hooks")
    @classmethod
    def _named(cls, hooks: dict[str, Hook]) -> dict[str, Hook]:
        for name in hooks:
            if not _ID.fullmatch(name):
                raise ValueError("a hook is called like a flow: a small letter, then small letters, digits and hyphens")
        return hooks

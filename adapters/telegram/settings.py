"""What can be set of Telegram from outside: `GUANKOU_TELEGRAM_*`. A token alone is enough. Not here: what is done with it."""

from __future__ import annotations

import re
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PUBLIC: Final = "https://api.telegram.org"

_TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,200}")


class TelegramSettings(BaseSettings):
    """One bot. Without `webhook` it polls, and one process alone may do so; with it any number of processes listens."""

    model_config = SettingsConfigDict(
        env_prefix="GUANKOU_TELEGRAM_", extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    token: Annotated[
        SecretStr | None, Field(description="the bot's token, as BotFather gives it; none: no Telegram")
    ] = None
    api_url: Annotated[str, Field(description="the Bot API server: the public one, or your own")] = PUBLIC
    webhook: Annotated[str, Field(description="public https address that Telegram posts to; empty: polling")] = ""
    webhook_host: Annotated[str, Field(description="address that the webhook's listener is bound to")] = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=0, le=65535, description="its port; 0: any free one")] = 8443

    @field_validator("token")
    @classmethod
    def _shaped(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        bare = token.get_secret_value().strip()
        if not _TOKEN.fullmatch(bare):
            raise ValueError("a token looks like 123456789:AA…, as BotFather gives it; copy it whole")
        return SecretStr(bare)

    @field_validator("api_url", "webhook")
    @classmethod
    def _address(cls, address: str) -> str:
        address = address.strip().rstrip("/")
        if address and (urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname):
            raise ValueError("write a whole address, like https://bot.example.org/telegram")
        return address

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.webhook.startswith("http:") and self.api_url == PUBLIC:
            raise ValueError("webhook: Telegram posts to https addresses only; http works with your own Bot API server")
        return self

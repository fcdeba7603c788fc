"""What can be set from outside: `GUANKOU_*` in the environment. Not here: what the flows and organisations say."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from workflow.store.embedded import default_data

Hours: TypeAlias = tuple[time, time]
"""From when until when, over midnight where the first is the later one."""

_HOUR: Final = r"([01]\d|2[0-3]):[0-5]\d"


def hours(text: str) -> Hours | None:
    """`22:00-07:00` as two times of day; None of `""`. Raises ValueError."""
    if not text:
        return None
    began, _, ended = text.partition("-")
    if began == ended:
        raise ValueError(f'{text} is the whole day; write "" for no quiet hours')
    return time.fromisoformat(began), time.fromisoformat(ended)


def _hours(text: str) -> str:
    hours(text)
    return text


class Settings(BaseSettings):
    """Every setting has a default that works on a fresh machine; `docs/settings.md` lists them.

    Without `database_url` the program starts its own PostgreSQL in `data`. Seconds are seconds; sizes are rows.
    """

    model_config = SettingsConfigDict(env_prefix="GUANKOU_", extra="ignore", frozen=True)

    data: Annotated[Path, Field(default_factory=default_data, description="data folder: embedded server, secret")]
    database_url: Annotated[SecretStr | None, Field(description="PostgreSQL, as the role that owns nothing")] = None
    database_owner_url: Annotated[SecretStr | None, Field(description="PostgreSQL, as the owner: migrations")] = None
    secret_file: Annotated[Path | None, Field(description="the one secret; made at first start, mode 0600")] = None

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Annotated[Literal["auto", "json", "text"], Field(description="auto: JSON when not a terminal")] = "auto"

    batch: Annotated[
        int, Field(ge=1, le=64, description="commands decided and written together; of one item four times as many")
    ] = 64
    orphan_seconds: Annotated[float, Field(gt=0, description="commands this old may be handled by anyone")] = 5.0
    poll_seconds: Annotated[float, Field(gt=0, description="how often the tables are looked at without being told")] = (
        1.0
    )
    lease_seconds: Annotated[float, Field(ge=1, description="how long a chat is leased; a call has a third of it")] = (
        30.0
    )
    relay_chats: Annotated[int, Field(ge=1, le=256, description="chats served at once")] = 32
    drain_seconds: Annotated[
        float, Field(gt=0, description="how long closing may take to decide what was accepted")
    ] = 20.0
    link: Annotated[str, Field(description="address under which items are found, as printed in messages")] = ""
    attempts: Annotated[int, Field(ge=1, description="sends of one delivery before it is a dead letter")] = 8
    flood_burst: Annotated[int, Field(ge=1, description="updates of one account that are heard at once")] = 20
    flood_refill: Annotated[float, Field(gt=0, description="and so many a second after that")] = 1.0
    quiet: Annotated[
        str,
        Field(pattern=rf"^({_HOUR}-{_HOUR})?$", description="hours in which what is not urgent waits; empty: none"),
        AfterValidator(_hours),
    ] = "22:00-07:00"

    @property
    def secret_path(self) -> Path:
        """Where the secret stands."""
        return self.secret_file or self.data / "secret"

    @property
    def quiet_hours(self) -> Hours | None:
        """When people are not to be disturbed."""
        return hours(self.quiet)

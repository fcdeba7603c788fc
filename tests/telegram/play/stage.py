"""Where it is played: a fresh tenant on the program's own database, `serve` with a token, the local Bot API server, the telephones."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tests.telegram.play.phone import Phone, Unmet
from tests.telegram.server import BotApi
from workflow.cli import shipped
from workflow.cli.house import House, Place, opened
from workflow.cli.serving import served
from workflow.engine.apply import Source
from workflow.engine.identity import Offer
from workflow.engine.settings import Settings
from workflow.store import tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant

HOST: Final = "127.0.0.1"
ORGANISATION: Final = Path(__file__).with_name("jiuxianqiao.yaml")
FIRST: Final = 700_300_001
"""The first telephone's account."""
GROUP: Final = -500_001
_PREFIX: Final = "GUANKOU_TELEGRAM_"


@dataclass
class Stage:
    """`ids` are the people's by name, `phones` what they hold; it began on `monday`."""

    api: BotApi
    house: House
    tenant: Tenant
    address: str
    ids: Mapping[str, str]
    phones: dict[str, Phone]
    monday: datetime

    async def offer(self, who: str) -> Offer:
        """What `guankou link` prints for somebody."""
        offer = await self.house.engine.identity.offer(self.tenant.id, self.ids[who])
        if not isinstance(offer, Offer):
            raise Unmet(f"没有给{who}绑定码：{offer}")
        return offer

    async def clock_on(self, to: datetime) -> None:
        """Move the tenant's clock on, and let all happen that was due."""
        await self.house.engine.demonstration.advance(self.tenant.id, to)


@asynccontextmanager
async def staged(of: Settings, place: Place, people: tuple[str, ...]) -> AsyncIterator[Stage]:
    """Everything running while the block runs. `people` have Telegram; it is a Monday, nine o'clock."""
    name = f"telegram-{secrets.token_hex(4)}"
    async with BotApi() as api:
        await _applied(of, place, name)

        async def choose(pool: Database) -> Tenant:
            found = await tenants.named(pool, name)
            if found is None:
                raise Unmet(f"没有租户 {name}")
            return found

        with _environment(TOKEN=api.token, API_URL=api.url):
            running = served(of, place, choose, host=HOST, port=_port(), demo=True, elsewhere=True)
            async with running as (house, tenant, address):
                await api.until_polled(10)
                persons = (await house.organisation(tenant.id)).people
                ids = {one.name: one.id for one in persons}
                phones = {one: Phone(one, api.person(FIRST + no, one)) for no, one in enumerate(people)}
                monday = _monday(await house.engine.read.now(tenant.id), ZoneInfo(tenant.time_zone))
                stage = Stage(api, house, tenant, address, ids, phones, monday)
                await stage.clock_on(monday)
                yield stage


async def _applied(of: Settings, place: Place, name: str) -> None:
    flows = shipped.flows()
    files = [
        ORGANISATION,
        *sorted((flows / "lists").glob("*.yaml")),
        flows / "livestream.yaml",
        flows / "incident.yaml",
    ]
    async with opened(of, place) as house:
        applied = await house.engine.apply([Source(str(one), one.read_bytes()) for one in files], tenant=name, demonstration=True)  # fmt: skip
        if not applied.ok:
            raise Unmet("; ".join([applied.problem, *(f"{file}: {one.message_zh}" for file, one in applied.findings)]))


def _port() -> int:
    """One that nobody listens on: addresses in messages name it before we do."""
    with socket.create_server((HOST, 0)) as held:
        return int(held.getsockname()[1])


def _monday(now: datetime, zone: ZoneInfo) -> datetime:
    """The coming one, nine o'clock: it is played at any hour, and people's quiet hours are theirs."""
    today = now.astimezone(zone).date()
    return datetime.combine(today + timedelta(days=7 - today.weekday()), time(9), zone)


@contextmanager
def _environment(**settings: str) -> Iterator[None]:
    """The bot's settings, and none of those that may be set here."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_PREFIX)}
    ours = {_PREFIX + name: value for name, value in settings.items()}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
        os.environ.update(before)

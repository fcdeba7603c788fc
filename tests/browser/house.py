"""The whole house for a browser: PostgreSQL, the engine, the shipped organisation and flows, and the web in front of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.web import Options, WebAdapter
from workflow.engine.apply import Source
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.settings import Settings
from workflow.store.pool import Database

FLOWS = Path(__file__).parents[2] / "flows"


@dataclass(frozen=True)
class House:
    web: WebAdapter
    engine: Engine
    tenant: str


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[House]:
    """A demonstration's tenant on a fresh database, served on loopback."""
    settings = Settings(data=folder)
    shipped = sorted(
        path
        for part in ("orgs/*.yaml", "lists/*.yaml", "*.yaml")
        for path in FLOWS.glob(part)
        if ".test." not in path.name
    )
    sources = [Source(path.name, path.read_bytes()) for path in shipped]
    database = await Database.open(url, size=6)
    try:
        async with Engine.open(settings, database) as maker:
            applied = await maker.apply(sources, tenant="demo", demonstration=True)
        assert applied.ok, (applied.problem, applied.findings)
        web = WebAdapter(
            Options(tenant=applied.tenant, secret=b"a secret of thirty-two bytes or more", port=0, demo=True)
        )
        async with Engine.open(settings, database, [Bot(applied.tenant, "web", web)]) as engine:
            web.attach(engine)
            task = asyncio.create_task(engine.serve())
            await asyncio.wait_for(web.serving(), 5)
            yield House(web, engine, applied.tenant)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    finally:
        await database.close()

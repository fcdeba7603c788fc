"""The whole house: PostgreSQL, the engine, the shipped organisation and flows, and the web in front of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from adapters.web import Options, WebAdapter
from tests.web.rig import Browser
from workflow.engine.apply import Source
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.settings import Settings
from workflow.store.pool import Database

FLOWS = Path(__file__).parents[2] / "flows"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class House:
    web: WebAdapter
    engine: Engine
    tenant: str
    ids: dict[str, str]
    browsers: list[Browser] = field(default_factory=list)

    async def visitor(self, name: str = "", **headers: str) -> Browser:
        """Somebody with a browser; signed in when a person of the organisation is named."""
        browser = Browser(self.web, **headers)
        self.browsers.append(browser)
        if name and self.web.desk.options.demo:
            await browser.sign_in(self.ids[name])
        elif name:
            code = await self.engine.identity.link(self.tenant, self.ids[name])
            await browser.get(f"/signin/{code}")
            await browser.submit(f"/signin/{code}")
            await browser.get("/chat")
        return browser

    async def activity(self, **changes: Any) -> dict[str, Any]:
        """The answers of a form that is in order, but for its file."""
        at = await self.engine.read.now(self.tenant) + timedelta(days=14)
        sound = {
            "标题": "爱国卫生月周末卫生大扫除", "主题": "丰富活跃文化生活", "时间": f"{at:%Y-%m-%d}T09:00", "地点": "社区广场", "预计人数": "80",
        }  # fmt: skip
        return sound | changes

    async def hand_in(self, browser: Browser, **changes: Any) -> str:
        """An activity by the form, with its file; its code."""
        _, file = await browser.upload("方案.pdf", PDF)
        form = (await browser.get("/api/v1/form/activity")).json()
        answers = await self.activity(方案=file["file"], **changes)
        answer = await browser.post("/chat/form", {"id": str(uuid4()), "token": form["token"], "answers": answers})
        assert answer.status_code == 202, answer.text
        await self.engine.settled(self.tenant)
        cards = [one["view"] for one in (await browser.get("/api/v1/transcript")).json() if one["view"]]
        return str([view["number"] for view in cards if view["type"] == "card"][-1])


@asynccontextmanager
async def opened(url: str, folder: Path, options: Options) -> AsyncIterator[House]:
    """A fresh tenant with everything that is shipped, served on loopback; `options.tenant` is put right."""
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
            applied = await maker.apply(sources, tenant="demo", demonstration=options.demo)
        assert applied.ok, (applied.problem, applied.findings)
        web = WebAdapter(replace(options, tenant=applied.tenant))
        async with Engine.open(settings, database, [Bot(applied.tenant, "web", web)]) as engine:
            web.attach(engine)
            people = await engine.read.people(applied.tenant)
            house = House(web, engine, applied.tenant, {one.name: one.id for one in people})
            task = asyncio.create_task(engine.serve())
            await asyncio.wait_for(web.serving(), 5)
            try:
                yield house
            finally:
                for browser in house.browsers:
                    await browser.close()
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    finally:
        await database.close()

"""Two ways to run the web: on a stub (`site`), for what only the web decides; in the whole house (`house`), for the rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.web import Options, WebAdapter
from tests.contract.suite import Keeper
from tests.integration.conftest import (  # noqa: F401  # the same server and the same template as everywhere
    Database,
    database,
    room,
    server_url,
    template,
)
from tests.web.house import House, opened
from tests.web.rig import DEMO, SERVE, Browser
from tests.web.stub import Message, Stub, stubbed
from workflow.ports import Delivery
from workflow.talk.view import View


@dataclass
class Site:
    web: WebAdapter
    stub: Stub
    keeper: Keeper = field(default_factory=Keeper)
    browsers: list[Browser] = field(default_factory=list)

    async def visitor(self, person: str = "", **headers: str) -> Browser:
        """Somebody with a browser; signed in when a person is named."""
        browser = Browser(self.web, **headers)
        self.browsers.append(browser)
        if person:
            await browser.sign_in(person)
        return browser

    async def tell(self, person: str, id: str, view: View) -> None:
        """A message is new, or shows something else: kept, and shown, as the engine would."""
        messages = self.stub.messages.setdefault(person, [])
        known = next((one for one in messages if one.id == id), None)
        if known is None:
            messages.append(Message(id, len(messages) + 1, view=view))
            await self.web.show(Delivery(id, person), view)
        else:
            known.view, known.version = view, known.version + 1
            await self.web.show(Delivery(id, person, ref=id), view)


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Site]:
    web = WebAdapter(options)
    site = Site(web, stubbed(web))
    task = asyncio.create_task(web.run(site.keeper))
    await asyncio.wait_for(web.serving(), 2)
    try:
        yield site
    finally:
        for browser in site.browsers:
            await browser.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(DEMO) as site:
        yield site


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:  # noqa: F811
    async with opened(database.app_url, tmp_path, DEMO) as house:
        yield house


@pytest.fixture
async def served(database: Database, tmp_path: Path) -> AsyncIterator[House]:  # noqa: F811
    async with opened(database.app_url, tmp_path, SERVE) as house:
        yield house


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    async def wait(holds: Callable[[], bool]) -> None:
        for _ in range(500):
            if holds():
                return
            await asyncio.sleep(0.01)
        assert holds(), "it did not come to hold within five seconds"

    return wait

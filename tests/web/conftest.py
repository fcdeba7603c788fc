"""A running web adapter with the fake engine, and visitors to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from adapters.web import Options, WebAdapter
from tests.web.fake import FakeEngine
from tests.web.rig import DEMO, SERVE, Browser


@dataclass
class Site:
    web: WebAdapter
    engine: FakeEngine
    browsers: list[Browser] = field(default_factory=list)

    async def visitor(self, person: str = "", **headers: str) -> Browser:
        """Somebody with a browser; signed in when a person is named."""
        browser = Browser(self.web, **headers)
        self.browsers.append(browser)
        if person:
            await browser.sign_in(person)
        return browser


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Site]:
    web = WebAdapter(options)
    site = Site(web, FakeEngine(web))
    task = asyncio.create_task(web.run(site.engine))
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
async def demo() -> AsyncIterator[Site]:
    async with running(DEMO) as site:
        yield site


@pytest.fixture
async def serve() -> AsyncIterator[Site]:
    async with running(SERVE) as site:
        yield site


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    async def wait(holds: Callable[[], bool]) -> None:
        for _ in range(200):
            if holds():
                return
            await asyncio.sleep(0.01)
        assert holds(), "it did not come to hold within two seconds"

    return wait

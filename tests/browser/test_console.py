"""The console as administrators use it: whom nothing reaches, and trying again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, picture, window
from tests.web.conftest import Site, running
from tests.web.rig import DEMO
from tests.web.stub import NOW, UnreachedRow

pytestmark = pytest.mark.browser

ROWS = [
    UnreachedRow("c1", "王芳", "telegram", "unreachable", NOW - timedelta(days=2), 12, "Forbidden: bot was blocked by the user"),
    UnreachedRow("c2", "站群", "telegram", "dead", NOW - timedelta(hours=3), 1, "given up after 8 tries"),
    UnreachedRow("c3", "张伟", "telegram", "unreachable", NOW - timedelta(hours=1), 2, elsewhere=True),
    UnreachedRow("", "赵敏", "", "no chat", NOW, 4),
]  # fmt: skip


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(DEMO) as site:
        yield site


async def enter(page: Page, site: Site) -> None:
    await page.goto(site.web.address)
    await page.get_by_role("button", name="王芳").click()
    await page.wait_for_url("**/chat")


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "light"), (PHONE, "dark")])
async def test_the_unreached_are_tried_again(site: Site, chromium: Browser, size: tuple[int, int], scheme: str) -> None:
    site.stub.lost = list(ROWS)
    page, complaints = await window(chromium, size, scheme)
    await enter(page, site)
    await page.goto(site.web.address + "/console/chats")
    await expect(page.locator("tbody tr")).to_have_count(4)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing sticks out"
    await picture(page, f"unreached-{size[0]}-{scheme}")
    await page.get_by_role("button", name="重新发送").first.click()
    await expect(page.locator("tbody tr")).to_have_count(3)
    assert site.stub.retried == [("c1", "p-wang")]
    assert complaints == []


async def test_when_everybody_is_reached(site: Site, chromium: Browser) -> None:
    page, complaints = await window(chromium, DESK)
    await enter(page, site)
    await page.goto(site.web.address + "/console/chats")
    await expect(page.locator(".big")).to_have_text("都送到了")
    await picture(page, "reached")
    assert complaints == []

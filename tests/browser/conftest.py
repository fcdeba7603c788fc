"""Chromium, taken from the machine: `apt-get install chromium fonts-noto-cjk` (without the fonts, pictures show boxes)."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.integration.conftest import database, room, server_url, template  # noqa: F401  # the same server, the same template

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PHONE, DESK = (390, 844), (1280, 800)
PATIENCE = 30_000
"""Milliseconds: a busy machine is slow, and no test is about that."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the machine's own Chromium is; skips, or fails where one is required."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        why = "no Chromium on this machine: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("GUANKOU_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return path


@pytest.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        await browser.close()


async def window(chromium: Browser, size: tuple[int, int] = DESK, scheme: str = "light") -> tuple[Page, list[str]]:
    """A window of somebody's own, and what its console complains about."""
    context: BrowserContext = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    return page, complaints


async def picture(page: Page, name: str) -> None:
    """Keeps what the window shows, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.wait_for_timeout(300)
    await page.screenshot(path=PICTURES / f"{name}.png")

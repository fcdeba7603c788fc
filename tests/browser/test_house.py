"""The two promises of the first page, on the whole house: submit by form, decide in one window and see it in another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import DESK, PHONE, picture, window
from tests.integration.conftest import Database
from tests.web.house import House, opened
from tests.web.rig import DEMO

pytestmark = pytest.mark.browser

PLAN: FilePayload = {
    "name": "活动方案.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
}


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(database.app_url, tmp_path, DEMO) as house:
        yield house


async def enter(page: Page, house: House, name: str) -> None:
    await page.goto(house.web.address)
    await page.locator(".people button", has_text=name).click()
    await page.wait_for_url("**/chat")


async def hand_in(page: Page, house: House, title: str) -> None:
    """By the whole form, with its file."""
    await page.goto(house.web.address + "/new/activity")
    now = await house.engine.read.now(house.tenant)
    await page.get_by_label("标题").fill(title)
    await page.get_by_role("radio", name="丰富活跃文化生活").check()
    await page.get_by_label("时间").fill((now + timedelta(days=14)).strftime("%Y-%m-%dT09:00"))
    await page.get_by_label("地点").fill("大山子社区广场")
    await page.get_by_label("预计人数").fill("80")
    await page.locator("[data-name=方案] input").set_input_files(PLAN)
    await expect(page.locator("[data-name=方案] .uploads")).to_contain_text("活动方案.pdf")
    await page.locator(".foot .good").click()
    await page.wait_for_url("**/chat")


async def test_submit_by_form_then_decide_in_one_window_and_see_it_in_another(house: House, chromium: Browser) -> None:
    li, li_says = await window(chromium, DESK)
    zhang, zhang_says = await window(chromium, PHONE)
    also, also_says = await window(chromium, DESK)
    await enter(li, house, "李明")
    await enter(zhang, house, "张伟")
    await enter(also, house, "张伟")
    await hand_in(li, house, "爱国卫生月周末卫生大扫除")
    await expect(li.locator(".card")).to_contain_text("爱国卫生月周末卫生大扫除")
    await expect(li.locator(".card .number")).to_be_visible()
    for page in (zhang, also):
        await expect(page.locator(".card")).to_contain_text("爱国卫生月周末卫生大扫除")
        await expect(page.locator(".waiting b")).to_have_text("1")
    await picture(zhang, "prompt-phone")
    await picture(also, "prompt-desk")
    await zhang.get_by_role("button", name="通过", exact=True).click()
    for page in (zhang, also):
        await expect(page.locator(".card .state")).to_contain_text("张伟")
        await expect(page.locator(".card").get_by_role("button", name="通过", exact=True)).to_have_count(0)
        await expect(page.locator(".waiting b")).to_have_text("0")
    await expect(li.locator(".card .state")).to_contain_text("所复审")
    await picture(li, "status-desk")
    await also.goto(house.web.address + "/console/audit")
    await expect(also.locator(".verdict")).to_have_attribute("data-good", "yes")
    assert li_says + zhang_says + also_says == []


async def test_a_form_with_a_mistake_loses_nothing(house: House, chromium: Browser) -> None:
    page, _ = await window(chromium, PHONE)
    await enter(page, house, "李明")
    await page.goto(house.web.address + "/new/activity")
    await page.get_by_label("标题").fill("大")
    await page.get_by_role("radio", name="丰富活跃文化生活").check()
    await page.get_by_label("时间").fill("2020-01-01T09:00")
    await page.get_by_label("地点").fill("大山子社区广场")
    await page.get_by_label("预计人数").fill("80")
    await page.locator("[data-name=方案] input").set_input_files(PLAN)
    await expect(page.locator("[data-name=方案] .uploads")).to_contain_text("活动方案.pdf")
    await page.locator(".foot .good").click()
    for field in ("标题", "时间"):
        await expect(page.locator(f"[data-name={field}] > .problem")).not_to_be_empty()
    await expect(page.locator("[data-name=地点] > .problem")).to_be_empty()
    await expect(page.get_by_label("地点")).to_have_value("大山子社区广场")
    await expect(page.locator("[data-name=方案] .uploads")).to_contain_text("活动方案.pdf")
    await picture(page, "form-problems-phone")
    await page.get_by_label("标题").fill("周末大扫除")
    now = await house.engine.read.now(house.tenant)
    await page.get_by_label("时间").fill((now + timedelta(days=14)).strftime("%Y-%m-%dT09:00"))
    await page.locator(".foot .good").click()
    await page.wait_for_url("**/chat")
    await expect(page.locator(".card")).to_contain_text("周末大扫除")

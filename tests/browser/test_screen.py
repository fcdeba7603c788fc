"""The pages as people use them, in a real browser, on the fake engine: every script runs, under the real policy."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, window
from tests.web.conftest import Site, running
from tests.web.rig import DEMO
from workflow.talk.view import Ask, Card, Checklist, Choice, Line, Notice

pytestmark = pytest.mark.browser


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(DEMO) as site:
        yield site


async def enter(page: Page, site: Site, name: str) -> None:
    await page.goto(site.web.address)
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url("**/chat")


async def test_decide_in_one_window_and_see_it_in_another(site: Site, chromium: Browser) -> None:
    await site.engine.submit("p-li", "爱国卫生月周末卫生大扫除")
    wang, wang_says = await window(chromium, PHONE)
    zhao, zhao_says = await window(chromium, DESK)
    await enter(wang, site, "王芳")
    await enter(zhao, site, "赵磊")
    await expect(zhao.locator(".waiting b")).to_have_text("1")
    await wang.get_by_role("button", name="通过").click()
    for page in (wang, zhao):
        await expect(page.locator(".card .state")).to_have_text("已通过 · 王芳 · 09:30")
        await expect(page.locator(".card [data-token]")).to_have_count(0)
        await expect(page.locator(".waiting b")).to_have_text("0")
        await expect(page.locator("article")).to_have_count(1)
    await expect(wang.locator("#toasts")).to_contain_text("已通过")
    assert wang_says + zhao_says == []


async def test_a_dangerous_choice_asks_first_and_a_stale_one_is_told(site: Site, chromium: Browser) -> None:
    item = await site.engine.submit("p-li", "大扫除")
    page, says = await window(chromium)
    await enter(page, site, "王芳")
    await page.get_by_role("button", name="驳回").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("驳回后这件事项就结束了")
    await dialog.get_by_role("button", name="再想想").click()
    assert not item.closed
    await page.get_by_role("button", name="驳回").click()
    await page.keyboard.press("Escape")
    assert site.engine.updates == {}, "nothing was sent"
    item.closed, item.state = True, "已通过 · 赵磊 · 09:31"
    item.timeline.append(item.timeline[0])
    await page.get_by_role("button", name="通过").click()
    await expect(page.locator("#toasts")).to_contain_text("已由 李明 处理")
    assert says == []


async def test_commands_are_suggested_and_typed(site: Site, chromium: Browser) -> None:
    await site.engine.submit("p-li", "大扫除")
    page, says = await window(chromium)
    await enter(page, site, "王芳")
    text = page.locator("#text")
    await text.press_sequentially("/")
    await expect(page.locator("#suggestions [role=option]:visible")).to_have_count(6)
    await text.press_sequentially("in")
    await expect(page.locator("#suggestions [role=option]:visible")).to_have_count(1)
    await text.press("Enter")
    await expect(page.locator(".listing")).to_contain_text("大扫除")
    await expect(page.locator(".mine")).to_contain_text("/inbox")
    await expect(page.locator(".mine.waits")).to_have_count(0)
    await expect(page.locator(".mine")).to_have_count(1)
    await text.fill("您好")
    await text.press("Enter")
    await expect(page.locator(".theirs").last).to_contain_text("收到：您好")
    await expect(text).to_have_value("")
    assert says == []


async def test_the_inbox_count_opens_the_inbox_from_any_page(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "王芳")
    await page.goto(site.web.address + "/new")
    await page.locator(".waiting").click()
    await expect(page.locator(".listing")).to_contain_text("没有需要您处理的事项")
    assert says == []


async def test_questions_are_answered_in_place(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium)
    await enter(page, site, "王芳")
    await site.engine.send("p-wang", Ask("datetime", "开播时间"))
    await page.locator("form.answer input").fill("2026-12-01T19:30")
    await page.locator("form.answer button").click()
    await expect(page.locator(".theirs").last).to_contain_text("收到：2026-12-01 19:30")
    await site.engine.send("p-wang", Ask("file", "方案"))
    await page.locator("form.answer input[type=file]").set_input_files(
        {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    await expect(page.locator("form.answer .uploads")).to_contain_text("方案.pdf")
    await page.locator("form.answer").last.get_by_role("button", name="确定").click()
    await expect(page.locator(".mine").last).to_contain_text("方案.pdf")
    assert [body for _, body in site.engine.kept.values()] == [b"%PDF-1.7"]
    assert says == []


async def test_a_checklist_is_ticked_in_place_while_somebody_types(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "王芳")
    choices = (Choice("m1", "合格", "good"), Choice("m2", "不合格", "bad"), Choice("m3", "不适用", "quiet"))
    card = Card("K7M001", "直播", "待核查")
    message = await site.engine.send("p-wang", Checklist(card, (Line("脚本逐句校对", "", choices),)))
    await site.engine.send("p-wang", Ask("text", "意见"))
    await page.locator("form.answer textarea").fill("还没写完")
    await site.engine.edit("p-wang", message, Checklist(card, (Line("脚本逐句校对", "pass", choices),)))
    await expect(page.get_by_role("button", name="合格", exact=True)).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name="不合格")).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".done")).to_contain_text("1 / 1")
    await expect(page.locator("form.answer textarea")).to_have_value("还没写完")
    assert says == []


async def test_a_window_that_was_away_catches_up(site: Site, chromium: Browser) -> None:
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    site.web.desk.windows.close()
    item = await site.engine.submit("p-li", "断线时来的")
    await expect(page.locator(".card")).to_contain_text("断线时来的")
    await expect(page.locator("article")).to_have_count(1)
    assert item.copies


async def test_a_form_with_rows_and_files_is_handed_in_and_loses_nothing_on_the_way(
    site: Site, chromium: Browser
) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "李明")
    await page.goto(site.web.address + "/new/activity")
    await page.get_by_label("标题").fill("大扫除")
    await page.locator(".foot .good").click()
    await expect(page.locator(".summary")).to_contain_text("8 处需要修改")
    await page.locator("label", has_text="丰富活跃文化生活").click()
    await page.get_by_label("时间").fill("2026-12-05T09:00")
    await page.get_by_label("预计人数").fill("60")
    await page.locator("label", has_text="抖音").click()
    await page.locator("label", has_text="一直播").click()
    await page.get_by_role("radio", name="否").check()
    await page.locator("[data-name=方案] input").set_input_files(
        {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    await page.locator(".row").nth(0).get_by_label("姓名").fill("张三")
    await page.locator(".row").nth(0).get_by_label("单位").fill("社区")
    await page.get_by_role("button", name="添加一行").click()
    await page.get_by_role("button", name="添加一行").click()
    await page.get_by_role("button", name="删除第 3 行").click()
    await page.locator(".row").nth(1).get_by_label("姓名").fill("李")
    await page.locator(".row").nth(1).get_by_label("单位").fill("学校")
    await (
        page.locator(".row")
        .nth(1)
        .locator("input[type=file]")
        .set_input_files({"name": "承诺书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    )
    await expect(page.locator(".row").nth(1).locator(".uploads")).to_contain_text("承诺书.pdf")
    await page.locator(".foot .good").click()
    await expect(page.locator("[data-name=标题] > .problem")).to_have_text("标题要有 4 到 60 个字。")
    await expect(page.locator(".row").nth(1).locator("[data-name=姓名] > .problem")).to_have_text("姓名至少 2 个字。")
    await expect(page.get_by_label("标题")).to_be_focused()
    assert site.engine.items == {}
    await page.reload()
    await expect(page.locator("#draft")).to_be_visible()
    await expect(page.locator("[data-name=方案] .uploads")).to_contain_text("方案.pdf")
    await expect(page.locator(".row")).to_have_count(2)
    await page.get_by_label("标题").fill("周末卫生大扫除")
    await page.locator(".row").nth(1).get_by_label("姓名").fill("李四")
    await page.locator(".foot .good").click()
    await page.wait_for_url("**/chat")
    await expect(page.locator(".card")).to_contain_text("周末卫生大扫除")
    (update,) = site.engine.updates.values()
    answers = site.web.read(update).answers  # type: ignore[union-attr]
    files = list(site.engine.kept)
    assert answers == {
        "标题": "周末卫生大扫除", "主题": "丰富活跃文化生活", "时间": "2026-12-05T09:00", "预计人数": "60", "平台": ["抖音", "一直播"],
        "是否需要场地": False, "方案": files[0], "嘉宾": [{"姓名": "张三", "单位": "社区"}, {"姓名": "李四", "单位": "学校", "承诺书": files[1]}],
    }  # fmt: skip
    assert [line for line in says if "422" not in line] == []


async def test_the_clock_moves_from_the_chat(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium)
    await enter(page, site, "李明")
    await page.locator("[data-clock]").click()
    await expect(page.locator("#toasts")).to_contain_text("18:00")
    assert site.engine.clock.hour == 18
    assert says == []


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640)])
async def test_no_page_is_wider_than_the_window(site: Site, chromium: Browser, size: tuple[int, int]) -> None:
    await site.engine.submit("p-li", "很长的标题" * 20 + "Donaudampfschifffahrtsgesellschaft" * 4)
    await site.engine.send("p-wang", Notice("https://example.org/" + "x" * 300))
    page, _ = await window(chromium, size)
    await enter(page, site, "王芳")
    for path in ("/chat", "/", "/new", "/new/activity", "/item/K7M001", "/console/audit", "/nowhere"):
        await page.goto(site.web.address + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], path


async def test_everything_can_be_reached_by_keyboard_and_has_a_name(site: Site, chromium: Browser) -> None:
    await site.engine.submit("p-li", "大扫除")
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    for path in ("/chat", "/", "/new/activity", "/item/K7M001", "/console/audit"):
        await page.goto(site.web.address + path)
        nameless = await page.evaluate("""() => [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
            .filter((one) => one.checkVisibility() && !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length || one.title))
            .map((one) => one.outerHTML)""")
        assert nameless == [], path
        assert await page.evaluate("document.querySelectorAll('h1').length") == 1, path

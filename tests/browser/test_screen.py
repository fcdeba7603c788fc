"""The pages as people use them, in a real browser, on the stub: every script runs, under the real policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, window
from tests.contract import views
from tests.web.conftest import Site, running
from tests.web.rig import DEMO
from tests.web.stub import CARD, DECIDED, Message, Problem
from workflow.ports import Filled, Incoming, Pressed, Typed, Update
from workflow.talk.view import Ask, Card, Checklist, Choice, Line, Listing, Notice, Row

pytestmark = pytest.mark.browser


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(DEMO) as site:
        yield site


async def enter(page: Page, site: Site, name: str) -> None:
    await page.goto(site.web.address)
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url("**/chat")


def heard(site: Site) -> list[Incoming | None]:
    return [site.web.read(update) for update in site.keeper.kept]


async def came(page: Page, holds: Callable[[], bool]) -> None:
    """Waits until the server has heard something."""
    for _ in range(200):
        if holds():
            return
        await page.wait_for_timeout(20)
    assert holds(), "it was not heard within four seconds"


async def test_a_decided_prompt_changes_in_every_window(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", CARD)
    phone, phone_says = await window(chromium, PHONE)
    desk, desk_says = await window(chromium, DESK)
    for page in (phone, desk):
        await enter(page, site, "王芳")
        await expect(page.locator(".waiting b")).to_have_text("1")

    async def decide(update: Update) -> None:
        pressed = site.web.read(update)
        assert isinstance(pressed, Pressed)
        await site.web.acknowledge(pressed.handle, "已通过")
        site.stub.count = 0
        await site.tell("p-wang", pressed.message, DECIDED)

    site.keeper.on_keep = decide
    await phone.get_by_role("button", name="通过").click()
    for page in (phone, desk):
        await expect(page.locator(".card .state")).to_have_text("已通过 · 王芳 · 09:32")
        await expect(page.locator(".card [data-token]")).to_have_count(0)
        await expect(page.locator(".waiting b")).to_have_text("0")
        await expect(page.locator("article")).to_have_count(1)
    await expect(phone.locator("#toasts")).to_contain_text("已通过")
    assert phone_says + desk_says == []


async def test_a_dangerous_choice_asks_first(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", CARD)
    page, says = await window(chromium)
    await enter(page, site, "王芳")
    await page.get_by_role("button", name="驳回").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("驳回后这件事项就结束了")
    await expect(dialog.get_by_role("button", name="再想想")).to_be_focused()
    await dialog.get_by_role("button", name="再想想").click()
    await page.get_by_role("button", name="驳回").click()
    await page.keyboard.press("Escape")
    assert heard(site) == []
    await page.get_by_role("button", name="驳回").click()
    await dialog.get_by_role("button", name="确定").click()
    await came(page, lambda: [one.token for one in heard(site) if isinstance(one, Pressed)] == ["no"])
    assert says == []


async def test_a_double_click_is_one_press(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", CARD)
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    await page.get_by_role("button", name="通过").dblclick()
    await page.wait_for_timeout(400)
    assert len(heard(site)) == 1


async def test_what_could_not_be_kept_is_sent_again_by_itself(site: Site, chromium: Browser) -> None:
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    site.keeper.failing = 2
    await page.locator("#text").fill("不能丢")
    await page.locator("#text").press("Enter")
    await came(page, lambda: [one.text for one in heard(site) if isinstance(one, Typed)] == ["不能丢"])
    await expect(page.locator("#text")).to_have_value("")


async def test_commands_are_suggested_and_typed(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium)
    await enter(page, site, "王芳")

    async def answer(update: Update) -> None:
        typed = site.web.read(update)
        assert isinstance(typed, Typed)
        lines = site.stub.messages.setdefault("p-wang", [])
        lines.append(Message(f"c{len(lines)}", len(lines) + 1, mine=True, text=typed.text))
        await site.tell("p-wang", f"d{len(lines)}", Listing("需要您处理的", (Row("大扫除", "K7M001", "r1"),)))

    site.keeper.on_keep = answer
    text, suggestions = page.locator("#text"), page.locator("#suggestions [role=option]:visible")
    await text.press_sequentially("/")
    await expect(suggestions).to_have_count(10)
    await text.press_sequentially("in")
    await expect(suggestions).to_have_count(1)
    await text.press("Enter")
    await expect(page.locator(".listing")).to_contain_text("大扫除")
    await expect(page.locator(".mine.waits")).to_have_count(0)
    await expect(page.locator(".mine .bubble")).to_have_text("/inbox")
    assert await page.locator("article").evaluate_all("all => all.map((one) => one.classList.contains('mine'))") == [
        True,
        False,
    ]
    await text.press_sequentially("/fi")
    await text.press("Tab")
    await expect(text).to_have_value("/find ")
    assert says == []


async def test_the_inbox_count_opens_the_inbox_from_any_page(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "王芳")
    await page.goto(site.web.address + "/new")
    await page.locator(".waiting").click()
    await came(page, lambda: [one.text for one in heard(site) if isinstance(one, Typed)] == ["/inbox"])
    await expect(page).to_have_url(site.web.address + "/chat")
    assert says == []


async def test_questions_are_answered_in_place(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium)
    await enter(page, site, "王芳")
    await site.tell("p-wang", "d1", Ask("datetime", "开播时间"))
    await page.locator("form.answer input").fill("2026-12-01T19:30")
    await page.locator("form.answer button").click()
    await came(page, lambda: len(heard(site)) == 1)
    await site.tell("p-wang", "d1", Notice("已回答"))
    await site.tell("p-wang", "d2", Ask("file", "方案"))
    file = {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    await page.locator("form.answer input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await expect(page.locator("form.answer .uploads")).to_contain_text("方案.pdf")
    await page.locator("form.answer").get_by_role("button", name="确定").click()
    await came(page, lambda: len(heard(site)) == 2)
    first, second = heard(site)
    assert isinstance(first, Typed)
    assert isinstance(second, Typed)
    assert (first.text, first.reply_to) == ("2026-12-01 19:30", "d1")
    assert ([blob.name for blob in second.files], second.reply_to) == (["方案.pdf"], "d2")
    assert [body for _, body in site.stub.kept.values()] == [b"%PDF-1.7"]
    assert says == []


async def test_a_checklist_is_ticked_in_place_while_somebody_types(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "王芳")
    choices = (Choice("m1", "合格", "good"), Choice("m2", "不合格", "bad"), Choice("m3", "不适用", "quiet"))
    card = Card("K7M001", "直播", "待核查")
    await site.tell("p-wang", "d1", Checklist(card, (Line("脚本逐句校对", "", choices),)))
    await site.tell("p-wang", "d2", Ask("text", "意见"))
    await page.locator("form.answer textarea").fill("还没写完")
    await site.tell("p-wang", "d2", Ask("text", "意见", problem="快一点"))
    await site.tell("p-wang", "d1", Checklist(card, (Line("脚本逐句校对", "pass", choices),)))
    await expect(page.get_by_role("button", name="合格", exact=True)).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name="不合格")).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".done")).to_contain_text("1 / 1")
    await expect(page.locator("form.answer textarea")).to_have_value("还没写完")
    assert says == []


async def test_a_window_that_was_away_catches_up_in_order(site: Site, chromium: Browser) -> None:
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    await site.tell("p-wang", "d1", Notice("第一"))
    await expect(page.locator("article")).to_have_count(1)
    site.stub.messages["p-wang"] += [Message("d2", 2, view=Notice("第二")), Message("d3", 3, view=Notice("第三"))]
    site.stub.messages["p-wang"][0].view = Notice("第一，改过")
    site.web.desk.windows.close()
    await expect(page.locator("article .bubble p")).to_have_text(["第一，改过", "第二", "第三"])


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
    await page.get_by_role("radio", name="4 星").check()
    await page.get_by_label("联系人").select_option("孙悦")
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
    site.stub.problems = [Problem("标题", "标题要有 4 到 60 个字。"), Problem("嘉宾/1/姓名", "姓名至少 2 个字。")]
    await page.locator(".foot .good").click()
    await expect(page.locator("[data-name=标题] > .problem")).to_have_text("标题要有 4 到 60 个字。")
    await expect(page.locator(".row").nth(1).locator("[data-name=姓名] > .problem")).to_have_text("姓名至少 2 个字。")
    await expect(page.get_by_label("标题")).to_be_focused()
    assert heard(site) == []
    site.stub.problems = []
    await page.reload()
    await expect(page.locator("#draft")).to_be_visible()
    await expect(page.locator("[data-name=方案] .uploads")).to_contain_text("方案.pdf")
    await expect(page.locator(".row")).to_have_count(2)
    await page.get_by_label("标题").fill("周末卫生大扫除")
    await page.locator(".row").nth(1).get_by_label("姓名").fill("李四")
    await page.locator(".foot .good").click()
    await page.wait_for_url("**/chat")
    (filled,) = heard(site)
    assert isinstance(filled, Filled)
    files = list(site.stub.kept)
    assert filled.answers == {
        "标题": "周末卫生大扫除", "主题": "丰富活跃文化生活", "时间": "2026-12-05T09:00", "预计人数": "60", "平台": ["v1", "v2"], "把握": 4, "联系人": "u2",
        "是否需要场地": False, "方案": files[0], "嘉宾": [{"姓名": "张三", "单位": "社区"}, {"姓名": "李四", "单位": "学校", "承诺书": files[1]}],
    }  # fmt: skip
    assert [line for line in says if "422" not in line] == []


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640)])
async def test_no_page_is_wider_than_the_window(site: Site, chromium: Browser, size: tuple[int, int]) -> None:
    await site.tell(
        "p-wang",
        "d1",
        Card("K7M001", "很长的标题" * 20 + "Donaudampfschifffahrtsgesellschaft" * 4, choices=CARD.choices),
    )
    await site.tell("p-wang", "d2", Notice("https://example.org/" + "x" * 300))
    page, _ = await window(chromium, size)
    await enter(page, site, "王芳")
    for path in ("/chat", "/", "/new", "/new/activity", "/item/K7M001", "/console/audit", "/nowhere"):
        await page.goto(site.web.address + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], path


async def test_everything_can_be_reached_by_keyboard_and_has_a_name(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", CARD)
    page, _ = await window(chromium)
    await enter(page, site, "王芳")
    for path in ("/chat", "/", "/new/activity", "/item/K7M001", "/console/audit"):
        await page.goto(site.web.address + path)
        nameless = await page.evaluate("""() => [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
            .filter((one) => one.checkVisibility() && !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length || one.title))
            .map((one) => one.outerHTML)""")
        assert nameless == [], path
        assert await page.evaluate("document.querySelectorAll('h1').length") == 1, path


async def test_where_an_item_is_comes_into_view_on_a_telephone(site: Site, chromium: Browser) -> None:
    page, says = await window(chromium, PHONE)
    await enter(page, site, "王芳")
    await page.goto(site.web.address + "/item/K7M001")
    frame, now = page.locator(".flow"), page.locator('.flow [data-mark="now"] .fl-body')
    assert await frame.evaluate("one => one.scrollWidth > one.clientWidth"), (
        "wider than a telephone: it scrolls in its frame"
    )
    outer, inner = await frame.bounding_box(), await now.bounding_box()
    assert outer is not None
    assert inner is not None
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert await now.evaluate("one => getComputedStyle(one).strokeWidth") == "3px", "its look comes from app.css"
    assert says == [], "nothing that the policy refuses"


async def test_stars_a_place_and_the_stop(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", views.STARS)
    await site.tell("p-wang", "d2", Ask("location", "您在哪里？", choices=(views.CANCEL,)))
    await site.tell("p-wang", "d3", views.PANEL)
    page, says = await window(chromium, PHONE)
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation({"latitude": 39.984, "longitude": 116.491})
    await enter(page, site, "王芳")
    await page.get_by_role("button", name="4 星").click()
    await page.get_by_role("button", name="用我现在的位置").click()
    await page.get_by_role("button", name="断播").click()
    await came(page, lambda: len(heard(site)) == 3)
    assert [getattr(one, "token", "") or getattr(one, "text", "") for one in heard(site)] == [
        "star4",
        "geo:39.984000,116.491000",
        "p1",
    ]
    await expect(page.locator("#confirm")).to_be_hidden()
    assert says == []


async def test_where_the_browser_says_no_place_one_is_typed(site: Site, chromium: Browser) -> None:
    await site.tell("p-wang", "d1", Ask("location", "您在哪里？"))
    page, _ = await window(chromium, PHONE)
    await page.context.clear_permissions()
    await enter(page, site, "王芳")
    await page.get_by_role("button", name="用我现在的位置").click()
    await expect(page.locator("#toasts")).to_contain_text("允许本站使用位置")
    assert heard(site) == []
    await page.get_by_role("textbox", name="您在哪里？").fill("39.98, 116.49")
    await page.get_by_role("button", name="确定").click()
    await came(page, lambda: len(heard(site)) == 1)
    (typed,) = heard(site)
    assert isinstance(typed, Typed)
    assert typed.text == "39.98, 116.49"

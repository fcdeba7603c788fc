"""Pressing, saying, filling in; what is refused, and what is pushed to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from tests.web.conftest import Site
from tests.web.rig import Browser, Page

Until = Callable[[Callable[[], bool]], Awaitable[None]]


def press(token: str, message: str = "") -> dict[str, object]:
    return {"id": str(uuid4()), "token": token, "message": message}


async def test_a_decision_is_seen_at_once_in_every_window(demo: Site, until: Until) -> None:
    item = await demo.engine.submit("p-li", "大扫除")
    here, there, theirs = [await demo.visitor(person) for person in ("p-wang", "p-wang", "p-zhao")]
    for one in (here, there, theirs):
        await one.watch()
    assert theirs.counts == [1]
    answer = await here.post("/chat/press", press(f"ok:{item.code}", item.copies[1][1]))
    assert answer.json()["toast"] == "已通过"
    await until(lambda: all(one.shown for one in (here, there, theirs)))
    for one in (here, there, theirs):
        (html,) = one.shown.values()
        assert "已通过 · 王芳 · 09:30" in html
        assert Page(html).buttons == {}
    assert list(here.shown) == [item.copies[1][1]]
    await until(lambda: theirs.counts[-1] == 0)


async def test_a_stale_press_is_told_what_happened(demo: Site) -> None:
    item = await demo.engine.submit("p-li", "大扫除")
    wang, zhao = await demo.visitor("p-wang"), await demo.visitor("p-zhao")
    await wang.post("/chat/press", press(f"ok:{item.code}"))
    answer = await zhao.post("/chat/press", press(f"no:{item.code}"))
    assert answer.json()["toast"] == "已由 王芳 处理：已通过 · 王芳 · 09:30"


async def test_twenty_clicks_at_once_are_one_update(demo: Site) -> None:
    item = await demo.engine.submit("p-li", "大扫除")
    browser = await demo.visitor("p-wang")
    same = press(f"ok:{item.code}")
    answers = await asyncio.gather(*(browser.post("/chat/press", same) for _ in range(20)))
    assert {one.status_code for one in answers} <= {200, 202}
    assert len(demo.engine.updates) == 1
    assert [entry.text for entry in item.timeline] == ["提交", "通过"]


async def test_one_persons_ids_are_not_anothers(demo: Site) -> None:
    item = await demo.engine.submit("p-li", "大扫除")
    wang, zhao = await demo.visitor("p-wang"), await demo.visitor("p-zhao")
    same = press(f"ok:{item.code}")
    await wang.post("/chat/press", same)
    await zhao.post("/chat/press", same)
    assert len(demo.engine.updates) == 2


async def test_a_slow_answer_comes_as_a_toast_to_the_window(demo: Site, until: Until) -> None:
    item = await demo.engine.submit("p-li", "大扫除")
    demo.engine.slow = 0.3
    browser = await demo.visitor("p-wang")
    await browser.watch()
    answer = await browser.post("/chat/press", press(f"ok:{item.code}"))
    assert (answer.status_code, answer.json()) == (202, {})
    await until(lambda: browser.toasts == ["已通过"])


async def test_what_was_said_stands_in_the_transcript(demo: Site, until: Until) -> None:
    browser = await demo.visitor("p-wang")
    await browser.watch()
    assert (await browser.post("/chat/say", {"id": str(uuid4()), "text": "您好 <i>"})).status_code == 202
    await until(lambda: bool(browser.shown))
    page = (await browser.get("/chat/messages")).text
    assert page.index("您好 &lt;i&gt;") < page.index("收到：您好 &lt;i&gt;")
    assert 'class="message mine"' in page


async def test_the_transcript_comes_in_pages(demo: Site) -> None:
    for number in range(130):
        demo.engine.note("p-wang", f"第 {number} 句")
    browser = await demo.visitor("p-wang")
    newest = await browser.get("/chat/messages")
    assert [len(Page(newest.text).ids), newest.headers["x-earlier"]] == [60, "71"]
    older = await browser.get("/chat/messages?before=71")
    oldest = await browser.get(f"/chat/messages?before={older.headers['x-earlier']}")
    assert [len(Page(oldest.text).ids), oldest.headers["x-earlier"]] == [10, "0"]
    assert (await browser.get("/chat/messages?before=-1")).status_code == 400
    assert (await browser.get(f"/chat/messages?before={'9' * 30}")).status_code == 400


async def test_a_form_with_problems_is_not_handed_in(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    form = {
        "id": str(uuid4()),
        "token": "start:activity",
        "answers": {"标题": "短", "嘉宾": [{"姓名": "张三"}, {"姓名": "李"}]},
    }
    answer = await browser.post("/chat/form", form)
    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["problems"]] == ["标题", "嘉宾/1/姓名"]
    assert demo.engine.updates == {}


async def test_a_form_is_handed_in_once(demo: Site, until: Until) -> None:
    browser = await demo.visitor("p-li")
    form = {
        "id": str(uuid4()),
        "token": "start:activity",
        "answers": {"标题": "周末卫生大扫除", "是否需要场地": False, "平台": ["抖音"]},
    }
    for _ in range(2):
        assert (await browser.post("/chat/form", form)).status_code == 202
    await until(lambda: bool(demo.engine.items))
    assert [item.title for item in demo.engine.items.values()] == ["周末卫生大扫除"]


async def test_what_could_not_be_kept_says_so(demo: Site) -> None:
    browser = await demo.visitor("p-wang")
    demo.engine.fails = 1
    said = {"id": str(uuid4()), "text": "您好"}
    answer = await browser.post("/chat/say", said)
    assert answer.status_code == 503
    assert "没有丢失" in answer.json()["next"]
    assert (await browser.post("/chat/say", said)).status_code == 202


# ------------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "value",
    [
        {}, [], "x", 7, {"id": "1", "token": "t"}, {"id": "not-a-uuid", "token": "t"}, {"id": str(uuid4()).upper(), "token": "t"},
        {"id": str(uuid4())}, {"id": str(uuid4()), "token": "t" * 65}, {"id": str(uuid4()), "token": 7}, {"id": str(uuid4()) + "\n", "token": "t"},
    ],
)  # fmt: skip
async def test_a_malformed_press_is_refused(demo: Site, value: object) -> None:
    browser = await demo.visitor("p-wang")
    answer = await browser.post("/chat/press", value)
    assert answer.status_code == 400
    assert answer.json()["next"]
    assert demo.engine.updates == {}


@pytest.mark.parametrize("text", ["", "   ", "长" * 8001])
async def test_saying_nothing_or_too_much_is_refused(demo: Site, text: str) -> None:
    browser = await demo.visitor("p-wang")
    assert (await browser.post("/chat/say", {"id": str(uuid4()), "text": text})).status_code == 400


async def test_not_json_is_refused(demo: Site) -> None:
    browser = await demo.visitor("p-wang")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await browser.client.post(
            f"{demo.web.address}/chat/say",
            content=b'{"id":"x"}',
            headers={"Content-Type": kind, "X-CSRF-Token": browser.csrf, "Accept": "application/json"},
        )
        assert answer.status_code == 415
    answer = await browser.post("/chat/say", {"id": str(uuid4()), "text": "x"}, **{"Content-Type": "application/json"})
    assert answer.status_code == 202


CHANGES = ("/chat/press", "/chat/say", "/chat/form", "/files", "/console/clock", "/language", "/signout", "/signin/as")


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_without_this_sessions_token(demo: Site, path: str) -> None:
    browser, other = await demo.visitor("p-wang"), await demo.visitor("p-wang")
    for token in ("", "x", other.csrf):
        answer = await browser.post(path, {}, **{"X-CSRF-Token": token})
        assert answer.status_code == 403
        assert answer.json()["error"] == "csrf"


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_from_another_origin(demo: Site, path: str) -> None:
    browser = await demo.visitor("p-wang")
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{demo.web.desk.port + 1}"):
        assert (await browser.post(path, {}, Origin=origin)).status_code == 403


@pytest.mark.parametrize("path", ["/chat/press", "/chat/say", "/chat/form", "/files", "/console/clock", "/signout"])
async def test_nothing_changes_for_strangers(demo: Site, path: str) -> None:
    browser = await demo.visitor()
    await browser.get("/")
    assert (await browser.post(path, {})).status_code == 401


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_by_get(demo: Site, path: str) -> None:
    browser = await demo.visitor("p-wang")
    if path != "/signin/as":  # a sign-in address for all a GET knows: it shows a button and changes nothing
        assert (await browser.get(path)).status_code == 405


async def test_presses_have_a_rate(demo: Site) -> None:
    browser = await demo.visitor("p-wang")
    answers = await asyncio.gather(*(browser.post("/chat/say", {"id": "x"}) for _ in range(90)))
    assert 429 in {one.status_code for one in answers}


async def test_at_most_a_dozen_windows_stay_open(demo: Site, until: Until) -> None:
    browsers: list[Browser] = []
    for _ in range(13):
        browsers.append(await demo.visitor("p-wang"))
        await browsers[-1].watch()
    first = browsers[0].listening
    await until(lambda: first is not None and first.done())
    assert sum(one.listening is not None and not one.listening.done() for one in browsers) == 12

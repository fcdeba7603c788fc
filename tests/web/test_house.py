"""The web in front of the real engine, over HTTP: what people do, and what comes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from uuid import uuid4

from tests.web.house import PDF, House
from tests.web.rig import Browser, Page

Until = Callable[[Callable[[], bool]], Awaitable[None]]

TITLE = "爱国卫生月周末卫生大扫除"


def button(browser: Browser, label: str) -> dict[str, object]:
    """A press of the newest message that has such a button."""
    for ref, html in reversed(browser.shown.items()):
        found = Page(html).buttons.get(label)
        if found:
            return {"id": str(uuid4()), "token": found["data-token"], "message": ref}
    raise AssertionError(f"no button {label} in {list(browser.shown.values())}")


async def watching(house: House, name: str, **headers: str) -> Browser:
    browser = await house.visitor(name, **headers)
    await browser.watch()
    return browser


async def test_a_decision_is_seen_at_once_in_every_window(house: House, until: Until) -> None:
    here, there, wang, david = [await watching(house, name) for name in ("张伟", "张伟", "王芳", "戴维")]
    await house.hand_in(await house.visitor("李明"))
    await until(lambda: bool(here.shown) and bool(there.shown))
    assert here.counts[-1] == 1
    answer = await here.post("/chat/press", button(here, "通过"))
    assert answer.status_code in {200, 202}
    for one in (here, there):
        await until(lambda one=one: all("张伟" in html and not Page(html).buttons for html in one.shown.values()))  # type: ignore[misc]
        await until(lambda one=one: one.counts[-1] == 0)  # type: ignore[misc]
    assert len(here.shown) == len(there.shown) == 1, "in place"
    await until(lambda: bool(wang.shown) and bool(david.shown))
    late = button(david, "Approve")
    await wang.post("/chat/press", button(wang, "通过"))
    await until(lambda: all("王芳" in html for html in david.shown.values()))
    answer = await david.post("/chat/press", late)
    # A stale press is told who has decided: in its own answer, or, where that took too long, in the window.
    await until(lambda: any("王芳" in text for text in (answer.json().get("toast", ""), *david.toasts)))


async def test_twenty_clicks_at_once_are_one_decision(house: House, until: Until) -> None:
    zhang = await watching(house, "张伟")
    code = await house.hand_in(await house.visitor("李明"))
    await until(lambda: bool(zhang.shown))
    same = button(zhang, "通过")
    other = [same | {"id": str(uuid4())} for _ in range(10)]
    answers = await asyncio.gather(*(zhang.post("/chat/press", one) for one in [same] * 10 + other))
    assert {one.status_code for one in answers} <= {200, 202}
    await house.engine.settled(house.tenant)
    voted = [
        one for one in await house.engine.read.timeline(house.tenant, house.ids["李明"], code) if one.kind == "voted"
    ]
    assert len(voted) == 1


async def test_a_return_asks_for_its_reason_and_tells_it(house: House, until: Until) -> None:
    zhang, li = await watching(house, "张伟"), await watching(house, "李明")
    await house.hand_in(li)
    await until(lambda: bool(zhang.shown))
    await zhang.post("/chat/press", button(zhang, "退回"))
    await until(lambda: any('class="card ask"' in html for html in zhang.shown.values()))
    ask = next(ref for ref, html in zhang.shown.items() if 'class="card ask"' in html)
    await zhang.post("/chat/say", {"id": str(uuid4()), "text": "日期与通知不一致", "reply_to": ask})
    await until(lambda: any("日期与通知不一致" in html for html in li.shown.values()))
    page = (await zhang.get("/chat/messages")).text
    assert "日期与通知不一致" in page
    assert 'class="message mine"' in page


async def test_a_form_is_handed_in_once_and_a_bad_one_never(house: House) -> None:
    li = await house.visitor("李明")
    _, file = await li.upload("方案.pdf", PDF)
    token = (await li.get("/api/v1/form/activity")).json()["token"]
    bad = await house.activity(方案=file["file"], 标题="大", 预计人数="0")
    answer = await li.post("/chat/form", {"id": str(uuid4()), "token": token, "answers": bad})
    assert answer.status_code == 422
    assert {one["name"] for one in answer.json()["problems"]} == {"标题", "预计人数"}
    form = {"id": str(uuid4()), "token": token, "answers": await house.activity(方案=file["file"])}
    answers = await asyncio.gather(*(li.post("/chat/form", form) for _ in range(5)))
    assert {one.status_code for one in answers} == {202}
    await house.engine.settled(house.tenant)
    page = (await li.get("/chat/messages")).text
    assert len(set(re.findall(r'href="/item/(\w+)"', page))) == 1


async def test_files_come_back_to_those_who_may_see_them(house: House) -> None:
    li = await house.visitor("李明")
    await house.hand_in(li)
    zhang, stranger = await house.visitor("张伟"), await house.visitor("程远")
    (path,) = set(re.findall(r'href="(/files/[^"]+)"', (await zhang.get("/chat")).text))
    answer = await zhang.get(path)
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (await stranger.get(path)).status_code == 404
    status, told = await li.upload("方案.pdf", b"MZ" + b"\0" * 200)
    assert status == 422
    assert told["what"]


async def test_an_item_has_a_page_for_those_who_may_see_it(house: House) -> None:
    code = await house.hand_in(await house.visitor("李明"))
    page = await (await house.visitor("张伟")).get(f"/item/{code.lower()}")
    assert page.status_code == 200
    assert TITLE in page.text
    assert "李明" in page.text.split('class="timeline"')[1]
    assert (await (await house.visitor("程远")).get(f"/item/{code}")).status_code == 404


async def test_the_inbox_is_typed_and_opened(house: House, until: Until) -> None:
    zhang = await watching(house, "张伟")
    await house.hand_in(await house.visitor("李明"))
    await zhang.post("/chat/say", {"id": str(uuid4()), "text": "/inbox"})
    await until(lambda: any('class="card listing"' in html and TITLE in html for html in zhang.shown.values()))


async def test_the_clock_goes_to_the_next_moment_and_what_is_due_happens(house: House, until: Until) -> None:
    zhang = await watching(house, "张伟")
    await house.hand_in(await house.visitor("李明"))
    await until(lambda: bool(zhang.shown))
    before = len(zhang.shown)
    answer = await zhang.post("/console/clock", {})
    assert answer.json()["toast"].startswith("时钟已拨到")
    await until(lambda: len(zhang.shown) > before)


async def test_the_language_is_switched_for_good(house: House) -> None:
    browser = await house.visitor("王芳")
    await browser.submit("/language", back="/chat")
    page = (await browser.get("/chat")).text
    assert 'lang="en"' in page
    other = await house.visitor("王芳")
    assert 'lang="en"' in (await other.get("/new")).text


async def test_a_script_plays_a_person(house: House) -> None:
    await house.hand_in(await house.visitor("李明"))
    script = await house.visitor(Accept="application/json")
    people = (await script.get("/api/v1/people")).json()
    assert people[0]["posts"][0][:2] == ["朝阳中心", "中心"]
    script.csrf = (await script.get("/api/v1/session")).json()["csrf"]
    assert (await script.post("/api/v1/session", {"person": house.ids["张伟"]})).status_code == 303
    session = (await script.get("/api/v1/session")).json()
    assert session["person"] == house.ids["张伟"]
    script.csrf = session["csrf"]
    (prompt,) = (await script.get("/api/v1/transcript")).json()
    token = next(one["token"] for one in prompt["view"]["choices"] if one["label"] == "通过")
    await script.post("/chat/press", {"id": str(uuid4()), "token": token, "message": prompt["id"]})
    await house.engine.settled(house.tenant)
    after = (await script.get("/api/v1/transcript")).json()
    (decided,) = [one for one in after if not one["mine"]]
    assert decided["id"] == prompt["id"]
    assert "choices" not in decided["view"]
    assert (await script.get(f"/api/v1/transcript?after={after[-1]['no']}")).json() == []
    assert (await script.get("/api/v1/transcript?after=x")).status_code == 400
    assert (await script.get("/api/v1/form/nothing")).status_code == 404


async def test_no_page_has_anything_that_the_policy_forbids(house: House) -> None:
    code = await house.hand_in(await house.visitor("李明"))
    browser = await house.visitor("张伟")
    for path in (
        "/",
        "/chat",
        "/new",
        "/new/activity",
        "/new/livestream",
        f"/item/{code}",
        "/console/audit",
        "/nowhere",
        "/signin/abc",
    ):
        page = await browser.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*\ssrc=)", page.text), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text), path
        assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page.text), f"{path} asks another server"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert "server" not in page.headers

"""What may be sent, what is refused, and what is pushed to which window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from msgspec.structs import replace

from tests.web.conftest import Site, running
from tests.web.rig import DEMO, Browser, Page
from tests.web.stub import CARD, DECIDED, Message, Problem
from workflow.ports import Delivery, Filled, Pressed, Update

Until = Callable[[Callable[[], bool]], Awaitable[None]]


def press(token: str, message: str = "") -> dict[str, object]:
    return {"id": str(uuid4()), "token": token, "message": message}


async def test_twenty_clicks_at_once_are_one_update(site: Site) -> None:
    browser = await site.visitor("p-wang")
    same = press("ok", "d1")
    answers = await asyncio.gather(*(browser.post("/chat/press", same) for _ in range(20)))
    assert {one.status_code for one in answers} == {202}
    assert len(site.keeper.kept) == 1


async def test_one_persons_ids_are_not_anothers(site: Site) -> None:
    wang, zhao = await site.visitor("p-wang"), await site.visitor("p-zhao")
    same = press("ok")
    await wang.post("/chat/press", same)
    await zhao.post("/chat/press", same)
    assert [one.chat for one in site.keeper.kept] == ["p-wang", "p-zhao"]


async def test_who_presses_is_whoever_is_signed_in(site: Site) -> None:
    browser = await site.visitor("p-wang")
    await browser.post("/chat/press", press("ok") | {"account": "p-zhou", "kind": "fill", "chat": "p-zhou"})
    incoming = site.web.read(site.keeper.kept[0])
    assert isinstance(incoming, Pressed)
    assert (incoming.account, incoming.chat) == ("p-wang", "p-wang")


async def test_a_slow_answer_comes_as_a_toast_to_every_window(site: Site, until: Until) -> None:
    browser = await site.visitor("p-wang")
    await browser.watch()
    answer = await browser.post("/chat/press", press("ok"))
    assert (answer.status_code, answer.json()) == (202, {})
    incoming = site.web.read(site.keeper.kept[0])
    assert isinstance(incoming, Pressed)
    await site.web.acknowledge(incoming.handle, "已通过")
    await until(lambda: browser.toasts == ["已通过"])


async def test_an_edit_keeps_its_place_and_brings_the_count(site: Site, until: Until) -> None:
    browser = await site.visitor("p-wang")
    await browser.watch()
    await site.web.show(Delivery("d1", "p-wang"), CARD)
    await until(lambda: "d1" in browser.shown)
    site.stub.count = 0
    await site.web.show(Delivery("d1", "p-wang", ref="d1"), DECIDED)
    await until(lambda: "已通过 · 王芳" in browser.shown["d1"])
    assert list(browser.shown) == ["d1"]
    assert Page(browser.shown["d1"]).buttons == {}
    await until(lambda: browser.counts[-1] == 0)


async def test_what_is_pushed_is_what_the_transcript_shows(site: Site, until: Until) -> None:
    site.stub.messages["p-wang"] = [
        Message("d1", 1, view=CARD),
        Message("c2", 2, mine=True, text="好"),
        Message("c3", 3, mine=True),
    ]
    browser = await site.visitor("p-wang")
    await browser.watch()
    await site.web.show(Delivery("d1", "p-wang"), CARD)
    await until(lambda: "d1" in browser.shown)
    page = (await browser.get("/chat/messages")).text
    digests = [html.split('data-digest="')[1].split('"')[0] for html in (browser.shown["d1"], page)]
    assert digests[0] == digests[1], "so that a window need not redraw what it shows already"
    assert Page(page).ids == ["d1", "c2"], "a press that left no words is no line"


async def test_the_transcript_comes_in_pages(site: Site) -> None:
    site.stub.messages["p-wang"] = [
        Message(f"c{number}", number, mine=True, text=f"第 {number} 句") for number in range(1, 131)
    ]
    browser = await site.visitor("p-wang")
    newest = await browser.get("/chat/messages")
    assert [len(Page(newest.text).ids), newest.headers["x-earlier"]] == [60, "71"]
    older = await browser.get("/chat/messages?before=71")
    oldest = await browser.get(f"/chat/messages?before={older.headers['x-earlier']}")
    assert [len(Page(oldest.text).ids), oldest.headers["x-earlier"]] == [10, "0"]
    assert (await browser.get("/chat/messages?before=-1")).status_code == 400
    assert (await browser.get(f"/chat/messages?before={'9' * 30}")).status_code == 400


async def test_a_form_with_problems_is_not_handed_in(site: Site) -> None:
    browser = await site.visitor("p-li")
    site.stub.problems = [Problem("嘉宾/1/姓名", "姓名至少 2 个字。")]
    answers = {"标题": "大扫除", "是否需要场地": False, "嘉宾": [{"姓名": "张三"}, {"姓名": "李"}]}
    form = {"id": str(uuid4()), "token": "start:activity", "answers": answers}
    answer = await browser.post("/chat/form", form)
    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"name": "嘉宾/1/姓名", "text": "姓名至少 2 个字。"}]
    assert site.keeper.kept == []
    site.stub.problems = []
    for _ in range(2):
        assert (await browser.post("/chat/form", form)).status_code == 202
    (update,) = site.keeper.kept
    assert site.web.read(update) == Filled("p-li", "p-li", "start:activity", answers)


async def test_what_could_not_be_kept_says_so(site: Site) -> None:
    browser = await site.visitor("p-wang")
    site.keeper.failing = 1
    said = {"id": str(uuid4()), "text": "您好"}
    answer = await browser.post("/chat/say", said)
    assert answer.status_code == 503
    assert "没有丢失" in answer.json()["next"]
    assert (await browser.post("/chat/say", said)).status_code == 202


async def test_a_slow_database_does_not_lose_the_toast(site: Site) -> None:
    browser = await site.visitor("p-wang")

    async def late(update: Update) -> None:
        await asyncio.sleep(0.3)
        incoming = site.web.read(update)
        assert isinstance(incoming, Pressed)
        await site.web.acknowledge(incoming.handle, "已通过")

    site.keeper.on_keep = late
    assert (await browser.post("/chat/press", press("ok"))).json() == {"toast": "已通过"}


# ------------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "value",
    [
        {}, [], "x", 7, {"id": "1", "token": "t"}, {"id": "not-a-uuid", "token": "t"}, {"id": str(uuid4()).upper(), "token": "t"},
        {"id": str(uuid4())}, {"id": str(uuid4()), "token": "t" * 65}, {"id": str(uuid4()), "token": 7}, {"id": str(uuid4()) + "\n", "token": "t"},
    ],
)  # fmt: skip
async def test_a_malformed_press_is_refused(site: Site, value: object) -> None:
    browser = await site.visitor("p-wang")
    answer = await browser.post("/chat/press", value)
    assert answer.status_code == 400
    assert answer.json()["next"]
    assert site.keeper.kept == []


@pytest.mark.parametrize("text", ["", "   ", "长" * 8001])
async def test_saying_nothing_or_too_much_is_refused(site: Site, text: str) -> None:
    browser = await site.visitor("p-wang")
    assert (await browser.post("/chat/say", {"id": str(uuid4()), "text": text})).status_code == 400


async def test_not_json_is_refused(site: Site) -> None:
    browser = await site.visitor("p-wang")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await browser.client.post(
            f"{site.web.address}/chat/say",
            content=b'{"id":"x"}',
            headers={"Content-Type": kind, "X-CSRF-Token": browser.csrf, "Accept": "application/json"},
        )
        assert answer.status_code == 415
    answer = await browser.post("/chat/say", {"id": str(uuid4()), "text": "x"}, **{"Content-Type": "application/json"})
    assert answer.status_code == 202


CHANGES = ("/chat/press", "/chat/say", "/chat/form", "/files", "/console/clock", "/language", "/signout", "/signin/as")


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_without_this_sessions_token(site: Site, path: str) -> None:
    browser, other = await site.visitor("p-wang"), await site.visitor("p-wang")
    for token in ("", "x", other.csrf):
        answer = await browser.post(path, {}, **{"X-CSRF-Token": token})
        assert answer.status_code == 403
        assert answer.json()["error"] == "csrf"


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_from_another_origin(site: Site, path: str) -> None:
    browser = await site.visitor("p-wang")
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{site.web.desk.port + 1}"):
        assert (await browser.post(path, {}, Origin=origin)).status_code == 403


@pytest.mark.parametrize("path", ["/chat/press", "/chat/say", "/chat/form", "/files", "/console/clock", "/signout"])
async def test_nothing_changes_for_strangers(site: Site, path: str) -> None:
    browser = await site.visitor()
    await browser.get("/")
    assert (await browser.post(path, {})).status_code == 401


@pytest.mark.parametrize("path", CHANGES)
async def test_nothing_changes_by_get(site: Site, path: str) -> None:
    browser = await site.visitor("p-wang")
    if path != "/signin/as":  # a sign-in address for all a GET knows: it shows a button and changes nothing
        assert (await browser.get(path)).status_code == 405


async def test_presses_have_a_rate_of_their_own_person() -> None:
    async with running(replace(DEMO, burst=3, each=0.001)) as site:
        wang, zhao = await site.visitor("p-wang"), await site.visitor("p-zhao")
        answers = [await wang.post("/chat/press", press("ok")) for _ in range(5)]
        assert [one.status_code for one in answers] == [202, 202, 202, 429, 429]
        assert (await zhao.post("/chat/press", press("ok"))).status_code == 202
        assert len(site.keeper.kept) == 4


async def test_at_most_a_dozen_windows_stay_open(site: Site, until: Until) -> None:
    browsers: list[Browser] = []
    for _ in range(13):
        browsers.append(await site.visitor("p-wang"))
        await browsers[-1].watch()
    first = browsers[0].listening
    await until(lambda: first is not None and first.done())
    assert sum(one.listening is not None and not one.listening.done() for one in browsers) == 12

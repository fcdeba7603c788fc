"""The pages of a demonstration: who may see them, in which language, and what they show."""

from __future__ import annotations

import pytest

from tests.web.conftest import Site
from tests.web.rig import Page


async def test_the_front_door_shows_everybody_by_unit(demo: Site) -> None:
    page = (await (await demo.visitor()).get("/")).text
    units = [page.index(unit) for unit in ("朝阳中心", "酒仙桥所", "大山子站", "南十里居站")]
    assert units == sorted(units)
    assert page.index("南十里居站") < page.index("孙悦") < page.index("郑新"), "the first post says where one stands"
    assert "大山子站 志愿者" in page
    assert "尚无职务" in page


async def test_picking_a_person_is_being_them(demo: Site) -> None:
    browser = await demo.visitor()
    answer = await browser.sign_in("p-wang")
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    page = (await browser.get("/chat")).text
    assert "王芳" in page
    assert "酒仙桥所 · 审核员" in page


async def test_nobody_unknown_can_be_picked(demo: Site) -> None:
    browser = await demo.visitor()
    assert (await browser.sign_in("p-nobody")).status_code == 404
    assert (await browser.get("/chat")).status_code == 303


@pytest.mark.parametrize(
    "path", ["/chat", "/new", "/new/activity", "/item/K7M001", "/console/audit", "/files/f1", "/chat/stream"]
)
async def test_strangers_go_to_the_front_door(demo: Site, path: str) -> None:
    browser = await demo.visitor()
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    answer = await browser.get(path, Accept="application/json")
    assert answer.status_code == 401
    assert answer.json()["next"]


async def test_signing_out_ends_it_and_a_new_session_begins_at_sign_in(demo: Site) -> None:
    browser = await demo.visitor()
    await browser.get("/")
    before = browser.csrf
    await browser.sign_in("p-wang")
    assert browser.csrf != before
    assert (await browser.submit("/signout")).headers["location"] == "/"
    assert (await browser.get("/chat")).status_code == 303


async def test_the_language_is_the_persons_then_the_browsers(demo: Site) -> None:
    stranger = await demo.visitor(**{"Accept-Language": "en-GB,en;q=0.9"})
    assert "Whose day" in (await stranger.get("/")).text
    chinese = await demo.visitor("p-wang", **{"Accept-Language": "en"})
    assert "发送" in (await chinese.get("/chat")).text
    english = await demo.visitor("p-chen")
    assert "Send" in (await english.get("/chat")).text


async def test_switching_the_language_stays(demo: Site) -> None:
    browser = await demo.visitor("p-wang")
    answer = await browser.submit("/language", back="/new")
    assert answer.headers["location"] == "/new"
    assert demo.engine.people_["p-wang"].language == "en"
    assert "hand in?" in (await browser.get("/new")).text
    stranger = await demo.visitor()
    await stranger.get("/")
    await stranger.submit("/language", back="/")
    assert "Whose day" in (await stranger.get("/")).text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
async def test_switching_the_language_leads_nowhere_else(demo: Site, back: str) -> None:
    browser = await demo.visitor("p-wang")
    assert (await browser.submit("/language", back=back)).headers["location"] == "/"


async def test_a_link_from_another_site_does_not_sign_anybody_out(demo: Site) -> None:
    browser = await demo.visitor()
    answer = await browser.get("/chat", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert 'http-equiv="refresh" content="0"' in answer.text


async def test_the_inbox_count_stands_on_every_page(demo: Site) -> None:
    await demo.engine.submit("p-li", "大扫除")
    browser = await demo.visitor("p-wang")
    for path in ("/chat", "/new", "/new/activity", "/item/K7M001", "/console/audit"):
        assert 'data-n="1"' in (await browser.get(path)).text


async def test_an_item_has_its_card_and_its_timeline(demo: Site) -> None:
    await demo.engine.submit("p-li", "大扫除 <b>")
    browser = await demo.visitor("p-wang")
    page = (await browser.get("/item/k7m001")).text
    assert "大扫除 &lt;b&gt;" in page
    assert "通过" in Page(page).buttons
    assert "2026年11月22日 09:30" in page
    missing = await browser.get("/item/NOPE00")
    assert missing.status_code == 404
    assert "/find" in missing.text


async def test_a_form_asks_every_kind_of_question(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    page = (await browser.get("/new/activity")).text
    for kind in ("text", "one", "datetime", "number", "money", "many", "bool", "file", "rows"):
        assert f'data-kind="{kind}"' in page
    assert 'type="datetime-local"' in page
    assert page.count("可不填") == 2
    assert (await browser.get("/new/nothing")).status_code == 404


async def test_the_audit_says_whether_the_log_verifies(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    page = (await browser.get("/console/audit")).text
    assert "完整，未被改动" in page
    assert "128" in page
    demo.engine.status.verified, demo.engine.status.first_bad = False, "K7M001#3"
    page = (await browser.get("/console/audit")).text
    assert "验证不通过" in page
    assert "K7M001#3" in page


async def test_the_clock_goes_to_the_next_moment_once(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    page = (await browser.get("/console/audit")).text
    to = page.split('name="to" value="')[1].split('"')[0]
    assert (await browser.submit("/console/clock", to=to)).headers["location"] == "/console/audit"
    assert demo.engine.clock.hour == 18
    assert (await browser.submit("/console/clock", to=to)).status_code == 409
    assert "没有即将到来的时刻" in (await browser.get("/console/audit")).text
    assert (await browser.post("/console/clock", {})).status_code == 409


async def test_the_clock_goes_from_the_chat_too(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    answer = await browser.post("/console/clock", {})
    assert answer.json()["toast"] == "时钟已拨到 2026年11月22日 18:00。"


async def test_health_needs_nobody(demo: Site) -> None:
    answer = await (await demo.visitor()).get("/health")
    assert answer.json() == {"ok": True, "network": "web"}


async def test_what_goes_wrong_here_has_a_number_and_no_secrets(demo: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(tenant: str, person: str, language: str) -> None:
        raise RuntimeError("the password is hunter2")

    browser = await demo.visitor("p-li")
    monkeypatch.setattr(demo.engine, "flows", broken)
    answer = await browser.get("/new")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "编号" in answer.text

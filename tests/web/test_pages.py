"""The pages of a demonstration: who may see them, in which language, and what they show."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Site
from tests.web.stub import UnreachedRow
from workflow.language.graph.look import RULES


async def test_the_front_door_shows_everybody_by_unit(site: Site) -> None:
    page = (await (await site.visitor()).get("/")).text
    units = [page.index(unit) for unit in ("朝阳中心", "酒仙桥所", "大山子站", "南十里居站")]
    assert units == sorted(units)
    assert page.index("南十里居站") < page.index("孙悦") < page.index("郑新"), "the first post says where one stands"
    assert "大山子站 志愿者" in page
    assert "尚无职务" in page


async def test_picking_a_person_is_being_them(site: Site) -> None:
    browser = await site.visitor()
    answer = await browser.sign_in("p-wang")
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    page = (await browser.get("/chat")).text
    assert "王芳" in page
    assert "酒仙桥所 · 审核员" in page


async def test_nobody_unknown_can_be_picked(site: Site) -> None:
    browser = await site.visitor()
    assert (await browser.sign_in("p-nobody")).status_code == 404
    assert (await browser.get("/chat")).status_code == 303


@pytest.mark.parametrize(
    "path",
    ["/chat", "/new", "/new/activity", "/item/K7M001", "/console/audit", "/console/chats", "/files/f1", "/chat/stream"],
)
async def test_strangers_go_to_the_front_door(site: Site, path: str) -> None:
    browser = await site.visitor()
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    answer = await browser.get(path, Accept="application/json")
    assert answer.status_code == 401
    assert answer.json()["next"]


async def test_signing_out_ends_it_and_a_new_session_begins_at_sign_in(site: Site) -> None:
    browser = await site.visitor()
    await browser.get("/")
    before = browser.csrf
    await browser.sign_in("p-wang")
    assert browser.csrf != before
    assert (await browser.submit("/signout")).headers["location"] == "/"
    assert (await browser.get("/chat")).status_code == 303


async def test_the_language_is_the_persons_then_the_browsers(site: Site) -> None:
    stranger = await site.visitor(**{"Accept-Language": "en-GB,en;q=0.9"})
    assert "Whose day" in (await stranger.get("/")).text
    chinese = await site.visitor("p-wang", **{"Accept-Language": "en"})
    assert "发送" in (await chinese.get("/chat")).text
    english = await site.visitor("p-chen")
    assert "Send" in (await english.get("/chat")).text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
async def test_switching_the_language_leads_nowhere_else(site: Site, back: str) -> None:
    browser = await site.visitor("p-wang")
    assert (await browser.submit("/language", back=back)).headers["location"] == "/"


async def test_a_link_from_another_site_does_not_sign_anybody_out(site: Site) -> None:
    browser = await site.visitor()
    answer = await browser.get("/chat", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert 'http-equiv="refresh" content="0"' in answer.text


async def test_the_audit_says_whether_the_log_verifies(site: Site) -> None:
    browser = await site.visitor("p-li")
    page = (await browser.get("/console/audit")).text
    assert "完整，未被改动" in page
    assert "128" in page
    site.stub.status.verified, site.stub.status.first_bad = False, "K7M001#3"
    page = (await browser.get("/console/audit")).text
    assert "验证不通过" in page
    assert "K7M001#3" in page


async def test_the_unreached_are_listed_and_tried_again(site: Site) -> None:
    browser = await site.visitor("p-li")
    assert "都送到了" in (await browser.get("/console/chats")).text
    site.stub.lost = [
        UnreachedRow("c1", "王芳", "telegram", "unreachable", letters=3, detail="Forbidden: <bot> was blocked"),
        UnreachedRow("", "赵敏", "", "no chat"),
    ]
    page = (await browser.get("/console/chats")).text
    assert "2 处没有送到" in page
    assert "屏蔽了我们" in page
    assert "Forbidden: &lt;bot&gt; was blocked" in page
    assert page.count("重新发送</button>") == 1, "who has no channel cannot be tried again"
    assert (await browser.submit("/console/chats", chat="c1")).headers["location"] == "/console/chats"
    assert site.stub.retried == [("c1", "p-li")]
    assert (await browser.submit("/console/chats", chat="c1")).status_code == 404


async def test_switching_the_language_of_a_stranger_stays_in_the_browser(site: Site) -> None:
    stranger = await site.visitor()
    await stranger.get("/")
    assert (await stranger.submit("/language", back="/")).headers["location"] == "/"
    assert "Whose day" in (await stranger.get("/")).text


async def test_the_inbox_count_stands_on_every_page(site: Site) -> None:
    browser = await site.visitor("p-wang")
    for path in ("/chat", "/new", "/new/activity", "/item/K7M001", "/console/audit"):
        assert 'data-n="1"' in (await browser.get(path)).text


async def test_an_items_page_shows_its_flow_with_where_it_is(site: Site) -> None:
    browser = await site.visitor("p-wang")
    answer = await browser.get("/item/K7M001")
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    figure = answer.text.partition("<figure")[2].partition("</figure>")[0]
    assert 'data-mark="now"' in figure.partition("所复审")[0].rpartition("<g ")[2]
    assert figure.count('data-mark="done"') == 2
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", figure), "the policy would refuse it"


async def test_the_pictures_look_is_that_of_its_files(site: Site) -> None:
    browser = await site.visitor("p-wang")
    address = re.search(r'href="(/static/\w+/app\.css)"', (await browser.get("/item/K7M001")).text)
    assert address is not None
    assert RULES.lstrip("\n") in (await browser.get(address[1])).text, (
        "copy RULES of workflow/language/graph/look.py into app.css"
    )


async def test_a_form_asks_every_kind_of_question(site: Site) -> None:
    browser = await site.visitor("p-li")
    page = (await browser.get("/new/activity")).text
    for kind in ("text", "one", "datetime", "number", "money", "many", "bool", "stars", "person", "file", "rows"):
        assert f'data-kind="{kind}"' in page
    assert 'type="datetime-local"' in page
    assert 'value="v2"' in page, "an option is answered by its token, where it has one"
    assert page.count("可不填") == 4
    assert (await browser.get("/new/nothing")).status_code == 404


async def test_a_clock_is_moved_once_by_one_page(site: Site) -> None:
    browser = await site.visitor("p-li")
    page = (await browser.get("/console/audit")).text
    to = page.split('name="to" value="')[1].split('"')[0]
    assert (await browser.submit("/console/clock", to=to)).headers["location"] == "/console/audit"
    assert site.stub.clock.hour == 18
    assert (await browser.submit("/console/clock", to=to)).status_code == 409
    assert "没有即将到来的时刻" in (await browser.get("/console/audit")).text
    assert (await browser.post("/console/clock", {})).status_code == 409


async def test_health_needs_nobody(site: Site) -> None:
    answer = await (await site.visitor()).get("/health")
    assert answer.json() == {"ok": True, "bots": {"telegram": False, "web": True}}


async def test_what_goes_wrong_here_has_a_number_and_no_secrets(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(tenant: str, person: str, language: str) -> None:
        raise RuntimeError("the password is hunter2")

    browser = await site.visitor("p-li")
    monkeypatch.setattr(site.stub, "flows", broken)
    answer = await browser.get("/new")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "编号" in answer.text

"""The whole vocabulary as HTML: what is special about each question, the big stop, files. That it all works, the conformance suite shows."""

from __future__ import annotations

import re

import pytest

from adapters.web.render import Render
from tests.contract import views
from tests.web.conftest import Site
from tests.web.rig import Page
from workflow.talk.menu import menu
from workflow.talk.view import Ask, Attachment, Choice, Document, Panel, View

RENDER = Render()


def html(view: View, language: str = "zh") -> str:
    return RENDER.body("en" if language == "en" else "zh", view, "")


def test_stars_are_buttons_that_say_how_many() -> None:
    page = Page(html(views.STARS))
    assert list(page.buttons) == ["1 星", "2 星", "3 星", "4 星", "5 星", "取消"]
    assert page.buttons["4 星"]["data-token"] == "star4"
    chosen = Ask("stars", "几颗星", options=views.STARS.options, chosen=("★★",))
    pressed = {label: one["aria-pressed"] for label, one in Page(html(chosen, "en")).buttons.items()}
    assert pressed == {
        "1 stars": "false",
        "2 stars": "true",
        "3 stars": "false",
        "4 stars": "false",
        "5 stars": "false",
    }


def test_a_location_can_be_typed_and_asked_of_the_browser() -> None:
    shown = html(Ask("location", "您在哪里？", choices=(views.CANCEL,)))
    assert 'data-kind="location"' in shown
    assert re.search(r"<input [^>]*type=\"text\"", shown)
    (button,) = re.findall(r"<button[^>]* data-locate[^>]*>", shown)
    assert " hidden" in button, "shown by the script, where the browser knows places at all"
    assert "data-failed" in button


async def test_the_browser_may_be_asked_where_it_is_by_this_site_alone(site: Site) -> None:
    answer = await (await site.visitor("p-wang")).get("/chat")
    assert "geolocation=(self)" in answer.headers["permissions-policy"]
    assert "camera=()" in answer.headers["permissions-policy"]


@pytest.mark.parametrize(("kind", "several"), [("photo", True), ("file", False)])
def test_pictures_and_files_are_chosen(kind: str, several: bool) -> None:
    shown = html(Ask(kind, "附件", value="一.jpg"))  # type: ignore[arg-type]
    (chooser,) = re.findall(r"<input type=\"file\"[^>]*>", shown)
    assert ("multiple" in chooser, 'accept="image/*"' in chooser) == (several, several)
    assert "一.jpg" in shown


def test_the_stop_is_big_and_asks_nothing() -> None:
    sure = Panel(
        "红色传承",
        "直播中",
        stop=Choice("p1", "断播", "danger", confirm="确定吗？"),
        choices=(Choice("p2", "正常", confirm="真的？"),),
    )
    buttons = Page(html(sure)).buttons
    assert buttons["断播"]["class"] == "stop"
    assert "data-confirm" not in buttons["断播"]
    assert buttons["正常"]["data-confirm"] == "真的？"
    assert "stop" not in html(Panel("红色传承", "已停"))


def test_a_file_handed_out_is_a_line_to_download_it_by() -> None:
    evil = Document(Attachment("f1", '<a>"方案".pdf', "application/pdf", 123_456), "K7M3QX《大扫除》")
    shown = html(evil)
    assert 'href="/files/f1"' in shown
    assert "&lt;a&gt;&#34;方案&#34;.pdf" in shown
    assert "123 kB" in shown
    assert Page(shown).buttons == {}, "nothing to press: it is a link"


@pytest.mark.parametrize(("person", "language"), [("p-wang", "zh"), ("p-chen", "en")])
async def test_the_composer_offers_the_commands_that_talk_knows(site: Site, person: str, language: str) -> None:
    page = (await (await site.visitor(person)).get("/chat")).text
    for one in menu(language):
        assert (f'data-command="/{one.word}"' in page) == (one.word != "link"), "who is here is linked already"
        assert one.description in page or one.word == "link"

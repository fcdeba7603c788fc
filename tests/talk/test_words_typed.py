"""What can be typed in place of every button, and what clients send without typing: places and numbers."""

from __future__ import annotations

import pytest

from tests.talk.stage import Stage, flow_of
from workflow.talk.about import Page, Prompt, Status
from workflow.talk.commands import linking
from workflow.talk.incoming import Moved
from workflow.talk.menu import menu
from workflow.talk.scene import Heard
from workflow.talk.view import Listing

VISIT = """flow: visit
title: 走访
start: { by: 站.协调员, form: { 标题: text 2..40, 地点: place, 打卡: checkin, 电话?: phone } }
steps:
  审: { review: 站.审核员 }
"""


@pytest.mark.parametrize("word", ["取消", "cancel", "/cancel", "／取消", "Cancel", " /取消 "])
def test_a_reason_is_given_up_by_a_word(word: str) -> None:
    stage = Stage()
    stage.activity()
    stage.press("张伟", "退回")
    heard = stage.type("张伟", word)
    assert heard.command is None
    assert stage.text("张伟") == "已取消，什么都没有改变。"
    assert stage.chat("张伟").dialogue.top is None
    assert stage.item().place == "站初审"


@pytest.mark.parametrize(("back", "skip"), [("返回", "跳过"), ("上一步", "跳过"), ("back", "skip"), ("/back", "/skip")])
def test_a_form_is_led_through_by_words(back: str, skip: str) -> None:
    stage = Stage(flow_of(VISIT))
    stage.type("李明", "/new visit")
    stage.type("李明", "走访老党员")
    assert stage.asked("李明").prompt == "地点"
    stage.type("李明", back)
    assert (stage.asked("李明").prompt, stage.asked("李明").value) == ("标题", "走访老党员")
    stage.type("李明", "走访困难户")
    stage.type("李明", skip)
    assert stage.asked("李明").problem == "“地点”必须填写。"
    stage.type("李明", "社区活动室")
    stage.type("李明", "39.98,116.49")
    stage.type("李明", skip)
    stage.type("李明", "提交")
    assert stage.refused is None
    assert "电话" not in stage.item().form


@pytest.mark.parametrize("place", ["geo:39.984,116.491", "39.984, 116.491", "geo:39.984,116.491;u=35"])
def test_a_place_and_a_number_that_were_sent_are_answers(place: str) -> None:
    stage = Stage(flow_of(VISIT))
    stage.type("李明", "/new visit")
    kinds = []
    for text in ("走访老党员", place, place, "+8613800138000"):
        kinds.append(stage.asked("李明").kind)
        stage.type("李明", text)
    assert kinds == ["text", "location", "location", "phone"]
    stage.type("李明", "提交")
    assert stage.refused is None
    facts = dict(stage.card("张伟").facts)
    assert facts["地点"] == "39.984000, 116.491000"
    assert facts["打卡"] == "39.984000, 116.491000 · 11月23日 09:00", "of a check-in, when, too"
    assert facts["电话"] == "13800138000"


def test_what_is_no_place_says_what_is() -> None:
    stage = Stage(flow_of(VISIT))
    stage.type("李明", "/new visit")
    for text in ("走访老党员", "社区活动室", "在门口"):
        stage.type("李明", text)
    assert "经度" in stage.asked("李明").problem


def test_a_digest_is_an_inbox_that_says_so_first() -> None:
    stage = Stage()
    for n in range(9):
        stage.activity(标题=f"活动{n}")
    stage.say("张伟", Page("inbox", digest=True))
    digest = stage.last("张伟")
    assert isinstance(digest, Listing)
    assert (digest.title, len(digest.rows)) == ("您有 9 件待办，点开即可办理：", 8)
    assert stage.last("张伟", "en").title == "9 items wait for you; open one to decide:"  # type: ignore[union-attr]
    stage.press("张伟", "下一页")
    assert len(stage.last("张伟").rows) == 1  # type: ignore[union-attr]
    stage.press("张伟", stage.last("张伟").rows[0].label)  # type: ignore[union-attr]
    assert isinstance(stage.chat("张伟").messages[-1], Prompt)


def test_a_chat_that_moved_says_nothing_and_changes_nothing() -> None:
    stage = Stage()
    stage.type("李明", "/new activity")
    before = stage.chat("李明").dialogue
    assert stage.hear("李明", Moved("李明", "李明-2")) == Heard(before)
    assert stage.chat("李明").dialogue == before


@pytest.mark.parametrize(
    ("text", "bare", "code"),
    [
        ("/link ABCD-2345", False, "ABCD2345"), ("/LINK abcd 2345", False, "ABCD2345"), ("／绑定 ａｂｃｄ２３４５", False, "ABCD2345"),
        ("/start K7M3QXK7M3QXK7M3QXK7M3QXK7", False, "K7M3QXK7M3QXK7M3QXK7M3QXK7"), ("/start", False, None), ("/start 你好", False, None),
        ("/link", False, ""), ("/link 你好", False, ""), ("绑定 ABCD2345", False, None), ("绑定 ABCD2345", True, "ABCD2345"), ("绑定", True, ""),
        ("/link@our_bot ABCD2345", False, "ABCD2345"), ("ABCD2345", True, None), ("", True, None), ("/inbox", True, None), ("/link " + "A" * 65, True, ""),
    ],
)  # fmt: skip
def test_what_links_an_account(text: str, bare: bool, code: str | None) -> None:
    assert linking(text, bare=bare) == code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_menu_is_fit_for_a_networks_own(language: str) -> None:
    private, groups = menu(language), menu(language, private=False)
    assert [one.word for one in private][:2] == ["inbox", "mine"]
    assert [one.word for one in groups] == ["item", "take", "room", "help"]
    for one in (*private, *groups):
        assert one.word.isascii()
        assert one.word.islower()
        assert 1 <= len(f"{one.argument} {one.description}") <= 100


def test_start_greets_with_what_can_be_done() -> None:
    stage = Stage()
    stage.type("李明", "/start")
    assert "/inbox 待办" in stage.text("李明")
    stage.type("李明", "/link")
    assert stage.text("李明").startswith("请带上管理员给的绑定码")
    stage.type("李明", "/room 站群")
    assert stage.text("李明").startswith("请管理员在群里发")


def test_the_submitters_card_knows_no_secret() -> None:
    stage = Stage(flow_of(VISIT.replace("steps:", "secret: yes\nsteps:")))
    stage.type("李明", "/new visit")
    for text in ("走访老党员", "社区活动室", "39.98,116.49", "跳过", "提交"):
        stage.type("李明", text)
    assert stage.card("李明", Status).title == "走访老党员", "it is their own, and the chat is private"

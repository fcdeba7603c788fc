"""Views as plain text, and numbers typed where there are no buttons."""

from __future__ import annotations

import pytest

from tests.talk.stage import Stage
from workflow.talk.incoming import Typed
from workflow.talk.listen import pressed_by_number, takes_numbers
from workflow.talk.text import as_text, numbered
from workflow.talk.view import (
    Ask,
    Attachment,
    Card,
    Checklist,
    Choice,
    Document,
    Line,
    Listing,
    Notice,
    Panel,
    Row,
    View,
)

A, B, C = Choice("a", "通过"), Choice("b", "退回"), Choice("c", "取消")
CARD = Card(
    "K3M9QX",
    "大扫除",
    "站初审",
    (("提交人", "李明"),),
    "带手套",
    (Attachment("f", "方案.pdf", "", 1),),
    "/item/K3M9QX",
    (A, B),
)

VIEWS: list[tuple[View, str, list[str]]] = [
    (
        CARD,
        "K3M9QX 大扫除\n站初审\n提交人：李明\n带手套\n📎 方案.pdf\n/item/K3M9QX\n1. 通过\n2. 退回\n（回复数字即可选择）",
        ["a", "b"],
    ),
    (
        Checklist(Card("", "大扫除", choices=(B,)), (Line("导向", "pass", (A,)), Line("计划"))),
        "大扫除\n☑ 导向 1. 通过\n☐ 计划\n2. 退回\n（回复数字即可选择）",
        ["a", "b"],
    ),
    (
        Ask("one", "主题", problem="没有找到", options=(A, B), choices=(C,)),
        "没有找到\n主题\n1. 通过\n2. 退回\n3. 取消\n（回复数字即可选择）",
        ["a", "b", "c"],
    ),
    (
        Ask("number", "人数", hint="数字", value="5", step=(2, 3), choices=(C,)),
        "人数 (2/3)\n现填：5\n数字\n（也可回复：取消）",
        [],
    ),
    (
        Ask("many", "平台", options=(A, B), chosen=("退回",)),
        "平台\n1. 通过\n☑ 2. 退回\n（回复数字即可选择）",
        ["a", "b"],
    ),
    (
        Listing("待办", (Row("大扫除", "站初审", "r"), Row("无")), choices=(C,)),
        "待办\n1. 大扫除 站初审\n· 无\n2. 取消\n（回复数字即可选择）",
        ["r", "c"],
    ),
    (Listing("待办", empty="没有"), "待办\n没有", []),
    (
        Ask("stars", "几颗星", options=(Choice("s1", "★"), Choice("s2", "★★")), choices=(C,)),
        "几颗星\n1. ★\n2. ★★\n3. 取消\n（回复数字即可选择）",
        ["s1", "s2", "c"],
    ),
    (
        Ask("location", "在哪里", hint="发送位置，或写纬度和经度", choices=(C,)),
        "在哪里\n发送位置，或写纬度和经度\n（也可回复：取消）",
        [],
    ),
    (
        Card("K3M9QX", "大扫除", files=(Attachment("f", "方案.pdf", "", 1, "t"),), choices=(A,)),
        "K3M9QX 大扫除\n📎 2. 方案.pdf\n1. 通过\n（回复数字即可选择）",
        ["a", "t"],
    ),
    (Document(Attachment("f", "方案.pdf", "", 1, "t"), "K3M9QX《大扫除》"), "K3M9QX《大扫除》\n📎 方案.pdf", []),
    (Notice("好的", (A,)), "好的\n1. 通过\n（回复数字即可选择）", ["a"]),
    (
        Panel("直播", "进行中", (("值班", "韩雪"),), B, (A,)),
        "直播 进行中\n值班：韩雪\n1. 退回\n2. 通过\n（回复数字即可选择）",
        ["b", "a"],
    ),
]


@pytest.mark.parametrize(("view", "text", "tokens"), VIEWS, ids=lambda one: type(one).__name__)
def test_a_view_as_text(view: View, text: str, tokens: list[str]) -> None:
    said, choices = as_text(view)
    assert said == text
    assert [one.token for one in choices] == tokens


def test_english_has_english_colons() -> None:
    assert "提交人: 李明" in as_text(CARD, "en")[0]
    assert "(reply with a number to choose)" in as_text(CARD, "en")[0]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("1", "a"),
        (" 2 ", "b"),
        ("通过", "a"),
        ("3", ""),
        ("0", ""),
        ("-1", ""),
        ("1x", ""),
        ("", ""),
        ("9999", ""),
        ("１", ""),
    ],
)
def test_a_number_or_a_label_presses(text: str, token: str) -> None:
    found = pressed_by_number(Typed("c", "a", text, reply_to="m7"), CARD)
    assert (found.token if found else "") == token
    if found:
        assert (found.chat, found.account, found.message) == ("c", "a", "m7")


def test_where_something_is_typed_a_number_is_an_answer() -> None:
    assert numbered(Ask("number", "人数", choices=(C,))) == ()
    assert takes_numbers(Ask("number", "人数"))
    assert takes_numbers(CARD)
    assert not takes_numbers(Notice("好的"))


def test_a_whole_item_by_numbers_alone() -> None:
    """A network without buttons: /new, a form, a return with its reason, an approval."""
    stage = Stage()
    stage.type("李明", "新建")
    stage.number("李明", "1")
    for text in ("爱国卫生月", "4", "12月20日 9:00", "广场", "2", "跳过"):
        stage.number("李明", text)
    stage.type("李明", "", ("方案.pdf", "application/pdf"))
    stage.number("李明", "1")
    assert stage.item().form["预计人数"] == 2
    assert stage.item().form["主题"] == "丰富活跃文化生活"
    stage.number("张伟", "2")
    stage.number("张伟", "1")
    assert stage.item().place == "returned"
    stage.number("李明", "1")
    stage.number("李明", "1")
    stage.number("张伟", "1")
    stage.number("王芳", "通过")
    assert stage.item().state == "done"

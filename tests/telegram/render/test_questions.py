"""Questions and listings as they are sent."""

from __future__ import annotations

import pytest

from adapters.telegram.render import rendered
from tests.telegram.render.strict import drawn
from workflow.talk.commands import NAVIGATION
from workflow.talk.view import Ask, Choice, Listing, Row, View
from workflow.talk.words import say


def zh(view: View) -> str:
    return drawn(rendered(view, language="zh", private=True))


def en(view: View) -> str:
    return drawn(rendered(view, language="en", private=True))


def quiet(*some: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"q-{one}", one, "quiet") for one in some)


def options(*some: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"o-{one}", one) for one in some)


def test_a_reason_is_replied() -> None:
    view = Ask("text", "退回 K7M3QX：请写明理由。", hint="直接回复文字；发“取消”放弃", choices=quiet("取消"))
    assert zh(view) == (
        "<b>退回 K7M3QX：请写明理由。</b>\n<i>直接回复文字；发“取消”放弃</i>\nreply: 直接回复文字；发“取消”放弃"
    )
    assert not rendered(view, language="zh", private=True).inline


def test_where_only_cancelling_is_left_it_is_typed_too() -> None:
    assert zh(Ask("money", "金额", hint="金额（元）", step=(1, 3), choices=quiet("取消"))) == (
        "<b>金额</b> (1/3)\n<i>金额（元）</i>\n<i>（也可回复：取消）</i>\nreply: 金额（元）"
    )
    assert en(Ask("text", "Title", choices=quiet("Cancel"))) == "<b>Title</b>\n<i>(or reply: Cancel)</i>\nreply: Title"


def test_whatever_else_can_be_done_has_a_button() -> None:
    view = Ask(
        "text", "标题", hint="2 到 30 个字", problem="太短了。", value="直播", optional=True, step=(2, 5),
        choices=quiet("跳过", "返回", "取消"),
    )  # fmt: skip
    assert zh(view) == ("⚠️ 太短了。\n<b>标题</b> (2/5)\n现填：直播\n<i>2 到 30 个字</i>\n[跳过] [返回] [取消]")
    assert rendered(view, language="zh", private=True).inline


def test_one_of_a_few() -> None:
    view = Ask(
        "one",
        "主题",
        hint="点选一项，或输入名称",
        options=options("党的政策", "主流价值", "其他"),
        choices=quiet("取消"),
    )
    assert zh(view) == "<b>主题</b>\n<i>点选一项，或输入名称</i>\n[党的政策] [主流价值] [其他]\n[取消]"


def test_many_are_ticked() -> None:
    view = Ask(
        "many",
        "平台",
        options=options("抖音", "快手", "视频号"),
        chosen=("快手",),
        choices=(Choice("d", "完成", "good"), *quiet("取消")),
    )
    assert zh(view) == "<b>平台</b>\n[☐ 抖音] [☑ 快手] [☐ 视频号]\n[完成]+\n[取消]"


def test_stars_stand_in_one_row() -> None:
    view = Ask("stars", "满意度", options=options(*("★" * n for n in range(1, 6))), choices=quiet("返回", "取消"))
    assert zh(view) == "<b>满意度</b>\n[1 ⭐] [2 ⭐] [3 ⭐] [4 ⭐] [5 ⭐]\n[返回] [取消]"


def test_a_picker_has_pages_of_its_own() -> None:
    view = Ask(
        "person", "转交给谁？", options=options("李明（城东所副所长）", "王芳（宣传科）", "赵磊（城西所）"),
        choices=quiet("上一页", "下一页", "取消"),
    )  # fmt: skip
    assert zh(view) == (
        "<b>转交给谁？</b>\n[李明（城东所副所长）]\n[王芳（宣传科）]\n[赵磊（城西所）]\n[上一页] [下一页]\n[取消]"
    )
    english = Ask("unit", "Which unit?", options=options("East", "West"), choices=quiet("Next", "Cancel"))
    assert en(english) == "<b>Which unit?</b>\n[East] [West]\n[Next]\n[Cancel]"


def test_yes_or_no_is_pressed() -> None:
    view = Ask("bool", "确定终止？", choices=(Choice("y", "确定终止", "danger"), *quiet("返回", "取消")))
    assert zh(view) == "<b>确定终止？</b>\n[确定终止]!\n[返回] [取消]"


def test_a_place_is_shared_or_typed() -> None:
    view = Ask("location", "签到", hint="发送位置", choices=quiet("返回", "取消"))
    assert zh(view) == "<b>签到</b>\n<i>发送位置</i>\n(发送我的位置 @)\n(返回) (取消)"
    assert en(Ask("location", "Where", choices=quiet("Cancel"))) == "<b>Where</b>\n(Send my position @)\n(Cancel)"
    assert not rendered(view, language="zh", private=True).inline


def test_a_number_is_shared_or_typed() -> None:
    assert zh(Ask("phone", "电话", choices=quiet("取消"))) == "<b>电话</b>\n(发送我的号码 #)\n(取消)"


@pytest.mark.parametrize("kind", ["location", "phone", "text"])
def test_in_a_group_everything_is_pressed(kind: str) -> None:
    view = Ask(kind, "问", choices=quiet("取消"))  # type: ignore[arg-type]
    assert drawn(rendered(view, language="zh", private=False)) == "<b>问</b>\n[取消]"


@pytest.mark.parametrize("kind", ["file", "photo"])
def test_files_are_sent_with_buttons_beneath(kind: str) -> None:
    view = Ask(kind, "照片", choices=(Choice("d", "完成", "good"), *quiet("取消")))  # type: ignore[arg-type]
    assert zh(view) == "<b>照片</b>\n[完成]+\n[取消]"


def test_rows_say_what_a_row_holds() -> None:
    view = Ask(
        "rows", "嘉宾", value="2 行", columns=(Ask("text", "姓名"), Ask("phone", "电话")),
        choices=(Choice("a", "加一行"), *quiet("删末行"), Choice("d", "完成", "good"), *quiet("取消")),
    )  # fmt: skip
    assert zh(view) == "<b>嘉宾</b>\n姓名 · 电话\n现填：2 行\n[加一行]\n[删末行]\n[完成]+\n[取消]"


def test_a_placeholder_is_no_longer_than_telegram_takes() -> None:
    shown = rendered(Ask("text", "长" * 200), language="zh", private=True)
    assert drawn(shown).endswith("\nreply: " + "长" * 63 + "…")


def test_a_listing() -> None:
    view = Listing(
        "待办 2 项",
        (Row("K7M3QX《清明祭扫直播》", "站初审 · 李明", "r1"), Row("H3QX8T《推文》", "", "r2"), Row("A1B2C3《已归档》")),
        choices=quiet("上一页", "下一页"),
    )  # fmt: skip
    assert zh(view) == (
        "<b>待办 2 项</b>\n"
        "\n"
        "1. <b>K7M3QX《清明祭扫直播》</b>\n"
        "站初审 · 李明\n"
        "\n"
        "2. <b>H3QX8T《推文》</b>\n"
        "\n"
        "3. <b>A1B2C3《已归档》</b>\n"
        "[1] [2]\n"
        "[上一页] [下一页]"
    )


def test_short_rows_stand_on_their_buttons() -> None:
    view = Listing("Flows you can start (2)", (Row("Leave", "leave", "r1"), Row("Livestream", "live", "r2")))
    assert en(view) == (
        "<b>Flows you can start (2)</b>\n\n1. <b>Leave</b>\nleave\n\n2. <b>Livestream</b>\nlive\n[1. Leave] [2. Livestream]"
    )


def test_an_empty_listing() -> None:
    assert zh(Listing("待办 0 项", empty="没有等您办理的事项。")) == "<b>待办 0 项</b>\n\n没有等您办理的事项。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_that_lead_on_can_be_typed(language: str) -> None:
    """A keyboard that is typed by pressing says words which every question understands."""
    for way in ("cancel", "back", "skip"):
        assert NAVIGATION[say(f"button.{way}", language).casefold()] == way

"""What is typed as a command, and a new item by conversation."""

from __future__ import annotations

import pytest

from tests.talk.stage import Stage, flow_of, labels
from tests.talk.test_fill import EVERYTHING
from workflow.talk.about import Detail, Line, Page, Question, Status
from workflow.talk.view import Card, Listing, Notice


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


def test_the_inbox_leads_to_the_prompt(stage: Stage) -> None:
    for command in ("/inbox", "待办", "／待办", "/INBOX", "/inbox@guankou_bot"):
        stage.type("张伟", command)
        listing = stage.last("张伟")
        assert isinstance(listing, Listing), command
        assert listing.title == "待办 1 项"
    stage.press("张伟", f"{stage.item().code}《清明祭扫》")
    assert labels(stage.last("张伟"))[0] == "通过"
    stage.press("张伟", "通过")
    stage.type("张伟", "待办")
    assert stage.last("张伟").empty == "没有等您办理的事项。"  # type: ignore[union-attr]


def test_pages_turn_in_place() -> None:
    stage = Stage()
    for n in range(9):
        stage.activity(标题=f"活动{n}")
    stage.type("李明", "我的")
    first = stage.last("李明")
    assert isinstance(first, Listing)
    assert (len(first.rows), first.title) == (8, "我提交的 9 项")
    heard = stage.press("李明", "下一页")
    assert heard.turn == Page("mine", 1)
    assert len(stage.last("李明").rows) == 1  # type: ignore[union-attr]
    stage.press("李明", "上一页")
    assert stage.last("李明") == first
    stage.type("李明", "/find 活动8")
    assert stage.last("李明").title == "“活动8”：找到 1 项"  # type: ignore[union-attr]
    assert "活动8" not in str(stage.chat("李明").messages[-1])


def test_an_item_is_found_by_its_code(stage: Stage) -> None:
    code = stage.item().code
    for text in (f"/item {code}", f"事项 {code.lower()}", code, f" #{code.lower()} "):
        stage.type("李明", text)
        assert isinstance(stage.chat("李明").messages[-1], Detail), text
    stage.type("李明", "/item ZZZZZ9")
    assert stage.text("李明") == "没有这个事项，或您无权查看；请核对编号。"
    stage.type("李明", "/item")
    assert stage.text("李明") == "请带上编号，如 /item K3M9QX。"


def test_who_may_not_see_an_item_reads_that_there_is_none(stage: Stage) -> None:
    stage.type("罗勇", f"/item {stage.item().code}")
    assert stage.text("罗勇") == "没有这个事项，或您无权查看；请核对编号。"
    for person in ("李明", "张伟", "周文博", "孙丽华", "郭建军"):
        stage.type(person, stage.item().code)
        assert isinstance(stage.last(person), Card), person


def test_a_new_item_by_conversation(stage: Stage) -> None:
    stage.type("李明", "新建")
    stage.press("李明", "活动项目三级审核")
    for text in ("爱国卫生月", "丰富", "12月20日 9:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    stage.type("李明", "", ("方案.txt", "text/plain"))
    assert stage.asked("李明").problem == "方案：“方案.txt”不行，要 pdf、docx 文件"
    stage.type("李明", "", ("方案.pdf", "application/pdf"))
    stage.type("李明", "提交")
    assert stage.refused is None
    assert stage.item().place == "站初审"
    assert isinstance(stage.chat("李明").messages[-1], Status)
    asked = [stage.show("李明", one) for one in stage.chat("李明").messages if isinstance(one, Question)]
    assert set(asked) == {Notice("（已结束）")}


def test_new_by_its_name_and_by_half_of_it(stage: Stage) -> None:
    for text in ("/new activity", "/new 活动项目三级审核", "/new 三级"):
        fresh = Stage()
        fresh.type("李明", text)
        assert fresh.asked("李明").prompt == "标题", text
    stage.type("李明", "/new 没有的")
    assert isinstance(stage.chat("李明").messages[-2], Line)
    assert isinstance(stage.last("李明"), Listing)
    stage.type("张伟", "/new")
    assert stage.last("张伟").empty == "您现在没有可以发起的流程。"  # type: ignore[union-attr]


def test_languages(stage: Stage) -> None:
    stage.type("李明", "/lang en")
    assert stage.text("李明") == "From now on in English."
    assert stage.card("李明", Status).state.endswith("step 1 of 4")
    stage.type("李明", "语言 中文")
    assert stage.text("李明") == "好的，以后用中文。"
    stage.type("李明", "/lang fr")
    assert stage.text("李明") == "请写 /lang zh 或 /lang en。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你好", "没有听懂。发“待办”看等您办理的，发“帮助”看能做什么。"),
        ("/fly", "没有这个命令；发 /help 看有哪些。"),
        ("/cancel", "没有正在填写的内容。"),
        ("取消", "没有正在填写的内容。"),
        ("/find", "请写要找的文字，如 /find 清明。"),
    ],
)
def test_what_cannot_be_followed_says_what_can(stage: Stage, text: str, said: str) -> None:
    stage.type("李明", text)
    assert stage.text("李明") == said


def test_help_and_files_out_of_place(stage: Stage) -> None:
    stage.type("李明", "帮助")
    assert "/inbox 待办" in stage.text("李明")
    stage.type("李明", "", ("a.pdf", "application/pdf"))
    assert stage.text("李明").startswith("现在不需要文件")
    assert len(stage.files) == 1, "only what is wanted is fetched"


def test_in_a_group_only_commands_are_meant_for_us(stage: Stage) -> None:
    stage.chat("李明").private = False
    before = len(stage.chat("李明").messages)
    stage.type("李明", "大家好")
    stage.type("李明", "待办")
    assert len(stage.chat("李明").messages) == before
    stage.type("李明", "/inbox")
    assert stage.text("李明") == "这件事请在私聊里办：打开与我的私聊，发 /inbox 接着办。"


def test_every_kind_of_field_has_its_question() -> None:
    stage = Stage(flow_of(EVERYTHING))
    stage.type("李明", "/new everything")
    asked = stage.asked("李明")
    assert (asked.kind, asked.prompt) == ("unit", "“什么都有”：为哪个单位提交？")
    stage.press("李明", "大山子站")
    kinds = []
    photos = [("一.jpg", "image/jpeg")]
    for text in (
        "清明祭扫", "跳过", "否", "甲类", "press 一", "★★★★", "大山子站", "彭慧", "平台0", "平台02", "file", "完成", "重阳", "跳过", "完成",
        "2026-12-01 09:00", "2026-12-01 11:00",
    ):  # fmt: skip
        asked = stage.asked("李明")
        kinds.append(asked.kind)
        assert asked.hint
        if text == "file":
            stage.type("李明", "", *photos)
            assert stage.asked("李明").value == "一.jpg"
        elif text.startswith("press "):
            heard = stage.press("李明", text[6:])
            assert stage.asked("李明").chosen == (text[6:],)
            assert heard.says == ()
            stage.press("李明", "完成")
        else:
            stage.type("李明", text)
        if text == "彭慧":
            assert stage.asked("李明").problem == "没有找到；请点选一项，或换个词。"
            stage.type("李明", "张伟")
    assert kinds == [
        "text", "number", "bool", "one", "many", "stars", "unit", "person", "one", "one", "photo", "photo", "text", "text", "rows",
        "datetime", "datetime",
    ]  # fmt: skip
    summary = stage.last("李明")
    assert isinstance(summary, Card)
    facts = dict(summary.facts)
    assert facts["所属单位"] == "大山子站"
    assert facts["满意度"] == "★★★★☆"
    assert facts["联系人"] == "张伟"
    assert facts["名单"] == "1. 重阳"
    stage.press("李明", "修改")
    stage.press("李明", "下一页")
    stage.press("李明", "名单")
    assert labels(stage.last("李明")) == ["加一行", "删末行", "完成", "返回", "取消"]
    stage.press("李明", "删末行")
    stage.press("李明", "返回")
    assert "名单" not in dict(stage.last("李明").facts)  # type: ignore[union-attr]
    stage.press("李明", "提交")
    assert stage.last("李明").text == "名单：请填写这一项"  # type: ignore[union-attr]
    stage.press("李明", "取消")
    assert stage.text("李明") == "已取消，什么都没有改变。"

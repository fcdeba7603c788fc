"""Files handed out on request, where the network carries files and gives no links of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.talk.stage import Stage, flow_of
from workflow.talk.about import Handed
from workflow.talk.incoming import Pressed
from workflow.talk.text import as_text
from workflow.talk.view import Attachment, Document, Notice

BLIND = """flow: blind
title: 盲审
start: { by: 站.协调员, form: { 标题: text 2..40, 稿子: file pdf, 名单: file pdf } }
steps:
  审: { review: 站.审核员, show: [标题, 稿子] }
"""

ROWS = """flow: guests
title: 嘉宾
start: { by: 站.协调员, form: { 标题: text 2..40, 名单: { rows: { 姓名: text 1..20, 承诺书: file pdf } } } }
steps:
  审: { each: 名单, review: 站.审核员, show: [标题] }
"""


def files(stage: Stage, person: str) -> dict[str, Attachment]:
    return {one.name: one for one in stage.card(person).files}


@pytest.fixture
def stage() -> Stage:
    stage = Stage(flow_of(BLIND))
    stage.type("李明", "/new blind")
    stage.type("李明", "清明")
    for name in ("稿子.pdf", "名单.pdf"):
        stage.type("李明", "", (name, "application/pdf"))
    stage.press("李明", "提交")
    assert stage.refused is None
    return stage


def press(stage: Stage, person: str, file: Attachment) -> None:
    stage.hear(person, Pressed(person, person, file.token))


def test_a_pressed_file_comes_as_a_message_of_its_own(stage: Stage) -> None:
    shown = files(stage, "张伟")
    assert list(shown) == ["稿子.pdf"], "the step shows no more"
    press(stage, "张伟", shown["稿子.pdf"])
    document = stage.last("张伟")
    assert isinstance(document, Document)
    assert replace(document.file, token="") == replace(shown["稿子.pdf"], token="")
    assert document.text == f"{stage.item().code}《清明》"
    assert as_text(document) == (f"{stage.item().code}《清明》\n📎 稿子.pdf", ())


def test_who_sees_the_item_only_in_part_gets_no_other_file_of_it(stage: Stage) -> None:
    hidden = next(one.file for one in stage.files.values() if one.name == "名单.pdf")
    assert stage.show("张伟", Handed(stage.item().id, hidden)) == Notice("找不到这个文件，或您无权查看；请重新上传。")
    assert isinstance(stage.show("李明", Handed(stage.item().id, hidden)), Document)
    assert isinstance(stage.show("罗勇", Handed(stage.item().id, hidden)), Notice)


def test_who_may_not_see_the_item_cannot_even_ask(stage: Stage) -> None:
    file = files(stage, "张伟")["稿子.pdf"]
    stage.hear("罗勇", Pressed("罗勇", "罗勇", file.token))
    assert stage.text("罗勇") == "这个按钮无效；请发 /inbox 重新打开。", "a token is good in its own chat alone"


def test_an_erased_file_is_said_to_be_gone(stage: Stage) -> None:
    file = files(stage, "张伟")["稿子.pdf"]
    press(stage, "张伟", file)
    del stage.files[file.file]
    assert stage.last("张伟") == Notice("找不到这个文件，或您无权查看；请重新上传。")


def test_nothing_is_handed_out_where_others_read_along(stage: Stage) -> None:
    token = files(stage, "张伟")["稿子.pdf"]
    stage.chat("张伟").private = False
    assert all(not one.token for one in stage.card("张伟").files)
    press(stage, "张伟", token)
    assert isinstance(stage.last("张伟"), Notice)


def test_where_no_files_are_carried_none_is_offered(stage: Stage) -> None:
    stage.chat("张伟").capabilities = frozenset({"buttons"})
    assert all(not one.token for one in stage.card("张伟").files)


def test_a_file_of_a_row_goes_to_whoever_decides_about_that_row() -> None:
    stage = Stage(flow_of(ROWS))
    stage.type("李明", "/new guests")
    stage.type("李明", "清明")
    for name in ("甲", "乙"):
        stage.type("李明", name)
        stage.type("李明", "", (f"{name}.pdf", "application/pdf"))
        stage.press("李明", "加一行" if name == "甲" else "完成")
    stage.press("李明", "提交")
    assert stage.refused is None
    offered = [one for about in stage.chat("张伟").messages for one in stage.show("张伟", about).files]  # type: ignore[union-attr]
    assert sorted(one.name for one in offered) == ["乙.pdf", "甲.pdf"]
    press(stage, "张伟", offered[0])
    document = stage.last("张伟")
    assert isinstance(document, Document)
    assert document.file.name == offered[0].name

"""A form filled in field by field, as tables: answer → where it stands and what is known."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.talk.stage import Stage, flow_of
from workflow.talk.dialogue import Fill
from workflow.talk.dialogues import form
from workflow.talk.dialogues.paper import UNIT, begin, paper, summary
from workflow.talk.dialogues.turn import Cancelled, Done, Next, Turn
from workflow.talk.scene import Scene
from workflow.talk.tokens import Press

EVERYTHING = """flow: everything
title: 什么都有
start:
  by: [站.协调员, 站.宣传委员]
  form:
    名称: text 2..10
    人数?: int 1..100
    是否对外: bool
    类别: [甲类, 乙类]
    标签: { many: [一, 二, 三] }
    满意度: stars 5
    哪个站: unit 站
    联系人: person 站.审核员
    平台: one 直播平台
    照片: photo 1..2
    名单: { rows: { 姓名: text 2..10, 备注?: text 1..20 } }
    开始: datetime >= 1工作日后
    结束: datetime > 开始
  must: 是否对外 or not has(人数) or 人数 < 50
steps:
  审: { review: 所.审核员 }
"""
N = {
    name: n
    for n, name in enumerate(
        (
            "名称",
            "人数",
            "是否对外",
            "类别",
            "标签",
            "满意度",
            "哪个站",
            "联系人",
            "平台",
            "照片",
            "名单",
            "开始",
            "结束",
        )
    )
}


@pytest.fixture
def stage() -> Stage:
    return Stage(flow_of(EVERYTHING))


@pytest.fixture
def scene(stage: Stage) -> Scene:
    return stage.scene("李明")


def at(scene: Scene, name: str, **known: Any) -> Fill:
    return replace(Fill("start", scene.flows["everything"].digest, unit="大山子站", at=N[name]), **known)


def where(turn: Turn) -> Any:
    """What the answer was taken for: the next field's name, or the problem's word."""
    assert isinstance(turn, Next), turn
    assert isinstance(turn.talk, Fill)
    return turn.problem.word if turn.problem else turn.talk


# field, typed -> what is kept of it (None: refused)
TYPED: list[tuple[str, str, Any]] = [
    ("名称", "清明祭扫", "清明祭扫"),
    ("名称", "清", None),
    ("名称", "清\u202e明", None),
    ("人数", "６０", "６０"),
    ("人数", "十个", None),
    ("人数", "101", None),
    ("人数", "NaN", None),
    ("人数", str(2**63), None),
    ("是否对外", "是", "是"),
    ("是否对外", "maybe", None),
    ("类别", "乙类", "乙类"),
    ("类别", "乙", "乙类"),
    ("类别", "丙类", None),
    ("标签", "一、三", "一、三"),
    ("标签", "一、四", None),
    ("满意度", "★★★", "★★★"),
    ("满意度", "6", None),
    ("哪个站", "大山子", "大山子站"),
    ("联系人", "张伟", "张伟"),
    ("联系人", "王芳", None),
    ("平台", "平台03", "平台03"),
    ("平台", "平台99", None),
    ("开始", "2026-12-01 09:00", "2026-12-01 09:00"),
    ("开始", "今天 09:30", None),
    ("开始", "随便", None),
]


@pytest.mark.parametrize(("name", "text", "kept"), TYPED)
def test_typed_answers(scene: Scene, name: str, text: str, kept: Any) -> None:
    turn = form.typed(at(scene, name), text, (), scene)
    assert isinstance(turn, Next)
    assert isinstance(turn.talk, Fill)
    if kept is None:
        assert turn.problem is not None
        assert turn.talk.at == N[name]
        assert name not in turn.talk.answers
    else:
        assert turn.problem is None
        assert turn.talk.answers == {name: kept}
        assert turn.talk.at == N[name] + 1


def test_a_narrowed_list_is_asked_again(scene: Scene) -> None:
    turn = form.typed(at(scene, "平台"), "平台1", (), scene)
    assert isinstance(turn, Next)
    assert isinstance(turn.talk, Fill)
    assert (turn.problem, turn.talk.matching, turn.talk.at) == (None, "平台1", N["平台"])
    picked = form.pressed(turn.talk, Press("option", extra=1), scene)
    assert isinstance(picked, Next)
    assert picked.talk.answers == {"平台": "平台11"}  # type: ignore[union-attr]


# field, known, press -> (at, answers)
PRESSED: list[tuple[str, dict[str, Any], Press, str, dict[str, Any]]] = [
    ("类别", {}, Press("option", extra=1), "标签", {"类别": "乙类"}),
    ("是否对外", {}, Press("option", extra=1), "类别", {"是否对外": "否"}),
    ("满意度", {}, Press("option", extra=3), "哪个站", {"满意度": "4"}),
    ("人数", {}, Press("skip"), "是否对外", {}),
    ("人数", {"answers": {"人数": "5"}}, Press("skip"), "是否对外", {}),
    ("标签", {}, Press("option", extra=0), "标签", {"标签": ["一"]}),
    ("标签", {"answers": {"标签": ["一"]}}, Press("option", extra=0), "标签", {"标签": []}),
    ("标签", {"answers": {"标签": ["一"]}}, Press("option", extra=2), "标签", {"标签": ["一", "三"]}),
    ("标签", {"answers": {"标签": ["一"]}}, Press("done"), "满意度", {"标签": ["一"]}),
    ("类别", {}, Press("back"), "是否对外", {}),
    ("类别", {}, Press("option", extra=9), "类别", {}),
    ("类别", {}, Press("page", extra=7), "类别", {}),
    ("类别", {}, Press("add"), "类别", {}),
    ("名称", {"editing": True}, Press("back"), "", {}),
    (
        "名单",
        {"answers": {"名单": [{"姓名": "甲甲"}, {"姓名": "乙乙"}]}},
        Press("drop"),
        "名单",
        {"名单": [{"姓名": "甲甲"}]},
    ),
    ("名单", {"answers": {"名单": [{"姓名": "甲甲"}]}}, Press("done"), "开始", {"名单": [{"姓名": "甲甲"}]}),
]


@pytest.mark.parametrize(("name", "known", "press", "then", "answers"), PRESSED)
def test_pressed_answers(
    scene: Scene, name: str, known: dict[str, Any], press: Press, then: str, answers: dict[str, Any]
) -> None:
    turn = form.pressed(at(scene, name, **known), press, scene)
    assert isinstance(turn, Next)
    assert isinstance(turn.talk, Fill)
    assert turn.talk.at == N.get(then, len(N))
    assert turn.talk.answers == answers


def test_what_must_be_there_cannot_be_skipped(scene: Scene) -> None:
    assert where(form.pressed(at(scene, "名称"), Press("skip"), scene)) == "not_optional"
    assert where(form.pressed(at(scene, "标签"), Press("done"), scene)) == "not_optional"
    assert isinstance(form.pressed(at(scene, "名称"), Press("cancel"), scene), Cancelled)


def test_before_the_first_question_there_is_the_unit_and_before_that_nothing(scene: Scene) -> None:
    begun = begin(Fill("start", scene.flows["everything"].digest), scene)
    assert begun is not None
    assert begun.at == UNIT
    chosen = form.typed(begun, "红霞", (), scene)
    assert isinstance(chosen, Next)
    assert isinstance(chosen.talk, Fill)
    assert (chosen.talk.unit, chosen.talk.at) == ("红霞站", 0)
    back = form.pressed(chosen.talk, Press("back"), scene)
    assert isinstance(back, Next)
    assert isinstance(back.talk, Fill)
    assert back.talk.at == UNIT
    assert isinstance(form.pressed(back.talk, Press("back"), scene), Cancelled)
    assert where(form.typed(begun, "没有这个站", (), scene)) == "nothing_like_it"


def test_rows_are_filled_column_by_column(scene: Scene) -> None:
    turn: Turn = form.pressed(at(scene, "名单"), Press("add"), scene)
    for text in ("张三丰", "跳过"):
        assert isinstance(turn, Next)
        assert isinstance(turn.talk, Fill)
        word = Press("skip") if text == "跳过" else None
        turn = form.pressed(turn.talk, word, scene) if word else form.typed(turn.talk, text, (), scene)
    assert isinstance(turn, Next)
    assert isinstance(turn.talk, Fill)
    assert (turn.talk.row, turn.talk.answers) == (None, {"名单": [{"姓名": "张三丰"}]})
    again = form.typed(turn.talk, "加一行", (), scene)
    assert isinstance(again, Next)
    assert isinstance(again.talk, Fill)
    assert again.talk.row == {}
    assert where(form.typed(again.talk, "长" * 11, (), scene)) == "refused.form"
    given_up = form.pressed(again.talk, Press("back"), scene)
    assert isinstance(given_up, Next)
    assert given_up.talk.row is None  # type: ignore[union-attr]
    assert where(form.typed(turn.talk, "什么", (), scene)) == "press_add_or_done"


def test_a_list_that_must_have_rows_begins_with_its_first(scene: Scene) -> None:
    turn = form.typed(at(scene, "照片", answers={}), "完成", (), scene)
    assert where(turn) == "not_optional"
    before = at(scene, "平台")
    photos = form.typed(replace(before, at=N["平台"]), "平台01", (), scene)
    assert isinstance(photos, Next)
    assert isinstance(photos.talk, Fill)
    assert photos.talk.row is None


def test_files_are_gathered_until_there_are_enough(stage: Stage) -> None:
    scene, names = stage.scene("李明"), ("一.jpg", "二.jpg", "三.txt")
    one, two, text = (stage.upload("李明", name, "image/jpeg") for name in names)
    asked = at(scene, "照片")
    assert where(form.typed(asked, "照片在这里", (), scene)) == "file_wanted"
    assert where(form.typed(asked, "", (text,), scene)) == "refused.form"
    assert where(form.typed(asked, "", ("00000000-0000-0000-0000-00000000dead",), scene)) == "refused.form"
    first = form.typed(asked, "", (one,), scene)
    assert isinstance(first, Next)
    assert isinstance(first.talk, Fill)
    assert (first.talk.at, first.talk.answers) == (N["照片"], {"照片": [one]})
    second = form.typed(first.talk, "", (two,), scene)
    assert isinstance(second, Next)
    assert isinstance(second.talk, Fill)
    assert second.talk.answers == {"照片": [one, two]}
    assert second.talk.at == N["名单"]
    assert second.talk.row == {}
    enough = form.typed(first.talk, "完成", (), scene)
    assert isinstance(enough, Next)
    assert isinstance(enough.talk, Fill)
    assert enough.talk.at == N["名单"]


def test_somebody_elses_file_is_not_taken(stage: Stage) -> None:
    theirs = stage.upload("王芳", "一.jpg", "image/jpeg")
    assert where(form.typed(at(stage.scene("李明"), "照片"), "", (theirs,), stage.scene("李明"))) == "refused.form"


@pytest.fixture
def whole(stage: Stage) -> tuple[Stage, Fill]:
    answers = {
        "名称": "清明祭扫", "人数": "30", "是否对外": "否", "类别": "甲类", "标签": ["一"], "满意度": "5", "哪个站": "大山子站",
        "联系人": "张伟", "平台": "平台01", "照片": [stage.upload("李明", "一.jpg", "image/jpeg")], "名单": [{"姓名": "张三丰"}],
        "开始": "2026-12-01 09:00", "结束": "2026-12-01 11:00",
    }  # fmt: skip
    return stage, at(stage.scene("李明"), "名称", answers=answers, at=len(N))


def test_what_holds_together_is_handed_in(whole: tuple[Stage, Fill]) -> None:
    stage, fill = whole
    turn = form.pressed(fill, Press("done"), stage.scene("李明"))
    assert turn == Done("submit", "", {"flow": "everything", "unit": "大山子站", "form": fill.answers})
    assert form.typed(fill, "提交", (), stage.scene("李明")) == turn


@pytest.mark.parametrize(
    "changed",
    [{"名称": ""}, {"结束": "2026-12-01 08:00"}, {"人数": "60"}, {"人数": "不多"}, {"多余": "x"}],
    ids=["missing", "before its beginning", "must", "no number", "unknown"],
)
def test_what_does_not_hold_together_is_said_at_the_summary(whole: tuple[Stage, Fill], changed: dict[str, str]) -> None:
    stage, fill = whole
    turn = form.pressed(replace(fill, answers={**fill.answers, **changed}), Press("done"), stage.scene("李明"))
    assert where(turn) == "refused.form"
    assert isinstance(turn, Next)
    form_ = paper(fill, stage.scene("李明"))
    assert form_ is not None
    assert turn.talk.at == summary(form_)  # type: ignore[union-attr]
    assert turn.problem is not None
    assert len(turn.problem.facts["problems"]) == 1


def test_one_answer_is_changed_from_the_summary(whole: tuple[Stage, Fill]) -> None:
    stage, fill = whole
    scene = stage.scene("李明")
    picking = form.pressed(fill, Press("edit"), scene)
    assert isinstance(picking, Next)
    chosen = form.pressed(picking.talk, Press("option", extra=N["名称"]), scene)  # type: ignore[arg-type]
    assert isinstance(chosen, Next)
    named = form.typed(fill, "名称", (), scene)
    assert named == chosen
    changed = form.typed(chosen.talk, "重阳敬老", (), scene)  # type: ignore[arg-type]
    assert isinstance(changed, Next)
    assert isinstance(changed.talk, Fill)
    assert (changed.talk.at, changed.talk.editing, changed.talk.answers["名称"]) == (len(N), False, "重阳敬老")
    assert where(form.typed(fill, "没有这一项", (), scene)) == "name_a_field"


def test_a_form_whose_step_is_over_says_so(scene: Scene) -> None:
    gone = Fill("answers", scene.flows["everything"].digest, "no such item", 1, 1)
    assert form.typed(gone, "x", (), scene) == Cancelled("form_over")
    assert form.pressed(gone, Press("done"), scene) == Cancelled("form_over")
    assert begin(gone, scene) is None

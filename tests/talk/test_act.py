"""Acts that want more than a press, as tables: (what is known, what comes) → (what is known then)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.talk.stage import Stage, flow_of
from workflow.domain.command import Command
from workflow.talk.dialogue import Act
from workflow.talk.dialogues import act as acts
from workflow.talk.dialogues.turn import Cancelled, Done, Next
from workflow.talk.scene import Scene
from workflow.talk.tokens import Press

THREE = """flow: three
title: 三步
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  一: { review: 站.审核员 }
  二: { review: 所.审核员 }
  三: { review: 中心.审核员, back: [提交人, 一, 二] }
"""


@pytest.fixture
def scene() -> Scene:
    """An item at step 三, seen by its reviewer 赵敏, whose task is the fifth."""
    stage = Stage(flow_of(THREE))
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "three", "form": {"标题": "清明"}}))
    stage.vote("张伟")
    stage.vote("王芳")
    return stage.scene("赵敏")


def of(scene: Scene, verb: str, **known: Any) -> Act:
    item = next(iter(scene.items.values()))
    task = next(one for run in item.runs.values() for one in run.tasks.values() if one.person == "赵敏")
    return replace(Act(verb, item.id, task.no, 1, "三"), **known)  # type: ignore[arg-type]


# (verb, known) -> asked next
ASKED = [
    ("reject", {}, "words"),
    ("comment", {}, "words"),
    ("retry", {}, "words"),
    ("return", {}, "target"),
    ("return", {"target": "一"}, "words"),
    ("transfer", {}, "person"),
    ("transfer", {"person": "王芳"}, "words"),
    ("reassign", {"person": "王芳"}, "words"),
    ("terminate", {}, "words"),
    ("terminate", {"comment": "重复"}, "yes"),
    ("withdraw", {}, "yes"),
    ("withdraw", {"confirmed": True}, ""),
    ("transfer", {"person": "王芳", "comment": ""}, ""),
]


@pytest.mark.parametrize(("verb", "known", "asked"), ASKED)
def test_what_is_asked_next(scene: Scene, verb: str, known: dict[str, Any], asked: str) -> None:
    assert acts.lacks(of(scene, verb, **known)) == asked


# (verb, known, typed) -> the turn
TYPED = [
    ("reject", {}, "理由不足", {"comment": "理由不足"}),
    ("reject", {}, "   ", "refused.comment_needed"),
    ("reject", {}, "\u202e\u200b", "refused.comment_needed"),
    ("reject", {}, "字" * 4001, "refused.comment_too_long"),
    ("comment", {}, "字" * 4000, {"comment": "字" * 4000}),
    ("return", {}, "一", Next),
    ("return", {}, "站长", "nothing_like_it"),
    ("return", {"target": "一"}, "请补", {"to": "一", "comment": "请补"}),
    ("transfer", {}, "孙丽华", Next),
    ("transfer", {}, "不存在的人", "nothing_like_it"),
    ("transfer", {}, "中心", Next),
    ("terminate", {}, "重复", Next),
    ("terminate", {"comment": "重复"}, "好吧", "press_yes_or_no"),
]


@pytest.mark.parametrize(("verb", "known", "text", "then"), TYPED)
def test_what_typing_does(scene: Scene, verb: str, known: dict[str, Any], text: str, then: Any) -> None:
    turn = acts.typed(of(scene, verb, **known), text, scene)
    if isinstance(then, str):
        assert isinstance(turn, Next)
        assert turn.problem is not None
        assert turn.problem.word == then
    elif isinstance(then, dict):
        assert isinstance(turn, Done)
        assert {key: turn.args[key] for key in then} == then
        assert (turn.verb, turn.args["task"]) == (verb, [turn.args["task"][0], 1])
    else:
        assert isinstance(turn, then)
        assert turn.problem is None


# (verb, known, pressed) -> what is asked then, or what ends it
PRESSED = [
    ("return", {}, Press("option", extra=0), "words"),
    ("return", {}, Press("option", extra=2), "words"),
    ("return", {}, Press("option", extra=3), "target"),
    ("return", {"target": "一"}, Press("back"), "target"),
    ("return", {"target": "一"}, Press("skip"), "words"),
    ("reject", {}, Press("back"), Cancelled),
    ("reject", {}, Press("cancel"), Cancelled),
    ("transfer", {}, Press("page", extra=1), "person"),
    ("transfer", {"person": "王芳"}, Press("skip"), Done),
    ("transfer", {"person": "王芳"}, Press("back"), "person"),
    ("terminate", {"comment": "重复"}, Press("done"), Done),
    ("terminate", {"comment": "重复"}, Press("back"), "words"),
    ("withdraw", {}, Press("done"), Done),
    ("withdraw", {}, Press("option", extra=0), "yes"),
]


@pytest.mark.parametrize(("verb", "known", "press", "then"), PRESSED)
def test_what_pressing_does(scene: Scene, verb: str, known: dict[str, Any], press: Press, then: Any) -> None:
    turn = acts.pressed(of(scene, verb, **known), press, scene)
    if isinstance(then, str):
        assert isinstance(turn, Next)
        assert isinstance(turn.talk, Act)
        assert acts.lacks(turn.talk) == then
    else:
        assert isinstance(turn, then)


def test_where_it_may_go_is_asked_only_when_there_is_a_choice(scene: Scene) -> None:
    three = acts.begin(of(scene, "return"), scene)
    assert isinstance(three, Next)
    assert acts.lacks(three.talk) == "target"  # type: ignore[arg-type]
    stage = Stage()
    item = stage.activity()
    begun = acts.begin(Act("return", item.id, 1, 1, "站初审"), stage.scene("张伟"))
    assert isinstance(begun, Next)
    assert begun.talk == Act("return", item.id, 1, 1, "站初审", target="submitter")


def test_nobody_is_offered_who_could_not_take_it_over(scene: Scene) -> None:
    turn = acts.typed(of(scene, "transfer"), "审核员", scene)
    assert isinstance(turn, Next)
    offered = [one.value for one in acts._options(of(scene, "transfer"), "person", scene)]
    # not oneself, not who sits there already, not the submitter, nobody of another tier of this item
    assert not {"赵敏", "钱学文", "李明", "张伟", "王芳"} & set(offered)
    assert offered[:2] == ["戴维", "刘洋"]


def test_typing_a_part_of_a_name_narrows_and_a_whole_one_picks(scene: Scene) -> None:
    narrowed = acts.typed(of(scene, "transfer"), "所", scene)
    assert isinstance(narrowed, Next)
    assert isinstance(narrowed.talk, Act)
    assert narrowed.talk.matching == "所"
    picked = acts.pressed(narrowed.talk, Press("option", extra=0), scene)
    assert isinstance(picked, Next)
    assert isinstance(picked.talk, Act)
    assert scene.organisation.roles_of(picked.talk.person, scene.now)[0][0] == "所"


def test_a_person_who_would_not_do_is_asked_for_again() -> None:
    talk = Act("transfer", "i", 1, 1, person="王芳", comment="请办")
    assert acts.reopened(talk, "not_eligible") == replace(talk, person="")
    assert acts.reopened(talk, "decided") is None

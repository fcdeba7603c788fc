"""What the demonstration is made of: papers that are what they say, a script that fits the rules it plays, a reader of screens."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from workflow.cli import lint, shipped, sources
from workflow.cli.demonstration import acts, screen, telling
from workflow.cli.demonstration.papers import paper
from workflow.cli.demonstration.plays import PLAYS
from workflow.cli.demonstration.script import EXPECTED, PLATFORMS, SCRIPT, UNDER_WAY
from workflow.engine import sniff
from workflow.organisation.model import Organisation

ACTS = [act for scene in SCRIPT for act in scene.acts]
EVERY = [act for play in PLAYS for scene in play.scenes for act in scene.acts]


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    found = lint.names_of(sources.beside(shipped.flows() / "activity.yaml")).organisation
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["方案.pdf", "脚本.docx"])
def test_a_paper_is_what_its_name_says(name: str) -> None:
    body = paper(name, "科普行动 e 起来：脚本第一稿")
    assert sniff.media_type(name, body) is not None
    assert body == paper(name, "科普行动 e 起来：脚本第一稿")
    if name.endswith(".docx"):
        assert "科普行动" in zipfile.ZipFile(BytesIO(body)).read("word/document.xml").decode()
    else:
        table = int(body.split(b"startxref\n")[1].split()[0])
        assert body[table:].startswith(b"xref")
        assert "科普行动".encode("utf-16-be").hex().encode() in body


def test_everybody_in_the_script_is_in_the_organisation(organisation: Organisation) -> None:
    names = {one.name for one in organisation.people}
    assert {name for act in ACTS for name in (act.who, *act.asks)} <= names
    assert {act.to for act in ACTS if isinstance(act, acts.HandsOver | acts.Assigns)} <= names
    assert set(PLATFORMS) == set(organisation.list_named("直播平台").row_names())  # type: ignore[union-attr]


def test_every_item_of_the_script_comes_to_an_end_that_is_counted() -> None:
    handed_in = [act.item for act in ACTS if isinstance(act, acts.Submits | acts.Finds)]
    ended = {act.item: act.state for act in ACTS if isinstance(act, acts.Ends)}
    assert len(set(handed_in)) == len(handed_in) == sum(EXPECTED.values())
    assert ended.keys() == set(handed_in)
    assert {state: list(ended.values()).count(state) for state in EXPECTED} == EXPECTED
    assert {act.item for act in ACTS if act.item} == set(handed_in)
    assert {act.item for scene in UNDER_WAY for act in scene.acts} <= set(handed_in)


def test_what_the_bulletins_name_is_in_it() -> None:
    told = {act.item for act in ACTS}
    assert told >= {
        "红色传承 走向复兴", "我和祖国共成长", "科普行动 e 起来", "众志成城战疫情", "我的中国心 我的中国梦", "爱国卫生月周末卫生大扫除",
        "垃圾分类我参与，引领文明新时尚", "学雷锋志愿服务", "腊八文化",
    }  # fmt: skip


def test_every_kind_of_act_can_be_told_and_is_played() -> None:
    lines: list[str] = []
    for act in EVERY:
        telling.Telling(lines.append).act(act, "K3M9QX")
    assert len(lines) == len(EVERY)
    kinds = {
        one
        for one in vars(acts).values()
        if isinstance(one, type) and issubclass(one, acts.Act) and one is not acts.Act
    }
    assert {type(act) for act in EVERY} == kinds


# ------------------------------------------------------------------------------------------------ reading a screen


def message(no: int, view: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": f"m{no}", "no": no, "mine": False, "text": "", "view": view, **more}


CARD = {"type": "card", "number": "K3M9QX", "title": "清明祭扫", "state": "站初审", "facts": [["提交人", "李明"]]}
CHOICES = {"choices": [{"token": "t1", "label": "通过"}, {"token": "t2", "label": "驳回"}]}


def test_the_newest_button_counts() -> None:
    old, new, other = message(1, CARD | CHOICES), message(2, CARD), message(3, CARD | {"number": "ZZZZZZ"} | CHOICES)
    assert screen.prompt([old, new, other], "K3M9QX", "approve") == ("通过", "t1", "m1")
    assert screen.prompt([new, other], "K3M9QX", "approve") is None
    assert screen.prompt([old], "K3M9QX", "assign", "reject") == ("驳回", "t2", "m1")
    assert [one["id"] for one in screen.cards([old, new, other], "K3M9QX")] == ["m2", "m1"]


def test_a_checklist_is_a_card_with_lines() -> None:
    lines = [
        {
            "label": "导向正确",
            "mark": "pass",
            "choices": [{"token": "p", "label": "通过"}, {"token": "f", "label": "不通过"}],
        }
    ]
    found = message(1, {"type": "checklist", "card": CARD | CHOICES, "lines": lines})
    [(label, mark, buttons)] = screen.marks(found)
    assert (label, mark, buttons["fail"].token) == ("导向正确", "pass", "f")
    assert screen.prompt([found], "K3M9QX", "approve") is not None
    assert screen.state(found) == "站初审"


def test_only_the_question_that_waits_is_asked() -> None:
    over, now = message(1, {"type": "ask", "kind": "text"}), message(2, {"type": "ask", "kind": "text", **CHOICES})
    assert screen.question([now, over]) == now
    assert screen.question([over, message(3, CARD)]) is None


def test_words_are_found_where_people_read_them_and_not_in_tokens() -> None:
    mine, theirs = message(1, {}, mine=True, text="K3M9QX 待办"), message(2, CARD | CHOICES)
    assert screen.find([mine, theirs], "K3M9QX", ["李明"]) == theirs
    assert screen.find([mine, theirs], "K3M9QX", ["t1"]) is None
    assert screen.find([mine, theirs], "K3M9QX", [], after=2) is None
    assert screen.find([mine], "", ["待办"]) is None


def test_what_was_changed_is_marked() -> None:
    summary = message(1, CARD | {"number": "", "facts": [["预计人数（已改）", "260"], ["地点", "广场"]]})
    assert screen.changed(summary, ("预计人数",)) == summary
    assert screen.changed(summary, ("预计人数", "地点")) is None
    assert screen.changed(None, ()) is None

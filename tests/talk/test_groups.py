"""Where others read along: what an item shows there, and of a secret flow no more than number and link."""

from __future__ import annotations

import dataclasses

import pytest

from tests.talk.stage import Stage, flow_of, labels
from workflow.talk.about import About, Detail, Handed, Prompt, Status, Told
from workflow.talk.view import Card, Notice

OPEN = """flow: drill
title: 应急演练
start: { by: 站.协调员, form: { 标题: text 2..40, 内情: text 2..40 } }
steps:
  审: { review: 站.审核员 }
  公布: { do: { publish: 站群 } }
"""
SECRET = OPEN.replace("steps:", "secret: yes\nsteps:")


def begun(text: str) -> Stage:
    stage = Stage(flow_of(text))
    stage.type("李明", "/new drill")
    for answer in ("消防演练", "不打招呼"):
        stage.type("李明", answer)
    stage.press("李明", "提交")
    assert stage.refused is None
    return stage


def everything(stage: Stage) -> list[About]:
    """One of every kind of message that is about an item."""
    item = stage.item()
    task = next(task.no for run in item.runs.values() for task in run.tasks.values())
    run = next(run for run in item.runs.values() if task in run.tasks)
    told = [
        Told(item.id, what, run.place, task) for what in ("remind", "publish", "tell", "ended", "nudge", "escalate")
    ]
    return [
        Prompt(item.id, task, run.no, run.round),
        Status(item.id),
        Detail(item.id),
        Detail(item.id, True),
        Handed(item.id, "x"),
        *told,
    ]


def test_of_a_secret_item_a_group_sees_number_and_link_only() -> None:
    stage = begun(SECRET)
    stage.chat("张伟").private = False
    code = stage.item().code
    for about in everything(stage):
        for language, title in (("zh", "保密事项，请在私聊里查看"), ("en", "Confidential: see it in a private chat")):
            assert stage.show("张伟", about, language) == Card(code, title, link=f"/item/{code}"), about


def test_its_holder_sees_it_whole_in_private() -> None:
    stage = begun(SECRET)
    assert ("内情", "不打招呼") in stage.card("张伟").facts
    assert "通过" in labels(stage.last("张伟"))


def test_of_another_item_a_group_sees_how_it_stands_but_not_what_it_holds() -> None:
    stage = begun(OPEN)
    code = stage.item().code
    stage.chat("张伟").private = False
    stage.type("张伟", f"/item {code}")
    card = stage.last("张伟")
    assert isinstance(card, Card)
    assert (card.number, card.title, card.link) == (code, "消防演练", f"/item/{code}")
    assert card.state
    assert (card.facts, card.choices, card.text) == ((), (), "")
    told = [stage.show("张伟", one) for one in everything(stage) if isinstance(one, Told)]
    assert any(isinstance(one, Notice) and "消防演练" in one.text for one in told)


def test_a_press_in_a_group_counts_where_nothing_has_to_be_asked() -> None:
    stage = begun(OPEN)
    stage.chat("张伟").private = False
    stage.press("张伟", "通过")
    assert stage.item().place != "审"


@pytest.mark.parametrize("label", ["退回", "驳回", "转交", "意见"])
def test_what_has_to_be_asked_is_asked_in_private_and_says_how(label: str) -> None:
    stage = begun(OPEN)
    stage.chat("张伟").private = False
    heard = stage.press("张伟", label)
    assert heard.command is None
    assert stage.chat("张伟").dialogue.top is None
    assert "/inbox" in stage.text("张伟")
    assert "私聊" in heard.acknowledgement


def test_secret_is_said_by_the_flow() -> None:
    assert flow_of(SECRET).secret
    assert not flow_of(OPEN).secret
    assert not flow_of(OPEN.replace("steps:", "secret: no\nsteps:")).secret
    assert flow_of(OPEN.replace("steps:", "保密: 是\nsteps:")).secret
    assert dataclasses.replace(flow_of(SECRET), secret=False).secret is False

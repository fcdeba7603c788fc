"""Every kind of message, of an item in every state, in both languages, to everybody: a view that says something."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import msgspec
import pytest

from tests.talk.stage import ORGANISATION, STUCK, Stage, buttons, flow_of, labels
from workflow.domain.item import ItemState
from workflow.talk.about import About, Detail, Line, Page, Prompt, Question, Status, Told
from workflow.talk.cards import parts
from workflow.talk.needs import needs_events, needs_of
from workflow.talk.text import as_text
from workflow.talk.view import Card, Checklist, View


def running() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


def after(person: str, *done: tuple[str, str]) -> Stage:
    """An activity, after presses and words of a person."""
    stage = running()
    for kind, text in done:
        if kind == "type":
            stage.type(person, text)
        else:
            stage.press(person, text.replace("CODE", f"{stage.item().code}《清明祭扫》"))
    return stage


def done() -> Stage:
    stage = running()
    for person in ("张伟", "王芳", "赵敏", "钱学文"):
        stage.vote(person)
    return stage


def suspended() -> Stage:
    stage = Stage(flow_of(STUCK))
    stage.type("李明", "/new")
    stage.press("李明", "算不出来")
    for text in ("清明", "1", "0", "提交"):
        stage.type("李明", text)
    return stage


def late() -> Stage:
    stage = Stage()
    stage.livestream()
    stage.vote("林国栋", marks=dict.fromkeys(("导向正确", "符合计划", "避开敏感节点"), "pass"))
    stage.until(timedelta(days=20))
    return stage


STAGES = {
    "running": running,
    "returned": lambda: after("张伟", ("press", "退回"), ("type", "请改")),
    "rejected": lambda: after("张伟", ("press", "驳回"), ("type", "不妥")),
    "withdrawn": lambda: after("李明", ("press", "撤回"), ("press", "确定撤回")),
    "terminated": lambda: after(
        "郭建军", ("type", "/find 清明"), ("press", "CODE"), ("press", "终止"), ("type", "重复"), ("press", "确定终止")
    ),
    "done": done,
    "suspended": suspended,
    "cancelled": late,
}


def messages(stage: Stage) -> Iterator[About]:
    """Everything that may be owed about the item, whoever gets it."""
    item = stage.item()
    yield Status(item.id)
    yield Detail(item.id)
    yield Detail(item.id, timeline=True)
    for _, no in stage.tasks:
        for round_ in (1, 2):
            yield Prompt(item.id, no, 0, round_)
    yield Prompt(item.id, 999, 0, 1)
    for what in ("tell", "publish", "remind", "escalate", "nudge", "rounds", "returned", "something new"):
        for task in (0, 1, 999):
            yield Told(item.id, what, "站初审", task, version=1)
    yield Told(item.id, "tell", deed=9)
    for what in ("inbox", "mine", "flows"):
        yield Page(what)  # type: ignore[arg-type]
        yield Page(what, 99)  # type: ignore[arg-type]
    yield Question("00000000-0000-0000-0000-000000000000", 1)
    yield Line("help")
    yield Line("no such word")
    yield Line("refused.no such reason")
    yield Status("no such item")


def texts(view: View) -> Iterator[str]:
    """Every string in a view, its tokens apart."""

    def walk(one: object) -> Iterator[str]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            for key, value in one.items():
                if key != "token":
                    yield from walk(value)
        elif isinstance(one, list):
            for value in one:
                yield from walk(value)

    return walk(msgspec.to_builtins(view))


def sound(view: View, *, ours: bool = True) -> None:
    """What must hold of every view whatever it shows; `ours`: nobody typed a brace, so one would be a slot left open."""
    for text in texts(view):
        bad = [
            one for one in text if one not in "\n\u200c\u200d" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co")
        ]
        assert not bad, repr(text)
        assert len(text) <= 6000
        assert not ours or "{" not in text, text
    for choice in buttons(view):
        assert 0 < len(choice.token.encode("ascii")) <= 64
        assert choice.label
    said, choices = as_text(view)
    assert said.strip()
    assert len({one.token for one in choices}) == len(choices)


@pytest.mark.parametrize("state", get_args(ItemState))
def test_every_message_in_every_state(state: str) -> None:
    stage = STAGES[state]()
    assert stage.item().state == state
    people = ("李明", "张伟", "刘洋", "王芳", "郭建军", "孙丽华", "罗勇", "吕梁", "彭慧")
    for person in people:
        for about in messages(stage):
            for language in ("zh", "en"):
                view = stage.show(person, about, language)
                sound(view)
                assert "〔已删除〕" not in str(view) or isinstance(about, Told)
                if stage.item().ended is not None:
                    wrong = {
                        "通过",
                        "退回",
                        "驳回",
                        "撤回",
                        "催办",
                        "修改重报",
                        "Approve",
                        "Return",
                        "Reject",
                        "Withdraw",
                    }
                    assert not wrong & set(labels(view)), (about, labels(view))


@pytest.mark.parametrize("state", get_args(ItemState))
def test_english_cards_hold_no_chinese_of_ours(state: str) -> None:
    """Flows, names and answers stay as they were written; every word of ours is English."""
    stage = STAGES[state]()
    item = stage.item()
    definition = stage.definitions[item.digest]
    assert item.pause is None or "除数" in item.pause.detail[0]
    theirs = {
        definition.source, "《》", str(item.form), str(item.names), item.pause.detail[0] if item.pause else "",
        *stage.contents.values(), *(one.id for one in ORGANISATION.people), *(one.id for one in ORGANISATION.units),
        *(one.name for one in stage.files.values()),
    }  # fmt: skip
    written = set("".join(theirs))
    shown: list[About] = [Status(item.id), Detail(item.id), *(Prompt(item.id, no, 0, 1) for _, no in stage.tasks)]
    for about in shown:
        for text in texts(stage.show("郭建军", about, "en")):
            foreign = {one for one in text if "\u4e00" <= one <= "\u9fff"} - written
            assert not foreign, (text, foreign)


@pytest.mark.parametrize("state", get_args(ItemState))
def test_buttons_are_what_the_machine_allows(state: str) -> None:
    stage = STAGES[state]()
    item = stage.item()
    lifecycle = stage.lifecycles[item.digest]
    for (_, no), task in stage.tasks.items():
        for run in item.runs.values():
            if no in run.tasks and run.tasks[no].state == "open":
                view = stage.show(task.person, Prompt(item.id, no, run.no, run.round), "zh")
                offered = set(labels(view))
                allowed = lifecycle.may(run.place)
                assert ("通过" in offered) == ("approve" in allowed and bool(task.part))
                assert ("驳回" in offered) == ("reject" in allowed and bool(task.part))
                assert ("修改重报" in offered) == any(one.startswith("resubmit") for one in allowed)
                assert ("重试" in offered) == any(one.startswith("retry") for one in allowed)
                # the same prompt in somebody else's chat decides nothing
                assert not labels(stage.show("戴维", Prompt(item.id, no, run.no, run.round)))


def test_a_prompt_that_waits_for_its_turn() -> None:
    stage = Stage(
        flow_of(
            "flow: turn\ntitle: 依次\nstart: { by: 站.协调员, form: { 标题: text 2..40 } }\nsteps:\n  审: { review: 站.审核员, need: in order }\n"
        )
    )
    stage.type("李明", "/new turn")
    stage.type("李明", "清明")
    stage.type("李明", "提交")
    run = stage.item().runs[0]
    view = stage.show("刘洋", Prompt(stage.item().id, 2, 0, run.round))
    assert isinstance(view, Card)
    assert "还没轮到" in view.state
    assert not view.choices
    assert dict(view.facts)["办理方式"] == "依次办理，须 2 人都通过，已有 0 人"
    stage.press("张伟", "通过")
    assert labels(stage.card("刘洋"))[0] == "通过"


def test_words_that_were_erased_are_named_so() -> None:
    stage = running()
    stage.contents.clear()
    stage.files.clear()
    facts = dict(stage.card("张伟").facts)
    assert (facts["地点"], facts["方案"], facts["预算"]) == ("〔已删除〕", "〔已删除〕", "12345.00 元")
    assert stage.card("张伟").title == "〔已删除〕"
    stage.contents["ff" * 32] = "x"
    sound(stage.last("张伟"))


def test_a_prompt_asks_for_no_events_unless_it_must_explain() -> None:
    """The hot path loads the item, and nothing else but its words."""
    stage = running()
    prompt: About = stage.chat("张伟").messages[-1]
    assert needs_of(prompt, stage.chat("张伟").dialogue).items == {stage.item().id}
    assert not needs_events(prompt, stage.item())
    stage.press("张伟", "退回")
    stage.type("张伟", "请改")
    assert needs_events(Status(stage.item().id), stage.item())


def test_long_answers_are_cut_and_many_are_counted() -> None:
    stage = running()
    item = stage.item()
    stage.contents = dict.fromkeys(stage.contents, "字" * 5000)
    figures = parts.figures(item, stage.scene("李明"), None)
    assert max(len(value) for _, value in figures.facts) <= parts.LONGEST


def test_a_checklist_is_a_card_with_lines() -> None:
    stage = Stage()
    stage.livestream()
    view = stage.last("林国栋")
    assert isinstance(view, Checklist)
    assert [one.label for one in view.lines] == ["导向正确", "符合计划", "避开敏感节点"]
    assert [choice.label for choice in view.lines[0].choices] == ["通过", "不通过", "不适用"]


def test_what_is_published_with_a_text_shows_that_alone() -> None:
    stage = running()
    stage.item().names["项目编号"] = "DX-2026-0001"
    whole = stage.show("李明", Told(stage.item().id, "publish", "派发"))
    alone = stage.show("李明", Told(stage.item().id, "publish", "派发", deed=2))
    assert isinstance(whole, Card)
    assert isinstance(alone, Card)
    assert dict(whole.facts)["预算"] == "12345.00 元"
    assert (alone.facts, alone.text) == ((), "DX-2026-0001 清明祭扫，2026-12-07 19:00，烈士陵园")

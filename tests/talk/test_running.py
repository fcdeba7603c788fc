"""What people see of items that run others: how many are over, who set one going, why one could not begin."""

from __future__ import annotations

from typing import Any

from tests.talk.stage import Stage, flow_of, labels
from workflow.domain.command import SYSTEM, Answer, Command
from workflow.domain.effect import Order
from workflow.talk.about import Detail
from workflow.talk.timeline import timeline
from workflow.talk.view import Card

PARENT = """flow: survey
title: 普查
start: { by: 站.协调员, form: { 标题: text 2..40, 点位: { rows: { 名称: text 2..20, 号: int } } } }
steps:
  逐点: { each: 点位, run: point, with: { 号: 各.号 }, reject: continue }
  看: { review: 所.审核员 }
"""
CHILD = """flow: point
title: 一个点位
start: { form: { 号: int } }
steps:
  查: { review: 所.审核员 }
"""


class Town(Stage):
    """A stage that follows orders, as the engine does."""

    def __init__(self) -> None:
        super().__init__(flow_of(PARENT), flow_of(CHILD))
        self.ordered: list[Command] = []

    def _write(self, found: Any, before: Any) -> None:
        super()._write(found, before)
        self.ordered += [effect.command for effect in found.effects if isinstance(effect, Order)]

    def follow(self) -> list[Answer]:
        done = []
        while self.ordered:
            found = self.decide(self.ordered.pop(0))
            assert isinstance(found, Answer), found
            done.append(found)
        return done


def begun(*numbers: int) -> tuple[Town, str, list[Answer]]:
    town = Town()
    rows = [{"名称": f"点位{n}", "号": str(n)} for n in numbers]
    made = town.decide(
        Command("", "t", "", "submit", "李明", "", {"flow": "survey", "form": {"标题": "春季", "点位": rows}})
    )
    assert isinstance(made, Answer), made
    return town, made.item, town.follow()


def card(town: Town, person: str, item: str, language: str = "") -> Card:
    view = town.show(person, Detail(item), language)
    assert isinstance(view, Card)
    return view


def test_a_parents_card_says_how_many_are_over() -> None:
    town, parent, children = begun(1, 2, 3)
    assert dict(card(town, "李明", parent).facts)["逐点"] == "子件 0/3 件已结束"
    assert "指派" not in labels(card(town, "郭建军", parent)), "there is nobody to name"
    reviewer = next(iter(town.items[children[0].item].runs[0].tasks.values())).person
    town.decide(Command("", "t", children[0].item, "approve", reviewer, ""))
    town.decide(Command("", "t", children[1].item, "reject", reviewer, "", {"comment": "没有这个点"}))
    town.follow()
    assert dict(card(town, "李明", parent).facts)["逐点"] == "子件 2/3 件已结束，其中 1 件没有办成"
    assert dict(card(town, "李明", parent, "en").facts)["逐点"] == "2 of 3 items are over, 1 of them not done"


def test_a_childs_card_names_its_parent_and_the_system() -> None:
    town, parent, children = begun(7)
    facts = dict(card(town, "郭建军", children[0].item).facts)
    assert facts["由此开出"] == f"{town.items[parent].code} 普查"
    assert facts["提交人"].startswith("系统")
    reviewer = next(iter(town.items[children[0].item].runs[0].tasks.values())).person
    assert "退回" not in labels(town.card(reviewer)), "there is nobody to give it back to"


def test_the_history_tells_of_each_end() -> None:
    town, parent, children = begun(1, 2)
    reviewer = next(iter(town.items[children[0].item].runs[0].tasks.values())).person
    town.decide(Command("", "t", children[0].item, "approve", reviewer, ""))
    town.follow()
    told = [entry for entry in timeline(town.items[parent], town.scene("李明")) if entry.kind == "joined"]
    assert [(entry.actor, entry.text) for entry in told] == [("系统", f"“逐点”的子件 {children[0].code} 已办结")]


def test_an_administrator_reads_why_one_could_not_begin_and_retries() -> None:
    town, parent, children = begun(1)
    run = town.items[children[0].item].parent
    assert run is not None
    told = {
        "path": run.path,
        "round": run.round,
        "row": run.row,
        "child": "x",
        "detail": ["没有这个流程", "no such flow"],
    }
    assert isinstance(town.decide(Command("", "t", parent, "joined", SYSTEM, SYSTEM, told)), Answer)
    view = town.card("郭建军")
    assert "重试" in labels(view)
    assert "“逐点”的子件开不出来：没有这个流程" in view.text

"""What names an item among others: its words, or what tells it from the others of its flow; nothing that its reader may not see."""

from __future__ import annotations

import pytest

from tests.talk.stage import Stage, flow_of
from workflow.domain.command import Answer, Command
from workflow.talk.about import Detail, Page
from workflow.talk.needs import words_in
from workflow.talk.sight import title_field
from workflow.talk.view import Card, Listing

FLOW = """flow: visit
title: 实地暗访
start: {{ by: 站.协调员, form: {{ 加急: bool, {form} }} }}
steps:
  查: {{ review: 站.审核员{show} }}
"""


def begun(form: str, *, show: str = "", **answers: str) -> Stage:
    stage = Stage(flow_of(FLOW.format(form=form, show=show)))
    given: dict[str, object] = {"加急": "否", **answers}
    done = stage.decide(
        Command("", "t", "", "submit", "李明", "", {"flow": "visit", "unit": "大山子站", "form": given})
    )
    assert isinstance(done, Answer), done
    return stage


def prompt(stage: Stage, person: str) -> Card:
    [card] = [view for view in stage.seen(person) if isinstance(view, Card)]
    return card


def listed(stage: Stage, person: str) -> str:
    view = stage.show(person, Page("inbox"))
    assert isinstance(view, Listing)
    [row] = view.rows
    return row.label


@pytest.mark.parametrize(
    ("form", "answers", "named"),
    [
        ("受检站: unit 站", {"受检站": "红霞站"}, "实地暗访 · 红霞站"),
        ("场所: [食堂, 广场]", {"场所": "广场"}, "实地暗访 · 广场"),
        ("地点: place", {"地点": "大山子广场"}, "实地暗访 · 大山子广场"),
        ("同行: person", {"同行": "许静"}, "实地暗访 · 许静"),
        ("号: int", {"号": "7"}, "实地暗访 · 号 7"),
        ("日子: date", {"日子": "2026-12-01"}, "实地暗访 · 日子 12月1日"),
        ("备注?: int, 场所: [食堂, 广场]", {"场所": "广场"}, "实地暗访 · 广场"),
        ("电话: phone", {"电话": "13800000000"}, "实地暗访"),
        ("受检站: unit 站, 标题: text 2..20", {"受检站": "红霞站", "标题": "三季度暗访"}, "三季度暗访"),
    ],
)
def test_an_item_is_named_by_its_words_or_by_what_tells_it_from_others(
    form: str, answers: dict[str, str], named: str
) -> None:
    stage = begun(form, **answers)
    code = stage.item().code
    assert prompt(stage, "张伟").title == named
    assert listed(stage, "张伟") == f"{code}《{named}》"
    detail = stage.show("李明", Detail(stage.item().id))
    assert isinstance(detail, Card)
    assert detail.title == named


def test_who_may_not_see_it_reads_the_flow_alone() -> None:
    hidden = begun("受检站: unit 站, 号: int", show=", show: [号]", 受检站="红霞站", 号="7")
    card = prompt(hidden, "张伟")
    assert card.title == "实地暗访"
    assert "红霞站" not in str(card)
    assert "红霞站" not in listed(hidden, "张伟")
    shown = begun("受检站: unit 站, 号: int", show=", show: [受检站]", 受检站="红霞站", 号="7")
    assert listed(shown, "张伟").endswith("《实地暗访 · 红霞站》")


def test_a_listing_loads_the_words_that_name_its_items_and_no_others() -> None:
    stage = begun("地点: place, 电话: phone", 地点="大山子广场", 电话="13800000000")
    item = stage.item()
    definition = stage.definitions[item.digest]
    field = title_field(definition)
    assert field is not None
    assert field.name == "地点"
    place = item.form["地点"]
    assert isinstance(place, dict)
    assert words_in(Page("inbox"), item, definition).contents == {place["sealed"]}

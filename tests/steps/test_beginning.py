"""What begins by itself or by an administrator, to which unit it belongs, and what is the same as an open item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.steps.court import Court
from tests.steps.hall import START, Hall, NamedList
from workflow.decide import Decision
from workflow.domain import event as e
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.tree import Field
from workflow.steps.firing import commands
from workflow.verbs.submit import starting_units

EVERY = """
    flow: hall
    title: 月报
    start:
      at: 每月 1日 09:00
      each: 站
      unit: 各
      with: { 点位: 各, 月份: 月, 标题: “月报”, 截止: 3工作日后 }
      form: { 点位: unit 站, 月份: int, 标题: text 2..40, 截止: datetime, 备注?: text }
    steps:
      甲: { review: 站.审核员 }
"""
MOMENT = START + timedelta(days=8)


def decided(found: Decision | Refused) -> Decision:
    assert isinstance(found, Decision), found
    return found


def test_a_moment_begins_one_item_a_row_for_the_unit_that_it_is() -> None:
    hall = Hall(EVERY)
    hall.now = MOMENT
    (found,) = map(decided, hall.fire(MOMENT))
    item = found.item
    assert (item.submitter, item.unit, item.state) == (SYSTEM, "站一", "running")
    assert item.form["点位"] == "站一"
    assert item.form["月份"] == 12
    assert "sealed" in item.form["标题"]
    assert item.form["截止"] == "2026-12-04T01:00:00Z"
    fired = next(fact for fact in hall.facts(item.id) if isinstance(fact, e.Fired))
    assert fired == e.Fired(MOMENT, "站一")
    assert [task.person for run in item.runs.values() for task in run.tasks.values()] == ["甲"]
    assert not hall.told("ended")


def test_the_same_moment_again_is_the_same_command_and_another_is_another() -> None:
    hall = Hall(EVERY)
    first, again = (commands(hall.definition, hall.world(), MOMENT, late=late) for late in (False, True))
    assert [(one.id, one.item) for one in first] == [(one.id, one.item) for one in again]
    later = commands(hall.definition, hall.world(), MOMENT + timedelta(days=31), late=False)
    assert {one.id for one in first}.isdisjoint({one.id for one in later})


def test_what_was_missed_says_that_it_is_late() -> None:
    hall = Hall(EVERY)
    hall.now = MOMENT + timedelta(days=3)
    (found,) = map(decided, hall.fire(MOMENT, late=True))
    fired = next(fact for fact in hall.facts(found.item.id) if isinstance(fact, e.Fired))
    assert (fired.moment, fired.late, found.item.began) == (MOMENT, True, hall.now)


def test_a_where_leaves_rows_out_and_a_row_that_is_gone_begins_nothing() -> None:
    listed = NamedList(
        "点位", (Field((0, 0), "名称", "text"), Field((0, 0), "开放", "bool")), (("甲点", True), ("乙点", False))
    )
    house = replace(Court(_PLAIN).organisation, lists=(listed,))
    text = """
        flow: hall
        title: 巡查
        start: { at: 每日, each: 点位, where: 各.开放, with: { 点位: 各.名称 }, form: { 点位: one 点位 } }
        steps: { 甲: { review: 中心.审核员 } }
    """
    hall = Hall(text, house)
    ordered = commands(hall.definition, hall.world(), MOMENT, late=False)
    assert [one.args["origin"] for one in ordered] == ["点位/甲点"]
    hall.organisation = replace(house, lists=(replace(listed, rows=()),))
    found = hall.do(ordered[0])
    assert isinstance(found, Refused)
    assert found.reason == "no_such_row"


_PLAIN = "flow: court\ntitle: 试\nstart: { by: 站.协调员 }\nsteps: { 甲: { review: 站.审核员 } }\n"


def test_without_by_only_an_administrator_begins_one_by_hand_and_it_cannot_be_sent_back() -> None:
    hall = Hall("""
        flow: hall
        title: 季报
        start: { at: 每季度 第5个工作日 09:00, form: { 期: int }, with: { 期: 季度 } }
        steps: { 甲: { review: 中心.审核员 } }
    """)
    assert starting_units(hall.definition, hall.organisation, "管", START) == ("中心一",)
    assert starting_units(hall.definition, hall.organisation, "报", START) == ()
    refused = hall.submit("报", 期=1)
    assert isinstance(refused, Refused)
    assert refused.reason == "may_not_start"
    item = hall.submit("管", 期=3)
    assert isinstance(item, str)
    assert hall.items[item].unit == "中心一"
    sent_back = hall.act(item, "戊", "return", comment="再来")
    assert isinstance(sent_back, Refused)
    (found,) = map(decided, hall.fire(MOMENT))
    assert found.item.form["期"] == 4
    assert isinstance(
        hall.do(replace(commands(hall.definition, hall.world(), MOMENT, late=False)[0], actor="管")), Refused
    )


def test_a_field_says_whose_item_it_is_wherever_the_starter_is_from() -> None:
    hall = Hall("""
        flow: hall
        title: 报修
        start: { by: anyone, unit: 站, form: { 站: unit 站, 事项: text 2..200 } }
        steps: { 甲: { review: 站.审核员 } }
    """)
    item = hall.submit("戊", 站="站一", 事项="路灯坏了")
    assert isinstance(item, str)
    assert hall.items[item].unit == "站一"
    assert [task.person for run in hall.items[item].runs.values() for task in run.tasks.values()] == ["甲"]


# ----------------------------------------------------------------------------------------------- duplicates

SAME = """
    flow: hall
    title: 报修
    start:
      by: [站.协调员, 站.审核员, 所.协调员]
      form: { 事项: text 2..200, 人数: int, 图?: photo 1..2 }
      merge: { same: [事项, 人数], last: 7日 }
    steps:
      甲: { review: 所.审核员 }
"""


@pytest.mark.parametrize("said", ["路灯坏了", " 路灯坏了 ", "路灯坏了\n"])
def test_the_same_again_joins_the_open_item_and_nothing_is_lost(said: str) -> None:
    hall = Hall(SAME)
    first = hall.submit("报", 事项="路灯坏了", 人数=3)
    second = hall.submit("所调", 事项=said, 人数="3")
    assert second == first
    assert isinstance(first, str)
    item = hall.items[first]
    assert item.joined == ("所调",)
    merged = next(fact for fact in hall.facts(first) if isinstance(fact, e.Merged))
    assert merged.person == "所调"
    assert dict(merged.form)["人数"] == 3
    assert "sealed" in dict(merged.form)["事项"]
    assert hall.told("status") == ["所调"]
    hall.act(first, "乙", "approve")
    assert sorted(hall.told("ended")) == ["所调", "报"]


@pytest.mark.parametrize(
    ("form", "later"), [({"人数": 4}, timedelta(0)), ({"事项": "路灯亮了"}, timedelta(0)), ({}, timedelta(days=7))]
)
def test_what_differs_or_comes_after_the_window_is_another_item(form: dict[str, Any], later: timedelta) -> None:
    hall = Hall(SAME)
    first = hall.submit("报", 事项="路灯坏了", 人数=3)
    hall.now += later
    second = hall.submit("所调", **{"事项": "路灯坏了", "人数": 3, **form})
    assert isinstance(second, str)
    assert second != first


def test_what_is_over_is_joined_no_more() -> None:
    hall = Hall(SAME)
    first = hall.submit("报", 事项="路灯坏了", 人数=3)
    assert isinstance(first, str)
    hall.act(first, "报", "withdraw")
    second = hall.submit("所调", 事项="路灯坏了", 人数=3)
    assert second != first
    assert hall.submit("报", 事项="路灯坏了", 人数=3) == second


def test_who_joined_decides_nothing_there_but_who_sits_there_already_stays() -> None:
    hall = Hall(SAME.replace("所.协调员]", "所.审核员]"))
    first = hall.submit("报", 事项="路灯坏了", 人数=3)
    assert isinstance(first, str)
    hall.submit("乙", 事项="路灯坏了", 人数=3)
    assert hall.items[first].joined == ()
    decided(hall.act(first, "乙", "approve"))
    other = Hall(
        SAME.replace("甲: { review: 所.审核员 }", "甲: { review: 站.审核员 }\n      乙: { review: 所.审核员 }").replace(
            "所.协调员]", "所.审核员]"
        )
    )
    one = other.submit("报", 事项="井盖丢了", 人数=1)
    assert isinstance(one, str)
    other.submit("乙", 事项="井盖丢了", 人数=1)
    assert other.items[one].joined == ("乙",)
    other.act(one, "甲", "approve")
    waiting = [task.person for run in other.items[one].runs.values() for task in run.tasks.values()]
    assert "乙" not in waiting
    assert "丙" in waiting


def test_what_stands_for_the_answers_is_keyed_and_tells_nothing() -> None:
    hall = Hall(SAME)
    hall.submit("报", 事项="路灯坏了", 人数=3)
    ((_, mac),) = hall.merges
    assert len(mac) == 32
    other = Hall(SAME)
    other.world = lambda: replace_key(Hall.world(other))  # type: ignore[method-assign]
    other.submit("报", 事项="路灯坏了", 人数=3)
    assert set(other.merges) != set(hall.merges)
    text = repr(hall.events)
    assert "路灯坏了" not in text
    assert mac.hex() not in text


def test_a_version_with_the_same_form_joins_the_items_of_the_one_before() -> None:
    hall = Hall(SAME)
    first = hall.submit("报", 事项="路灯坏了", 人数=3)
    newer, other = Hall(SAME + "\n"), Hall(SAME.replace("人数", "人次"))
    for one in (newer, other):
        one.merges, one.items, one.events, one._ids = hall.merges, hall.items, hall.events, hall._ids
    assert newer.definition.digest != hall.definition.digest
    assert newer.submit("所调", 事项="路灯坏了", 人数=3) == first
    assert other.submit("所调", 事项="路灯坏了", 人次=3) != first, "another form does not fit it"


def replace_key(world: Any) -> Any:
    world.key = b"other" * 6 + b"xx"
    return world


def test_nobody_asks_for_a_join() -> None:
    hall = Hall(SAME)
    item = hall.submit("报", 事项="路灯坏了", 人数=3)
    assert isinstance(item, str)
    plain = Hall(SAME.replace("      merge: { same: [事项, 人数], last: 7日 }\n", ""))
    other = plain.submit("报", 事项="路灯坏了", 人数=3)
    assert isinstance(other, str)
    found = plain.act(other, "所调", "join", form={"事项": "路灯坏了", "人数": 3})
    assert isinstance(found, Refused)
    assert found.reason == "not_allowed"

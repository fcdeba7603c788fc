"""Rows through the steps: their origin, the columns that steps add, what a `do` writes into a row, and lists made of lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.steps.court import START, Court
from workflow.domain import lots
from workflow.domain.command import SYSTEM
from workflow.domain.item import Line
from workflow.grammars.values import Money
from workflow.organisation.model import Organisation, Position, Unit
from workflow.steps.draft import Needs, WantingError
from workflow.steps.environment import Scene

FLOW = """
    flow: court
    title: 试
    start: {{ by: 站.协调员, form: {{ 标题: text 2..40, 预算: money, 名单: {{ rows: {{ 片: [东, 西], 分: int 0..100, 额: money, 注?: int }} }} }} }}
    steps:
{steps}
"""
ROWS = [
    {"片": "东", "分": 50, "额": "300"}, {"片": "西", "分": 5, "额": "200", "注": 7}, {"片": "东", "分": 90, "额": "500"},
    {"片": "西", "分": 50, "额": "400"},
]  # fmt: skip


class Tiered(Court):
    """A court with a second 站, where 外 reviews; its flows see their organisation."""

    def __init__(self, text: str) -> None:
        self.positions: tuple[Position, ...] = ()
        super().__init__(text, extra=(Position("外", "站二", "审核员"),))

    @property
    def organisation(self) -> Organisation:
        found = super().organisation
        return msgspec.structs.replace(found, units=(*found.units, Unit("站二", "站", "所一")))


class Without(Court):
    """A court that 丙 has left."""

    @property
    def organisation(self) -> Organisation:
        found = super().organisation
        people = [msgspec.structs.replace(one, left_at=START) if one.id == "丙" else one for one in found.people]
        return msgspec.structs.replace(found, people=tuple(people))


def court(steps: str, rows: list[dict[str, Any]] = ROWS, budget: str = "1000") -> Court:
    """The flow with these steps and a last one that keeps it open, its item begun."""
    lines = "\n".join(f"        {line.strip()}" for line in steps.strip().splitlines())
    begun = Court(FLOW.format(steps=f"{lines}\n        末: {{ review: 中心.审核员 }}"))
    assert begun.submit(预算=budget, 名单=rows) == ""
    return begun


def seen(court: Court) -> Scene:
    """What names stand for now."""
    return Scene(court.view())


def origins(court: Court, name: str) -> list[str]:
    return [row.origin for row in seen(court).lookup((name,))]


def test_an_each_step_is_a_list_of_the_rows_it_went_over_with_their_columns_and_its_own() -> None:
    begun = court("甲: { each: 名单, where: 各.分 > 10, review: 站.审核员, form: { 评: int 0..9 } }")
    for n in (1, 2, 3):
        begun.do("甲", "approve", task=[n, 1], answers={"评": n})
    rows = seen(begun).lookup(("甲",))
    assert [row.origin for row in rows] == ["名单/1", "名单/3", "名单/4"]
    assert [(row.columns["分"], row.columns["评"], row.columns["结果"]) for row in rows] == [
        (50, 1, "通过"), (90, 2, "通过"), (50, 3, "通过"),
    ]  # fmt: skip
    assert seen(begun).lookup(("甲", "评")) == [1, 2, 3]


def test_what_a_do_sets_inside_an_each_is_a_column_of_its_row() -> None:
    begun = court(
        """
        算: { each: 名单, do: { set: { 各.双: 各.分 * 2 } } }
        再: { each: 算, steps: { 一: { do: { set: { 和: 各.分 + 各.双 } } }, 二: { do: { set: { 又: 各.和 + 1 } } } } }
        """
    )
    assert seen(begun).lookup(("算", "双")) == [100, 10, 180, 100]
    assert seen(begun).lookup(("再", "又")) == [151, 16, 271, 151]
    assert begun.item is not None
    assert begun.item.names == {}


def test_a_number_given_in_an_each_is_the_rows_own() -> None:
    begun = court("编: { each: 名单, do: { number: { 号: 第<01>号 } } }")
    assert seen(begun).lookup(("编", "号")) == ["第01号", "第02号", "第03号", "第04号"]


def test_a_ranking_gives_equal_scores_one_place_and_selects_down_to_where_within_fails() -> None:
    begun = court("排: { rank: 名单, score: 各.分, within: sum(各.额) <= 预算 }")
    rows = seen(begun).lookup(("排",))
    assert [(row.origin, row.columns["名次"], row.columns["入选"]) for row in rows] == [
        ("名单/3", 1, True), ("名单/1", 2, True), ("名单/4", 2, False), ("名单/2", 4, False),
    ]  # fmt: skip
    assert [row.columns["额"] for row in rows] == [Money(50000), Money(30000), Money(40000), Money(20000)]


def test_a_ranking_stops_at_its_need_and_without_either_bound_selects_everybody() -> None:
    begun = court(
        "一: { rank: 名单, score: 各.分, need: 1 }\n二: { rank: 名单, score: -各.额 }\n三: { rank: 名单, score: 各.分, need: 60% }"
    )
    assert seen(begun).lookup(("一", "入选")) == [True, False, False, False]
    assert seen(begun).lookup(("二", "入选")) == [True] * 4
    assert origins(begun, "二") == ["名单/2", "名单/1", "名单/4", "名单/3"]
    assert seen(begun).lookup(("三", "入选")) == [True, True, True, False]


def test_a_row_is_the_same_row_in_every_list_it_goes_through() -> None:
    begun = court(
        """
        排: { rank: 名单, score: 各.分 }
        选: { each: 排, where: 各.名次 <= 2 and count(名单 == 各 and 名单.片 == 东) == 1, do: { set: { 数: count(排.片 == 各.片) } } }
        """
    )
    assert origins(begun, "选") == ["名单/3", "名单/1"]
    assert seen(begun).lookup(("选", "数")) == [2, 2]


def test_the_column_of_the_older_list_wins_over_one_that_a_ranking_adds() -> None:
    begun = court("一: { rank: 名单, score: 各.分 }\n二: { rank: 一, score: -各.分 }")
    assert origins(begun, "二") == ["名单/2", "名单/1", "名单/4", "名单/3"]
    assert seen(begun).lookup(("二", "名次")) == [4, 2, 2, 1]


def test_a_score_that_cannot_be_computed_goes_to_a_person() -> None:
    begun = court("排: { rank: 名单, score: 各.分 / (各.分 - 5) }")
    assert begun.item is not None
    assert begun.item.pause is not None
    assert begun.item.pause.reason == "condition"
    assert begun.owing == ["管", "管二"]


def test_a_step_that_was_skipped_brings_no_rows_and_an_each_over_it_passes() -> None:
    begun = court("甲: { when: 预算 > 5000, each: 名单, review: 站.审核员 }\n乙: { each: 甲, review: 站.审核员 }")
    assert begun.place == "末"
    assert seen(begun).lookup(("甲",)) == []


def test_a_field_offers_the_rows_of_a_step_that_its_where_lets_through() -> None:
    begun = court(
        """
        排: { rank: 名单, score: 各.分, need: 2 }
        议: { review: 站.审核员, form: { 哪个: one 排 where 各.入选, 其余?: { many: 名单 } } }
        看: { each: 排, where: 各 == 议.哪个, do: { set: { 中: 1 } } }
        """
    )
    assert begun.do("甲", "approve", task=[1, 1], answers={"哪个": "名单/2"}) == "form"
    assert begun.do("甲", "approve", task=[1, 1], answers={"哪个": "2", "其余": ["名单/2", "4"]}) == ""
    scene = seen(begun)
    assert scene.lookup(("议", "哪个")) == "名单/1"
    assert scene.lookup(("议", "其余")) == ["名单/2", "名单/4"]
    assert origins(begun, "看") == ["名单/1"]


def test_a_draw_is_committed_to_when_the_item_begins_and_anyone_can_repeat_it() -> None:
    begun = court("抽: { draw: 名单, need: 2 }\n签: { draw: 名单, need: 2, spread: 片 }")
    [said] = begun.facts("committed")
    drawn = begun.facts("drawn")
    assert [list(fact["drawn"]) for fact in drawn] == [origins(begun, "抽"), origins(begun, "签")]
    for fact in drawn:
        pool = tuple((origin, value) for origin, value in fact["pool"])
        assert (
            lots.wrong(fact["seed"], 1, dict(said["seeds"])[fact["place"]], fact["path"], pool, tuple(fact["drawn"]))
            == ""
        )
        assert seen(begun).lookup((fact["place"], "种子")) == fact["seed"]
    assert sorted(seen(begun).lookup(("签", "片"))) == ["东", "西"]


def test_a_draw_with_another_key_than_the_one_committed_to_goes_to_a_person() -> None:
    begun = court("停: { review: 站.审核员 }\n抽: { draw: 名单 }")
    begun.key = bytes(31) + b"\x01"
    assert begun.do("甲", "approve", task=[1, 1]) == ""
    assert begun.item is not None
    assert begun.item.pause is not None
    assert begun.facts("drawn") == []


def test_after_a_return_a_draw_has_the_next_seed_of_the_same_commitment() -> None:
    begun = court("停: { review: 站.审核员 }\n抽: { draw: 名单 }\n阅: { review: 站.审核员, back: 停 }")
    begun.do("甲", "approve", task=[1, 1])
    begun.do("甲", "return", task=[2, 1], comment="再来")
    begun.do("甲", "approve", task=[3, 2])
    [said] = begun.facts("committed")
    first, second = (fact["seed"] for fact in begun.facts("drawn"))
    committed = dict(said["seeds"])["抽"]
    assert first != second
    assert lots.opens(first, 1, committed)
    assert lots.opens(second, 2, committed)
    assert not lots.opens(second, 1, committed)


BIDS = """
    flow: court
    title: 试
    start: { by: 站.协调员, form: { 标题: text 2..40 } }
    steps:
        征集: { collect: 所.审核员, need: all, form: { 分: int 0..9, 额: money } }
        查: { each: 征集, check: 中心.审核员, items: [齐], back: 各.提交人, reject: continue }
        评: { each: 查, where: 各.结果 == 通过, collect: 中心.审核员, need: all, form: { 好: int 0..9 } }
        排: { rank: 评, score: mean(各.好) }
        末: { each: 排, where: 各.入选 and mean(各.好 >= 5) > 0.4, review: 站.审核员 }
"""


def bids() -> Court:
    begun = Court(BIDS)
    assert begun.submit() == ""
    for person, n in (("乙", 3), ("丙", 4), ("丁", 5)):
        assert begun.do(person, "answer", answers={"分": n, "额": n * 100}) == ""
    return begun


def task(court: Court, person: str, row: int) -> list[int]:
    """A person's open task at a row, from 1."""
    assert court.item is not None
    return next(
        [one.no, run.round] for run in court.item.runs.values() for one in run.tasks.values()
        if one.person == person and one.state == "open" and run.row == row - 1
    )  # fmt: skip


def test_a_collect_inside_an_each_makes_columns_that_are_lists_and_the_older_giver_stays() -> None:
    begun = bids()
    for row in (1, 2, 3):
        choice = "reject" if row == 2 else "approve"
        assert begun.do("戊", choice, task=task(begun, "戊", row), marks={"齐": "pass"}, comment="不行") == ""
    assert seen(begun).lookup(("查", "提交人")) == ["乙", "丙", "丁"]
    for row, marks in ((1, (4, 2)), (2, (9, 8))):
        for person, n in zip(("戊", "己"), marks, strict=True):
            assert begun.do(person, "answer", task=task(begun, person, row), answers={"好": n}) == ""
    rows = seen(begun).lookup(("排",))
    assert [(row.origin, row.columns["提交人"], row.columns["好"], row.columns["份数"]) for row in rows] == [
        ("征集/3", "丁", [9, 8], 2), ("征集/1", "乙", [4, 2], 2),
    ]  # fmt: skip
    assert [row.columns["额"] for row in rows] == [Money(50000), Money(30000)]
    assert origins(begun, "评") == ["征集/1", "征集/3"]
    assert begun.item is not None
    assert [run.row for run in begun.item.runs.values() if run.row >= 0] == [0]  # 末: 丁's alone
    assert begun.do("甲", "approve") == ""
    assert origins(begun, "末") == ["征集/3"]


def test_a_row_that_goes_back_waits_for_its_giver_alone_and_is_checked_anew() -> None:
    begun = bids()
    assert begun.do("戊", "return", task=task(begun, "戊", 2), comment="额不对") == ""
    assert sorted(begun.owing) == sorted(["戊", "己", "戊", "己", "丙"])
    assert begun.do("乙", "answer", task=task(begun, "丙", 2), answers={"分": 1, "额": 1}) == "not_asked"
    assert begun.do("丙", "answer", answers={"分": 12, "额": 1}) == "form"
    assert begun.do("丙", "answer", answers={"分": 6, "额": 250}) == ""
    assert seen(begun).lookup(("征集", "额")) == [Money(30000), Money(25000), Money(50000)]
    assert seen(begun).lookup(("征集", "提交人")) == ["乙", "丙", "丁"]
    assert begun.item is not None
    assert begun.item.rounds["查/2"] == 2
    assert begun.do("丙", "answer", answers={"分": 6, "额": 250}) == "answers_over"


def test_when_the_giver_is_gone_the_row_is_checked_as_it_is() -> None:
    begun = bids()
    assert begun.do("戊", "return", task=task(begun, "戊", 2), comment="额不对") == ""
    begun.__class__ = Without
    assert begun.do(SYSTEM, "restaff") == ""
    assert begun.states("丙")[-1] == "lost"
    assert begun.do("戊", "approve", task=task(begun, "戊", 2), marks={"齐": "pass"}) == ""


def test_rows_that_stand_apart_are_asked_for() -> None:
    begun = Court(BIDS.replace("collect: 所.审核员, need: all", "collect: anyone, due: 1日"))
    assert begun.submit() == ""
    key = ("00000000-0000-0000-0000-000000000007", "征集", 1)
    begun.apart = {key: {"乙": Line("征集/x", "乙", begun.now, (("分", 3), ("额", 100)))}}
    begun.until(begun.now + timedelta(days=2))
    assert begun.item is not None
    with pytest.raises(WantingError) as wanting:
        seen(begun).lookup(("征集",))
    assert wanting.value.needs == Needs(rows=(key,))
    assert [run.place for run in begun.item.runs.values() if run.row >= 0] == ["查/各"]


def test_an_actor_may_be_whom_the_row_names() -> None:
    begun = Court(
        BIDS.replace(
            "check: 中心.审核员, items: [齐], back: 各.提交人, reject: continue", "task: 各.提交人, form: { 说: int }"
        )
    )
    assert begun.submit() == ""
    for person in ("乙", "丙", "丁"):
        assert begun.do(person, "answer", answers={"分": 1, "额": 1}) == ""
    assert begun.owing == ["乙", "丙", "丁"]
    assert begun.do("丙", "done", answers={"说": 3}) == ""
    assert begun.owing == ["乙", "丁"]


def test_over_a_tier_the_rows_are_its_units_and_tiers_count_up_from_the_unit_at_hand() -> None:
    begun = Tiered(
        """
        flow: court
        title: 试
        start: { by: 中心.协调员, form: { 标题: text 2..40 } }
        steps:
            查: { each: 站, review: 站.审核员 }
            末: { review: 中心.审核员 }
        """
    )
    assert begun.do("中调", "submit", form={"标题": "督查"}) == ""
    assert begun.item is not None
    found = {run.row: [task.person for task in run.tasks.values()] for run in begun.item.runs.values() if run.row >= 0}
    assert found == {0: ["甲"], 1: ["外"]}
    assert begun.do("甲", "approve") == ""
    assert begun.do("外", "approve") == ""
    assert origins(begun, "查") == ["站一", "站二"]
    assert begun.place == "末"


def test_what_stands_apart_in_every_row_of_an_each_is_asked_for_at_once() -> None:
    begun = court("""
        问卷: { each: 名单, collect: anyone, due: 1日, form: { 星: stars 5 } }
        排名: { rank: 问卷, score: sum(各.星) }
    """)
    begun.apart = {
        ("00000000-0000-0000-0000-000000000007", f"问卷/{n}", 1): {
            str(one): Line(f"问卷/{n}/{one}", "外", begun.now, (("星", 3),)) for one in range(n)
        }
        for n in range(1, 5)
    }
    begun.until(begun.now + timedelta(days=2))
    assert begun.item is not None
    assert begun.place == "末", begun.item.pause
    assert [row.origin for row in begun.item.results["排名"].rows] == ["名单/4", "名单/3", "名单/2", "名单/1"]


def test_a_computation_in_every_row_asks_once_for_what_stands_apart() -> None:
    begun = court("""
        逐个: { each: 名单, steps: { 问卷: { collect: anyone, due: 1日, form: { 星: stars 5 } }, 算: { do: { set: { 均分: mean(问卷.星、0) } } } } }
        排名: { rank: 逐个, score: 各.均分 }
    """)
    begun.until(begun.now + timedelta(days=2))  # the court brings what is lacking once, and no more
    assert begun.place == "末", begun.item


@pytest.mark.parametrize(("late", "result"), [("", "通过"), (", late: continue", "逾期")])
def test_what_people_gave_in_the_rows_of_an_each_is_there_when_its_time_is_over(late: str, result: str) -> None:
    begun = court(f"""
        打分: {{ each: 名单, collect: 所.审核员, need: all, due: 1日{late}, form: {{ 星: stars 5 }} }}
        排名: {{ rank: 打分, score: sum(各.星) }}
    """)
    assert begun.item is not None
    tasks = [next(iter(run.tasks)) for run in begun.item.runs.values() if run.row >= 0]
    assert begun.do("乙", "answer", answers={"星": 3}, task=[tasks[2], 1]) == ""
    begun.until(begun.now + timedelta(days=2))
    assert begun.place == "末"
    assert origins(begun, "排名")[0] == "名单/3"
    assert [row.columns["结果"] for row in seen(begun).lookup(("打分",))] == [result] * 4
    assert begun.states("乙") == ["cancelled", "cancelled", "done", "cancelled"]

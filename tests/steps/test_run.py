"""`run`: items of other flows, begun by orders, counted when they end, cancelled with their parent; and the deed that nobody waits for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.steps.court import Court
from workflow.domain import fold, ids
from workflow.domain.command import SYSTEM, Command
from workflow.domain.effect import Order
from workflow.domain.event import Started
from workflow.domain.item import Item
from workflow.language.compile import compile_flow
from workflow.organisation.model import Organisation, Unit
from workflow.steps.kinds.run import line_of

ONE = """
    flow: court
    title: 测评
    start: { by: 站.协调员, form: { 标题: text 2..40, 人数?: int } }
    steps:
      实地: { run: visit, with: { 站点: 本件.单位, 期限: 3, 事由: 标题 } }
      审定: { review: 所.审核员 }
"""
MANY = """
    flow: court
    title: 测评
    start: { by: 站.协调员, form: { 标题: text 2..40, 点位: { rows: { 名称: text 2..20, 类别: [水, 电] } } } }
    steps:
      整改: { each: 点位, where: 各.类别 == 电, run: fix, unit: 本件.单位, with: { 类别: 各.类别 }%s }
      审定: { review: 所.审核员 }
"""
ITEM = "00000000-0000-0000-0000-000000000007"


def orders(court: Court, verb: str) -> list[Command]:
    return [one.command for one in court.effects if isinstance(one, Order) and one.command.verb == verb]


def over(court: Court, child: Command, end: str = "done") -> str:
    """What the end of a child tells its parent."""
    told = {key: child.args[key] for key in ("path", "round", "row")}
    return court.do(SYSTEM, "joined", **told, child=child.item, code="ABC123", end=end)


def points(*kinds: str) -> dict[str, Any]:
    return {"点位": [{"名称": f"点位{n}", "类别": kind} for n, kind in enumerate(kinds, 1)]}


def test_a_step_begins_an_item_and_waits_for_its_end() -> None:
    court = Court(ONE)
    assert court.submit() == ""
    [child] = orders(court, "submit")
    assert (child.item, child.actor) == (ids.child(ITEM, "实地", 1, -1), SYSTEM)
    assert child.args["flow"] == "visit"
    assert child.args["form"] | {"事由": ""} == {"站点": "站一", "期限": "3", "事由": ""}
    assert set(child.args["form"]["事由"]) == {"sealed"}, "people's words go on as they are sealed"
    assert (child.args["parent"], child.args["path"], child.args["round"], child.args["row"]) == (ITEM, "实地", 1, -1)
    assert court.place == "实地"
    assert court.owing == []
    assert over(court, child) == ""
    assert court.place == "审定"
    assert court.item is not None
    assert court.item.results["实地"].apart, "what it came to is looked up when somebody asks"


@pytest.mark.parametrize("end", ["rejected", "cancelled", "withdrawn", "terminated"])
def test_any_other_end_is_a_rejection(end: str) -> None:
    court = Court(ONE)
    court.submit()
    [child] = orders(court, "submit")
    assert over(court, child, end) == ""
    assert court.place == "rejected"
    assert orders(court, "cancel") == []


def test_the_end_of_an_older_round_is_nobodys() -> None:
    court = Court(ONE)
    court.submit()
    [child] = orders(court, "submit")
    told = {
        **{key: child.args[key] for key in ("path", "row")},
        "round": 2,
        "child": child.item,
        "code": "X",
        "end": "done",
    }
    assert court.do(SYSTEM, "joined", **told) == "old_round"
    assert court.do("戊", "joined", **told) == "not_allowed"
    over(court, child)
    assert over(court, child) == "old_round", "it is counted once"


def test_one_step_counts_its_items_in_one_run() -> None:
    court = Court(MANY % "")
    assert court.submit(**points("电", "水", "电", "电")) == ""
    begun = orders(court, "submit")
    assert [one.args["row"] for one in begun] == [0, 1, 2]
    assert [one.args["origin"] for one in begun] == ["点位/1", "点位/3", "点位/4"]
    assert {one.args["unit"] for one in begun} == {"站一"}
    assert len({one.item for one in begun}) == 3
    assert court.item is not None
    assert len(court.item.runs) == 1, "the parent only counts"
    assert [over(court, one) for one in begun] == [""] * 3
    assert court.place == "审定"


def test_the_first_rejection_takes_the_others_down() -> None:
    court = Court(MANY % "")
    court.submit(**points("电", "电", "电"))
    begun = orders(court, "submit")
    over(court, begun[0])
    over(court, begun[1], "rejected")
    assert court.place == "rejected"
    assert {one.item for one in orders(court, "cancel")} == {one.item for one in begun}
    assert over(court, begun[2]) == "ended"


def test_or_the_flow_goes_on_when_all_are_over() -> None:
    court = Court(MANY % ", reject: continue")
    court.submit(**points("电", "电"))
    one, two = orders(court, "submit")
    over(court, one, "rejected")
    assert court.place == "整改"
    over(court, two)
    assert court.place == "审定"
    assert court.item is not None
    assert (court.item.results["整改"].result, court.item.results["整改"].ayes, court.item.results["整改"].noes) == (
        "rejected",
        1,
        1,
    )


def test_no_rows_no_items() -> None:
    court = Court(MANY % "")
    court.submit(**points("水"))
    assert court.place == "审定"
    assert orders(court, "submit") == []


@pytest.mark.parametrize(("actor", "verb"), [("管", "terminate"), ("报", "withdraw")])
def test_a_parent_that_ends_cancels_what_is_under_way(actor: str, verb: str) -> None:
    court = Court(ONE)
    court.submit()
    [child] = orders(court, "submit")
    assert court.do(actor, verb, comment="不办了") == ""
    [cancel] = orders(court, "cancel")
    assert (cancel.item, cancel.args) == (child.item, {"parent": ITEM})


def test_a_return_takes_it_down_and_the_next_round_runs_another() -> None:
    court = Court(ONE)
    court.submit()
    [first] = orders(court, "submit")
    over(court, first)
    assert court.do("乙", "return", to="submitter", comment="再查") == ""
    assert court.do("报", "resubmit") == ""
    _, second = orders(court, "submit")
    assert second.item != first.item
    assert second.args["round"] == 2


def test_what_cannot_begin_waits_for_an_administrator() -> None:
    court = Court(MANY % "")
    court.submit(**points("电", "电"))
    one, two = orders(court, "submit")
    told = {key: two.args[key] for key in ("path", "round", "row")}
    assert court.do(SYSTEM, "joined", **told, child=two.item, detail=["没有这个流程", "there is no such flow"]) == ""
    assert court.place == "suspended"
    assert court.item is not None
    assert court.item.pause is not None
    assert court.item.pause.reason == "run"
    assert over(court, one) == "", "who ends meanwhile is counted"
    assert court.place == "suspended"
    assert court.do("管", "retry", comment="流程发布了") == ""
    assert court.place == "整改"
    again = orders(court, "submit")[2:]
    assert [order.item for order in again] == [one.item, two.item], "those that are there refuse to begin again"
    assert {order.id for order in again}.isdisjoint({one.id, two.id})
    assert over(court, two) == ""
    assert court.place == "审定"


def test_a_deed_begins_an_item_and_nobody_waits() -> None:
    court = Court("""
        flow: court
        title: 约谈
        start: { by: 站.协调员, form: { 标题: text 2..40 } }
        steps:
          审定: { review: 所.审核员 }
          约谈: { do: [ { run: interview, unit: 本件.单位, with: { 事由: “靠后” } }, { run: interview, with: { 事由: “再谈” } } ] }
    """)
    court.submit()
    assert court.do("乙", "approve") == ""
    assert court.place == "done"
    one, two = orders(court, "submit")
    assert one.item != two.item
    assert (one.args["form"], one.args["unit"], two.args["form"]) == ({"事由": "靠后"}, "站一", {"事由": "再谈"})
    assert "path" not in one.args, "no step waits"
    assert [fact["flow"] for fact in court.facts("ran")] == ["interview"] * 2


CHILD = """
    flow: court
    title: 实地
    start: { form: { 标题: text 2..40, 站点: unit 站, 期限?: int 1..9, 钱?: money } }
    steps:
      打分: { review: 站.审核员, form: { 分: int 0..100 } }
      结果: { do: { set: { 得分: 打分.分 } } }
"""


def begin(court: Court, **more: Any) -> str:
    args = {
        "flow": "court",
        "parent": ITEM.replace("7", "9"),
        "path": "实地",
        "round": 1,
        "row": 3,
        "origin": "区/3",
        "from": "站一",
    }
    return court.do(SYSTEM, "submit", **{**args, **more})


def test_a_child_belongs_to_nobody_and_tells_its_parent() -> None:
    court = Court(CHILD)
    assert begin(court, form={"标题": {"sealed": "ab" * 32}, "站点": "站一", "钱": "12.50"}) == ""
    assert court.item is not None
    assert court.item.parent is not None
    assert court.item.submitter == SYSTEM
    assert (court.item.parent.path, court.item.parent.row, court.item.parent.origin) == ("实地", 3, "区/3")
    assert court.item.form == {"标题": {"sealed": "ab" * 32}, "站点": "站一", "钱": 1250}
    assert court.do("甲", "return", comment="重写") == "not_allowed", "there is nobody to give it back to"
    assert court.do("甲", "approve", answers={"分": "91"}) == ""
    assert court.place == "done"
    [joined] = orders(court, "joined")
    assert (joined.item, joined.args["path"], joined.args["end"]) == (court.item.parent.item, "实地", "done")
    line = line_of(court.item, court.definition)
    values = dict(line.values)
    assert (line.origin, values["编号"]) == ("区/3", court.item.code)
    assert (values["得分"]["value"], values["钱"]) == (91, {"type": "money", "value": 1250})


@pytest.mark.parametrize(
    "form", [{}, {"标题": "清明", "站点": "无此站"}, {"标题": "清明", "站点": "站一", "期限": "10"}, {"别的": "一"}]
)
def test_a_child_whose_form_does_not_hold_does_not_begin(form: dict[str, Any]) -> None:
    court = Court(CHILD)
    assert begin(court, form=form) == "form"


def test_a_child_of_no_unit_does_not_begin() -> None:
    court = Court(CHILD)
    assert begin(court, form={"标题": "清明", "站点": "站一"}, unit="没有的") == "form"


def test_a_child_is_cancelled_by_its_parent_alone() -> None:
    court = Court(CHILD)
    begin(court, form={"标题": "清明", "站点": "站一"})
    assert court.item is not None
    assert court.item.parent is not None
    assert court.do("管", "cancel", parent=court.item.parent.item) == "not_allowed"
    assert court.do(SYSTEM, "cancel", parent="另一件") == "not_allowed"
    assert court.do(SYSTEM, "cancel", parent=court.item.parent.item) == ""
    assert court.place == "cancelled"
    assert court.states("甲") == ["cancelled"]


def test_a_suspended_child_is_cancelled_too() -> None:
    court = Court(
        CHILD.replace("打分.分 }", "1 }").replace("站.审核员", "站.审核员, when: has(期限) and 1 / (期限 - 期限) > 0")
    )
    begin(court, form={"标题": "清明", "站点": "站一", "期限": "3"})
    assert court.place == "suspended"
    assert court.item is not None
    assert court.item.parent is not None
    assert court.do(SYSTEM, "cancel", parent=court.item.parent.item) == ""
    assert court.place == "cancelled"


def test_the_fields_of_a_child_are_typed_by_its_flow() -> None:
    compiled = compile_flow(
        "flow: fee\ntitle: 一\nstart: { by: 站.协调员, form: { 钱: money } }\nsteps: { 一步: { review: 站.审核员 } }"
    )
    item = fold.unborn("t", ITEM, None)  # type: ignore[arg-type]
    fold.apply(item, None, [Started("C", "fee", "d", "u", SYSTEM, (("钱", 5),), "")])
    assert isinstance(item, Item)
    assert dict(line_of(item, compiled.definition).values)["钱"] == {"type": "money", "value": 5}
    assert dict(line_of(item, None).values)["钱"] == 5


def test_a_suspended_parent_that_is_ended_cancels_them_too() -> None:
    court = Court(ONE)
    court.submit()
    [child] = orders(court, "submit")
    told = {key: child.args[key] for key in ("path", "round", "row")}
    court.do(SYSTEM, "joined", **told, child=child.item, detail=["不行", "no"])
    assert court.place == "suspended"
    assert court.do("管", "terminate", comment="不办了") == ""
    assert [one.item for one in orders(court, "cancel")] == [child.item]


class Growing(Court):
    """A court that may get a second 站."""

    more: tuple[Unit, ...] = ()

    @property
    def organisation(self) -> Organisation:
        found = super().organisation
        return msgspec.structs.replace(found, units=(*found.units, *self.more))


def test_a_retry_goes_by_what_came_meanwhile_though_the_list_is_another_now() -> None:
    court = Growing("""
        flow: court
        title: 测评
        start: { by: 所.协调员, form: { 标题: text 2..40 } }
        steps:
          并:
            all:
              走: { each: 站, run: visit, with: { 站: 各 } }
              停: { do: { pay: 币, amount: 1, from: 甲池, to: 提交人 } }
          审定: { review: 所.审核员 }
    """)
    assert court.submit("所调") == ""
    assert court.place == "suspended"
    [child] = orders(court, "submit")
    assert over(court, child) == ""
    court.more = (Unit("站二", "站", "所一"),)
    court.counters["balance/币/甲池", ""] = 500
    assert court.do("管", "retry", comment="有钱了") == ""
    assert court.place == "审定"

"""Tasks: any, grab, assign, auto; declining, what is handed in, who judges no more, and that nothing passes for want of people."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.court import POSTS, Court
from workflow.domain import tree
from workflow.domain.command import SYSTEM
from workflow.language.compile import compile_flow
from workflow.organisation.model import NamedList, Organisation, Pool, Position

HEAD = "flow: court\ntitle: 庭\nstart: { by: 站.协调员, form: { 标题: text 2..40 } }\nsteps:\n"
VOLUNTEERS = NamedList(
    "志愿者",
    (
        tree.Field((0, 0), "姓名", "text"),
        tree.Field((0, 0), "会", "choice", choices=("理发", "修理"), many=True),
        tree.Field((0, 0), "片区", "unit"),
    ),
    (
        ("乙", ["理发"], "站一"), ("丙", ["理发", "修理"], "站一"), ("丁", ["修理"], "站一"), ("外", ["理发"], "所一"),
        ("无此人", ["理发"], "站一"),
    ),
)  # fmt: skip


class Yard(Court):
    """A court beside an organisation with pools."""

    def __init__(self, steps: str, extra: tuple[Position, ...] = (), rows: int = 0) -> None:
        self.rows_ = rows
        super().__init__(HEAD + "  收: { review: 所.审核员 }\n", extra)
        compiled = compile_flow(
            HEAD + "".join(f"  {one}\n" for one in steps.split("\n") if one), "court", organisation=self.organisation
        )
        assert compiled.definition is not None, compiled.findings
        self.definition = compiled.definition
        self.lifecycle = type(self.lifecycle)(self.definition)

    @property
    def organisation(self) -> Organisation:
        many = msgspec.structs.replace(
            VOLUNTEERS, name="大名录", rows=tuple((f"人{n}", ["理发"], "站一") for n in range(self.rows_))
        )
        house = super().organisation
        people = (
            *house.people,
            *(msgspec.structs.replace(house.people[0], id=f"人{n}", key=f"人{n}") for n in range(self.rows_)),
        )
        return msgspec.structs.replace(
            house, lists=(VOLUNTEERS, many), people=people,
            pools=(Pool("志愿队伍", "志愿者"), Pool("审核队", "审核员"), Pool("大队", "大名录")),
        )  # fmt: skip


def started(steps: str, extra: tuple[Position, ...] = (), rows: int = 0) -> Yard:
    one = Yard(steps, extra, rows)
    assert one.submit() == ""
    return one


def test_any_the_first_to_hand_in_closes_it_and_the_doer_does_the_next() -> None:
    one = started(
        "办: { task: 所.审核员, form: { 说明: text 1..9, 数: int 1..5 } }\n续: { task: 办.办理人, form: { 好: bool } }\n"
    )
    assert one.owing == ["乙", "丙", "丁"]
    assert one.do("丙", "approve") == "not_allowed"
    assert one.do("丙", "done", answers={"说明": "好"}) == "form"
    assert one.do("丙", "done", answers={"说明": "好", "数": "3"}) == ""
    assert one.place == "续"
    assert one.owing == ["丙"]
    assert one.states("乙") == ["cancelled"]
    assert one.item is not None
    assert dict(one.item.results["办"].answers)["数"] == 3
    assert one.item.results["办"].doers == ("丙",)
    assert one.do("乙", "done", task=(1, 1), answers={"说明": "晚", "数": "1"}) == "taken"
    assert one.refused is not None
    assert one.refused.facts["by"] == ["丙"]


def test_grab_without_a_form_is_over_with_the_first_and_the_others_hear_who() -> None:
    one = started("抢: { task: 所.审核员, take: grab }\n后: { task: 抢.办理人, form: { 好: bool } }\n")
    assert one.do("丁", "take", task=(3, 1)) == ""
    assert one.place == "后"
    assert one.owing == ["丁"]
    assert one.do("乙", "take", task=(1, 1)) == "taken"
    assert one.refused is not None
    assert one.refused.facts["by"] == ["丁"]


def test_grab_with_a_form_the_taker_owns_it_and_declining_offers_it_again() -> None:
    one = started("抢: { task: 所.审核员, take: grab, form: { 好: bool } }\n")
    assert one.do("丙", "done", answers={"好": "是"}) == "take_first"
    assert one.do("丙", "take") == ""
    assert one.owing == ["丙"]
    assert one.do("丙", "take") == "yours_already"
    assert one.do("乙", "take", task=(1, 1)) == "taken"
    assert one.do("丙", "decline", comment="今天来不了") == ""
    assert one.owing == ["乙", "丁"], "who declined is not asked again"
    assert one.do("丁", "take") == ""
    assert one.do("丁", "done", answers={"好": "是"}) == ""
    assert one.place == "done"


def test_all_decline_and_the_administrators_name_somebody() -> None:
    one = started("抢: { task: 所.审核员, take: grab, form: { 好: bool } }\n")
    for person in ("乙", "丙", "丁"):
        assert one.place == "抢"
        assert one.do(person, "decline") == ""
    assert one.owing == ["管", "管二"]
    assert one.do("管", "reassign", to="外", comment="请帮忙") == ""
    assert one.owing == ["外"]
    assert one.do("外", "done", answers={"好": "是"}) == ""
    assert one.place == "done"


def test_nobody_at_all_is_never_a_silent_pass() -> None:
    one = started("办: { task: 队无人, take: auto }\n".replace("队无人", "各所.管理员"))
    assert one.place == "办"
    assert one.owing == ["管", "管二"]
    assert [fact["why"] for fact in one.facts("informed") if fact["what"] == "unstaffed"] == ["nobody"]


def test_a_pool_of_a_list_is_matched_by_its_columns() -> None:
    one = started("派: { task: 志愿队伍, match: “理发” in 各.会 and 各.片区 == 本件.单位, take: grab }\n")
    assert one.owing == ["乙", "丙"]
    assert one.do("外", "take") == "no_such_item", "a code that somebody guessed tells them nothing"


def test_a_pool_of_a_role_is_whoever_holds_it_anywhere() -> None:
    one = started("派: { task: 审核队 }\n")
    assert sorted(one.owing) == sorted(person for person, (_, role) in POSTS.items() if role == "审核员")


def test_of_a_large_pool_two_hundred_are_asked_and_any_other_may_take_it() -> None:
    one = started("派: { task: 大队, take: grab }\n", rows=450)
    assert len(one.owing) == 200
    assert [fact["why"] for fact in one.facts("informed") if fact["what"] == "asked"] == ["200/450"]
    other = next(f"人{n}" for n in range(450) if f"人{n}" not in one.owing)
    assert one.do(other, "take") == ""
    assert one.place == "done"
    assert one.item is not None
    assert one.item.results["派"].doers == (other,)


def test_assign_the_units_coordinator_says_who_and_a_decline_comes_back_to_them() -> None:
    one = started("派: { task: 所.审核员, take: assign, form: { 好: bool } }\n")
    assert one.owing == ["报"]
    assert one.do("报", "assign", to="甲") == "not_among"
    assert one.do("报", "assign", to="丙") == ""
    assert one.owing == ["丙"]
    assert one.do("丙", "decline") == ""
    assert one.owing == ["报"]
    assert one.do("报", "assign", to="丙") == "not_among"
    assert one.do("报", "assign", to="丁") == ""
    assert one.do("丁", "done", answers={"好": "是"}) == ""
    assert one.item is not None
    assert one.item.results["派"].doers == ("丁",), "who assigned it did not do it"


def test_auto_picks_the_least_loaded_and_the_next_when_they_decline() -> None:
    one = Yard("派: { task: 所.审核员, take: auto, form: { 好: bool } }\n")
    one.loads = {"乙": 3, "丙": 1, "丁": 2}
    assert one.submit() == ""
    assert one.owing == ["丙"]
    assert one.do("丙", "decline") == ""
    assert one.owing == ["丁"]
    assert one.do("丁", "decline") == ""
    assert one.do("乙", "decline") == ""
    assert one.owing == ["管", "管二"]


@pytest.mark.parametrize("take", ["any", "grab", "auto", "assign"])
def test_two_are_needed_and_what_they_hand_in_are_rows(take: str) -> None:
    one = started(
        f"办: {{ task: 所.审核员, take: {take}, need: 2, form: {{ 分: int 1..9 }} }}\n"
        "后: { when: 'mean(办.分) == 4', review: 中心.审核员 }\n"
    )
    for person, mark in (("丙", "3"), ("丁", "5")):
        if take == "assign":
            assert one.do("报", "assign", to=person) == ""
        if take == "grab":
            assert one.do(person, "take") == ""
        if take == "auto" and person not in one.owing:
            assert one.do("乙", "decline") == ""
        assert one.do(person, "done", answers={"分": mark}) == ""
    assert one.place == "后", one.item
    assert one.states("乙")[-1:] in (["cancelled"], ["declined"], [])


def test_who_did_something_judges_nothing_afterwards_nor_beside() -> None:
    one = started(
        "同时: { all: { 办: { task: 所.审核员, form: { 好: bool } }, 审: { review: 所.审核员, need: 2 } } }\n后: { review: 所.审核员, need: all }\n"
    )
    assert one.do("丙", "done", answers={"好": "是"}) == ""
    assert one.do("丙", "approve") == "no_task"
    assert one.states("丙") == ["done", "lost"]
    assert one.do("乙", "approve") == ""
    assert one.do("丁", "approve") == ""
    assert one.owing == ["乙", "丁"]


def test_the_submitter_may_do_a_task_and_lateness_goes_on_where_the_flow_says() -> None:
    one = started(
        "评: { task: 提交人, due: 3日, late: continue, form: { 星: stars 5 } }\n后: { when: 评.超时 or 评.星 <= 2, review: 所.审核员 }\n"
    )
    assert one.owing == ["报"]
    assert one.do("报", "done", answers={"星": "2"}) == ""
    assert one.place == "后"
    late = started(
        "评: { task: 提交人, due: 3日, late: continue, form: { 星: stars 5 } }\n后: { when: 评.超时 or 评.星 <= 2, review: 所.审核员 }\n"
    )
    late.until(late.now + timedelta(days=4))
    assert late.place == "后"
    assert late.item is not None
    assert late.item.results["评"].result == "late"


def test_losing_the_role_takes_the_task_and_the_next_is_found() -> None:
    one = Yard("派: { task: 所.审核员, take: auto, form: { 好: bool } }\n")
    assert one.submit() == ""
    assert one.owing == ["乙"]
    one.positions = tuple(post for post in one.positions if post.person != "乙")
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["丙"]
    one.positions = tuple(post for post in one.positions if post.person not in ("丙", "丁"))
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["管", "管二"]
    assert one.do(SYSTEM, "restaff") == "nothing_changed"
    one.positions += (Position("外", "所一", "审核员"),)
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["外"]
    assert one.do("外", "done", answers={"好": "是"}) == ""
    assert one.place == "done"


def test_all_of_those_who_are_left_after_one_lost_the_role() -> None:
    one = started("办: { task: 所.审核员, need: all, form: { 分: int 1..9 } }\n")
    assert one.do("乙", "done", answers={"分": "1"}) == ""
    one.positions = tuple(post for post in one.positions if post.person != "丙")
    assert one.do(SYSTEM, "restaff") == ""
    assert one.do("丁", "done", answers={"分": "1"}) == ""
    assert one.place == "done"


def test_a_late_task_is_escalated_and_never_passes() -> None:
    one = started("办: { task: 所.审核员, form: { 好: bool } }\n")
    one.until(one.now + timedelta(days=30))
    assert one.place == "办"
    assert [fact["what"] for fact in one.facts("informed")].count("escalate") == 1
    assert [fact["what"] for fact in one.facts("informed")].count("remind") == 2


def test_it_is_not_done_in_order() -> None:
    found = compile_flow(HEAD + "  办: { task: 所.审核员, need: in order }\n", "court")
    assert [one.code for one in found.findings if one.code != "O450"] == ["F365"]


def test_a_role_at_the_unit_that_the_form_names() -> None:
    one = Yard("办: { task: 站.审核员, form: { 好: bool } }\n")
    text = (
        "flow: court\ntitle: 庭\nstart: { by: 所.协调员, form: { 标题: text 2..40, 站: unit 站 } }\nsteps:\n"
        "  收: { review: 站.审核员 }\n  办: { task: 站.协调员 }\n"
    )
    compiled = compile_flow(text, "court", organisation=one.organisation)
    assert compiled.definition is not None, compiled.findings
    one.definition, one.lifecycle = compiled.definition, type(one.lifecycle)(compiled.definition)
    assert one.submit("所调", 站="站一") == ""
    assert one.owing == ["甲"]
    assert one.do("甲", "approve") == ""
    assert one.owing == ["报"]


def test_a_pool_may_decide_too_and_its_part_is_its_name() -> None:
    one = started("审: { review: 志愿队伍, need: 2 }\n后: { review: 所.审核员 }\n")
    assert sorted(one.owing) == ["丁", "丙", "乙", "外"]
    assert one.do("丙", "approve") == ""
    assert one.do("外", "approve") == ""
    assert one.item is not None
    assert one.item.parts["丙"] == "志愿队伍"
    assert one.owing == ["乙", "丁"], "who sat with the pool sits at no other tier"


def test_a_check_in_keeps_where_and_when_they_were_there() -> None:
    def kept(**told: str) -> str:
        one = started("到: { task: 所.审核员, form: { 到达: checkin } }\n")
        one.now += timedelta(minutes=20)
        assert one.do("丙", "done", answers={"到达": {"said": "39.9687, 116.4867", **told}}) == ""
        assert one.contents
        return one.contents[-1]

    place = '{"at":"%s","latitude":39968700,"longitude":116486700}'
    assert kept(at="2026-11-23T01:05:00+00:00") == place % "2026-11-23T01:05:00+00:00"
    assert kept() == place % "2026-11-23T01:20:00+00:00"
    assert kept(at="2026-11-22T01:05:00+00:00") == kept(at="2027-01-01T00:00:00+00:00") == kept(at="昨天") == kept()


PEOPLE = ("乙", "丙", "丁", "报", "管", "外")
ACTS = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(["take", "done", "decline", "assign", "reassign", "restaff"]),
    st.sampled_from(PEOPLE),
)


@given(
    take=st.sampled_from(["any", "grab", "assign", "auto"]), need=st.integers(1, 3), form=st.booleans(),
    acts=st.lists(ACTS, max_size=25),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_people_do_it_is_over_when_enough_did_it_and_till_then_somebody_owes_something(
    take: str, need: int, form: bool, acts: list[tuple[str, str, str]]
) -> None:
    filled = ", form: { 分: int 1..9 }" if form else ""
    one = started(f"办: {{ task: 所.审核员, take: {take}, need: {need}{filled} }}\n")
    for actor, verb, to in acts:
        if one.place != "办":
            break
        args = (
            {"answers": {"分": "3"}}
            if verb == "done"
            else {"to": to, "comment": "请"}
            if verb in ("assign", "reassign")
            else {}
        )
        one.do(SYSTEM if verb == "restaff" else actor, verb, **args)
        assert one.item is not None
        run = one.item.runs[0]
        done = [task for task in run.tasks.values() if task.state == "done" and task.duty in ("do", "offer")]
        assert (one.place == "done") == (one.place != "办")
        if one.place == "办":
            assert len(done) < need
            assert one.owing, "it waits for somebody, always"
            owed = [(task.person, task.duty) for task in run.tasks.values() if task.state == "open"]
            assert len(owed) == len(set(owed)), "who says whose work it is may do it, too: nobody owes the same twice"
        else:
            assert len(one.item.results["办"].doers) >= need

"""A flow beside an organisation: its names, and steps that nobody, too few, or only the submitter could decide."""

from __future__ import annotations

import msgspec
import pytest

from tests.flows.house import house
from tests.language.flows import FIRST, HEAD, compiled, said, under, with_steps
from workflow.language.compile import compile_flow
from workflow.organisation.model import Organisation, Person, Pool, Position, Unit

UNKNOWN: list[tuple[str, list[tuple[str, str, str | None]]]] = [
    ("甲: { review: 占.审核员 }", [("O451", "占", None)]),
    ("甲: { review: 大山子占.审核员 }", [("O451", "大山子占", "大山子站")]),
    ("甲: { review: 站.审核元 }", [("O452", "审核元", "审核员")]),
    ("甲: { review: 站.审核员 except 所.审核元 }", [("O452", "审核元", "审核员")]),
    ("甲: { review: 站.审核员, tell: 站裙 }", [("O453", "站裙", "站群")]),
    ("甲: { review: 不认识的人 }", [("O453", "不认识的人", None)]),
    ("甲: { do: { publish: [公众号, 公众好] } }", [("O454", "公众好", "公众号")]),
    ("甲: { review: 站.审核员, form: { 平台: one 直播平抬 } }", [("O455", "直播平抬", "直播平台")]),
    ("甲: { review: 站.审核员, form: { 平台: { many: 直播平抬 } } }", [("O455", "直播平抬", "直播平台")]),
    ("甲: { review: 站.审核员, form: { 谁: person 站.审核元, 哪: unit 占 } }", [("O452", "审核元", "审核员"), ("O451", "占", None)]),
    ("甲: { review: 站.审核员, tell: 各街道.协调员 }", [("O456", "街道", None)]),
    ("甲: { review: 站.审核员, tell: 各站.协条员 }", [("O452", "协条员", "协调员")]),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), UNKNOWN, ids=[steps for steps, _ in UNKNOWN])
def test_a_name_that_the_organisation_does_not_have(steps: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert said(with_steps(steps)) == expected


@pytest.mark.parametrize("steps", [steps for steps, _ in UNKNOWN])
def test_without_an_organisation_its_names_pass_with_one_note(steps: str) -> None:
    found = compiled(with_steps(steps), checked=False)
    assert [one.code for one in found.findings] == ["O450"]
    assert found.definition is not None


def test_a_flow_whose_own_names_are_wrong_is_wrong_without_an_organisation_too() -> None:
    found = compiled(with_steps("甲: { review: 标题, show: [标提] }"), checked=False)
    assert [one.code for one in found.findings] == ["O450", "F360", "F363"]


def test_the_list_and_its_columns_are_names() -> None:
    assert said(with_steps("甲: { each: 直播平台, where: 各.类别 == 短视频, review: 站.审核员 }")) == []
    assert said(with_steps("甲: { each: 直播平台, where: 各.类别 == 短视屏, review: 站.审核员 }")) == [
        ("G210", "短视屏", "短视频")
    ]
    field = "甲: { review: 站.审核员, form: { 平台: one 直播平台 where 各.类列 == 社交 } }"
    assert said(with_steps(field)) == [("G210", "类列", "类别")]


def test_without_an_organisation_each_may_go_over_a_list_that_is_not_at_hand() -> None:
    found = compiled(with_steps("甲: { each: 社会组织, where: 各.类别 == 社交, review: 站.审核员 }"), checked=False)
    assert [one.code for one in found.findings] == ["O450"]
    assert found.definition is not None
    text = HEAD.replace("名单", "嘉宾名单") + "  甲: { each: 嘉宾名旦, review: 站.审核员 }\n"
    assert said(text, checked=False) == [("G210", "嘉宾名旦", "嘉宾名单")]


def test_a_pool_may_decide() -> None:
    with_pool = msgspec.structs.replace(house(), pools=(Pool("志愿队伍", "审核员"),))
    text = with_steps("甲: { review: 志愿队伍 }")
    assert compile_flow(text, "trial", organisation=with_pool).findings == ()


# --------------------------------------------------------------------------------------------- who is there


def small(*posts: str) -> Organisation:
    """中心, 所, and two 站; each post is `PERSON UNIT.ROLE`."""
    units = (
        Unit("中心一", "中心"),
        Unit("所一", "所", "中心一"),
        Unit("站一", "站", "所一"),
        Unit("站二", "站", "所一"),
    )
    held = [post.split() for post in posts]
    people = dict.fromkeys(person for person, _ in held)
    return Organisation(
        "small", "小", "t", 1, ("中心", "所", "站"), ("协调员", "审核员", "管理员"), units,
        tuple(Person(one, one, one) for one in people),
        tuple(Position(person, post.split(".")[0], post.split(".")[1]) for person, post in held),
    )  # fmt: skip


STARTERS = ("李 站一.协调员", "周 站二.协调员")


def staffing(steps: str, *posts: str) -> list[tuple[str, str, str]]:
    """The findings: code, what is underlined, and the Chinese sentence."""
    text = HEAD.replace("    负责人: person 所.审核员\n", "") + "".join(f"  {line}\n" for line in steps.split("\n"))
    found = compile_flow(text, "trial", organisation=small(*STARTERS, *posts))
    return [(one.code, under(text, one), one.message_zh) for one in found.findings]


ONE = "甲: { review: 站.审核员 }"


def test_enough_people() -> None:
    assert staffing(ONE, "张 站一.审核员", "吴 站二.审核员") == []


def test_only_the_submitter_could_decide_anywhere() -> None:
    (found,) = staffing(ONE, "李 站一.审核员", "周 站二.审核员")
    assert found[:2] == ("O460", "review")
    assert "站一、站二" in found[2]


def test_only_the_submitter_could_decide_in_one_place() -> None:
    (found,) = staffing(ONE, "李 站一.审核员", "吴 站二.审核员")
    assert found[0] == "O461"
    assert "站一" in found[2]
    assert "站二" not in found[2]


def test_too_many_are_needed_anywhere() -> None:
    (found,) = staffing("甲: { review: 所.审核员, need: 3 }", "张 所一.审核员", "吴 所一.审核员")
    assert found[0] == "O462"
    assert "最多只有 2 人" in found[2]


def test_who_submits_is_not_counted() -> None:
    (found,) = staffing("甲: { review: 所.审核员, need: 3 }", "张 所一.审核员", "吴 所一.审核员", "李 所一.审核员")
    assert found[0] == "O463"
    assert "站一" in found[2]
    assert "站二" not in found[2]


def test_too_many_are_needed_in_one_place() -> None:
    (found,) = staffing("甲: { review: 站.审核员, need: 2 }", "张 站一.审核员", "吴 站一.审核员", "王 站二.审核员")
    assert found[0] == "O463"
    assert "站二" in found[2]


def test_nobody_holds_the_post() -> None:
    assert [code for code, _, _ in staffing(ONE)] == ["O464"]


def test_a_step_below_where_items_start_is_always_skipped() -> None:
    text = HEAD.replace("by: 站.协调员", "by: 所.协调员") + FIRST
    assert said(text) == [("O465", "review", None)]
    mixed = HEAD.replace("by: 站.协调员", "by: [站.协调员, 所.协调员]") + FIRST
    assert said(mixed) == []


def test_what_is_skipped_somewhere_must_be_guarded() -> None:
    steps = (
        FIRST.replace("审核员 }", "审核员, form: { 分: int 0..9 } }") + "  乙: { when: 甲.分 > 3, review: 所.审核员 }\n"
    )
    mixed = HEAD.replace("by: 站.协调员", "by: [站.协调员, 所.协调员]")
    assert said(mixed + steps) == [("G210", "甲.分", None)]
    assert said(mixed + steps.replace("甲.分 > 3", "has(甲.分) and 甲.分 > 3")) == []
    assert said(HEAD + steps) == []


def test_percentages_and_all_fit_any_electorate() -> None:
    for need in ("all", "60%", "in order"):
        assert staffing(f"甲: {{ review: 站.审核员, need: {need} }}", "张 站一.审核员", "吴 站二.审核员") == []

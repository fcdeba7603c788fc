"""The organisation of a rehearsal: made up so that the flow can run, or a real one with the case's people alone."""

from __future__ import annotations

import pytest

from tests.flows.house import FLOWS, house
from tests.rehearsal.rig import ACTIVITY_TEXT, compiled
from workflow.language.compile import compile_flow
from workflow.rehearsal.house import made_up, named_in, peopled, small
from workflow.rehearsal.setting import MONDAY
from workflow.verbs.submit import starting_units

LIVE_TEXT = (FLOWS / "livestream.yaml").read_text("utf-8")


def test_the_tiers_rise_from_who_starts() -> None:
    assert named_in(compiled(ACTIVITY_TEXT)).tiers == ("中心", "所", "站")
    assert named_in(compiled(LIVE_TEXT)).tiers == ("中心", "所")


def test_a_tier_with_every_lies_below() -> None:
    text = ACTIVITY_TEXT.replace("publish: [公众号, 站群]", "tell: [提交人, 站初审.办理人, 各点.协调员, 大群]")
    named = named_in(compiled(text.replace("        text: <项目编号> <标题>，<时间>，<地点>\n", "")))
    assert named.tiers == ("中心", "所", "站", "点")
    assert named.rooms == ("大群",), "neither the submitter nor who did a step is a room"


@pytest.mark.parametrize("text", [ACTIVITY_TEXT, LIVE_TEXT])
def test_nothing_that_the_flow_names_is_missing_in_what_is_made_up(text: str) -> None:
    organisation = made_up(compiled(text))
    found = compile_flow(text, organisation=organisation)
    assert [one for one in found.findings if one.code != "O455"] == [], (
        "but for a list of platforms, which has no rows to make up"
    )


def test_there_are_people_enough_for_what_a_step_needs() -> None:
    text = ACTIVITY_TEXT.replace("review: 所.审核员 }", "review: 所.审核员, need: 4 }")
    organisation = made_up(compiled(text))
    assert len(organisation.holders("所一", "审核员", MONDAY)) == 4
    assert organisation.administrators(MONDAY) == ("管理员",)


def test_anybody_may_start_where_anybody_may() -> None:
    definition = compiled(ACTIVITY_TEXT.replace("by: 站.协调员", "by: anyone"))
    organisation = made_up(definition)
    assert starting_units(definition, organisation, "群众甲", MONDAY) == (organisation.root().id,)


def test_only_the_case_s_people_are_there() -> None:
    organisation = peopled(house(), {"站.审核员": ("张三",), "朝阳中心.审核员": ("赵六",), "路人": ("陈八",)})
    assert {one.key for one in organisation.people} == {"张三", "赵六", "陈八", "管理员"}
    assert organisation.holders("站一", "审核员", MONDAY) == ("张三",)
    assert organisation.holders("朝阳中心", "审核员", MONDAY) == ("赵六",)
    assert organisation.roles_of("陈八", MONDAY) == ()
    assert organisation.outlet("公众号") is not None
    assert not organisation.calendar.days, "no published days: the same in every year"


def test_an_administrator_of_the_case_is_the_only_one() -> None:
    organisation = peopled(house(), {"中心.管理员": ("郭建军",)})
    assert organisation.administrators(MONDAY) == ("郭建军",)


def test_a_real_organisation_made_small_has_who_is_above_the_starting_unit() -> None:
    people = small(house(), compiled(ACTIVITY_TEXT, house()), "李明", "大山子站")
    assert people["站.审核员"] == ("张伟", "刘洋"), "and nobody of the other nine"
    assert people["站.协调员"] == ("李明",)
    assert people["所.协调员"] == ("周文博",), "whom lateness escalates to"
    assert "henry" in people["中心.管理员"]
    assert "所.组织委员" not in people, "the flow does not ask them"

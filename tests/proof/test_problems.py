"""What a proof finds in a flow, what it shows of it, and what it leaves to lint."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from tests.flows.house import house
from tests.language.flows import HEAD, definition, with_steps
from tests.language.test_findings_organisation import STARTERS, small
from tests.proof.proving import TODAY, codes, proof_of, proven
from workflow.domain import places
from workflow.domain.definition import Definition, Edge
from workflow.domain.tree import Field
from workflow.language.compile import compile_flow
from workflow.organisation.model import NamedList, Organisation
from workflow.proof.prove import prove

SPLIT = "甲: { when: 人数 >= 100, review: 站.审核员 }\n乙: { when: 人数 < 100, review: 所.审核员 }"


def test_a_sound_flow_has_no_problem() -> None:
    assert proven(SPLIT) == []


def test_what_earlier_conditions_have_settled_is_shown_with_a_path_and_what_is_known_there() -> None:
    text = with_steps(
        "甲: { when: 人数 >= 100, steps: { 乙: { review: 站.审核员 }, 丙: { when: 人数 < 60, review: 所.审核员 } } }\n丁: { review: 中心.审核员 }"
    )
    _, proof = proof_of(text)
    (one,) = proof.found
    assert one.certain
    assert one.path is not None
    assert dict(proof.space.told(one.path.store)) == {"人数": "100..500"}
    assert [move.word for move in one.path.moves] == ["submit", "enter", "approve"]


def test_what_lint_says_is_not_said_again() -> None:
    text = with_steps("甲: { when: 人数 > 600, review: 站.审核员 }\n乙: { when: 人数 >= 1, review: 所.审核员 }")
    lint = compile_flow(text, "trial", organisation=house())
    assert {one.code for one in lint.findings} >= {"F370", "F371"}
    assert not proof_of(text)[1].found


def test_nothing_is_certain_about_a_step_that_may_be_skipped_for_its_tier() -> None:
    text = (
        HEAD.replace("by: 站.协调员", "by: [站.协调员, 所.协调员]")
        + "  甲: { review: 站.审核员 }\n  乙: { when: 甲.结果 == 通过, review: 中心.审核员 }\n"
    )
    _, proof = proof_of(text)
    assert proof.sorts == 2
    assert [one.finding.code for one in proof.found] == ["P508"]  # from the 所, nobody looks at it
    alone = with_steps("甲: { review: 站.审核员 }\n乙: { when: 甲.结果 == 通过, review: 中心.审核员 }")
    assert [one.finding.code for one in proof_of(alone)[1].found] == ["P503"]


def test_without_an_organisation_a_tier_may_be_skipped() -> None:
    found = compile_flow(
        with_steps("甲: { review: 站.审核员 }\n乙: { when: 甲.结果 == 通过, review: 中心.审核员 }"), "trial"
    )
    assert found.definition is not None
    assert "P503" not in {one.finding.code for one in prove(found.definition, None, TODAY).found}


def test_a_path_on_which_nobody_is_asked() -> None:
    ((code, _, path),) = proven("甲: { when: 人数 >= 100, review: 站.审核员 }\n乙: { do: { count: { 场次: 1 } } }")
    assert (code, path) == ("P508", "提交 → 甲 跳过 → 乙 办完")
    _, proof = proof_of(with_steps("甲: { when: 人数 >= 100, review: 站.审核员 }"))
    assert "人数 是 1..99" in proof.found[0].finding.message_zh
    assert codes("甲: { do: { count: { 场次: 1 } } }") == []  # asks nobody, and says so


def test_a_return_past_people_is_no_idle_one() -> None:
    assert (
        codes("甲: { do: { count: { 场次: 1 } } }\n乙: { review: 站.审核员 }\n丙: { review: 所.审核员, back: [甲] }")
        == []
    )
    assert codes(
        "乙: { review: 站.审核员 }\n甲: { do: { count: { 场次: 1 } } }\n丙: { review: 所.审核员, back: [乙, 甲] }"
    ) == ["P506"]


# ------------------------------------------------------------------------------------------------- edges that no kind of today makes


def with_edges(steps: str, change: str, *more: Edge) -> Definition:
    """The flow without the ways out of one place, but with others."""
    flow = definition(with_steps(steps))
    kept = tuple(
        edge for edge in flow.edges if edge.source != change or edge.trigger in ("withdraw", "terminate", "suspend")
    )
    return replace(flow, edges=(*kept, *more))


def found_in(flow: Definition) -> list[tuple[str, str]]:
    return [(one.finding.code, one.finding.message_zh) for one in prove(flow, house(), TODAY).found]


def test_a_step_that_nothing_comes_to() -> None:
    flow = with_edges("甲: { review: 站.审核员 }\n乙: { review: 所.审核员 }", "甲", Edge("approve", "甲", places.DONE))
    assert found_in(flow) == [("P501", "“乙”在任何路径上都走不到")]


def test_a_way_without_an_end() -> None:
    flow = with_edges(
        "甲: { review: 站.审核员 }\n乙: { review: 所.审核员, back: [甲] }", "乙", Edge("return>甲", "乙", "甲")
    )
    flow = replace(
        flow,
        edges=tuple(
            edge
            for edge in flow.edges
            if (edge.source, edge.trigger) not in {("甲", "reject"), ("甲", "cancel"), ("甲", "expire")}
        ),
    )
    assert ("P504", "从“乙”走不到任何结局") in found_in(flow)


def test_a_branch_that_never_joins() -> None:
    flow = with_edges(
        "甲: { all: { 乙: { review: 站.审核员 }, 丙: { review: 所.审核员, back: [] } } }".replace(", back: []", ""),
        "甲/丙",
    )
    assert found_in(flow) == [("P505", "“丙”这一支永远办不完，“甲”就合不拢")]


# ------------------------------------------------------------------------------------------------- people


def beside(steps: str, *posts: str) -> list[str]:
    text = HEAD.replace("    负责人: person 所.审核员\n", "") + "".join(f"  {line}\n" for line in steps.split("\n"))
    organisation = small(*STARTERS, *posts)
    found = compile_flow(text, "trial", organisation=organisation)
    assert found.definition is not None, found.findings
    proof = prove(found.definition, organisation, TODAY, found.findings)
    return [f"{one.finding.code} {one.finding.message_zh}" for one in proof.found]


TWO = "甲: { review: 站.审核员 }\n乙: { review: 所.审核员 }"


@pytest.mark.parametrize(
    ("posts", "code"),
    [
        (("张 站一.审核员", "张 站二.审核员", "吴 所一.审核员"), ""),
        (("张 站一.审核员", "张 站二.审核员", "张 所一.审核员"), "P513"),
        (("张 站一.审核员", "王 站二.审核员", "张 所一.审核员"), "P554"),  # from 站二 it goes well
        (("张 站一.审核员", "王 站一.审核员", "王 站二.审核员", "王 所一.审核员"), "P554"),
        (("张 站一.审核员", "张 站二.审核员", "张 所一.审核员", "吴 所一.审核员"), ""),
    ],
)
def test_a_person_needed_in_two_tiers(posts: tuple[str, ...], code: str) -> None:
    assert [one.partition(" ")[0] for one in beside(TWO, *posts)] == ([code] if code else [])


def test_of_two_tiers_on_two_paths_nobody_is_needed_twice() -> None:
    posts = ("张 站一.审核员", "张 站二.审核员", "张 所一.审核员")
    assert beside(SPLIT, *posts) == []
    assert beside("甲: { when: 人数 >= 100, review: 站.审核员 }\n乙: { review: 所.审核员 }", *posts)[0].startswith(
        "P554"
    )


def test_who_everybody_needs_beforehand_is_not_left_for_afterwards() -> None:
    posts = ("张 站一.审核员", "李四 站一.审核员", "张 站二.审核员", "李四 站二.审核员", "张 所一.审核员")
    assert beside("甲: { review: 站.审核员, need: all }\n乙: { review: 所.审核员 }", *posts)[0].startswith("P513")
    assert beside(TWO, *posts)[0].startswith("P554")


def test_how_many_are_needed_on_a_path() -> None:
    posts = ("张 所一.审核员", "吴 所一.审核员")
    step = "甲: {{ {when}review: 所.审核员, need: 3 if 人数 > 300 else 2 }}\n乙: {{ review: 所.审核员 }}"
    assert beside(step.format(when=""), *posts)[0].startswith("P551")
    assert beside(step.format(when="when: 人数 > 400, "), *posts)[0].startswith("P510")
    assert beside(step.format(when="when: 人数 < 200, "), *posts) == []
    assert beside("甲: { review: 所.审核员, need: 人数 }", *posts)[0].startswith("P551 可能要 500 人")


def test_a_role_that_somebody_holds_in_some_units_only() -> None:
    (found,) = beside("甲: { review: [站.审核员, 所.审核员] }", "张 站一.审核员", "吴 所一.审核员")
    assert found == "P552 从这些单位发起时没有人担任 站.审核员：站二"


# ------------------------------------------------------------------------------------------------- rows and times


def listed(many: int) -> Organisation:
    column = Field((0, 0), "名称", "text")
    return msgspec.structs.replace(
        house(), lists=(*house().lists, NamedList("社会单位", (column,), tuple((f"单位{n}",) for n in range(many))))
    )


def test_rows_without_a_bound() -> None:
    steps = "甲: { each: 社会单位, review: 站.审核员 }"
    assert codes(steps, listed(200)) == []
    assert codes(steps, listed(201)) == ["P521"]
    assert codes(steps.replace("review", "where: 各.名称 == “甲”, review"), listed(201)) == ["P556"]
    assert codes("甲: { each: 名单, review: 站.审核员 }") == []


def test_a_deadline_beyond_the_published_calendar() -> None:
    text = with_steps("甲: { review: 站.审核员, due: 20工作日 }\n乙: { review: 所.审核员 }")
    assert not proof_of(text)[1].found
    (one,) = proof_of(text, today=date(2026, 12, 10))[1].found
    assert (one.finding.code, one.certain) == ("P557", False)
    assert "2026-12-31" in one.finding.message_zh
    bound = (
        HEAD.replace("datetime >= 1工作日后", "datetime >= 60工作日后")
        + "  甲: { review: 站.审核员, due: 开始日前 2工作日 }\n"
    )
    assert [each.finding.code for each in proof_of(bound)[1].found] == ["P557"]
    assert not proof_of(bound.replace("前 2工作日", "前 2日"))[1].found  # nothing is counted in working days

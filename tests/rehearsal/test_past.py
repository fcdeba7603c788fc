"""Past items through a changed flow: the same flow changes nothing; another one says what would differ, and what was assumed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.flows.house import FLOWS, house
from tests.rehearsal.rig import ACTIVITY, ACTIVITY_TEXT, HEAD, cases, compiled
from workflow.domain.definition import Definition
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.past import Replayed, replay
from workflow.rehearsal.play import begin, follow, house_of
from workflow.rehearsal.stage import Stage

WHOLE = ("张三 通过 站初审", "王五 通过 所复审")


def replayed(changed: Definition, *lines: str, head: str = HEAD) -> Replayed:
    """An item that went as these lines say under `activity`, replayed under a changed one."""
    (case,) = cases(head + "".join(f"    - {line}\n" for line in lines))
    people = house_of(case, ACTIVITY, house())
    stage = Stage(ACTIVITY, Lifecycle(ACTIVITY), people)
    begin(stage, case)
    for line in case.lines:
        follow(stage, line)
    return replay(changed, Lifecycle(changed), people, tuple(stage.events))


def changed(old: str, new: str) -> Definition:
    assert ACTIVITY_TEXT.count(old) == 1, old
    return compiled(ACTIVITY_TEXT.replace(old, new), house())


@pytest.mark.parametrize("flow", ["activity", "livestream"])
def test_the_same_flow_changes_nothing(flow: str) -> None:
    definition = compiled((FLOWS / f"{flow}.yaml").read_text("utf-8"), house())
    lifecycle = Lifecycle(definition)
    for case in read_cases((FLOWS / f"{flow}.test.yaml").read_text("utf-8")).cases:
        people = house_of(case, definition, house())
        stage = Stage(definition, lifecycle, people)
        begin(stage, case)
        for line in case.lines:
            follow(stage, line)
        found = replay(definition, lifecycle, people, tuple(stage.events))
        if stage.item is not None and stage.item.ended is not None and not _administered(stage):
            assert not found.differs, case.name
            assert found.would.lasted == found.was.lasted, case.name
            assert (found.assumed, found.unasked) == ((), ()), case.name


def _administered(stage: Stage) -> bool:
    return any(event.verb == "reassign" for event in stage.events)


def test_a_step_less_leaves_a_vote_unasked() -> None:
    text = ACTIVITY_TEXT.replace("  所复审: { review: 所.审核员 }\n", "").replace(
        "[提交人, 站初审, 所复审]", "[提交人, 站初审]"
    )
    found = replayed(compiled(text, house()), *WHOLE)
    assert found.differs
    assert found.would.state == found.was.state == "done"
    assert "所复审" in found.was.results
    assert "所复审" not in found.would.results
    assert found.unasked == ()


def test_whom_nobody_ever_asked_is_assumed_to_approve() -> None:
    head = HEAD.replace("所.审核员: 王五", "所.审核员: 王五, 中心.审核员: [赵六, 钱七]")
    found = replayed(changed("预计人数 >= 500", "预计人数 >= 20"), *WHOLE, head=head)
    assert found.was.results["中心终审"].result == "skipped"
    assert found.would.results["中心终审"].result == "approved"
    assert found.assumed == (("中心终审", "赵六"), ("中心终审", "钱七"))
    assert found.would.state == "done"


def test_where_nobody_may_decide_it_stays_and_no_vote_is_assumed() -> None:
    found = replayed(changed("预计人数 >= 500", "预计人数 >= 20"), *WHOLE)
    assert found.would.state == "running"
    assert found.assumed == ()


def test_everybody_must_sign_now() -> None:
    found = replayed(
        changed("  站初审: { review: 站.审核员, due: 1工作日 }", "  站初审: { review: 站.审核员, need: all }"), *WHOLE
    )
    assert found.would.state == "done"
    assert ("站初审", "李四") in found.assumed


def test_a_return_and_a_resubmission_are_walked_again() -> None:
    lines = ("张三 退回 站初审", "李明 重新提交", *WHOLE)
    found = replayed(ACTIVITY, *lines)
    assert not found.differs
    assert found.would.results["站初审"].round == 2


def test_a_return_that_the_flow_forbids_now_is_said() -> None:
    never = changed(
        "  站初审: { review: 站.审核员, due: 1工作日 }", "  站初审: { review: 站.审核员, due: 1工作日, back: [] }"
    )
    found = replayed(never, "张三 退回 站初审", "李明 重新提交", *WHOLE)
    assert ("站初审", "张三") in found.unasked
    assert found.would.results["站初审"].round == 1


def test_a_shorter_limit_ends_an_item_that_waited() -> None:
    hurried = changed("  所复审: { review: 所.审核员 }", "  所复审: { review: 所.审核员, due: 1工作日, late: reject }")
    found = replayed(hurried, "张三 通过 站初审", "after: 2工作日", "王五 通过 所复审")
    assert found.was.state == "done"
    assert found.would.state == "rejected"
    assert found.unasked == ()
    assert found.would.lasted < found.was.lasted
    assert found.was.waited("所复审") > timedelta(days=1)


def test_a_field_that_is_asked_for_now_is_lacking() -> None:
    found = replayed(changed("    地点: place\n", "    地点: place\n    负责人: text 2..20\n"), *WHOLE)
    assert found.lacking == ("负责人",)
    assert found.differs


def test_a_withdrawal_stays_one() -> None:
    assert replayed(ACTIVITY, "李明 撤回").would.state == "withdrawn"

"""Which ways cases must have walked, and what they are called."""

from __future__ import annotations

from tests.flows.house import FLOWS, house
from tests.rehearsal.rig import ACTIVITY, ACTIVITY_TEXT, compiled
from workflow.domain import places
from workflow.domain.definition import Definition, Edge
from workflow.rehearsal.ways import described, owed

LIVE = compiled((FLOWS / "livestream.yaml").read_text("utf-8"), house())


def said(definition: Definition, trigger: str, source: str) -> tuple[str, str, int]:
    (edge,) = [one for one in owed(definition) if one.trigger == trigger and one.source == source]
    way = described(definition, edge)
    return way["zh"], way["en"], way["line"]


def test_what_is_owed() -> None:
    wanted = owed(ACTIVITY)
    assert Edge("skip", "中心终审", "派发") in wanted
    assert Edge("skip", "站初审", "所复审") not in wanted, "it has no `when`"
    assert Edge("return>所复审", "中心终审", "所复审") in wanted
    assert Edge("reject", "站初审", places.REJECTED) in wanted
    assert not [one for one in wanted if one.trigger in ("cancel", "expire", "lapse")], "it escalates"
    sources = [one.source for one in wanted]
    assert sources == sorted(sources, key=[places.START, places.RETURNED, *ACTIVITY.places].index), (
        "in the flow's order"
    )


def test_lateness_is_owed_where_it_leads_somewhere() -> None:
    text = ACTIVITY_TEXT.replace("due: 1工作日 }", "due: 1工作日, late: { 1日: { tell: 站群 }, 2日: reject } }")
    late = compiled(text.replace("review: 所.审核员 }", "review: 所.审核员, late: continue }"), house())
    wanted = {(one.trigger, one.source) for one in owed(late)}
    assert ("expire", "站初审") in wanted
    assert ("lapse", "所复审") in wanted
    assert ("cancel", "所复审") not in wanted
    assert said(late, "expire", "站初审")[:2] == ("逾期驳回", "time out, which rejects")
    assert said(late, "lapse", "所复审")[:2] == ("逾期后继续", "time out, and go on")


def test_ways_in_the_words_of_people() -> None:
    assert said(ACTIVITY, "approve", "站初审") == ("通过", "approve", 16)
    assert said(ACTIVITY, "skip", "中心终审") == ("条件不成立时跳过", "skip, when the condition does not hold", 18)
    assert said(ACTIVITY, "return>submitter", "中心终审")[:2] == ("退回到提交人", "return to the submitter")
    assert said(ACTIVITY, "return>站初审", "中心终审")[:2] == ("退回到“站初审”", "return to “站初审”")
    assert said(ACTIVITY, "submit", places.START) == ("提交后到“站初审”", "handing in leads to “站初审”", 0)
    assert said(ACTIVITY, "approve", "派发")[:2] == ("做完", "done")
    assert said(LIVE, "cancel", "三关并审")[:2] == ("逾期取消", "time out, which cancels")
    assert said(LIVE, "approve", "三关并审")[:2] == ("里面都通过", "all inside approve")


def test_a_step_within_steps_is_named_from_the_outside_in() -> None:
    (edge,) = [one for one in owed(LIVE) if one.source.endswith("各") and one.trigger == "reject"]
    assert described(LIVE, edge)["step"] == "三关并审/嘉宾关/各"
    assert described(LIVE, edge)["zh"] == "驳回"


def test_a_return_that_comes_straight_back_and_a_rejection_that_goes_on() -> None:
    text = ACTIVITY_TEXT.replace("back: [提交人, 站初审, 所复审]", "back: [提交人, 站初审]\n    resume: here").replace(
        "review: 所.审核员 }", "review: 所.审核员, reject: continue }"
    )
    flow = compiled(text, house())
    assert said(flow, "resume>中心终审", "站初审")[:2] == (
        "改好后直接回到“中心终审”",
        "approve after a return, straight back to “中心终审”",
    )
    assert said(flow, "resubmit>中心终审", places.RETURNED)[0] == "退回后重新提交，直接回到“中心终审”"
    assert said(flow, "reject", "所复审")[:2] == ("驳回后仍继续到“中心终审”", "reject, and on to “中心终审”")

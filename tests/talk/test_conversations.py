"""Whole conversations, as people have them: what is typed and pressed, and what everybody's chat shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.talk.stage import KEY, ORGANISATION, Stage, flow_of, labels
from tests.talk.test_fill import EVERYTHING
from workflow.domain.command import Command, Refused
from workflow.steps.draft import Random
from workflow.talk.about import Detail, Line, Page, Prompt, Question, Status, Told
from workflow.talk.incoming import Pressed, Typed
from workflow.talk.listen import hear, lapse
from workflow.talk.present import present
from workflow.talk.scene import Hearing
from workflow.talk.tokens import Press, version_of, write
from workflow.talk.view import Card, Checklist, Listing, Notice


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.activity()
    return stage


# ------------------------------------------------------------------------------------------------ deciding


def test_a_prompt_says_what_it_is_about_and_what_may_be_done(stage: Stage) -> None:
    card = stage.card("张伟")
    assert card.title == "清明祭扫"
    assert card.state == "站初审 · 第 1 步，共 4 步 · 11月24日 09:00 前办理"
    facts = dict(card.facts)
    assert facts["提交人"] == "李明（大山子站）"
    assert facts["预算"] == "12345.00 元"
    assert facts["时间"] == "12月7日 19:00"
    assert "标题" not in facts
    assert [one.name for one in card.files] == ["方案.pdf"]
    assert labels(card) == ["通过", "退回", "驳回", "意见", "转交", "详情"]
    assert card.link == f"/item/{stage.item().code}"


def test_once_decided_the_buttons_are_gone_in_every_copy(stage: Stage) -> None:
    stage.press("张伟", "通过")
    assert stage.chat("张伟").toast == f"{stage.item().code} 已通过。"
    mine, other = stage.card("张伟"), stage.card("刘洋")
    assert (mine.state, mine.choices, mine.mark) == ("已通过 · 张伟 · 09:00", (), "good")
    assert (other.state, other.choices) == ("已由 张伟 于 09:00 通过", ())
    assert "所复审" in stage.card("李明", Status).state


def test_a_stale_click_says_by_whom_and_when_and_shows_the_prompt_anew(stage: Stage) -> None:
    _, stale = stage.find("刘洋", "通过")
    _, returning = stage.find("刘洋", "退回")
    stage.now += timedelta(minutes=32)
    stage.press("张伟", "通过")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", stale.token, message="0"))
    assert stage.text("刘洋") == "这一步已由 张伟 于 09:32 通过，不用再办了。"
    heard = stage.hear("刘洋", Pressed("刘洋", "刘洋", returning.token, message="0"))
    assert heard.command is None
    assert not heard.dialogue.open
    assert isinstance(heard.bump[0], Prompt)


def test_a_return_does_not_count_before_its_reason(stage: Stage) -> None:
    heard = stage.press("张伟", "退回")
    assert heard.command is None
    assert stage.asked("张伟").prompt == f"把 {stage.item().code}《清明祭扫》退回到“提交人”：请写明理由。"
    stage.type("张伟", "  ")
    assert stage.item().place == "站初审"
    stage.type("张伟", "地点请写具体")
    assert stage.item().place == "returned"
    assert stage.card("张伟").state == "已退回 · 张伟 · 09:00"
    status = stage.card("李明", Status)
    assert status.state == "已退回，待提交人修改"
    assert status.text == "张伟 于 09:00 从“站初审”退回：地点请写具体"
    assert labels(status) == ["修改重报", "撤回", "意见", "经过"]
    assert stage.card("李明").state == "已退回给您，请修改后重报"


def test_what_was_returned_is_amended_and_says_why_it_came_back(stage: Stage) -> None:
    stage.press("张伟", "退回")
    stage.type("张伟", "地点请写具体")
    stage.press("李明", "修改重报")
    stage.press("李明", "修改")
    stage.press("李明", "地点")
    assert stage.asked("李明").value == "烈士陵园"
    stage.type("李明", "烈士陵园东门")
    summary = stage.last("李明")
    assert isinstance(summary, Card)
    assert dict(summary.facts)["地点（已改）"] == "烈士陵园东门"
    stage.press("李明", "提交")
    assert stage.refused is None
    card = stage.card("张伟")
    assert "第 2 轮" in card.state
    assert dict(card.facts)["地点"] == "烈士陵园东门"
    assert "地点请写具体" in card.text


def test_a_rejection_ends_it_and_says_why(stage: Stage) -> None:
    stage.press("张伟", "驳回")
    stage.type("张伟", "与上月重复")
    card = stage.card("李明", Status)
    assert (card.state, card.mark) == ("已驳回 · 09:00", "bad")
    assert card.text == "张伟 于 09:00 驳回：与上月重复"
    assert labels(card) == ["意见", "经过"]


def test_handing_over_goes_through_a_picker(stage: Stage) -> None:
    stage.press("张伟", "转交")
    assert stage.asked("张伟").kind == "person"
    stage.type("张伟", "红霞")
    stage.type("张伟", "彭慧")
    stage.press("张伟", "跳过")
    assert stage.text("张伟") == f"{stage.item().code} 已转交。"
    assert stage.seen("张伟")[0].state == "已转交他人办理"  # type: ignore[union-attr]
    assert labels(stage.card("彭慧"))[0] == "通过"


def test_withdrawing_is_confirmed_by_the_network_or_by_us(stage: Stage) -> None:
    stage.press("李明", "撤回")
    assert stage.item().state == "running"
    assert "撤回后不能恢复" in stage.asked("李明").prompt
    stage.press("李明", "取消")
    assert stage.text("李明") == "已取消，什么都没有改变。"
    stage.press("李明", "撤回")
    stage.press("李明", "确定撤回")
    assert stage.item().state == "withdrawn"

    able = Stage()
    able.activity()
    able.chat("李明").capabilities = frozenset({"buttons", "edits", "confirm"})
    _, choice = able.find("李明", "撤回")
    assert "撤回后不能恢复" in choice.confirm
    able.press("李明", "撤回")
    assert able.item().state == "withdrawn"


def test_nudging_is_heard_and_told(stage: Stage) -> None:
    stage.press("李明", "催办")
    assert stage.text("李明") == f"{stage.item().code} 已催办。"
    assert stage.text("张伟") == f"催办：{stage.item().code}《清明祭扫》的“站初审”等您办理。 · 11月24日 09:00 前办理"
    stage.press("张伟", "去办理")
    assert labels(stage.last("张伟"))[0] == "通过"
    stage.press("李明", "催办")
    assert stage.text("李明") == "09:00 刚催办过，一小时只能催一次。"


def test_a_comment_is_kept_and_changes_nothing(stage: Stage) -> None:
    stage.press("张伟", "意见")
    stage.type("张伟", "请带雨具")
    assert stage.text("张伟") == f"意见已记入 {stage.item().code}。"
    assert stage.item().place == "站初审"
    stage.press("李明", "经过")
    assert "张伟 意见：请带雨具" in stage.last("李明").text  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------------ checklists


@pytest.fixture
def gates() -> Stage:
    stage = Stage()
    stage.livestream()
    return stage


def tick(stage: Stage, person: str, line: int, label: str) -> None:
    seen = enumerate(stage.seen(person))
    place, view = next((n, one) for n, one in seen if isinstance(one, Checklist) and one.card.choices)
    choice = next(one for one in view.lines[line].choices if one.label == label)
    stage.hear(person, Pressed(person, person, choice.token, message=str(place)))


def test_a_checklist_is_ticked_in_place(gates: Stage) -> None:
    tick(gates, "林国栋", 0, "通过")
    tick(gates, "林国栋", 1, "不适用")
    view = gates.seen("林国栋")[0]
    assert isinstance(view, Checklist)
    assert [one.mark for one in view.lines] == ["pass", "na", ""]
    assert [one.style for one in view.lines[0].choices] == ["good", "plain", "plain"]
    gates.press("林国栋", "通过")
    assert gates.text("林国栋") == "还有几项没有标记：避开敏感节点。"
    tick(gates, "林国栋", 0, "通过")
    view = gates.seen("林国栋")[0]
    assert isinstance(view, Checklist)
    assert view.lines[0].mark == ""


def test_what_failed_cannot_be_approved_but_rejected(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "不通过" if line == 2 else "通过")
    gates.press("林国栋", "通过")
    assert gates.text("林国栋") == "有不通过的项，不能通过：避开敏感节点；请退回或驳回。"
    gates.press("林国栋", "驳回")
    gates.type("林国栋", "撞上纪念日")
    assert gates.item().results["选题关"].result == "rejected"
    assert dict(gates.item().results["选题关"].marks)["避开敏感节点"] == "fail"
    assert not gates.chat("林国栋").dialogue.ticks


def test_all_marked_it_passes_and_opens_the_gates_side_by_side(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "通过")
    gates.press("林国栋", "通过")
    assert gates.seen("林国栋")[0].state == "已通过 · 林国栋 · 09:00"  # type: ignore[union-attr]
    facts = dict(gates.card("吕梁", Status).facts)
    assert set(facts) >= {"内容关", "流程关", "嘉宾关 · 1", "嘉宾关 · 2"}
    rows = [gates.show("彭慧", about) for about in gates.chat("彭慧").messages]
    named = [dict(one.card.facts) for one in rows if isinstance(one, Checklist)]
    assert [(one.get("嘉宾第 1 行"), one.get("嘉宾第 2 行")) for one in named] == [("甲乙", None), (None, "丙丁")]
    assert all("嘉宾" not in one for one in named)
    assert [file.name for file in rows[1].card.files] == ["丙丁.pdf", "脚本.docx"]  # type: ignore[union-attr]


def test_ticks_outlive_a_dialogue_and_are_kept_by_round(gates: Stage) -> None:
    tick(gates, "林国栋", 0, "通过")
    gates.press("林国栋", "意见")
    gates.now += timedelta(hours=5)
    gates.type("林国栋", "/help")
    assert gates.chat("林国栋").dialogue.ticks
    gates.press("林国栋", "退回")
    gates.type("林国栋", "请改")
    assert not gates.chat("林国栋").dialogue.ticks
    gates.press("吕梁", "修改重报")
    gates.press("吕梁", "提交")
    fresh = next(one for one in reversed(gates.seen("林国栋")) if isinstance(one, Checklist))
    assert [one.mark for one in fresh.lines] == ["", "", ""]


# ------------------------------------------------------------------------------------------------ a step's own form

OWN = """flow: own
title: 自己的表
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  核: { review: 站.审核员, form: { 金额: money 1..100, 说明?: text 2..50 }, must: 金额 > 10 or has(说明), show: [标题] }
  批: { review: 所.审核员, show: [核] }
"""


def test_a_steps_own_form_is_filled_in_before_approval() -> None:
    stage = Stage(flow_of(OWN))
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "own", "form": {"标题": "清明"}}))
    assert "通过前须填写：金额、说明" in stage.card("张伟").text
    assert "提交人" not in dict(stage.card("张伟").facts)
    heard = stage.press("张伟", "通过")
    assert heard.command is None
    stage.type("张伟", "5")
    stage.press("张伟", "跳过")
    stage.press("张伟", "通过")
    assert stage.item().place == "核"
    again = stage.last("张伟")
    assert isinstance(again, Card)
    assert "must" in again.text
    stage.press("张伟", "修改")
    stage.press("张伟", "金额")
    stage.type("张伟", "50")
    stage.press("张伟", "通过")
    assert stage.item().place == "批"
    card = stage.card("王芳")
    assert dict(card.facts)["金额"] == "50.00 元"
    assert card.title == "自己的表"
    assert "标题" not in dict(card.facts)


def test_who_only_reviews_blindly_sees_no_more_in_the_detail() -> None:
    stage = Stage(flow_of(OWN))
    stage.decide(Command("", "t", "", "submit", "李明", "", {"flow": "own", "form": {"标题": "清明"}}))
    stage.vote("张伟", answers={"金额": "50"})
    stage.press("王芳", "详情")
    blind = stage.last("王芳")
    assert isinstance(blind, Card)
    assert "清明" not in str(blind)
    assert "李明" not in str(blind.facts)
    stage.type("李明", stage.item().code)
    assert stage.last("李明").title == "清明"  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------------ administrators


def test_what_nobody_may_decide_is_assigned_by_an_administrator() -> None:
    kept = [one for one in ORGANISATION.positions if one.role not in ("审核员", "协调员") or one.person == "李明"]
    nobody = replace(ORGANISATION, positions=tuple(kept))
    stage = Stage(organisation=nobody)
    stage.activity()
    card = stage.card("郭建军")
    assert card.state == "“站初审”无人可办，请指派"
    assert labels(card) == ["指派", "终止", "详情"]
    assert "待管理员" in dict(stage.card("李明", Status).facts)["站初审"]
    stage.press("郭建军", "指派")
    stage.type("郭建军", "彭慧")
    stage.type("郭建军", "原审核员调离")
    assert stage.text("郭建军") == f"{stage.item().code} 已指派。"
    assert labels(stage.card("彭慧"))[0] == "通过"
    assert not stage.seen("郭建军")[0].choices  # type: ignore[union-attr]


def test_terminating_wants_a_reason_and_a_yes(stage: Stage) -> None:
    stage.type("郭建军", f"/item {stage.item().code}")
    assert {"指派", "终止"} <= set(labels(stage.last("郭建军")))
    stage.press("郭建军", "终止")
    stage.type("郭建军", "活动取消")
    assert "理由：活动取消" in stage.asked("郭建军").prompt
    assert stage.item().state == "running"
    stage.press("郭建军", "确定终止")
    assert stage.item().state == "terminated"
    assert stage.card("李明", Status).text == "郭建军 于 09:00 说明：活动取消"


STUCK = """flow: stuck
title: 算不出来
start: { by: 站.协调员, form: { 标题: text 2..40, 甲数: int, 乙数: int } }
steps:
  审: { when: 甲数 / 乙数 > 1, review: 站.审核员 }
"""


def test_a_condition_that_fails_goes_to_an_administrator_who_may_retry() -> None:
    stage = Stage(flow_of(STUCK))
    stage.decide(
        Command(
            "", "t", "", "submit", "李明", "", {"flow": "stuck", "form": {"标题": "清明", "甲数": "1", "乙数": "0"}}
        )
    )
    card = stage.card("郭建军")
    assert card.state == "已挂起，请处理"
    assert card.text.startswith("“审”的条件算不出来：")
    assert labels(card) == ["重试", "终止", "详情"]
    assert "已通知管理员" in stage.card("李明", Status).text
    stage.press("郭建军", "重试")
    stage.type("郭建军", "再试一次")
    assert stage.text("郭建军") == f"{stage.item().code} 已重试。"


def test_only_administrators_may(stage: Stage) -> None:
    for verb in ("terminate", "reassign", "retry"):
        token = write(Press(verb, stage.item().id), KEY, "bot", "张伟")
        stage.hear("张伟", Pressed("张伟", "张伟", token))
        assert stage.text("张伟") == "只有管理员可以这样做。"


# ------------------------------------------------------------------------------------------------ time


def test_reminders_and_escalation_lead_to_the_task(stage: Stage) -> None:
    stage.until(timedelta(days=1, hours=1))
    assert any(isinstance(one, Told) and one.what == "remind" for one in stage.chat("张伟").messages)
    assert stage.text("周文博") == f"督办：{stage.item().code}《清明祭扫》的“站初审”已逾期，请过问。"
    assert "已逾期" in stage.card("张伟").state
    reminded = next(one for one in stage.chat("张伟").messages if isinstance(one, Told))
    stage.press("张伟", "通过")
    gone = stage.show("张伟", reminded)
    assert isinstance(gone, Notice)
    assert not gone.choices
    assert "已通过 · 张伟" in gone.text


def test_what_opens_later_says_when() -> None:
    stage = Stage()
    stage.livestream()
    places = stage.definitions[stage.item().digest].places
    for person in ("林国栋", "罗勇", "许静", "邓小雨"):
        stage.vote(person, marks=dict.fromkeys(places[_seat(stage, person)[0]].own["items"], "pass"))
    for _ in range(2):
        stage.vote("彭慧", marks={"身份核验": "pass", "承诺书已签": "pass"}, task=_seat(stage, "彭慧")[1])
    facts = dict(stage.card("吕梁", Status).facts)
    assert facts["现场关"] == "12月7日 17:00 开始"
    stage.until(timedelta(days=15))
    assert stage.item().state == "cancelled"
    stage.press("吕梁", "经过")
    text = stage.last("吕梁").text  # type: ignore[union-attr]
    assert "系统 “现场关”结束：取消（到期）" in text
    assert "系统 事项已取消" in text


def _seat(stage: Stage, person: str) -> tuple[str, list[int]]:
    """The place of a person's first open task, and its number and round."""
    return next(
        (run.place, [task.no, run.round]) for run in stage.item().runs.values() for task in run.tasks.values()
        if task.person == person and task.state == "open"
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ commands


def test_the_inbox_leads_to_the_prompt(stage: Stage) -> None:
    for command in ("/inbox", "待办", "／待办", "/INBOX", "/inbox@guankou_bot"):
        stage.type("张伟", command)
        listing = stage.last("张伟")
        assert isinstance(listing, Listing), command
        assert listing.title == "待办 1 项"
    stage.press("张伟", f"{stage.item().code}《清明祭扫》")
    assert labels(stage.last("张伟"))[0] == "通过"
    stage.press("张伟", "通过")
    stage.type("张伟", "待办")
    assert stage.last("张伟").empty == "没有等您办理的事项。"  # type: ignore[union-attr]


def test_pages_turn_in_place() -> None:
    stage = Stage()
    for n in range(9):
        stage.activity(标题=f"活动{n}")
    stage.type("李明", "我的")
    first = stage.last("李明")
    assert isinstance(first, Listing)
    assert (len(first.rows), first.title) == (8, "我提交的 9 项")
    heard = stage.press("李明", "下一页")
    assert heard.turn == Page("mine", 1)
    assert len(stage.last("李明").rows) == 1  # type: ignore[union-attr]
    stage.press("李明", "上一页")
    assert stage.last("李明") == first
    stage.type("李明", "/find 活动8")
    assert stage.last("李明").title == "“活动8”：找到 1 项"  # type: ignore[union-attr]
    assert "活动8" not in str(stage.chat("李明").messages[-1])


def test_an_item_is_found_by_its_code(stage: Stage) -> None:
    code = stage.item().code
    for text in (f"/item {code}", f"事项 {code.lower()}", code, f" #{code.lower()} "):
        stage.type("李明", text)
        assert isinstance(stage.chat("李明").messages[-1], Detail), text
    stage.type("李明", "/item ZZZZZ9")
    assert stage.text("李明") == "没有这个事项，或您无权查看；请核对编号。"
    stage.type("李明", "/item")
    assert stage.text("李明") == "请带上编号，如 /item K3M9QX。"


def test_who_may_not_see_an_item_reads_that_there_is_none(stage: Stage) -> None:
    stage.type("罗勇", f"/item {stage.item().code}")
    assert stage.text("罗勇") == "没有这个事项，或您无权查看；请核对编号。"
    for person in ("李明", "张伟", "周文博", "孙丽华", "郭建军"):
        stage.type(person, stage.item().code)
        assert isinstance(stage.last(person), Card), person


def test_a_new_item_by_conversation(stage: Stage) -> None:
    stage.type("李明", "新建")
    stage.press("李明", "活动项目三级审核")
    for text in ("爱国卫生月", "丰富", "12月20日 9:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    stage.type("李明", "", ("方案.txt", "text/plain"))
    assert stage.asked("李明").problem == "方案：“方案.txt”不行，要 pdf、docx 文件"
    stage.type("李明", "", ("方案.pdf", "application/pdf"))
    stage.type("李明", "提交")
    assert stage.refused is None
    assert stage.item().place == "站初审"
    assert isinstance(stage.chat("李明").messages[-1], Status)
    asked = [stage.show("李明", one) for one in stage.chat("李明").messages if isinstance(one, Question)]
    assert set(asked) == {Notice("（已结束）")}


def test_new_by_its_name_and_by_half_of_it(stage: Stage) -> None:
    for text in ("/new activity", "/new 活动项目三级审核", "/new 三级"):
        fresh = Stage()
        fresh.type("李明", text)
        assert fresh.asked("李明").prompt == "标题", text
    stage.type("李明", "/new 没有的")
    assert isinstance(stage.chat("李明").messages[-2], Line)
    assert isinstance(stage.last("李明"), Listing)
    stage.type("张伟", "/new")
    assert stage.last("张伟").empty == "您现在没有可以发起的流程。"  # type: ignore[union-attr]


def test_languages(stage: Stage) -> None:
    stage.type("李明", "/lang en")
    assert stage.text("李明") == "From now on in English."
    assert stage.card("李明", Status).state.endswith("step 1 of 4")
    stage.type("李明", "语言 中文")
    assert stage.text("李明") == "好的，以后用中文。"
    stage.type("李明", "/lang fr")
    assert stage.text("李明") == "请写 /lang zh 或 /lang en。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你好", "没有听懂。发“待办”看等您办理的，发“帮助”看能做什么。"),
        ("/fly", "没有这个命令；发 /help 看有哪些。"),
        ("/cancel", "没有正在填写的内容。"),
        ("取消", "没有正在填写的内容。"),
        ("/find", "请写要找的文字，如 /find 清明。"),
    ],
)
def test_what_cannot_be_followed_says_what_can(stage: Stage, text: str, said: str) -> None:
    stage.type("李明", text)
    assert stage.text("李明") == said


def test_help_and_files_out_of_place(stage: Stage) -> None:
    stage.type("李明", "帮助")
    assert "/inbox 待办" in stage.text("李明")
    stage.type("李明", "", ("a.pdf", "application/pdf"))
    assert stage.text("李明").startswith("现在不需要文件")
    assert len(stage.files) == 1, "only what is wanted is fetched"


def test_in_a_group_only_commands_are_meant_for_us(stage: Stage) -> None:
    stage.chat("李明").private = False
    before = len(stage.chat("李明").messages)
    stage.type("李明", "大家好")
    stage.type("李明", "待办")
    assert len(stage.chat("李明").messages) == before
    stage.type("李明", "/inbox")
    assert stage.text("李明") == "这件事请在私聊里办。"


# ------------------------------------------------------------------------------------------------ dialogues


def test_a_dialogue_expires_and_says_so_once(stage: Stage) -> None:
    stage.press("张伟", "退回")
    question = stage.question("张伟")
    stage.now += timedelta(minutes=31)
    heard = stage.type("张伟", "地点请写具体")
    assert heard.says == (Line("dialogue_expired"),)
    assert question in heard.bump
    assert stage.item().place == "站初审"
    assert stage.type("张伟", "地点请写具体").says == (Line("not_understood"),)
    stage.press("张伟", "退回")
    stage.now += timedelta(minutes=31)
    asked = stage.question("张伟")
    cancel = write(Press("cancel", asked.dialogue, asked.no), KEY, "bot", "张伟")
    assert stage.hear("张伟", Pressed("张伟", "张伟", cancel)).says == (Line("dialogue_expired"),)
    stage.press("张伟", "退回")
    stage.now += timedelta(minutes=31)
    both = stage.type("张伟", "/inbox")
    assert both.says == (Line("dialogue_expired"), Page("inbox"))


def test_what_was_broken_off_is_taken_up_again(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    stage.type("李明", "重阳敬老")
    stage.press("李明", "意见")
    stage.type("李明", "补充一句")
    assert stage.asked("李明").prompt == "主题"
    stage.type("李明", "/new activity")
    assert isinstance(stage.chat("李明").messages[-2], Line)
    assert stage.asked("李明").prompt == "主题"
    assert len(stage.chat("李明").dialogue.open) == 1
    stage.type("李明", "/inbox")
    stage.type("李明", "丰富")
    assert stage.asked("李明").prompt == "时间"


def test_no_more_than_so_many_are_open(stage: Stage) -> None:
    for n in range(6):
        stage.now += timedelta(seconds=1)
        stage.activity(标题=f"活动{n}")
        stage.press("李明", "意见")
    assert len(stage.chat("李明").dialogue.open) == 4


def test_the_buttons_of_an_old_question_are_dead(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    stage.type("李明", "重阳敬老")
    _, old = stage.find("李明", "学习实践科学理论")
    stage.type("李明", "丰富")
    stage.hear("李明", Pressed("李明", "李明", old.token))
    assert stage.text("李明") == "这个问题已经过去了；请回答最新的一个，或发 /help。"
    assert isinstance(stage.seen("李明")[-3], Notice)
    assert stage.seen("李明")[-3].text == "（已回答）"  # type: ignore[union-attr]


def test_a_dialogue_whose_task_was_decided_meanwhile_loses_nothing_but_time(stage: Stage) -> None:
    stage.press("刘洋", "退回")
    stage.press("张伟", "通过")
    stage.type("刘洋", "地点请写具体")
    assert stage.text("刘洋") == "这一步已由 张伟 于 09:00 通过，不用再办了。"
    assert not stage.chat("刘洋").dialogue.open


def test_a_form_that_the_decision_refuses_is_asked_again_with_all_its_answers() -> None:
    stage = Stage()
    stage.type("李明", "/new activity")
    for text in ("爱国卫生月", "丰富", "2026-12-20 10:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    stage.type("李明", "", ("方案.pdf", "application/pdf"))
    # Between the last look and the decision, the world changes: the flow's rule is another one there.
    dispute = Refused("form", {"problems": [["时间", "要在工作日", "must be a working day"]]})
    stage.decide = lambda _command: dispute  # type: ignore[method-assign,assignment]
    stage.press("李明", "提交")
    card = stage.last("李明")
    assert isinstance(card, Card)
    assert card.text == "时间：要在工作日"
    assert dict(card.facts)["标题"] == "爱国卫生月"
    assert labels(card) == ["提交", "修改", "取消"]
    assert len(stage.chat("李明").dialogue.open) == 1


def test_a_person_whom_the_decision_refuses_is_asked_for_again(stage: Stage) -> None:
    stage.press("张伟", "转交")
    stage.type("张伟", "彭慧")
    stage.decide = lambda _command: Refused("not_eligible", {"person": "彭慧"})  # type: ignore[method-assign,assignment]
    stage.type("张伟", "请代办")
    assert stage.asked("张伟").kind == "person"
    assert stage.asked("张伟").problem.startswith("彭慧 不能办这一步")


def test_ticks_come_back_when_the_vote_is_refused(gates: Stage) -> None:
    for line in range(3):
        tick(gates, "林国栋", line, "通过")
    gates.decide = lambda _command: Refused("right_lost")  # type: ignore[method-assign,assignment]
    gates.press("林国栋", "通过")
    assert gates.text("林国栋").startswith("您已不担任这一角色")
    assert gates.chat("林国栋").dialogue.ticks


# ------------------------------------------------------------------------------------------------ forgery


def test_forged_and_foreign_buttons(stage: Stage) -> None:
    _, theirs = stage.find("张伟", "通过")
    for token in ("", "AAAA", theirs.token):
        heard = stage.hear("刘洋", Pressed("刘洋", "刘洋", token))
        assert heard.command is None
        assert stage.text("刘洋") == "这个按钮无效；请发 /inbox 重新打开。"
    assert stage.item().place == "站初审"


def test_an_old_rounds_button_after_a_return(stage: Stage) -> None:
    _, old = stage.find("刘洋", "通过")
    stage.press("张伟", "退回")
    stage.type("张伟", "请改")
    stage.press("李明", "修改重报")
    stage.press("李明", "提交")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", old.token))
    assert stage.text("刘洋") == "这是上一轮的按钮，已经作废；请发 /inbox 看现在的待办。"
    assert stage.item().place == "站初审"


def test_another_persons_task_by_a_token_of_ones_own_chat(stage: Stage) -> None:
    token = write(Press("approve", stage.item().id, 1, 1), KEY, "bot", "刘洋")
    stage.hear("刘洋", Pressed("刘洋", "刘洋", token))
    assert stage.text("刘洋") == "这项待办不是您的。"


def test_bidi_and_controls_never_reach_anybody(stage: Stage) -> None:
    stage.press("张伟", "退回")
    stage.type("张伟", "请\u202e改\x00\u2066好")
    assert "请改好" in stage.card("李明", Status).text


def test_a_refusal_names_its_facts_even_through_the_database(stage: Stage) -> None:
    stage.say(
        "李明", Line("refused.decided", {"by": ["张伟"], "at": stage.now, "result": "approved", "step": "站初审"})
    )
    assert stage.text("李明") == "这一步已由 张伟 于 09:00 通过，不用再办了。"


def test_an_item_that_is_gone_is_said_to_be(stage: Stage) -> None:
    assert isinstance(present(Status("no such item"), stage.scene("李明")), Notice)


# ------------------------------------------------------------------------------------------------ the rest of the vocabulary


def test_every_kind_of_field_has_its_question() -> None:
    stage = Stage(flow_of(EVERYTHING))
    stage.type("李明", "/new everything")
    asked = stage.asked("李明")
    assert (asked.kind, asked.prompt) == ("unit", "“什么都有”：为哪个单位提交？")
    stage.press("李明", "大山子站")
    kinds = []
    photos = [("一.jpg", "image/jpeg")]
    for text in (
        "清明祭扫", "跳过", "否", "甲类", "press 一", "★★★★", "大山子站", "彭慧", "平台0", "平台02", "file", "完成", "重阳", "跳过", "完成",
        "2026-12-01 09:00", "2026-12-01 11:00",
    ):  # fmt: skip
        asked = stage.asked("李明")
        kinds.append(asked.kind)
        assert asked.hint
        if text == "file":
            stage.type("李明", "", *photos)
            assert stage.asked("李明").value == "一.jpg"
        elif text.startswith("press "):
            heard = stage.press("李明", text[6:])
            assert stage.asked("李明").chosen == (text[6:],)
            assert heard.says == ()
            stage.press("李明", "完成")
        else:
            stage.type("李明", text)
        if text == "彭慧":
            assert stage.asked("李明").problem == "没有找到；请点选一项，或换个词。"
            stage.type("李明", "张伟")
    assert kinds == [
        "text", "number", "bool", "one", "many", "stars", "unit", "person", "one", "one", "photo", "photo", "text", "text", "rows",
        "datetime", "datetime",
    ]  # fmt: skip
    summary = stage.last("李明")
    assert isinstance(summary, Card)
    facts = dict(summary.facts)
    assert facts["所属单位"] == "大山子站"
    assert facts["满意度"] == "★★★★☆"
    assert facts["联系人"] == "张伟"
    assert facts["名单"] == "1. 重阳"
    stage.press("李明", "修改")
    stage.press("李明", "下一页")
    stage.press("李明", "名单")
    assert labels(stage.last("李明")) == ["加一行", "删末行", "完成", "返回", "取消"]
    stage.press("李明", "删末行")
    stage.press("李明", "返回")
    assert "名单" not in dict(stage.last("李明").facts)  # type: ignore[union-attr]
    stage.press("李明", "提交")
    assert stage.last("李明").text == "名单：请填写这一项"  # type: ignore[union-attr]
    stage.press("李明", "取消")
    assert stage.text("李明") == "已取消，什么都没有改变。"


def test_an_administrator_assigns_from_the_detail(stage: Stage) -> None:
    stage.type("郭建军", stage.item().code)
    stage.press("郭建军", "经过")
    assert isinstance(stage.chat("郭建军").messages[-1], Detail)
    assert len([one for one in stage.chat("郭建军").messages if isinstance(one, Detail)]) == 1, "in place"
    stage.press("郭建军", "详情")
    stage.press("郭建军", "指派")
    asked = stage.asked("郭建军")
    assert asked.prompt == f"指派谁办理 {stage.item().code}《清明祭扫》？"
    assert "张伟" not in "".join(labels(asked))
    stage.press("郭建军", "下一页")
    stage.press("郭建军", "彭慧（所组织委员）")
    stage.type("郭建军", "加派一人")
    assert labels(stage.card("彭慧"))[0] == "通过"
    _, stale = stage.find("郭建军", "指派")
    stage.vote("彭慧")
    stage.vote("王芳")
    stage.vote("赵敏", "reject", comment="不妥")
    stage.hear("郭建军", Pressed("郭建军", "郭建军", stale.token))
    assert stage.text("郭建军") == "事项已驳回（09:00），不能再操作。"


def test_a_coordinator_may_nudge_from_the_detail(stage: Stage) -> None:
    stage.type("周文博", stage.item().code)
    stage.press("周文博", "催办")
    assert stage.text("周文博") == f"{stage.item().code} 已催办。"


def press(stage: Stage, person: str, press_: Press) -> str:
    stage.hear(person, Pressed(person, person, write(press_, KEY, "bot", person)))
    view = stage.last(person)
    return view.text if isinstance(view, Notice) else type(view).__name__


def test_buttons_out_of_their_time_and_place(stage: Stage) -> None:
    item = stage.item().id
    assert press(stage, "李明", Press("turn", extra=1)) == "这页清单已经过期；请重新发送命令。"
    assert press(stage, "李明", Press("detail")) == "没有这个事项，或您无权查看；请核对编号。"
    assert press(stage, "李明", Press("resubmit", item)) == "事项没有退回，不用重报。"
    assert press(stage, "张伟", Press("resubmit", item)) == "只有提交人可以这样做。"
    assert press(stage, "郭建军", Press("reassign", item, extra=99)) == "现在没有可以指派的步骤。"
    assert press(stage, "郭建军", Press("retry", item)).startswith("重试") is False
    stage.type("郭建军", "不知道")
    assert stage.text("郭建军") == "事项没有挂起，不用重试。"
    assert press(stage, "张伟", Press("mark", item, 1, 1, 7)) == "清单里没有这一项：8。"
    assert press(stage, "张伟", Press("task", item, 999, 1)) == "Card"
    assert press(stage, "张伟", Press("start", item)) == "表单已更新，请发 /new 重新填写。"
    flow = write(Press("start", version_of(stage.flows["activity"].digest)), KEY, "bot", "张伟")
    stage.hear("张伟", Pressed("张伟", "张伟", flow))
    assert stage.text("张伟") == "您不能发起“活动项目三级审核”；发 /new 看可以发起的流程。"


def test_nothing_is_asked_in_a_group(stage: Stage) -> None:
    _, choice = stage.find("张伟", "退回")
    stage.chat("张伟").private = False
    stage.hear("张伟", Pressed("张伟", "张伟", choice.token, private=False))
    assert stage.text("张伟") == "这件事请在私聊里办。"
    for text in ("/find 清明", "/new activity", "/mine"):
        stage.type("张伟", text)
        assert stage.text("张伟") == "这件事请在私聊里办。"


def test_a_file_that_was_not_taken_is_named(stage: Stage) -> None:
    stage.type("李明", "/new activity")
    for text in ("爱国卫生月", "丰富", "12月20日 9:00", "广场", "30", "跳过"):
        stage.type("李明", text)
    chat = stage.chat("李明")
    hearing = Hearing(
        **stage._setting("李明"), command="00000000-0000-0000-0000-000000000001", random=Random(b"r"),
        spoilt=(Refused("file_too_large", {"name": "大.pdf", "most": 20}),),
    )  # fmt: skip
    heard = hear(Typed("李明", "李明", ""), hearing)
    assert heard.dialogue == chat.dialogue
    stage.say("李明", heard.says[0])
    assert stage.text("李明") == "“大.pdf”太大，最大 20 MB；请压缩或拆开再传。"


def test_the_clock_may_say_what_expired(stage: Stage) -> None:
    stage.press("张伟", "退回")
    dialogue = stage.chat("张伟").dialogue
    assert lapse(dialogue, stage.now) is None
    heard = lapse(dialogue, stage.now + timedelta(minutes=30))
    assert heard is not None
    assert heard.says == (Line("dialogue_expired"),)
    assert heard.dialogue.expires is None

"""Stepping through by hand: the conversation, as lines typed and words said, without a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.flows.house import FLOWS, house
from tests.rehearsal.rig import ACTIVITY_TEXT, compiled
from workflow.domain.definition import Definition
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.asking import Ask, Asker, Save
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import play
from workflow.rehearsal.session import Session

ALONE = compiled(ACTIVITY_TEXT)
LIVE = compiled((FLOWS / "livestream.yaml").read_text("utf-8"))


@dataclass
class Typed:
    """Lines typed one after the other; `said` what followed each, `puzzled` those that were not understood."""

    definition: Definition = ALONE
    organisation: Organisation | None = None
    language: str = "zh"
    said: list[str] = field(default_factory=list)
    puzzled: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    ended: bool = False

    def __call__(self, *lines: str) -> str:
        self.session = Session(self.definition, self.organisation, Asker(self.language))
        talk = self.session.talk()
        turn = next(talk)
        assert isinstance(turn, Ask)
        for line in lines:
            try:
                turn = talk.send(line)
                if isinstance(turn, Save):
                    self.saved.append(turn.text)
                    turn = talk.send("kept\n")
            except StopIteration:
                self.ended = True
                break
            assert isinstance(turn, Ask)
            self.said.append(turn.said + turn.prompt)
            if not turn.understood:
                self.puzzled.append(line)
        return self.said[-1] if self.said else ""


@pytest.fixture
def typed() -> Typed:
    return Typed()


def test_it_shows_where_the_item_is_who_owes_what_and_what_is_due(typed: Typed) -> None:
    shown = typed("", ".")
    assert "现在 2026-11-23 周一 09:00 · 活动项目三级审核 · 办理中" in shown
    assert "站初审：等 站审核员甲、站审核员乙（要 1 人通过）" in shown
    assert "2026-11-23 周一 21:00 站初审 提醒" in shown
    assert "2026-11-24 周二 09:00 站初审 到期上报" in shown
    assert "   1 站审核员甲 通过 站初审\n" in shown


def test_the_menu_holds_what_may_be_done_and_nothing_else(typed: Typed) -> None:
    offers = [line.split(maxsplit=1)[1] for line in typed("", ".").splitlines() if line[:4].strip().isdecimal()]
    assert offers == [
        f"站审核员{stem} {what}" for stem in "甲乙" for what in ("通过 站初审", "驳回 站初审", "退回 站初审 到 提交人")
    ] + ["站协调员甲 催办", "站协调员甲 撤回"]  # fmt: skip


def test_each_answer_is_read_at_once(typed: Typed) -> None:
    typed("", "清明祭扫", "讲座", "2", "学习实践科学理论", "明天 9:00", ".")
    assert "没有“讲座”" in typed.said[2]
    assert typed.puzzled == ["讲座", "2", "明天 9:00"]
    assert "不早于" in typed.said[5]


def test_a_number_a_sentence_and_what_came_of_it(typed: Typed) -> None:
    shown = typed("", ".", "1", "所审核员甲 通过 所复审")
    assert "  · 站初审：通过\n" in typed.said[-2]
    for one in ("中心终审：跳过", "项目编号 = DX-2026-0001", "发布到 公众号、站群", "事项已办结"):
        assert f"  · {one}\n" in shown
    assert not typed.puzzled


def test_what_is_refused_says_why_and_changes_nothing(typed: Typed) -> None:
    shown = typed("", ".", "所审核员甲 通过 所复审")
    assert "没有办成：这个人没有待办（no_task）" in shown
    assert "站初审：等" in shown
    assert not typed.session.done


@pytest.mark.parametrize(
    "line",
    [
        "呵呵",
        "99",
        "站审核员甲 同意 站初审",
        "站审核员甲 通过 站出审",
        "赵高 通过 站初审",
        "jump 明儿",
        "站审核员甲 通过 站初审 { 好",
    ],
)
def test_what_is_not_understood_is_said(typed: Typed, line: str) -> None:
    typed("", ".", line)
    assert typed.puzzled == [line]
    assert not typed.session.done


def test_jumps(typed: Typed) -> None:
    assert "现在 2026-11-23 周一 21:00" in typed("", ".", "jump")
    assert "提醒 站审核员甲、站审核员乙" in typed.said[-1]
    assert "上报给 所协调员甲" in typed("", ".", "jump 1工作日")
    assert "现在 2026-12-01 周二 08:30" in typed("", ".", "跳 2026-12-01 08:30")
    assert "已经是" in typed("", ".", "jump 2026-11-01 08:30")
    assert "没有什么会到时间" in typed("", ".", "站协调员甲 撤回", "jump")


def test_back_takes_the_last_thing_away_and_then_the_item(typed: Typed) -> None:
    typed("", ".", "1", "jump", "back", "back")
    assert "退了一步" in typed.said[-1]
    assert "站初审：等" in typed.said[-1]
    assert "2026-11-23 周一 09:00" in typed.said[-1]
    assert "谁来发起" in typed("", ".", "1", "back", "back")


def test_restart_is_from_the_handing_in(typed: Typed) -> None:
    shown = typed("", ".", "1", "jump", "restart")
    assert "站初审：等" in shown
    assert not typed.session.done


def test_log_and_help_and_quit(typed: Typed) -> None:
    typed("", ".", "log", "1", "log", "help", "quit", "never read")
    assert "还没有做什么" in typed.said[2]
    assert " 1 站审核员甲 通过 站初审" in typed.said[4]
    assert "save 名称" in typed.said[5]
    assert typed.ended
    assert len(typed.said) == 6


def test_quit_anywhere(typed: Typed) -> None:
    for lines in (["quit"], ["", "退出"], ["", "标题甲", "quit"]):
        typed.ended = False
        typed(*lines)
        assert typed.ended, lines


def test_what_was_done_is_saved_as_a_case_that_goes_as_it_says(typed: Typed) -> None:
    typed(
        "", "清明祭扫: “一”", "3", "培育践行主流价值", "", "烈士 # 陵园", "600", "", "", "1", "jump", "所审核员乙 退回 所复审 { comment: 改一改 }",
        "1", "1", "jump 2工作日", "1", "中心审核员甲 通过 中心终审", "save 改了再交: 会签", "中心审核员乙 驳回 中心终审", "save 到底",
    )  # fmt: skip
    assert len(typed.saved) == 2, typed.said[-1]
    for text in typed.saved:
        read = read_cases(text)
        assert not read.findings
        (case,) = read.cases
        assert play(case, ALONE, Lifecycle(ALONE), None).finding is None
    assert "expect: { state: running, at: [中心终审], waiting: [中心审核员乙]" in typed.saved[0]
    assert "expect: { state: rejected }" in typed.saved[1]
    assert "    - until: 2026-11-24 21:00\n" in typed.saved[0], "a jump to the next moment is written as that moment"
    assert "    - after: 2工作日\n" in typed.saved[0]
    (case,) = read_cases(typed.saved[0]).cases
    assert case.name == "改了再交: 会签"
    assert case.form["标题"] == "清明祭扫: “一”"
    assert case.form["地点"] == "烈士 # 陵园"
    assert "预算" not in case.form


def test_a_case_needs_a_name(typed: Typed) -> None:
    assert "没有名称" in typed("", ".", "save", "")
    typed("", ".", "save", "问了才有名")
    assert typed.saved[0].startswith("- case: 问了才有名\n")


def test_a_checklist_rows_and_moments_of_the_form() -> None:
    typed = Typed(LIVE)
    rows = "[{姓名: 甲甲, 单位: 乙乙, 承诺书: a.pdf}, {姓名: 丙丙, 单位: 丁丁, 承诺书: b.pdf}]"
    typed(
        "", "红色传承", "", "", "抖音、花椒", "", rows,
        "所分管领导甲 通过 选题关 { marks: { 符合计划: 不通过 } }", "所分管领导甲 通过 选题关 { marks: { 避开敏感节点: 不适用 } }",
        "所组织委员甲 通过 嘉宾关", "jump 开播前 1工作日", "save 到期取消",
    )  # fmt: skip
    assert "lines_failed" in typed.said[7]
    assert "嘉宾关（第 1 行）：等 所组织委员甲、所组织委员乙（要 1 人通过）" in typed.said[8]
    assert "嘉宾关（第 1 行）" not in typed.said[9]
    assert "嘉宾关（第 2 行）" in typed.said[9]
    assert "事项已取消" in typed.said[10]
    (case,) = read_cases(typed.saved[0]).cases
    assert [row["姓名"] for row in case.form["嘉宾"]] == ["甲甲", "丙丙"]
    assert case.form["平台"] == "抖音、花椒"
    assert play(case, LIVE, Lifecycle(LIVE), None).finding is None


def test_a_step_s_own_form_is_asked_for() -> None:
    text = ACTIVITY_TEXT.replace(
        "review: 所.审核员 }", "review: 所.审核员, form: { 评分: int 1..10, 评语?: text 2..40 }, must: 评分 > 5 }"
    )
    flow = compiled(text)
    typed = Typed(flow)
    typed("", ".", "1", "1", "8", "很好", "save 评过")
    assert typed.said[3].endswith("  评分 [1] ")
    assert typed.said[4].endswith("  评语 [可不填] ")
    assert "所复审：通过" in typed.said[5]
    (case,) = read_cases(typed.saved[0]).cases
    assert play(case, flow, Lifecycle(flow), None).finding is None
    again = Typed(flow)
    again("", ".", "1", "1", ".")
    assert "没有办成" in again.said[-1], "a sample of 1 does not meet the condition"


def test_in_a_real_organisation_with_its_people() -> None:
    definition = compiled(ACTIVITY_TEXT, house())
    typed = Typed(definition, house())
    shown = typed("1", ".")
    assert typed.session.case is not None
    assert "李明" in (typed.session.case.people or {})["站.协调员"]
    assert "站初审：等 张伟、刘洋" in shown
    typed("1", ".", "1", "david 通过 所复审", "save 真人")
    (case,) = read_cases(typed.saved[0]).cases
    assert play(case, definition, Lifecycle(definition), house()).finding is None


def test_in_english() -> None:
    typed = Typed(language="en")
    shown = typed("", ".", "站审核员甲 return 站初审 to submitter")
    assert "Who starts it?" not in shown
    assert "returned to the submitter" in shown
    assert "   1 站协调员甲 resubmit\n" in shown
    assert "Now 2026-11-23 Mon 09:00" in shown
    typed("", ".", "1", "save English")
    assert "    - 站审核员甲 approve 站初审\n" in typed.saved[0]
    assert not [line for one in typed.said for line in one.splitlines() if "等" in line]


def test_nobody_to_start_is_said_and_ends() -> None:
    definition = compiled(ACTIVITY_TEXT.replace("by: 站.协调员", "by: 站.直播负责人"), house())
    session = Session(definition, house(), Asker("zh"))
    talk = session.talk()
    turn = next(talk)
    assert isinstance(turn, Ask)
    assert "没有人能发起" in turn.said
    assert not turn.prompt


def test_what_nobody_would_decide_is_not_begun() -> None:
    definition = compiled(ACTIVITY_TEXT.replace("by: 站.协调员", "by: anyone"))
    typed = Typed(definition)
    anybody = next(line.split()[0] for line in first_screen(definition).splitlines() if "群众甲" in line)
    shown = typed(anybody, ".")
    assert "没有人审" in shown, "who holds no post starts at the top, and all who decide stand below"
    assert "事项已办结" not in shown


def first_screen(definition: Definition) -> str:
    turn = next(Session(definition, None, Asker("zh")).talk())
    assert isinstance(turn, Ask)
    return turn.said

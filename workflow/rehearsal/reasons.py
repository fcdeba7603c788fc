"""Why something was refused, said beside a rehearsal: short, with the reason's own word. What people read in their chats is said by talk."""

from __future__ import annotations

from typing import Final

from workflow.domain.command import Refused
from workflow.domain.places import SUBMITTER

REASONS: Final[dict[str, tuple[str, str]]] = {
    "administrators_only": ("只有管理员可以", "only an administrator may"),
    "already_in_step": ("这个人已经在这一步里", "that person is in this step already"),
    "already_there": ("已经提交过了", "it was handed in already"),
    "comment_needed": ("要写理由", "a reason is needed"),
    "comment_too_long": ("意见太长", "the comment is too long"),
    "decided": ("这一步已经有结果了", "the step was decided already"),
    "ended": ("事项已经结束", "the item has ended"),
    "form": ("表单有不对的地方", "some answers are not right"),
    "lines_failed": ("清单有不通过的项", "lines of the checklist failed"),
    "lines_unmarked": ("清单还有没标的项", "lines of the checklist are not marked"),
    "may_not_start": ("这个人不能发起这个流程", "that person may not start this flow"),
    "no_such_item": ("没有这个事项", "there is no such item"),
    "no_such_target": ("不能退到那里", "it cannot go back there"),
    "no_task": ("这个人没有待办", "that person owes nothing"),
    "nobody_decides": ("审核的人都在下级单位，没有人审", "those who decide stand at units below: nobody would"),
    "nobody_owes": ("没有人欠办", "nobody owes anything"),
    "not_allowed": ("现在不能这样做", "that cannot be done now"),
    "not_eligible": (
        "那个人不能办：是提交人，或已在别级办理",
        "that person cannot decide: the submitter, or at another tier already",
    ),
    "not_returned": ("事项没有退回", "the item was not returned"),
    "not_suspended": ("事项没有挂起", "the item is not suspended"),
    "not_your_turn": ("还没轮到", "it is not their turn yet"),
    "not_yours": ("不是这个人的待办", "the task is somebody else's"),
    "not_yours_to_see": ("这个人看不到这个事项", "that person may not see the item"),
    "nothing_changed": ("没有变化", "nothing changed"),
    "nothing_to_reassign": ("没有可以指派的步骤", "no step can be assigned"),
    "nudged_lately": ("一小时内催办过", "they were nudged within the hour"),
    "old_round": ("那是上一轮的", "that was an earlier round"),
    "right_lost": ("这个人已不担任这个角色", "that person no longer holds the role"),
    "separation": ("提交又审核，或在两级审核", "they submitted it, or decided at another tier"),
    "submitter_only": ("只有提交人可以", "only the submitter may"),
    "suspended": ("事项已挂起", "the item is suspended"),
    "task_over": ("这项待办已经了结", "the task is over"),
    "not_among": ("这个人不在能办的人里，或已谢绝", "that person is not among those who may do it, or declined"),
    "take_first": ("要先接单", "take it first"),
    "merged": ("已有一件一样的，并入它", "the same is open already: it joins that one"),
    "no_such_row": ("名录里没有这一行了", "the list has no such row any more"),
    "another": ("这是另一件，没有并入", "this is another item and joins nothing"),
    "taken": ("别人已经接了", "somebody else has taken it"),
    "yours_already": ("已经是这个人的了", "it is that person's already"),
    "agreed_already": ("这个人已经同意复播", "that person agreed to go on already"),
    "off_air": ("已经停播了", "it was stopped already"),
    "on_air": ("正在直播", "it is on the air"),
    "too_early": ("还没有到时间", "it is not time yet"),
    "unknown_line": ("清单里没有这一项", "the checklist has no such line"),
    "unknown_person": ("没有这个人", "there is no such person"),
    "unknown_verb": ("没有这种操作", "there is no such act"),
    "answers_over": ("征集已经结束", "no more answers are taken"),
    "not_asked": ("没有请这个人填写", "that person was not asked"),
    "coordinators_only": (
        "只有本单位的协调员可以代填",
        "only a coordinator of the unit may write down somebody's answer",
    ),
    "respondent_needed": ("要写明受访人", "say who was asked"),
    "which_channel": ("要说明是电话还是入户", "say whether it was by telephone or at the door"),
    "voted": ("这个人已经表过态", "that person has decided already"),
    "which_target": ("要说退到哪一步", "say where it goes back to"),
    "which_task": ("有几项待办，要说哪一步", "there are several tasks: name the step"),
    "which_unit": ("在几个单位任职，要说哪个", "they hold posts at several units: name one"),
}
"""By the word of a `Refused`: in Chinese, in English."""


def said(refused: Refused) -> tuple[str, str]:
    """The reason in Chinese and in English, with what is wrong in a form, line by line."""
    zh, en = REASONS.get(refused.reason, (refused.reason, refused.reason))
    problems = refused.facts.get("problems") or ()
    if problems:
        zh += "：" + "；".join(f"{name} {one}".strip() for name, one, _ in problems)
        en += ": " + "; ".join(f"{name} {one}".strip() for name, _, one in problems)
    for what in ("lines", "targets", "places", "units"):
        if listed := refused.facts.get(what):
            in_chinese = ["提交人" if one == SUBMITTER else one for one in listed]
            zh, en = f"{zh}：{'、'.join(in_chinese)}", f"{en}: {', '.join(listed)}"
    return f"{zh}（{refused.reason}）", f"{en} ({refused.reason})"

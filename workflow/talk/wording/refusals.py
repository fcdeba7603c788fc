"""Why nothing happened, and what to do next: `refused.` and the word of a `Refused`."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Too late
    "refused.decided": (
        "这一步已由 {by} 于 {at} {result}，不用再办了。",
        "This step was {result} by {by} at {at}; nothing is left to do.",
    ),
    "refused.decided_by_nobody": (
        "这一步已于 {at} 结束（{result}），不用再办了。",
        "This step ended at {at} ({result}); nothing is left to do.",
    ),
    "refused.ended": ("事项{state}（{at}），不能再操作。", "The item is {state} ({at}); nothing more can be done."),
    "refused.old_round": (
        "这是上一轮的按钮，已经作废；请发 /inbox 看现在的待办。",
        "That button belongs to an earlier round; send /inbox for what waits now.",
    ),
    "refused.task_over": (
        "这项待办已不在您手里；请发 /inbox 看现在的待办。",
        "This task is no longer yours; send /inbox for what waits now.",
    ),
    "refused.voted": ("您已于 {at} {choice}，不用再办了。", "You already {choice} at {at}."),
    "refused.question_over": (
        "这个问题已经过去了；请回答最新的一个，或发 /help。",
        "That question is over; please answer the latest one, or send /help.",
    ),
    "refused.list_over": ("这页清单已经过期；请重新发送命令。", "That list is too old; please send the command again."),
    "refused.already_there": (
        "这个事项已经提交过了；发 /mine 可以看到。",
        "This item was submitted already; send /mine to see it.",
    ),
    "refused.too_early": ("还没有到时间。", "It is not time yet."),
    "refused.nothing_changed": ("没有需要变动的地方。", "Nothing needed to change."),
    # Not this person
    "refused.not_yours": ("这项待办不是您的。", "This task is not yours."),
    "refused.not_your_turn": ("还没轮到您；轮到时会通知。", "It is not your turn yet; you will be told."),
    "refused.no_task": ("您在这个事项里没有待办。", "You have no task in this item."),
    "refused.right_lost": (
        "您已不担任这一角色，不能办理；如有疑问请找管理员。",
        "You no longer hold this role and cannot decide; ask an administrator.",
    ),
    "refused.separation": (
        "同一个人不能提交又审核，也不能在同一事项的两级审核；请转交或告诉管理员。",
        "Nobody may review what they submitted, or review one item at two tiers; hand it over or tell an administrator.",
    ),
    "refused.not_allowed": (
        "现在不能{verb}；请看详情里的当前状态。",
        "You cannot {verb} now; see the details for where the item is.",
    ),
    "refused.submitter_only": ("只有提交人可以这样做。", "Only the submitter can do this."),
    "refused.administrators_only": ("只有管理员可以这样做。", "Only an administrator can do this."),
    "refused.not_yours_to_see": ("没有这个事项，或您无权查看。", "There is no such item, or you may not see it."),
    "refused.may_not_start": (
        "您不能发起“{flow}”；发 /new 看可以发起的流程。",
        "You cannot start “{flow}”; send /new for the flows you can.",
    ),
    "refused.nobody_decides": (
        "“{flow}”在这个单位发起就没有人审：审核的人都在下级单位。请从下级单位发起，或请管理员改流程。",
        "Started at this unit, nobody would decide “{flow}”: those who do stand at units below. Start it from one of them, or ask an administrator to change the flow.",
    ),
    "refused.code_unknown": (
        "这个绑定码无效、用过了或已过期；请向管理员再要一个。",
        "This code is not valid, used up or too old; ask an administrator for another.",
    ),
    # Not this item, not now
    "refused.no_such_item": (
        "没有这个事项，或您无权查看；请核对编号。",
        "There is no such item, or you may not see it; check the code.",
    ),
    "refused.no_such_row": ("名录里没有“{row}”这一行了。", "The list has no row “{row}” any more."),
    "refused.merged": (
        "已有一件一样的正在办，并入它。",
        "The same is being dealt with already; this joins it.",
    ),
    "refused.no_such_flow": (
        "没有这个流程；发 /new 看可以发起的流程。",
        "There is no such flow; send /new for the flows you can start.",
    ),
    "refused.not_returned": ("事项没有退回，不用重报。", "The item was not returned; there is nothing to resubmit."),
    "refused.suspended": (
        "事项已挂起，等管理员处理；恢复后再办。",
        "The item is suspended until an administrator has looked at it; decide when it goes on.",
    ),
    "refused.not_suspended": ("事项没有挂起，不用重试。", "The item is not suspended; there is nothing to retry."),
    "refused.nudged_lately": ("{at} 刚催办过，一小时只能催一次。", "They were nudged at {at}; once an hour is enough."),
    "refused.nobody_owes": ("现在没有人欠办，不用催。", "Nobody owes anything now."),
    "refused.nothing_to_reassign": ("现在没有可以指派的步骤。", "No step can be assigned now."),
    "refused.which_task": (
        "您在这个事项里有几项待办（{places}）；请在对应的卡片上办理。",
        "You have several tasks here ({places}); use the card of the one you mean.",
    ),
    "refused.which_target": ("请说明退回到哪里：{targets}。", "Say where to return it: {targets}."),
    "refused.no_such_target": (
        "不能退回到“{target}”；可以退回到：{targets}。",
        "It cannot be returned to “{target}”; it can to: {targets}.",
    ),
    "refused.which_unit": (
        "您在几个单位任职，请选一个：{units}。",
        "You hold posts at several units; choose one: {units}.",
    ),
    # What was filled in
    "refused.comment_needed": ("请写明理由。", "Please give a reason."),
    "refused.comment_too_long": (
        "太长了，最多 {most} 个字；更长的请作为文件附上。",
        "Too long: at most {most} characters; attach anything longer as a file.",
    ),
    "refused.lines_unmarked": ("还有几项没有标记：{lines}。", "These lines are not marked yet: {lines}."),
    "refused.lines_failed": (
        "有不通过的项，不能通过：{lines}；请退回或驳回。",
        "These lines failed, so it cannot be approved: {lines}; return or reject it.",
    ),
    "refused.unknown_line": ("清单里没有这一项：{lines}。", "The checklist has no such line: {lines}."),
    "refused.form": ("有几处需要改：", "Some answers need changing:"),
    "refused.form_changed": (
        "表单已更新，请发 /new 重新填写。",
        "The form has changed; please send /new and fill it in again.",
    ),
    "refused.unknown_person": ("没有这个人；请从名单里选。", "There is no such person; choose from the list."),
    "refused.not_eligible": (
        "{person} 不能办这一步（是提交人、已在别级办理，或已离任）；请另选。",
        "{person} cannot decide here (submitter, at another tier already, or gone); choose somebody else.",
    ),
    "refused.already_in_step": (
        "{person} 已经在这一步里；请另选。",
        "{person} is in this step already; choose somebody else.",
    ),
    "refused.no_such_file": (
        "找不到这个文件，或您无权查看；请重新上传。",
        "There is no such file, or you may not see it; please upload it again.",
    ),
    "refused.file_too_large": (
        "“{name}”太大，最大 20 MB；请压缩或拆开再传。",
        "“{name}” is too large: 20 MB at most; make it smaller or send it in parts.",
    ),
    "refused.file_kind": (
        "不收“{name}”这种文件；请改成 PDF、Word、Excel、图片等再传。",
        "Files like “{name}” are not taken; send a PDF, a Word or Excel file, or a picture.",
    ),
    "refused.file_empty": ("“{name}”是空的；请重新选择。", "“{name}” is empty; please choose it again."),
    "refused.file_not_fetched": (
        "“{name}”没有传到；请再发一次，还不行就换一个渠道。",
        "“{name}” did not come through; send it again, or over another channel.",
    ),
    # What cannot be understood
    "refused.token_forged": (
        "这个按钮无效；请发 /inbox 重新打开。",
        "That button is not valid; send /inbox to open it again.",
    ),
    "refused.unknown_verb": ("没有“{verb}”这种操作。", "There is no act called “{verb}”."),
    "refused.unreadable": (
        "读不懂这条消息，没有做任何处理；请再发一次。",
        "That message could not be read and nothing was done; please send it again.",
    ),
    "refused.parent_over": ("等它的事项已经结束，不用再开。", "Nobody waits for it any more; it need not begin."),
    "refused.malformed": (
        "这条命令的写法不对，没有做任何处理：{problem}。",
        "This command is not well formed and nothing was done: {problem}.",
    ),
    "refused.too_large": (
        "太大了，最多 {most} 字节；请分开提交。",
        "Too large: {most} bytes at most; send it in parts.",
    ),
    "refused.quarantined": (
        "出了差错，没有做任何处理；已告诉管理员（{command}）。",
        "Something went wrong and nothing was done; an administrator has been told ({command}).",
    ),
    "refused.unknown": ("不能这样做（{reason}）。", "That cannot be done ({reason})."),
}

"""Where an item is, what became of a task or a step, and the labels of a card's figures."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Items
    "state.start": ("待提交", "not submitted"),
    "state.running": ("办理中", "under way"),
    "state.returned": ("已退回，待提交人修改", "returned, waiting for the submitter"),
    "state.suspended": ("已挂起，待管理员处理", "suspended, waiting for an administrator"),
    "state.done": ("已办结", "done"),
    "state.rejected": ("已驳回", "rejected"),
    "state.cancelled": ("已取消", "cancelled"),
    "state.withdrawn": ("已撤回", "withdrawn"),
    "state.terminated": ("已终止", "terminated"),
    "state.late": ("已逾期", "overdue"),
    "state.over": ("{state} · {at}", "{state} · {at}"),
    "status.suspended": (
        "流程遇到问题，已通知管理员处理，您不必重新提交。",
        "Something needs an administrator, who has been told. You need not submit again.",
    ),
    "progress": ("{step} · 第 {k} 步，共 {n} 步", "{step} · step {k} of {n}"),
    "round": ("第 {n} 轮", "round {n}"),
    "due.by": ("{at} 前办理", "due by {at}"),
    "waiting.turn": ("还没轮到", "not your turn yet"),
    "waiting.shut": ("{at} 开始", "opens {at}"),
    "waiting.unstaffed": ("无人可办，待管理员 {people} 指派", "nobody may decide; {people} must assign somebody"),
    # Steps and votes
    "result.approved": ("通过", "approved"),
    "result.rejected": ("驳回", "rejected"),
    "result.late": ("逾期", "overdue"),
    "result.skipped": ("跳过", "skipped"),
    "result.cancelled": ("取消", "cancelled"),
    "choice.approve": ("通过", "approved"),
    "choice.reject": ("驳回", "rejected"),
    "choice.return": ("退回", "returned"),
    "choice.resubmit": ("重新提交", "resubmitted"),
    "verb.submit": ("提交", "submit"),
    "verb.approve": ("通过", "approve"),
    "verb.reject": ("驳回", "reject"),
    "verb.return": ("退回", "return"),
    "verb.resubmit": ("重新提交", "resubmit"),
    "verb.withdraw": ("撤回", "withdraw"),
    "verb.comment": ("发表意见", "comment"),
    "verb.nudge": ("催办", "nudge"),
    "verb.transfer": ("转交", "hand over"),
    "verb.reassign": ("指派", "assign"),
    "verb.terminate": ("终止", "terminate"),
    "verb.retry": ("重试", "retry"),
    "verb.wake": ("到时处理", "wake"),
    "verb.restaff": ("换人", "restaff"),
    # What became of a task
    "outcome.voted": ("已{choice} · {person} · {at}", "{choice} · {person} · {at}"),
    "outcome.decided": ("已由 {by} 于 {at} {result}", "{result} by {by} at {at}"),
    "outcome.decided_by_nobody": ("这一步已于 {at} 结束：{result}", "this step ended at {at}: {result}"),
    "outcome.transferred": ("已转交他人办理", "handed over to somebody else"),
    "outcome.reassigned": ("已改派他人办理", "assigned to somebody else"),
    "outcome.lost": ("职务已变动，这项待办已收回", "the role has changed; this task was taken back"),
    "outcome.closed": ("这一轮已结束，不用再办", "this round is over; nothing is left to do"),
    # A prompt
    "prompt.returned": ("已退回给您，请修改后重报", "returned to you: please amend and resubmit"),
    "prompt.suspended": ("已挂起，请处理", "suspended: please settle it"),
    "prompt.unstaffed": ("“{step}”无人可办，请指派", "nobody may decide “{step}”: please assign somebody"),
    "prompt.unstaffed_why": (
        "应办人已离任、须回避，或人数不足。请指派一人办理；确实办不下去的，可以终止。",
        "Those who should decide have left, are barred, or are too few. Assign somebody, or terminate the item.",
    ),
    "prompt.form": ("通过前须填写：{names}", "To be filled in before approval: {names}"),
    # Why an item is where it is
    "reason.returned": (
        "{person} 于 {at} 从“{step}”退回：{words}",
        "{person} returned it from “{step}” at {at}: {words}",
    ),
    "reason.rejected": ("{person} 于 {at} 驳回：{words}", "{person} rejected it at {at}: {words}"),
    "reason.ended": ("{person} 于 {at} 说明：{words}", "{person} at {at}: {words}"),
    "reason.condition": ("“{step}”的条件算不出来：{detail}", "a condition of “{step}” cannot be computed: {detail}"),
    "reason.rounds": (
        "“{step}”已反复 {detail} 轮，不能再自动往下走",
        "“{step}” has gone {detail} rounds and does not go on by itself",
    ),
    # Labels
    "label.flow": ("流程", "Flow"),
    "label.submitter": ("提交人", "Submitted by"),
    "label.unit": ("所属单位", "Unit"),
    "label.rule": ("办理方式", "Rule"),
    "label.row": ("{name}第 {n} 行", "{name}, row {n}"),
    "rule.in_order": ("依次办理，须 {n} 人都通过，已有 {ayes} 人", "in order: all {n} must approve, {ayes} have"),
    "rule.everyone": ("会签，须 {n} 人都通过，已有 {ayes} 人", "all {n} must approve, {ayes} have"),
    "rule.some": ("须 {n} 人通过，已有 {ayes} 人", "{n} must approve, {ayes} have"),
}

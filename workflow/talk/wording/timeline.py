"""What happened to an item, one sentence a fact. The actor's name stands before it."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "fact.started": ("提交（{unit}）", "submitted it ({unit})"),
    "fact.amended": ("修改了 {names}", "changed {names}"),
    "fact.resubmitted": ("重新提交", "resubmitted it"),
    "fact.opened_open": ("“{step}”开始，等 {people} 办理", "“{step}” began; it waits for {people}"),
    "fact.opened_open_again": (
        "“{step}”第 {n} 轮开始，等 {people} 办理",
        "“{step}” began round {n}; it waits for {people}",
    ),
    "fact.opened_shut": ("“{step}”将于 {at} 开始", "“{step}” will begin at {at}"),
    "fact.opened_unstaffed": (
        "“{step}”无人可办，请管理员 {people} 指派",
        "nobody may decide “{step}”; {people} must assign somebody",
    ),
    "fact.seated_transferred": ("转交了 {people} 的待办", "handed over the task of {people}"),
    "fact.seated_reassigned": ("改派了 {people} 的待办", "reassigned the task of {people}"),
    "fact.seated_lost": (
        "{people} 已不担任该角色，待办收回",
        "{people} no longer hold the role; their tasks were taken back",
    ),
    "fact.seated_added": ("由 {people} 办理", "now with {people}"),
    "fact.called": ("轮到 {person} 办理", "it is the turn of {person}"),
    "fact.voted": ("{choice}“{step}”", "{choice} “{step}”"),
    "fact.marked": ("（不通过：{lines}）", " (failed: {lines})"),
    "fact.timed_due": ("“{step}”已逾期", "“{step}” is overdue"),
    "fact.resulted": ("“{step}”结束：{result}", "“{step}” is over: {result}"),
    "why.when": ("（条件不成立）", " (its condition did not hold)"),
    "why.tier": ("（层级低于本件单位）", " (its tier lies below the item's unit)"),
    "why.due": ("（到期）", " (time ran out)"),
    "fact.returned": ("从“{source}”退回到“{target}”", "returned it from “{source}” to “{target}”"),
    "fact.named": ("{name}：{value}", "{name}: {value}"),
    "fact.counted": ("{unit} {name} +{n}", "{unit} {name} +{n}"),
    "fact.suspended": ("挂起：{why}", "suspended it: {why}"),
    "fact.resumed": ("解除挂起", "let it go on"),
    "fact.said": ("意见：{words}", "comment: {words}"),
    "fact.informed_tell": ("抄送 {to}（“{step}”）", "told {to} (“{step}”)"),
    "fact.informed_publish": ("发布到 {to}（“{step}”）", "published to {to} (“{step}”)"),
    "fact.informed_remind": ("提醒 {to}（“{step}”）", "reminded {to} (“{step}”)"),
    "fact.informed_escalate": ("“{step}”逾期，报 {to}", "“{step}” is overdue; told {to}"),
    "fact.informed_nudge": ("催办 {to}", "nudged {to}"),
    "fact.informed_unstaffed": ("“{step}”无人可办，已通知 {to}", "nobody may decide “{step}”; told {to}"),
    "fact.informed_rounds": ("“{step}”已反复多轮，已通知 {to}", "“{step}” has been through many rounds; told {to}"),
    "fact.ended": ("事项{state}", "the item is {state}"),
}

"""What stands in the picture besides an author's own words, in Chinese and English."""

from __future__ import annotations

from typing import Any, Final

from workflow.language.prose.words import Language, spoken

WORDS: Final[dict[str, tuple[str, str]]] = {
    "start": ("发起", "Begin"),
    "unasked": ("由子流程或管理员", "by a run, or an administrator"),
    "anyone": ("谁都可以", "anybody"),
    "done": ("办结", "Done"), "rejected": ("驳回", "Rejected"), "cancelled": ("取消", "Cancelled"),
    "lane.anyone": ("提交人", "Submitter"), "lane.named": ("指定的人", "Whoever is named"), "lane.system": ("系统", "System"),
    "kind.all": ("并行，全部通过", "side by side, all must pass"), "kind.steps": ("依次办理", "one after the other"),
    "kind.run": ("子流程 {flow}", "runs {flow}"), "deed.run": ("开 {what}", "run {what}"),
    "kind.draw": ("抽取：{rows}", "drawn from {rows}"), "kind.rank": ("排名：{rows}", "ranks {rows}"), "score": ("按 {score}", "by {score}"),
    "rows": ("{need} 行", "{need} rows"), "rows.all": ("全部", "all"), "spread": ("按{column}分布", "spread over {column}"), "within": ("限 {condition}", "within {condition}"),
    "each": ("逐项：{rows}", "each: {rows}"), "where": ("其中 {condition}", "where {condition}"),
    "items": ("核对 {n} 项", "{n} lines to check"), "form": ("填写 {n} 项", "{n} to fill in"),
    "need.number": ("{need} 人通过", "{need} approvals"), "need.percent": ("{need} 通过", "{need} of them"), "need.all": ("全部通过", "all of them"),
    "need.in_order": ("依次通过", "in order"), "need.if": ("{condition} 时{then}，否则{otherwise}", "{then} if {condition}, else {otherwise}"), "need.one": ("一人通过", "one approval"),
    "open": ("{moment} 起", "from {moment}"), "due.after": ("限 {duration}", "within {duration}"), "due.at": ("至 {moment}", "by {moment}"),
    "goes_on.reject": ("驳回也继续", "goes on when rejected"), "goes_on.late": ("逾期继续", "goes on when late"),
    "deed.number": ("编号 {what}", "number {what}"), "deed.set": ("设 {what}", "set {what}"), "deed.count": ("计数 {what}", "count {what}"),
    "deed.tell": ("通知 {what}", "tell {what}"), "deed.publish": ("发布 {what}", "publish {what}"), "deed.hold": ("冻结 {what}", "hold {what}"), "deed.pay": ("支付 {what}", "pay {what}"),
    "deed.add": ("加入 {what}", "add to {what}"), "deed.report": ("报送 {what}", "report {what}"), "deed.webhook": ("调用接口 {what}", "call {what}"),
    "hands.any": ("谁办都行", "anybody of them"), "hands.grab": ("抢单", "first come"), "hands.assign": ("协调员派单", "given out by the coordinator"),
    "hands.auto": ("系统派单", "given out by the system"), "hands.need": ("{need} 人", "{need} people"), "hands.all": ("人人都办", "everybody"),
    "answers.all": ("每人一份", "one from each"), "answers.number": ("收 {need} 份", "{need} answers"),
    "secret": ("保密到{step}", "secret until {step}"),
    "live.watch": ("{who} 看守", "watched by {who}"), "live.beat": ("每 {duration} 报平安", "all-clear every {duration}"),
    "live.stop": ("停播：{deeds}", "stop: {deeds}"), "live.restart": ("{n} 人同意复播", "{n} to go on again"),
    "arrow.next": ("通过", "passed"), "arrow.skip": ("条件不符，跳过", "skipped"), "arrow.reject": ("驳回", "rejected"), "arrow.late": ("逾期", "late"),
    "arrow.return": ("退回", "returned"),
    "mark.now": ("正在办理", "under way"), "mark.done": ("已办", "done"), "mark.skipped": ("已跳过", "skipped"), "mark.late": ("已逾期", "late"),
    "mark.rejected": ("已驳回", "rejected"), "mark.cancelled": ("已取消", "cancelled"), "mark.paused": ("已暂停", "suspended"), "mark.shut": ("未到时间", "not open yet"),
    "title": ("流程图：{title}", "The flow: {title}"),
    "stands": ("{step}：{mark}", "{step}: {mark}"),
    "listed": ("、", ", "),
}  # fmt: skip


def say(language: Language, key: str, **facts: Any) -> str:
    """A label with its slots filled. KeyError for a key that the table does not have."""
    return spoken(WORDS[key], language, facts)

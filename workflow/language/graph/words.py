"""What stands in the picture besides an author's own words, in Chinese and English."""

from __future__ import annotations

from typing import Any, Final

from workflow.language.prose.words import Language, spoken

WORDS: Final[dict[str, tuple[str, str]]] = {
    "start": ("发起", "Begin"),
    "anyone": ("谁都可以", "anybody"),
    "done": ("办结", "Done"), "rejected": ("驳回", "Rejected"), "cancelled": ("取消", "Cancelled"),
    "lane.anyone": ("提交人", "Submitter"), "lane.named": ("指定的人", "Whoever is named"), "lane.system": ("系统", "System"),
    "kind.all": ("并行，全部通过", "side by side, all must pass"), "kind.steps": ("依次办理", "one after the other"),
    "each": ("逐项：{rows}", "each: {rows}"), "where": ("其中 {condition}", "where {condition}"),
    "items": ("核对 {n} 项", "{n} lines to check"), "form": ("填写 {n} 项", "{n} to fill in"),
    "need.number": ("{need} 人通过", "{need} approvals"), "need.percent": ("{need} 通过", "{need} of them"), "need.all": ("全部通过", "all of them"),
    "need.in_order": ("依次通过", "in order"), "need.if": ("{condition} 时{then}，否则{otherwise}", "{then} if {condition}, else {otherwise}"), "need.one": ("一人通过", "one approval"),
    "open": ("{moment} 起", "from {moment}"), "due.after": ("限 {duration}", "within {duration}"), "due.at": ("至 {moment}", "by {moment}"),
    "goes_on.reject": ("驳回也继续", "goes on when rejected"), "goes_on.late": ("逾期继续", "goes on when late"),
    "deed.number": ("编号 {what}", "number {what}"), "deed.set": ("设 {what}", "set {what}"), "deed.count": ("计数 {what}", "count {what}"),
    "deed.tell": ("通知 {what}", "tell {what}"), "deed.publish": ("发布 {what}", "publish {what}"),
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

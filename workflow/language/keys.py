"""The words of a flow's keys: each in English and Chinese, what they stand for, and those that a later version brings. Not here: values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.steps.kind import Kind
from workflow.steps.kinds import KINDS

TOP: Final = {"flow": "流程", "title": "名称", "start": "发起", "steps": "步骤", "help": "说明"}
TOP_NEEDED: Final = ("flow", "title", "start", "steps")
TOP_LATER: Final = {"watch": "监测", "secret": "保密", "merge": "合并"}

START: Final = {"by": "由", "via": "途径", "form": "表单", "must": "必须", "help": "说明"}
START_LATER: Final = {"at": "定时", "each": "逐项", "where": "其中", "unit": "单位", "with": "带上", "merge": "合并"}

COMMON: Final = {"when": "条件", "each": "逐项", "where": "其中", "open": "开始于", "tell": "抄送", "help": "说明"}
"""What every step may have."""

TIMED: Final = {"due": "限时", "late": "逾期"}
"""What a step may have that stays open."""

JUDGED: Final = {"reject": "驳回"}
"""What a step may have that can be rejected."""

VOTED: Final = {
    "remind": "提醒", "back": "退回到", "resume": "续办", "show": "出示", "form": "表单", "must": "必须",
}  # fmt: skip
"""What a step may have at which people vote."""

OWN: Final = {"need": "会签", "items": "清单"}
"""The kinds' own keys (`steps.kind.Kind.keys`) in Chinese."""

KINDS_LATER: Final = {
    "task": "任务", "collect": "征集", "live": "直播", "draw": "抽取", "rank": "排名", "run": "子流程",
}  # fmt: skip
STEP_LATER: Final = {
    "reopen_on": "变更重审", "secret": "保密", "urgent": "加急", "weight": "权重", "take": "领取", "match": "匹配",
    "beat": "报平安", "stop": "停播", "restart": "复播", "spread": "分布", "score": "得分", "within": "限额", "unit": "单位",
    "with": "带上", "merge": "合并", "watch": "监测", "at": "定时",
}  # fmt: skip

ACTIONS: Final = {"number": "编号", "set": "设为", "count": "计数", "tell": "抄送", "publish": "发布"}
ACTION_KEYS: Final = {"text": "文字"}
ACTIONS_LATER: Final = {
    "add": "加入", "hold": "冻结", "pay": "支付", "webhook": "接口", "report": "报送", "run": "子流程", "with": "带上",
    "amount": "金额", "from": "从", "to": "给", "cap": "上限", "per": "按", "last": "最近", "unit": "单位",
}  # fmt: skip

REJECTS: Final = {"end": "end", "结束": "end", "continue": "continue", "继续": "continue"}
RESUMES: Final = {"again": "again", "重走": "again", "here": "here", "原处": "here"}
LATES: Final = {
    "escalate": "escalate", "上报": "escalate", "continue": "continue", "继续": "continue", "reject": "reject", "驳回": "reject",
    "cancel": "cancel", "取消": "cancel",
}  # fmt: skip
VIAS: Final = {"chat": "chat", "聊天": "chat", "web": "web", "网页": "web", "api": "api", "接口": "api"}


class Table:
    """The keys that may stand in one kind of mapping: `known` and `later`, each by both of its spellings.

    `heads` are later words that bring keys of their own, of which nothing needs to be said beside them.
    """

    __slots__ = ("heads", "known", "later", "needed")

    def __init__(
        self,
        known: Mapping[str, str],
        later: Mapping[str, str],
        needed: tuple[str, ...] = (),
        heads: frozenset[str] = frozenset(),
    ) -> None:
        self.known = spellings(known)
        self.later = {word: key for word, key in spellings(later).items() if word not in self.known}
        self.needed = needed
        self.heads = heads


def spellings(words: Mapping[str, str]) -> dict[str, str]:
    """Both spellings of each word, to the English one."""
    return {spelling: word for word, alias in words.items() for spelling in (word, alias)}


def keys_of(kind: Kind) -> frozenset[str]:
    """The keys, besides the kind's word, that mean something in a step of this kind."""
    keys = {*COMMON, *kind.keys}
    if kind.votes:
        keys |= {*TIMED, *JUDGED, *VOTED}
    elif kind.value == "steps":
        keys |= {*TIMED, *JUDGED}
    return frozenset(keys)


WRITTEN_KINDS: Final = {kind.word: kind.alias for kind in KINDS.values() if kind.word != "each"}
"""`each` is a kind to the engine; who writes a flow writes it beside a kind."""

TOP_TABLE: Final = Table(TOP, TOP_LATER, TOP_NEEDED)
START_TABLE: Final = Table(START, START_LATER)
STEP_TABLE: Final = Table(
    {**WRITTEN_KINDS, **COMMON, **TIMED, **JUDGED, **VOTED, **OWN},
    {**KINDS_LATER, **STEP_LATER},
    heads=frozenset(KINDS_LATER),
)
ACTION_TABLE: Final = Table(
    {**ACTIONS, **ACTION_KEYS}, ACTIONS_LATER, heads=frozenset({"add", "hold", "pay", "webhook", "report", "run"})
)
MEANINGS: Final = {kind.word: keys_of(kind) for kind in KINDS.values()}

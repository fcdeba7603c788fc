"""The words of a `*.test.yaml`, in English and Chinese, and the sentences about what went otherwise. Not here: reading and playing."""

from __future__ import annotations

from typing import Any, Final

from workflow.domain.finding import Finding
from workflow.language.codes import Code
from workflow.language.keys import YES, Table
from workflow.language.text.nodes import Place, found
from workflow.steps.environment import RESULTS
from workflow.verbs.verbs import VERBS as EVERY_VERB

CASE: Final = {"case": "用例", "before": "此前", "people": "人员", "balances": "余额", "start": "发起", "then": "经过"}
START: Final = {"by": "由", "form": "表单", "unit": "单位", "at": "时间", "row": "行"}
LINE: Final = {
    "say": "做", "refused": "拒绝", "because": "因为", "after": "过", "until": "到", "expect": "期望", "marks": "清单", "form": "表单",
    "comment": "意见", "arrived": "送达", "lost": "送不到", "channel": "方式", "respondent": "受访人",
    "child": "子件", "ends": "结局", "sets": "得出", "row": "行",
}  # fmt: skip
EXPECT: Final = {
    "at": "所在", "waiting": "待办", "reminded": "已提醒", "escalated": "已上报", "told": "已通知", "state": "状态", "published": "已发布",
    "names": "名称", "counted": "计数", "balances": "余额", "held": "冻结", "reported": "已报送", "results": "结果", "called": "已调用", "live": "直播", "ran": "已开", "joined": "已并入", "noticed": "已监测",
}  # fmt: skip
STATE_WORDS: Final = {
    "running": "办理中", "returned": "已退回", "suspended": "已挂起", "done": "已办结", "rejected": "已驳回", "cancelled": "已取消",
    "withdrawn": "已撤回", "terminated": "已终止",
}  # fmt: skip

LIVE_WORDS: Final = {"on": "直播中", "off": "已停播", "unconfirmed": "未确认", "cut": "已断", "none": "没有直播"}

CASE_TABLE: Final = Table(CASE, ("case", "start", "then"))
START_TABLE: Final = Table(START, ("by",))
LINE_TABLE: Final = Table(LINE)
EXPECT_TABLE: Final = Table(EXPECT)

VERBS: Final = {
    spelling: verb.word
    for verb in EVERY_VERB.values() if verb.word not in ("watch", "join", "wake", "restaff", "tally", "confirm", "joined", "cancel")
    for spelling in (verb.alias, verb.word)
} | {"留言": "comment"}  # fmt: skip
"""What somebody may do in a sentence, by both spellings."""
SPOKEN: Final = {
    "zh": {verb.word: verb.alias for verb in EVERY_VERB.values()} | {"comment": "留言"},
    "en": {verb: verb for verb in EVERY_VERB},
}
"""How a verb is written in a sentence, by language."""

ONWARDS: Final = {"到": "到", "to": "到", "给": "给"}
"""What stands before the step that something goes back to, or the person it is given to."""
MARKS: Final = {"通过": "pass", "不通过": "fail", "不适用": "na", "pass": "pass", "fail": "fail", "na": "na"}
CHANNELS: Final = {"电话": "phone", "入户": "visit", "phone": "phone", "visit": "visit"}
STATES: Final = {spelling: word for word, alias in STATE_WORDS.items() for spelling in (word, alias)}
LIVES: Final = {spelling: word for word, alias in LIVE_WORDS.items() for spelling in (word, alias)}
OUTCOMES: Final = {spelling: word for word, alias in RESULTS.items() for spelling in (word, alias)}
TRUTHS: Final = {**YES, "true": True, "false": False}

CODES: Final[dict[str, Code]] = {
    "T501": Code("这句要写成 谁 做什么 哪一步，如 张三 通过 站初审；能做的有：{verbs}", "this is WHO VERB STEP, like 张三 通过 站初审; the verbs are {verbs}"),
    "T502": Code("这一行只能是一句话、过多久、到何时或期望，不能合在一起", "a line is a sentence, a jump of the clock or an expectation, and only one of them"),
    "T503": Code("“{word}”要和一句话写在一起", "“{word}” stands beside a sentence"),
    "T504": Code("一个用例也没有", "there is no case"),
    "T505": Code("“{name}”这个用例在第 {line} 行已经有了", "there is a case “{name}” in line {line} already"),
    "T510": Code("用例里没有“{name}”这个人；把他写进 people", "nobody in this case is called “{name}”; put them under people"),
    "T511": Code("流程里没有“{name}”这一步{asked_zh}", "the flow has no step “{name}”{asked_en}"),
    "T512": Code("“{sentence}”应当办成，却被拒绝：{zh}", "“{sentence}” should be done, but was refused: {en}"),
    "T513": Code("“{sentence}”应当被拒绝，却办成了", "“{sentence}” should be refused, but was done"),
    "T514": Code("应当因为 {expected} 被拒绝，却是因为 {found}（{zh}）", "should be refused because {expected}, but was because {found} ({en})"),
    "T515": Code("{word}：期望 {expected}，实际 {found}", "{word}: expected {expected}, found {found}"),
    "T516": Code("{text} 是 {to}，可现在已经是 {now}", "{text} is {to}, but it is {now} already"),
    "T517": Code("{text} 现在算不出来：{zh}", "{text} cannot be worked out now: {en}"),
    "T518": Code("事项已经结束，时间不再起作用", "the item has ended: time does nothing to it any more"),
    "T519": Code("事件推不出这个事项：这是程序的错，请告诉我们", "the events do not fold to the item: a fault of ours, please tell us"),
    "T520": Code("提交不了：{zh}", "it cannot be handed in: {en}"),
    "T523": Code("“{name}”这一步没有还在办的子件", "no item of the step “{name}” is under way"),
    "T522": Code("没有在等“{name}”这个接口的回音", "nobody waits to hear of the webhook “{name}”"),
    "T530": Code("没有“{name}”这一行", "there is no row “{name}”"),
    "T531": Code("“{text}”算不出来：{zh}", "“{text}” cannot be worked out: {en}"),
    "T521": Code("组织里没有“{name}”：要写 层级.角色 或 单位.角色", "the organisation has no “{name}”: it is TIER.ROLE or UNIT.ROLE"),
}  # fmt: skip
"""T50x: a file of cases that cannot be read (its keys have the flows' F3xx). T51x: a case that goes otherwise than it says."""


class WrongError(Exception):
    """A case that does not go as it says. `expected` and `found` only where two things were compared."""

    def __init__(self, finding: Finding, expected: Any = None, seen: Any = None) -> None:
        super().__init__(finding.message_en)
        self.finding, self.expected, self.seen = finding, expected, seen


def finding(code: str, place: Place, fix: str | None = None, **facts: Any) -> Finding:
    """A finding of a file of cases. `facts` are the slots of both sentences."""
    said = CODES[code]
    return found(code, said.zh.format(**facts), said.en.format(**facts), place, fix)


def wrong(code: str, place: Place, **facts: Any) -> WrongError:
    """What is raised where a case goes otherwise."""
    return WrongError(finding(code, place, **facts))

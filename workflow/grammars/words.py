"""Every word of the flow language in English and Chinese: the one table. Not here: where a word may stand (language.keys), what it means.

A line is the English word and its Chinese ones: the first is what `guankou fmt --zh` writes, the others are understood too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]

KEYS: Final[Words] = {
    # the top and the start
    "flow": "流程", "title": "名称", "start": "发起", "steps": "步骤", "secret": "保密", "help": "说明", "watch": "监测",
    "merge": "合并", "by": "由", "via": "途径", "form": "表单", "must": "必须", "at": "定时", "unit": "单位", "with": "带上",
    # a step
    "when": "条件", "each": "逐项", "where": "其中", "open": "开始于", "tell": "抄送", "due": "限时", "late": "逾期", "reject": "驳回",
    "remind": "提醒", "back": "退回到", "resume": "续办", "show": "出示", "need": "会签", "items": "清单", "reopen_on": "变更重审",
    "urgent": "加急", "weight": "权重", "take": "领取", "match": "匹配", "beat": "报平安", "stop": "停播", "restart": "复播",
    "spread": "分布", "score": "得分", "within": "限额",
    # deeds
    "number": "编号", "set": "设为", "count": "计数", "publish": "发布", "text": "文字", "add": "加入", "hold": "冻结", "pay": "支付",
    "webhook": "接口", "report": "报送", "amount": "金额", "from": "从", "to": "给", "cap": "上限", "per": "按", "last": "最近",
    # a merge
    "same": "相同",
}  # fmt: skip
"""A key means one thing wherever it stands."""

KINDS: Final[Words] = {
    "review": "审核", "check": "关口", "all": "并行", "steps": "依次做", "do": "自动", "task": "任务", "collect": "征集", "live": "直播",
    "draw": "抽取", "rank": "排名", "run": "子流程",
}  # fmt: skip

REJECT: Final[Words] = {"end": "结束", "continue": "继续"}
RESUME: Final[Words] = {"again": "重走", "here": "原处"}
LATE: Final[Words] = {"escalate": "上报", "continue": "继续", "reject": "驳回", "cancel": "取消"}
VIA: Final[Words] = {"chat": "聊天", "web": "网页", "api": "接口"}
TAKE: Final[Words] = {"any": "都可办 任意", "grab": "抢单", "assign": "派单 指派", "auto": "自动派单 自动"}
YES: Final[Words] = {"yes": "是", "no": "否"}
REMIND: Final[Words] = {"no": "不提醒 否", "none": "不提醒"}
NEED: Final[Words] = {"all": "全部 会签", "in order": "依次"}
FORMS: Final[Words] = {"many": "多选", "one": "单选", "rows": "列表"}
"""How a field is written that is no single text: `{ many: [甲, 乙] }`."""

TYPES: Final[Words] = {
    "text": "文字", "int": "整数", "number": "数字", "money": "金额", "photo": "照片", "stars": "星级", "bool": "是否", "place": "地点",
    "checkin": "打卡", "phone": "电话", "url": "网址", "date": "日期", "datetime": "日期时间", "duration": "时长", "file": "文件",
    "person": "人员", "unit": "单位", "one": "单选", "many": "多选",
}  # fmt: skip
OPERATORS: Final[Words] = {
    "and": "且", "or": "或", "not": "非", "in": "属于", "if": "若", "else": "否则", "except": "除", "where": "其中", "every": "各",
}  # fmt: skip
FUNCTIONS: Final[Words] = {
    "has": "有", "count": "个数", "sum": "合计", "mean": "平均", "min": "最小", "max": "最大", "year": "年", "quarter": "季度",
    "month": "月", "day": "日",
}  # fmt: skip
SELVES: Final[Words] = {
    "submitter": "提交人", "row": "各", "item": "本件", "system": "系统", "today": "今天", "now": "现在", "year": "年",
    "quarter": "季度", "month": "月", "anyone": "群众",
}  # fmt: skip
UNITS: Final[Words] = {
    "s": "秒", "m": "分钟", "h": "小时", "d": "日 天", "w": "周", "mo": "个月", "y": "年", "wd": "工作日", "wh": "工作时",
}  # fmt: skip
PERIODS: Final[Words] = {"day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
RESULTS: Final[Words] = {"approved": "通过", "rejected": "驳回", "late": "逾期", "skipped": "跳过", "cancelled": "取消"}
MARKS: Final[Words] = {"pass": "通过", "fail": "不通过", "na": "不适用"}
EXPORTS: Final[Words] = {
    "result": "结果", "timed_out": "超时", "doer": "办理人", "began": "开始", "ended": "结束", "round": "轮次", "ayes": "赞成",
    "noes": "反对", "code": "编号", "unit": "单位",
}  # fmt: skip
"""What every step or the item has behind a dot."""
OWN_EXPORTS: Final[Words] = {
    "answers": "份数", "at": "时间", "seed": "种子", "score": "得分", "rank": "名次", "selected": "入选", "stops": "停播次数",
    "missed": "漏报次数",
}  # fmt: skip
"""What only steps of some kinds have there."""


def spellings(words: Words) -> dict[str, str]:
    """Every spelling of each word, to the English one."""
    return {spelling: word for word, alias in words.items() for spelling in (word, *alias.split(" "))}


def chinese(words: Words) -> dict[str, str]:
    """Each English word, to the Chinese one that is written."""
    return {word: alias.split(" ")[0] for word, alias in words.items()}

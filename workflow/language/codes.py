"""Every finding about a flow's meaning: its code, how grave it is, and its sentence in Chinese and English. Not here: finding it.

G2xx: a value that its small grammar refuses, in the grammar's own words. F3xx: the flow. O45x and O46x: the flow beside an organisation.
Y1xx (the text) stand with the reader, O40x to O43x and O49x (an organisation's own file, and lists) with their reading.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from workflow.domain.finding import Finding
from workflow.language.nodes import Place, found

Level = Literal["error", "warning", "note"]


class Code(NamedTuple):
    """One kind of finding. The sentences hold `{…}` slots."""

    zh: str
    en: str
    level: Level = "error"


GRAMMARS: Final = {
    "G201": ("字段", "a field"),
    "G202": ("办理人", "an actor"),
    "G203": ("条件或值", "a condition or a value"),
    "G204": ("需要几人", "how many are needed"),
    "G205": ("时间", "a moment"),
    "G206": ("文字模板", "a text with slots"),
    "G207": ("名称", "a name"),
    "G208": ("阶梯里的时长", "a rung's duration"),
    "G210": ("值里的名称、类型或缺值", "names, types or missing values in a value"),
}
"""What a grammar's code is about; the sentence is the grammar's own."""

CODES: Final[dict[str, Code]] = {
    # the shape
    "F301": Code("没有“{word}”这个键{asked_zh}", "there is no key “{word}”{asked_en}"),
    "F302": Code("还缺 {keys}", "missing: {keys}"),
    "F303": Code("这里要写成 {example}", "here it must look like {example}"),
    "F304": Code("“{word}”就是第 {line} 行的“{first}”，只写一个", "“{word}” is the “{first}” of line {line}; write one of them"),
    "F305": Code("“{word}”是流程语言里的词，这个版本还不支持", "“{word}” belongs to the language, but this version does not have it yet"),
    "F306": Code("“{key}”在 {kind} 步骤里不起作用，请删掉", "“{key}” means nothing in a {kind} step; delete it"),
    "F307": Code("这里只能写 {choices}{asked_zh}", "this must be one of {choices}{asked_en}"),
    "F308": Code("这里是空的，至少要有一项", "this is empty; at least one is needed"),
    "F309": Code("“{word}”写了两次", "“{word}” stands here twice"),
    "F310": Code("太长了：最多 {most} 个字", "too long: at most {most} characters"),
    "F311": Code(
        "流程的标识要 2 到 40 个字符：小写字母开头，只含小写字母、数字和连字符",
        "a flow's id has 2 to 40 characters: a small letter, then small letters, digits and hyphens",
    ),
    "F312": Code("流程的标识要与文件名相同：文件叫“{file}”", "a flow is called like its file, which is “{file}”"),
    "F313": Code("步骤太多：最多 {most} 步", "too many steps: at most {most}"),
    "F314": Code("步骤嵌套太深：最多 {most} 层", "steps are nested too deep: at most {most} levels"),
    # steps
    "F320": Code(
        "这一步没有写做什么；写 {kinds} 其中一个", "this step does not say what it does; write one of {kinds}"
    ),
    "F321": Code("一步只做一件事：“{first}”和“{word}”只能留一个", "a step does one thing: keep “{first}” or “{word}”"),
    "F322": Code("“{word}”在第 {line} 行已经用了，请换一个名称", "“{word}” is taken already in line {line}; choose another name"),
    "F323": Code("“{word}”是保留的名称，请换一个", "“{word}” is a reserved name; choose another"),
    "F324": Code("“{word}”是每一步都有的字段，请换一个名称", "every step has a field “{word}”; choose another name"),
    "F325": Code("没有“{word}”这个步骤{asked_zh}", "there is no step “{word}”{asked_en}"),
    "F326": Code(
        "“{word}”不在这一步之前，退不回去{asked_zh}", "“{word}” does not come before this step, so nothing can go back to it{asked_en}"
    ),
    "F327": Code("each 要一个列表，“{word}”是{zh}", "each goes over a list; “{word}” is {en}"),
    "F328": Code(
        "each 里面不能再有 each；用子流程（run），这个版本还没有",
        "an each cannot stand inside an each; that takes a run, which this version does not have yet",
    ),
    "F329": Code("where 要和 each 一起写", "where stands beside each"),
    "F330": Code("must 要和 form 一起写", "must stands beside a form"),
    "F331": Code("没有 due，“{key}”不起作用", "without due, “{key}” means nothing"),
    "F332": Code("resume 要在 back 里有去处时才起作用", "resume means nothing where back allows no return"),
    # the late ladder
    "F340": Code("阶梯要按时间从早到晚写，“{word}”不晚于前一级", "a ladder's rungs go from early to late; “{word}” is not after the one before"),
    "F341": Code("“{word}”已经了结这一步，后面的一级永远轮不到", "“{word}” ends the step, so the rungs after it are never reached"),
    # actions and values
    "F350": Code("编号里要有一个 <0001>，不然每一件都一样", "a number needs a <0001>, or it is the same for every item"),
    "F351": Code(
        "“{word}”是人写的原文，不进记录，不能参加判断、计算或编号；只能用 has({word})",
        "“{word}” holds people's own words, which never enter the log: no condition, value or number may use them, only has({word})",
    ),
    "F352": Code("set 不能保存{zh}", "set cannot keep {en}"),
    "F353": Code("计数要一个整数，却是{zh}", "a count adds a whole number; this is {en}"),
    "F354": Code("一个动作只做一件事：“{first}”和“{word}”要分成两项", "an action does one thing: put “{first}” and “{word}” apart"),
    "F355": Code("“{key}”只能和 tell 或 publish 一起写", "“{key}” stands beside tell or publish only"),
    "F356": Code(
        "在 each 里 set 要写到行上（各.{word}），这个版本还不支持",
        "inside an each, set writes into the row (各.{word}), which this version does not have yet",
    ),
    # who
    "F360": Code("“{word}”不是人{asked_zh}", "“{word}” is nobody{asked_en}"),
    "F361": Code("“{word}”不能审核：{zh}", "“{word}” cannot decide: {en}"),
    "F362": Code("“{word}”不能发起：{zh}", "“{word}” cannot start an item: {en}"),
    "F363": Code("没有“{word}”这一项可以出示{asked_zh}", "there is no “{word}” to show{asked_en}"),
    # the whole
    "F370": Code("这个条件永远不成立，这一步永远不会开始", "this condition never holds: the step never opens", "warning"),
    "F371": Code("这个条件永远成立，可以不写", "this condition always holds and can be left out", "warning"),
    "F372": Code("从“{word}”走不到任何结局", "from “{word}” no end can be reached"),
    "F373": Code("“{word}”永远走不到", "“{word}” can never be reached"),
    # beside an organisation
    "O450": Code(
        "手边没有组织文件，层级、角色、群、发布渠道和名录没有核对（用 --org 指定）",
        "no organisation is at hand: tiers, roles, rooms, outlets and lists were not checked (give --org)",
        "note",
    ),
    "O451": Code("组织里没有“{word}”这个层级或单位{asked_zh}", "the organisation has no tier or unit “{word}”{asked_en}"),
    "O452": Code("组织里没有“{word}”这个角色{asked_zh}", "the organisation has no role “{word}”{asked_en}"),
    "O453": Code("组织里没有“{word}”这个人、群或队伍{asked_zh}", "the organisation has no “{word}” to tell or ask{asked_en}"),
    "O454": Code("组织里没有“{word}”这个发布渠道{asked_zh}", "the organisation has no outlet “{word}”{asked_en}"),
    "O455": Code("没有“{word}”这个名录{asked_zh}", "there is no list “{word}”{asked_en}"),
    "O456": Code("“{word}”不是层级；“各”后面要写层级，如 各站.协调员", "“{word}” is no tier; 各X takes a tier: 各站.协调员"),
    "O460": Code(
        "从哪里发起都只有提交人自己能审：{where}；会一直转给管理员",
        "wherever it starts, only the submitter could decide here: {where}; it always goes to the administrator",
        "warning",
    ),
    "O461": Code(
        "从这些单位发起时只有提交人自己能审，会转给管理员：{where}",
        "from these units only the submitter could decide here, so it goes to the administrator: {where}",
        "note",
    ),
    "O462": Code("要 {need} 人，却最多只有 {most} 人能审", "{need} are needed, but at most {most} can decide here", "warning"),
    "O463": Code("要 {need} 人，从这些单位发起时人不够：{where}", "{need} are needed; from these units there are too few: {where}", "note"),
    "O464": Code("没有人担任 {who}；会交给上一级的协调员", "nobody holds {who}; the coordinator above is asked", "warning"),
    "O465": Code(
        "这一步的层级都在发起单位之下，从哪里发起都会跳过",
        "all tiers of this step lie below where items start: it is always skipped",
        "warning",
    ),
}  # fmt: skip


def level(code: str) -> Level:
    """How grave a finding is: an error stops the flow, a warning is a finding, a note is only said."""
    if code in CODES:
        return CODES[code].level
    return "warning" if code.startswith("O49") else "error"


def finding(code: str, place: Place, fix: str | None = None, *, sure: bool = False, **facts: Any) -> Finding:
    """A finding with its sentences filled in. `facts` are the slots of both."""
    said = CODES[code]
    return found(code, said.zh.format(**facts), said.en.format(**facts), place, fix, sure=sure)

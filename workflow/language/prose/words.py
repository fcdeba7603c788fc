"""The sentences of the prose, each in Chinese and English, in one table. Not here: which of them a flow needs (rule, step, …)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any, Final, Literal

Language = Literal["zh", "en"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "head": ("流程 {flow}。标“〔默认〕”的没有写在流程里，是默认的规定。", "Flow {flow}. What is marked [default] is not written in the flow: it holds by itself."),
    "default": ("〔默认〕", " [default]"),
    "chapter.start": ("一、发起", "I. How it begins"),
    "chapter.steps": ("二、步骤", "II. Steps"),
    "chapter.always": ("三、通则", "III. What always holds"),
    "stop": ("。", "."), "colon": ("：", ":"),
    "listed": ("、", ", "),
    "secret": ("本流程的事项保密：群里只见编号和链接，内容只在私聊中出示", "Items of this flow are secret: groups see the number and the link only, the content is shown in private chats"),
    "open": ("本流程的事项不保密", "Items of this flow are not secret"),
    # the start
    "start.by": ("{who}可以发起", "An item may be begun by {who}"),
    "start.anyone": ("谁都可以发起", "anybody may begin an item"),
    "start.via": ("可以在{vias}发起", "it may be begun in {vias}"),
    "via.chat": ("聊天里", "the chat"),
    "via.web": ("网页上", "the web"),
    "via.api": ("接口上", "the API"),
    "start.form": ("发起时填写：", "What is handed in:"),
    "start.no_form": ("发起时不用填表", "nothing has to be filled in"),
    "start.must": ("填写的内容要满足：{condition}，否则不能提交", "it can be handed in only if {condition}"),
    "start.unit": ("事项属于发起人凭以发起的单位，这样的单位有几个时由其选一个", "the item belongs to the unit by whose role it was begun; who may begin it from several chooses one"),
    "start.unit.anyone": ("事项属于发起人任职的单位，有几个时由其选一个；没有任职的，属于最上级单位",
        "the item belongs to the unit where who begins it holds a post, of several to the one they choose; of who holds none, to the unit at the top"),
    # fields
    "field": ("{name}：{what}", "{name}: {what}"),
    "optional": ("{name}（可以不填）", "{name} (may be left out)"),
    "type.text": ("文字", "text"), "type.int": ("整数", "a whole number"), "type.number": ("数", "a number"), "type.money": ("金额", "money"),
    "type.bool": ("是或否", "yes or no"), "type.date": ("日期", "a date"), "type.datetime": ("日期和时间", "a date and time"),
    "type.duration": ("时长", "a duration"), "type.stars": ("最多 {high} 颗星", "up to {high} stars"), "type.place": ("地点", "a place"),
    "type.checkin": ("现场打卡", "a check-in on the spot"), "type.phone": ("电话", "a telephone number"), "type.url": ("网址", "a web address"),
    "type.photo": ("照片", "photos"), "type.file": ("文件", "a file"), "type.person": ("一个人", "a person"), "type.unit": ("一个单位", "a unit"),
    "type.choice.one": ("从中选一项：{choices}", "one of {choices}"), "type.choice.many": ("从中选一项或几项：{choices}", "one or more of {choices}"),
    "type.source.one": ("从“{source}”里选一项", "one of the list “{source}”"), "type.source.many": ("从“{source}”里选一项或几项", "one or more of the list “{source}”"),
    "type.where": ("其中{condition}的", "those where {condition}"),
    "type.rows": ("列表，每行填写下列各项", "a list, each row of it with"),
    "type.among": ("{who}中的一位", "one of {who}"), "type.tier": ("“{tier}”这一层的单位", "a unit of the tier “{tier}”"),
    "files": ("{extensions} 格式", "as {extensions}"),
    "range": ("{low} 到 {high}", "{low} to {high}"), "from": ("{low} 起", "{low} or more"),
    "unit.text": ("{bounds}个字", "{bounds} characters"), "unit.money": ("{bounds}元", "{bounds} yuan"), "unit.photo": ("{bounds}张", "{bounds}"),
    "unit.int": ("{bounds}", "{bounds}"), "unit.number": ("{bounds}", "{bounds}"),
    # a step
    "step.review": ("由{who}审核", "Reviewed by {who}"),
    "step.check": ("由{who}把关，每人逐项核对：{items}。每一项都要标明通过、不通过或不适用，才能表态；有一项不通过，就不能通过",
        "Checked by {who}, each for themselves, line by line: {items}. Each line is marked pass, fail or not applicable before a vote; a line that fails forbids approval"),
    "step.all": ("以下各项同时进行，全部通过才算通过；有一项驳回，整步就驳回，其余取消", "The following go on side by side; all must pass, and the first rejection is the whole step's: the others are cancelled"),
    "step.steps": ("以下各步依次进行，都过了才算通过", "The following go on one after the other, and all must pass"),
    "step.do": ("系统自动依次办理，随前一步的决定一起生效：", "Done by the system, in this order, committed with the decision before:"),
    "step.each": ("对“{rows}”的每一行各办一次，同时进行，每一行都过了才算通过；一行也没有就直接往下走，并留下记录",
        "Once for each row of “{rows}”, side by side; every row must pass. Without any row it goes on, and the log says so"),
    "step.where": ("只办符合条件的行：{condition}", "Only rows of which {condition}"),
    "step.when": ("只有{condition}时才办，否则跳过", "Only if {condition}; otherwise the step is skipped"),
    "step.always": ("每一件都要经过这一步", "Every item passes through this step"),
    "step.opens": ("到{moment}才开始", "It opens {moment}, not before"),
    "step.opens.at_once": ("轮到就开始", "It opens as soon as its turn comes"),
    "step.help": ("说明：{help}", "Note: {help}"),
    "need.one": ("一人决定即可：先表态的人无论通过还是驳回，都算定了", "one decision is enough: whoever decides first, either way, settles it"),
    "need.number": ("要 {need} 人通过；通过的人数够不到 {need} 时即为驳回", "{need} approvals are needed; once {need} cannot be reached any more, it is rejected"),
    "need.percent": ("要有 {need} 以上（含）的人通过；够不到时即为驳回", "at least {need} of them must approve; once that cannot be reached any more, it is rejected"),
    "need.all": ("所有人都要通过；有一人驳回即为驳回", "all of them must approve; the first rejection settles it"),
    "need.in_order": ("依次表态，前一位通过才轮到下一位；有一人驳回即为驳回", "they decide in order, each after the one before approved; the first rejection settles it"),
    "need.if": ("如果{condition}，{then}；否则{otherwise}", "if {condition}, {then}; otherwise {otherwise}"),
    "due": ("限时：{due}", "Due: {due}"),
    "due.after": ("开始后{duration}内", "within {duration} of opening"),
    "due.at": ("到{moment}为止", "by {moment}"),
    "due.none": ("这一步本身没有期限", "The step itself has no deadline"),
    "due.outer": ("不超过外面那一步的期限", "never later than the step around it"),
    "remind": ("{moments}各提醒一次还没办的人", "whoever still owes something is reminded {moments}"),
    "remind.default": ("时间过了{shares}时", "when {shares} of the time is gone"),
    "remind.share": ("{share}%", "{share} %"),
    "remind.after": ("开始后{duration}", "{duration} after opening"),
    "remind.none": ("不提醒", "nobody is reminded"),
    "and": (" 和 ", " and "),
    "late.escalate": ("逾期不办，报告上一级的协调员（再往上没有时报告管理员），这一步继续等待；逾期既不算通过，也不算驳回",
        "when it is late, the coordinator of the tier above is told (above the top, the administrator) and the step stays open; lateness is neither an approval nor a rejection"),
    "late.continue": ("逾期不办，这一步记为逾期，接着办下一步；不算通过", "when it is late, the step ends as late and the flow goes on; that is no approval"),
    "late.reject": ("逾期不办，{rejected}", "when it is late, {rejected}"),
    "late.cancel": ("逾期不办，事项取消", "when it is late, the item is cancelled"),
    "late.ladder": ("逾期不办，依次：", "when it is late, in turn:"),
    "late.rung": ("逾期{after}：{deeds}", "{after} after that: {deeds}"),
    "late.rung.now": ("一到期：{deeds}", "at once: {deeds}"),
    "rung.continue": ("这一步记为逾期，接着办下一步", "the step ends as late and the flow goes on"),
    "rung.reject": ("{rejected}", "{rejected}"),
    "rung.cancel": ("事项取消", "the item is cancelled"),
    "reject.end": ("驳回后事项结束", "a rejection ends the item"),
    "reject.continue": ("驳回后不结束，接着办下一步", "after a rejection the flow goes on with the next step"),
    "reject.around": ("驳回即为外面那一步的驳回", "a rejection is a rejection of the step around it"),
    "rejected.end": ("事项按驳回结束", "the item ends as rejected"),
    "rejected.around": ("外面那一步按驳回处理", "the step around it counts as rejected"),
    "back": ("审核人一人就可以退回，可以退给：{targets}", "any one of them may return it, to: {targets}"),
    "back.none": ("不许退回", "it cannot be returned"),
    "back.submitter": ("提交人", "the submitter"),
    "resume.again": ("改好后从退到的地方重新逐步往下办（退给提交人的从第一步办起）", "after that it goes through all steps again from where it was sent (from the submitter: from the first step)"),
    "resume.here": ("改好后直接回到退回的这一步；中间已审过的内容有改动时，仍从头逐步办", "after that it comes straight back to this step, unless what was reviewed in between has changed: then it goes through all steps again"),
    "show.all": ("审核时出示整张表单", "the whole form is shown to them"),
    "show.some": ("审核时只出示：{names}", "only this is shown to them: {names}"),
    "form.own": ("表态时还要填写：", "With the decision they fill in:"),
    "form.must": ("填写的内容要满足：{condition}", "what they fill in must hold: {condition}"),
    "tell.when.over": ("这一步办完后，通知{who}", "when the step is over, {who} are told"),
    # deeds
    "deed.number": ("给出“{name}”，形如 {text}；不断号，重走时不另给", "give the number “{name}”, like {text}; gapless, and kept when a step is gone through again"),
    "deed.set": ("把“{name}”记为{value}", "set “{name}” to {value}"),
    "deed.count": ("“{name}”加{value}，按单位逐级汇总", "add {value} to “{name}”, summed up along the units"),
    "deed.tell": ("通知{who}", "tell {who}"),
    "deed.publish": ("发布到{outlets}", "publish to {outlets}"),
    "deed.text": ("，内容是“{text}”", ", with the words “{text}”"),
    "deed.card": ("，内容是事项卡片", ", with the item's card"),
    "per.day": ("每天", "each day"), "per.week": ("每周", "each week"), "per.month": ("每月", "each month"), "per.quarter": ("每季度", "each quarter"), "per.year": ("每年", "each year"),
    "counter": ("<{digits}，{per}从 1 数起>", "<{digits}, counted from 1 {per}>"),
    "counter.ever": ("<{digits}，一直数下去>", "<{digits}, counted on forever>"),
    # who
    "who.post": ("{unit}的{role}", "the {role} of the {unit}"),
    "who.every": ("下面每个{unit}的{role}", "the {role} of every {unit} below"),
    "who.field": ("表单“{name}”里填的人", "whom the form names as “{name}”"),
    "who.doer": ("办理“{step}”的人", "who decided at “{step}”"),
    "who.submitter": ("提交人", "the submitter"),
    "who.but": ("{who}（{but}除外）", "{who} (except {but})"),
    # values
    "value.>=": ("{left}不低于{right}", "{left} is at least {right}"), "value.>": ("{left}超过{right}", "{left} is more than {right}"),
    "value.<=": ("{left}不超过{right}", "{left} is at most {right}"), "value.<": ("{left}不到{right}", "{left} is less than {right}"),
    "value.==": ("{left}是{right}", "{left} is {right}"), "value.!=": ("{left}不是{right}", "{left} is not {right}"),
    "moment.>=": ("{left}不早于{right}", "{left} is not before {right}"), "moment.>": ("{left}晚于{right}", "{left} is after {right}"),
    "moment.<=": ("{left}不晚于{right}", "{left} is not after {right}"), "moment.<": ("{left}早于{right}", "{left} is before {right}"),
    "moment.==": ("{left}是{right}", "{left} is {right}"), "moment.!=": ("{left}不是{right}", "{left} is not {right}"),
    "value.and": ("，并且", " and "), "value.or": ("，或者", " or "), "value.in_brackets": ("（{value}）", "({value})"),
    "brief.and": (" 且 ", " and "), "brief.or": (" 或 ", " or "), "brief.has": ("有{value}", "{value} given"), "brief.row": ("{part}", "{part}"),
    "value.not": ("不符合“{value}”", "it is not so that {value}"),
    "value.true": ("{value}为“是”", "{value} is yes"), "value.false": ("{value}为“否”", "{value} is no"),
    "value.late": ("“{step}”超时", "“{step}” timed out"), "value.in_time": ("“{step}”没有超时", "“{step}” did not time out"),
    "value.has": ("填了{value}", "{value} is given"), "value.has_not": ("没有填{value}", "{value} is not given"),
    "value.among": ("{left}是{choices}之一", "{left} is one of {choices}"), "value.not_among": ("{left}不是{choices}之一", "{left} is none of {choices}"),
    "value.within": ("{left}在{list}里", "{left} is in {list}"), "value.not_within": ("{left}不在{list}里", "{left} is not in {list}"),
    "value.if": ("{then}（如果{condition}，否则{otherwise}）", "{then} (if {condition}, otherwise {otherwise})"),
    "value.part": ("“{owner}”的{part}", "{part} of “{owner}”"), "value.row": ("这一行的{part}", "this row's {part}"), "value.item": ("本件的{part}", "this item's {part}"),
    "value.count": ("{value}的个数", "the number of {value}"), "value.sum": ("{value}的合计", "the sum of {value}"), "value.mean": ("{value}的平均", "the mean of {value}"),
    "value.min": ("{value}中最小的", "the least of {value}"), "value.max": ("{value}中最大的", "the greatest of {value}"), "value.else": ("{value}（没有时按{otherwise}）", "{value} ({otherwise} where there is none)"),
    "value.year": ("{value}的年份", "the year of {value}"), "value.quarter": ("{value}的季度", "the quarter of {value}"), "value.month": ("{value}的月份", "the month of {value}"), "value.day": ("{value}的日子", "the day of {value}"),
    "moment.after": ("{anchor}后{duration}", "{duration} after {anchor}"), "moment.before": ("{anchor}前{duration}", "{duration} before {anchor}"),
    "moment.from_now": ("当时起{duration}后", "{duration} from then"), "moment.ago": ("当时起{duration}前", "{duration} before then"), "moment.at": ("{day} {clock}", "{day} at {clock}"),
    "word.今天": ("今天", "today"), "word.现在": ("现在", "now"), "word.年": ("年份", "the year"), "word.季度": ("季度", "the quarter"), "word.月": ("月份", "the month"),
    "word.提交人": ("提交人", "the submitter"), "word.本件": ("本件", "this item"), "word.各": ("这一行", "this row"), "word.系统": ("系统", "the system"),
    "part.结果": ("结果", "the result"), "part.超时": ("超时", "the lateness"), "part.办理人": ("办理人", "who decided"), "part.开始": ("开始时间", "the beginning"),
    "part.结束": ("结束时间", "the end"), "part.轮次": ("轮次", "the round"), "part.赞成": ("赞成人数", "the approvals"), "part.反对": ("反对人数", "the rejections"),
    "part.编号": ("编号", "code"), "part.单位": ("单位", "unit"),
    # what always holds; {…} are the engine's own bounds
    "always.nothing": ("没有自动通过：逾期、没有人、跳过和出错都不算谁同意了", "Nothing passes by itself: lateness, an empty post, a skipped step or a fault is never somebody's approval"),
    "always.posts": ("“层级的角色”指本件所属单位或其上级中那个层级的、当时担任该角色的人", "A role of a tier means whoever holds it at the unit of that tier that is, or is above, the item's unit"),
    "always.submitter": ("提交人不审自己提交的事项", "Nobody judges what they handed in themselves"),
    "always.tiers": ("同一个人在一件事项里只在一个层级审核", "One person decides at one tier of an item only"),
    "always.below": ("层级都低于本件所属单位的步骤自动跳过，并在记录里说明", "A step whose tiers all lie below the item's unit is skipped, and the log says so"),
    "always.nobody": ("没有人担任该角色时，由上一级的协调员办理；因回避没有人能审，或人数不够时，由管理员指定人选", "Where nobody holds the role, the coordinator above decides; where separation of duties leaves nobody, or too few, an administrator names somebody"),
    "always.rights": ("有没有权办，以决定生效的那一刻为准", "Whether somebody may decide is judged at the moment their decision takes effect"),
    "always.inner": ("里面的步骤不会超过外面那一步的期限；开始时已经到期的，立即按逾期处理", "What is inside a step never outlives its deadline; what is past already when it opens is late at once"),
    "always.paused": ("退给提交人期间不计时", "No clock runs while the item is with the submitter"),
    "always.reminders": ("一步最多提醒 {most} 次", "A step reminds at most {most} times"),
    "always.reasons": ("驳回和退回要写理由", "A rejection and a return need a reason"),
    "always.withdraw": ("办理期间，提交人可以撤回事项", "While it is under way, the submitter may withdraw the item"),
    "always.rounds": ("同一步办过 {told} 轮还要再办，告知管理员；办过 {suspended} 轮，事项暂停，由管理员处理", "Before a step's round {more} the administrator is told; after {suspended} rounds the item is suspended until the administrator acts"),
    "always.error": ("条件算不出来时，事项暂停，由管理员处理", "Where a condition cannot be computed, the item is suspended until the administrator acts"),
    "always.version": ("事项始终按发起时的那一版流程办", "An item keeps the version of the flow with which it began"),
    "always.end": ("最后一步办完，事项办结", "When the last step is over, the item is done"),
}  # fmt: skip

_UNITS: Final = {
    "s": ("秒", "second"), "m": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day"), "w": ("周", "week"), "mo": ("个月", "month"),
    "y": ("年", "year"), "wd": ("个工作日", "working day"), "wh": ("个工作时", "working hour"),
}  # fmt: skip


def say(language: Language, key: str, **facts: Any) -> str:
    """A sentence with its slots filled. KeyError for a key that the table does not have."""
    return spoken(WORDS[key], language, facts)


def spoken(words: tuple[str, str], language: Language, facts: Mapping[str, Any]) -> str:
    """A sentence in Chinese and English with its slots filled, in one of the two."""
    zh, en = words
    if language == "en":
        return en.format(**facts)
    pieces: list[str] = []
    for said, slot, _, _ in Formatter().parse(zh):
        pieces += [said, str(facts[slot]) if slot else ""]
    return apart(pieces)


def apart(pieces: Iterable[str]) -> str:
    """Pieces of Chinese in a row, with a blank where a figure or a Latin letter meets a Chinese character."""
    said = ""
    for piece in pieces:
        if said and piece and (_meet(said[-1], piece[0]) or _meet(piece[0], said[-1])):
            said += " "
        said += piece
    return said


def listed(language: Language, words: Sequence[str]) -> str:
    """Several things in a row."""
    return say(language, "listed").join(words)


def length(language: Language, parts: Sequence[tuple[int, str]]) -> str:
    """A duration: `1 个工作日`, `2 working days`."""
    if language == "zh":
        return " ".join(f"{count} {_UNITS[unit][0]}" for count, unit in parts)
    return " ".join(f"{count} {_UNITS[unit][1]}{'' if count == 1 else 's'}" for count, unit in parts)


def _meet(latin: str, chinese: str) -> bool:
    return latin.isascii() and (latin.isalnum() or latin == "%") and not chinese.isascii() and chinese.isalnum()

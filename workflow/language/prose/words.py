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
    "chapter.always.after": ("四、通则", "IV. What always holds"),
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
    "start.nobody": ("没有人日常发起；可以由别的流程发起，也可以由管理员发起", "nobody begins it in the ordinary course; other flows may, and an administrator may"),
    "start.admin": ("也可以由管理员发起", "an administrator may begin one, too"),
    "start.at": ("{when}自动发起；停机错过的，恢复后补发一次，并注明迟到", "It begins by itself {when}; what was missed while the system was down happens once afterwards, and says that it is late"),
    "start.each": ("对“{rows}”的每一行各发起一件", "one item for each row of “{rows}”"),
    "start.where": ("只发起符合条件的行：{condition}", "only for rows of which {condition}"),
    "start.with": ("自动发起时，表单填：{values}", "the form then holds: {values}"),
    "start.with.one": ("{name} = {value}", "{name} = {value}"),
    "start.unit.named": ("事项属于{unit}所指的单位", "the item belongs to the unit that {unit} names"),
    "start.unit.top": ("事项属于最上级单位", "the item belongs to the unit at the top"),
    "start.merge": ("{last}以内，{fields}都一样的算同一件：后来的并入还没办完的那一件，提交人能看到进展", "What answers {fields} alike within {last} is the same: it joins the item that is open still, and whoever handed it in follows that one"),
    "recur.span": ("每{duration}{clock}", "every {duration}{clock}"), "recur.day": ("每天{clock}", "every day{clock}"),
    "recur.workday": ("每个工作日{clock}", "every working day{clock}"), "recur.week": ("每周{days}{clock}", "every {days}{clock}"),
    "recur.month": ("每月{nth}{clock}", "{nth} of every month{clock}"), "recur.quarter": ("每季度{month}{nth}{clock}", "{nth} of {month}every quarter{clock}"),
    "recur.half": ("每半年{month}{nth}{clock}", "{nth} of {month}every half-year{clock}"), "recur.year": ("每年{month}{nth}{clock}", "{nth} of {month}every year{clock}"),
    "recur.month.n": ("第 {n} 个月", "month {n} of "), "recur.month.of_year": (" {n} 月", "month {n} of "),
    "nth.day": ("第 {n} 天", "on day {n}"), "nth.workday": ("第 {n} 个工作日", "on working day {n}"), "nth.last": ("最后一个工作日", "on the last working day"),
    "clock": (" {clock}", " at {clock}"), "clock.none": ("上班时", " when work begins"),
    **{f"weekday.{n}": (zh, en) for n, (zh, en) in enumerate(zip("一二三四五六日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True), 1)},
    # rules over many items
    "chapter.watch": ("三、监测", "III. What is watched"),
    "watch": ("{name}：{last}办结的事项{per}，如果{condition}，就在刚变成这样时：", "{name}: over the items that ended done {last}{per}, when {condition}, at the moment it becomes so:"),
    "watch.per": ("（按{per}分开看）", ", apart by {per}"),
    "window.count": ("最近 {n} 件", "(the last {n}, once there are so many)"), "window.duration": ("最近{duration}", "in the last {duration}"),
    "window.this": ("本{period}", "in this {period}"), "window.before": ("上{period}", "in the {period} before"),
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
    "step.task": ("由{who}去办", "To be done by {who}"),
    "step.urgent": ("加急：静默时段和勿扰中也立即送到", "Urgent: what is sent because of it waits for nobody's quiet hours"),
    "task.match": ("只找符合条件的人：{condition}", "only such people as {condition}"),
    "take.any": ("都会收到，谁先办完算谁的", "all of them are asked, and who hands it in first has done it"),
    "take.grab": ("都会收到，先接单的办", "it is offered to all of them, and who takes it first does it"),
    "take.assign": ("由本单位的协调员（没有就再往上，最后是管理员）派给其中一人", "the coordinator of the item's unit (else above, in the end the administrator) gives it to one of them"),
    "take.auto": ("由系统派给手上待办最少的人", "the system gives it to whoever of them has the fewest open tasks"),
    "task.one": ("一人{done}即可", "one who {done} is enough"), "task.number": ("要 {need} 人{done}", "{need} must have done so ({done})"),
    "task.all": ("人人都要{done}", "everybody must have done so ({done})"),
    "task.handed": ("办结", "hands it in"), "task.taken": ("接单", "takes it"),
    "task.declined": ("谢绝了就另找别人，谢绝的人不再找；一次最多问 {most} 人，队伍里其他人可以凭编号接单；实在找不到人，转给管理员，绝不自动算办完",
        "whoever declines is not asked again, and others are; {most} are asked at once at the most, others of the pool may take it by its code; where nobody is found, the administrator is asked: it never passes by itself"),
    "task.judge": ("办过的人以后不能再审这一件", "who did it decides nothing more in this item"),
    "task.form": ("办结时填写：", "What is filled in when it is handed in:"),
    "step.live": ("由{who}看守。前面各步都通过（或跳过）才开始；有没通过的，转给管理员", "Watched by {who}. It opens only when every step before it passed or was skipped; otherwise an administrator is asked"),
    "live.beat": ("每 {duration}要报一次平安；到时没有人报，记一次漏报并提醒所有看守的人，再过半个间隔还没有报，告知上一级的协调员", "somebody says every {duration} that all is well; when nobody does, that is counted and everybody who watches is nudged, and half as long after the coordinator above is told"),
    "live.beat.none": ("不用报平安", "no all-clear is owed"),
    "live.stop": ("任何一位看守的人按一下停播，立即生效，不再确认，同时：", "One press of anybody who watches stops it, at once and without being asked again, and then:"),
    "live.restart": ("停播以后，{n} 位不同的看守人同意才能复播", "after a stop, {n} different people of those who watch must agree to go on"),
    "step.collect": ("向{who}征集，一人一份，可以再填，最后一次的算数", "Collected from {who}: one answer each, which may be given again; the last one counts"),
    "answers.form": ("每份填写：", "What each fills in:"),
    "answers.open": ("不限份数，到期为止", "as many as there are until it is due"), "answers.all": ("请到的人都填了就结束", "over when everybody who was asked has answered"),
    "answers.number": ("满 {need} 份就结束", "over with {need} answers"), "answers.percent": ("请到的人里有 {need}填了就结束", "over when {need} of those who were asked have answered"),
    "form.secret": ("所填内容在“{step}”开始以前保密：除了填的人自己，谁也看不到，管理员也不例外", "what is filled in is secret until “{step}” opens: nobody sees it but who gave it, administrators neither"),
    "late.end": ("到时即结束", "then it is over"),
    "step.draw": ("从“{rows}”里随机抽取 {need}", "Drawn at random from “{rows}”: {need}"),
    "draw.spread": ("按“{column}”分布：每个值先各抽一行，有余再抽第二行", "spread over “{column}”: nobody second from one value before somebody first from every other"),
    "draw.seed": ("种子的指纹在发起时就写进记录，抽取时公开种子，谁都可以重算一遍", "the hash of the seed stands in the log when the item begins, the seed is revealed with the draw, and anybody can repeat it"),
    "step.rank": ("“{rows}”按{score}从高到低排名；得分相同的名次并列，先后照列表", "“{rows}” is ranked by {score}, the highest first; equal scores share a place and stand in the order of the list"),
    "rank.need": ("从上往下选 {need}", "selected from the top: {need}"),
    "rank.within": ("从上往下选，到第一个不再满足的为止：{condition}（函数里的“这一行”指已选的各行）",
        "selected from the top, down to the first for which this fails: {condition} (in a function, “this row” means the rows selected so far)"),
    "rank.all": ("全部入选", "all are selected"),
    "rows.all": ("全部各行", "all rows"), "rows.percent": ("{need} 的行（不足一行的进一）", "{need} of the rows, rounded up"), "rows.number": ("{need} 行", "{need} rows"),
    "rows.if": ("{then}（如果{condition}，否则{otherwise}）", "{then} (if {condition}, otherwise {otherwise})"),
    "step.do": ("系统自动依次办理，随前一步的决定一起生效：", "Done by the system, in this order, committed with the decision before:"),
    "step.each": ("对“{rows}”的每一行各办一次，同时进行，每一行都过了才算通过；一行也没有就直接往下走，并留下记录",
        "Once for each row of “{rows}”, side by side; every row must pass. Without any row it goes on, and the log says so"),
    "step.where": ("只办符合条件的行：{condition}", "Only rows of which {condition}"),
    "step.run": ("开一件“{flow}”，等它结束：办结算通过，其它结局都算驳回", "An item of “{flow}” begins and the step waits for its end: done is an approval, any other end a rejection"),
    "run.each": ("“{rows}”的每一行各开一件，同时进行；这里只数有几件结束了", "One item for each row of “{rows}”, side by side; here they are only counted as they end"),
    "run.unit": ("子件的单位：{unit}", "Its unit: {unit}"),
    "run.unit.own": ("子件的单位与本件相同", "It belongs to this item's unit"),
    "run.with": ("子件的表单：{form}", "Its form: {form}"),
    "run.value": ("{name}填{value}", "{name} is {value}"),
    "run.cancelled": ("这一步提前了结时，还没办完的子件取消", "Where the step ends earlier, items that are under way are cancelled"),
    "step.when": ("只有{condition}时才办，否则跳过", "Only if {condition}; otherwise the step is skipped"),
    "step.always": ("每一件都要经过这一步", "Every item passes through this step"),
    "step.opens": ("到{moment}才开始", "It opens {moment}, not before"),
    "step.opens.at_once": ("轮到就开始", "It opens as soon as its turn comes"),
    "step.help": ("说明：{help}", "Note: {help}"),
    "need.one": ("一人决定即可：先表态的人无论通过还是驳回，都算定了", "one decision is enough: whoever decides first, either way, settles it"),
    "need.number": ("要 {need} 人通过；通过的人数够不到 {need} 时即为驳回", "{need} approvals are needed; once {need} cannot be reached any more, it is rejected"),
    "need.percent": ("要有 {need} 以上（含）的人通过；够不到时即为驳回", "at least {need} of them must approve; once that cannot be reached any more, it is rejected"),
    "need.weight": ("百分比按“{column}”算，权重在开始时定下", "the percentage is of the weight “{column}”, which is settled when the step opens"),
    "need.all": ("所有人都要通过；有一人驳回即为驳回", "all of them must approve; the first rejection settles it"),
    "need.in_order": ("依次表态，前一位通过才轮到下一位；有一人驳回即为驳回", "they decide in order, each after the one before approved; the first rejection settles it"),
    "need.if": ("如果{condition}，{then}；否则{otherwise}", "if {condition}, {then}; otherwise {otherwise}"),
    "due": ("限时：{due}", "Due: {due}"),
    "due.after": ("开始后{duration}内", "within {duration} of opening"),
    "due.lasting": ("开始后到表单里填的“{name}”为止", "as long after opening as the form says under {name}"),
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
    "back.giver": ("交这一行的人（只改这一行，改好后这一行重来）", "whoever gave the row (who amends that row alone; then the row begins anew)"),
    "back.submitter": ("提交人", "the submitter"),
    "resume.again": ("改好后从退到的地方重新逐步往下办（退给提交人的从第一步办起）", "after that it goes through all steps again from where it was sent (from the submitter: from the first step)"),
    "reopen.some": ("直接回到原处时，改了{names}才要在这一步重审，否则原来的意见照旧", "when it comes straight back, this step looks again only if {names} changed; otherwise what was decided here still counts"),
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
    "deed.webhook": ("调用接口{outlets}", "call the webhook {outlets}"),
    "deed.hold": ("从{source}冻结{currency} {amount}；不够就由系统驳回；无论怎样结束，没有支付的都退回", "hold {amount} {currency} of {source}; where it cannot be had, the system rejects; what is not paid is given back, however it ends"),
    "deed.pay": ("从{source}付给{target}{currency} {amount}，先用本件冻结的；不够就挂起，由管理员处理；一件只付一次", "pay {amount} {currency} from {source} to {target}, out of what the item holds first; where that does not cover it, the item is suspended; paid once for an item"),
    "deed.pay.cap": ("；每个收款人{per}最多 {amount}", "; no more than {amount} {per} to each receiver"),
    "account.of": ("{whose}的账户", "the account of {whose}"), "account.unit": ("“{unit}”的账户“{name}”", "the account “{name}” of the {unit}"), "account.name": ("账户“{name}”", "the account “{name}”"),
    "deed.add": ("往名录“{list}”加一行，同名的换掉：{columns}", "add a row to the list “{list}”, in place of the one of that name: {columns}"), "deed.add.column": ("{name}为{value}", "{name} is {value}"),
    "deed.report": ("把{days}的计数汇总报送{who}，{units}：{lines}", "sum the counters of {days} up and tell {who}, {units}: {lines}"), "deed.report.line": ("{name}为{value}", "{name} is {value}"),
    "deed.report.per": ("每个{per}一行", "one line for each {per}"), "deed.report.whole": ("只有本件的单位一行", "one line, for the item's unit"),
    "last.ever": ("从头到现在", "all the time"), "last.duration": ("最近 {duration}", "the last {duration}"), "last.this": ("本{period}", "this {period}"), "last.before": ("上{period}", "the {period} before"),
    "period.day": ("日", "day"), "period.week": ("周", "week"), "period.month": ("月", "month"), "period.quarter": ("季度", "quarter"), "period.year": ("年", "year"),
    "deed.run": ("开一件“{flow}”，不等它结束", "begin an item of “{flow}”, which nobody waits for"),
    "deed.run.unit": ("，单位是{unit}", ", of {unit}"), "deed.run.with": ("，表单里{form}", "; its form: {form}"),
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
    "who.anyone": ("群众（任何人）", "anyone"),
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
    "part.份数": ("份数", "the number of answers"), "part.停播次数": ("停播次数", "the number of stops"), "part.漏报次数": ("漏报次数", "the number of missed all-clears"),
    "part.得分": ("得分", "the score"), "part.名次": ("名次", "the rank"), "part.入选": ("入选", "whether it is selected"), "part.种子": ("种子", "the seed"),
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

"""What every key means and how its value is written, in Chinese and English: hover help, and the schema's descriptions. Not here: findings (codes.py)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from workflow.language.shapes import ANYTHING, SECTIONS, shape_of

Language = Literal["zh", "en"]


class Said(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str

    def spoken(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


_HELP: Final = Said("给填写或办理的人看的说明。", "Help for whoever fills it in or decides.")
_MUST: Final = Said(
    "提交时必须成立的条件，说的是这张表单。", "What must hold when it is handed in; a condition on this form."
)
_FORM: Final = Said(
    "要填的字段，一行一个；名称后加 ? 可以不填。", "What is filled in, one field a line; a name with ? may be left out."
)
_TITLE: Final = Said("人们看到的名称，一行。", "What people see, one line.")

KEYS: Final[dict[str, dict[str, Said]]] = {
    "top": {
        "flow": Said(
            "流程的标识，与文件名相同：小写字母、数字、连字符。",
            "The flow's id, equal to the file's name: small letters, digits, hyphens.",
        ),
        "title": _TITLE,
        "start": Said("谁能发起、填什么。", "Who may start an item, and what they hand in."),
        "steps": Said(
            "步骤，依次进行；名称就是步骤的标识。没有跳转：when 跳过，back 退回。",
            "The steps, in order; the key is the step's name. There is no goto: `when` skips, `back` returns.",
        ),
        "watch": Said(
            "监测：办结的事项合起来看，条件变成成立时做什么。",
            "Rules over many items that ended done: what happens when a condition becomes true.",
        ),
        "secret": Said(
            "是：群里只见编号和链接。默认否。", "yes: groups see an item's number and its link only. Default: no."
        ),
        "help": _HELP,
    },
    "start": {
        "by": Said(
            "谁能发起；anyone（群众）是任何人。多个写成列表。",
            "Who may start one; `anyone` is everybody. Several make a list.",
        ),
        "via": Said(
            "从哪里发起。默认 [chat, web, api]，全部。", "From where it may be started. Default: [chat, web, api]."
        ),
        "at": Said(
            "定时发起：每季度 第5个工作日 09:00、每月 最后工作日、每周一、三、每2工作日。不写钟点就是上班的时候。",
            "It begins by itself: every quarter workday 5 09:00, every month last workday. Without a time of day, when work begins.",
        ),
        "each": Said(
            "定时发起时每一行发起一件：一个名录，或一个层级的单位；“各”是这一行。",
            "What begins by itself begins one item a row: of a list, or the units of a tier; 各 is the row.",
        ),
        "where": Said("只发起这些行；和 each 一起写。", "Only these rows; stands beside `each`."),
        "unit": Said(
            "事项属于哪个单位：一个单位字段，或 各。默认发起人的单位。",
            "Which unit the item belongs to: a field that holds a unit, or 各. Default: the starter's.",
        ),
        "form": _FORM,
        "must": _MUST,
        "with": Said("定时发起时表单里填什么。", "What stands in the form of what begins by itself."),
        "merge": Said(
            "重复的并入没办完的那一件：{ same: [事项, 电话], last: 7日 }。",
            "Duplicates join the open item: { same: [事项, 电话], last: 7日 }.",
        ),
        "help": _HELP,
    },
    "merge": {
        "same": Said("这几项都一样，就是同一件。", "Items that answer these fields alike are the same."),
        "last": Said("多久以内提交的才并入。", "How long after the first a duplicate joins it."),
    },
    "rule": {
        "per": Said(
            "按什么分开看：一个选项、单位、人……不写就全部一起看。", "What items go by: a choice, a unit, a person …; without it all go together."
        ),
        "last": Said(
            "看最近哪些：10（件）、7日、本季度、上月。按件数的，满了才看。",
            "Which of the latest: 10 (items), 7日, 本季度, 上月. A number of items is looked at once there are so many.",
        ),
        "when": Said(
            "条件；每一件的值放进函数里：mean(评单.满意度) < 4。", "The condition; the items' values stand in functions: mean(评单.满意度) < 4."
        ),
        "do": Said("条件变成成立时做的动作。", "What is done when the condition becomes true."),
    },
    "step": {
        "review": Said(
            "审核：这些人 通过、驳回 或 退回；几人才算由 need 定。",
            "A review: these people approve, reject or return; `need` says how many count.",
        ),
        "check": Said(
            "关口：先逐条核对 items，再通过；有一条不通过就不能通过。",
            "A check: every line of `items` is marked before the vote; a line that fails forbids approval.",
        ),
        "all": Said(
            "并行：里面的步骤同时进行，都过了才算过；一个驳回，整步驳回。",
            "Side by side: all the steps within must pass; the first rejection is the whole step's.",
        ),
        "steps": Said("依次做：里面的步骤一个接一个。", "In order: the steps within, one after the other."),
        "draw": Said(
            "抽取：从这个列表里随机抽 need 行；种子先公布指纹、后公开，谁都能重算。",
            "A draw: `need` rows of this list at random, by a seed that is committed to before and revealed after.",
        ),
        "spread": Said("按这一列分布：每个值先各抽一行。", "Spread over this column: one from every value first."),
        "rank": Said(
            "排名：这个列表的各行按 score 从高到低；得分相同名次并列。得到 得分、名次、入选 三列。",
            "A ranking: the rows of this list by `score`, the highest first; equal scores share a place. Adds 得分, 名次, 入选.",
        ),
        "score": Said("每一行的得分，“各”是这一行。", "The score of a row; 各 is the row."),
        "within": Said(
            "从上往下选，到第一个不满足的为止；函数里的“各”是已选的各行。",
            "Selected from the top, down to the first for which this fails; in a function 各 stands for the rows selected so far.",
        ),
        "do": Said(
            "自动：按顺序做这些动作，随上一个决定一起生效。",
            "Deeds, done in order at once, committed with the decision before.",
        ),
        "task": Said(
            "任务：这些人（或一个队伍）去办；need 人填好 form 交来（没有 form 的接单）就办完。谢绝的另找别人，找不到转给管理员。",
            "A task: these people, or a pool, do it; over when `need` of them have handed in `form` (without one: have taken it). Who declines is replaced; where nobody is found the administrator is asked.",
        ),
        "take": Said(
            "怎么领：any 都可办（默认），grab 抢单，assign 协调员派单，auto 系统派给手上待办最少的人。",
            "How it is taken: any (default), grab, assign (the coordinator says who), auto (the system, by load).",
        ),
        "match": Said(
            "只找符合条件的人；各 是这个人在队伍名录里的那一行。默认队伍里所有人。",
            "Only such people; 各 is their row in the pool's list. Default: everybody.",
        ),
        "urgent": Said(
            "是：这一步的通知不管静默时段和勿扰，立即送到。默认否。",
            "yes: what is sent because of this step waits for nobody's quiet hours. Default: no.",
        ),
        "collect": Said(
            "征集：这些人、群众（anyone）或一个群各填一份，可以再填，最后一次的算数；到 need 份或到 due 为止。",
            "Collects one answer from each: people, `anyone`, or a room; the last one counts. Over at `need` answers, or at `due`.",
        ),
        "secret": Said(
            "保密到这一步开始：在那以前，除了填的人自己，谁也看不到所填内容，管理员也不例外。默认不保密。",
            "Secret until this step opens: nobody sees what was filled in but who gave it, administrators neither. Default: not secret.",
        ),
        "live": Said(
            "直播：这些人看守，前面各步都通过才开始，到 due 为止；谁按一下停播都立即停。",
            "Something on the air: these people watch it from its opening until `due`; one press of any of them stops it. It opens only when all before it passed.",
        ),
        "beat": Said(
            "每隔这么久要报一次平安；到时没报就提醒，再过半个间隔还没报就上报。默认不用报。",
            "The all-clear is owed every so often; who watches is nudged when it is missing, the coordinator above half as long after. Default: none.",
        ),
        "stop": Said("按下停播时立即做的动作。", "What the stop does, at once."),
        "restart": Said("要几位看守的人都同意才能复播。默认 2。", "How many of those who watch must agree to go on. Default: 2."),
        "reopen_on": Said(
            "退回改好直接回到原处（resume: here）时，改了这些字段才要重审这一步。默认出示的全部字段。",
            "After a return that comes straight back (resume: here), the step looks again only if one of these fields changed. Default: all that is shown.",
        ),
        "run": Said(
            "子流程：开一件那个流程的事项，等它结束；配 each 时每行一件，这里只数。",
            "Runs an item of that flow and waits for its end; with `each` one a row, and here they are only counted.",
        ),
        "unit": Said("子件属于哪个单位。默认与本件相同。", "The unit it belongs to. Default: this item's."),
        "with": Said("子件表单里填什么。", "What its form holds."),
        "when": Said(
            "条件；不成立就跳过这一步。默认总是进行。", "A condition; the step is skipped where it does not hold."
        ),
        "each": Said(
            "列表的每一行各走一次，同时进行；“各”是这一行。",
            "The step once for every row of this list, side by side; 各 is the row.",
        ),
        "where": Said("只走这些行；和 each 一起写。", "Only these rows; stands beside `each`."),
        "open": Said("不早于这个时间开始。默认轮到就开始。", "Not before this moment. Default: as soon as it is its turn."),
        "tell": Said("抄送：这一步开始时告知这些人或群。", "Told when the step opens: people or rooms."),
        "help": _HELP,
        "due": Said(
            "限时。审核、关口默认 3工作日，其余没有。", "When it is due. Default: 3工作日 for review and check, else none."
        ),
        "late": Said(
            "逾期怎么办。默认 escalate 上报给上一级协调员；从不自动通过。也可以写阶梯：{ 1日: { tell: 站群 }, 3日: cancel }。",
            "What lateness does. Default: escalate, to the coordinator above; never an approval. Or a ladder: { 1日: { tell: 站群 }, 3日: cancel }.",
        ),
        "reject": Said(
            "驳回之后：end 结束（默认），continue 继续下一步。", "After a rejection: end (default), or continue."
        ),
        "remind": Said(
            "催办的时间，一个或几个；no 不提醒。默认过半和过八成时。",
            "When those who owe are reminded; `no`: never. Default: half-way and at 80 %.",
        ),
        "back": Said(
            "可以退回到哪里。默认 [提交人]；[] 不许退回。", "Where a return may go. Default: [提交人]; [] forbids returns."
        ),
        "resume": Said(
            "退回改好以后：again 重走（默认），here 直接回到原处。",
            "After a return: again, every step anew (default), or here, straight back.",
        ),
        "show": Said("只给审的人看这些。默认整张表单。", "Only these are shown to who decides. Default: the whole form."),
        "form": _FORM,
        "must": _MUST,
        "need": Said(
            "要几人：1（默认，或签）、all（会签）、2、60%、in order（依次）。",
            "How many must agree: 1 (default), all, 2, 60%, in order.",
        ),
        "weight": Said("权重：队伍名录的一列数；need 的百分比按权重算。", "A number column of the pool's list; the percentage of `need` is then of the weight."),
        "items": Said("要逐条核对的清单。", "The lines that are marked, one by one."),
    },
    "action": {
        "number": Said(
            "编号：不断号。<0001> 一直数，<0001 每年> 每年重数。",
            "A gapless number: <0001> counts forever, <0001 每年> anew every year.",
        ),
        "set": Said("记下一个算出来的值，以后的步骤可用。", "Keeps a computed value for later steps."),
        "count": Said("往统计里加一个整数，按单位层层汇总。", "Adds a whole number to a count, rolled up the units."),
        "add": Said("往名录里加一行（同名的换掉）；各列写在 with 里。", "Adds a row to a list, in place of the one of that name; `with` gives its columns."),
        "with": Said("各列的值。", "The columns and their values."),
        "hold": Said(
            "冻结：把账户里这么多钱留给本件；不够，系统就驳回。无论怎样结束，没有支付的都退回。",
            "Sets so much of an account aside for this item; where it cannot be had, the system rejects. What is not paid is given back, however it ends.",
        ),
        "pay": Said(
            "支付：先用本件冻结的，再用账户里的；不够就挂起，由管理员处理。一件只付一次。",
            "Pays, out of what the item holds first. Where that does not cover it, the item is suspended. A deed pays once.",
        ),
        "amount": Said("多少；精确到分，不能是负数。", "How much; exact to the hundredth, never negative."),
        "from": Said("从哪个账户。", "From which account."),
        "to": Said("支付：给哪个账户。报送：给哪些人或群。", "pay: to which account. report: to which people or rooms."),
        "cap": Said("每个收款人在一段时间里最多得多少。", "How much each receiver gets in a period at the most."),
        "report": Said("把计数汇总成一份报告，发给 to 里的人或群。", "Sums counters up and tells it to those of `to`."),
        "per": Said("按哪一层的单位，一个单位一行。默认只有本件的单位。", "One line for each unit of this tier. Default: the item's unit alone."),
        "last": Said("哪些天：本月、上季度、7日。默认从头算起。", "Which days: 本月, 上季度, 7日. Default: all that ever was."),
        "tell": Said("告知这些人或群。", "Tells people or rooms."),
        "publish": Said("发到这些发布渠道。", "Publishes to these outlets."),
        "webhook": Said(
            "调用这个接口（组织文件 outlets 里写了 webhook 的），签名，送不到会再送。",
            "Calls this webhook (an outlet bound to one): signed, and tried again until it arrives.",
        ),
        "run": Said("开一件那个流程的事项，不等它结束。", "Begins an item of that flow; nobody waits for it."),
        "unit": Said("新开的事项属于哪个单位。默认与本件相同。", "The unit of what begins. Default: this item's."),
        "text": Said(
            "告知或发布的文字；<名称> 换成它的值。默认整张卡片。", "The words; <NAME> becomes its value. Default: the item's card."
        ),
    },
    "field": {
        "many": Said("可选几项：写出选项，或名录的名称。", "Several of these: written choices, or a list's name."),
        "one": Said("选一项：写出选项，或名录的名称。", "One of these: written choices, or a list's name."),
        "rows": Said("几行，每行这些列。", "Any number of rows with these columns."),
    },
    "organisation": {
        "organisation": Said("组织的标识，与文件名相同。", "The organisation's id, equal to the file's name."),
        "title": _TITLE,
        "tenant": Said("租户。默认就是组织。", "The tenant. Default: the organisation itself."),
        "time_zone": Said("IANA 时区。默认 Asia/Shanghai。", "An IANA time zone. Default: Asia/Shanghai."),
        "tiers": Said("层级，自上而下。", "The tiers, from the top."),
        "roles": Said("角色。", "The roles."),
        "units": Said("单位，一行一个；最上级没有 parent。", "The units; the one at the top has no parent."),
        "people": Said("人员和他们的职务；先后次序用于“依次”。", "People and their positions; their order counts for `in order`."),
        "pools": Said("队伍：一个名录或一个角色的所有人。", "Pools: everybody of a list or a role."),
        "rooms": Said("群：只收通知，不做决定。", "Rooms: told, never deciding."),
        "outlets": Said("发布渠道：一个群或一个接口。", "Where `publish` goes: a room or a webhook."),
        "coordinator": Said("协调员的角色。默认 协调员。", "The coordinator's role. Default: 协调员."),
        "administrator": Said("管理员的角色。默认 管理员。", "The administrator's role. Default: 管理员."),
        "hours": Said("工作时间，如 [09:00-12:00, 13:00-18:00]。", "Hours of work: [09:00-12:00, 13:00-18:00]."),
    },
    "unit": {
        "tier": Said("这个单位的层级。", "The unit's tier."),
        "parent": Said("上级单位；最上级不写。", "The unit above; the one at the top has none."),
    },
    "person": {
        "name": Said("人们看到的姓名。默认就是键。", "What people see. Default: the key."),
        "roles": Said("职务，写成 单位.角色。", "Positions: UNIT.ROLE."),
        "language": Said("zh（默认）或 en。", "zh (default) or en."),
        "since": Said("从这一天起，如 2026-01-01。", "From this day on: 2026-01-01."),
        "until": Said("到这一天止。", "Until this day."),
    },
    "pool": {"of": Said("名录或角色的名称。", "A list's or a role's name.")},
    "room": {"unit": Said("群属于哪个单位。", "The unit whose room it is.")},
    "outlet": {
        "room": Said("发到这个群。", "Goes to this room."),
        "webhook": Said("发到这个接口。", "Goes to this webhook."),
    },
    "list": {
        "list": Said("名录的名称，流程里用它。", "The list's name, by which flows know it."),
        "columns": Said("列；第一列是每行的名字。", "The columns; the first names the row."),
        "rows": Said("各行；也可以放在旁边同名的 .csv 里。", "The rows; or a .csv of the same name beside the file."),
    },
}  # fmt: skip
KEYS["column"] = {key: KEYS["field"][key] for key in SECTIONS["column"].words}

VALUES: Final[dict[str, Said]] = {
    "actor": Said(
        "`站.审核员`（本单位或上级那个“站”的）、`大山子站.审核员`、`各站.协调员`、表单里的人、`站初审.办理人`、`提交人`；`… except 负责人` 除去。",
        "`站.审核员` (at the 站 that is, or is above, the item's unit), `大山子站.审核员`, `各站.协调员`, a field that holds a person, `站初审.办理人`, `提交人`; `… except 负责人`.",
    ),
    "condition": Said(
        "`预计人数 >= 500`、`主题 == 义诊`、`has(预算) and 预算 > 5万`、`not 站初审.超时`。",
        "`预计人数 >= 500`, `主题 == 义诊`, `has(预算) and 预算 > 5万`, `not 站初审.超时`.",
    ),
    "moment": Said(
        "开始后多久，或一个时间：`3工作日`、`4小时`、`时间前 2小时`、`2026-12-01 09:00`。",
        "So long after opening, or a moment: `3工作日`, `4h`, `时间前 2小时`, `2026-12-01 09:00`.",
    ),
    "need": Said(
        "`1`、`all`、`60%`、`in order`、`2 if 预算 > 5万 else 1`。", "`1`, `all`, `60%`, `in order`, `2 if 预算 > 5万 else 1`."
    ),
    "value": Said("`人数 * 2`、`mean(问卷.满意度)`、`1 if 超时 else 0`。", "`人数 * 2`, `mean(问卷.满意度)`, `1 if 超时 else 0`."),
    "template": Said("`DX-<年>-<0001 每年>`、`<标题>，<时间>`。", "`DX-<年>-<0001 每年>`, `<标题>，<时间>`."),
    "field": Said(
        "`text 2..40`、`int 1..500`、`money`、`bool`、`stars 5`、`date`、`datetime >= 3工作日后`、`duration <= 3小时`、`file pdf docx`、`photo 2..9`、"
        "`person 站.协调员`、`unit 站`、`place`、`phone`、`url`、`one 名录`、`[甲, 乙]`、`{ many: [甲, 乙] }`、`{ rows: { 姓名: text 2..20 } }`。",
        "`text 2..40`, `int 1..500`, `money`, `bool`, `stars 5`, `date`, `datetime >= 3工作日后`, `duration <= 3小时`, `file pdf docx`, `photo 2..9`, "
        "`person 站.协调员`, `unit 站`, `place`, `phone`, `url`, `one LIST`, `[甲, 乙]`, `{ many: [甲, 乙] }`, `{ rows: { 姓名: text 2..20 } }`.",
    ),
    "listed": Said("一个列表：表单里的 rows、另一个 each 步骤、或名录。", "A list: rows of the form, another `each` step, or an organisation's list."),
    "currency": Said("币种的名称：`公益币`、`资金`。", "A currency's name: `公益币`, `资金`."),
    "account": Said(
        "`中心.公益币池`（本件单位所在或以上那个“中心”的）、`基金池`，或一个人、一个单位：`提交人`、`派单.办理人`、`各.提交人`。",
        "`中心.公益币池` (of the 中心 that is, or is above, the item's unit), `基金池`, or a person or unit: `提交人`, `派单.办理人`, `各.提交人`.",
    ),
    "cap": Said("`80 每日`、`500 每月`。", "`80 每日`, `500 per month`."),
    "last": Said("`上月`、`本季度`、`7日`、`3个月`。", "`上月`, `this quarter`, `7日`, `3mo`."),
    "list name": Said("组织的一个名录。", "One of the organisation's lists."),
    "list": Said("一个列表：表单里的 rows、征集、逐项或排名的步骤、名录。", "A list: rows of the form, a collect, an `each` step, a ranking, or an organisation's list."),
    "score": Said("`mean(各.创新) + mean(各.可行)`、`-各.报价`。", "`mean(各.创新) + mean(各.可行)`, `-各.报价`."),
    "within": Said("`sum(各.申请额) <= 预算`、`各.得分 >= 60`。", "`sum(各.申请额) <= 预算`, `各.得分 >= 60`."),
    "column": Said("列表的一列，如 `片区`。", "A column of the list: `片区`."),
    "outlet": Said("组织文件里 outlets 下的名称。", "A name under `outlets` of the organisation."),
    "place": Said("`提交人`，或这一步之前的步骤。", "`提交人`, or a step before this one."),
}  # fmt: skip
VALUES["duration"] = Said("一段时间：`10分钟`、`1小时`。", "A length of time: `10分钟`, `1h`.")
VALUES["headcount"] = Said("几个人：`2`。", "How many people: `2`.")
VALUES["match"] = Said("`服务类型 in 各.服务类型 and 各.片区 == 站`。", "`服务类型 in 各.服务类型 and 各.片区 == 站`.")
VALUES["flow"] = Said("流程的标识，如 `visit`。", "A flow's id: `visit`.")
VALUES["starter"] = Said(
    "`各`（这一行是单位）、`本件.单位`、表单里的单位。",
    "`各` (a row that is a unit), `本件.单位`, a field that holds a unit.",
)
VALUES["given"] = Said("`{ 受检区: 各, 事由: “季度测评靠后” }`。", "`{ 受检区: 各, 事由: “季度测评靠后” }`.")
VALUES["actors"] = VALUES["actor"]
VALUES["reminders"] = VALUES["moment"]
VALUES["templates"] = VALUES["template"]
VALUES["values"] = VALUES["value"]
VALUES["column"] = VALUES["field"]
VALUES["places"] = VALUES["place"]
VALUES["outlets"] = VALUES["outlet"]

_WRITTEN: Final = Said("写法：", "Written: ")


def sentence(section: str, key: str, language: Language) -> str:
    """What a key means; the other spelling where nobody has said."""
    said = KEYS.get(section, {}).get(key)
    return said.spoken(language) if said is not None else SECTIONS[section].words[key]


def value(shape: str, language: Language) -> str:
    """How a value of this shape is written, `` where that needs no words."""
    return VALUES[shape].spoken(language) if shape in VALUES else ""


def markdown(section: str, key: str, language: Language) -> str:
    """The help for a key: both its spellings, what it means, how its value is written."""
    head = f"**`{key}` {SECTIONS[section].words[key]}**"
    written = value(shape_of(section, key) or ANYTHING, language)
    tail = f"\n\n{_WRITTEN.spoken(language)}{written}" if written else ""
    return f"{head}\n\n{sentence(section, key, language)}{tail}"

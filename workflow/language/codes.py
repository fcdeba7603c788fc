"""Every finding about a flow's meaning: its code, how grave it is, and its sentence in Chinese and English. Not here: finding it.

G2xx: a value that its small grammar refuses, in the grammar's own words. F3xx: the flow. O45x and O46x: the flow beside an organisation.
Y1xx (the text) stand with the reader, O40x to O43x and O49x (an organisation's own file, and lists) with their reading, P5xx (what
is proven on every path) with `proof`: certain below P550, else possible.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from workflow.domain.finding import Finding
from workflow.language.text.nodes import Place, found

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
    "G211": ("上限或一段日子", "a cap or a stretch of time"),
    "G212": ("定时", "a recurrence"),
    "G210": ("值里的名称、类型或缺值", "names, types or missing values in a value"),
}
"""What a grammar's code is about; the sentence is the grammar's own."""

CODES: Final[dict[str, Code]] = {
    # the shape
    "F301": Code("没有“{word}”这个键{asked_zh}", "there is no key “{word}”{asked_en}"),
    "F302": Code("还缺 {keys}", "missing: {keys}"),
    "F303": Code("这里要写成 {example}", "here it must look like {example}"),
    "F304": Code("“{word}”就是第 {line} 行的“{first}”，只写一个", "“{word}” is the “{first}” of line {line}; write one of them"),
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
        "each 里面不能再有 each；要用子流程（run）",
        "an each cannot stand inside an each; that takes a run",
    ),
    "F329": Code("where 要和 each 一起写", "where stands beside each"),
    "F330": Code("must 要和 form 一起写", "must stands beside a form"),
    "F331": Code("没有 due，“{key}”不起作用", "without due, “{key}” means nothing"),
    "F332": Code("resume 要在 back 里有去处时才起作用", "resume means nothing where back allows no return"),
    "F333": Code("退给 各.提交人 要在 each 一个征集的步骤里：这一行要有交它的人", "各.提交人 may be returned to inside an each over a collect: somebody must have given the row"),
    "F339": Code("“{word}”不是列表，不能从里面选", "“{word}” is no list to choose from"),
    "F336": Code("报平安的间隔至少 1 分钟", "the all-clear is owed every minute at most"),
    "F337": Code("表单没有“{word}”这一项{asked_zh}", "the form has no “{word}”{asked_en}"),
    "F338": Code(
        "前面各步都通过（或跳过）才开播，而“{word}”驳回或逾期后流程还往下走：那时开不了播，要转给管理员",
        "it goes on the air only when all steps before it passed or were skipped; “{word}” lets the item go on when rejected or late, and"
        " then the administrator is asked",
        "warning",
    ),
    "F334": Code(
        "“{word}”要到“{step}”开始才公开，在那以前不能写出来、记下来",
        "“{word}” is secret until “{step}” opens; nothing before that may tell or keep it",
    ),
    # the late ladder
    "F340": Code("阶梯要按时间从早到晚写，“{word}”不晚于前一级", "a ladder's rungs go from early to late; “{word}” is not after the one before"),
    "F341": Code("“{word}”已经了结这一步，后面的一级永远轮不到", "“{word}” ends the step, so the rungs after it are never reached"),
    "F342": Code(
        "外面的“{word}”到期更早，这里的 due 不起作用：里面不会比外面晚",
        "“{word}” around it is due earlier, so this due means nothing: what is inside never outlives it",
        "warning",
    ),
    # actions and values
    "F350": Code("编号里要有一个 <0001>，不然每一件都一样", "a number needs a <0001>, or it is the same for every item"),
    "F351": Code(
        "“{word}”是人写的原文，不进记录，不能参加判断、计算或编号；只能用 has({word})",
        "“{word}” holds people's own words, which never enter the log: no condition, value or number may use them, only has({word})",
    ),
    "F352": Code("set 不能保存{zh}", "set cannot keep {en}"),
    "F353": Code("计数要一个整数，却是{zh}", "a count adds a whole number; this is {en}"),
    "F354": Code("一个动作只做一件事：“{first}”和“{word}”要分成两项", "an action does one thing: put “{first}” and “{word}” apart"),
    "F355": Code("“{key}”在 {word} 里不起作用，请删掉", "“{key}” means nothing beside {word}; delete it"),
    "F356": Code(
        "这里没有“各”：不在 each 里，set 记在整件上，写 {word}",
        "there is no 各 here: outside an each, set writes into the item; write {word}",
    ),
    # who
    "F360": Code("“{word}”不是人{asked_zh}", "“{word}” is nobody{asked_en}"),
    "F361": Code("“{word}”不能审核：{zh}", "“{word}” cannot decide: {en}"),
    "F362": Code("“{word}”不能发起：{zh}", "“{word}” cannot start an item: {en}"),
    "F363": Code("没有“{word}”这一项可以出示{asked_zh}", "there is no “{word}” to show{asked_en}"),
    # what is collected
    "F380": Code("secret 要和 form 一起写：没有填的就没有要保密的", "secret stands beside a form: where nothing is filled in, nothing is secret"),
    "F381": Code(
        "“{word}”不是这一步之后的步骤，保密没有尽头{asked_zh}",
        "“{word}” is no step after this one, so it would be secret for ever{asked_en}",
    ),
    "F382": Code("征集要写 need（收多少份）或 due（收到何时），不然收不完", "a collect needs need (how many) or due (until when), or it never ends"),
    "F383": Code(
        "向不知道有多少的人征集，“{word}”算不出来：写一个数目",
        "nobody knows how many these are, so “{word}” comes to nothing: write a number",
    ),
    "F364": Code("“{word}”不能办任务：{zh}", "“{word}” cannot do a task: {en}"),
    "F365": Code("这里没有先后，不能依次（in order）；写几个，或 all", "nothing comes one after the other here, so not in order; write how many, or all"),
    # the whole
    "F384": Code("得分要一个数或金额，却是{zh}", "a score is a number or an amount; this is {en}"),
    "F385": Code("列表里没有“{word}”这一列{asked_zh}", "the list has no column “{word}”{asked_en}"),
    "F387": Code("weight 要在一支队伍投票时写：它说的是队伍那份名录的一列", "weight stands where a pool votes: it names a column of that pool's list"),
    "F388": Code("权重要是数，“{word}”是{zh}", "a weight is a number; “{word}” is {en}"),
    "F389": Code("need 写成百分比时 weight 才起作用", "weight means something only where need is a percentage"),
    "F386": Code("不能按“{word}”分布：它是{zh}", "rows cannot be spread over “{word}”: it is {en}"),
    "F370": Code("这个条件永远不成立，这一步永远不会开始", "this condition never holds: the step never opens", "warning"),
    "F371": Code("这个条件永远成立，可以不写", "this condition always holds and can be left out", "warning"),
    "F372": Code("从“{word}”走不到任何结局", "from “{word}” no end can be reached"),
    "F373": Code("“{word}”永远走不到", "“{word}” can never be reached"),
    # money, lists, reports
    "F390": Code("金额要是一个数，却是{zh}", "an amount is a number; this is {en}"),
    "F391": Code("“{word}”不是账户：{zh}", "“{word}” is no account: {en}"),
    "F392": Code(
        "这笔支付没有上限：给它用到的字段写上范围，或者加 cap（如 cap: 80 每日）",
        "nothing bounds this payment: give the fields it rests on a range, or add a cap (cap: 80 每日)",
        "warning",
    ),
    "F393": Code("名录“{list}”没有“{word}”这一列{asked_zh}", "the list “{list}” has no column “{word}”{asked_en}"),
    "F394": Code("这里要{wanted_zh}，却是{zh}", "{wanted_en} is needed here; this is {en}"),
    "F395": Code("报送的每一行要是一个数，却是{zh}", "each line of a report is a number; this is {en}"),
    "F396": Code(
        "报送按天汇总：写 本周、上月、本季度、7日、3个月 这样的一段日子",
        "a report sums up days: write 本周, 上月, 本季度, 7日 or 3个月",
    ),
    # what begins by itself, duplicates, rules over many items
    "F400": Code(
        "这里没有“{word}”：没有 by，事项由定时、子流程或管理员发起",
        "there is no “{word}” here: without `by`, an item is begun by its recurrence, a run or an administrator",
    ),
    "F401": Code("“{key}”要和 at 一起写：定时发起的才用得上", "“{key}” stands beside at: only what begins by itself uses it"),
    "F402": Code("表单没有“{word}”这一项{asked_zh}", "the form has no “{word}”{asked_en}"),
    "F403": Code("定时发起时没有人填表，with 还缺 {fields}", "nobody fills in the form of what begins by itself: with lacks {fields}"),
    "F404": Code("unit 要一个单位，却是{zh}", "unit takes a unit; this is {en}"),
    "F405": Code("没有“{word}”这个列表或层级{asked_zh}", "there is no list or tier “{word}”{asked_en}"),
    "F406": Code("merge 要和 by 一起写：没有人提交，就没有重复的", "merge stands beside by: where nobody submits there are no duplicates"),
    "F407": Code("“{word}”是{zh}，看不出两次是不是一样", "“{word}” is {en}: two of them cannot be told to be the same"),
    "F408": Code("合并的期限要一段时长，如 7日", "a merge lasts so long: 7日"),
    "F409": Code("must 说的是人填的表；这里只有定时，没有人填", "must is about what people fill in, and nobody does here"),
    "F410": Code("per 要一个选项、单位、人、数或是否，却是{zh}", "per takes a choice, a unit, a person, a number or a yes or no; this is {en}"),
    "F411": Code("“{word}”每一件都不同，要放进函数里：mean({word})", "“{word}” differs from item to item and stands in a function: mean({word})"),
    "F412": Code("这个条件没有看任何一件：用 mean、sum、count、min 或 max", "this condition looks at no item: use mean, sum, count, min or max"),
    "F413": Code("“{word}”不能用在监测里：事项已经结束", "“{word}” cannot be done by a watch: the item has ended"),
    # items of other flows
    "F421": Code("手边没有“{word}”这个流程{asked_zh}", "there is no flow “{word}” at hand{asked_en}", "warning"),
    "F422": Code("流程会开出自己：{way}", "the flow comes to run itself: {way}", "warning"),
    "F423": Code("流程“{flow}”的 {keys} 必填，这里没有给", "the flow “{flow}” needs {keys}, which nothing gives it here"),
    "F424": Code("流程“{flow}”的表单里没有“{word}”{asked_zh}", "the form of “{flow}” has no “{word}”{asked_en}"),
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
    "O457": Code(
        "组织里没有“{word}”这个接口（outlets 里写了 webhook 的）{asked_zh}", "the organisation has no outlet “{word}” with a webhook{asked_en}"
    ),
    "O458": Code(
        "“{word}”的接口“{hook}”没有设地址和密钥（GUANKOU_WEBHOOK_HOOKS）：调用不了",
        "the webhook “{hook}” of “{word}” has no address and secret (GUANKOU_WEBHOOK_HOOKS): it cannot be called",
        "warning",
    ),
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
    "O466": Code(
        "群众发起的事项归“{where}”，这一步的层级都在它之下，会跳过：用 start 的 unit 说明归哪个单位",
        "what the public hands in belongs to “{where}”, and all tiers of this step lie below it, so it is skipped: say with unit in start whose it is",
        "warning",
    ),
}  # fmt: skip


def level(code: str) -> Level:
    """How grave a finding is: an error stops the flow, a warning is a finding, a note is only said."""
    if code in CODES:
        return CODES[code].level
    if code.startswith("P"):
        return "warning" if code < "P550" else "note"
    return "warning" if code.startswith("O49") else "error"


def finding(code: str, place: Place, fix: str | None = None, *, sure: bool = False, **facts: Any) -> Finding:
    """A finding with its sentences filled in. `facts` are the slots of both."""
    said = CODES[code]
    return found(code, said.zh.format(**facts), said.en.format(**facts), place, fix, sure=sure)

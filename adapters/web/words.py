"""The words of the pages themselves, in zh and en, and which of the two somebody gets. What is shown in a chat comes from talk."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

Language = Literal["zh", "en"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "brand": ("关口", "guankou"),
    "chat": ("对话", "Chat"),
    "new": ("发起", "New"),
    "audit": ("日志", "Audit"),
    "chats": ("送达", "Delivery"),
    "waiting": ("待办", "Inbox"),
    "waiting.many": ("{n} 件待办，点开查看", "{n} waiting, open the list"),
    "menu": ("菜单", "Menu"),
    "switch.person": ("换一个人", "Another person"),
    "sign.out": ("退出", "Sign out"),
    "language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to the content"),
    "demo": ("演示", "Demo"),
    "back": ("返回", "Back"),
    "to.chat": ("回到对话", "Back to the chat"),
    "no.script": (
        "本页需要浏览器的脚本功能；请在浏览器设置中允许本站运行脚本，再刷新。",
        "This page needs scripts: allow them for this site in your browser, then reload.",
    ),
    # choosing a person
    "pick.title": ("您想以谁的身份来看？", "Whose day would you like to see?"),
    "pick.text": (
        "这是演示。下面的人都是虚构的，选一位就进入他的对话；随时可以换人。",
        "This is a demonstration. Everybody here is made up: pick one and you are in their chat; change whenever you like.",
    ),
    "pick.tip": (
        "想同时看两个人？在另一个窗口打开 {address} ，那里可以选另一位。",
        "To see two people at once, open {address} in a second window and pick somebody else there.",
    ),
    "pick.none": (
        "这里还没有人：先用 guankou apply 装入一个组织。",
        "Nobody here yet: apply an organisation with guankou apply.",
    ),
    "pick.search": ("按姓名、单位或角色查找", "Find by name, unit or role"),
    "pick.no.post": ("尚无职务", "No role yet"),
    # the chat
    "chat.log": ("对话记录", "Transcript"),
    "chat.empty": (
        "这里会出现需要您处理的事项。也可以从下面开始：",
        "What needs you will appear here. Or begin with one of these:",
    ),
    "chat.earlier": ("更早的消息", "Earlier messages"),
    "chat.placeholder": ("写一句话，或输入 / 看看能做什么", "Write, or type / for commands"),
    "chat.composer": ("要说的话", "Your message"),
    "chat.send": ("发送", "Send"),
    "chat.attach": ("添加文件", "Attach a file"),
    "chat.updated": ("已更新", "updated"),
    "chat.lost": ("连接断开，正在重新连接…", "Connection lost, trying again…"),
    "chat.new.below": ("有新消息", "New messages"),
    "quick.mine": ("我发起的", "Mine"),
    "quick.new": ("发起", "New"),
    "quick.help": ("帮助", "Help"),
    # views
    "mark.pass": ("通过", "pass"),
    "mark.fail": ("不通过", "fail"),
    "mark.na": ("不适用", "n/a"),
    "mark.none": ("未查", "not yet"),
    "marked": ("已查 {done} / {all}", "{done} of {all} marked"),
    "step": ("第 {n} / {of} 题", "Question {n} of {of}"),
    "optional": ("可不填", "optional"),
    "answer": ("回答", "Answer"),
    "answer.send": ("确定", "OK"),
    "choose.file": ("选择文件", "Choose a file"),
    "choose.files": ("选择照片", "Choose photos"),
    "file.remove": ("移除 {name}", "Remove {name}"),
    "row": ("第 {n} 行", "Row {n}"),
    "row.add": ("添加一行", "Add a row"),
    "row.remove": ("删除第 {n} 行", "Remove row {n}"),
    "choose.one": ("请选择", "Choose one"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "stars": ("{n} 星", "{n} stars"),
    "locate": ("用我现在的位置", "Use where I am"),
    "locate.failed": (
        "浏览器没有给出位置；请允许本站使用位置，或写地点（也可写纬度和经度）。",
        "The browser did not say where you are: allow it for this site, or type the place (latitude and longitude will do).",
    ),
    "confirm.title": ("请确认", "Please confirm"),
    "confirm.yes": ("确定", "Yes, do it"),
    "confirm.no": ("再想想", "Not now"),
    "open.item": ("查看全部", "Open"),
    # forms
    "new.title": ("发起什么？", "What would you like to hand in?"),
    "new.none": ("目前没有您可以发起的事项。", "There is nothing that you may hand in at present."),
    "form.submit": ("提交", "Hand in"),
    "form.sent": ("已提交，结果会出现在对话里。", "Handed in. What comes of it appears in the chat."),
    "form.problems": ("还有 {n} 处需要修改，您填的内容都在。", "{n} things to change. Nothing you filled in is lost."),
    "form.draft": ("已恢复您上次未提交的内容。", "What you had begun to fill in is back."),
    "form.draft.drop": ("清空重填", "Start afresh"),
    "form.required": ("必填", "Required"),
    # items
    "item.picture": ("走到哪一步", "Where it is"),
    "item.timeline": ("经过", "Timeline"),
    "item.nothing": ("还没有记录。", "Nothing yet."),
    # console
    "audit.title": ("日志能否验证？", "Does the log verify?"),
    "audit.good": ("完整，未被改动", "Whole and unchanged"),
    "audit.bad": ("验证不通过", "It does not verify"),
    "audit.events": ("条记录", "events"),
    "audit.streams": ("条链", "chains"),
    "audit.first": ("第一处不符", "The first that does not fit"),
    "audit.how": (
        "每条记录的哈希都包含前一条；这里从原始内容逐条重算，并把每件事项重放一遍。",
        "Each event's hash includes the one before. Here all are computed again from their bodies, and every item is replayed.",
    ),
    "audit.tail": ("最近的记录", "The latest events"),
    "audit.again": ("重新验证", "Verify again"),
    "audit.at": ("时间", "When"),
    "audit.stream": ("链", "Chain"),
    "audit.verb": ("动作", "Deed"),
    "audit.actor": ("谁", "Who"),
    "audit.leaf": ("哈希", "Hash"),
    "chats.title": ("消息都送到了吗？", "Does everybody get their messages?"),
    "chats.none": ("都送到了", "Everybody is reached"),
    "chats.some": ("{n} 处没有送到", "{n} not reached"),
    "chats.how": (
        "先看原因，再请对方在那个渠道里说句话，或者重新发送。",
        "See why; then ask them to say something there, or send again.",
    ),
    "chats.look": ("再看一次", "Look again"),
    "chats.list": ("没有送到的", "Not reached"),
    "chats.since": ("自", "Since"),
    "chats.who": ("谁", "Who"),
    "chats.network": ("渠道", "Channel"),
    "chats.why": ("原因", "Why"),
    "chats.letters": ("积压", "Waiting"),
    "chats.count": ("{n} 条", "{n}"),
    "chats.why.unreachable": ("对方停用了这个渠道，或屏蔽了我们", "They left this channel, or blocked us"),
    "chats.why.dead": ("试了多次，没有送到", "Tried again and again, in vain"),
    "chats.why.none": ("还没有绑定任何渠道", "Has no channel yet"),
    "chats.elsewhere": ("其他渠道已送到", "reached elsewhere"),
    "chats.retry": ("重新发送", "Send again"),
    "chats.tip": (
        "对方在那个渠道里一开口，积压的消息就会自动发出。待办永远在网页里，不会丢。",
        "As soon as they speak there, what waited is sent by itself. Tasks are always on the web, and never lost.",
    ),
    "clock.title": ("演示的时钟", "The demonstration's clock"),
    "clock.now": ("现在是", "It is now"),
    "clock.next": ("下一个时刻", "Next moment"),
    "clock.none": ("没有即将到来的时刻。", "Nothing is due."),
    "clock.go": ("跳到下一个时刻", "Go to the next moment"),
    "clock.moved": ("时钟已拨到 {at}。", "The clock stands at {at} now."),
    # sign-in
    "signin.title": ("登录", "Sign in"),
    "signin.ready": ("这个地址只能用一次，登录后即失效。", "This address works once; signing in uses it up."),
    "signin.go": ("以本人身份登录", "Sign in"),
    "signin.need": ("需要一个登录地址", "You need a sign-in address"),
    "signin.how": (
        "请向管理员要一个登录地址（管理员运行 guankou link 您的名字），十分钟内在本机浏览器打开。",
        "Ask your administrator for a sign-in address (they run guankou link and your name) and open it in this browser within ten minutes.",
    ),
    # what went wrong: title · what to do next
    "trouble.400": ("看不懂这个请求", "That request makes no sense here"),
    "trouble.400.next": ("请返回上一页，刷新后再试。", "Go back, reload the page and try again."),
    "trouble.401": ("还没有登录", "You are not signed in"),
    "trouble.401.next": ("请先登录，再打开这一页。", "Sign in first, then open this page again."),
    "trouble.403": ("您不能看这一页", "This page is not for you"),
    "trouble.403.next": ("如果您认为应当可以，请联系管理员。", "If you think it should be, ask your administrator."),
    "trouble.404": ("没有这一页", "There is no such page"),
    "trouble.404.next": ("请检查地址，或回到对话。", "Check the address, or go back to the chat."),
    "trouble.405": ("这里不能这样操作", "That cannot be done here"),
    "trouble.405.next": ("请回到对话再试。", "Go back to the chat and try from there."),
    "trouble.413": ("内容太大了", "That is too large"),
    "trouble.413.next": (
        "文件最大 20 MB，文字请不要超过 4000 字；更长的内容请作为文件上传。",
        "Files may have 20 MB, a text 4,000 characters; send what is longer as a file.",
    ),
    "trouble.415": ("不支持这种格式", "That format is not understood here"),
    "trouble.415.next": ("请求的内容应当是 JSON。", "Send the body as JSON (Content-Type: application/json)."),
    "trouble.429": ("太快了", "Too fast"),
    "trouble.429.next": (
        "请稍等几秒再试；刚才的内容没有提交。",
        "Wait a few seconds and try again; the last one was not taken.",
    ),
    "trouble.500": ("我们这边出错了", "Something went wrong on our side"),
    "trouble.500.next": (
        "请稍后再试；如果还是不行，请把这个编号告诉管理员：{id}",
        "Try again later; if it stays so, tell your administrator this number: {id}",
    ),
    "trouble.503": ("暂时无法保存", "That could not be kept just now"),
    "trouble.503.next": ("什么也没有丢失，请过一会儿再试一次。", "Nothing is lost: try again in a moment."),
    "trouble.host": ("地址不对", "Wrong address"),
    "trouble.host.next": ("请打开 {address}", "Open {address} instead."),
    "trouble.csrf": ("页面已过期", "This page has expired"),
    "trouble.csrf.next": (
        "请刷新页面再试一次；填过的表单会保留。",
        "Reload the page and try again; what you filled in stays.",
    ),
    "trouble.link": ("这个登录地址不能用了", "This sign-in address no longer works"),
    "trouble.item": ("没有这件事项，或者您不能看", "No such item, or not one that you may see"),
    "trouble.item.next": ("请检查编号，或在对话里输入 /find 查找。", "Check the code, or type /find in the chat."),
    "trouble.file": ("没有这个文件，或者您不能看", "No such file, or not one that you may see"),
    "trouble.file.next": ("请回到对话，从事项里打开文件。", "Go back to the chat and open the file from its item."),
    "trouble.flow": ("您不能发起这一项", "This is not one that you may hand in"),
    "trouble.flow.next": ("请到“发起”页看看有哪些可以发起。", "See the page “New” for those that you may."),
    "trouble.moment": ("时钟没有拨动", "The clock was not moved"),
    "trouble.moment.next": (
        "没有即将到来的时刻，或者刚刚已经有人拨过。",
        "Nothing is due, or somebody has just moved it.",
    ),
}

WEEKDAYS: Final = (("星期一", "Mon"), ("星期二", "Tue"), ("星期三", "Wed"), ("星期四", "Thu"), ("星期五", "Fri"), ("星期六", "Sat"), ("星期日", "Sun"))  # fmt: skip
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say(language: Language, word: str, **facts: object) -> str:
    """The text of a word; KeyError for one that is not in the table."""
    return WORDS[word][language == "en"].format_map(facts)


def language_of(name: str | None) -> Language:
    """`zh` unless it is English."""
    return "en" if (name or "").lower().startswith("en") else "zh"


def preferred(accept_language: str) -> Language:
    """The better of zh and en by an Accept-Language header; zh when it names neither."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in accept_language.lower().split(",")[:16]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag[:2] in ("zh", "en") and weight > best[0]:
            best = (weight, language_of(tag))
    return best[1]


def day(language: Language, at: datetime) -> str:
    """11月22日 星期六 · Sat 22 Nov."""
    weekday = WEEKDAYS[at.weekday()][language == "en"]
    return f"{weekday} {at.day} {MONTHS[at.month - 1]}" if language == "en" else f"{at.month}月{at.day}日 {weekday}"


def moment(language: Language, at: datetime) -> str:
    """2026年11月22日 09:32 · 22 Nov 2026, 09:32."""
    if language == "en":
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}"
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"

"""What the chat says of itself, what people are told of items, and the titles of listings."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Done
    "line.done_submit": ("已提交，编号 {code}。", "Submitted as {code}."),
    "line.done_approve": ("{code} 已通过。", "{code}: approved."),
    "line.done_reject": ("{code} 已驳回。", "{code}: rejected."),
    "line.done_return": ("{code} 已退回。", "{code}: returned."),
    "line.done_resubmit": ("{code} 已重新提交。", "{code}: resubmitted."),
    "line.done_withdraw": ("{code} 已撤回。", "{code}: withdrawn."),
    "line.done_comment": ("意见已记入 {code}。", "Your comment on {code} is recorded."),
    "line.done_nudge": ("{code} 已催办。", "{code}: they have been nudged."),
    "line.done_transfer": ("{code} 已转交。", "{code}: handed over."),
    "line.done_reassign": ("{code} 已指派。", "{code}: assigned."),
    "line.done_terminate": ("{code} 已终止。", "{code}: terminated."),
    "line.done_retry": ("{code} 已重试。", "{code}: retried."),
    # The chat
    "line.help": (
        "/inbox 待办 · 等我办理的\n/mine 我的 · 我提交的\n/item 编号 · 看一个事项\n/find 文字 · 查找\n/new 流程 · 新建\n/lang zh 或 en · 语言\n/cancel 取消 · 放弃正在填写的\n/help 帮助 · 本页\n不带斜杠也可以，如“待办”；直接发编号可以看事项。",
        "/inbox · what waits for me\n/mine · what I submitted\n/item CODE · one item\n/find TEXT · search\n/new FLOW · submit something new\n/lang zh or en · language\n/cancel · give up what I began\n/help · this page\nThe slash may be left out; a code alone shows its item.",
    ),
    "line.not_understood": (
        "没有听懂。发“待办”看等您办理的，发“帮助”看能做什么。",
        "That was not understood. Send “inbox” for what waits for you, or “help”.",
    ),
    "line.unknown_command": (
        "没有这个命令；发 /help 看有哪些。",
        "There is no such command; send /help for those there are.",
    ),
    "line.item_usage": ("请带上编号，如 /item K3M9QX。", "Give the code, like /item K3M9QX."),
    "line.find_usage": ("请写要找的文字，如 /find 清明。", "Say what to look for, like /find parade."),
    "line.lang_usage": ("请写 /lang zh 或 /lang en。", "Send /lang zh or /lang en."),
    "line.language_set": ("好的，以后用中文。", "From now on in English."),
    "line.which_flow": ("有几个流程都像，请点一个：", "Several flows match; pick one:"),
    "line.no_such_flow": ("没有这个流程，您可以发起的有：", "There is no such flow. You can start these:"),
    "line.no_file_wanted": (
        "现在不需要文件；要提交新事项请先发 /new。",
        "No file is needed now; to submit something new send /new first.",
    ),
    "line.private_only": ("这件事请在私聊里办。", "Please do this in a private chat."),
    "line.quarantined": (
        "命令 {command} 处理失败（事项 {item}，{error}），已隔离，其余照常。",
        "Command {command} failed (item {item}, {error}) and was set aside; all else goes on.",
    ),
    "line.unreached": (
        "通知送不到 {person}（{detail}），请用别的方式告知。",
        "{person} cannot be reached ({detail}); please tell them another way.",
    ),
    # Told of an item
    "told.tell": ("抄送：{item}，{state}。", "For your information: {item}, {state}."),
    "told.publish": ("发布：{item}", "Published: {item}"),
    "told.remind": ("提醒：{item}的“{step}”等您办理。", "Reminder: {item} waits for you at “{step}”."),
    "told.escalate": ("督办：{item}的“{step}”已逾期，请过问。", "Overdue: {item} at “{step}”; please look into it."),
    "told.nudge": ("催办：{item}的“{step}”等您办理。", "You are asked to hurry: {item} waits for you at “{step}”."),
    "told.rounds": (
        "{item}的“{step}”已反复多轮，请过问。",
        "{item} has been through “{step}” many times; please look into it.",
    ),
    "told.returned": ("{item}从“{step}”退回到了前面的步骤。", "{item} was returned from “{step}” to an earlier step."),
    "told.ended": ("{item}：{state}。", "{item}: {state}."),
    "told.other": ("{item}：{state}。", "{item}: {state}."),
    "told.words": ("：{words}", ": {words}"),
    # Listings
    "list.inbox": ("待办 {n} 项", "Waiting for you: {n}"),
    "list.inbox_empty": ("没有等您办理的事项。", "Nothing waits for you."),
    "list.mine": ("我提交的 {n} 项", "Submitted by you: {n}"),
    "list.mine_empty": ("您还没有提交过事项；发 /new 新建。", "You have submitted nothing yet; send /new."),
    "list.find": ("“{query}”：找到 {n} 项", "“{query}”: {n} found"),
    "list.find_empty": ("没有找到“{query}”。", "Nothing was found for “{query}”."),
    "list.flows": ("可以发起的流程（{n}）", "Flows you can start ({n})"),
    "list.flows_empty": ("您现在没有可以发起的流程。", "There is no flow that you can start."),
}

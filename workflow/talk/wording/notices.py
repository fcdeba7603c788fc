"""What the chat says of itself, what people are told of items, and the titles of listings."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Done
    "line.done_submit": ("已提交，编号 {code}。", "Submitted as {code}."),
    "line.done_join": (
        "已有一件一样的正在办，已并入 {code}；进展会告诉您。",
        "The same is being dealt with already: yours joined {code}, and you will see how it goes.",
    ),
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
    "line.private_only": (
        "这件事请在私聊里办：打开与我的私聊，发 /inbox 接着办。",
        "Please do this in private: open a chat with me alone and send /inbox to go on.",
    ),
    # Being left alone
    "line.muted": (
        "到 {at} 为止不打扰您；加急的照样送到，待办都在 /inbox。发 /mute off 解除。",
        "You are left alone until {at}; urgent matters still reach you, all else waits in /inbox. Send /mute off to end it.",
    ),
    "line.not_muted": (
        "有事会告诉您。要安静一会儿，发 /mute 2h 或 /mute 到 08:00。",
        "You are told when there is something. To be left alone for a while send /mute 2h or /mute until 08:00.",
    ),
    "line.quiet_hours": (
        "每天 {hours} 是安静时段：不加急的到时候再汇总告诉您。",
        "{hours} are quiet hours: what is not urgent is summed up for you afterwards.",
    ),
    "line.mute_usage": (
        "请写多久或到几点，如 /mute 2h、/mute 3天、/mute 到 08:00；/mute off 解除。",
        "Say how long or until when, like /mute 2h, /mute 3d, /mute until 08:00; /mute off ends it.",
    ),
    "line.mute_too_long": ("最多 {days} 天；请写短一些。", "{days} days at most; please make it shorter."),
    # To administrators
    "line.not_begun": ("流程“{flow}”没能自动发起：{why}", "The flow “{flow}” could not begin by itself: {why}"),
    "line.quarantined": (
        "命令 {command} 处理失败（事项 {item}，{error}），已隔离，其余照常。",
        "Command {command} failed (item {item}, {error}) and was set aside; all else goes on.",
    ),
    "line.unreached": (
        "通知送不到 {person}（{detail}），请用别的方式告知。",
        "{person} cannot be reached ({detail}); please tell them another way.",
    ),
    "line.room_unreached": (
        "通知送不到群“{rooms}”（{detail}）；请把机器人请回群里，或在另一个群里发 /room 名称。",
        "The group of “{rooms}” cannot be reached ({detail}); take the bot in again, or send /room NAME in another group.",
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
    "told.report": ("报送：{title}，{days}", "Report: {title}, {days}"),
    "told.report_days": ("{since} 至 {until}", "{since} to {until}"),
    "told.report_ever": ("至 {until}", "until {until}"),
    "told.report_line": ("{unit}：{figures}", "{unit}: {figures}"),
    "told.report_figure": ("{name} {value}", "{name} {value}"),
    "told.returned": ("{item}从“{step}”退回到了前面的步骤。", "{item} was returned from “{step}” to an earlier step."),
    "told.watch_failed": (
        "监测“{step}”成立了，可它要做的事做不成（{item}）；请看这件的经过。",
        "The rule “{step}” came true, but what it says could not be done ({item}); see the item's history.",
    ),
    "told.ended": ("{item}：{state}。", "{item}: {state}."),
    "told.other": ("{item}：{state}。", "{item}: {state}."),
    "told.words": ("：{words}", ": {words}"),
    # Listings
    "list.digest": ("您有 {n} 件待办，点开即可办理：", "{n} items wait for you; open one to decide:"),
    "list.inbox": ("待办 {n} 项", "Waiting for you: {n}"),
    "list.inbox_empty": ("没有等您办理的事项。", "Nothing waits for you."),
    "list.mine": ("我提交的 {n} 项", "Submitted by you: {n}"),
    "list.mine_empty": ("您还没有提交过事项；发 /new 新建。", "You have submitted nothing yet; send /new."),
    "list.find": ("“{query}”：找到 {n} 项", "“{query}”: {n} found"),
    "list.find_empty": ("没有找到“{query}”。", "Nothing was found for “{query}”."),
    "list.flows": ("可以发起的流程（{n}）", "Flows you can start ({n})"),
    "list.flows_empty": ("您现在没有可以发起的流程。", "There is no flow that you can start."),
}

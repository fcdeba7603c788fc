"""What is said of accounts, groups and bots: who may link what, what became of it, what administrators should know."""

from __future__ import annotations

from typing import Final


def _to_strangers(zh: str, en: str) -> tuple[str, str]:
    """For people of whom nobody knows which language they read."""
    return f"{zh}\n{en}", en


WORDS: Final[dict[str, tuple[str, str]]] = {
    # Linking
    "line.stranger": _to_strangers(
        "我还不认识这个账号。请向管理员要一个绑定码，然后在这里发：/link 绑定码",
        "I do not know this account yet. Ask your administrator for a code, then send here: /link CODE",
    ),
    "line.link_usage": _to_strangers(
        "请带上管理员给的绑定码，如 /link ABCD2345。",
        "Give the code from your administrator, like /link ABCD2345.",
    ),
    "line.link_wrong": _to_strangers(
        "绑定码不对，请核对后再发；还可以试 {left} 次。",
        "That code is not right; check it and send it again. Tries left: {left}.",
    ),
    "line.link_tries": _to_strangers(
        "错了五次，十分钟内不再接受绑定码；请向管理员另要一个。",
        "Five wrong codes: none is taken for ten minutes. Ask your administrator for a new one.",
    ),
    "line.link_private": (
        "绑定码只能在私聊里用；这一个别人看见了，已作废，请向管理员再要一个。",
        "Codes are for private chats only; others saw this one, so it is void: ask your administrator for another.",
    ),
    "line.linked": (
        "好了，{person}，这个账号已与您关联。发 /inbox 看待办，发 /help 看能做什么。",
        "Done, {person}: this account is yours now. Send /inbox for what waits for you, /help for what you can do.",
    ),
    "line.link_mine": (
        "这个账号早已与您关联，不用再绑定。",
        "This account is linked to you already; there is nothing to do.",
    ),
    "line.channel_linked": (
        "您的账号又关联了一个渠道（{network}，{at}）。不是您本人的话，请马上告诉管理员。",
        "Another channel was linked to you ({network}, {at}). If this was not you, tell an administrator at once.",
    ),
    "line.channel_unlinked": (
        "您在 {network} 的账号已于 {at} 解除关联，那里不再收发。",
        "Your account on {network} was unlinked at {at}; nothing is sent to or taken from it.",
    ),
    "line.code_shown": (
        "给 {person} 的绑定码被发到了一个群里（{network}），已作废；需要时请重新生成。",
        "The code for {person} was shown in a group ({network}) and is void; make another if it is needed.",
    ),
    "line.slow_down": (
        "您发得太快了：接下来 {seconds} 内的消息不会处理，请稍后再发。",
        "That was too fast: nothing is taken for {seconds}; please wait, then send it again.",
    ),
    # Groups
    "line.room_bound": (
        "好了，这个群就是“{room}”，发布和通知会送到这里。",
        "Done: this group is “{room}”; what is published there comes here.",
    ),
    "line.room_there": ("这个群已经是“{room}”了。", "This group is “{room}” already."),
    "line.room_usage": (
        "请管理员在群里发 /room 名称，名称要在组织文件的 rooms 里。",
        "An administrator sends /room NAME in the group itself; the name stands under rooms in the organisation.",
    ),
    "line.rooms": (
        "已有群的：{bound}。还没有群的：{unbound}。",
        "With a group: {bound}. Without one: {unbound}.",
    ),
    "refused.no_such_room": (
        "组织里没有这个群名；有的是：{rooms}。",
        "The organisation has no such room; it has: {rooms}.",
    ),
    # To administrators
    "line.codes_void": (
        "{bot} 上有人连续猜绑定码，现有的短码全部作废（登录地址不受影响）；需要时请重新运行 guankou link。",
        "Somebody was guessing codes at {bot}: every short code is void (addresses stay good). Run guankou link again where needed.",
    ),
    "line.undecodable": (
        "收到一条读不懂的消息（{bot}，{source}，{error}），已隔离，其余照常。",
        "An update could not be read ({bot}, {source}, {error}) and was set aside; all else goes on.",
    ),
    "line.chat_moved": (
        "“{room}”的群在那边换了编号，已经跟上，不用处理。",
        "The group of “{room}” has a new address there; it is followed, nothing needs to be done.",
    ),
    "line.locked_out": (
        "{bot} 被对方拒绝（{detail}），送不出也收不到；请检查它的令牌。",
        "{bot} is refused by its network ({detail}) and neither sends nor receives; check its token.",
    ),
}

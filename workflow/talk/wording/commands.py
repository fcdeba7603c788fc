"""The commands, as help and menus show them: one row each, out of which everything else is made. Not here: what they do (written.py)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Known(NamedTuple):
    """A command: its word behind the slash, its Chinese one, what stands behind it, what it is for (zh, en), and where."""

    word: str
    alias: str
    argument: tuple[str, str]
    purpose: tuple[str, str]
    where: Literal["private", "groups", "both"] = "private"


COMMANDS: Final = (
    Known("inbox", "待办", ("", ""), ("等我办理的", "what waits for me")),
    Known("mine", "我的", ("", ""), ("我提交的", "what I submitted")),
    Known("item", "事项", ("编号", "CODE"), ("看一个事项", "one item"), "both"),
    Known("take", "接单", ("编号", "CODE"), ("接下一单", "take a task"), "both"),
    Known("find", "查找", ("文字", "TEXT"), ("查找事项", "search")),
    Known("new", "新建", ("流程", "FLOW"), ("新建事项", "submit something new")),
    Known("mute", "静音", ("2小时", "2h"), ("先别打扰我；off 解除", "do not disturb me; off to end it")),
    Known("lang", "语言", ("zh 或 en", "zh or en"), ("换语言", "language")),
    Known("link", "绑定", ("绑定码", "CODE"), ("关联这个账号", "link this account")),
    Known("room", "群", ("名称", "NAME"), ("在群里发：这个群就是它（管理员）", "in a group: this is that room (administrators)"), "groups"),
    Known("cancel", "取消", ("", ""), ("放弃正在填写的", "give up what I began")),
    Known("help", "帮助", ("", ""), ("本页", "this page"), "both"),
)  # fmt: skip
"""In the order in which people see them."""


BEHIND: Final = (
    "不带斜杠也可以，如“待办”；直接发编号可以看事项。",
    "The slash may be left out; a code alone shows its item.",
)


def _help(english: int) -> str:
    lines = []
    for one in COMMANDS:
        said = [f"/{one.word}", one.argument[english] if english else f"{one.alias} {one.argument[english]}".strip()]
        lines.append(f"{' '.join(filter(None, said))} · {one.purpose[english]}")
    return "\n".join([*lines, BEHIND[english]])


WORDS: Final[dict[str, tuple[str, str]]] = {
    "line.help": (_help(0), _help(1)),
    **{f"command.{one.word}": one.purpose for one in COMMANDS},
}

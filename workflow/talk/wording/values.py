"""Names, values and lengths of time; the frame of a view as plain text."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "name.system": ("系统", "the system"),
    "name.nobody": ("（未知人员）", "(unknown person)"),
    "name.submitter": ("提交人", "the submitter"),
    "name.secret": ("保密事项，请在私聊里查看", "Confidential: see it in a private chat"),
    "name.item": ("{code}《{title}》", "{code} “{title}”"),
    "name.with_post": ("{name}（{post}）", "{name} ({post})"),
    "name.optional": ("{name}（可不填）", "{name} (optional)"),
    "name.and_more": ("{names}等 {n} 人", "{names} and others, {n} in all"),
    "value.erased": ("〔已删除〕", "[erased]"),
    "value.money": ("{amount} 元", "{amount} yuan"),
    "value.yes": ("是", "Yes"),
    "value.no": ("否", "No"),
    "value.row": ("第 {n} 行", "row {n}"),
    "value.more_rows": ("…… 另有 {n} 行", "… {n} more rows"),
    "span.days": ("{n}天", "{n} d"),
    "span.hours": ("{n}小时", "{n} h"),
    "span.minutes": ("{n}分钟", "{n} min"),
    "span.seconds": ("{n}秒", "{n} s"),
    "text.pick": ("（回复数字即可选择）", "(reply with a number to choose)"),
    "text.say": ("（也可回复：{labels}）", "(or reply: {labels})"),
    "text.superseded": ("（这条已由较新的代替）", "(superseded by a newer message)"),
    "text.too_large_to_send": (
        "“{name}”超过 {most}，这里发不了；请打开链接下载。",
        "“{name}” is larger than {most} and cannot be sent here; download it from the link.",
    ),
    "text.value": ("现填：{value}", "So far: {value}"),
    "text.resent": ("〔重发 #{n}〕", "[resent #{n}]"),
    "text.full": ("太长，未全显示；全文：{link}", "Too long to show whole; in full: {link}"),
}

"""What Telegram makes of a message: its HTML read without mercy, and a drawing of it that a person can compare."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup

from adapters.telegram.render import Rendered

TAGS = {"b", "i", "blockquote"}
_TOKEN = re.compile(r"</?[^<>]*>|&[^;&<>\s]{1,9};|[^<>&]+|[<>&]")
_REFERENCES = {"&lt;", "&gt;", "&amp;", "&quot;"}


class Entity(NamedTuple):
    tag: str
    text: str


def read(html: str) -> tuple[str, list[Entity]]:
    """The text and what is marked in it; AssertionError for whatever Telegram might refuse, or show as something else."""
    plain: list[str] = []
    open_: list[tuple[str, int]] = []
    found: list[Entity] = []
    for token in _TOKEN.findall(html):
        if token.startswith("</"):
            tag, first = open_.pop()
            assert token == f"</{tag.partition(' ')[0]}>", f"{token} closes {tag}"
            found.append(Entity(tag, "".join(plain[first:])))
        elif token.startswith("<") and len(token) > 1:
            tag = token[1:-1]
            assert tag in TAGS or tag == "blockquote expandable", f"no such tag: {token}"
            assert tag.partition(" ")[0] not in [one.partition(" ")[0] for one, _ in open_], f"{token} in itself"
            open_.append((tag, len(plain)))
        elif token.startswith("&") and len(token) > 1:
            assert token in _REFERENCES, f"no such reference: {token}"
            plain.append(unescape(token))
        else:
            assert token not in "<>&", f"{token} must be escaped"
            plain.append(token)
    assert not open_, f"never closed: {open_}"
    return "".join(plain), found


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def labels(rendered: Rendered) -> list[list[str]]:
    """The keyboard as it is drawn."""
    match rendered.markup:
        case InlineKeyboardMarkup(inline_keyboard=rows):
            return [[one.text for one in row] for row in rows]
        case ReplyKeyboardMarkup(keyboard=keys):
            return [[one.text for one in row] for row in keys]
        case _:
            return []


def tokens(rendered: Rendered) -> list[str]:
    """What its buttons send."""
    if not isinstance(rendered.markup, InlineKeyboardMarkup):
        return []
    return [one.callback_data or "" for row in rendered.markup.inline_keyboard for one in row]


def drawn(rendered: Rendered) -> str:
    """HTML, and the keyboard beneath: [label], with + for green and ! for red."""
    lines = [rendered.text]
    match rendered.markup:
        case InlineKeyboardMarkup(inline_keyboard=rows):
            colours = {"success": "+", "danger": "!", None: ""}
            lines += [" ".join(f"[{one.text}]{colours[one.style]}" for one in row) for row in rows]
        case ForceReply(input_field_placeholder=placeholder):
            lines.append(f"reply: {placeholder}")
        case ReplyKeyboardMarkup(keyboard=keys):
            for row in keys:
                shares = [" @" if one.request_location else " #" if one.request_contact else "" for one in row]
                lines.append(" ".join(f"({one.text}{share})" for one, share in zip(row, shares, strict=True)))
        case None:
            pass
    return "\n".join(lines)

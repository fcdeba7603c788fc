"""How wide text is, and where it is broken: measured generously, since every reader's fonts differ."""

from __future__ import annotations

import unicodedata
from typing import Final

TITLE, SMALL = 15.0, 12.5
"""Sizes of a box's title and of its lines, in pixels."""
TITLE_LINE, LINE = 20, 17
_NARROW: Final = frozenset("iljtfrI.,:;|!'()[]/ ")


def width(text: str, size: float) -> float:
    """How wide a text is at most, in pixels."""
    return size * sum(_em(sign) for sign in text)


def wrapped(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """The text in lines of at most `room` pixels, at most `most` of them; what does not fit ends in …"""
    lines: list[str] = []
    rest = text.strip()
    while rest:
        if len(lines) == most - 1 or width(rest, size) <= room:
            lines.append(cut(rest, size, room))
            break
        end = _fitting(rest, size, room)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(lines)


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits with … behind it."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip("… ") + "…"


def _fitting(text: str, size: float, room: float) -> int:
    """Where to break: as late as fits, not within a Latin word or figure, not before a closing mark."""
    end = 1
    while end < len(text) and width(text[: end + 1], size) <= room:
        end += 1
    best = end
    while best > 1 and (_bound(text[best - 1], text[best]) or text[best] in "，。、；：）”」,.;:)"):
        best -= 1
    return best if best > 1 else end


def _bound(one: str, other: str) -> bool:
    return one.isascii() and other.isascii() and one != " " and other != " "


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    if unicodedata.combining(sign):
        return 0.0
    return 0.36 if sign in _NARROW else 0.7 if sign.isupper() or sign in "mw%@" else 0.6

"""Text that is safe to show anywhere: no control, no bidi, no invisible characters, cut to a length. Not here: any markup (adapters)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PLAIN: Final = re.compile(r"[ -~\n\u4e00-\u9fff，。：；、？！（）《》“”·…—]*")
_BARRED: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_KEPT: Final = "\n\u200c\u200d"
"""A line's end, and the two joiners that emoji and some scripts are written with."""
_UNSEEN: Final = frozenset("\u200c\u200d\u2800\u3164\uffa0\u115f\u1160\ufffc")
"""Letters and signs that nobody sees: alone they are no text."""


def clean(text: str, most: int = 4000) -> str:
    """The text without control, format, private and surrogate characters, at most `most` characters (the last is then …).

    Empty where there is nothing to see.
    """
    if not _PLAIN.fullmatch(text):
        text = _BREAKS.sub("\n", text).replace("\t", " ")
        text = "".join(one for one in text if one in _KEPT or unicodedata.category(one) not in _BARRED)
        if all(one in _UNSEEN or one.isspace() for one in text):
            return ""
    return cut(text.strip(), most)


def line(text: str, most: int = 200) -> str:
    """The same on one line."""
    return cut(" ".join(clean(text).split()), most)


def cut(text: str, most: int) -> str:
    """At most `most` characters; what was longer ends in …"""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"

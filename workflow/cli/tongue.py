"""Which language the command line speaks: `GUANKOU_LANGUAGE`, else the locale, else English."""

from __future__ import annotations

import os
from typing import Literal


def language() -> Literal["zh", "en"]:
    """`zh` or `en`."""
    for name in ("GUANKOU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, "").lower():
            return "zh" if value.startswith("zh") else "en"
    return "en"


SPOKEN = language()


def say(zh: str, en: str) -> str:
    """The sentence in the language of this terminal."""
    return zh if SPOKEN == "zh" else en

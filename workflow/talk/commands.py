"""What is typed as a command, in Chinese or English, and the words that every question understands. Not here: what they do (listen.py)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from workflow.talk.wording.commands import COMMANDS

ALIASES: Final = {
    **{spelt: one.word for one in COMMANDS for spelt in (one.word, one.alias)}, "start": "start",
}  # fmt: skip
"""Command words, as typed behind a slash; alone on a line, without one as well."""

WITH_WORDS: Final = frozenset({"start", *(one.word for one in COMMANDS if any(one.argument))})
NAVIGATION: Final = {
    "取消": "cancel", "cancel": "cancel", "返回": "back", "上一步": "back", "back": "back", "跳过": "skip", "skip": "skip",
}  # fmt: skip
"""What leads through a dialogue when typed instead of pressed."""

LANGUAGES: Final = {
    "zh": "zh",
    "中文": "zh",
    "汉语": "zh",
    "cn": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
}

_COMMAND: Final = re.compile(r"/([^\s@/]+)(?:@\S+)?(?:\s+(.*))?", re.DOTALL)
_BARE: Final = re.compile(r"([^\s/]+)(?:\s+(.*))?", re.DOTALL)
_LINKING: Final = re.compile("[0-9A-Z]{6,64}")
_CODE: Final = re.compile("[0-9A-HJKMNP-TV-Z]{6}")
_CROCKFORD: Final = str.maketrans("OIL", "011")


class Command(NamedTuple):
    """A command word (`inbox` …), and what stands behind it."""

    word: str
    rest: str = ""


def command_in(text: str, *, bare: bool) -> Command | None:
    """The command that was typed; with `bare`, also without its slash. An unknown word behind a slash is `unknown`."""
    folded = text.strip().removeprefix("／")
    slashed = folded != text.strip() or folded.startswith("/")
    found = (
        _COMMAND.fullmatch(folded if folded.startswith("/") else f"/{folded}") if slashed else _BARE.fullmatch(folded)
    )
    if found is None or not (slashed or bare):
        return None
    word = ALIASES.get(unicodedata.normalize("NFKC", found[1]).casefold())
    rest = (found[2] or "").strip()
    if word is None:
        return Command("unknown", found[1]) if slashed else None
    if rest and word not in WITH_WORDS and not slashed:
        return None
    return Command(word, rest)


def leading(text: str) -> str:
    """What leads through a dialogue (`back`, `skip`, `cancel`), typed as a word or as a command; empty for anything else."""
    return NAVIGATION.get(unicodedata.normalize("NFKC", text).strip().lstrip("/").casefold(), "")


def read_code(text: str) -> str:
    """An item's code as people write it: any case, O for 0, I and L for 1; empty when it is none."""
    code = unicodedata.normalize("NFKC", text).strip().lstrip("#").replace("-", "").upper().translate(_CROCKFORD)
    return code if _CODE.fullmatch(code) else ""


def linking(text: str, *, bare: bool = False) -> str | None:
    """The code in `/link CODE`, `/start CODE` (as links of networks bring it) or `绑定 CODE`; empty for the word alone.

    None: this is about something else. Of a code, blanks, dashes and case do not matter. `bare`: without its slash as well,
    for accounts that nobody knows and that have nothing else to say.
    """
    command = command_in(text, bare=bare)
    if command is None or command.word not in ("link", "start"):
        return None
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", command.rest)).upper()
    if _LINKING.fullmatch(code):
        return code
    return "" if command.word == "link" else None


def code_in(text: str) -> str:
    """The code in `/item CODE`, or a code alone; empty without one."""
    command = command_in(text, bare=True)
    if command is not None:
        return read_code(command.rest) if command.word in ("item", "take") else ""
    return read_code(text)

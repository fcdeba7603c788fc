"""A button's token: which task, round and act it means, under a MAC. It says nothing of state and gives no right.

Layout: verb (1 byte) · subject (16: an item's, a dialogue's or a flow version's id) · task (4) · round (2) · extra (4), then 12 bytes
of HMAC-SHA256 over it, the bot and the chat; 52 characters of base64url.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from typing import Final
from uuid import UUID

from msgspec import Struct

from workflow.domain.command import Refused

VERBS: Final = (
    "approve", "reject", "return", "comment", "transfer", "reassign", "terminate", "retry", "withdraw", "nudge",
    "resubmit", "mark", "task", "detail", "timeline", "turn", "start", "option", "page", "edit", "add", "drop", "back",
    "skip", "done", "cancel", "file", "take", "hand_in", "decline", "assign", "clear", "stop", "restart",
    "answer", "record",
)  # fmt: skip
"""Their places are in tokens that were sent: add at the end only."""

OF_ITEMS: Final = frozenset({*VERBS[: VERBS.index("turn")], *VERBS[VERBS.index("file") :]})
"""Those whose subject is an item."""

_LAYOUT: Final = struct.Struct(">B16sIHI")
_MAC: Final = 12
_CODES: Final = {verb: code for code, verb in enumerate(VERBS)}
NOBODY: Final = str(UUID(int=0))


class Press(Struct, frozen=True, omit_defaults=True):
    """What a button means. `subject` is a UUID's text; `extra` a line and mark, a page, an option's place; all are counted from 0.

    Of a file, `task` and `extra` together say which of the item's it is (`of_file`).
    """

    verb: str
    subject: str = NOBODY
    task: int = 0
    round: int = 0
    extra: int = 0


def write(press: Press, key: bytes, bot: str, chat: str) -> str:
    """The token of a press, good in this chat of this bot alone."""
    body = _LAYOUT.pack(
        _CODES[press.verb], UUID(press.subject).bytes, press.task, min(press.round, 0xFFFF), press.extra
    )
    return base64.urlsafe_b64encode(body + _mac(body, key, bot, chat)).decode().rstrip("=")


def read(token: str, key: bytes, bot: str, chat: str) -> Press | Refused:
    """What a token means; `token_forged` for whatever this bot did not make for this chat."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return Refused("token_forged")
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(body) != _LAYOUT.size or not hmac.compare_digest(mac, _mac(body, key, bot, chat)):
        return Refused("token_forged")
    code, subject, task, round_, extra = _LAYOUT.unpack(body)
    if code >= len(VERBS):
        return Refused("token_forged")
    return Press(VERBS[code], str(UUID(bytes=subject)), task, round_, extra)


def of_file(item: str, file: str) -> Press:
    """What asks for a file of an item."""
    task, extra = struct.unpack(">II", hashlib.sha256(file.encode()).digest()[:8])
    return Press("file", item, task, 0, extra)


def version_of(digest: str) -> str:
    """The subject that stands for a flow's version: the first half of its digest."""
    return str(UUID(hex=digest[:32]))


def _mac(body: bytes, key: bytes, bot: str, chat: str) -> bytes:
    whose = b"".join(len(one).to_bytes(4, "big") + one for one in (bot.encode(), chat.encode()))
    return hmac.digest(key, whose + body, "sha256")[:_MAC]

"""What an error of the Bot API means for a delivery: one function, pure. Not here: what is done about it (sending.py, the relay).

Telegram has no idempotency key, so of a first send the question is always: may somebody have got it? A refused connection, a 429
and any 4xx say no. A lost answer says perhaps, and so does a 5xx: 502 and 504 come from the proxy in front, behind which the
message may well have gone out (bots that repeated on 502 were seen to send twice), and nothing in the Bot API promises that a
500 did nothing. An edit says the same however often, and is simply done again.
"""

from __future__ import annotations

from typing import Final, Literal

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError, InvalidURL

from workflow.ports import Outcome

PROXY_SECONDS: Final = 5.0
"""To wait after a 429 that does not say how long."""

_CERTAIN: Final[
    tuple[tuple[tuple[type[TelegramAPIError], ...], Literal["unauthorised", "unreachable", "rejected", "retry"]], ...]
] = (
    # A method that does not exist is a token that Telegram cannot even read.
    ((TelegramUnauthorizedError, TelegramNotFound), "unauthorised"),
    ((TelegramForbiddenError,), "unreachable"),
    ((TelegramEntityTooLarge,), "rejected"),
    ((TelegramConflictError,), "retry"),
)
_NOT_SENT: Final = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
_UNEDITABLE: Final = ("message can't be edited", "there is no text in the message to edit")
_GONE: Final = (
    *_UNEDITABLE, "message to edit not found", "message to delete not found", "message can't be deleted",
    "message_id_invalid", "message identifier is not specified",
)  # fmt: skip
_UNREACHABLE: Final = (
    "chat not found", "user not found", "peer_id_invalid", "group chat was deactivated", "group chat was upgraded",
    "not enough rights", "have no rights", "chat_write_forbidden", "chat_restricted", "chat_send_plain_forbidden",
    "need administrator rights", "user is deactivated", "bot was kicked", "bot was blocked", "topic_closed",
    "chat_admin_required", "user_is_blocked", "input_user_deactivated", "channel_private",
)  # fmt: skip


def outcome_of(error: Exception, *, editing: bool) -> Outcome:
    """The outcome of a call that raised. `detail` holds Telegram's own words, not yet redacted."""
    match error:
        case TelegramRetryAfter():
            return Outcome("retry", after=float(error.retry_after), detail=_words(error))
        case TelegramMigrateToChat():
            return Outcome("moved", to=str(error.migrate_to_chat_id), detail="became a supergroup")
        case TelegramBadRequest():
            return _refused(_words(error))
        case TelegramNetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Outcome("retry", detail=f"not connected: {type(error.__cause__).__name__}")
        case ClientDecodeError() if ref := _ref_in(error.data):
            return Outcome("sent", ref=ref)
    for kinds, outcome in _CERTAIN:
        if isinstance(error, kinds):
            return Outcome(outcome, detail=_words(error))
    if isinstance(error, TelegramAPIError) and not isinstance(error, TelegramServerError | TelegramNetworkError):
        return _else(_words(error))
    detail = _words(error) if isinstance(error, TelegramServerError) else f"the answer was lost: {_name(error)}"
    return Outcome("retry" if editing else "ambiguous", detail=detail)


def unreadable_markup(error: Exception) -> bool:
    """Telegram cannot read our HTML. It never may come to that; if it does, people get plain text."""
    return isinstance(error, TelegramBadRequest) and "can't parse entities" in error.message.casefold()


def uneditable(error: Exception) -> bool:
    """The message is there and cannot be changed: it has a reply keyboard or asks for a reply (tdlib/td#3196), or is a file."""
    return isinstance(error, TelegramBadRequest) and any(one in error.message.casefold() for one in _UNEDITABLE)


def _refused(words: str) -> Outcome:
    said = words.casefold()
    if "message is not modified" in said:
        return Outcome("noop")
    if any(one in said for one in _GONE):
        return Outcome("gone", detail=words)
    if any(one in said for one in _UNREACHABLE):
        return Outcome("unreachable", detail=words)
    return Outcome("rejected", detail=words)


def _else(words: str) -> Outcome:
    """Any other 4xx. A 429 of some proxy names no seconds."""
    if "too many requests" in words.casefold():
        return Outcome("retry", after=PROXY_SECONDS, detail=words)
    return Outcome("rejected", detail=words)


def _words(error: TelegramAPIError) -> str:
    """Telegram's own description: aiogram puts its own in front of some."""
    return error.message.rpartition("Original description: ")[2]


def _name(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


def _ref_in(data: object) -> str:
    """The message that was sent, where aiogram could not read the whole answer (a Bot API newer than it knows)."""
    result = data.get("result") if isinstance(data, dict) and data.get("ok") is True else None
    number = result.get("message_id") if isinstance(result, dict) else None
    return str(number) if isinstance(number, int) else ""

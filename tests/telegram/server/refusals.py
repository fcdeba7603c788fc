"""What the server says when it does not do what was asked, in Telegram's own words. Not here: when it says so."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

BLOCKED = (403, "Forbidden: bot was blocked by the user")
DEACTIVATED = (403, "Forbidden: user is deactivated")
DELETED_GROUP = (403, "Forbidden: the group chat was deleted")
NO_RIGHTS = (400, "Bad Request: not enough rights to send text messages to the chat")
NOT_MODIFIED = (
    400,
    (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a"
        " current content and reply markup of the message"
    ),
)
OTHER_POLL = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
POLL_ENDED = (409, "Conflict: terminated by setWebhook request")
QUERY_INVALID = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
TOO_LARGE = (413, "Request Entity Too Large")
UNAUTHORIZED = (401, "Unauthorized")
UNKNOWN_METHOD = (404, "Not Found: method not found")
WEBHOOK_ACTIVE = (
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


class Refusal(Exception):
    """An answer with `ok: false`; `parameters` are those of the Bot API's ResponseParameters."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        body: str | None = None,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        self.body = body  # something that is no JSON at all, as a gateway in front of Telegram gives it

    @property
    def json(self) -> Json:
        parameters = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": parameters} if parameters else {})


def bad(description: str) -> Refusal:
    """A 400 with Telegram's prefix."""
    return Refusal(400, f"Bad Request: {description}")


def too_many(seconds: int) -> Refusal:
    """A 429: nothing was done, and the same chat is to be left alone for so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def upgraded(to: int) -> Refusal:
    """The group has become a supergroup, whose id is in the parameters."""
    return Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=to)

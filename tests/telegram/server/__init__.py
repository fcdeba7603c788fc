"""A strict Bot API server on this machine, for tests: real HTTP, simulated people. Its rules: README.md beside it."""

from __future__ import annotations

from tests.telegram.server.api import TOKEN, BotApi, Call
from tests.telegram.server.clients import NO_REPLY, Client
from tests.telegram.server.groups import Group
from tests.telegram.server.limits import UNLIMITED, Limits, Rate
from tests.telegram.server.refusals import Refusal
from tests.telegram.server.state import Chat, Message, Query, Upload, User

__all__ = [
    "NO_REPLY",
    "TOKEN",
    "UNLIMITED",
    "BotApi",
    "Call",
    "Chat",
    "Client",
    "Group",
    "Limits",
    "Message",
    "Query",
    "Rate",
    "Refusal",
    "Upload",
    "User",
]

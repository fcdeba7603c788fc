"""The bot itself: who it is, its commands, the chats that it knows, and how it hears of updates."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.telegram.server.params import Schema, boolean, chat, integer, strings, structure, text
from tests.telegram.server.refusals import WEBHOOK_ACTIVE, Json, Refusal, bad
from tests.telegram.server.state import World
from tests.telegram.server.updates import KINDS

Values = dict[str, Any]

CHAT: Schema = {"chat_id": chat}
MEMBER: Schema = {"chat_id": chat, "user_id": integer}
COMMANDS: Schema = {"commands": structure, "scope": structure, "language_code": text}
COMMANDS_OF: Schema = {"scope": structure, "language_code": text}
POLL: Schema = {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": strings}
DROP: Schema = {"drop_pending_updates": boolean}
WEBHOOK: Schema = DROP | {"url": text, "max_connections": integer, "allowed_updates": strings, "secret_token": text}

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_LIMIT = 256
COMMANDS_LIMIT = 100
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
SCOPES = {
    "default": set[str](),
    "all_private_chats": set[str](),
    "all_group_chats": set[str](),
    "all_chat_administrators": set[str](),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}
LONGEST_POLL = 50  # seconds, as LONG_POLL_MAX_TIMEOUT
MOST_UPDATES = 100


def get_me(world: World, values: Values) -> Json:
    return world.bot.json | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
    }


def get_chat(world: World, values: Values) -> Json:
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return world.chat(values["chat_id"]).json | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_chat_member(world: World, values: Values) -> Json:
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    found = world.chat(values["chat_id"])
    user = found.members.get(values.get("user_id", 0))
    if user is None:
        raise bad("user not found" if values.get("user_id", 0) not in world.users else "participant not found")
    return {"status": "member", "user": user.json}


def set_my_commands(world: World, values: Values) -> bool:
    commands = values.get("commands")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > COMMANDS_LIMIT:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or command.keys() != {"command", "description"}:
            raise bad("can't parse BotCommand: Object of command and description expected")
        if not COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= DESCRIPTION_LIMIT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_place(world, values)] = commands
    return True


def get_my_commands(world: World, values: Values) -> list[Json]:
    """Of exactly this scope and language: no falling back."""
    return world.commands.get(_place(world, values), [])


def delete_my_commands(world: World, values: Values) -> bool:
    world.commands.pop(_place(world, values), None)
    return True


def _place(world: World, values: Values) -> tuple[str, str]:
    scope = values.get("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES or scope.keys() - {"type"} != SCOPES[kind]:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope:
        world.chat(int(scope["chat_id"]))
    language = values.get("language_code", "")
    if not LANGUAGE.fullmatch(language):
        raise bad("LANG_CODE_INVALID")
    return json.dumps(scope, sort_keys=True), language


async def get_updates(world: World, values: Values) -> list[Json]:
    if world.webhook.active:
        raise Refusal(*WEBHOOK_ACTIVE)
    _allow(world, values)
    limit = values.get("limit", MOST_UPDATES)
    timeout = values.get("timeout", 0)
    if not 1 <= limit <= MOST_UPDATES or not 0 <= timeout <= LONGEST_POLL:
        raise bad(f"limit is 1-{MOST_UPDATES}, timeout 0-{LONGEST_POLL} (this server is stricter than Telegram)")
    return await world.updates.poll(values.get("offset", 0), limit, timeout)


async def set_webhook(world: World, values: Values) -> tuple[bool, str]:
    url = values.get("url", "")
    if not url:
        return await delete_webhook(world, values)
    hook = world.webhook
    secret, connections = values.get("secret_token", ""), values.get("max_connections", 40)
    hook.check(url, secret, connections)
    same = (hook.url, hook.secret, hook.connections) == (url, secret, connections)
    _allow(world, values)
    if values.get("drop_pending_updates"):
        world.updates.forget()
    if same:
        return True, "Webhook is already set"
    await hook.set(url, secret, connections)
    return True, "Webhook was set"


async def delete_webhook(world: World, values: Values) -> tuple[bool, str]:
    was = world.webhook.active
    await world.webhook.close()
    if values.get("drop_pending_updates"):
        world.updates.forget()
    return True, "Webhook was deleted" if was else "Webhook is already deleted"


def get_webhook_info(world: World, values: Values) -> Json:
    return world.webhook.info


def _allow(world: World, values: Values) -> None:
    kinds = values.get("allowed_updates")
    if kinds and (unknown := set(kinds) - KINDS):
        raise bad(f'unknown kind of update "{min(unknown)}" (this server is stricter than Telegram)')
    world.updates.allow(kinds)

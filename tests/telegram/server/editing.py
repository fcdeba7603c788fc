"""The methods that change what stands in a chat, or answer a press. Not here: new messages (sending)."""

from __future__ import annotations

from typing import Any

from tests.telegram.server import keyboards
from tests.telegram.server.params import Schema, boolean, chat, integer, structure, text
from tests.telegram.server.refusals import NOT_MODIFIED, QUERY_INVALID, Json, Refusal, bad
from tests.telegram.server.sending import WORDS, captioned, worded
from tests.telegram.server.state import Message, World

Values = dict[str, Any]

PLACE: Schema = {"chat_id": chat, "message_id": integer}
TEXT: Schema = PLACE | WORDS | {"reply_markup": structure}
EDIT_CAPTION: Schema = PLACE | {"caption": text, "parse_mode": text, "reply_markup": structure}
MARKUP: Schema = PLACE | {"reply_markup": structure}
ANSWER: Schema = {"callback_query_id": text, "text": text, "show_alert": boolean, "cache_time": integer}

ANSWER_LIMIT = 200
QUERY_LIFETIME = 15.0  # seconds
DELETABLE = 48 * 3600  # seconds


def edit_message_text(world: World, values: Values) -> Json:
    words, entities = worded(values)
    message = _editable(world, values)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    return _edit(world, message, words, entities, values.get("reply_markup"))


def edit_message_caption(world: World, values: Values) -> Json:
    words, entities = captioned(values)
    message = _editable(world, values)
    if message.upload is None:
        raise bad("there is no caption in the message to edit")
    return _edit(world, message, words, entities, values.get("reply_markup"))


def edit_message_reply_markup(world: World, values: Values) -> Json:
    message = _editable(world, values)
    return _edit(world, message, message.text, message.entities, values.get("reply_markup"))


def delete_message(world: World, values: Values) -> bool:
    into = world.writable(values["chat_id"]) if "chat_id" in values else None
    if into is None:
        raise bad("chat_id is empty")
    message = into.standing_message(values.get("message_id", 0), "message to delete")
    if into.kind != "private" and not message.from_bot:
        raise bad("message can't be deleted")
    if world.clock.date() - message.date > DELETABLE:
        raise bad("message can't be deleted for everyone")
    message.deleted = True
    return True


def answer_callback_query(world: World, values: Values) -> bool:
    """Once, in time, and to a press that there was."""
    query = world.queries.get(values.get("callback_query_id", ""))
    if query is None or query.text is not None or world.clock.now() - query.at > QUERY_LIFETIME:
        raise Refusal(*QUERY_INVALID)
    words = values.get("text", "")
    if len(words) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    query.text = words
    query.alert = bool(values.get("show_alert"))
    query.done.set()
    return True


def _editable(world: World, values: Values) -> Message:
    """A message of the bot's own, under which stands nothing but an inline keyboard."""
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    if "message_id" not in values:
        raise bad("message identifier is not specified")
    keyboards.only_inline(values.get("reply_markup"))
    message = world.writable(values["chat_id"]).standing_message(values["message_id"], "message to edit")
    if message.sender.id != world.bot.id or "inline_keyboard" not in (message.markup or {"inline_keyboard": []}):
        raise bad("message can't be edited")
    return message


def _edit(world: World, message: Message, words: str, entities: list[Json], markup: Any) -> Json:
    """Without a keyboard the one that stood there goes."""
    new = keyboards.checked(markup, private=message.chat.kind == "private")
    if (message.text, message.entities, message.markup) == (words, entities, new):
        raise Refusal(*NOT_MODIFIED)
    world.gate.charge(message.chat.id, world.clock.now())
    message.text, message.entities, message.markup = words, entities, new
    message.edited = True
    message.edit_date = world.clock.date()
    return message.json()

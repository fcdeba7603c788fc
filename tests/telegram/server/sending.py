"""The methods that put something into a chat. Not here: changing what stands there (editing), files kept (files)."""

from __future__ import annotations

from typing import Any

from tests.telegram.server import files, keyboards
from tests.telegram.server.entities import CAPTION_LIMIT, TEXT_LIMIT, parsed, units
from tests.telegram.server.params import Schema, boolean, chat, file, integer, number, structure, text
from tests.telegram.server.refusals import Json, bad
from tests.telegram.server.state import Chat, Message, World

Values = dict[str, Any]

TARGET: Schema = {
    "chat_id": chat,
    "message_thread_id": integer,
    "disable_notification": boolean,
    "protect_content": boolean,
    "reply_parameters": structure,
    "reply_markup": structure,
}
WORDS: Schema = {"text": text, "parse_mode": text, "link_preview_options": structure}
CAPTION: Schema = {"caption": text, "parse_mode": text, "show_caption_above_media": boolean, "has_spoiler": boolean}
PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
REPLY_FIELDS = {"message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode"}

MESSAGE: Schema = TARGET | WORDS
DOCUMENT: Schema = TARGET | CAPTION | {"document": file, "disable_content_type_detection": boolean}
PHOTO: Schema = TARGET | CAPTION | {"photo": file}
ACTION: Schema = {"chat_id": chat, "message_thread_id": integer, "action": text}
LOCATION: Schema = TARGET | {"latitude": number, "longitude": number, "horizontal_accuracy": number}


def send_message(world: World, values: Values) -> Json:
    words, entities = worded(values)
    message = _deliver(world, values, "text", words)
    message.entities = entities
    return message.json()


def send_document(world: World, values: Values) -> Json:
    words, entities = captioned(values)
    chat_ = _target(world, values)
    upload = files.taken(world, values.get("document"), "document")
    message = _deliver(world, values, "document", words, chat_)
    message.entities, message.upload = entities, upload
    message.content = {"document": files.document(upload)}
    return message.json()


def send_photo(world: World, values: Values) -> Json:
    words, entities = captioned(values)
    chat_ = _target(world, values)
    upload = files.taken(world, values.get("photo"), "photo")
    message = _deliver(world, values, "photo", words, chat_)
    message.entities, message.upload = entities, upload
    message.content = {"photo": files.photo(world, upload)}
    return message.json()


def send_location(world: World, values: Values) -> Json:
    if not {"latitude", "longitude"} <= values.keys():
        raise bad("latitude and longitude must be specified")
    latitude, longitude = values["latitude"], values["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("invalid location specified")
    message = _deliver(world, values, "location", "")
    message.content = {"location": {"latitude": latitude, "longitude": longitude}}
    return message.json()


def send_chat_action(world: World, values: Values) -> bool:
    """「…正在输入」; nothing is kept of it."""
    _target(world, values)
    return True


def worded(values: Values) -> tuple[str, list[Json]]:
    """A message's text, 1–4096 UTF-16 units once its marks are parsed."""
    if not values.get("text"):
        raise bad("message text is empty")
    plain, entities = parsed(values["text"], values.get("parse_mode", ""))
    if not plain:
        raise bad("text must be non-empty")
    if units(plain) > TEXT_LIMIT:
        raise bad("message is too long")
    _preview(values.get("link_preview_options"))
    return plain, entities


def captioned(values: Values) -> tuple[str, list[Json]]:
    plain, entities = parsed(values.get("caption", ""), values.get("parse_mode", ""))
    if units(plain) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return plain, entities


def _preview(options: Any) -> None:
    if options is None:
        return
    if not isinstance(options, dict):
        raise bad("object expected as link preview options")
    if unknown := options.keys() - PREVIEW_FIELDS:
        raise bad(f'unknown field "{min(unknown)}" in link preview options')
    for name in options.keys() - {"url"}:
        if not isinstance(options[name], bool):
            raise bad(f'field "{name}" must be of type Boolean')


def _target(world: World, values: Values) -> Chat:
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    found = world.writable(values["chat_id"])
    if values.get("message_thread_id"):
        raise bad("message thread not found")
    return found


def _deliver(world: World, values: Values, kind: str, words: str, target: Chat | None = None) -> Message:
    """The message as it stands from now on; nothing stands when this raises."""
    into = target or _target(world, values)
    reply_to = _replied(into, values.get("reply_parameters"))
    markup = keyboards.checked(values.get("reply_markup"), private=into.kind == "private")
    world.gate.charge(into.id, world.clock.now())
    message = world.draft(into, world.bot)
    message.kind, message.text, message.markup, message.reply_to = kind, words, markup, reply_to
    message.silent = bool(values.get("disable_notification"))
    message.protected = bool(values.get("protect_content"))
    return world.post(message)


def _replied(into: Chat, parameters: Any) -> Message | None:
    if parameters is None:
        return None
    if not isinstance(parameters, dict):
        raise bad("object expected as reply parameters")
    if unknown := parameters.keys() - REPLY_FIELDS:
        raise bad(f'unknown field "{min(unknown)}" in reply parameters')
    if "message_id" not in parameters:
        raise bad('can\'t find field "message_id"')
    if parameters.get("chat_id", into.id) != into.id:
        raise bad("replies into other chats are not known to this server")
    for message in into.standing:
        if message.id == parameters["message_id"]:
            return message
    if parameters.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")

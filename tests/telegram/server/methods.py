"""The methods that this server knows, by name: what each takes, what it does. setMessageReaction and many more are absent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.telegram.server import account, editing, files, sending
from tests.telegram.server.params import Schema
from tests.telegram.server.state import World

Answer = Any  # the `result`; a pair of it and the `description` where Telegram gives one


class Method(NamedTuple):
    name: str
    takes: Schema
    run: Callable[[World, dict[str, Any]], Answer | Awaitable[Answer]]


METHODS = {
    method.name.lower(): method
    for method in (
        Method("getMe", {}, account.get_me),
        Method("getUpdates", account.POLL, account.get_updates),
        Method("setWebhook", account.WEBHOOK, account.set_webhook),
        Method("deleteWebhook", account.DROP, account.delete_webhook),
        Method("getWebhookInfo", {}, account.get_webhook_info),
        Method("setMyCommands", account.COMMANDS, account.set_my_commands),
        Method("getMyCommands", account.COMMANDS_OF, account.get_my_commands),
        Method("deleteMyCommands", account.COMMANDS_OF, account.delete_my_commands),
        Method("getChat", account.CHAT, account.get_chat),
        Method("getChatMember", account.MEMBER, account.get_chat_member),
        Method("sendMessage", sending.MESSAGE, sending.send_message),
        Method("sendDocument", sending.DOCUMENT, sending.send_document),
        Method("sendPhoto", sending.PHOTO, sending.send_photo),
        Method("sendLocation", sending.LOCATION, sending.send_location),
        Method("sendChatAction", sending.ACTION, sending.send_chat_action),
        Method("editMessageText", editing.TEXT, editing.edit_message_text),
        Method("editMessageCaption", editing.EDIT_CAPTION, editing.edit_message_caption),
        Method("editMessageReplyMarkup", editing.MARKUP, editing.edit_message_reply_markup),
        Method("deleteMessage", editing.PLACE, editing.delete_message),
        Method("answerCallbackQuery", editing.ANSWER, editing.answer_callback_query),
        Method("getFile", files.FILE, files.get_file),
    )
}

"""What may hang under a message: checked as strictly as Telegram does, and refused in its words."""

from __future__ import annotations

from typing import Any

from tests.telegram.server.entities import link, units
from tests.telegram.server.refusals import Json, Refusal, bad

DATA_LIMIT = 64  # bytes
ACTIONS = {"url", "callback_data", "copy_text", "switch_inline_query", "switch_inline_query_current_chat"}
INLINE_FIELDS = {"text", "style", "icon_custom_emoji_id"} | ACTIONS
REPLY_FIELDS = {"text", "style", "icon_custom_emoji_id", "request_contact", "request_location"}
STYLES = {"danger", "success", "primary"}
FLAGS = {"resize_keyboard", "one_time_keyboard", "is_persistent", "selective", "force_reply", "remove_keyboard"}
SHAPES = {
    "inline_keyboard": set[str](),
    "keyboard": {"is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"},
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}
BUTTONS_LIMIT = 100
PLACEHOLDER_LIMIT = 64


def checked(markup: Any, *, private: bool) -> Json | None:
    """The markup as it is kept; None when it is an empty inline keyboard, which is none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    shape = next((name for name in SHAPES if name in markup), None)
    if shape is None:
        raise bad(f"object expected as reply markup: it is none of {', '.join(SHAPES)}")
    if unknown := markup.keys() - SHAPES[shape] - {shape}:
        raise bad(f'unknown field "{min(unknown)}" in reply markup')
    for flag in FLAGS & markup.keys():
        if not isinstance(markup[flag], bool):
            raise bad(f'field "{flag}" must be of type Boolean')
    placeholder = markup.get("input_field_placeholder", " ")
    if not isinstance(placeholder, str) or not 1 <= units(placeholder) <= PLACEHOLDER_LIMIT:
        raise bad('field "input_field_placeholder" must be a String of 1-64 characters')
    if shape == "inline_keyboard":
        rows = [[inline(button) for button in row] for row in _rows(markup, shape)]
        return {shape: [row for row in rows if row]} if any(rows) else None
    if shape == "keyboard":
        for row in _rows(markup, shape):
            for button in row:
                _reply(button, private=private)
    return markup


def only_inline(markup: Any) -> None:
    """An edit may give no other keyboard."""
    if markup is not None and not (isinstance(markup, dict) and "inline_keyboard" in markup):
        raise bad("inline keyboard expected")


def inline(button: Any) -> Json:
    """One button of an inline keyboard; it does exactly one thing."""
    kind = "inline keyboard button"
    if isinstance(button, str):
        raise _unallowed()
    _shaped(button, INLINE_FIELDS, kind)
    actions = [name for name in ACTIONS if button.get(name)]
    if not actions:
        raise _unallowed()
    if len(actions) > 1:
        raise bad(f"can't parse {kind}: it does more than one thing: {', '.join(sorted(actions))}")
    data = button.get("callback_data", "")
    if not isinstance(data, str) or len(data.encode()) > DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not link(button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return dict(button)


def _reply(button: Any, *, private: bool) -> None:
    if isinstance(button, str):
        return
    _shaped(button, REPLY_FIELDS, "keyboard button")
    for what, words in (("request_contact", "phone number"), ("request_location", "location")):
        if button.get(what) and not private:
            raise bad(f"{words} can be requested in private chats only")
    if button.get("request_contact") and button.get("request_location"):
        raise bad("can't parse keyboard button: it asks for more than one thing")


def _shaped(button: Any, fields: set[str], kind: str) -> None:
    if not isinstance(button, dict):
        raise bad(f"can't parse {kind}: Object expected")
    if "text" not in button:
        raise bad(f"can't parse {kind}: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise bad(f'can\'t parse {kind}: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad(f"{kind} text is empty")
    if unknown := button.keys() - fields:
        raise bad(f'can\'t parse {kind}: unknown field "{min(unknown)}"')
    if button.get("style", "primary") not in STYLES:
        raise bad(f'can\'t parse {kind}: Field "style" must be one of {", ".join(sorted(STYLES))}')


def _rows(markup: Json, shape: str) -> list[list[Any]]:
    rows = markup[shape]
    if not isinstance(rows, list):
        raise bad(f'field "{shape}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{shape}" must be an Array of Arrays')
    if sum(map(len, rows)) > BUTTONS_LIMIT:
        raise bad("reply markup is too long")
    return rows


def _unallowed() -> Refusal:
    return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")

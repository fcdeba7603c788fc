"""Raw updates, taken out of what Telegram sends without decoding what they say: one that nobody can read holds up no other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from workflow.ports import Update

WANTED: Final = ("message", "callback_query")
"""The kinds of updates that are asked for: nothing else ever decides anything."""


class _Answer(msgspec.Struct):
    result: list[msgspec.Raw]


_raws: Final = msgspec.json.Decoder(_Answer).decode


def several(body: bytes) -> list[tuple[int, Update]]:
    """The updates in an answer of getUpdates, with their numbers. ValueError when it is no such answer."""
    try:
        parts: Sequence[bytes] = [bytes(one) for one in _raws(body).result]
    except msgspec.ValidationError as error:
        raise ValueError(f"not an answer to getUpdates: {error}") from None
    except msgspec.DecodeError:
        # A half surrogate in one text makes strict decoders refuse all hundred; json alone reads over it.
        try:
            parts = [json.dumps(one).encode() for one in json.loads(body.decode(errors="replace"))["result"]]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError(f"not an answer to getUpdates: {type(error).__name__}") from None
    return [one(part) for part in parts]


def one(body: bytes) -> tuple[int, Update]:
    """An update and its number (0 where it has none, and then its bytes name it)."""
    held = _loosely(body)
    number = held.get("update_id")
    if isinstance(number, int) and not isinstance(number, bool):
        return number, Update(source=str(number), chat=_chat(held), body=body)
    return 0, Update(source=hashlib.sha256(body).hexdigest(), chat=_chat(held), body=body)


def _loosely(body: bytes) -> dict[str, Any]:
    try:
        held = json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _chat(held: dict[str, Any]) -> str:
    """The chat it came from, whatever its kind; empty where there is none."""
    for kind in held.values():
        if isinstance(kind, dict):
            inner = kind.get("message", kind)
            chat = inner.get("chat") if isinstance(inner, dict) else None
            if isinstance(chat, dict) and isinstance(number := chat.get("id"), int):
                return str(number)
    return ""

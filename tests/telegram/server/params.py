"""The parameters of one request, read strictly: known names, right types. Not here: what they lead to."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from tests.telegram.server.refusals import TOO_LARGE, Refusal, bad

LONGEST_FIELD = 1 << 20  # of what is no file


@dataclass(frozen=True)
class Sent:
    """A file in the body of a request."""

    name: str
    media_type: str
    data: bytes


Raw = dict[str, Any]  # what came: strings in a form, anything in JSON, Sent for a file
Reader = Callable[[str, Any, Raw], Any]
Schema = dict[str, Reader]


async def raw(request: web.Request, largest: int) -> Raw:
    """All four ways that the Bot API allows: query string, form, multipart, JSON."""
    found: Raw = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.read())
        if not isinstance(body, dict):
            raise bad("the body must be a JSON object")
        return found | body
    if request.content_type == "multipart/form-data":
        return found | await _parts(request, largest)
    form = await request.post()
    return found | {name: value for name, value in form.items() if isinstance(value, str)}


async def _parts(request: web.Request, largest: int) -> Raw:
    found: Raw = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad("nested multipart")
        data = bytearray()
        room = largest if part.filename else LONGEST_FIELD
        while chunk := await part.read_chunk(1 << 16):
            if len(data) <= room:  # the rest is read and thrown away, so that the answer can be heard
                data += chunk
        if len(data) > room:
            raise Refusal(*TOO_LARGE)
        if part.filename:
            media_type = part.headers.get("Content-Type", "application/octet-stream")
            found[part.name] = Sent(part.filename, media_type, bytes(data))
        else:
            found[part.name] = data.decode()
    return found


def read(schema: Schema, found: Raw) -> dict[str, Any]:
    """What was given of `schema`, typed. Files that an attach:// points to are no parameters of their own."""
    values = {}
    for name, value in found.items():
        if name in schema:
            values[name] = schema[name](name, value, found)
        elif not isinstance(value, Sent):
            raise bad(f'unknown parameter "{name}" (this server is stricter than Telegram)')
    return values


def text(name: str, value: Any, found: Raw) -> str:
    if not isinstance(value, str):
        raise bad(f'parameter "{name}" must be of type String')
    return value


def integer(name: str, value: Any, found: Raw) -> int:
    try:
        return int(value if isinstance(value, str) else operator.index(value))
    except (TypeError, ValueError):
        raise bad(f'parameter "{name}" must be of type Integer') from None


def number(name: str, value: Any, found: Raw) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise bad(f'parameter "{name}" must be of type Float') from None


def boolean(name: str, value: Any, found: Raw) -> bool:
    if isinstance(value, bool):
        return value
    if value not in {"true", "false", "True", "False", "0", "1"}:
        raise bad(f'parameter "{name}" must be of type Boolean')
    return value in {"true", "True", "1"}


def structure(name: str, value: Any, found: Raw) -> Any:
    """An object or an array: JSON within a form's string, or itself in a JSON body."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def strings(name: str, value: Any, found: Raw) -> list[str]:
    decoded = structure(name, value, found)
    if not isinstance(decoded, list) or not all(isinstance(one, str) for one in decoded):
        raise bad(f'parameter "{name}" must be an Array of String')
    return decoded


def chat(name: str, value: Any, found: Raw) -> int:
    """A numeric id; names of channels (@name) are nobody here."""
    if value in {"", None}:
        raise bad(f"{name} is empty")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad("chat not found") from None


def file(name: str, value: Any, found: Raw) -> Sent | str:
    """What was uploaded, or the file_id of what the server has already."""
    if isinstance(value, Sent):
        return value
    if isinstance(value, str) and value.startswith("attach://"):
        attached = found.get(value.removeprefix("attach://"))
        if not isinstance(attached, Sent):
            raise bad("there is no file in the request for " + value)
        return attached
    return text(name, value, found)

"""What a program may hand in: a command is looked at before it is kept, so that nothing unreadable ever stands in a row.

Only its shape: ids, names, numbers, sizes. Whether somebody may do it, and what it does, is decided with all the others.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from workflow.domain.command import Command, Refused
from workflow.engine.writing import command_bytes

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a command: a form with two hundred full rows fits."""

_UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

Id = Annotated[str, Meta(pattern=rf"\A{_UUID}\Z")]
IdOrNone = Annotated[str, Meta(pattern=rf"\A(?:{_UUID})?\Z")]
Name = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Place = Annotated[int, Meta(ge=0, lt=2**31)]


class _Args(Struct):
    flow: Name = ""
    unit: Name | None = None
    place: Name | None = None
    to: Name | None = None
    task: tuple[Place, Place] | None = None
    comment: str = ""
    marks: dict[str, str] | None = None
    form: dict[str, Any] | None = None
    answers: dict[str, Any] | None = None


class _Command(Struct):
    id: Id
    tenant: Id
    verb: Name
    actor: Name
    network: Name
    item: IdOrNone = ""
    args: _Args = msgspec.field(default_factory=_Args)


_read: Final = msgspec.json.Decoder(_Command).decode


def bytes_of(command: Command) -> bytes | Refused:
    """The bytes under which a command is kept; or what is wrong with its shape."""
    try:
        body = command_bytes(command)
        if len(body) > LARGEST:
            return Refused("too_large", {"most": LARGEST})
        _read(body)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return Refused("malformed", {"problem": str(error)[:200]})
    return body

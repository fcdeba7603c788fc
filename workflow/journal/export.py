"""The log as JSON Lines, for keeping elsewhere. Bodies stand as text, exactly: what is hashed is their UTF-8.

{"guankou":"audit export 1","tenant":…}                              first line
{"body":"…","leaf":"hex","stream":"…","version":1}                    one an event, streams one after the other
{"events":3,"head":"hex","kind":"item","stream":"…"}                  after the events of each stream
{"events":7,"streams":2}                                              last line: without it, the export was cut
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from workflow.journal import chain

NAME: Final = "audit export 1"

_encode = msgspec.json.Encoder(order="sorted").encode


def begin(tenant: str) -> bytes:
    """The first line."""
    return _line({"guankou": NAME, "tenant": tenant})


def event(stream: str, version: int, body: bytes, leaf: bytes) -> bytes:
    """One event."""
    return _line({"body": body.decode(), "leaf": leaf.hex(), "stream": stream, "version": version})


def stream(stream: str, kind: str, events: int, head: bytes) -> bytes:
    """The end of one stream."""
    return _line({"events": events, "head": head.hex(), "kind": kind, "stream": stream})


def end(streams: int, events: int) -> bytes:
    """The last line."""
    return _line({"events": events, "streams": streams})


class BrokenExport(ValueError):
    """An export that does not hold; the text names the line."""


def check(lines: Iterable[bytes]) -> tuple[int, int]:
    """(streams, events) of an export whose every leaf is the hash of its body. Raises `BrokenExport`."""
    streams = events = held = 0
    head, name, total = chain.NOTHING, "", None
    for number, text in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(text, type=dict[str, int | str])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BrokenExport(f"line {number}: {error}") from error
        if total is not None:
            raise BrokenExport(f"line {number}: something follows the last line")
        if number == 1:
            if line.get("guankou") != NAME:
                raise BrokenExport(f"line 1: expected an {NAME}")
        elif "body" in line:
            head, held, name = chain.leaf(head, str(line["body"]).encode()), held + 1, name or str(line["stream"])
            if (line["stream"], line["version"], line["leaf"]) != (name, held, head.hex()):
                raise BrokenExport(
                    f"line {number}: event {line['version']} of {line['stream']} does not follow line {number - 1}"
                )
        elif "head" in line:
            if (line["head"], line["events"]) != (head.hex(), held) or name not in ("", line["stream"]):
                raise BrokenExport(f"line {number}: the head of {line['stream']} is not the leaf of its last event")
            streams, events = streams + 1, events + held
            head, held, name = chain.NOTHING, 0, ""
        else:
            total = (line.get("streams"), line.get("events"))
            if held or total != (streams, events):
                raise BrokenExport(
                    f"line {number}: it tells of {total}, here are {(streams, events)} streams and events"
                )
    if total is None:
        raise BrokenExport("the last line is missing: the export was cut")
    return streams, events


def _line(values: dict[str, int | str]) -> bytes:
    return _encode(values) + b"\n"

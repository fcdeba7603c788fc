"""What is written to the log: one line a thing, JSON when nobody sits at a terminal. No secret, nothing about a person.

Keys that are not on the list do not get out; what looks like a secret is replaced; of an error its type and places are
written, never its words, because those quote data.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

ALLOWED: Final = frozenset({
    "event", "level", "timestamp", "error", "where", "sqlstate", "constraint", "dropped",
    "tenant", "item", "flow", "digest", "step", "place", "version", "verb", "command", "reason", "organisation",
    "bot", "network", "chat", "delivery", "attempt", "outcome", "epoch", "stream", "file",
    "count", "bytes", "seconds", "commands", "decisions", "refusals", "losers", "point", "address", "port", "path",
    "method", "route", "status", "process", "role", "late", "setting",
})  # fmt: skip

_SECRETS: Final = (
    (re.compile(r"(?<=://)[^/@\s]+@"), "***@"),
    (re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}"), "***"),
    (re.compile(r"(?i)\b(bearer|token|secret|password|code|key)([=: ]+)\S+"), r"\1\2***"),
    (re.compile(r"\b[A-Za-z0-9_-]{40,}\b"), "***"),
)
_HEX: Final = re.compile(r"[0-9a-f]{64}\Z")
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {
    ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", 0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029",
}  # fmt: skip

Line = MutableMapping[str, Any]


def clean(text: str) -> str:
    """One line without secrets. A SHA-256 in hex is none: it names flows and leaves."""
    if not _HEX.match(text):
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
    return text.translate(_CONTROLS)


def _only_allowed(_logger: Any, _method: str, line: Line) -> Line:
    if dropped := [key for key in line if key not in ALLOWED]:
        for key in dropped:
            del line[key]
        line["dropped"] = sorted(dropped)
    return line


def _error(_logger: Any, _method: str, line: Line) -> Line:
    """`exc_info` becomes `error` (its type) and `where` (the last places), without a word of its message."""
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    if isinstance(info, BaseException):
        line["error"] = type(info).__name__
        line["where"] = _places(info.__traceback__)
        for key, name in (("sqlstate", "sqlstate"), ("constraint", "constraint_name")):
            if value := getattr(info, name, None):
                line[key] = value
    return line


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-6:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _clean(_logger: Any, _method: str, line: Line) -> Line:
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = clean(value)
        elif value is not None and not isinstance(value, (int, float, list)):
            line[key] = clean(str(value))
    return line


def configure(level: str = "info", form: str = "auto", out: TextIO | None = None) -> None:
    """Set up structlog for the whole process. `form`: auto, json or text."""
    out = out or sys.stderr
    plain = form == "text" or (form == "auto" and out.isatty())
    renderer = (
        structlog.dev.ConsoleRenderer(colors=out.isatty())
        if plain
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _error,
            _only_allowed,
            _clean,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _bound[:] = [structlog.get_logger().bind()]


_bound: Final[list[structlog.typing.FilteringBoundLogger]] = []
"""The process's log, bound once: binding it costs more than a line that is not written."""


def logger() -> structlog.typing.FilteringBoundLogger:
    """The process's log: `log.info("what happened", key=value)`. Nobody has set it up: it is as careful as ever."""
    if not _bound:
        configure()
    return _bound[0]

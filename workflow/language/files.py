"""What a file of rules is, by its first key: a flow, an organisation or a list. Not here: finding and reading files (cli.sources)."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["flow", "organisation", "list"]

_KEYS: Final[dict[str, Kind]] = {
    "flow": "flow", "流程": "flow", "organisation": "organisation", "组织": "organisation", "list": "list", "名录": "list",
}  # fmt: skip
_FIRST: Final = re.compile(r"^(?:[ \t]*(?:#[^\n]*)?\n|---[^\n]*\n)*[\"']?(\w+)[\"']?[ \t]*[:：]")
_FAR: Final = 65_536
"""How far into a text its first key is looked for."""


_FLOW: Final = re.compile(r"^(?:flow|流程)[ \t]*:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)


def flow_of(text: bytes) -> str:
    """The flow that a text says it is; empty where it does not."""
    found = _FLOW.search(text[:_FAR].decode("utf-8", "replace"))
    return found[1] if found else ""


def kind_of(text: bytes | str) -> Kind:
    """The kind of a text; a flow where that cannot be told."""
    head = text[:_FAR] if isinstance(text, str) else text[:_FAR].decode("utf-8", "replace")
    found = _FIRST.match(head.removeprefix("\ufeff"))
    return _KEYS.get(found[1], "flow") if found else "flow"

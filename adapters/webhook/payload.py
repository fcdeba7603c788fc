"""PURE: a View as JSON for programs: an item's card field by field, whatever else as text. No button goes along: a hook only listens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from workflow.ports import Delivery
from workflow.talk.text import as_text
from workflow.talk.view import Card, Checklist, View


def payload(hook: str, delivery: Delivery, view: View, at: int) -> bytes:
    """The body of a call. `attempt` counts from 1; `id` is the same at every one of them."""
    return msgspec.json.encode(
        {
            "type": "guankou.card" if isinstance(view, Card | Checklist) else "guankou.text",
            "id": delivery.id,
            "hook": hook,
            "attempt": delivery.attempt,
            "timestamp": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
            "data": _data(view, delivery.language),
        }
    )


def _data(view: View, language: str) -> dict[str, Any]:
    if isinstance(view, Checklist):
        return {**_card(view.card), "lines": [{"label": line.label, "mark": line.mark} for line in view.lines]}
    return _card(view) if isinstance(view, Card) else {"text": as_text(view, language)[0]}


def _card(card: Card) -> dict[str, Any]:
    return {
        "number": card.number, "title": card.title, "state": card.state, "text": card.text, "link": card.link,
        "facts": [{"label": label, "value": value} for label, value in card.facts],
        "files": [{"name": one.name, "media_type": one.media_type, "bytes": one.bytes} for one in card.files],
    }  # fmt: skip

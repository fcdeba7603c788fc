"""A file handed out: what stands under it. Its name and size are shown by Telegram itself."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.telegram.render.text import Line, plain
from workflow.talk.view import Document


def lines(document: Document) -> Iterator[Line]:
    """What it belongs to; where nothing is said, its name."""
    yield plain(document.text or document.file.name)

"""The open windows of this process, and what is pushed to them. Nothing is kept: a window that missed something asks for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Final

from msgspec import Struct

from workflow.talk.view import View

AT_MOST: Final = 12
"""Windows of one person; the oldest closes for a new one."""
BACKLOG: Final = 200
"""Pushes that a window may lag behind before it is closed (it then comes back and asks)."""


class Shown(Struct, frozen=True):
    """A message is new, or shows something else now."""

    id: str
    view: View


class Toast(Struct, frozen=True):
    """The answer to a press that came after the press's own request had been answered."""

    text: str


class Closed(Struct, frozen=True):
    """Nothing more will come."""


Push = Shown | Toast | Closed


class Windows:
    """Which windows of which chat are open."""

    def __init__(self) -> None:
        self._open: dict[str, list[asyncio.Queue[Push]]] = defaultdict(list)

    def open(self, chat: str) -> asyncio.Queue[Push]:
        """A new window's queue; give it back to `leave`."""
        queue: asyncio.Queue[Push] = asyncio.Queue()
        self._open[chat].append(queue)
        if len(self._open[chat]) > AT_MOST:
            self._close(chat, self._open[chat][0])
        return queue

    def leave(self, chat: str, queue: asyncio.Queue[Push]) -> None:
        """The window is gone."""
        if queue in self._open[chat]:
            self._open[chat].remove(queue)
        if not self._open[chat]:
            del self._open[chat]

    def push(self, chat: str, push: Push) -> int:
        """To every open window of a chat; how many there were."""
        queues = tuple(self._open.get(chat, ()))
        for queue in queues:
            if queue.qsize() < BACKLOG:
                queue.put_nowait(push)
            else:
                self._close(chat, queue)
        return len(queues)

    def close(self) -> None:
        """All of them: the server stops."""
        for chat in tuple(self._open):
            for queue in tuple(self._open[chat]):
                self._close(chat, queue)

    def _close(self, chat: str, queue: asyncio.Queue[Push]) -> None:
        self.leave(chat, queue)
        queue.put_nowait(Closed())

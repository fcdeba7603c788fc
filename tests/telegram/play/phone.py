"""Somebody with Telegram in hand: waits until something can be read, presses it, answers. What does not come is Unmet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar

from tests.telegram.play.book import Scene
from tests.telegram.server import Chat, Client, Message

T = TypeVar("T")

PATIENCE: Final = 15.0
"""Seconds that anything may take until it is seen."""
LOOK: Final = 0.02


class Unmet(Exception):
    """Something did not come as the story says."""


async def until(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look until it is there."""
    give_up = monotonic() + patience
    while (found := look()) is None:
        if monotonic() > give_up:
            raise Unmet(f"等了 {patience:.0f} 秒没有等到：{what}")
        await asyncio.sleep(LOOK)
    return found


def hold(what: str, *, held: object) -> None:
    """Something must be so."""
    if not held:
        raise Unmet(what)


class Phone:
    """One person's telephone. What they do and see is written into the scene that they are in."""

    scene: Scene

    def __init__(self, name: str, client: Client) -> None:
        self.name, self.client = name, client

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.client.private()

    # ------------------------------------------------------------------------------------------------ seeing

    async def see(
        self, *words: str, button: str = "", without: str = "", after: int = 0, chat: Chat | None = None, quiet: bool = False
    ) -> Message:  # fmt: skip
        """The newest message of the bot's after message `after` with all of these words, with this button and without that one."""
        where = chat or self.chat

        def look() -> Message | None:
            for one in reversed(where.said):
                read = "\n".join([one.text, *one.buttons, *((one.upload.name,) if one.upload else ())])
                fits = all(word in read for word in words) and (not button or button in one.buttons)
                if one.id > after and fits and (not without or without not in one.buttons):
                    return one
            return None

        wanted = "、".join(filter(None, (*words, button and f"按钮“{button}”", without and f"没有按钮“{without}”")))
        try:
            found = await until(f"{self.name} 看到 {wanted}", look)
        except Unmet:
            for one in where.said[-3:]:
                self.scene.shows(f"{self.name}（实际看到）", one)
            raise
        if not quiet:
            self.scene.shows(self.place(where), found)
        return found

    def place(self, where: Chat) -> str:
        """Who reads there."""
        return self.name if where is self.chat else f"群“{where.title}”"

    @property
    def newest(self) -> int:
        """The number of the last message that stands in the private chat."""
        return max((one.id for one in self.chat.messages), default=0)

    # ------------------------------------------------------------------------------------------------ doing

    async def type(self, text: str, chat: Chat | None = None) -> int:
        """Types something; where the bot forces a reply, it is that reply."""
        reply = self.client.forced(chat) is not None
        where = chat.title if chat is not None else ""
        self.scene.did(self.name, f"回复：{text}" if reply else text, where)
        return self.client.send(text, chat)

    async def ask(self, text: str, *words: str, button: str = "", chat: Chat | None = None) -> Message:
        """Types something, and reads the answer to it."""
        after = await self.type(text, chat)
        return await self.see(*words, button=button, after=after, chat=chat)

    async def send(self, name: str, body: bytes, media_type: str) -> int:
        """Sends a file."""
        self.scene.did(self.name, f"〔文件 {name}〕")
        return self.client.send_file(name, body, media_type=media_type)

    async def press(self, message: Message, label: str, *says: str) -> str:
        """Presses a button; the toast, in which these words must stand."""
        self.scene.did(self.name, f"按 [{label}]")
        return self._toasted(await self.client.press(message.chat, message.id, label), says)

    async def pressed(self, message: Message, label: str) -> int:
        """The same; what comes of it has a higher number than this."""
        after = self.newest
        await self.press(message, label)
        return after

    async def press_twice(self, message: Message, label: str) -> tuple[str, str]:
        """A nervous thumb."""
        self.scene.did(self.name, f"连按两下 [{label}]")
        first, second = await self.client.double_press(message.chat, message.id, label)
        return self._toasted(first, ()), self._toasted(second, ())

    async def press_late(self, message: Message, label: str, data: str, *says: str) -> str:
        """Presses what stood there before: a screen that was not refreshed."""
        self.scene.did(self.name, f"按 [{label}]（屏幕还没刷新）")
        return self._toasted(await self.client.forged(message.chat, message.id, data).answered(), says)

    def data(self, message: Message, label: str) -> str:
        """What a button would say to the bot."""
        return next(str(one["callback_data"]) for row in message.rows for one in row if one["text"] == label)

    def _toasted(self, toast: str, says: tuple[str, ...]) -> str:
        self.scene.toast(self.name, toast)
        for word in says:
            hold(f"{self.name} 应读到“{word}”，却是“{toast}”", held=word in toast)
        return toast

"""Somebody at a browser: the few things that are done in a web window here, over HTTP. Not here: telephones (phone.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from tests.telegram.play.phone import Unmet
from tests.telegram.play.stage import Stage
from workflow.cli.demonstration import screen, watching
from workflow.cli.demonstration.papers import paper
from workflow.cli.demonstration.visitor import Visitor

T = TypeVar("T")


class Window:
    """An open window. The visitor behind it knows nothing of our loop, so each act is a thread's."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @classmethod
    async def opened(cls, stage: Stage, who: str) -> Window:
        """They sign in, and look."""

        def come() -> Visitor:
            visitor = Visitor(stage.address)
            visitor.become(next(one for one in visitor.people() if one["name"] == who))
            return visitor

        return cls(await asyncio.to_thread(come))

    async def submits(self, topic: str, begins: datetime, guests: Sequence[str]) -> str:
        """A whole form at once; its number."""
        return await self._done(lambda: self._submits(topic, begins, guests))

    async def approves(self, code: str) -> None:
        """Every line ticked, then 通过; the prompt in the window says so."""

        def approve() -> None:
            button = watching.see(self.visitor, "通过", lambda found: screen.prompt(found, code, "approve"))
            watching.ticked(self.visitor, button.message, ())
            watching.press(self.visitor, button)
            watching.gone(self.visitor, button)

        await self._done(approve)

    async def withdraws(self, code: str) -> None:
        """The item is taken back."""

        def withdraw() -> None:
            button = watching.see(self.visitor, "撤回", lambda found: screen.prompt(found, code, "withdraw"))
            watching.press(self.visitor, button)
            watching.gone(self.visitor, button)

        await self._done(withdraw)

    async def close(self) -> None:
        """The window is shut."""
        await asyncio.to_thread(self.visitor.close)

    async def _done(self, act: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(act)
        except watching.Unmet as error:
            raise Unmet(str(error)) from error

    def _submits(self, topic: str, begins: datetime, guests: Sequence[str]) -> str:
        who = self.visitor
        form = who.form("livestream")
        script = who.upload("脚本.docx", paper("脚本.docx", topic))["file"]
        answers = {
            "选题": topic, "开播": f"{begins:%Y-%m-%dT%H:%M}", "时长": "1小时", "平台": ["一直播"], "脚本": script,
            "嘉宾": [
                {"姓名": one, "单位": "某单位", "承诺书": who.upload("承诺书.pdf", paper("承诺书.pdf", one))["file"]} for one in guests
            ],
        }  # fmt: skip
        if problems := who.hand_in(form["token"], answers):
            raise Unmet("; ".join(f"{one['name']}: {one['text']}" for one in problems))

        def card(found: list[screen.Json]) -> str | None:
            shown = (one for message in reversed(found) if (one := screen.card(message)) is not None)
            return next((str(one["number"]) for one in shown if one["title"] == topic and one["number"]), None)

        return watching.see(who, topic, card)

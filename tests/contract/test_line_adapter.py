"""The line protocol passes the suite, without buttons and edits, with answers lost."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable

import pytest

from tests.contract.line import LineAdapter, LineNetwork
from tests.contract.suite import AdapterContract, Keeper, Rig, Seen
from workflow.talk.view import Choice


class LineRig(Rig):
    def __init__(self, network: LineNetwork) -> None:
        self.network = network
        self.line = self.adapter = LineAdapter(network.port)
        self.keeper = Keeper()
        self.chat, self.account = "chat-1", "person-1"
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.task = asyncio.create_task(self.adapter.run(self.keeper))
        await asyncio.wait_for(self.line.connected.wait(), 2)

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    async def say(self, text: str, *, again: bool = False) -> None:
        before = self.network.redelivered
        await asyncio.wait_for(self.network.type(self.chat, self.account, text, again=again), 3)
        self.refusals += self.network.redelivered - before

    async def press(self, ref: str, choice: Choice, *, again: bool = False) -> str:
        message = next(one for one in self.network.chats[self.chat] if one.ref == ref)
        found = re.search(rf"(?m)(?:^|[ ])([0-9]+)\. {re.escape(choice.label)}(?= |$)", message.text)
        assert found, f"no {choice.label} in {message.text}"
        await self.say(found[1], again=again)
        return ""

    async def seen(self, until: Callable[[list[Seen]], bool]) -> list[Seen]:
        return [Seen(one.ref, one.text) for one in self.network.chats.get(self.chat, []) if not one.mine]

    async def lose_next_answer(self) -> bool:
        self.network.lose = 1
        return True

    async def refuse(self, what: str) -> bool:
        self.network.refusing[self.chat] = what
        return True


class TestLineAdapter(AdapterContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[Rig]:
        async with LineNetwork() as network:
            rig = LineRig(network)
            await rig.start()
            yield rig
            await rig.stop()

"""kill -9 of a worker at the points 5 to 9 of the catalogue, with Telegram as the network: the local Bot API server outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.rig import SECRET, settings
from tests.telegram.house import MARK, House, opened, served
from tests.telegram.rig import adapter
from workflow.engine import faults
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.store.pool import Database

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


@dataclass
class Scene:
    """One item handed in; the house itself has no bot. Workers come and go."""

    house: House
    url: str
    secret: Path
    item: Any

    async def worker(self, fault: str = "") -> asyncio.subprocess.Process:
        environment = {
            **os.environ, "GUANKOU_SECRET_FILE": str(self.secret), "GUANKOU_POLL_SECONDS": "0.2", "GUANKOU_LEASE_SECONDS": "1.5",
            "GUANKOU_ORPHAN_SECONDS": "0.5", "GUANKOU_FAULT": fault,
            "GUANKOU_TELEGRAM_TOKEN": self.house.server.token, "GUANKOU_TELEGRAM_API_URL": self.house.server.url,
        }  # fmt: skip
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.worker", self.url, self.house.tenant, "telegram", cwd=ROOT, env=environment,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def killed_when(self, first: asyncio.subprocess.Process, method: str, holds: Callable[[], bool]) -> None:
        """It dies while Telegram is about to answer."""
        await self.house.until(lambda: bool(self.house.server.called(method)) and holds(), f"{method} is called", 30)
        first.kill()
        await self.over(first)

    async def over(self, process: asyncio.subprocess.Process) -> None:
        _, said = await asyncio.wait_for(process.communicate(), 30)
        self.house.log.write(said.decode())
        assert process.returncode == -signal.SIGKILL, said.decode()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Somebody else takes over: a worker in this process, as of another machine."""
        store = await Database.open(self.url)
        telegram = adapter(self.house.server)
        bots = [Bot(self.house.tenant, "telegram", telegram)]
        async with Engine.open(settings(), store, bots, keys=Keys(SECRET)) as engine, served(engine, telegram):
            yield
        await store.close()

    def copies(self, who: str, word: str) -> list[str]:
        return [one.text for one in self.house.sent if one.chat == self.house.phones[who].id and word in one.text]


@pytest.fixture
async def scene(database: Any, tmp_path: Path) -> AsyncIterator[Scene]:
    secret = tmp_path / "secret"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(SECRET)
    async with opened(database, alone=True) as house:
        yield Scene(house, database.app_url, secret, await house.submit())


async def goes_on(scene: Scene) -> None:
    """Whatever happened: 甲's approval counts once, 乙 and 丙 are asked, no button of 甲's is left."""
    house = scene.house
    await house.asked("乙")
    await house.asked("丙")
    await house.settled()
    assert await house.events(scene.item) == 2, "submitted, approved; neither lost nor twice"
    for who in ("乙", "丙"):
        assert sum(MARK not in one for one in scene.copies(who, "复审")) <= 1, "every extra copy is marked"
    await house.sound()


async def test_5_killed_after_the_commit_before_the_answer(scene: Scene) -> None:
    house = scene.house
    first = await scene.worker(f"{faults.AFTER_COMMIT}:1")
    await house.until(lambda: house.drawn("甲"), "甲 is asked", 30)
    prompt = await house.asked("甲")
    query = house.phones["甲"].pressed(None, prompt.id, "通过")
    await scene.over(first)
    assert await house.events(scene.item) == 2, "what was committed is there"
    assert query.text is None
    async with scene.running():
        await goes_on(scene)
        assert house.drawn("甲") == [], "the toast is lost, the prompt tells"


@pytest.mark.parametrize(
    "point", [faults.AFTER_CLAIM, faults.AFTER_SEND], ids=["6 after the claim", "8 sent and not recorded"]
)
async def test_6_8_killed_around_a_send(scene: Scene, point: int) -> None:
    house = scene.house
    await scene.over(await scene.worker(f"{point}:1"))
    arrived = len(house.sent)
    async with scene.running():
        await house.asked("甲")
        await house.settled()
        assert (arrived > 0) == (point == faults.AFTER_SEND)
        assert any(MARK in one.text for one in house.sent), "nobody could know whether it had arrived"
        for one in house.drawn("甲"):  # whichever copy is pressed
            await house.press("甲", message=one)
        await goes_on(scene)
        assert house.drawn("甲") == []


@pytest.mark.parametrize("done", [True, False], ids=["it was delivered", "it was not"])
async def test_7_killed_during_a_send(scene: Scene, *, done: bool) -> None:
    house = scene.house
    house.server.slow("sendMessage", 0.4, chat=house.phones["甲"].id, done=done)
    first = await scene.worker()
    await scene.killed_when(
        first, "sendMessage",
        lambda: str(house.phones["甲"].id) in {call.params["chat_id"] for call in house.server.called("sendMessage")},
    )  # fmt: skip
    async with scene.running():
        await house.until(
            lambda: any(MARK in one for one in scene.copies("甲", "初审")), "it is sent again, marked", 20
        )
        assert len(scene.copies("甲", "初审")) == 1 + done
        await house.settled()  # and it is recorded which message the last copy is
        await house.press("甲", message=house.drawn("甲")[0])
        await goes_on(scene)
        assert house.drawn("甲") == []


async def test_9_killed_during_an_edit(scene: Scene) -> None:
    house = scene.house
    first = await scene.worker()
    await house.until(lambda: house.drawn("甲"), "甲 is asked", 30)
    await house.settled()
    house.server.slow("editMessageText", 0.4, times=2, done=True)
    assert "已通过" in await house.press("甲")
    await scene.killed_when(first, "editMessageText", lambda: True)
    async with scene.running():
        await goes_on(scene)
        assert house.drawn("甲") == []
        assert len(scene.copies("甲", "初审")) == 1, "an edit is done again, and makes no copy"

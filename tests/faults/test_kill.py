"""kill -9 of a worker at the points 1 to 8 of the catalogue. No decision is lost or made twice, every prompt arrives, every extra copy is marked."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.contract.line import LineNetwork, Message
from tests.integration.rig import SECRET, House, Network, populate, settings
from workflow.domain.command import Answer
from workflow.engine import faults
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.store import chats, inbox, listings, tenants
from workflow.store.pool import Database

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


@dataclass
class Scene:
    """A tenant whose people are on the line network, with one item handed in; workers come and go."""

    house: House
    network: LineNetwork
    item: Answer
    url: str
    secret: Path

    async def worker(self, fault: str = "") -> asyncio.subprocess.Process:
        environment = {
            **os.environ, "GUANKOU_SECRET_FILE": str(self.secret), "GUANKOU_POLL_SECONDS": "0.2", "GUANKOU_LEASE_SECONDS": "3",
            "GUANKOU_ORPHAN_SECONDS": "1", "GUANKOU_FAULT": fault,
        }  # fmt: skip
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.worker", self.url, self.house.tenant, str(self.network.port),
            cwd=ROOT, env=environment,
        )  # fmt: skip

    def said(self, who: str, word: str = "") -> list[Message]:
        """What the bot has said to somebody."""
        found = self.network.chats.get(self.house.people[who], [])
        return [one for one in found if not one.mine and word in one.text]

    async def until(self, holds: Callable[[], Awaitable[Any]], what: str, seconds: float = 30) -> None:
        give_up = monotonic() + seconds
        while not await holds():
            assert monotonic() < give_up, f"never happened: {what}"
            await asyncio.sleep(0.05)

    async def events(self) -> int:
        return len(await listings.events(self.house.engine.database, self.house.tenant, self.item.item))

    async def quiet(self) -> bool:
        """Nothing waits, nothing is owed on this network."""
        waiting = await inbox.waiting(self.house.engine.database, self.house.tenant)
        return not waiting and await chats.next_wake(self.house.engine.database, self.house.tenant, ["line"]) is None


@pytest.fixture
async def scene(database: Any, tmp_path: Path) -> AsyncIterator[Scene]:
    secret = tmp_path / "secret"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(SECRET)
    opened = await Database.open(database.app_url)
    async with LineNetwork() as network, Engine.open(settings(), opened, keys=Keys(SECRET), alone=True) as engine:
        tenant = await populate(engine)
        people = {one.key: one.id for one in (await engine.read.organisation(tenant)).people}
        await tenants.make_bot(opened, tenant, "line", "line")
        for person in people.values():
            code = await engine.identity.link(tenant, person)
            assert isinstance(code, str)
            await engine.identity.redeem(tenant, code, "line", person)
        house = House(engine, tenant, Network(), people)
        yield Scene(house, network, await house.submit(), database.app_url, secret)
    await opened.close()


@asynccontextmanager
async def running(scene: Scene) -> AsyncIterator[None]:
    """A worker without a fault; stopped politely afterwards."""
    process = await scene.worker()
    try:
        yield
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)


async def dies(process: asyncio.subprocess.Process) -> None:
    assert await asyncio.wait_for(process.wait(), 40) == -signal.SIGKILL, "it was to kill itself, and did not get there"


async def holds(scene: Scene) -> None:
    """The invariants, after every fault."""
    assert await scene.events() == 2, "submitted, approved; neither lost nor twice"
    for who in ("乙", "丙"):
        copies = [one.text for one in scene.said(who, "复审")]
        assert copies, f"{who} was asked"
        assert sum("重发" not in one for one in copies) <= 1, "every extra copy is marked"
    await scene.house.audit()


@pytest.mark.parametrize(
    "point", [faults.AFTER_INBOX, faults.BEFORE_TRANSACTION, faults.INSIDE_TRANSACTION, faults.BEFORE_COMMIT, faults.AFTER_COMMIT]
)  # fmt: skip
async def test_killed_while_deciding(scene: Scene, point: int) -> None:
    first = await scene.worker(f"{point}:1")

    async def asked() -> bool:
        return bool(scene.said("甲", "通过"))

    await scene.until(asked, "甲 is asked")
    reviewer = scene.house.people["甲"]
    typing = asyncio.create_task(scene.network.type(reviewer, reviewer, "1"))
    await dies(first)
    before = await scene.events()
    assert before == (2 if point == faults.AFTER_COMMIT else 1), "what was committed is there, what was not is not"
    async with running(scene):
        await asyncio.wait_for(typing, 20)

        async def decided() -> bool:
            return await scene.events() == 2 and bool(scene.said("乙", "复审")) and bool(scene.said("丙", "复审"))

        await scene.until(decided, "the approval counts and the next are asked")
        await scene.until(scene.quiet, "nothing is left")
    await holds(scene)


@pytest.mark.parametrize("point", [faults.AFTER_CLAIM, faults.DURING_SEND, faults.AFTER_SEND])
async def test_killed_while_sending(scene: Scene, point: int) -> None:
    assert isinstance(await scene.house.do("approve", "甲", scene.item.item), Answer)
    await dies(await scene.worker(f"{point}:1"))
    arrived = sum(len(found) for found in scene.network.chats.values())
    async with running(scene):

        async def asked() -> bool:
            return bool(scene.said("乙", "复审")) and bool(scene.said("丙", "复审"))

        await scene.until(asked, "both are asked")
        await scene.until(scene.quiet, "nothing is left")
    await holds(scene)
    copies = [one.text for found in scene.network.chats.values() for one in found if "重发" in one.text]
    if point == faults.AFTER_SEND:
        assert arrived
        assert copies, "it had arrived, and nobody knew: the second copy says so"


async def test_lost_answers_make_marked_copies_and_no_more(scene: Scene) -> None:
    scene.network.lose = 2
    async with running(scene):

        async def asked() -> bool:
            return len(scene.said("甲", "通过")) >= 1 and await scene.quiet()

        await scene.until(asked, "everybody is asked, whatever was lost")
    copies = [[one.text for one in found] for found in scene.network.chats.values()]
    assert sum("重发" in one for chat in copies for one in chat) >= 2, (
        "as many as were lost (a lost connection loses more)"
    )
    for chat in copies:
        assert chat
        assert sum("重发" not in one for one in chat) <= 1, "none, where the first one never arrived"
    await scene.house.audit()

"""A file that comes with a message is fetched beside the batches: its chat waits for it, in order, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.integration.rig import House, Network, house
from workflow.ports import Blob, Pressed, Typed, Update
from workflow.talk.view import Ask, Listing, Notice

FLOW = """
flow: walk
title: 交方案
start: { by: 站.协调员, form: { 方案: file pdf, 标题: text 2..40 } }
steps:
  初审: { review: 站.审核员 }
"""


class Slow(Network):
    """Gives a file's bytes once `open` is set; the one that is called 坏.pdf breaks."""

    def __init__(self) -> None:
        super().__init__(frozenset({"buttons", "edits", "files", "silent"}))
        self.open = asyncio.Event()
        self.asked = 0

    async def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        self.asked += 1
        if blob.name == "坏.pdf":
            raise RuntimeError("this adapter breaks its promise")
        await self.open.wait()
        yield b"%PDF-1.7\n" + blob.name.encode()


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW,), network=Slow()) as one:
        yield one


async def asked_for_a_file(here: House) -> Slow:
    network = here.network
    assert isinstance(network, Slow)
    await here.type("报", "/new")
    await here.settled()
    person, listed = here.people["报"], here.chat("报")[-1]
    assert isinstance(listed.view, Listing)
    await here.say("报", Pressed(person, person, listed.view.rows[0].token, message=listed.ref))
    await here.settled()
    assert isinstance(here.chat("报")[-1].view, Ask)
    return network


async def send(here: House, name: str) -> None:
    person = here.people["报"]
    await here.say("报", Typed(person, person, "", files=(Blob(f"ref {name}", name),)))


async def test_only_its_own_chat_waits_for_a_slow_file(here: House) -> None:
    network = await asked_for_a_file(here)
    before = len(here.chat("报"))
    await send(here, "方案.pdf")
    await here.type("报", "大扫除方案")
    await here.type("甲", "/inbox")
    await here.until(
        lambda: here.chat("甲") and isinstance(here.chat("甲")[-1].view, Listing), "another chat is answered"
    )
    await here.until(lambda: network.asked == 1)
    assert len(here.chat("报")) == before, "what was typed after the file waits for it"
    assert not here.engine.queue.empty
    network.open.set()
    await here.settled()
    last = str(here.chat("报")[-1].view)
    assert "方案.pdf" in last, "the file was the answer to its question"
    assert "大扫除方案" in last, "and the words to the next one"
    assert network.asked == 1, "fetched once"
    await here.press("报", "提交")
    await here.settled()
    assert any("大扫除方案" in str(one.view) for one in here.chat("甲"))
    await here.audit()


async def test_a_file_that_cannot_be_fetched_holds_nobody_up(here: House) -> None:
    await asked_for_a_file(here)
    await send(here, "坏.pdf")
    await here.type("报", "/help")
    await here.settled()
    assert here.engine.handle.figures.quarantined == 1
    assert isinstance(here.chat("报")[-1].view, Notice | Listing), "the next message is answered"
    assert here.chat("管"), "the administrators are told"


async def test_a_process_that_closes_does_not_wait_for_a_file_for_ever(database: Any) -> None:
    async with house(database.app_url, flows=(FLOW,), network=Slow(), drain_seconds=0.2) as here:
        network = await asked_for_a_file(here)
        await send(here, "方案.pdf")
        await here.until(lambda: network.asked == 1)


async def test_whoever_is_decided_singly_keeps_the_order_around_a_file(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message, then a file, then words, in one batch that cannot be decided as a whole: the chat's order holds."""
    network = await asked_for_a_file(here)
    handle, lost = here.engine.handle, list[int]()
    decide = handle._decide

    async def broken(round_: Any, pieces: Any) -> None:
        if len(pieces) > 1 and not lost:
            lost.append(len(pieces))
            raise RuntimeError("half of it is in the round")
        await decide(round_, pieces)

    monkeypatch.setattr(handle, "_decide", broken)
    person = here.people["报"]
    said = [Typed(person, person, "/help"), Typed(person, person, "", files=(Blob("ref", "方案.pdf"),)),
            Typed(person, person, "大扫除方案")]  # fmt: skip
    updates = [Update(f"u{no}", person, msgspec.json.encode(one)) for no, one in enumerate(said)]
    await here.engine.inbox(here.tenant, "memory").accept(updates)
    await here.until(lambda: network.asked == 1)
    assert lost == [3]
    network.open.set()
    await here.settled()
    last = str(here.chat("报")[-1].view)
    assert "方案.pdf" in last
    assert "大扫除方案" in last
    assert handle.figures.quarantined == 0


async def test_a_lane_is_opened_though_nothing_can_be_written(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file breaks, and so does setting it apart: others go on, and so does the chat."""
    await asked_for_a_file(here)

    async def away(*_given: Any) -> None:
        raise RuntimeError("nor can it be set apart")

    with monkeypatch.context() as patched:
        patched.setattr(here.engine.handle, "_quarantine", away)
        await send(here, "坏.pdf")
        await here.until(lambda: here.engine.queue.empty)
    await here.type("报", "/help")
    await here.settled()
    assert isinstance(here.chat("报")[-1].view, Notice | Listing)

"""The server itself: the port it takes, how it stops, and how scripts use it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from importlib.metadata import entry_points

import pytest
from msgspec.structs import replace

from adapters.web import WebAdapter
from tests.contract.suite import Keeper
from tests.web.conftest import Site
from tests.web.rig import DEMO, SECRET, Browser
from tests.web.stub import stubbed


async def test_a_taken_port_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        web = WebAdapter(replace(DEMO, port=other.getsockname()[1]))
        stubbed(web)
        with pytest.raises(OSError, match="choose another port"):
            await web.run(Keeper())
    assert not (await web.health()).ok


async def test_it_stops_quickly_with_windows_open() -> None:
    web = WebAdapter(DEMO)
    stubbed(web)
    task = asyncio.create_task(web.run(Keeper()))
    await web.serving()
    browser = Browser(web)
    await browser.sign_in("p-wang")
    await browser.watch()
    began = time.monotonic()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 2
    await browser.close()


async def test_a_script_that_is_nobody_is_told_so(site: Site) -> None:
    script = await site.visitor(Accept="application/json")
    assert (await script.get("/api/v1/transcript")).status_code == 401
    session = (await script.get("/api/v1/session")).json()
    assert session["person"] == ""
    script.csrf = session["csrf"]
    assert (await script.post("/api/v1/session", {"person": "p-nobody"})).status_code == 404


async def test_without_an_engine_it_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="attach"):
        await WebAdapter(DEMO).run(Keeper())


def test_the_door_makes_what_the_entry_point_promises() -> None:
    (found,) = entry_points(group="guankou.adapters", name="web")
    web = found.load()(tenant="t", secret=SECRET, port=8123, demo=True)
    assert isinstance(web, WebAdapter)
    assert web.address == "http://127.0.0.1:8123"

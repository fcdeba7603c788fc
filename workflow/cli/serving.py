"""Running the engine with its bots until it is told to stop: what `serve` and `demo` have in common."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final, Protocol, cast

from workflow.cli import networks
from workflow.cli.house import House, Place, opened
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.engine.bots import Bot
from workflow.engine.keys import Keys
from workflow.engine.settings import Settings
from workflow.ports import OWN, ChatAdapter, Health
from workflow.store import tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant

TRIED: Final = 50
"""Ports that are tried, one after the other, where the first is taken."""


class Site(ChatAdapter, Protocol):
    """The web chat: an adapter that is looked at, too."""

    def attach(self, engine: Any) -> None:
        """The engine whose people, items and files it shows."""

    async def serving(self) -> str:
        """Wait until it listens; its address."""


Choose = Callable[[Database], Awaitable[Tenant]]


def site(tenant: Tenant, keys: Keys, *, host: str, port: int, demo: bool, public: str = "") -> Site:
    """The web chat of a tenant, found among the installed adapters."""
    found = networks.installed().get(OWN)
    if found is None:
        raise Stop(
            say(f"没有安装 {OWN} 适配器。", f"The {OWN} adapter is not installed."),
            say("重新安装 guankou。", "Install guankou again."),
        )
    make = found.load()
    try:
        made = make(tenant=tenant.id, secret=keys.of(OWN), host=host, port=port, demo=demo, public=public)
    except ValueError as error:
        raise Stop(
            say(f"演示只在本机上运行，不能监听 {host}：那里谁都可以冒充任何人。", str(error)),
            say("去掉 --host，或用 guankou serve。", "Leave --host away, or use `guankou serve`."),
        ) from error
    return cast("Site", made)


@asynccontextmanager
async def served(
    of: Settings,
    place: Place,
    choose: Choose,
    *,
    host: str,
    port: int,
    demo: bool,
    public: str = "",
    elsewhere: bool = False,
) -> AsyncIterator[tuple[House, Tenant, str]]:
    """The engine and the web chat of the tenant that `choose` chooses, running while the block runs: (house, tenant, address).

    `elsewhere`: its bots on other networks too. A demonstration that anybody may look at has none: it would take a real one's updates.
    """
    chosen: list[tuple[Tenant, Site]] = []

    async def bots(pool: Database, keys: Keys) -> list[Bot]:
        tenant = await choose(pool)
        chosen.append((tenant, site(tenant, keys, host=host, port=port, demo=demo, public=public)))
        others = networks.bots(tenant.id, keys) if elsewhere else []
        for bot in others:
            await tenants.make_bot(pool, tenant.id, bot.name, bot.adapter.profile.network)
        return [Bot(tenant.id, OWN, chosen[0][1]), *others]

    of = of.model_copy(update={"link": of.link or f"{(public or own_address(host, port)).rstrip('/')}/item/"})
    async with opened(of, place, bots=bots) as house:
        tenant, web = chosen[0]
        web.attach(house.engine)
        running = asyncio.create_task(house.engine.serve(), name="adapters")
        listening = asyncio.create_task(web.serving(), name="web is listening")
        try:
            await asyncio.wait({running, listening}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield house, tenant, await listening
        finally:
            listening.cancel()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


def own_address(host: str, port: int) -> str:
    """Where whoever is on this machine finds the web chat; empty where that is not known: any address, any port."""
    anywhere = host in ("", "0.0.0.0", "::") or not port  # noqa: S104 - nothing is bound here
    return "" if anywhere else f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def reached(bot: Bot, seconds: float) -> Health:
    """How a bot that runs stands with its network, once it reaches it or after so long."""
    give_up = monotonic() + seconds
    while not (health := await bot.adapter.health()).ok and monotonic() < give_up:  # noqa: ASYNC110 - nothing tells when it changes
        await asyncio.sleep(0.1)
    return health


async def until_told() -> None:
    """Wait for Ctrl-C, or for whoever started us to stop us."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, told.set)
    try:
        await told.wait()
    finally:
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(one)


def free_port(host: str, port: int) -> int:
    """The port, or the next that nobody listens on; 0 stays 0 (any). OSError when none is left."""
    for one in range(port, port + TRIED) if port else ():
        try:
            with socket.create_server((host, one), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
                return one
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    if not port:
        return 0
    raise OSError(
        errno.EADDRINUSE, say(f"{port} 起的 {TRIED} 个端口都被占用", f"the {TRIED} ports from {port} on are all taken")
    )

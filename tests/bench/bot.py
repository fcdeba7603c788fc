"""The engine with its Telegram bot, as `guankou serve` runs it, until its input ends. `GUANKOU_TELEGRAM_*` say which bot."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from tests.bench.ground import SECRET
from workflow.cli import networks
from workflow.engine import logs
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.store.pool import Database


async def main(url: str, tenant: str) -> None:
    """Serve one tenant's bots. It is timed at night, too: no hour is quiet."""
    logs.configure("warning", "json")
    keys = Keys(SECRET)
    database = await Database.open(url)
    try:
        async with Engine.open(Settings(quiet=""), database, networks.bots(tenant, keys), keys=keys) as engine:
            serving = asyncio.create_task(engine.serve())
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
    finally:
        await database.close()


if __name__ == "__main__":
    run(main(sys.argv[1], sys.argv[2]))

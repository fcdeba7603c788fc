"""A worker as a process of its own, so that it can be killed: an engine with one bot on the line network.

python -m tests.faults.worker DATABASE_URL TENANT PORT        (GUANKOU_FAULT=<point>:<n> lets it kill itself there)
"""

from __future__ import annotations

import sys

from tests.contract.line import LineAdapter
from workflow.engine import logs
from workflow.engine.engine import Bot, Engine
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.store.pool import Database


async def work(url: str, tenant: str, port: int) -> None:
    settings = Settings()
    database = await Database.open(url)
    async with Engine.open(settings, database, [Bot(tenant, "line", LineAdapter(port))]) as engine:
        await engine.serve()


if __name__ == "__main__":
    logs.configure("warning", "json")
    run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))

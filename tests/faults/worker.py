"""A worker as a process of its own, so that it can be killed: an engine with one bot, on the line network or on Telegram.

python -m tests.faults.worker DATABASE_URL TENANT PORT        (GUANKOU_FAULT=<point>:<n> lets it kill itself there)
python -m tests.faults.worker DATABASE_URL TENANT telegram    (GUANKOU_TELEGRAM_* say where and who)
"""

from __future__ import annotations

import sys

from adapters.telegram import adapter
from tests.contract.line import LineAdapter
from workflow.engine import logs
from workflow.engine.engine import Bot, Engine
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.store.pool import Database


def bot_of(tenant: str, place: str) -> Bot:
    if place != "telegram":
        return Bot(tenant, "line", LineAdapter(int(place)))
    found = adapter(tenant=tenant, secret=b"a secret of thirty-two bytes or more")
    assert found is not None
    return Bot(tenant, "telegram", found)


async def work(url: str, tenant: str, place: str) -> None:
    settings = Settings(quiet="")  # at night, too, everything goes out
    database = await Database.open(url)
    async with Engine.open(settings, database, [bot_of(tenant, place)]) as engine:
        await engine.serve()


if __name__ == "__main__":
    logs.configure("warning", "json")
    run(work(sys.argv[1], sys.argv[2], sys.argv[3]))

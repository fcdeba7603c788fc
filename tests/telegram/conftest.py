"""A local Bot API server, a bot of aiogram's on it, and one person; and databases as everywhere, for the whole chain."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from tests.integration.conftest import database, room, server_url, template
from tests.telegram.bots import connected
from tests.telegram.server import BotApi, Client

__all__ = ["bot", "database", "room", "server", "server_url", "template", "yi"]


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[Bot]:
    async with connected(server) as one:
        yield one


@pytest.fixture
def yi(server: BotApi) -> Client:
    client = server.person(1001, "乙", "yi_reviews")
    client.private()
    return client

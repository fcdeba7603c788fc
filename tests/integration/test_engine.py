"""The engine whole, on a real PostgreSQL: commands in, decisions, deliveries out, and the log that tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.rig import House, card, house, labels, refused
from workflow.domain.command import Answer


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url) as opened:
        yield opened


async def test_an_item_walks_from_submission_to_its_end(here: House) -> None:
    item = await here.submit()
    assert item.state == "running"
    first = await here.do("approve", "甲", item.item)
    assert isinstance(first, Answer), first
    await here.do("approve", "乙", item.item)
    last = await here.do("approve", "丙", item.item)
    assert isinstance(last, Answer), last
    assert last.state == "done"
    await here.audit()


async def test_the_same_id_again_gets_the_first_answer(here: House) -> None:
    one = str(uuid4())
    first = await here.submit(id=one)
    assert await here.submit(id=one) == first
    assert await here.submit() != first

"""Telegram passes the suite, over HTTP against the strict local Bot API server: polling, and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.suite import AdapterContract
from tests.telegram.rig import TelegramRig, rigged


class TestTelegramPolling(AdapterContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[TelegramRig]:
        async with rigged() as rig:
            yield rig


class TestTelegramWebhook(AdapterContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[TelegramRig]:
        async with rigged(webhook=True) as rig:
            yield rig

"""The web passes the suite, over HTTP, with one window open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.suite import AdapterContract
from tests.web.rig import WebRig


class TestWebAdapter(AdapterContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[WebRig]:
        rig = WebRig()
        await rig.start()
        yield rig
        await rig.stop()
        await rig.browser.close()

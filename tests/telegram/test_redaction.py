"""The token stands in every address of the Bot API; it stands in nothing that leaves the adapter: logs, outcomes, errors, health."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from adapters.telegram import polling
from adapters.telegram.bot import TelegramAdapter
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import Wire
from tests.contract.suite import Keeper
from tests.telegram.rig import PUBLIC, SECRET, adapter, until
from tests.telegram.server import TOKEN, BotApi
from workflow.engine import logs
from workflow.ports import Blob, Delivery
from workflow.talk.view import Notice

HIDDEN = TOKEN.partition(":")[2]


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that is logged, by structlog at its most talkative and by every library."""
    out = io.StringIO()
    caplog.set_level(logging.DEBUG)
    logs.configure("debug", "json", out)
    yield out
    structlog.reset_defaults()


async def everything(ours: TelegramAdapter, server: BotApi) -> list[str]:
    """One call of each kind; whatever it says."""
    chat = "700100"
    said = [repr(await ours.health())]
    said += [repr(await ours.show(Delivery("d", chat, ref=ref), Notice("x"))) for ref in ("", "1")]
    said += [repr(await ours.withdraw(Delivery("d", chat, ref="1"), "x")), await ours.invitation("CODE")]
    await ours.acknowledge("1", "x")
    try:
        async for _ in ours.fetch(Blob("BQACAgUAAxk000000001", "x.pdf")):
            pass
    except OSError as error:
        said += traceback.format_exception(error)
    return said


FAULTS = ["none", "gateway", "refused", "echoed", "lost", "away", "locked out", "nonsense"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("webhook", ["", PUBLIC])
async def test_the_token_gets_nowhere(
    fault: str, webhook: str, written: io.StringIO, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "BACK_OFF", (0.02,))
    async with BotApi() as server:
        server.person(700_100).private()
        ours = adapter(server, webhook=webhook)
        task = asyncio.create_task(ours.run(Keeper()))
        for _ in range(300):
            if (await ours.health()).ok:
                break
            await asyncio.sleep(0.005)
        match fault:
            case "gateway":
                server.inject("*", 502, body=f"<html>/bot{TOKEN}/sendMessage</html>", times=99)
            case "refused":
                server.inject("*", 400, f"Bad Request: no method /bot{TOKEN}/x", times=99)
            case "echoed":
                server.inject("*", 404, f"Not Found: /bot{TOKEN}/x", times=99)
            case "lost":
                server.lose("*", times=99)
            case "away":
                await server.fail_connect()
            case "locked out":
                server.token = "4242424242:AAE-another_one_from_now_on_xxxxxxxxxxxxx"
            case "nonsense":
                server.inject("*", 200, body=f'{{"ok":true,"result":"{TOKEN}"}}', times=99)
        server.person(700_100).send("叫醒它")
        await asyncio.sleep(0.1)
        said = await everything(ours, server)
        if fault == "away":
            await server.restore()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    everywhere = "\n".join([*said, written.getvalue(), caplog.text])
    assert HIDDEN not in everywhere
    assert said
    assert fault == "none" or "retry" in everywhere or "unauthorised" in everywhere or "rejected" in everywhere


async def test_an_address_that_no_library_can_read_is_quoted_by_none(
    written: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    settings = TelegramSettings(token=SecretStr(TOKEN), api_url="http://exa mple.org:1")
    ours = TelegramAdapter(settings, SECRET)
    task = asyncio.create_task(ours.run(Keeper()))
    await until(lambda: "not reached" in written.getvalue())
    async with BotApi() as server:
        said = await everything(ours, server)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert HIDDEN not in "\n".join([*said, written.getvalue(), caplog.text])


def test_any_token_is_redacted_ours_or_not() -> None:
    wire = Wire(SecretStr(TOKEN), "https://api.telegram.org")
    other = "123456789:AAF-somebody_elses_token_that_came_along"
    assert wire.redacted(f"a /bot{TOKEN}/x and {other}.") == "a /bot***/x and ***."
    assert wire.redacted("09:32, 12345:ok") == "09:32, 12345:ok"

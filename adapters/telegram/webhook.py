"""Being posted to by Telegram: each update is kept before the 200. Any number of processes may listen. Not here: what it says (reading.py)."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetWebhookInfo, SetWebhook
from aiogram.types import WebhookInfo
from aiohttp import web

from adapters.telegram import updates
from adapters.telegram.outcomes import outcome_of
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import Wire
from workflow.ports import Health, Inbox

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES: Final = 1 << 20
"""Of one update; Telegram's largest are a tenth of it."""
CONNECTIONS: Final = 40
DRAIN_SECONDS: Final = 5.0
WATCH_SECONDS: Final = 60.0
"""How often Telegram is asked whether it still posts to us, and what it thinks of our answers."""
RETRY_SECONDS: Final = 3.0

log = structlog.get_logger(__name__)

# aiohttp writes what strangers sent into its log; nobody reads that here.
_SILENT: Final = logging.Logger("adapters.telegram.webhook")  # noqa: LOG001 - of its own, so that it has no parent
_SILENT.addHandler(logging.NullHandler())


class Webhook:
    """The listener of one process, and Telegram's knowledge of it. `report` is told what becomes of it."""

    def __init__(
        self, wire: Wire, inbox: Inbox, report: Callable[[Health], None], settings: TelegramSettings, secret: bytes
    ) -> None:
        self._wire, self._inbox, self._report, self._settings = wire, inbox, report, settings
        self._secret = hmac.digest(secret, b"telegram webhook %d" % wire.bot_id, "sha256").hex()
        self.port = 0
        self._known = False

    async def run(self) -> None:
        """Until cancelled; then what was begun is finished. OSError, in words, when the port is taken."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(urlsplit(self._settings.webhook).path or "/", self._posted)
        runner = web.AppRunner(app, access_log=None, logger=_SILENT, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        try:
            await self._listen(runner)
            while True:
                pause = await self._announced()
                await asyncio.sleep(pause)
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        host, port = self._settings.webhook_host, self._settings.webhook_port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise OSError(
                error.errno,
                f"the webhook cannot listen on {host}:{port} ({error.strerror}); choose another GUANKOU_TELEGRAM_WEBHOOK_PORT",
            ) from None
        self.port = runner.addresses[0][1]

    # ------------------------------------------------------------------------------------------------ what is posted

    async def _posted(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(errors="replace"), self._secret.encode()):
            return web.Response(status=401)
        _, update = updates.one(await request.read())
        try:
            await self._inbox.accept([update])
        except Exception as error:  # not kept, whatever the reason: Telegram posts it again
            log.warning("update not kept", network="telegram", exc_info=error)
            return web.Response(status=503)
        return web.Response()

    # ------------------------------------------------------------------------------------------------ what Telegram knows

    async def _announced(self) -> float:
        """See to it that Telegram posts to us, and report how that goes. The seconds until the next look."""
        try:
            info = await self._wire.call(GetWebhookInfo())
            if info.url != self._settings.webhook or not self._known:
                await self._wire.call(
                    SetWebhook(
                        url=self._settings.webhook, secret_token=self._secret, allowed_updates=list(updates.WANTED),
                        max_connections=CONNECTIONS, drop_pending_updates=False,
                    )
                )  # fmt: skip
                self._known = True
                info = await self._wire.call(GetWebhookInfo())
        except Exception as error:  # noqa: BLE001 - tried again, whatever it is
            outcome = outcome_of(error, editing=True)
            detail = self._wire.redacted(outcome.detail)
            log.warning("webhook not set", network="telegram", outcome=outcome.kind)
            self._report(Health(ok=False, detail=f"the webhook is not set: {detail}"))
            return WATCH_SECONDS if isinstance(error, TelegramBadRequest) else max(outcome.after, RETRY_SECONDS)
        self._judge(info)
        return WATCH_SECONDS

    def _judge(self, info: WebhookInfo) -> None:
        """Telegram tells of the last answer that it did not like; it is a trouble as long as updates wait for it."""
        if info.last_error_message and info.pending_update_count:
            detail = f"Telegram cannot deliver: {self._wire.redacted(info.last_error_message)} ({info.pending_update_count} wait)"
            self._report(Health(ok=False, detail=detail))
        else:
            self._report(Health(ok=True, detail=f"webhook, listening on port {self.port}"))

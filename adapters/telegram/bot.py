"""Telegram as a chat adapter: the port, put together from its parts. Nothing is decided here, and nothing drawn."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiogram.methods import GetMe

from adapters.telegram import files, reading
from adapters.telegram.menu import set_menus
from adapters.telegram.outcomes import outcome_of
from adapters.telegram.pace import Pace
from adapters.telegram.polling import BACK_OFF, LOCKED_OUT_SECONDS, Polling
from adapters.telegram.sending import TEXT, Sending
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.webhook import Webhook
from adapters.telegram.wire import Wire
from workflow.ports import Blob, Delivery, Health, Inbox, Incoming, Limits, Outcome, Profile, Update
from workflow.talk.view import View

FILE: Final = 20 * 2**20
"""Telegram hands out no more than 20 MB; up it takes 50, we keep the same measure both ways."""

PROFILE: Final = Profile(
    network="telegram",
    capabilities=frozenset({"buttons", "edits", "files"}),
    limits=Limits(
        text=TEXT, token=64, file_up=FILE, file_down=FILE, chat_rate=1.0, group_rate=20 / 60, total_rate=30.0
    ),
)
STOPPED: Final = Health(ok=False, detail="Telegram is not being read")

log = structlog.get_logger(__name__)


class TelegramAdapter:
    """One bot. A chat is known by its id, a person by theirs, a message by its number within the chat."""

    def __init__(self, settings: TelegramSettings, secret: bytes) -> None:
        if settings.token is None:
            raise ValueError("Telegram needs a token: set GUANKOU_TELEGRAM_TOKEN to what BotFather gave you")
        self._settings, self._secret = settings, secret
        self._wire = Wire(settings.token, settings.api_url)
        self._sending = Sending(self._wire, Pace(), FILE)
        self._inbox: Inbox | None = None
        self._health = STOPPED
        self._name = ""

    @property
    def profile(self) -> Profile:
        """What Telegram can do."""
        return PROFILE

    async def run(self, inbox: Inbox) -> None:
        """Receive until cancelled. OSError, in words, when the webhook's port is taken."""
        self._inbox = inbox
        try:
            async with self._wire.open():
                await self._introduced()
                menus = asyncio.create_task(set_menus(self._wire), name="telegram menus")
                try:
                    await self._receiver(inbox).run()
                finally:
                    menus.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await menus
        finally:
            self._inbox, self._health = None, STOPPED

    def read(self, update: Update) -> Incoming | None:
        """What somebody pressed or typed."""
        return reading.read(update.body, self._name)

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        """Send or edit."""
        return self._noticed(
            await self._sending.show(delivery, view, self._inbox.attachment if self._inbox is not None else None)
        )

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        """The message says why it is no more, or is deleted."""
        return self._noticed(await self._sending.withdraw(delivery, reason))

    async def acknowledge(self, handle: str, text: str) -> None:
        """The toast of a press."""
        await self._sending.acknowledge(handle, text)

    def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        """A file that somebody sent; at most 20 MB."""
        return files.fetch(self._wire, blob, FILE)

    async def invitation(self, code: str) -> str:
        """The address that opens a private chat with this bot and hands it `code`; empty when Telegram does not say who we are."""
        try:
            await self._learn_name()
        except Exception as error:  # noqa: BLE001 - whoever links can still type the code
            log.warning("bot's name not known", network="telegram", outcome=outcome_of(error, editing=True).kind)
        return f"https://t.me/{self._name}?start={code}" if self._name else ""

    async def health(self) -> Health:
        """How receiving goes, and whether the bot is still let in."""
        return self._health

    async def probe(self) -> Health:
        """Asks Telegram who we are; whoever reads this bot's updates goes on."""
        try:
            me = await self._wire.call(GetMe())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is wrong
            return Health(ok=False, detail=self._wire.redacted(outcome_of(error, editing=True).detail))
        return Health(ok=True, detail=f"@{me.username}")

    # ------------------------------------------------------------------------------------------------

    def _report(self, health: Health) -> None:
        self._health = health

    def _noticed(self, outcome: Outcome) -> Outcome:
        if outcome.kind == "unauthorised":
            self._report(Health(ok=False, detail=f"no bot of Telegram's has this token: {outcome.detail}"))
        return outcome

    def _receiver(self, inbox: Inbox) -> Polling | Webhook:
        if self._settings.webhook:
            return Webhook(self._wire, inbox, self._report, self._settings, self._secret)
        return Polling(self._wire, inbox, self._report)

    async def _learn_name(self) -> None:
        if not self._name:
            self._name = (await self._wire.call(GetMe())).username or ""

    async def _introduced(self) -> None:
        """Learn our own name, before anything is read that may name us."""
        failed = 0
        while not self._name:
            try:
                await self._learn_name()
            except Exception as error:  # noqa: BLE001 - tried again, whatever it is
                outcome = outcome_of(error, editing=True)
                self._report(Health(ok=False, detail=self._wire.redacted(outcome.detail)))
                if not failed:
                    log.warning("telegram is not reached", network="telegram", outcome=outcome.kind)
                known = LOCKED_OUT_SECONDS if outcome.kind == "unauthorised" else outcome.after
                await asyncio.sleep(known or BACK_OFF[min(failed, len(BACK_OFF) - 1)])
                failed += 1

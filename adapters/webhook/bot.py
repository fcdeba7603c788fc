"""Calls hooks: one POST a delivery, signed, and what its status means for the outbox. Trying again is the relay's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from time import time
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, InvalidURL

from adapters.webhook.payload import payload
from adapters.webhook.settings import Hook, WebhookSettings
from adapters.webhook.signing import headers
from workflow.domain.effect import HOOK
from workflow.ports import Blob, Delivery, Health, Inbox, Incoming, Limits, Outcome, Profile, Update
from workflow.talk.view import View

NAME: Final = "webhook"
SECONDS: Final = 10.0
"""A call may take so long, and making the connection half of it."""
LATER: Final = frozenset({408, 425, 429})
"""These say that nothing was done, and to come back."""
PACE: Final = 5.0
"""Seconds until then, where they do not say how many."""
_TIMEOUT: Final = ClientTimeout(total=SECONDS, connect=SECONDS / 2)
_NOT_SENT: Final = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
_PROFILE: Final = Profile(NAME, frozenset({"silent"}), Limits(1_000_000, 64, 0, 0))


class WebhookAdapter:
    """Every hook is a chat that nobody writes in. It has its rooms by itself (`ports.Standing`)."""

    def __init__(self, settings: WebhookSettings) -> None:
        self.hooks: Mapping[str, Hook] = settings.hooks
        self._running = False

    @property
    def profile(self) -> Profile:
        """It sends, and that is all."""
        return _PROFILE

    @property
    def rooms(self) -> dict[str, str]:
        """The room of each hook, and what its chat is called."""
        return {HOOK + name: name for name in self.hooks}

    async def run(self, inbox: Inbox) -> None:
        """Nothing comes in."""
        self._running = True
        try:
            await asyncio.Event().wait()
        finally:
            self._running = False

    def read(self, update: Update) -> Incoming | None:
        """There are none."""
        return None

    async def show(self, delivery: Delivery, view: View) -> Outcome:
        """2xx: it arrived. 4xx: it never will. 5xx or no answer: nobody knows, so the same call is made again, under the same id."""
        hook = self.hooks.get(delivery.chat)
        if hook is None:
            return Outcome("rejected", detail=f"no hook {delivery.chat!r} is set up")
        if delivery.ref:
            return Outcome("noop", ref=delivery.ref)  # what was called cannot be called back, nor said otherwise
        at = int(time())
        body = payload(delivery.chat, delivery, view, at)
        said = headers(hook.key, delivery.id, at, body)
        try:
            async with (
                ClientSession(timeout=_TIMEOUT, headers={"user-agent": "guankou"}) as session,
                session.post(
                    hook.url, data=body, headers={"content-type": "application/json", **said}, allow_redirects=False
                ) as answer,
            ):
                return _outcome(answer.status, answer.headers.get("retry-after", ""), delivery.id)
        except _NOT_SENT as error:
            return Outcome("retry", detail=type(error).__name__)
        except (ClientError, TimeoutError, OSError) as error:
            return Outcome("ambiguous", detail=type(error).__name__)

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        """What was called was called."""
        return Outcome("noop", ref=delivery.ref)

    async def acknowledge(self, handle: str, text: str) -> None:
        """Nobody presses anything."""

    async def fetch(self, blob: Blob) -> AsyncIterator[bytes]:
        """Nobody sends files."""
        raise FileNotFoundError(blob.ref)
        yield b""

    async def invitation(self, code: str) -> str:
        """Nobody is led here."""
        return ""

    async def health(self) -> Health:
        """Whether it runs; a hook's own health shows when it is called."""
        return Health(self._running, "、".join(self.hooks))

    async def probe(self) -> Health:
        """Whether every hook's host takes a connection. Nothing is called."""
        deaf = []
        for name, hook in self.hooks.items():
            parts = urlsplit(hook.url)
            try:
                async with asyncio.timeout(SECONDS / 2):
                    port = parts.port or (443 if parts.scheme == "https" else 80)
                    _, writer = await asyncio.open_connection(parts.hostname, port)
                    writer.close()
            except (OSError, TimeoutError) as error:
                deaf.append(f"{name}: {type(error).__name__}")
        return Health(not deaf, "; ".join(deaf) or "、".join(self.hooks))


def _outcome(status: int, after: str, ref: str) -> Outcome:
    detail = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome("sent", ref=ref)
    if status in LATER:
        return Outcome("retry", after=float(after) if after.isascii() and after.isdecimal() else PACE, detail=detail)
    return Outcome("ambiguous" if status >= 500 else "rejected", detail=detail)

"""Asking Telegram for updates: each is kept before its offset moves. Not here: what an update says (reading.py).

aiogram's own polling acknowledges before anything is kept, and one update that it cannot decode stops it for ever.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from typing import Final

import structlog
from aiohttp import ClientError

from adapters.telegram import updates
from adapters.telegram.wire import Raw, Wire
from workflow.ports import Health, Inbox, Update

TOGETHER: Final = 100
WAIT_SECONDS: Final = 30
"""A long poll; Telegram answers sooner when there is something."""
ANSWER_SECONDS: Final = 10.0
"""How long the answer itself may take."""
BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the next try, by how many failed in a row; the last for all after."""
CONFLICT_SECONDS: Final = 5.0
LOCKED_OUT_SECONDS: Final = 60.0

log = structlog.get_logger(__name__)


class Polling:
    """One consumer of getUpdates. `report` is told what becomes of it."""

    def __init__(self, wire: Wire, inbox: Inbox, report: Callable[[Health], None]) -> None:
        self._wire, self._inbox, self._report = wire, inbox, report
        self._offset = 0
        self._free = False
        self._failed = 0
        self._ill = ""

    async def run(self) -> None:
        """Until cancelled; what is being kept then is kept."""
        waiting = 0  # the first answer comes at once: it says whether we are let in
        while True:
            pause = await self._once(waiting)
            # Whether somebody else reads along shows only once we wait.
            waiting = 0 if pause and self._ill != "conflict" else WAIT_SECONDS
            await asyncio.sleep(pause)

    async def _once(self, waiting: int) -> float:
        """Ask once, and keep what comes. The seconds to pause before the next time."""
        ask = {"offset": self._offset, "timeout": waiting, "limit": TOGETHER, "allowed_updates": list(updates.WANTED)}
        try:
            if not self._free:
                # Telegram lets nobody poll while it posts to a webhook. What waits for delivery stays.
                answer = await self._wire.raw("deleteWebhook", {"drop_pending_updates": False}, ANSWER_SECONDS)
                if answer.status != 200:
                    return self._refused(answer)
                self._free = True
            answer = await self._wire.raw("getUpdates", ask, waiting + ANSWER_SECONDS)
        except (ClientError, TimeoutError) as error:
            return self._trouble("network", f"Telegram is not reached: {type(error).__name__}")
        if answer.status != 200:
            return self._refused(answer)
        try:
            found = updates.several(answer.body)
        except ValueError as error:
            return self._trouble("answer", str(error))
        # It was told how far we are. Asked again without: after a quiet week Telegram's numbers begin anew, perhaps lower.
        self._offset = 0
        pause = await self._keep(found) if found else 0.0
        if not pause:
            self._well()
        return pause

    async def _keep(self, found: list[tuple[int, Update]]) -> float:
        """Keep them; only then does the offset move, and the next poll tells Telegram so."""
        after = max(number + 1 for number, _ in found)
        keeping = asyncio.ensure_future(  # noqa: RUF006 - it is waited for below, cancelled or not
            self._inbox.accept([update for _, update in found], str(after))
        )
        try:
            await asyncio.shield(keeping)
        except asyncio.CancelledError:
            await asyncio.gather(keeping, return_exceptions=True)
            raise
        except Exception as error:  # noqa: BLE001 - not kept, whatever the reason: it stays with Telegram
            return self._trouble("inbox", "updates are not kept; they stay with Telegram", error=error)
        self._offset = after
        if not any(number for number, _ in found):
            return self._trouble(
                "answer", "Telegram sends updates without a number: nobody can tell it that they are kept"
            )
        return 0.0

    # ------------------------------------------------------------------------------------------------ troubles

    def _refused(self, answer: Raw) -> float:
        said = self._wire.redacted(_description(answer.body)) or f"HTTP {answer.status}"
        match answer.status:
            case 401 | 404:
                return self._trouble("locked out", f"no bot of Telegram's has this token: {said}", LOCKED_OUT_SECONDS)
            case 409:
                return self._trouble("conflict", f"somebody else reads this bot's updates: {said}", CONFLICT_SECONDS)
            case 429:
                return self._trouble("too fast", said, _retry_after(answer.body))
        return self._trouble("network", said)

    def _trouble(self, what: str, detail: str, seconds: float = 0.0, error: Exception | None = None) -> float:
        """Say so once; how long to pause."""
        if what != self._ill:
            log.warning("telegram is not read", network="telegram", reason=what, exc_info=error)
        self._ill = what
        self._failed += 1
        self._report(Health(ok=False, detail=detail))
        pause = seconds or BACK_OFF[min(self._failed, len(BACK_OFF)) - 1]
        return pause * random.uniform(1.0, 1.3)  # noqa: S311 - jitter

    def _well(self) -> None:
        if self._ill:
            log.info("telegram is read again", network="telegram")
        self._failed, self._ill = 0, ""
        self._report(Health(ok=True, detail="polling"))


def _description(body: bytes) -> str:
    return str(_field(body, "description") or "")[:300]


def _retry_after(body: bytes) -> float:
    parameters = _field(body, "parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) else BACK_OFF[-1]


def _field(body: bytes, name: str) -> object:
    try:
        held = json.loads(body)
    except ValueError:
        return None
    return held.get(name) if isinstance(held, dict) else None

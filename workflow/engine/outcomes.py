"""What came of commands: how it is kept in their rows, and who in this process waits for it. Nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from workflow.domain.command import Answer, Refused

Outcome = Answer | Refused


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    answer: Answer | None = None
    refused: Refused | None = None


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(_Kept)
_FIRST_LOOK, _LONGEST = 0.5, 2.0


def encode(outcome: Outcome) -> bytes:
    """The bytes of `command.answer`."""
    return _ENCODER.encode(_Kept(answer=outcome) if isinstance(outcome, Answer) else _Kept(refused=outcome))


def decode(answer: bytes) -> Outcome:
    """What `encode` was given."""
    kept = _DECODER.decode(answer)
    return kept.answer or kept.refused or Answer()


class Outcomes:
    """Those in this process who wait for a command's outcome. Another process may bring it: then the row is looked at."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}

    def settle(self, command: str, outcome: Outcome) -> None:
        """The outcome is committed."""
        future = self._waiting.get(command)
        if future is not None and not future.done():
            future.set_result(outcome)

    async def of(self, command: str, look: Callable[[], Awaitable[bytes | None]]) -> Outcome:
        """Wait for it; `look` reads the row, for when it is settled elsewhere."""
        future = self._waiting.setdefault(command, asyncio.get_running_loop().create_future())
        pause = _FIRST_LOOK
        try:
            while True:
                done, _ = await asyncio.wait({future}, timeout=pause)
                if done:
                    return future.result()
                if (answer := await look()) is not None:
                    return decode(answer)
                pause = min(pause * 2, _LONGEST)
        finally:
            if self._waiting.get(command) is future:
                del self._waiting[command]

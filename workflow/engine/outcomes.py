"""What came of commands: how it is kept in their rows, and who in this process waits for it. Nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import msgspec

from workflow.domain.command import Answer, Refused

Outcome = Answer | Refused


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    answer: Answer | None = None
    refused: Refused | None = None


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(_Kept)
LOOK_SECONDS: Final = 0.3


def encode(outcome: Outcome) -> bytes:
    """The bytes of `command.answer`."""
    return _ENCODER.encode(_Kept(answer=outcome) if isinstance(outcome, Answer) else _Kept(refused=outcome))


def decode(answer: bytes) -> Outcome:
    """What `encode` was given."""
    kept = _DECODER.decode(answer)
    return kept.answer or kept.refused or Answer()


class Outcomes:
    """Those in this process who wait for a command's outcome. Another process may bring it: `look` reads the rows."""

    def __init__(self, look: Callable[[str, list[str]], Awaitable[dict[str, bytes]]]) -> None:
        self._look = look
        self._waiting: dict[tuple[str, str], list[_Waiter]] = {}

    def settle(self, tenant: str, command: str, outcome: Outcome) -> None:
        """The outcome is committed. (A command's id is its tenant's: another's may be the same.)"""
        for waiter in self._waiting.pop((tenant, command), ()):
            if not waiter.future.done():
                waiter.future.set_result(outcome)

    def expect(self, tenant: str, command: str) -> asyncio.Future[Outcome]:
        """A future of the outcome. Cancelling it forgets it."""
        waiter = _Waiter(asyncio.get_running_loop().create_future(), monotonic())
        self._waiting.setdefault((tenant, command), []).append(waiter)
        return waiter.future

    async def run(self) -> None:
        """Until cancelled: look for those that have waited a while; they may be settled elsewhere."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Bring the outcomes that other processes have written."""
        old = monotonic() - LOOK_SECONDS
        stale: dict[str, list[str]] = {}
        for (tenant, command), waiters in list(self._waiting.items()):
            waiters[:] = [one for one in waiters if not one.future.done()]
            if not waiters:
                del self._waiting[tenant, command]
            elif waiters[0].since <= old:
                stale.setdefault(tenant, []).append(command)
        for tenant, commands in stale.items():
            for command, answer in (await self._look(tenant, commands)).items():
                self.settle(tenant, command, decode(answer))


class _Waiter(msgspec.Struct, frozen=True):
    future: asyncio.Future[Outcome]
    since: float

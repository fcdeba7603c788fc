"""What is to go wrong, how often, and for whom: told beforehand by a test. Not here: what the rules refuse by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from tests.telegram.server.refusals import Refusal

ANY = "*"


@dataclass
class Fault:
    """Falls upon calls of `method` (to `chat`, when it names one), `times` times."""

    method: str
    chat: int | None
    times: int

    def falls_on(self, method: str, chat: int | None) -> bool:
        return self.times > 0 and self.method in {ANY, method.lower()} and self.chat in {None, chat}


@dataclass
class Injected(Fault):
    """Nothing is done, and this is the answer."""

    refusal: Refusal


@dataclass
class Lost(Fault):
    """It is done, and the connection closes without an answer."""


@dataclass
class Slow(Fault):
    """The answer comes so many seconds later; `done` says whether the thing is done before that wait or after it."""

    seconds: float
    done: bool


F = TypeVar("F", bound=Fault)


class Faults:
    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        fault.method = fault.method.lower()
        self.planned.append(fault)

    def next(self, kind: type[F], method: str, chat: int | None) -> F | None:
        """The fault of this kind that falls on this call, one time fewer from now on."""
        for fault in self.planned:
            if isinstance(fault, kind) and fault.falls_on(method, chat):
                fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        self.planned.clear()

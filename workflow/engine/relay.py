"""Deliveries out: chats that are owed something are leased, the adapter shows it, the outcome is recorded. No rule stands here.

Order holds in a chat, because the chat is leased, not its rows. No transaction is open while a network is called. Only a
first send can be ambiguous: the claim itself counts it, so that whatever becomes of this process, a second copy is marked.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from workflow.engine import faults
from workflow.engine.bots import Bot, Bots
from workflow.engine.logs import logger
from workflow.engine.naming import delivery_id
from workflow.engine.scenes import Scenes, Shown
from workflow.engine.writing import about_of
from workflow.ports import Delivery, Outcome
from workflow.store import chats
from workflow.store.chats import Owed, Result
from workflow.store.pool import Database
from workflow.talk.about import About, Line, Question
from workflow.talk.view import View

BACK_OFF: Final = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds before the next try, by how many failed; the last for all after."""
ALERT_SECONDS: Final = 60.0
LOCKED_OUT: Final = 60.0
"""Seconds until a bot that its network has locked out is tried again."""


@dataclass(slots=True)
class _Sent:
    """One call of a network, finished: what was owed, and what is to be recorded."""

    tenant: str
    owed: Owed
    about: About
    result: Result
    outcome: Outcome


@dataclass(slots=True)
class Figures:
    """What this process sent since it began."""

    shown: int = 0
    failed: int = 0
    dead: int = 0
    fenced: int = 0
    by_bot: dict[str, int] = field(default_factory=dict)


class Relay:
    """Serves the chats of this process's bots, up to `limit` at once; wakes when told, and looks by itself."""

    def __init__(
        self, database: Database, bots: Bots, scenes: Scenes, *, limit: int, lease: float, poll: float, attempts: int
    ) -> None:
        self.database, self.bots, self.scenes = database, bots, scenes
        self.limit, self.lease, self.poll, self.attempts = limit, lease, poll, attempts
        self.figures = Figures()
        self.alert: Callable[[str, Line], Awaitable[None]] = _nobody
        self._woken = asyncio.Event()
        self._resting = True
        self._calls: set[asyncio.Task[_Sent]] = set()
        self._alerted: dict[tuple[str, str, str], float] = {}

    def wake(self, _tenant: str, _chats: Iterable[str] = ()) -> None:
        """Something is owed now."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent here."""
        return self._resting and not self._calls and not self._woken.is_set()

    async def owing(self, tenant: str) -> bool:
        """Whether something could be sent right now."""
        wait = await chats.next_wake(self.database, tenant, self.bots.names(tenant))
        return wait is not None and wait <= 0

    async def run(self) -> None:
        """Until cancelled; then what was begun is finished and recorded."""
        try:
            while True:
                await self._turn()
        finally:
            await asyncio.shield(self._finish())

    async def _turn(self) -> None:
        self._woken.clear()
        self._resting = False
        claimed = 0
        for tenant in self.bots.tenants:
            free = self.limit - len(self._calls)
            if free > 0:
                claimed += await self._claim(tenant, free)
        if self._calls:
            waking = asyncio.ensure_future(self._woken.wait())
            await asyncio.wait({*self._calls, waking}, timeout=self.poll, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
            await self._record()
        elif not claimed:
            await self._rest()

    async def _rest(self) -> None:
        pause = self.poll * random.uniform(0.7, 1.3)  # noqa: S311 - jitter
        for tenant in self.bots.tenants:
            wait = await chats.next_wake(self.database, tenant, self.bots.names(tenant))
            if wait is not None:
                pause = min(pause, max(wait, 0.01))
        self._resting = True
        try:
            async with asyncio.timeout(pause):  # wait_for of 3.11 may swallow a cancellation
                await self._woken.wait()
        except TimeoutError:
            return

    # ------------------------------------------------------------------------------------------- claiming and calling

    async def _claim(self, tenant: str, free: int) -> int:
        owed = await chats.claim(self.database, tenant, self.bots.names(tenant), free, self.lease)
        if not owed:
            return 0
        faults.reach(faults.AFTER_CLAIM)
        shown = [Shown(about_of(one.about), one.person, one.bot, one.chat, one.external, one.private) for one in owed]
        views = await self.scenes.views(tenant, shown)
        for one, message, view in zip(owed, shown, views, strict=True):
            bot = self.bots.find(tenant, one.bot)
            assert bot is not None, "only own bots are claimed for"  # noqa: S101
            self._calls.add(asyncio.create_task(self._serve(bot, one, message.about, view), name=f"send {one.bot}"))
        return len(owed)

    async def _serve(self, bot: Bot, owed: Owed, about: About, view: View | Exception) -> _Sent:
        if isinstance(view, Exception):
            outcome = Outcome("rejected", detail=f"cannot be made: {type(view).__name__}")
        elif owed.ref and "edits" not in bot.adapter.profile.capabilities and isinstance(about, Question):
            outcome = Outcome("noop")  # a question that was answered needs no second message saying so
        else:
            outcome = await self._show(bot, owed, view)
        self.figures.by_bot[bot.name] = self.figures.by_bot.get(bot.name, 0) + 1
        return _Sent(bot.tenant, owed, about, self._judge(owed, outcome), outcome)

    async def _show(self, bot: Bot, owed: Owed, view: View) -> Outcome:
        edits = "edits" in bot.adapter.profile.capabilities
        # Where nothing can be edited, what changed is said anew: a message like the first one, and as ambiguous.
        attempt = owed.attempt if not owed.sent else 1 if edits else owed.tries + 1
        delivery = Delivery(
            delivery_id(owed.stream, owed.topic, owed.no),
            owed.external,
            owed.ref if edits else "",
            attempt,
            owed.urgent,
        )
        call = asyncio.ensure_future(bot.adapter.show(delivery, view))
        try:
            if faults.POINT == faults.DURING_SEND:
                await asyncio.sleep(0.001)
                faults.reach(faults.DURING_SEND)
            async with asyncio.timeout(self.lease / 3):
                outcome = await call
        except TimeoutError:
            outcome = Outcome("ambiguous", detail="no answer in time")
        except Exception as error:  # noqa: BLE001 - an adapter that breaks its promise must not stop the others
            logger().error("adapter failed", tenant=bot.tenant, bot=bot.name, exc_info=error)
            outcome = Outcome("ambiguous", detail=type(error).__name__)
        faults.reach(faults.AFTER_SEND)
        return outcome

    # ------------------------------------------------------------------------------------------- outcomes

    def _judge(self, owed: Owed, outcome: Outcome) -> Result:
        """What is recorded of an outcome. An edit that nobody knows of is just done again."""
        word, after, to, detail, ref = "shown", 0.0, "", outcome.detail, outcome.ref or owed.ref
        spent = owed.tries + 1 >= self.attempts
        match outcome.kind:
            case "sent" | "duplicate" | "noop":
                pass
            case "gone":
                word, ref = "again", ""
            case "moved":
                word, to = "moved", outcome.to
            case "unauthorised":
                word, after = "later", LOCKED_OUT
            case "unreachable":
                word = "unreachable"
            case "rejected":
                word = "dead"
            case "retry" | "ambiguous" if spent:
                word, detail = "dead", detail or f"given up after {owed.tries + 1} tries"
            case "ambiguous" if not owed.sent:
                word, after = "ambiguous", back_off(owed.tries)
            case _:
                word, after = "later", max(outcome.after, 0.05) if outcome.after else back_off(owed.tries)
        return Result(
            owed.chat, owed.epoch, owed.stream, owed.topic, owed.no, owed.wanted, word, ref, after, to, detail
        )

    async def _record(self) -> None:
        done = {call for call in self._calls if call.done()}
        self._calls -= done
        sent = [call.result() for call in done]
        by_tenant: dict[str, list[_Sent]] = {}
        for one in sent:
            by_tenant.setdefault(one.tenant, []).append(one)
        for tenant, those in by_tenant.items():
            await self._record_all(tenant, those)
        if sent:
            self._woken.set()

    async def _record_all(self, tenant: str, sent: Sequence[_Sent]) -> None:
        fenced = {id(result) for result in await chats.record(self.database, tenant, [one.result for one in sent])}
        for one in sent:
            if id(one.result) in fenced:
                self.figures.fenced += 1
                await self._take_back(tenant, one)
            elif one.result.word in ("dead", "unreachable"):
                self.figures.dead += 1
                await self._report(tenant, one)
            elif one.result.word == "shown":
                self.figures.shown += 1
            else:
                self.figures.failed += 1
                logger().info(
                    "not shown", tenant=tenant, bot=one.owed.bot, chat=one.owed.chat, outcome=one.outcome.kind,
                    attempt=one.owed.attempt, seconds=one.result.after,
                )  # fmt: skip

    async def _take_back(self, tenant: str, sent: _Sent) -> None:
        """Another process took the chat over meanwhile and said it again: this copy says that it is superseded."""
        bot = self.bots.find(tenant, sent.owed.bot)
        if bot is None or sent.outcome.kind != "sent" or sent.owed.sent:
            return
        copy = Delivery(
            delivery_id(sent.owed.stream, sent.owed.topic, sent.owed.no), sent.owed.external, sent.outcome.ref
        )
        try:
            async with asyncio.timeout(self.lease / 3):
                await bot.adapter.withdraw(copy, "superseded")
        except Exception as error:  # noqa: BLE001 - the copy is marked already; this only tidies up
            logger().warning("copy not taken back", tenant=tenant, bot=bot.name, exc_info=error)

    async def _report(self, tenant: str, sent: _Sent) -> None:
        """Tell the administrators that somebody was not reached; the same trouble of a bot at most once a minute."""
        owed, detail = sent.owed, sent.result.detail or sent.outcome.kind
        logger().warning(
            "dead letter", tenant=tenant, bot=owed.bot, chat=owed.chat, outcome=sent.outcome.kind, attempt=owed.attempt
        )
        if isinstance(sent.about, Line):
            return  # an alert that does not arrive must not raise another
        what, now = (tenant, owed.bot, sent.outcome.kind), monotonic()
        if now - self._alerted.get(what, -ALERT_SECONDS) < ALERT_SECONDS:
            return
        self._alerted[what] = now
        item = getattr(sent.about, "item", "")
        await self.alert(
            tenant, Line("unreached", {"person": owed.person, "chat": owed.chat, "item": item, "detail": detail})
        )

    async def _finish(self) -> None:
        if self._calls:
            await asyncio.wait(self._calls, timeout=self.lease / 3)
            await self._record()


def back_off(tries: int) -> float:
    """Seconds until the next try, with jitter."""
    return BACK_OFF[min(tries, len(BACK_OFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter


async def _nobody(_tenant: str, _line: Line) -> None:
    """Nobody is told."""

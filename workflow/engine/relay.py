"""Deliveries out: chats that are owed something are leased, the adapter shows it, the outcome is recorded. No rule stands here.

Order holds in a chat, because the chat is leased, not its rows. No transaction is open while a network is called. Only a
first send can be ambiguous: the claim itself counts it, so that whatever becomes of this process, a second copy is marked.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from workflow.domain.command import Command
from workflow.engine import faults
from workflow.engine.arrivals import confirmation
from workflow.engine.bots import Bot, Bots
from workflow.engine.logs import logger
from workflow.engine.naming import delivery_id
from workflow.engine.outbox import judge
from workflow.engine.scenes import Scenes, Shown
from workflow.engine.settings import Hours
from workflow.engine.writing import about_bytes, about_of
from workflow.ports import Delivery, Outcome
from workflow.store import chats, rooms
from workflow.store.chats import Hush, Owed, Result
from workflow.store.pool import Database
from workflow.talk.about import About, Line, Page, Question
from workflow.talk.cards.notice import OvertakenError
from workflow.talk.view import Document, View
from workflow.talk.words import say

SINGLY: Final = 5
"""Prompts that one private chat is sent one by one; of more, a digest tells."""
DIGEST: Final = about_bytes(Page("inbox", digest=True))
CALLS: Final = 1 / 3
FILES: Final = 0.8
"""The share of a lease that one call may take, and one that hands out a file."""
ALERT_SECONDS: Final = {"unauthorised": 3600.0}
"""How long the same trouble of one bot is told once; a minute, where nothing else is said."""


@dataclass(slots=True)
class _Sent:
    """One call of a network, finished: what was owed, and what is to be recorded."""

    tenant: str
    owed: Owed
    about: About
    result: Result
    outcome: Outcome
    overtaken: bool = False


@dataclass(slots=True)
class Figures:
    """What this process sent since it began."""

    shown: int = 0
    failed: int = 0
    dead: int = 0
    fenced: int = 0
    by_bot: dict[str, int] = field(default_factory=dict)


class Relay:
    """Serves the chats of this process's bots, up to `limit` at once; wakes when told, and looks by itself.

    `quiet`: the hours in which what may wait does, unless the network is silent.
    """

    def __init__(
        self,
        database: Database,
        bots: Bots,
        scenes: Scenes,
        *,
        limit: int,
        lease: float,
        poll: float,
        attempts: int,
        quiet: Hours | None = None,
    ) -> None:
        self.database, self.bots, self.scenes = database, bots, scenes
        self.limit, self.lease, self.poll, self.attempts = limit, lease, poll, attempts
        self.figures = Figures()
        self.alert: Callable[[str, Line], Awaitable[None]] = _nobody
        self.order: Callable[[Sequence[Command]], Awaitable[None]] = _nothing
        self._hush = {tenant: _hush(bots, tenant, quiet) for tenant in bots.tenants}
        self._turns = list(bots.tenants)
        self._woken = asyncio.Event()
        self._resting = True
        self._calls: set[asyncio.Task[_Sent]] = set()
        self._alerted: dict[tuple[str, str, str], float] = {}

    def wake(self, _tenant: str) -> None:
        """Something is owed now."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent here."""
        return self._resting and not self._calls and not self._woken.is_set()

    async def owing(self, tenant: str) -> bool:
        """Whether something could be sent right now."""
        wait = await self._next(tenant)
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
        self._turns.append(self._turns.pop(0))  # no tenant always comes first
        for tenant in self._turns:
            free = self.limit - len(self._calls)
            if free > 0:
                await self._claim(tenant, free)
        pause = await self._pause()
        self._resting = not self._calls
        waking = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({*self._calls, waking}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
        await self._record()

    async def _pause(self) -> float:
        """Seconds until it is worth looking again, if nothing happens: the very moment at which some chat may be written to."""
        pause = self.poll * random.uniform(0.7, 1.3)  # noqa: S311 - jitter
        if len(self._calls) < self.limit:
            for tenant in self.bots.tenants:
                wait = await self._next(tenant)
                if wait is not None:
                    pause = min(pause, max(wait, 0.01))
        return pause

    async def _next(self, tenant: str) -> float | None:
        return await chats.next_wake(
            self.database, tenant, self.bots.names(tenant), self._hush.get(tenant, chats.SOUND)
        )

    # ------------------------------------------------------------------------------------------- claiming and calling

    async def _claim(self, tenant: str, free: int) -> None:
        names, hush = self.bots.names(tenant), self._hush[tenant]
        owed = await chats.claim(self.database, tenant, names, free, self.lease, None, hush)
        if not owed:
            return
        faults.reach(faults.AFTER_CLAIM)
        shown = [Shown(about_of(one.about), one.person, one.bot, one.chat, one.external, one.private) for one in owed]
        views = await self.scenes.views(tenant, shown)
        for one, message, view in zip(owed, shown, views, strict=True):
            bot = self.bots.find(tenant, one.bot)
            assert bot is not None, "only own bots are claimed for"  # noqa: S101
            self._calls.add(asyncio.create_task(self._serve(bot, one, message.about, view), name=f"send {one.bot}"))

    async def _serve(self, bot: Bot, owed: Owed, about: About, view: View | Exception) -> _Sent:
        if isinstance(view, OvertakenError):
            outcome = Outcome("noop")
        elif isinstance(view, Exception):
            outcome = Outcome("rejected", detail=f"cannot be made: {type(view).__name__}")
        elif owed.ref and "edits" not in bot.adapter.profile.capabilities and isinstance(about, Question):
            outcome = Outcome("noop")  # a question that was answered needs no second message saying so
        else:
            outcome = await self._show(bot, owed, view)
        self.figures.by_bot[bot.name] = self.figures.by_bot.get(bot.name, 0) + 1
        return _Sent(
            bot.tenant, owed, about, judge(owed, outcome, self.attempts), outcome, isinstance(view, OvertakenError)
        )

    async def _show(self, bot: Bot, owed: Owed, view: View) -> Outcome:
        edits = "edits" in bot.adapter.profile.capabilities
        # Where nothing can be edited, what changed is said anew: a message like the first one, and as ambiguous.
        attempt = owed.attempt if not owed.ref else 1 if edits else owed.tries + 1
        delivery = _delivery(owed, owed.ref if edits else "", attempt)
        call = asyncio.ensure_future(bot.adapter.show(delivery, view))
        try:
            if faults.POINT == faults.DURING_SEND:
                await asyncio.sleep(0.001)
                faults.reach(faults.DURING_SEND)
            async with asyncio.timeout(self.lease * (FILES if isinstance(view, Document) else CALLS)):
                outcome = await call
        except TimeoutError:
            outcome = Outcome("ambiguous", detail="no answer in time")
        except Exception as error:  # noqa: BLE001 - an adapter that breaks its promise must not stop the others
            logger().error("adapter failed", tenant=bot.tenant, bot=bot.name, exc_info=error)
            outcome = Outcome("ambiguous", detail=type(error).__name__)
        faults.reach(faults.AFTER_SEND)
        return outcome

    # ------------------------------------------------------------------------------------------- outcomes

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
        # Before it is recorded: who dies in between sends it again, and says so again, under the same ids.
        if waited_for := [command for one in sent if (command := _confirmation(tenant, one)) is not None]:
            await self.order(waited_for)
        fenced = {id(result) for result in await chats.record(self.database, tenant, [one.result for one in sent])}
        for one in sent:
            if id(one.result) in fenced:
                self.figures.fenced += 1
                await self._take_back(tenant, one)
                continue
            if one.result.word == "shown":
                self.figures.shown += 1
                continue
            over = one.result.word in ("dead", "unreachable")
            (logger().warning if over else logger().info)(
                "dead letter" if over else "not shown", tenant=tenant, bot=one.owed.bot, chat=one.owed.chat,
                outcome=one.outcome.kind, attempt=one.owed.attempt, seconds=one.result.after,
            )  # fmt: skip
            if over:
                self.figures.dead += 1
                await self._unreached(tenant, one)
            else:
                self.figures.failed += 1
                if one.outcome.kind == "unauthorised":
                    await self._report(tenant, one, Line("locked_out", {"bot": one.owed.bot, "detail": _detail(one)}))

    async def _take_back(self, tenant: str, sent: _Sent) -> None:
        """Another process took the chat over meanwhile and said it again: this copy says that it is superseded."""
        bot, owed = self.bots.find(tenant, sent.owed.bot), sent.owed
        if bot is None or sent.outcome.kind != "sent" or sent.outcome.ref in ("", owed.ref):
            return
        try:
            async with asyncio.timeout(self.lease * CALLS):
                await bot.adapter.withdraw(_delivery(owed, sent.outcome.ref), say("text.superseded", owed.language))
        except Exception as error:  # noqa: BLE001 - the copy is marked already; this only tidies up
            logger().warning("copy not taken back", tenant=tenant, bot=bot.name, exc_info=error)

    async def _unreached(self, tenant: str, sent: _Sent) -> None:
        """Tell the administrators that somebody was not reached."""
        owed = sent.owed
        item = getattr(sent.about, "item", "")
        facts: dict[str, object] = {"chat": owed.chat, "item": item, "detail": _detail(sent)}
        if owed.private:
            await self._report(tenant, sent, Line("unreached", {"person": owed.person, **facts}))
            return
        names = [name for name, chat in (await rooms.bound(self.database, tenant)).items() if chat == owed.chat]
        await self._report(tenant, sent, Line("room_unreached", {"rooms": names, **facts}))

    async def _report(self, tenant: str, sent: _Sent, line: Line) -> None:
        """The same trouble of a bot is told once in a while only: the log and the list of the unreached have all of it."""
        if isinstance(sent.about, Line):
            return  # an alert that does not arrive must not raise another
        kind = sent.outcome.kind
        what, now = (tenant, sent.owed.bot, kind), monotonic()
        if now < self._alerted.get(what, now):
            return
        self._alerted[what] = now + ALERT_SECONDS.get(kind, 60.0)
        await self.alert(tenant, line)

    async def _finish(self) -> None:
        if self._calls:
            await asyncio.wait(self._calls, timeout=self.lease * CALLS)
            await self._record()


def _confirmation(tenant: str, sent: _Sent) -> Command | None:
    owed = sent.owed
    delivery = delivery_id(owed.stream, owed.topic, owed.no)
    return None if sent.overtaken else confirmation(tenant, sent.about, owed, sent.result, delivery)


def _hush(bots: Bots, tenant: str, quiet: Hours | None) -> Hush:
    """Whom of a tenant's chats not to disturb, and when."""
    loud = tuple(bot.name for bot in bots.of(tenant) if "silent" not in bot.adapter.profile.capabilities)
    began, ended = quiet or (None, None)
    return Hush(loud, began, ended, SINGLY, DIGEST)


def _delivery(owed: Owed, ref: str, attempt: int = 1) -> Delivery:
    name = delivery_id(owed.stream, owed.topic, owed.no)
    return Delivery(name, owed.external, ref, attempt, owed.urgent, owed.language, owed.private)


def _detail(sent: _Sent) -> str:
    return sent.result.detail or sent.outcome.kind


async def _nothing(_commands: Sequence[Command]) -> None:
    """Nobody waits for it."""


async def _nobody(_tenant: str, _line: Line) -> None:
    """Nobody is told."""

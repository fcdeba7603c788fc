"""What all histories of a stateful model on PostgreSQL share: one loop, one database, tenants with two engines each.

Not here: rules, and what the models know (papers.py, errands.py).
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import traceback
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.integration.conftest import Database as Place
from tests.integration.conftest import made
from tests.integration.rig import SECRET, House, all_settled, house
from tests.integration.rig import settings as engine_settings
from tests.integration.sound import assert_sound, histories, superuser
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.event import Event
from workflow.domain.item import Item
from workflow.engine import outcomes
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.engine.outcomes import Outcome, encode
from workflow.store.pool import Database

T = TypeVar("T")

STREET: Final = """
organisation: test
title: 模型街道
tenant: TENANT
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: { 中心一: { tier: 中心 }, 所一: { tier: 所, parent: 中心一 }, 站一: { tier: 站, parent: 所一 } }
people:
  报: { name: 李报, roles: [站一.协调员] }
  甲: { name: 张甲, roles: [站一.审核员] }
  乙: { name: 王乙, roles: [所一.审核员] }
  戊: { name: 钱戊, roles: [中心一.审核员] }
  管: { name: 郭管, roles: [中心一.管理员] }
  理: { name: 何理, roles: [中心一.管理员] }
  外: { name: 孙外, roles: [] }
"""
ADMINISTRATORS: Final = {"管", "理"}


def street(*more: str) -> str:
    """The source of an organisation with these people, a line each, besides those who are always there."""
    return STREET + "".join(f"  {one}\n" for one in more)


class Stage:
    """One loop, one database, and somebody who may look at everything."""

    def __init__(self, runner: asyncio.Runner, place: Place, root: Any) -> None:
        self.runner, self.place, self.root = runner, place, root
        self.numbers = itertools.count(1)
        self.played: list[str] = []
        self.broke: list[str] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def houses(self, stack: AsyncExitStack, organisation: str, flows: tuple[str, ...]) -> tuple[House, House]:
        """A tenant of its own, and two engines that serve it."""
        organisation = organisation.replace("TENANT", f"model-{next(self.numbers)}")
        url = self.place.app_url
        one = await stack.enter_async_context(house(url, organisation=organisation, flows=flows))
        database = await Database.open(url, size=2)
        stack.push_async_callback(database.close)
        bots = [Bot(one.tenant, "memory", one.network)]
        engine = await stack.enter_async_context(Engine.open(engine_settings(), database, bots, keys=Keys(SECRET)))
        return one, House(engine, one.tenant, one.network, one.people)


class Model(Protocol):
    """One item as a model sees it: whether somebody may do something there now, and what follows when it is done."""

    def allows(self, verb: str, actor: str, /) -> bool: ...

    def do(self, verb: str, actor: str, /) -> None: ...


class TwoEngines(RuleBasedStateMachine):
    """A tenant with two engines, what it was told, and how it is left. The rules, and what is right, are the heirs'."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Command, Outcome]] = []
        self.turn = itertools.count()
        self.stack = AsyncExitStack()

    async def enter(self, organisation: str, *flows: str) -> None:
        self.houses = await self.stage.houses(self.stack, organisation, flows)
        self.names = {person: key for key, person in self.houses[0].people.items()}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.stage.run(work)

    @property
    def here(self) -> House:
        """Now the one engine, now the other."""
        return self.houses[next(self.turn) % 2]

    def commanded(self, item: str, verb: str, actor: str, args: Mapping[str, Any]) -> Command:
        one = self.houses[0]
        return Command(str(uuid4()), one.tenant, item, verb, one.people[actor], "api", dict(args))

    def perform(self, commands: Sequence[Command], times: int = 1) -> list[Outcome]:
        """All at once, each so many times at both engines: the same command has one outcome."""
        found = self.run(self.together([one for one in commands for _ in range(times)]))
        firsts = found[::times]
        assert [encode(one) for one in found] == [encode(one) for one in firsts for _ in range(times)]
        self.done += zip(commands, firsts, strict=True)
        return firsts

    async def together(self, commands: Iterable[Command]) -> list[Outcome]:
        return list(await asyncio.gather(*(self.here.engine.perform(one) for one in commands)))

    def tell(self, model: Model, acts: Sequence[tuple[str, ...]], came: Sequence[Outcome]) -> None:
        """Acts of the same moment on one item (arguments of its model): there is one order of them, and each outcome fits it."""
        was = [deepcopy(model)]
        followed = [(one.version, act) for act, one in zip(acts, came, strict=True) if isinstance(one, Answer)]
        for _, act in sorted(followed):
            assert model.allows(*act), (act, was, came)
            model.do(*act)
            was.append(deepcopy(model))
        for act, one in zip(acts, came, strict=True):
            if isinstance(one, Refused):
                assert not all(then.allows(*act) for then in was), (act, one, was)

    @staticmethod
    def one_of(n: int, owing: set[str], *others: str) -> str:
        found = [*sorted(owing), *others]
        return found[n % len(found)]

    def owing(self, item: Item) -> list[str]:
        """Who has an open task there, once for each."""
        tasks = (task for run in item.runs.values() for task in run.tasks.values())
        return sorted(self.names[task.person] for task in tasks if task.state == "open")

    async def advance(self, by: timedelta, *, both: bool) -> datetime:
        """Let the tenant's clock jump, and what is due happen; one engine sees it, or both. What time it is then."""
        one = self.houses[0]
        to = await one.engine.read.now(one.tenant) + by
        await asyncio.gather(*(which.engine.demonstration.advance(one.tenant, to) for which in self.houses[: 1 + both]))
        await self.settled()
        return await one.engine.read.now(one.tenant)

    async def settled(self) -> None:
        await all_settled(self.houses)

    async def sound(self) -> tuple[dict[str, Item], dict[str, list[Event]]]:
        """All items and all that is told of them, when nothing is lost, doubled, orphaned or untold."""
        one = self.houses[0]
        await self.settled()
        items = await assert_sound(one.engine, self.stage.root, one.tenant)
        assert all(which.engine.handle.figures.quarantined == 0 for which in self.houses)
        return items, await histories(self.stage.root, one.tenant)

    def leave(self) -> None:
        """What must hold in the end."""
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and hasattr(self, "houses"):
                self.leave()
                self.stage.played.append(self.houses[0].tenant)
        finally:
            if sys.exc_info()[0] is not None:
                self.stage.broke.append(traceback.format_exc())
            self.run(self.stack.aclose())


def play(machine: type[TwoEngines], server_url: str, template: str, histories: int, steps: int) -> None:
    """So many histories of a machine whose class attribute `stage` is set here, none smaller than it was drawn."""
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes, "LOOK_SECONDS", 0.03)  # what the other engine decided is asked for that often
        stack = AsyncExitStack()
        stage: Stage | None = None
        try:
            place = runner.run(stack.enter_async_context(made(server_url, template)))
            root = runner.run(stack.enter_async_context(superuser(place.superuser_url)))
            stage = machine.stage = Stage(runner, place, root)
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=histories, stateful_step_count=steps, deadline=None, print_blob=True,
                    # Not made smaller: a race does not come again as it was, and each try takes a second.
                    phases=[Phase.explicit, Phase.reuse, Phase.generate],
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
                ),
            )  # fmt: skip
            assert len(set(stage.played)) >= histories
        except Exception as error:
            # A race seldom comes again: what hypothesis says then is that it did not.
            error.add_note("\n".join(["What broke first:", *(stage.broke[:1] if stage is not None else ())]))
            raise
        finally:
            runner.run(stack.aclose())

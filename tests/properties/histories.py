"""What all histories of a stateful model on PostgreSQL share: one loop, one database, tenants with two engines each. No rules here."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.integration.conftest import Database as Place
from tests.integration.conftest import made
from tests.integration.rig import SECRET, House, house
from tests.integration.rig import settings as engine_settings
from tests.integration.sound import superuser
from workflow.engine import outcomes
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.store.pool import Database

T = TypeVar("T")


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


def play(machine: type[RuleBasedStateMachine], server_url: str, template: str, histories: int, steps: int) -> None:
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

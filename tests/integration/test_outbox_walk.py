"""The outbox that is explored (tests/properties/outbox.py) is the one that PostgreSQL has: random walks, step by step the same."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest
from msgspec.structs import replace

from tests.integration.making import BOT, World
from tests.properties.outbox import ATTEMPTS, REFUSALS, Call, State, claim, put, settle
from workflow.engine.outbox import judge
from workflow.ports import Outcome
from workflow.store import chats, commit
from workflow.store.chats import Owed, Result
from workflow.store.commit import Batch, BumpRow

STEPS = 150


class Walk:
    """One prompt in one chat, in the tables and in the model."""

    def __init__(self, world: World, item: str, seed: int) -> None:
        self.world, self.item, self.random = world, item, Random(seed)
        self.state, self.claims = State(), 0
        self.held: list[tuple[Call, Owed, Result | None]] = []
        self.refs, self.places = count(1), count(1)

    async def step(self) -> None:
        """Whatever may come next."""
        state, ways = self.state, [self.bump, self.expire]
        if state.unreachable:
            ways.append(self.speak)
        if state.dead:
            ways += [self.revive] * 4
        if state.wanted and not state.leased and not state.unreachable:
            ways += [self.claim] * 4
        if self.held:
            ways += [self.go_on] * 6
        await self.random.choice(ways)()
        await self.same()

    async def claim(self) -> None:
        [owed] = await chats.claim(self.world.database, self.world.tenant, [BOT], 9, 60.0, [self.world.chats["zhan"]])
        self.state, self.claims = claim(self.state), self.claims + 1
        call = self.state.calls[-1]
        self.held = [(one._replace(holds=False), *rest) for one, *rest in self.held]  # type: ignore[misc]
        assert (owed.wanted, int(owed.ref or 0), owed.attempt, owed.tries) == (
            call.wanted, call.ref, call.attempt, call.tries
        )  # fmt: skip
        self.held.append((call, owed, None))

    async def go_on(self) -> None:
        """A worker calls its network, or records what came of it."""
        at = self.random.randrange(len(self.held))
        call, owed, result = self.held[at]
        if result is None:
            result = judge(owed, self.outcome(call), ATTEMPTS)
            after = call._replace(word=result.word, got=int(result.ref or 0))
            self.state = put(self.state, call, after)
            self.held[at] = after, owed, replace(result, after=0.0)
            return
        del self.held[at]
        fenced = await chats.record(self.world.database, self.world.tenant, [result])
        assert bool(fenced) == (not call.holds)
        chat = self.state.chat  # what people see is the explored model's alone
        self.state = settle(self.state._replace(chat=(None,) * 1000), call)._replace(chat=chat)
        if result.word == "moved" and not fenced:
            self.state = self.state._replace(ref=0)  # messages have other numbers in the new chat

    def outcome(self, call: Call) -> Outcome:
        ref = str(call.ref or next(self.refs))
        some = [Outcome("sent", ref=ref), Outcome("gone"), *REFUSALS]
        chosen = self.random.choice(some)
        return Outcome("moved", to=f"place {next(self.places)}") if chosen.kind == "moved" else chosen

    async def bump(self) -> None:
        batch = Batch(self.world.tenant, self.world.version)
        batch.bumps.append(BumpRow(0, self.item, 1))
        await commit.commit(self.world.database, batch)
        if not self.state.dead:
            self.state = self.state._replace(wanted=self.state.wanted + 1)

    async def expire(self) -> None:
        await self.plainly("update chat set leased_until = null where tenant_id = $1 and chat_id = $2")
        self.state = self.state._replace(leased=False)

    async def speak(self) -> None:
        await self.plainly("update chat set unreachable_at = null where tenant_id = $1 and chat_id = $2")
        self.state = self.state._replace(unreachable=False)

    async def revive(self) -> None:
        await chats.revive(self.world.database, self.world.tenant, self.world.chats["zhan"])
        wanted = self.state.wanted or 1
        self.state = self.state._replace(dead=False, tries=0, unreachable=False, wanted=wanted)

    async def plainly(self, statement: str) -> None:
        async with self.world.database.transaction() as session:
            await session.run("belong", self.world.tenant)
            await session.connection.execute(statement, self.world.tenant, self.world.chats["zhan"])

    async def same(self) -> None:
        """The tables say what the model says."""
        async with self.world.database.transaction() as session:
            await session.run("belong", self.world.tenant)
            row = await session.connection.fetchrow(
                "select d.attempt, d.tries, coalesce(d.message_ref, '0')::int as ref, d.dead_at is not null as dead,"
                " coalesce(o.wanted, 0) as wanted, c.leased_until is not null as leased,"
                " c.unreachable_at is not null as unreachable from delivery d"
                " join chat c on c.tenant_id = d.tenant_id and c.chat_id = d.chat_id"
                " left join owed o on o.tenant_id = d.tenant_id and o.stream_id = d.stream_id and o.topic = d.topic"
                " where d.tenant_id = $1 and d.stream_id = $2 and d.topic = 1",
                self.world.tenant, self.item,
            )  # fmt: skip
        assert row is not None
        state = self.state
        assert dict(row) == {
            "attempt": state.attempt, "tries": state.tries, "ref": state.ref, "dead": state.dead, "wanted": state.wanted,
            "leased": state.leased, "unreachable": state.unreachable,
        }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
async def test_a_walk(world: World, seed: int) -> None:
    [held] = await world.begin("submitter", "zhan")
    walk = Walk(world, held.item.id, seed)
    for _ in range(STEPS):
        await walk.step()
    assert walk.claims > STEPS / 10

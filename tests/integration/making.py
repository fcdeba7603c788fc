"""Made for tests of the store: a tenant with people who have chats, and items that begin and are approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain import fold
from workflow.domain.effect import TaskRow
from workflow.domain.item import Item, Moment, Need, Result, Task
from workflow.journal import canonical, chain
from workflow.store import chats, commit, flows, inbox, people, tenants
from workflow.store.chats import Owed
from workflow.store.commit import Batch, Committed
from workflow.store.organisations import Entry, Person, Position, Register, Unit, write
from workflow.store.pool import Database

BOT = "web"
DIGEST = "ab" * 32
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TIERS = ("中心", "所", "站")


def new_id() -> str:
    return str(uuid4())


class Straight:
    """The machine of a flow that goes 站 → 所 → 中心 → done."""

    PLACES = ("start", "站", "所", "中心", "done")

    def legal(self, place: str, trigger: str) -> str | None:
        known = place in self.PLACES[:-1] and trigger == "next"
        return self.PLACES[self.PLACES.index(place) + 1] if known else None


MACHINES = {DIGEST: Straight()}


@dataclass
class Held:
    """An item as a test knows it: what was written last."""

    item: Item
    head: bytes = chain.NOTHING
    version: int = 0


@dataclass
class World:
    """A tenant: `people` by name, each with a chat of the same name at `BOT`."""

    database: Database
    tenant: str
    people: dict[str, str] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)
    version: int = 0

    async def employ(self, *names: str) -> None:
        """Have these people, and only these, in the organisation; each with an account and a chat."""
        self.people |= {name: new_id() for name in names if name not in self.people}
        staff = [Person(one, "zh", None, name, *sealed(name)) for name, one in self.people.items()]
        async with self.database.transaction() as session:
            self.version = await write(session, self.tenant, register(self.version, staff))
            for name in names:
                self.chats[name] = await people.link(session, self.tenant, self.people[name], BOT, name, name)

    async def accept(self, chat: str, *bodies: bytes) -> list[str]:
        """Keep commands that `chat` sent; their ids."""
        rows = [(new_id(), chat, body) for body in bodies]
        kept = await inbox.accept(self.database, self.tenant, BOT if chat else "", rows)
        return [one.command for one in kept]

    async def begin(self, submitter: str, reviewer: str, count: int = 1) -> list[Held]:
        """Items that `submitter` handed in and that wait for `reviewer` at 站."""
        batch, held = Batch(self.tenant, self.version), []
        for group in range(count):
            one = Held(fold.unborn(self.tenant, new_id(), START))
            held.append(one)
            self.put_begin(batch, group, one, submitter, reviewer)
        assert not (await commit.commit(self.database, batch)).lost
        return held

    def put_begin(self, batch: Batch, group: int, held: Held, submitter: str, reviewer: str) -> None:
        who = self.people[submitter]
        facts = (
            e.Started(held.item.id[:8], "activity", DIGEST, "大山子站", who, (("人数", 30),), "00" * 32),
            e.Moved(0, "next", "站"),
            self._opened(reviewer, 1, "站"),
        )
        self._put(batch, group, held, "submit", who, facts)

    def put_approval(self, batch: Batch, group: int, held: Held, reviewer: str, following: str = "") -> None:
        """`reviewer` approves where the item stands; `following` has the next task, unless that ends it."""
        run = held.item.runs[0]
        [task] = run.tasks.values()
        who, at = self.people[reviewer], START + timedelta(hours=held.item.version)
        place = Straight().legal(run.place, "next")
        assert place
        done = Result("approved", 1, run.opened_at or at, at, doers=(who,), ayes=1)
        facts: list[e.Fact] = [
            e.Voted(0, task.no, who, run.place, "approve", held.item.shown),
            e.Resulted(0, run.place, done),
            e.Moved(0, "next", place),
        ]
        facts.append(e.Ended("done") if place == "done" else self._opened(following, task.no + 1, place))
        self._put(batch, group, held, "approve", who, tuple(facts), at)

    def _opened(self, reviewer: str, no: int, place: str) -> e.Opened:
        task = Task(no, self.people[reviewer], place, f"酒仙桥所:{place}", "open")
        return e.Opened(0, 1, "open", (task,), Need(1), (Moment(START + timedelta(days=3), "due"),))

    def _put(
        self,
        batch: Batch,
        group: int,
        held: Held,
        verb: str,
        actor: str,
        facts: tuple[e.Fact, ...],
        at: datetime = START,
    ) -> None:
        before, expected, previous = held.item, held.version, held.head
        event = e.Event(before.id, before.version + 1, at, new_id(), verb, actor, BOT, facts)
        held.item = fold.fold(before, event)
        body = canonical.encode(event)
        held.head = chain.leaf(held.head, body)
        held.version = event.version
        batch.put_event(group, event, body, held.head)
        batch.items = [row for row in batch.items if row.item != before.id]
        batch.put_item(group, held.item, expected, previous, held.head)
        run = before.runs.get(0)
        for fact in facts:
            match fact:
                case e.Voted(task=no, choice=choice) if run is not None:
                    voted = replace(run.tasks[no], state="voted", choice=choice, at=at)
                    batch.put_task(group, before.id, TaskRow(0, run.round, run.place, voted), at, new=False)
                    batch.bumps += [
                        commit.BumpRow(group, before.id, no),
                        commit.BumpRow(group, before.id, commit.STATUS),
                    ]
                case e.Opened(tasks=tasks):
                    place = held.item.runs[0].place
                    for task in tasks:
                        row, prompt = TaskRow(0, 1, place, task), f"prompt {task.no}".encode()
                        batch.put_task(group, before.id, row, at, new=True, about=prompt)
                case _:
                    pass
        if not expected:
            status = commit.DeliveryRow(group, before.id, commit.STATUS, actor, None, None, b"status", once=True)
            batch.deliveries.append(status)

    async def approve(
        self, held: Iterable[Held], reviewer: str, following: str = "", commands: Sequence[str] = ()
    ) -> Committed:
        batch = Batch(self.tenant, self.version)
        for group, one in enumerate(held):
            self.put_approval(batch, group, one, reviewer, following)
        for group, command in enumerate(commands):
            batch.settled.append(commit.SettleRow(group, command, b"approved"))
        return await commit.commit(self.database, batch)

    async def shown(self, limit: int = 1000) -> list[Owed]:
        """Let a relay show everything that is owed, until nothing is; what was shown, in order."""
        done: list[Owed] = []
        while owed := await chats.claim(self.database, self.tenant, [BOT], limit, 30.0):
            results = [
                chats.Result(o.chat, o.epoch, o.stream, o.topic, o.no, o.wanted, "shown", o.ref or f"m{o.line}")
                for o in owed
            ]
            assert not await chats.record(self.database, self.tenant, results)
            done += owed
        return done


def sealed(name: str) -> tuple[bytes, str]:
    """(salt, commitment) of somebody's card."""
    return b"salt", chain.commitment(b"salt", name.encode()).hex()


def register(version: int, staff: Sequence[Person] = ()) -> Register:
    """酒仙桥, with one position for each of `staff`."""
    return Register(
        version, "jiuxianqiao", "酒仙桥街道", "Asia/Shanghai", TIERS, ("审核员", "管理员"), "协调员", "管理员",
        units=(Unit("朝阳中心", "中心", None), Unit("酒仙桥所", "所", "朝阳中心"), Unit("大山子站", "站", "酒仙桥所")),
        people=tuple(staff),
        positions=tuple(Position(one.id, "大山子站", "审核员", None, None) for one in staff),
        roster=(Entry("room", "站群", '{"unit": "大山子站"}'),),
    )  # fmt: skip


async def make_world(database: Database, name: str = "chaoyang", *, demonstration: bool = True) -> World:
    world = World(database, new_id())
    await tenants.make(database, world.tenant, name, "Asia/Shanghai", demonstration=demonstration)
    await tenants.make_bot(database, world.tenant, BOT, "web")
    await flows.put(database, world.tenant, "activity", DIGEST, "flow: activity")
    await world.employ("submitter", "zhan", "suo", "zhongxin")
    return world

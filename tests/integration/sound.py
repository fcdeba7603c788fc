"""What must hold of a tenant whatever happened to it, asked of the tables themselves; no rule of any flow stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import asyncpg
import msgspec

from workflow.domain.command import SYSTEM, Refused
from workflow.domain.event import Event, Opened, Timed, Voted
from workflow.domain.fold import refold
from workflow.domain.item import Item, Moment
from workflow.engine.engine import Engine

COUNTED = (
    "command", "content", "counter", "delivery", "dialogue", "event", "file", "file_part", "item", "item_file", "owed",
    "party", "person", "stream", "task",
)  # fmt: skip


@asynccontextmanager
async def superuser(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def refused(outcome: object, reason: str) -> Refused:
    assert isinstance(outcome, Refused), outcome
    assert outcome.reason == reason, outcome
    return outcome


async def counts(connection: Any, tables: Iterable[str] = COUNTED) -> dict[str, int]:
    """How many rows there are of everything, of all tenants."""
    parts = " union all ".join(f"select '{name}', count(*) from {name}" for name in tables)  # noqa: S608 (named above)
    return dict(await connection.fetch(parts))


async def histories(connection: Any, tenant: str) -> dict[str, list[Event]]:
    """Every item's events, decoded from the stored bytes."""
    rows = await connection.fetch(
        "select stream_id, body from event join item on item.tenant_id = event.tenant_id and item_id = stream_id"
        " where event.tenant_id = $1 order by stream_id, event.version",
        tenant,
    )
    found: dict[str, list[Event]] = {}
    for stream, body in rows:
        found.setdefault(str(stream), []).append(msgspec.json.decode(body, type=Event))
    return found


async def assert_sound(engine: Engine, connection: Any, tenant: str) -> dict[str, Item]:
    """Nothing lost, nothing doubled, every projection the fold of its events, everybody told; the items, refolded."""
    status = await engine.read.audit(tenant)
    assert status.verified, status.first_bad
    told = await histories(connection, tenant)
    await _commands(connection, tenant, told)
    items = await _states(connection, tenant, told)
    await _tasks(connection, tenant, items, told)
    await _prompts(connection, tenant)
    _moments(told)
    return items


async def _commands(connection: Any, tenant: str, told: dict[str, list[Event]]) -> None:
    """Each command is settled, and made one event at the most."""
    waiting = await connection.fetch("select command_id from command where tenant_id = $1 and done_at is null", tenant)
    assert not waiting, "accepted and never decided"
    made = Counter(event.command for events in told.values() for event in events)
    assert [one for one, times in made.items() if times > 1] == [], "decided twice"
    settled = await connection.fetch("select command_id from command where tenant_id = $1", tenant)
    assert made.keys() <= {str(one) for (one,) in settled}, "an event whose command nobody knows any more"


async def _states(connection: Any, tenant: str, told: dict[str, list[Event]]) -> dict[str, Item]:
    """The fold of what is stored is the state that is stored; nothing that is due was left lying."""
    rows = await connection.fetch(
        "select item_id, version, state, place, next_at, ended_at, next_at <= clock(tenant_id) as due"
        " from item where tenant_id = $1",
        tenant,
    )
    assert {str(row["item_id"]) for row in rows} == told.keys()
    items = {}
    for row in rows:
        name = str(row["item_id"])
        item = refold(tenant, told[name])
        assert item is not None
        assert msgspec.json.encode(item) == row["state"], name
        kept = (row["version"], row["place"], row["next_at"], row["ended_at"])
        assert kept == (len(told[name]), item.place, item.next_at, item.ended)
        assert not row["due"], "a moment has passed, and nothing came of it"
        items[name] = item
    return items


async def _tasks(connection: Any, tenant: str, items: dict[str, Item], told: dict[str, list[Event]]) -> None:
    """What is open in the items is open in the rows, every vote has its row, and nobody is two things in one item."""
    rows = await connection.fetch("select * from task where tenant_id = $1", tenant)
    opened = {(str(r["item_id"]), r["task_no"], str(r["holder"])) for r in rows if r["closed_at"] is None}
    assert opened == {
        (item.id, task.no, task.person)
        for item in items.values() for run in item.runs.values() for task in run.tasks.values() if task.state == "open"
    }  # fmt: skip
    voted = {
        (name, fact.task, fact.person, fact.choice)
        for name, events in told.items() for event in events for fact in event.facts if isinstance(fact, Voted)
    }  # fmt: skip
    assert voted == {
        (str(r["item_id"]), r["task_no"], str(r["person_id"]), r["choice"]) for r in rows if r["choice"] is not None
    }
    parts: dict[tuple[str, str], str] = {}
    for row in rows:
        if row["choice"] is not None and row["decides"]:
            item, person = str(row["item_id"]), str(row["person_id"])
            assert person != items[item].submitter, "who handed it in decides nothing"
            assert parts.setdefault((item, person), row["part"]) == row["part"], "one person, one tier"


async def _prompts(connection: Any, tenant: str) -> None:
    """Every task that was ever open was prompted in each of its holder's chats, once; somebody without one is owed it still."""
    rows = await connection.fetch(
        """
        select k.item_id, k.task_no, k.holder, a.chat_id, count(d.delivery_no) as copies
        from task k
        left join account a on a.tenant_id = k.tenant_id and a.person_id = k.holder and a.revoked_at is null
        left join delivery d on d.tenant_id = k.tenant_id and d.stream_id = k.item_id and d.topic = k.task_no
            and d.person_id = k.holder and d.chat_id is not distinct from a.chat_id
        where k.tenant_id = $1 group by 1, 2, 3, 4 having count(d.delivery_no) <> 1
        """,
        tenant,
    )
    assert rows == [], "a task without its one prompt"
    silent = await connection.fetch(
        """
        select d.stream_id, d.topic from delivery d
        where d.tenant_id = $1 and d.chat_id is not null and d.sent = 0 and d.dead_at is null and d.digest is null and not exists (
            select from owed o where o.tenant_id = $1 and o.stream_id = d.stream_id and o.topic = d.topic
                and o.delivery_no = d.delivery_no and o.chat_id = d.chat_id
        )
        """,
        tenant,
    )
    assert silent == [], "neither shown, nor owed, nor a dead letter"


def _moments(told: dict[str, list[Event]]) -> None:
    """Time never runs back within an item. Only the system acts at moments, when they have come; of one opening of a step each fires once."""
    for name, events in told.items():
        assert all(one.at <= other.at for one, other in pairwise(events)), name
        left: dict[int, tuple[Moment, ...]] = {}
        for event in events:
            for fact in event.facts:
                if isinstance(fact, Opened):
                    left[fact.run] = fact.moments
                elif isinstance(fact, Timed):
                    gone = [one for one in left[fact.run] if one not in fact.moments]
                    assert event.actor == SYSTEM, name
                    assert all(one.at <= event.at for one in gone), "before its time"
                    assert sorted(one.kind for one in gone) == sorted(fact.fired), name
                    assert len(gone) + len(fact.moments) == len(left[fact.run]), "moments come from nowhere"
                    left[fact.run] = fact.moments

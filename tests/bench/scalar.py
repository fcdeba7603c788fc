"""The scalar call: its script for pgbench, made of the very rows that the engine wrote for the two approvals of one item."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from tests.bench import scene
from tests.bench.ground import Ground, opened, settle
from workflow.domain.command import Answer

SAMPLE = 2
"""The item that the engine approves, to be written again by the scalar call for every other item."""

SCRIPT = """
\\set n :first + (:k / 2) * :clients + :client_id
\\if :k % 2 = 0
{}
\\else
{}
\\endif
"""
CALL = """select bench.approve('{tenant}', {organisation}, :n, {step}, '{{{places}}}', '{next_at}', {before}, {head}, {state}, {body},
    {answer}, '{reviewer}', '{part}', {known}, '{{{shown}}}', '{{{holders}}}', array[{prompts}]::bytea[])"""

WRITTEN = """
select count(*), coalesce(sum(pg_column_size(r.*)), 0) from {table} r where r.xmin = $1::text::xid
"""


async def script(ground: Ground) -> str:
    """Approve the sample through the engine at both steps, and say the same to bench.approve, a call each."""
    connection = await asyncpg.connect(ground.superuser_url)
    try:
        async with opened(ground.app_url) as engine:
            calls = []
            for step in (1, 2):
                before = await connection.fetchrow("select * from item where item_id = $1", scene.item_id(SAMPLE))
                assert isinstance(await settle(engine, ground.cast.approval(SAMPLE, step)), Answer)
                calls.append(await _call(connection, ground, step, before))
    finally:
        await connection.close()
    return SCRIPT.format(*calls)


async def _call(connection: Any, ground: Ground, step: int, before: Any) -> str:
    """What the engine wrote for the sample at this step, as one call."""
    item, command = scene.item_id(SAMPLE), scene.command_id(SAMPLE, step)
    row = await connection.fetchrow("select * from item where item_id = $1", item)
    body = await connection.fetchval("select body from event where stream_id = $1 and version = $2", item, step + 1)
    answer = await connection.fetchval("select answer from command where command_id = $1", command)
    voted = await connection.fetchrow("select * from task where item_id = $1 and task_no = $2", item, step)
    opened_ = await connection.fetch(
        "select task_no, holder from task where item_id = $1 and place = $2 order by task_no", item, row["place"]
    )
    known = opened_[0]["task_no"] - 1
    prompts = await connection.fetch(
        "select about from delivery where stream_id = $1 and topic > $2 order by topic", item, known
    )
    version = await connection.fetchval(
        "select organisation_version from tenant where tenant_id = $1", ground.cast.tenant
    )
    return CALL.format(
        tenant=ground.cast.tenant, organisation=version, step=step, places=f"{before['place']},{row['place']}",
        next_at=row["next_at"].isoformat(), before=_bytes(before["head"]), head=_bytes(row["head"]), state=_bytes(row["state"]),
        body=_bytes(body), answer=_bytes(answer), reviewer=voted["person_id"], part=voted["part"], known=known,
        shown=",".join(map(str, (0, *range(step, known + 1)))), holders=",".join(str(one["holder"]) for one in opened_),
        prompts=", ".join(_bytes(one["about"]) for one in prompts),
    )  # fmt: skip


class Written(msgspec.Struct, frozen=True):
    """What the transaction that last changed an item wrote: rows and bytes by table."""

    rows: dict[str, int]
    bytes: dict[str, int]

    @classmethod
    async def of(cls, url: str, item: str) -> Written:
        """Look at every table for rows of that transaction."""
        connection = await asyncpg.connect(url)
        try:
            xid = str(await connection.fetchval("select xmin::text from item where item_id = $1", item))
            tables = await connection.fetch(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            )
            found = {
                one["relname"]: await connection.fetchrow(WRITTEN.format(table=one["relname"]), xid) for one in tables
            }
        finally:
            await connection.close()
        return cls(
            *({table: int(row[n]) for table, row in found.items() if row is not None and row[0]} for n in (0, 1))
        )


def _bytes(value: bytes) -> str:
    return f"'\\x{value.hex()}'"

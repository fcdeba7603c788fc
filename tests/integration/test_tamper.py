"""A history that was really played, and somebody who may do anything to its tables: whatever is changed is found and named."""

# ruff: noqa: S608 - the statements are the attacks, and are written here

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.integration.rig import ORGANISATION, House, house, labels
from tests.integration.sound import assert_sound, superuser
from workflow.domain.command import Answer
from workflow.journal import chain
from workflow.store import ids
from workflow.talk.view import Attachment

FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000, 附件?: file pdf } }
steps:
  初审: { review: 站.审核员, due: 1工作日 }
  复审: { review: 所.审核员, need: all, back: [提交人, 初审] }
  编号: { do: [ { number: { 项目编号: DX-<0001 每年> } } ] }
"""
LOG = ("event", "item", "task", "stream", "content", "file_part")

BODY = "set_byte(body, 60, get_byte(body, 60) # 1)"
"""One bit of one byte."""

ATTACKS: dict[str, tuple[str, int | None, str]] = {
    "one byte of a body": (f"update event set body = {BODY} where stream_id = $1 and version = 3", 3, "changed"),
    "one byte of the first body": (f"update event set body = {BODY} where stream_id = $1 and version = 1", 1, "changed"),
    "one byte of a leaf": ("update event set leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) where stream_id = $1 and version = 3", 3, "changed"),
    "another time beside the body": ("update event set at = at - interval '1 day' where stream_id = $1 and version = 2", 2, "say"),
    "an event is gone": ("delete from event where stream_id = $1 and version = 3", 3, "missing"),
    "the first is gone": ("delete from event where stream_id = $1 and version = 1", 1, "missing"),
    "the last is gone": ("delete from event where stream_id = $1 and version = $2", None, "stored"),
    "all are gone": ("delete from event where stream_id = $1", 1, "0 are stored"),
    "two are swapped": (
        ("update event e set body = o.body, leaf = o.leaf, at = o.at from event o where e.stream_id = $1 and o.stream_id = $1"
        " and (e.version, o.version) in ((2, 3), (3, 2))"), 2, "changed",
    ),
    "two bodies are swapped": (
        ("update event e set body = o.body, at = o.at from event o where e.stream_id = $1 and o.stream_id = $1"
        " and (e.version, o.version) in ((2, 3), (3, 2))"), 2, "changed",
    ),
    "one is put in at the end": (
        "insert into event select tenant_id, stream_id, $2::int + 1, at, body, leaf from event where stream_id = $1 and version = $2", -1, "changed",
    ),
    "one is put in between": (
        ("with moved as (update event set version = version + 1000 where stream_id = $1 and version >= 3 returning *)"
        " insert into event select tenant_id, stream_id, 3, at, body, leaf from moved where version = 1003"), 4, "missing",
    ),
    "one is put into a stream that nobody has": (
        "insert into event select tenant_id, gen_random_uuid(), 1, at, body, leaf from event where stream_id = $1 and version = 1", 1, "no item",
    ),
    "the state": ("update item set state = convert_to(replace(convert_from(state, 'UTF8'), '\"人数\":90', '\"人数\":91'), 'UTF8') where item_id = $1", 0, "form"),
    "the state is no state": ("update item set state = 'x' where item_id = $1", 0, "no item"),
    "where it stands": ("update item set place = '初审' where item_id = $1", 0, "place"),
    "when it ended": ("update item set ended_at = ended_at + interval '1 second' where item_id = $1", 0, "ended_at"),
    "who handed it in": ("update item set submitter_id = gen_random_uuid() where item_id = $1", 0, "submitter"),
    "its code": ("update item set code = 'STOLEN' where item_id = $1", 0, "code"),
    "its version": ("update item set version = version - 1 where item_id = $1", None, "stored"),
    "its head": ("update item set head = set_byte(head, 0, get_byte(head, 0) # 1) where item_id = $1", None, "head"),
    "a vote": ("update task set choice = 'reject' where item_id = $1 and task_no = 1", 0, "tasks"),
    "whose a vote is": ("update task set holder = gen_random_uuid() where item_id = $1 and task_no = 1", 0, "tasks"),
    "a task is gone": ("delete from task where item_id = $1 and task_no = 1", 0, "tasks"),
    "a task is put in": (
        ("insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, opened_at)"
        " select tenant_id, item_id, 99, run, place, round, holder, decides, opened_at from task where item_id = $1 and task_no = 1"), 0, "tasks",
    ),
}  # fmt: skip
"""What is done to the item $1, whose last version is $2: the version that is named (None: the last, -1: one beyond), and how."""


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW,)) as opened:
        yield opened


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


@pytest.fixture
async def played(here: House, root: Any) -> str:
    """An item with everything in it: a file, a return in a chat, another round, a transfer, lateness, a number; refusals beside it."""
    paper = await here.engine.files.upload(here.tenant, here.people["报"], "方案.pdf", _pdf())
    assert isinstance(paper, Attachment)
    begun = await here.do("submit", "报", flow="walk", form={"标题": "我的中国心", "人数": 80, "附件": paper.file})
    assert isinstance(begun, Answer), begun
    item = begun.item
    await here.do("approve", "外", item)
    await here.settled()
    await here.press("甲", next(one for one in labels(here.chat("甲")[0].view) if one == "退回"))
    await here.type("甲", "人数请写准确")
    await here.settled()
    await here.do("resubmit", "报", item, form={"人数": 90})
    await here.engine.demonstration.advance(here.tenant, await here.engine.read.now(here.tenant) + timedelta(days=4))
    await here.do("comment", "报", item, comment="请尽快")
    await here.do("approve", "甲", item)
    await here.do("transfer", "乙", item, to=here.people["外"], comment="请你看")
    await here.do("approve", "外", item)
    last = await here.do("approve", "丙", item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.settled()
    assert isinstance(await here.do("submit", "报", flow="walk", form={"标题": "众志成城", "人数": 3}), Answer)
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)
    return item


async def _pdf() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7\n" + b"x" * 600_000


class Vault:
    """What the log was, so that after each attack all is as before."""

    def __init__(self, root: Any) -> None:
        self.root = root

    async def keep(self) -> None:
        await self.root.execute("set session_replication_role = replica")  # this one may do anything
        for name in LOG:
            await self.root.execute(f"create table kept_{name} as table {name}")

    async def restore(self) -> None:
        for name in LOG:
            await self.root.execute(f"delete from {name}")
            await self.root.execute(f"insert into {name} select * from kept_{name}")


async def test_whatever_a_superuser_does_to_an_item_is_found_and_named(here: House, root: Any, played: str) -> None:
    vault, last = Vault(root), await root.fetchval("select version from item where item_id = $1", played)
    await vault.keep()
    wrong = {}
    for name, (statement, version, word) in ATTACKS.items():
        arguments = [played, last] if "$2" in statement else [played]
        assert (await root.execute(statement, *arguments)).rpartition(" ")[2] != "0", name
        found = (await here.engine.read.audit(here.tenant)).first_bad
        named = {None: last, -1: last + 1}.get(version, version)
        stream = played if word != "no item" or version == 0 else ""
        if not found.startswith(stream) or f" #{named}: " not in found or word not in found:
            wrong[name] = found
        await vault.restore()
        assert (await here.engine.read.audit(here.tenant)).verified, name
    assert wrong == {}


async def test_deeds_of_people_and_administrators_are_found_too(here: House, root: Any, played: str) -> None:
    vault = Vault(root)
    await vault.keep()
    for stream in (here.people["外"], ids.administration(here.tenant)):
        assert await root.fetchval("select count(*) from event where stream_id = $1", stream) >= 2
        for statement, version in (
            (f"update event set body = {BODY} where stream_id = $1 and version = 2", 2),
            ("delete from event where stream_id = $1 and version = 1", 1),
            ("delete from stream where stream_id = $1", 1),
        ):
            assert (await root.execute(statement, stream)).rpartition(" ")[2] != "0"
            found = (await here.engine.read.audit(here.tenant)).first_bad
            assert found.startswith(f"{stream} #{version}: "), found
            await vault.restore()


async def test_words_that_were_changed_are_found_and_words_that_were_erased_are_not_missed(
    here: House, root: Any, played: str
) -> None:
    """The log holds only what they commit to: so whoever changes a title, a reason or a page of a file is found by that."""
    vault = Vault(root)
    await vault.keep()
    for said, version in (("我的中国心", 1), ("人数请写准确", 2), ("请尽快", 5)):
        changed = await root.execute(
            "update content set body = body || 'x' where convert_from(body, 'UTF8') = $1", said
        )
        assert changed.rpartition(" ")[2] != "0", said
        found = (await here.engine.read.audit(here.tenant)).first_bad
        assert found.startswith(f"{played} #"), found
        assert "words" in found
        if version != 5:  # how many reminders lie before the last depends on the calendar
            assert found.startswith(f"{played} #{version}: "), found
        await vault.restore()
    for statement in (
        "update file_part set bytes = set_byte(bytes, 100, 1) where part = 1",
        "delete from file_part where part = 1",
        "update file_part set part = part + 10 where part = 0",
    ):
        await root.execute(statement)
        found = (await here.engine.read.audit(here.tenant)).first_bad
        assert found.startswith(f"{played} #1: "), found
        assert "file" in found
        await vault.restore()
    await root.execute("delete from content where subject = $1", here.people["报"])
    await root.execute("delete from file_part")
    assert (await here.engine.read.audit(here.tenant)).verified, "what is erased is forgotten, and the log still holds"


async def rewrite(root: Any, item: str, bodies: dict[int, bytes]) -> None:
    """Other bodies, and every hash made anew."""
    head = chain.NOTHING
    for version, body in bodies.items():
        head = chain.leaf(head, body)
        text = "update event set body = $3, leaf = $4 where stream_id = $1 and version = $2"
        await root.execute(text, item, version, body, head)
    await root.execute("update item set head = $2 where item_id = $1", item, head)


async def test_a_chain_made_anew_is_found_by_what_follows_from_it(here: House, root: Any, played: str) -> None:
    """Whoever can write can also hash. The item's state, tasks and row then tell another story."""
    told = await root.fetch("select version, body from event where stream_id = $1 order by version", played)
    await rewrite(
        root, played, {row["version"]: row["body"].replace(b'"choice":"return"', b'"choice":"reject"') for row in told}
    )
    found = (await here.engine.read.audit(here.tenant)).first_bad
    assert found.startswith(f"{played} #"), found


async def test_an_illegal_step_is_found_though_everything_agrees(here: House, root: Any, played: str) -> None:
    """An event that skips a step, well formed and well hashed: the machine of its flow knows no such edge."""
    body = await root.fetchval("select body from event where stream_id = $1 and version = 1", played)
    forged = body.replace('"place":"初审"'.encode(), '"place":"复审"'.encode())
    assert forged != body
    told = await root.fetch("select version, body from event where stream_id = $1 order by version", played)
    await rewrite(root, played, {row["version"]: forged if row["version"] == 1 else row["body"] for row in told})
    found = (await here.engine.read.audit(here.tenant)).first_bad
    assert found.startswith(f"{played} #1: "), found
    assert "edge" in found


async def test_one_tenants_trouble_is_not_anothers(here: House, root: Any, played: str, database: Any) -> None:
    async with house(
        database.app_url, organisation=ORGANISATION.replace("tenant: test", "tenant: other"), flows=(FLOW,)
    ) as there:
        await there.do("submit", "报", flow="walk", form={"标题": "别的地方", "人数": 1})
        await root.execute(f"update event set body = {BODY} where stream_id = $1 and version = 2", played)
        assert not (await here.engine.read.audit(here.tenant)).verified
        assert (await there.engine.read.audit(there.tenant)).verified


def guankou(database: Any, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUANKOU_")}
    environment |= {"GUANKOU_DATABASE_URL": database.app_url, "GUANKOU_DATA": str(folder), "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", "from workflow.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


async def test_the_command_line_says_which_event(
    here: House, root: Any, played: str, database: Any, tmp_path: Path
) -> None:
    holds = guankou(database, tmp_path, "audit", "verify")
    assert holds.returncode == 0, holds.stderr
    await root.execute(f"update event set body = {BODY} where stream_id = $1 and version = 3", played)
    broken = guankou(database, tmp_path, "audit", "verify")
    assert broken.returncode == 1
    assert f"{played} #3" in "".join((broken.stdout + broken.stderr).split("\n"))


FORBIDDEN = (
    "update event set body = body",
    "delete from event",
    "truncate event",
    "insert into event select * from event on conflict (tenant_id, stream_id, version) do update set body = excluded.body",
    "merge into event e using event o on e.version = o.version when matched then delete",
    "select * from event for update",
    "lock table event in access exclusive mode",
    "alter table event disable trigger all",
    "alter table event disable row level security",
    "alter table event owner to guankou_app",
    "create rule forget as on insert to event do instead nothing",
    "create trigger forget before insert on event execute function clock()",
    "drop policy own_tenant on event",
    "alter function commit_decisions owner to guankou_app",
    "create or replace function clock(t uuid) returns timestamptz language sql as 'select now()'",
    "set session_replication_role = replica",
    "set role guankou_owner",
    "set session authorization guankou_owner",
    "copy event from program 'true'",
    "drop table event",
    "delete from item",
    "delete from party",
    "delete from task",
    "update party set part = 'x'",
    "delete from stream",
    "update flow_version set source = ''",
    "delete from command",
)


async def test_the_application_cannot_touch_what_was_written(
    here: House, root: Any, played: str, database: Any
) -> None:
    rights = "select grantee, privilege_type from information_schema.role_table_grants where table_name = 'event' order by 1, 2"
    before = await root.fetch(rights)
    connection = await asyncpg.connect(database.app_url)
    allowed = []
    try:
        await connection.execute("select set_config('guankou.tenant', $1, false)", here.tenant)
        assert await connection.fetchval("select count(*) from event") > 5, "they are before its eyes"
        await connection.execute("grant all on event to guankou_app")  # a warning: nothing was granted
        for statement in FORBIDDEN:
            try:
                async with connection.transaction():
                    await connection.execute(statement)
                allowed.append(statement)
            except asyncpg.InsufficientPrivilegeError:
                pass
    finally:
        await connection.close()
    assert allowed == []
    assert await root.fetch(rights) == before
    await assert_sound(here.engine, root, here.tenant)

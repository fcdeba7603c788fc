"""Telegram on the local Bot API server: prompts owed to many chats leave at the pace allowed, and a press changes its prompt at once.

The server and its people are this process, the engine with its bot another, PostgreSQL a third: nobody's time is another's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from uuid import uuid4

import asyncpg
import msgspec

from tests.bench.ground import HERE, opened
from tests.bench.pgbench import Rate
from tests.telegram.server import BotApi, Client, Query
from workflow.domain.command import Answer, Command
from workflow.engine.apply import Source
from workflow.engine.engine import Engine
from workflow.store import tenants
from workflow.store.embedded import SUPERUSER, EmbeddedServer

ORGANISATION = """
organisation: chats
title: 许多聊天
tenant: chats
tiers: [所, 站]
roles: [协调员, 审核员, 管理员]
units:
  所甲: {{ tier: 所 }}
{units}
people:
  报: {{ roles: [{posts}] }}
  管: {{ roles: [所甲.管理员] }}
{people}
"""
FLOW = """
flow: chats
title: 一人一步
start: { by: 站.协调员, form: { 标题: text 2..40, 说明: text 2..200 } }
steps:
  初审: { review: 站.审核员 }
"""
FIRST = 700_400_000
"""The account of the first chat; the others follow."""
SEAT = """
with seated as (
    insert into chat (tenant_id, bot, external_id) select $1, 'telegram', unnest($2::text[])
    returning tenant_id, chat_id, external_id
)
insert into account (tenant_id, bot, external_id, person_id, chat_id, linked_at)
select tenant_id, 'telegram', external_id, given.person, chat_id, now()
from seated join unnest($2::text[], $3::uuid[]) as given (account, person) on external_id = given.account
"""
EMPTY = 4.0
"""Seconds after which the bucket of every chat, and that of all, is empty again."""
SLOWEST = 30.0
"""Seconds within which everything that was pressed is shown."""


class Chats(msgspec.Struct, frozen=True):
    """So many prompts are owed to so many chats at once; then so many of them are pressed, so fast, in the first `pressing` in turn."""

    chats: int = 300
    prompts: int = 1000
    pressing: int = 60
    presses: int = 200
    per_second: float = 20.0


class Spoken(msgspec.Struct, frozen=True):
    """Seconds from the first prompt to the last; milliseconds from a press to its edited prompt, and to its toast; 429s that were earned."""

    seconds: float
    edit: Rate
    toast: Rate
    provoked: int


async def telegram(running: EmbeddedServer, size: Chats) -> Spoken:
    """Play it on a running database."""
    async with BotApi() as server:
        people = [server.person(FIRST + no, f"审{no}") for no in range(size.chats)]
        for one in people:
            one.private()
        tenant = await _owed(running, size.chats, size.prompts)
        async with _speaking(running, server, tenant):
            seconds = await _sent(server, size.prompts)
            await asyncio.sleep(EMPTY)
            taken = await _pressed(server, people[: size.pressing], size.presses, size.per_second)
        assert not server.refused, server.refused[:3]
        began = min(press.at for press, _, _ in taken)
        edits = [(shown, (shown - press.at) * 1000) for press, shown, _ in taken]
        toasts = [(answered, (answered - press.at) * 1000) for press, _, answered in taken]
        return Spoken(seconds, Rate.of(began, [edits]), Rate.of(began, [toasts]), server.provoked429)


async def _owed(running: EmbeddedServer, chats: int, prompts: int) -> str:
    """A tenant whose reviewers have Telegram and are owed their prompts, while nobody speaks there yet."""
    units = "\n".join(f"  站{n}: {{ tier: 站, parent: 所甲 }}" for n in range(chats))
    posts = ", ".join(f"站{n}.协调员" for n in range(chats))
    people = "\n".join(f"  审{n}: {{ roles: [站{n}.审核员] }}" for n in range(chats))
    text = ORGANISATION.format(units=units, posts=posts, people=people)
    async with opened(running.app_url) as engine:
        applied = await engine.apply([Source("chats.yaml", text.encode()), Source("chats.yaml", FLOW.encode())])
        assert applied.ok, applied.findings[:3]
        tenant = applied.tenant
        await tenants.make_bot(engine.database, tenant, "telegram", "telegram")
        ids = {one.key: one.id for one in (await engine.read.organisation(tenant)).people}
        connection = await asyncpg.connect(running.url(SUPERUSER))
        try:
            accounts = [str(FIRST + no) for no in range(chats)]
            await connection.execute(SEAT, tenant, accounts, [ids[f"审{no}"] for no in range(chats)])
        finally:
            await connection.close()
        for first in range(0, prompts, 64):
            some = range(first, min(first + 64, prompts))
            await asyncio.gather(*(_submitted(engine, tenant, ids["报"], no, f"站{no % chats}") for no in some))
    return tenant


async def _submitted(engine: Engine, tenant: str, submitter: str, no: int, unit: str) -> None:
    form = {"标题": f"清明祭扫 {no}", "说明": "缅怀革命先烈，酒仙桥街道烈士陵园东门集合，请各站按时到场。"}
    args = {"flow": "chats", "unit": unit, "form": form}
    done = await engine.perform(Command(str(uuid4()), tenant, str(uuid4()), "submit", submitter, "web", args))
    assert isinstance(done, Answer), done


@asynccontextmanager
async def _speaking(running: EmbeddedServer, server: BotApi, tenant: str) -> AsyncIterator[None]:
    """The engine and its bot, in a process of their own."""
    bot = {"GUANKOU_TELEGRAM_TOKEN": server.token, "GUANKOU_TELEGRAM_API_URL": server.url}
    words = [sys.executable, "-m", "tests.bench.bot", running.app_url, tenant]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=HERE.parents[1], env=os.environ | bot, stdin=asyncio.subprocess.PIPE
    )
    try:
        await server.until_polled(20)
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def _sent(server: BotApi, prompts: int) -> float:
    """Seconds from the first prompt to the last."""
    async with asyncio.timeout(prompts / 10 + 30):
        while len(server.called("sendMessage")) < prompts:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.05)
    calls = server.called("sendMessage")
    return calls[prompts - 1].at - calls[0].at


async def _pressed(
    server: BotApi, people: Sequence[Client], presses: int, per_second: float
) -> list[tuple[Query, float, float]]:
    """Each press with the moments at which its prompt was edited and its toast came."""
    edited: dict[tuple[int, int], float] = {}
    waiting = [(people[no % len(people)].private(), no // len(people)) for no in range(presses)]
    pressed: list[Query] = []
    began = monotonic()
    for no, (chat, place) in enumerate(waiting):
        await asyncio.sleep(max(0.0, began + no / per_second - monotonic()))
        pressed.append(people[no % len(people)].pressed(chat, chat.said[place].id, "通过"))
    async with asyncio.timeout(SLOWEST):
        while len(edited) < presses or not all(one.done.is_set() for one in pressed):
            await asyncio.sleep(0.05)
            for call in server.called("editMessageText"):
                edited.setdefault((int(call.params["chat_id"]), int(call.params["message_id"])), call.at)
    answered = {str(call.params["callback_query_id"]): call.at for call in server.called("answerCallbackQuery")}
    return [(one, edited[one.message.chat.id, one.message.id], answered[one.id]) for one in pressed]

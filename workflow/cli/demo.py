"""`guankou demo`: a real organisation and its flows in a tenant of their own, on this machine alone; looked at, or played by itself."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

import msgspec

from workflow.cli import printing, shipped, sources
from workflow.cli.demonstration.acts import Scene
from workflow.cli.demonstration.player import Player
from workflow.cli.demonstration.plays import DISTRICT, PLAYS, Play
from workflow.cli.demonstration.script import UNDER_WAY
from workflow.cli.demonstration.telling import Telling
from workflow.cli.house import House, Place, database, opened, settings
from workflow.cli.serving import Choose, free_port, served, until_told
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.engine.apply import Source
from workflow.engine.ledger import Ledger
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.store import audit as log
from workflow.store import tally, tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant

TENANT: Final = "demo"
"""The tenant that `guankou demo` shows, kept between starts; one that is played is a fresh one each time."""


class Audit(msgspec.Struct, frozen=True):
    """What the audit found after the demonstration."""

    events: int
    verified: bool


class Outcome(msgspec.Struct, frozen=True):
    """The last line of `--json`."""

    items: int
    decisions: int
    by_state: dict[str, int]
    prompts_sent: int
    audit: Audit


# ------------------------------------------------------------------------------------------------ to look at


def serve(host: str, port: int) -> int:
    """The web chat with items under way, until it is stopped."""
    of = _quiet(settings())
    with database(of) as place:
        run(_serve(of, place, host, port))
    return 0


async def _serve(of: Settings, place: Place, host: str, port: int) -> None:
    chosen = free_port(host, port)
    if chosen != port:
        printing.note(say(f"端口 {port} 已被占用，改用 {chosen}。", f"Port {port} is taken; this is {chosen}."))
    printing.note(say("正在准备演示……", "Preparing the demonstration …"))
    await _prepare(of, place, TENANT, DISTRICT)
    async with served(of, place, _tenant(TENANT), host=host, port=chosen, demo=True) as (house, tenant, address):
        if not (await tally.of(house.database, tenant.id)).items:
            unmet = await _played(house, tenant, address, UNDER_WAY, Telling(lambda _: None))
            for one in unmet:
                printing.note(f"✗ {one}")
        printing.note(
            say(
                f"演示在 {address} ，挑一个人进去看看。按 Ctrl-C 停止。",
                f"The demonstration is at {address}: pick somebody and look around. Stop it with Ctrl-C.",
            )
        )
        await until_told()
    printing.note(say("已停止。", "Stopped."))


# ------------------------------------------------------------------------------------------------ by itself


def headless(*, json: bool) -> int:
    """Plays the whole script over HTTP in a fresh tenant; 1 when anything was not as expected, and says what."""
    of = _quiet(settings())
    with database(of) as place:
        return run(_headless(of, place, json=json))


async def _headless(of: Settings, place: Place, *, json: bool) -> int:
    began, unmet = time.monotonic(), list[str]()
    outcomes = []
    for play in PLAYS:
        name = "-".join(filter(None, (TENANT, play.house, secrets.token_hex(4))))
        await _prepare(of, place, name, play)
        async with served(of, place, _tenant(name), host="127.0.0.1", port=0, demo=True) as (house, tenant, address):
            _write(say(f"租户 {name}，{address}", f"tenant {name}, {address}"))
            unmet += await _played(house, tenant, address, play.scenes, Telling(_write))
            outcomes.append(await outcome_of(house, tenant))
        unmet += _unexpected(outcomes[-1], play)
        _write("")
    outcome = _whole(outcomes)
    for one in unmet:
        _write(f"✗ {one}")
    _write(_conclusion(outcome, len(unmet), time.monotonic() - began))
    if json:
        printing.json(outcome)
    return int(bool(unmet))


def _whole(outcomes: Sequence[Outcome]) -> Outcome:
    """All plays together."""
    states: Counter[str] = Counter()
    for one in outcomes:
        states.update(one.by_state)
    return Outcome(
        sum(one.items for one in outcomes), sum(one.decisions for one in outcomes), dict(sorted(states.items())),
        sum(one.prompts_sent for one in outcomes),
        Audit(sum(one.audit.events for one in outcomes), all(one.audit.verified for one in outcomes)),
    )  # fmt: skip


def _unexpected(outcome: Outcome, play: Play) -> list[str]:
    found = []
    if outcome.by_state != play.expected:
        found.append(
            say(
                f"结果应为 {play.expected}，实为 {outcome.by_state}",
                f"{play.expected} was expected, {outcome.by_state} came of it",
            )
        )
    if not outcome.audit.verified:
        found.append(say("审计日志不成立", "the audit log does not hold"))
    return found


def _conclusion(outcome: Outcome, unmet: int, seconds: float) -> str:
    states = ", ".join(f"{state} {n}" for state, n in outcome.by_state.items())
    return say(
        f"{outcome.items} 个事项（{states}），{outcome.decisions} 个决定，{outcome.prompts_sent} 条待办提示，"
        f"{outcome.audit.events} 个审计事件{'全部成立' if outcome.audit.verified else '不成立'}，{seconds:.0f} 秒；"
        + ("全部符合预期。" if not unmet else f"{unmet} 处不符合预期。"),
        f"{outcome.items} items ({states}), {outcome.decisions} decisions, {outcome.prompts_sent} prompts, "
        f"{outcome.audit.events} audit events that {'all hold' if outcome.audit.verified else 'do not hold'}, {seconds:.0f} s; "
        + ("all as expected." if not unmet else f"{unmet} not as expected."),
    )


async def outcome_of(house: House, tenant: Tenant) -> Outcome:
    """What became of a tenant's items, and whether its log holds."""
    told = await tally.of(house.database, tenant.id)
    verdict = await log.verify(house.database, tenant.id, await house.machines(tenant.id))
    return Outcome(
        told.items, told.decisions, told.by_state, told.prompts_sent, Audit(verdict.events, verdict.verified)
    )


# ------------------------------------------------------------------------------------------------ both


async def _prepare(of: Settings, place: Place, name: str, play: Play) -> None:
    """The tenant, its organisation, its lists and its flows, in force; what its accounts begin with, once."""
    async with opened(of, place) as house:
        rules = sources.read([shipped.flows() / play.house], alone=True)
        given = [Source(str(one.path), one.text, one.beside) for one in rules]
        applied = await house.engine.apply(given, tenant=name, demonstration=True)
        if not applied.ok:
            lines = [
                f"{file}:{one.line}:{one.column} {one.code} {say(one.message_zh, one.message_en)}"
                for file, one in applied.findings
            ]
            raise Stop(
                say("自带的组织或流程装不进去。", "What comes with guankou cannot be applied. ") + applied.problem,
                "\n".join(lines),
            )

        tenant = await house.tenant(name)
        books = Ledger(house.database, house.engine.definitions)
        for no, one in enumerate(play.credits):
            actor = (await house.person(tenant.id, play.administrator)).id
            command = str(uuid5(UUID(tenant.id), f"credit {no}"))
            await books.credit(tenant.id, actor, one.currency, one.account, one.fen, one.reason, command=command)


def _tenant(name: str) -> Choose:
    async def choose(pool: Database) -> Tenant:
        found = await tenants.named(pool, name)
        if found is None or not found.demonstration:
            raise Stop(
                say(f"租户“{name}”不是演示租户。", f"The tenant “{name}” is no demonstration."),
                say(
                    "演示要用这个名字：换一个 GUANKOU_DATA 或数据库。",
                    "A demonstration needs that name: use another GUANKOU_DATA, or database.",
                ),
            )
        return found

    return choose


async def _played(house: House, tenant: Tenant, address: str, scenes: Sequence[Scene], telling: Telling) -> list[str]:
    """Play scenes in a thread of its own, as anybody outside would; what did not hold."""
    today = (await house.engine.read.now(tenant.id)).date()
    player = Player(address, today, telling)
    await asyncio.to_thread(player.play, scenes)
    return player.unmet


def _quiet(of: Settings) -> Settings:
    """A demonstration looks at the tables more often than a server need, so that nobody waits, and plays faster than people do."""
    return of.model_copy(update={"poll_seconds": min(of.poll_seconds, 0.5), "flood_burst": max(of.flood_burst, 1000)})


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

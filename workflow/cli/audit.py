"""`guankou audit …`: whether the log holds, what was written last, and the whole of it as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.domain.command import SYSTEM
from workflow.engine import acts
from workflow.store import audit as log

Output = Literal["text", "json"]


class Verdict(msgspec.Struct, frozen=True):
    """One tenant's log, as `--output json` prints it."""

    tenant: str
    events: int
    streams: int
    verified: bool
    first_bad: str


def verify(tenant: str, output: Output) -> int:
    """Every tenant's log, or one's; 1 naming the first bad event."""
    return with_house(_verify, tenant=tenant, output=output)


async def _verify(house: House, tenant: str, output: Output) -> int:
    found = []
    for one in await house.tenants(tenant):
        events, _ = await log.count(house.database, one.id)
        with printing.progress(one.name) as step:
            verdict = await log.verify(house.database, one.id, await house.machines(one.id), partial(step, events))
        found.append(Verdict(one.name, verdict.events, verdict.streams, verdict.verified, verdict.first_bad))
    if output == "json":
        printing.json(found)
    else:
        for told in found:
            _tell(told)
        if not found:
            printing.line(say("还没有租户，没有可核对的。", "There is no tenant yet, and nothing to verify."))
    return int(not all(one.verified for one in found))


def _tell(told: Verdict) -> None:
    if told.verified:
        printing.line(
            say(
                f"✓ {told.tenant}：{told.events} 个事件、{told.streams} 条链，全部成立。",
                f"✓ {told.tenant}: {told.events} events in {told.streams} streams, all of them hold.",
            ),
            "green",
        )
        return
    printing.line(
        say(f"✗ {told.tenant}：第一处不对：", f"✗ {told.tenant}: the first that is wrong: ") + told.first_bad,
        "bold red",
    )
    printing.line(
        say(
            "  → 日志或由它得出的状态被改过：停止使用，保留现场，与备份和导出的日志对照。",
            "  → The log, or what follows from it, was changed: stop using it, keep it as it is, compare it with a backup or an export.",
        )
    )


def tail(n: int, tenant: str, output: Output) -> int:
    """The latest events, the newest last."""
    return with_house(_tail, n=n, tenant=tenant, output=output)


async def _tail(house: House, n: int, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    entries = list(reversed(await log.tail(house.database, chosen.id, n)))
    if output == "json":
        for one in entries:
            printing.json(msgspec.structs.asdict(one) | {"leaf": one.leaf.hex()})
        return
    zone = ZoneInfo(chosen.time_zone)
    names = {one.id: one.name for one in (await house.organisation(chosen.id)).people}
    printing.table(
        (say("时间", "at"), say("事项", "item"), "#", say("动作", "verb"), say("谁", "who"), say("哈希", "leaf")),
        [
            (_moment(one.at, zone), one.code or one.stream[:8], one.version, one.verb, names.get(one.actor, one.actor), one.leaf.hex()[:16])
            for one in entries
        ],
    )  # fmt: skip


def export(file: Path, tenant: str) -> int:
    """The whole log as JSON Lines into a new file, or to standard output for `-`. That it was read stands in it too."""
    return with_house(_export, file=file, tenant=tenant)


async def _export(house: House, file: Path, tenant: str) -> None:
    chosen = await house.tenant(tenant)
    record = partial(acts.of_administration, tenant=chosen.id, verb="audit_exported", actor=SYSTEM, network="cli")
    await acts.transact(house.database, record)
    events, streams = await log.count(house.database, chosen.id)
    with sink(file) as write, printing.progress(chosen.name) as step:
        done = 0
        async for line in log.export(house.database, chosen.id):
            write(line if line.endswith(b"\n") else line + b"\n")
            done += 1
            step(events + streams + 2, done)
    printing.note(say(f"已导出 {events} 个事件。", f"{events} events exported."))


@contextmanager
def sink(file: Path) -> Iterator[Callable[[bytes], object]]:
    """Where an export goes: standard output for `-`, else a new file, which is there only once it is whole."""
    if str(file) == "-":
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    if file.exists():
        raise Stop(
            say(f"{file} 已经有了。", f"{file} is there already."),
            say("换一个文件名；导出从不覆盖。", "Choose another name: an export never overwrites."),
        )
    draft = file.with_name(f"{file.name}.partial")
    try:
        with draft.open("xb") as written:
            yield written.write
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

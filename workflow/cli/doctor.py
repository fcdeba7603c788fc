"""`guankou doctor`: whether this machine and this installation are in order, and what to do about what is not."""

from __future__ import annotations

import asyncio
import errno
import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from workflow.cli import house, networks, printing, shipped
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop, own_words, understood
from workflow.engine.keys import Keys, SecretFileError, keys_of
from workflow.engine.settings import Settings
from workflow.ports import OWN, Health
from workflow.store import embedded, migrate, roles, tenants
from workflow.store.pool import Database

OLDEST: Final = (3, 11)
OLDEST_POSTGRES: Final = 15
FREE: Final = 1 << 30
"""Bytes that should be free where the data is."""
APART: Final = 5.0
"""Seconds by which this machine's clock and the database's may differ."""
PATIENCE: Final = 10.0
"""Seconds in which a network should answer."""

State = Literal["good", "bad", "note"]
_SIGNS: Final[dict[State, tuple[str, str]]] = {
    "good": ("✓", "green"),
    "bad": ("✗", "bold red"),
    "note": ("·", "yellow"),
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `then` is what to do where it is not in order."""

    what: str
    state: State
    found: str
    then: str = ""


def doctor() -> int:
    """Everything in turn; 1 when something is wrong."""
    wrong = 0
    for check in checks():
        sign, style = _SIGNS[check.state]
        printing.line(f"{sign} {check.what}: {check.found}", style)
        if check.then:
            printing.line(f"  → {check.then}")
        wrong += check.state == "bad"
    printing.line(
        say("一切正常。", "All is well.") if not wrong else say(f"{wrong} 处有问题。", f"{wrong} to put right.")
    )
    return int(wrong > 0)


def checks() -> Iterator[Check]:
    """Each thing that is looked at, the ones that others rest on first."""
    yield python()
    yield installation()
    yield adapters()
    try:
        of = house.settings()
    except ValidationError as error:
        stop = understood(error)
        yield Check(say("设置", "settings"), "bad", stop.what, stop.next)
        return
    yield from data(of)
    yield from database(of)
    yield secret(of)
    yield from bots()
    yield port(int(os.environ.get("GUANKOU_PORT") or 8080))


def python() -> Check:
    """The interpreter."""
    found = platform.python_version()
    if sys.version_info >= OLDEST:
        return Check("Python", "good", found)
    wanted = ".".join(map(str, OLDEST))
    return Check("Python", "bad", found, say(f"需要 {wanted} 或更新版本。", f"{wanted} or later is needed."))


def installation() -> Check:
    """The distribution, its flows, its migrations."""
    what = say("安装", "installation")
    try:
        found = version("guankou")
        count = len(migrate.migrations())
        flows = sum(not one.stem.endswith(".test") for one in shipped.flows().glob("*.yaml"))
    except (PackageNotFoundError, migrate.MigrationError, StopIteration, OSError) as error:
        return Check(
            what,
            "bad",
            own_words(error),
            say(
                "重新安装：make setup，或 pip install 轮子文件。",
                "Install it again: make setup, or pip install the wheel.",
            ),
        )
    return Check(
        what, "good", say(f"{found}，{flows} 个流程，{count} 个迁移", f"{found}, {flows} flows, {count} migrations")
    )


def adapters() -> Check:
    """Every network that was found, loaded."""
    what = say("适配器", "adapters")
    names = networks.installed()
    for name, point in names.items():
        try:
            point.load()
        except Exception as error:  # noqa: BLE001 - whatever an adapter does when it is loaded
            return Check(
                what,
                "bad",
                f"{name}: {type(error).__name__}: {error}",
                say("重新安装提供它的包。", "Install the package that brings it again."),
            )
    if OWN not in names:
        return Check(
            what,
            "bad",
            ", ".join(names) or say("没有", "none"),
            say(f"重新安装 guankou：缺少 {OWN}。", f"Install guankou again: {OWN} is missing."),
        )
    return Check(what, "good", ", ".join(names))


def data(of: Settings) -> Iterator[Check]:
    """The data folder, and the room there."""
    what = say("数据目录", "data folder")
    there = next((one for one in (of.data, *of.data.parents) if one.exists()), Path("/"))
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield Check(
            what,
            "bad",
            f"{of.data}: {error.strerror}",
            say(
                "改它的权限，或用 GUANKOU_DATA 指定别处。", "Change its permissions, or name another with GUANKOU_DATA."
            ),
        )
        return
    yield Check(what, "good", str(of.data) + ("" if of.data.exists() else say("（还没有建立）", " (not made yet)")))
    free = shutil.disk_usage(there).free
    enough = free >= FREE
    yield Check(
        say("磁盘", "disk"), "good" if enough else "bad", say(f"剩余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB free"),
        "" if enough else say("腾出空间：至少 1 GB。", "Make room: at least 1 GB."),
    )  # fmt: skip


def database(of: Settings) -> list[Check]:
    """The database: the embedded server is started, and brought up to date, for the look."""
    try:
        with house.database(of) as place:
            if place.embedded:
                asyncio.run(house.up_to_date(place))
            return asyncio.run(_gathered(place))
    except (embedded.EmbeddedServerError, migrate.MigrationError, OSError, Stop) as error:
        stop = understood(error)
        return [Check("PostgreSQL", "bad", stop.what, stop.next)]


async def _gathered(place: house.Place) -> list[Check]:
    return [one async for one in database_checks(place)]


async def database_checks(place: house.Place) -> AsyncIterator[Check]:
    """The server is reached, as whom, how far its schema is, what time it has, which tenants there are."""
    what = "PostgreSQL"
    if not place.app:
        yield Check(
            what,
            "bad",
            say("没有设 GUANKOU_DATABASE_URL", "GUANKOU_DATABASE_URL is not set"),
            say("设成应用角色的地址。", "Set it to the address of the application's role."),
        )
        return
    try:
        async with house.connected(place.app) as connection:
            release = connection.get_server_version()
            old = release.major < OLDEST_POSTGRES
            where = say("内嵌", "embedded") if place.embedded else say("外部", "external")
            yield Check(
                what,
                "bad" if old else "good",
                f"{connection.get_settings().server_version} ({where})",
                say(f"需要 {OLDEST_POSTGRES} 或更新版本。", f"{OLDEST_POSTGRES} or later is needed.") if old else "",
            )
            role = await roles.role(connection)
            yield Check(
                say("角色", "role"), "bad" if role.changes_the_log else "good", role.name,
                say("它能改审计日志：让 GUANKOU_DATABASE_URL 用 guankou_app 登录。", "It could change the audit log: let GUANKOU_DATABASE_URL sign in as guankou_app.") if role.changes_the_log else "",
            )  # fmt: skip
            lacking = await migrate.pending(connection)
            yield Check(
                say("迁移", "migrations"), "bad" if lacking else "good", say(f"缺 {len(lacking)} 个", f"{len(lacking)} pending") if lacking else say("最新", "up to date"),
                say("运行 guankou db up。", "Run `guankou db up`.") if lacking else "",
            )  # fmt: skip
            theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
            apart = abs((theirs - datetime.now(UTC)).total_seconds())
            late = apart > APART
            yield Check(
                say("时钟", "clock"), "bad" if late else "good", say(f"与数据库相差 {apart:.1f} 秒", f"{apart:.1f} s from the database's"),
                say("期限以数据库的时钟为准；请校准两台机器（NTP）。", "Deadlines go by the database's clock; set both machines right (NTP).") if late else "",
            )  # fmt: skip
        if not lacking:
            yield await _tenants(place)
    except Exception as error:  # noqa: BLE001 - a doctor says what is wrong, whatever it is
        stop = understood(error)
        yield Check(what, "bad", stop.what, stop.next)


async def _tenants(place: house.Place) -> Check:
    pool = await Database.open(place.app, size=1)
    try:
        known = await tenants.all(pool)
    finally:
        await pool.close()
    what = say("租户", "tenants")
    if not known:
        return Check(
            what,
            "note",
            say("还没有", "none yet"),
            say(
                "guankou apply 装入组织，或 guankou demo 看演示。",
                "`guankou apply` an organisation, or look at `guankou demo`.",
            ),
        )
    names = [one.name + (say("（演示）", " (demonstration)") if one.demonstration else "") for one in known]
    return Check(what, "good", ", ".join(names[:8]) + (" …" if len(names) > 8 else ""))


def secret(of: Settings) -> Check:
    """The secret: there, and nobody else's to read."""
    what = say("密钥文件", "secret file")
    if not of.secret_path.exists():
        return Check(
            what,
            "note",
            say(f"{of.secret_path} 还没有，首次启动时建立", f"{of.secret_path} is made at the first start"),
        )
    try:
        keys_of(of.secret_path)
    except SecretFileError as error:
        return Check(what, "bad", own_words(error))
    return Check(what, "good", str(of.secret_path))


def bots() -> list[Check]:
    """Every bot that is set up here: whether its network lets it in. Nothing is received, so one that runs goes on undisturbed."""
    return [asyncio.run(_bot(name, entry)) for name, entry in networks.installed().items() if name != OWN]


async def _bot(name: str, entry: EntryPoint) -> Check:
    try:
        # Nothing is signed or read here, so neither the tenant nor the secret counts.
        adapter = networks.adapter(entry, "", Keys(bytes(32)))
        if adapter is None:
            return Check(name, "note", say("没有设机器人", "no bot is set up here"))
        async with asyncio.timeout(PATIENCE):
            health = await adapter.probe()
    except TimeoutError:
        health = Health(ok=False, detail=say(f"{PATIENCE:.0f} 秒没有回答", f"no answer within {PATIENCE:.0f} s"))
    except Exception as error:  # noqa: BLE001 - a doctor says what is wrong, whatever it is
        stop = understood(error)
        return Check(name, "bad", stop.what, stop.next)
    if health.ok:
        return Check(name, "good", health.detail)
    return Check(
        name, "bad", health.detail,
        say("核对令牌和网络；docs/settings.md 列出了它的设置。", "Check its token and the way to its network; docs/settings.md lists its settings."),
    )  # fmt: skip


def port(wanted: int) -> Check:
    """Whether the web could listen."""
    what = say("端口", "port")
    try:
        with socket.create_server(("127.0.0.1", wanted)):
            return Check(what, "good", str(wanted))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return Check(
                what,
                "note",
                say(f"{wanted} 已有程序在用（也许就是 guankou）", f"{wanted} is taken (perhaps by guankou itself)"),
                say("另选一个：--port，或 GUANKOU_PORT。", "Choose another: --port, or GUANKOU_PORT."),
            )
        return Check(
            what,
            "bad",
            f"{wanted}: {error.strerror}",
            say("另选一个：--port，或 GUANKOU_PORT。", "Choose another: --port, or GUANKOU_PORT."),
        )

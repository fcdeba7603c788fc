"""`guankou db …`: where the database is, bringing it up to date, rebuilding states, backing it up and restoring it."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from workflow.cli import printing
from workflow.cli.house import House, Place, connected, database, settings, with_house
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.store import audit as log
from workflow.store import backup as backups
from workflow.store import migrate, roles
from workflow.store.pool import Database


def up() -> int:
    """Make or upgrade the schema, as the owner."""
    with database(settings()) as place:
        applied = asyncio.run(_migrate(owner_of(place)))
    for name in applied:
        printing.line(say(f"已应用 {name}", f"applied {name}"))
    printing.line(say("数据库结构是最新的。", "The schema is up to date."))
    return 0


async def _migrate(owner: str) -> list[str]:
    async with connected(owner) as connection:
        return await migrate.migrate(connection)


def owner_of(place: Place) -> str:
    """The owner's address; a Stop that says how to give it."""
    if place.owner is None:
        raise Stop(
            say("这要以属主的身份做，但没有设 GUANKOU_DATABASE_OWNER_URL。", "This is done as the owner, and GUANKOU_DATABASE_OWNER_URL is not set."),
            say(
                "设成属主的地址再运行，如 postgresql://guankou_owner:…@host/guankou。",
                "Set it to the owner's address and run this again: postgresql://guankou_owner:…@host/guankou",
            ),
        )  # fmt: skip
    return place.owner


def status() -> int:
    """Where it is and at which version; 1 when something is pending."""
    with database(settings()) as place:
        return asyncio.run(_status(place))


async def _status(place: Place) -> int:
    async with connected(place.app or owner_of(place)) as connection:
        lacking = await migrate.pending(connection)
        role = await roles.role(connection)
        release, name = connection.get_settings().server_version, await connection.fetchval("SELECT current_database()")
        rows = [
            (say("服务器", "server"), say("内嵌", "embedded") if place.embedded else say("外部", "external")),
            ("PostgreSQL", release),
            (say("数据库", "database"), name),
            (say("角色", "role"), role.name),
            (say("迁移", "migrations"), f"{len(migrate.migrations()) - len(lacking)}/{len(migrate.migrations())}"),
        ]  # fmt: skip
    printing.table(("", ""), rows)
    if lacking:
        sys.stderr.write(
            say("有迁移未应用，请运行 guankou db up：", "Pending; run `guankou db up`: ") + ", ".join(lacking) + "\n"
        )
    return int(bool(lacking))


def backup(file: Path) -> int:
    """Everything into one new file that only its owner may read."""
    with database(settings()) as place:
        backups.dump(owner_of(place), file)
    size = file.stat().st_size / 1_000_000
    printing.line(say(f"已备份到 {file}（{size:.1f} MB）。", f"Backed up into {file} ({size:.1f} MB)."))
    printing.line(
        say(
            "密钥文件不在备份里，请另外保存；没有它，已发出的按钮会失效。",
            "The secret file is not in it: keep a copy apart. Without it, buttons that were sent are useless.",
        )
    )
    return 0


def restore(file: Path) -> int:
    """A backup into an empty database; all of it or nothing."""
    if not file.is_file():
        raise Stop(
            say(f"没有 {file} 这个文件。", f"There is no file {file}."),
            say("给出 guankou db backup 写的文件。", "Name a file that `guankou db backup` wrote."),
        )
    with database(settings()) as place:
        backups.restore(owner_of(place), file)
        lacking = asyncio.run(_lacking(owner_of(place)))
    printing.line(say(f"已从 {file} 恢复。", f"Restored from {file}."))
    if lacking:
        printing.line(
            say("备份较旧：请运行 guankou db up。", "The backup is older than this guankou: run `guankou db up`.")
        )
    printing.line(say("请运行 guankou audit verify 核对日志。", "Run `guankou audit verify` to check the log."))
    return 0


async def _lacking(owner: str) -> list[str]:
    async with connected(owner) as connection:
        return await migrate.pending(connection)


def rebuild(tenant: str) -> int:
    """States, tasks and parties made anew from the events, as the owner, while nothing else runs."""
    return with_house(_rebuild, tenant=tenant)


async def _rebuild(house: House, tenant: str) -> None:
    owner = await Database.open(owner_of(house.place), size=1)
    try:
        for one in await house.tenants(tenant):
            events, _ = await log.count(owner, one.id)
            with printing.progress(one.name) as step:
                items, mended = await log.rebuild(owner, one.id, await house.machines(one.id), partial(step, events))
            printing.line(
                say(
                    f"{one.name}：{items} 个事项，其中 {mended} 个有变动。",
                    f"{one.name}: {items} items, {mended} of them mended.",
                )
            )
    except ValueError as error:
        raise Stop(
            say(f"没有重建任何东西，因为日志本身不成立：{error}", f"Nothing was rebuilt: {error}"),
            say(
                "先用 guankou audit verify 查清，再从备份恢复。",
                "Find out with `guankou audit verify`, then restore a backup.",
            ),
        ) from error
    finally:
        await owner.close()

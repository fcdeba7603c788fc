"""The runner of migrations: migrations/NNNN_name.sql, applied in order by the owner. What they say is theirs.

Each is applied in one transaction and recorded with its SHA-256 in `migration`, the one table without a tenant. Runners
that meet wait for one another. The application's role is made here as well, because roles belong to the whole server.
"""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

import asyncpg
import msgspec

from workflow.store.cluster import APP
from workflow.store.worded import WordedError

FOLDER = files("workflow.store") / "migrations"

FILE = re.compile(r"(\d{4})_[a-z0-9]+(?:_[a-z0-9]+)*\.sql")
# One file, one transaction: a file that ends it would be half applied when it fails.
TRANSACTION = re.compile(r"^\s*(?:begin|start\s+transaction|commit|rollback)\s*;", re.IGNORECASE | re.MULTILINE)

LOCK = int.from_bytes(hashlib.sha256(b"guankou migrations").digest()[:8], "big", signed=True)

# Two runners on two databases of one server may both be the first to see that the role is missing.
MAKE_APP = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN
        CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$
"""
MAKE_TABLE = f"""
CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY CHECK (number > 0),
    name text NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON migration TO {APP};
"""


class MigrationError(WordedError):
    """The schema cannot be brought up to date. The text says which file and what to do; nothing of it was applied."""


class Migration(msgspec.Struct, frozen=True):
    """One file: what it is called, what it says, and the hash that is remembered of it (line ends made Unix's)."""

    number: int
    name: str
    text: str
    sha256: bytes


def migrations(folder: Traversable = FOLDER) -> list[Migration]:
    """Read the folder's migrations in order. Raises MigrationError for a gap, a doublet or a name of another form."""
    found: list[Migration] = []
    for file in sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name
    ):
        text = file.read_bytes().decode().replace("\r\n", "\n")
        numbered = FILE.fullmatch(file.name)
        if not numbered:
            raise MigrationError(
                f"{file.name} 不是迁移文件的名字；应当像 0007_add_balance.sql",
                f"{file.name} is no name of a migration; expected like 0007_add_balance.sql",
            )
        if int(numbered[1]) != len(found) + 1:
            raise MigrationError(
                f"{file.name} 的位置上应当是 {len(found) + 1:04}：编号不能有空缺，也不能重复",
                f"{file.name} stands where {len(found) + 1:04} was expected: numbers have no gap and no double",
            )
        if ending := TRANSACTION.search(text):
            line = text.count("\n", 0, ending.end()) + 1
            raise MigrationError(
                f"{file.name}:{line} 开始或结束了事务；每个文件本来就是一个事务：请把它删掉",
                f"{file.name}:{line} begins or ends a transaction; each file is one already: remove it",
            )
        found.append(Migration(len(found) + 1, file.name, text, hashlib.sha256(text.encode()).digest()))
    return found


def fingerprint(folder: Traversable = FOLDER) -> str:
    """Return 12 hex digits that change with any migration: the name of a schema."""
    return hashlib.sha256(b"".join(one.sha256 for one in migrations(folder))).hexdigest()[:12]


async def pending(connection: asyncpg.Connection, folder: Traversable = FOLDER) -> list[str]:
    """Name the migrations that this database lacks; also as the application. Raises MigrationError as `migrate` does."""
    return [one.name for one in await missing(connection, folder)]


async def migrate(connection: asyncpg.Connection, folder: Traversable = FOLDER) -> list[str]:
    """Apply, as the owner, what the database lacks, and name it. The connection must be in no transaction.

    Raises MigrationError if a file that was applied has changed, if the database is newer than these files, or if one of
    them fails; those before it stay applied.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        await make_app(connection)
        await connection.execute(MAKE_TABLE)
        applied = await missing(connection, folder)
        for one in applied:
            await apply(connection, one)
        return [one.name for one in applied]
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def make_app(connection: asyncpg.Connection) -> None:
    """Make the application's role where it is missing; one that is there, perhaps with a password, stays as it is."""
    try:
        await connection.execute(MAKE_APP)
    except asyncpg.InsufficientPrivilegeError as error:
        statement = f"    CREATE ROLE {APP} LOGIN PASSWORD '…';"
        raise MigrationError(
            f"缺少角色 {APP}，而所有者无权建立它。请让服务器的管理员执行：\n{statement}",
            f"The role {APP} is missing, and the owner may not make it. Let the server's administrator say:\n{statement}",
        ) from error


async def missing(connection: asyncpg.Connection, folder: Traversable) -> list[Migration]:
    """Compare what is recorded with the files."""
    ours = migrations(folder)
    if await connection.fetchval("SELECT to_regclass('migration') IS NULL"):
        return ours
    recorded = await connection.fetch("SELECT number, name, sha256 FROM migration ORDER BY number")
    for row, one in zip(recorded, ours, strict=False):
        if (row["number"], row["sha256"]) != (one.number, one.sha256):
            ours_is, recorded_is = one.sha256.hex()[:12], row["sha256"].hex()[:12]
            raise MigrationError(
                f"{one.name} 和当初以 {row['name']} 用到这个数据库上的不一样：现在的校验和是 {ours_is}，记下的是 {recorded_is}。"
                "迁移一经应用就不再改动：请恢复这个文件，新的内容写成下一个编号。",
                f"{one.name} is not what was applied to this database as {row['name']}: its checksum is "
                f"{ours_is}, recorded is {recorded_is}. A migration never changes once applied: "
                "restore the file, and write what is new as the next number.",
            )
    if len(recorded) > len(ours):
        raise MigrationError(
            f"这个数据库有 {len(recorded)} 个迁移，到 {recorded[-1]['name']} 为止；这个 guankou 只认识 {len(ours)} 个。"
            "它已由较新的 guankou 用过：请安装那个版本。",
            f"This database has {len(recorded)} migrations, up to {recorded[-1]['name']}; this guankou knows {len(ours)}. "
            "It was used by a newer guankou: install that one.",
        )
    return ours[len(recorded) :]


async def apply(connection: asyncpg.Connection, one: Migration) -> None:
    """Run one file and record it, both or neither."""
    try:
        async with connection.transaction():
            await connection.execute(one.text)
            await connection.execute(
                "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)", one.number, one.name, one.sha256
            )
    except asyncpg.PostgresError as error:
        position = getattr(error, "position", None)
        line = one.text.count("\n", 0, int(position) - 1) + 1 if position else 1
        raise MigrationError(
            f"{one.name}:{line}：{error}。这个文件的内容一点也没有应用。",
            f"{one.name}:{line}: {error}. Nothing of this file was applied.",
        ) from error

"""A backup holds everything and is private; a restore is whole or has not happened."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import pytest

from workflow.store import backup, embedded
from workflow.store.backup import BackupError, dump, restore
from workflow.store.migrate import migrate, pending


class Database(Protocol):
    """What the fixtures `database` and `bare_database` give."""

    @property
    def owner_url(self) -> str: ...

    @property
    def app_url(self) -> str: ...


SCHEMA = "SELECT relname, relkind, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2"


async def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def fill(url: str, *names: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS words (n serial, word text)")
        await connection.executemany("INSERT INTO words (word) VALUES ($1)", [(name,) for name in names])
    finally:
        await connection.close()


async def test_there_and_back(database: Database, bare_database: Database, tmp_path: Path) -> None:
    await fill(database.owner_url, "张三", "李四\n\\.", "O'Neil")
    file = tmp_path / "guankou.backup"
    dump(database.owner_url, file)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["guankou.backup"]
    restore(bare_database.owner_url, file)
    assert await ask(bare_database.owner_url, SCHEMA) == await ask(database.owner_url, SCHEMA)
    words = "SELECT * FROM words ORDER BY n"
    assert await ask(bare_database.owner_url, words) == await ask(database.owner_url, words)
    connection = await asyncpg.connect(bare_database.owner_url)
    try:
        assert await pending(connection) == []
        assert await migrate(connection) == []
    finally:
        await connection.close()


async def test_only_a_replacing_restore_takes_a_full_database(database: Database, tmp_path: Path) -> None:
    await fill(database.owner_url, "before")
    dump(database.owner_url, tmp_path / "a")
    await fill(database.owner_url, "after")
    with pytest.raises(BackupError, match=r"it has \d+ tables"):
        restore(database.owner_url, tmp_path / "a")
    assert len(await ask(database.owner_url, "SELECT word FROM words")) == 2
    for copy in ("b", "c"):  # twice: a database restored once can be dumped and restored again
        restore(database.owner_url, tmp_path / "a", replace=True)
        assert await ask(database.owner_url, "SELECT word FROM words") == [("before",)]
        dump(database.owner_url, tmp_path / copy)
    assert await ask(database.app_url, "SELECT count(*) FROM migration") != [(0,)]


async def test_a_damaged_backup_changes_nothing(database: Database, tmp_path: Path) -> None:
    await fill(database.owner_url, *(f"word {n}" for n in range(5000)))
    dump(database.owner_url, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for name, damaged in (
        ("cut", whole[: len(whole) // 2]),
        ("short", whole[:-100]),
        ("other", b"no backup"),
        ("none", b""),
    ):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(BackupError, match="nothing was changed"):
            restore(database.owner_url, tmp_path / name, replace=True)
        assert await ask(database.owner_url, "SELECT count(*) FROM words") == [(5000,)]


async def test_a_backup_never_overwrites(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("another")
    with pytest.raises(BackupError, match="never overwrites"):
        dump(database.owner_url, tmp_path / "a")
    assert (tmp_path / "a").read_text() == "another"


async def test_a_backup_that_fails_leaves_no_file(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump"):
        dump(database.owner_url.replace("guankou_test_", "no_such_"), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "seen", "password"),
    [
        ("postgresql://o@/guankou?host=/tmp/x", "postgresql://o@/guankou?host=/tmp/x", ""),
        ("postgresql://o:p%40ss@db:5432/g?sslmode=require", "postgresql://o@db:5432/g?sslmode=require", "p@ss"),
        ("postgresql://db/g", "postgresql://db/g", ""),
    ],
)
def test_a_password_is_in_no_list_of_processes(url: str, seen: str, password: str) -> None:
    assert backup.without_password(urlsplit(url)) == (seen, password)


@pytest.mark.parametrize(
    ("url", "on_path", "expected"),
    [
        ("postgresql://o@/g?host=/tmp/guankou-0123456789ab", True, "wheel"),
        ("postgresql://o@/g?host=/run/postgresql", True, "path"),
        ("postgresql://o@/g?host=/run/postgresql", False, "wheel"),
        ("postgresql://o@localhost/g", False, "wheel"),
        ("postgresql://o@db/g", True, "path"),
        ("postgresql://o@db/g", False, None),
        ("postgresql://o@/g?host=db", False, None),
    ],
)
def test_whose_programs_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, on_path: bool, expected: str | None
) -> None:
    for name in backup.PROGRAMS if on_path else ():
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if expected is None:
        with pytest.raises(BackupError, match="postgresql-client"):
            backup.home(urlsplit(url))
    else:
        assert backup.home(urlsplit(url)) == {"wheel": embedded.programs() / "bin", "path": tmp_path}[expected]

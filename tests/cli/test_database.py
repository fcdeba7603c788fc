"""`guankou db …`: the embedded server and one of one's own, migrations by the owner alone, backup, restore, rebuild."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Server, Terminal, administer
from workflow.store import migrate


@pytest.fixture
def away(home: Path, database: Server, tmp_path: Path) -> Terminal:
    """A terminal whose database is elsewhere; the owner's address is given only where it is needed."""
    return Terminal(
        {
            "GUANKOU_DATA": str(home),
            "GUANKOU_DATABASE_URL": database.app,
            "GUANKOU_SECRET_FILE": str(tmp_path / "secret"),
        }
    )


def test_where_it_is(guankou: Terminal) -> None:
    told = guankou("db", "status").out
    assert "embedded" in told
    assert "guankou_app" in told
    assert f"{len(migrate.migrations())}/{len(migrate.migrations())}" in told
    assert "up to date" in guankou("db", "up").out


def test_on_a_server_of_ones_own_only_the_owner_migrates(away: Terminal, database: Server) -> None:
    refused = away("audit", "verify", code=1).err
    assert "pending" in refused
    assert "guankou db up" in refused
    assert "GUANKOU_DATABASE_OWNER_URL" in away("db", "up", code=1).err
    assert "Pending" in away("db", "status", code=1).err
    assert "applied 0001_tables.sql" in away("db", "up", GUANKOU_DATABASE_OWNER_URL=database.owner).out
    assert "external" in away("db", "status").out
    assert "nothing to verify" in away("audit", "verify").out
    assert "no tenant yet" in away("org", "show", code=1).err


def test_as_the_owner_nothing_runs(away: Terminal, database: Server) -> None:
    away("db", "up", GUANKOU_DATABASE_OWNER_URL=database.owner)
    for words in (["apply", FLOWS], ["serve"], ["audit", "verify"]):
        told = away(*words, code=1, GUANKOU_DATABASE_URL=database.owner).err
        assert "could change the audit log" in told
        assert "guankou_app" in told
    assert "could change the audit log" in away("audit", "verify", code=1, GUANKOU_DATABASE_URL=database.superuser).err
    assert (
        "GUANKOU_DATABASE_URL is not"
        in Terminal({"GUANKOU_DATABASE_OWNER_URL": database.owner})("audit", "verify", code=1).err
    )


def test_a_database_that_is_not_there(away: Terminal, tmp_path: Path) -> None:
    nowhere = f"postgresql://guankou_app@/guankou?host={tmp_path}"
    told = away("audit", "verify", code=1, GUANKOU_DATABASE_URL=nowhere).err
    assert "cannot be reached" in told
    assert "GUANKOU_DATABASE_URL" in told


def test_there_and_back(
    guankou: Terminal, away: Terminal, database: Server, submit: Callable[..., str], tmp_path: Path
) -> None:
    code, file = submit("备份里的活动"), tmp_path / "all.backup"
    assert "secret" in guankou("db", "backup", file).out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "never overwrites" in guankou("db", "backup", file, code=1).err
    owner = Terminal({**away.variables, "GUANKOU_DATABASE_OWNER_URL": database.owner})
    assert "no file" in owner("db", "restore", tmp_path / "none", code=1).err
    assert "Restored" in owner("db", "restore", file).out
    assert "备份里的活动" in away("show", code, "--tenant", "chaoyang").out
    assert "all of them hold" in away("audit", "verify").out
    assert "tables" in owner("db", "restore", file, code=1).err, "only into an empty one"

    administer(database.superuser, "UPDATE item SET place = 'done' WHERE code = $1", code)
    assert "not as its events tell" in away("audit", "verify", code=1).out
    assert "GUANKOU_DATABASE_OWNER_URL" in away("db", "rebuild", "--tenant", "chaoyang", code=1).err
    assert "1 of them mended" in owner("db", "rebuild", "--tenant", "chaoyang").out
    assert "all of them hold" in away("audit", "verify").out
    spoil = "UPDATE event SET body = body || ' ' WHERE stream_id = (SELECT item_id FROM item WHERE code = $1)"
    administer(database.superuser, spoil, code)
    assert "Nothing was rebuilt" in owner("db", "rebuild", "--tenant", "chaoyang", code=1).err

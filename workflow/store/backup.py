"""Backup and restore of a whole database, through pg_dump and pg_restore. What is in it is nobody's business here.

A backup holds everything, words of people too: it is readable by its owner alone. A restore happens whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from workflow.store import embedded
from workflow.store.migrate import MAKE_APP
from workflow.store.worded import WordedError

PROGRAMS = ("pg_dump", "pg_restore", "psql")
SOCKETS = "/tmp/guankou-"  # noqa: S108 (compared with, never opened)
LOCAL = {"", "localhost", "127.0.0.1", "::1"}

EMPTY = """
DO $$
DECLARE there integer := (SELECT count(*) FROM pg_tables WHERE schemaname = 'public');
BEGIN
    IF there > 0 THEN RAISE EXCEPTION 'it has % tables', there; END IF;
END
$$;
"""
CLEAR = """
SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '20s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class BackupError(WordedError):
    """A backup was not made, or a restore not done. The text says why; the database and the files are as they were."""


def dump(url: str, target: Path) -> None:
    """Write the database of the owner's address into a new file, as it is at one moment. Raises BackupError."""
    if target.exists():
        raise BackupError(
            f"{target} 已经存在，备份从不覆盖：请换一个名字。",
            f"{target} is there already, and a backup never overwrites one: choose another name.",
        )
    partial = target.with_name(f"{target.name}.partial")
    try:
        run(url, "pg_dump", "--format=custom", f"--file={partial}", "--no-password")
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def restore(url: str, source: Path, *, replace: bool = False) -> None:
    """Put a backup into the database of the owner's address, which must be empty, unless `replace` gives up what is there.

    One transaction: after a failure everything is as it was. Nobody should use the database meanwhile. Raises BackupError.
    """
    with tempfile.TemporaryDirectory(prefix="guankou-restore-") as folder:
        before, script = Path(folder, "before.sql"), Path(folder, "backup.sql")
        before.write_text(f"{MAKE_APP};\n{CLEAR if replace else EMPTY}", encoding="utf-8")
        # First to a file: a script that ended early in a pipe would be committed.
        run(url, "pg_restore", "--no-owner", f"--file={script}", source, connect=False)
        run(
            url, "psql", "--no-psqlrc", "--quiet", "--no-password", "--output=/dev/null", "--single-transaction",
            "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse",
            f"--file={before}", f"--file={script}", "--command=ANALYZE",
        )  # fmt: skip


def run(url: str, program: str, *words: str | Path, connect: bool = True) -> None:
    """Run one of PostgreSQL's programs; the password goes through its environment, where nobody else can read it."""
    place = urlsplit(url)
    address, password = without_password(place)
    variables = {**os.environ, "LC_MESSAGES": "C", **({"PGPASSWORD": password} if password else {})}
    asked = [home(place) / program, *([f"--dbname={address}"] if connect else []), *words]
    outcome = subprocess.run(
        asked,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=variables,
        umask=0o077,
        check=False,
    )
    if outcome.returncode:
        code, said = outcome.returncode, outcome.stderr.strip()
        raise BackupError(
            f"{program} 退出，代码 {code}；什么也没有改动。\n{said}",
            f"{program} ended with {code}; nothing was changed.\n{said}",
        )


def home(place: SplitResult) -> Path:
    """Return the folder of the programs for this server: the wheel's for the embedded one, else those on the PATH.

    The wheel's speak no TLS, so they stand in for missing ones only where nothing crosses a wire.
    """
    host = parse_qs(place.query).get("host", [place.hostname or ""])[0]
    if host.startswith(SOCKETS):
        return embedded.programs() / "bin"
    found = shutil.which("pg_dump")
    if found and all(Path(found).with_name(name).exists() for name in PROGRAMS):
        return Path(found).parent
    if host.startswith("/") or host in LOCAL:
        return embedded.programs() / "bin"
    raise BackupError(
        f"PATH 上没有 {'、'.join(PROGRAMS)}，而别处的服务器需要它们：请安装 PostgreSQL 的客户端程序"
        "（Debian：postgresql-client），版本不低于服务器的版本。",
        f"There is no {', '.join(PROGRAMS)} on the PATH, and a server elsewhere needs them: install PostgreSQL's client "
        "programs (Debian: postgresql-client), of the server's release or a later one.",
    )


def without_password(place: SplitResult) -> tuple[str, str]:
    """Split an address into one that may be seen in a list of processes, and its password."""
    account, at, host = place.netloc.rpartition("@")
    role, _, password = account.partition(":")
    return urlunsplit(place._replace(netloc=f"{role}{at}{host}")), unquote(password)

"""`guankou` as a user types it: a program of its own, on the embedded PostgreSQL of a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from workflow.cli import main, tongue
from workflow.store import embedded

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "flows"
PROGRAM = Path(sys.executable).with_name("guankou")
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Told:
    """What a run printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of the output."""
        return json.loads(self.out.splitlines()[-1])


@dataclass(frozen=True)
class Terminal:
    """A terminal with these GUANKOU_* set. Nothing that is printed to it may ever be a traceback.

    `typed` starts a program each time, as a user does; a call runs the same entry point in this process, five times as fast.
    """

    variables: dict[str, str]

    def __call__(self, *words: object, code: int | None = 0, **more: str) -> Told:
        if "GUANKOU_LANGUAGE" in more:  # which is read when the program starts
            return self.typed(*words, code=code, **more)
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        ended = 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["guankou", *map(str, words)])
            patch.setattr(tongue, "SPOKEN", "en")
            for name, value in {**self.variables, **more}.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                ended = int(end.code or 0)
        out.flush()
        return self.checked(words, Told(ended, out.buffer.getvalue().decode(), err.getvalue()), code)

    def typed(self, *words: object, code: int | None = 0, **more: str) -> Told:
        """Run a program of its own."""
        done = subprocess.run(
            [PROGRAM, *map(str, words)], env=self.environment(**more), cwd=tempfile.gettempdir(), capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        return self.checked(words, Told(done.returncode, done.stdout, done.stderr), code)

    def checked(self, words: tuple[object, ...], told: Told, code: int | None) -> Told:
        assert code is None or told.code == code, f"{words}\n{told.out}{told.err}"
        assert "Traceback" not in told.err, told.err
        return told

    def environment(self, **more: str) -> dict[str, str]:
        """What a program started from here sees."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("GUANKOU_", "LC_", "LANG"))
        }
        return {**inherited, "GUANKOU_LANGUAGE": "en", **self.variables, **more}


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A data folder with a server that every command of this worker shares."""
    memory = Path("/dev/shm")  # noqa: S108 (the server makes its own folder in it)
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    # Not among pytest's folders: they are root's alone, and under root the server is nobody.
    data = (memory if roomy else Path(tempfile.gettempdir())) / f"guankou-cli-{uuid4().hex[:12]}"
    with embedded.use(data, settings=SETTINGS, throwaway=True):
        yield data


@pytest.fixture(scope="session")
def guankou(home: Path) -> Terminal:
    """The command, with the shipped rules in force in the tenant `chaoyang`."""
    terminal = Terminal({"GUANKOU_DATA": str(home), "GUANKOU_TENANT": "chaoyang"})
    terminal("apply", FLOWS)
    return terminal


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A file that may be handed in."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.4\nplan\n%%EOF\n")
    return path


@pytest.fixture
def submit(guankou: Terminal, plan: Path) -> Any:
    """Hands in an activity of 大山子站; its code."""

    def submit(title: str = "清明祭扫", people: int = 300, at: Terminal = guankou) -> str:
        told = at(
            "submit", "activity", "--as", "李明", "--set", f"标题={title}", "--set", "主题=培育践行主流价值", "--set", "时间=5工作日后",
            "--set", "地点=烈士陵园", "--set", f"预计人数={people}", "--file", f"方案={plan}", "--output", "json",
        )  # fmt: skip
        return str(told.json["code"])

    return submit


@dataclass(frozen=True)
class Server:
    """A database of its own on the shared server, reached by addresses as one on another machine would be."""

    app: str
    owner: str
    superuser: str


@pytest.fixture
def database(home: Path) -> Iterator[Server]:
    """An empty database that belongs to the owner."""
    name = f"guankou_cli_{uuid4().hex[:12]}"
    with embedded.use(home) as server:
        administer(server.url(embedded.SUPERUSER, "postgres"), f"CREATE DATABASE {name} OWNER {embedded.OWNER}")
        yield Server(*(server.url(role, name) for role in (embedded.APP, embedded.OWNER, embedded.SUPERUSER)))
        administer(server.url(embedded.SUPERUSER, "postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def administer(url: str, statement: str, *args: object) -> None:
    """One statement as whoever the address names."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement, *args)
        finally:
            await connection.close()

    asyncio.run(run())

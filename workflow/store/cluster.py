"""What the users and the keeper of an embedded PostgreSQL both know: where its things stand, whose they are, if it lives.

The keeper runs without any library, so this file too needs nothing but Python's own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflow.store.worded import WordedError

LOG_BYTES = 8 << 20
SUPERUSER, OWNER, APP, DATABASE = "postgres", "guankou_owner", "guankou_app", "guankou"


class EmbeddedServerError(WordedError):
    """The embedded PostgreSQL cannot be had. The text says why and what to do; nothing was lost."""


@dataclass(frozen=True)
class Layout:
    """Where everything of one data folder is. `data` must be resolved: its text names the socket's folder."""

    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def users_lock(self) -> Path:
        return self.data / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.data / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.data / "keeper.log"

    @property
    def server_log(self) -> Path:
        return self.data / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        # An address of a socket has 107 bytes at most, so it cannot stand in the data folder; and $TMPDIR or
        # $XDG_RUNTIME_DIR may differ between two processes that are to share the server.
        return Path("/tmp", f"guankou-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}")  # noqa: S108 (guarded)

    @property
    def socket(self) -> Path:
        return self.socket_folder / ".s.PGSQL.5432"


@dataclass(frozen=True)
class Order:
    """What a user asks of a new keeper, all of it text, because it is handed over as JSON."""

    data: str
    install: str  # a folder of PostgreSQL: bin/, lib/, share/
    settings: Mapping[str, str]
    throwaway: bool  # remove the data when the last user is gone


@dataclass(frozen=True)
class Account:
    """Whom the server runs as. PostgreSQL refuses root, so under root it is nobody."""

    uid: int
    gid: int

    @classmethod
    def of_server(cls) -> Account:
        if os.geteuid():
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def may_enter(self, folder: Path) -> bool:
        found = folder.stat()
        return bool(found.st_mode & (stat.S_IXUSR if found.st_uid == self.uid else stat.S_IXOTH))


def locked(descriptor: int, kind: int) -> bool:
    """Take the lock of a file if it is free; `kind` is fcntl.LOCK_EX or LOCK_SH. Never waits."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def environment() -> dict[str, str]:
    """Return what PostgreSQL's programs get to see: nobody's PGPORT, PGUSER or language."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def owned_folder(folder: Path, account: Account) -> None:
    """Make the folder, private to the account; refuse one that somebody else has put in its place."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()} or found.st_mode & 0o077:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        raise EmbeddedServerError(
            f"{folder} 必须是属于服务器账户（uid {account.uid}）、别人进不去的文件夹；"
            f"现在它属于 uid {found.st_uid}，权限 {mode}。它是别人建的：查明是谁，把它删掉，再启动。",
            f"{folder} must be a folder that nobody else may enter, belonging to the account of the server "
            f"(uid {account.uid}); it belongs to uid {found.st_uid}, mode {mode}. "
            "Somebody else made it: find out who, remove it, and start again.",
        )
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def postmaster(layout: Layout) -> int | None:
    """Return the pid of this cluster's living postmaster, or None.

    PostgreSQL itself takes any process of that number for it, also a zombie nobody has reaped.
    """
    try:
        pid = int((layout.cluster / "postmaster.pid").read_bytes().split(b"\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if belongs(pid, layout) is not False else None


def belongs(pid: int, layout: Layout) -> bool | None:
    """Say whether the process lives and is a server of this cluster: all of them stand in its folder. None: unseen."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return None
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")
        if not name.endswith("(postgres") or rest.startswith(("Z", "X")):
            return False
        return Path(f"/proc/{pid}/cwd").samefile(layout.cluster)
    except PermissionError:  # another account's; or ours, in a container whose root may not look at nobody's
        return None
    except OSError:
        return False


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

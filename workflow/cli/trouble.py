"""What is said when a command cannot do its work: what happened, and what to do next, in the terminal's language."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

import asyncpg
from pydantic import ValidationError

from workflow.cli.tongue import say
from workflow.engine.keys import SecretFileError
from workflow.engine.logs import clean
from workflow.store.backup import BackupError
from workflow.store.cluster import EmbeddedServerError
from workflow.store.migrate import MigrationError
from workflow.store.pool import Unreachable
from workflow.store.worded import WordedError


class Stop(Exception):
    """A command ends here. `what` happened, and what to do `next`; both already in the terminal's language."""

    def __init__(self, what: str, next: str = "", code: int = 1) -> None:
        super().__init__(what)
        self.what, self.next, self.code = what, next, code


# What may go wrong below us, by what it is about. Their own words follow: they know the place and what to do.
_KNOWN: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (EmbeddedServerError, "内嵌的 PostgreSQL 用不了。", "The embedded PostgreSQL cannot be used."),
    (MigrationError, "数据库结构没有升级成功。", "The schema was not brought up to date."),
    (BackupError, "备份或恢复没有完成。", "The backup or the restore was not done."),
    (Unreachable, "连不上数据库。", "The database cannot be reached."),
    (SecretFileError, "密钥文件用不了。", "The secret file cannot be used."),
)
_DOCTOR: Final = ("运行 guankou doctor 逐项检查。", "Run `guankou doctor` to look at everything.")


def tell(error: Exception) -> int:
    """Say it on standard error; the exit code. GUANKOU_LOG_LEVEL=debug adds where it came from."""
    stop = understood(error)
    if os.environ.get("GUANKOU_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exception(error)
    sys.stderr.write(f"guankou: {stop.what}\n" + (f"         {stop.next}\n" if stop.next else ""))
    return stop.code


def understood(error: Exception) -> Stop:
    """What a Stop would say of it; a Stop is itself."""
    if isinstance(error, Stop):
        return error
    for kind, zh, en in _KNOWN:
        if isinstance(error, kind):
            return Stop(f"{say(zh, en)}\n         {own_words(error)}")
    match error:
        case ValidationError():
            return wrong_settings(error)
        case BaseExceptionGroup():
            inner = error.exceptions[0]
            return understood(inner) if isinstance(inner, Exception) else _unknown(error)
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return Stop(
                say(f"数据库不让这个角色登录：{error}", f"The database refuses this role: {error}"),
                say("检查 GUANKOU_DATABASE_URL 里的角色和口令。", "Check role and password in GUANKOU_DATABASE_URL."),
            )
        case asyncpg.PostgresError():
            return Stop(say(f"数据库报错：{error}", f"The database says: {error}"), say(*_DOCTOR))
        case OSError():
            return Stop(_of_system(error), say("改好后再试一次。", "Put that right and try again."))
    return _unknown(error)


def own_words(error: Exception) -> str:
    """What an error says of itself, in the terminal's language where it has that."""
    return say(error.zh, error.en) if isinstance(error, WordedError) else str(error) or type(error).__name__


def _of_system(error: OSError) -> str:
    if not error.filename:
        return str(error.strerror or error)
    return f"{error.filename}: {error.strerror}"


def wrong_settings(error: ValidationError, prefix: str = "GUANKOU_") -> Stop:
    """Settings that are none: which, and what is expected. Their values may be secrets, so they are not shown."""
    lines = [
        f"{prefix}{'_'.join(str(one) for one in problem['loc']).upper() or '*'}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return Stop(
        say("设置不对：", "A setting is wrong: ") + "\n         ".join(lines),
        say("docs/settings.md 列出了全部设置。", "docs/settings.md lists all of them."),
    )


def _unknown(error: BaseException) -> Stop:
    return Stop(
        say("这里出了我们没有料到的错：", "Something went wrong that we did not foresee: ") + f"{type(error).__name__}: {clean(str(error))}",
        say(
            "GUANKOU_LOG_LEVEL=debug 再运行一次可以看到出处；请把它发给我们。",
            "Run it again with GUANKOU_LOG_LEVEL=debug to see where, and send us that.",
        ),
    )  # fmt: skip

"""Whatever goes wrong is one message with what to do next, and never a traceback, unless one asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.cli.conftest import PROGRAM, Terminal
from workflow.cli import tongue
from workflow.cli.trouble import Stop, tell, understood
from workflow.engine.keys import SecretFileError, keys_of
from workflow.store.pool import Unreachable


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Stop("this", "do that"), ("this", "do that")),
        (Unreachable("gone for good"), ("cannot be reached", "gone for good")),
        (SecretFileError("改权限", "chmod 600 it"), ("secret file", "chmod 600 it")),
        (asyncpg.InvalidPasswordError("no such role"), ("refuses this role", "GUANKOU_DATABASE_URL")),
        (asyncpg.DiskFullError("no space"), ("no space", "guankou doctor")),
        (FileNotFoundError(2, "No such file", "/a"), ("/a: No such file",)),
        (OSError("the web cannot listen"), ("the web cannot listen",)),
        (ExceptionGroup("several", [Stop("the first", "next")]), ("the first", "next")),
        (KeyError("x"), ("did not foresee", "KeyError", "GUANKOU_LOG_LEVEL=debug")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_said(error: Exception, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(error) == 1
    said = capsys.readouterr().err
    assert said.startswith("guankou: ")
    assert all(word in said for word in words), said
    assert "Traceback" not in said


def test_what_lies_below_speaks_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"short")
    secret.chmod(0o600)
    for language, words in (("zh", ("密钥文件用不了。", "只有 5 字节")), ("en", ("The secret file", "holds 5 bytes"))):
        monkeypatch.setattr(tongue, "SPOKEN", language)
        with pytest.raises(SecretFileError) as raised:
            keys_of(secret)
        tell(raised.value)
        said = capsys.readouterr().err
        assert all(word in said for word in words), said


def test_a_stop_has_its_own_exit_code() -> None:
    assert tell(Stop("unreadable", code=2)) == 2
    assert understood(Stop("one")).what == "one"


def test_a_secret_in_an_unforeseen_error_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    tell(RuntimeError("postgresql://app:hunter2@db/x"))
    assert "hunter2" not in capsys.readouterr().err


def test_debug_shows_where(home: Path) -> None:
    terminal = Terminal({"GUANKOU_DATA": str(home)})
    words = ["show", "ZZZZZZ", "--tenant", "none"]
    told = subprocess.run(
        [PROGRAM, *words],
        env=terminal.environment(GUANKOU_LOG_LEVEL="debug"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "Traceback" in told.stderr
    assert "Traceback" not in terminal.typed(*words, code=1).err


def test_settings_that_are_none_are_named_without_their_value(home: Path) -> None:
    told = Terminal({"GUANKOU_DATA": str(home)})("audit", "verify", code=1, GUANKOU_BATCH="secret-number").err
    assert "GUANKOU_BATCH" in told
    assert "secret-number" not in told


@pytest.mark.parametrize(
    "words", [["decide"], ["audit", "tail", "-n", "0"], ["serve", "--port", "99999"], ["nothing"]], ids=" ".join
)
def test_what_is_typed_wrong_is_a_usage_error(words: list[str]) -> None:
    told = Terminal({}).typed(*words, code=2)
    assert "--help" in told.err
    assert not sys.stdout.isatty() or told.err

"""`guankou audit …`: the log holds, until somebody changes one byte of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import FLOWS, Server, Terminal, administer


def test_the_log_holds_and_can_be_read(guankou: Terminal, submit: Callable[..., str], tmp_path: Path) -> None:
    code = submit("审计看得见")
    guankou("decide", code, "approve", "--as", "张伟")
    assert "all of them hold" in guankou("audit", "verify").out
    [told] = guankou("audit", "verify", "--output", "json", "--tenant", "chaoyang").json
    assert told["verified"]
    assert told["events"] >= 3
    lines = [json.loads(line) for line in guankou("audit", "tail", "-n", "2", "--output", "json").out.splitlines()]
    assert [(one["code"], one["verb"]) for one in lines] == [(code, "submit"), (code, "approve")]
    assert "张伟" in guankou("audit", "tail", "-n", "1").out

    file = tmp_path / "log.jsonl"
    assert "events exported" in guankou("audit", "export", file).err
    exported = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert any(code in one.get("body", "") for one in exported)
    assert "审计看得见" not in file.read_text(encoding="utf-8"), "people's words stand in content alone"
    assert "never overwrites" in guankou("audit", "export", file, code=1).err
    assert guankou("audit", "export", "-").out.count("\n") > len(exported), "that it was exported is in the log"
    assert guankou("audit", "tail", "-n", "1", "--output", "json").json["verb"] == "audit_exported"


def test_one_byte_changed_by_a_superuser_is_found(home: Path, database: Server) -> None:
    terminal = Terminal(
        {"GUANKOU_DATA": str(home), "GUANKOU_DATABASE_URL": database.app, "GUANKOU_DATABASE_OWNER_URL": database.owner}
    )
    terminal("db", "up")
    terminal("apply", FLOWS)
    assert terminal("audit", "verify").code == 0
    change = "UPDATE event SET body = set_byte(body, 40, get_byte(body, 40) # 1) WHERE version = 2"
    administer(database.superuser, change)
    told = terminal("audit", "verify", code=1)
    assert "#2" in told.out
    assert "bytes" in told.out
    [verdict] = terminal("audit", "verify", "--output", "json", code=1).json
    assert "#2" in verdict["first_bad"]
    administer(database.superuser, change)
    assert terminal("audit", "verify").code == 0

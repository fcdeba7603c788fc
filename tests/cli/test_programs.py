"""Every command once as a program of its own, as people type them: from rules on a disk to an approved activity and a verified log."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import FLOWS, Terminal


def test_a_day_at_the_terminal(guankou: Terminal, plan: Path, tmp_path: Path) -> None:
    typed = guankou.typed
    typed("lint", FLOWS)
    assert "unchanged" in typed("apply", FLOWS).out
    code = typed(
        "submit", "activity", "--as", "李明", "--set", "标题=一天", "--set", "主题=培育践行主流价值", "--set", "时间=5工作日后",
        "--set", "地点=广场", "--set", "预计人数=40", "--file", f"方案={plan}", "--output", "json",
    ).json["code"]  # fmt: skip
    assert code in typed("inbox", "--as", "张伟").out
    assert "一天" in typed("show", code, "--as", "张伟").out
    assert "running" in typed("decide", code, "approve", "--as", "张伟").out
    assert "No such command" in typed("approve", code, code=2).err
    assert "done" in typed("decide", code, "通过", "--as", "戴维").out
    assert "/signin/" in typed("link", "李明").out
    assert "大山子站" in typed("org", "show").out
    assert "李明" in typed("org", "person", "李明").out
    assert "all of them hold" in typed("audit", "verify").out
    assert "approve" in typed("audit", "tail").out
    typed("audit", "export", tmp_path / "log.jsonl")
    assert "up to date" in typed("db", "up").out
    assert "embedded" in typed("db", "status").out
    assert "Backed up" in typed("db", "backup", tmp_path / "all.backup").out
    assert "items" in typed("db", "rebuild").out
    assert "All is well" in typed("doctor").out

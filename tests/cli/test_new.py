"""`guankou new`: a flow begun from a template, with its cases; what is there is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from workflow.cli.new import templates

NAMES = [one.name for one in templates()]


@pytest.fixture
def terminal() -> Terminal:
    return Terminal({"GUANKOU_DATA": "/proc/nowhere"})


@pytest.mark.parametrize("template", NAMES)
def test_every_template_becomes_a_flow_that_passes(terminal: Terminal, tmp_path: Path, template: str) -> None:
    told = terminal("new", "spring-fair", "--from", template, "--into", tmp_path)
    assert f"wrote {tmp_path / 'spring-fair.yaml'}" in told.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spring-fair.test.yaml", "spring-fair.yaml"]
    assert "\nflow: spring-fair\n" in (tmp_path / "spring-fair.yaml").read_text("utf-8")
    terminal("lint", tmp_path)
    terminal("test", "--strict", tmp_path)


def test_the_list(terminal: Terminal) -> None:
    told = terminal("new", "--list")
    assert [line.split("\t")[0] for line in told.out.splitlines()] == NAMES
    assert "\tAn activity goes" in told.out
    assert "活动申报" in terminal("new", "--list", GUANKOU_LANGUAGE="zh").out


@pytest.mark.parametrize("there", ["spring-fair.yaml", "spring-fair.test.yaml"])
def test_nothing_is_overwritten(terminal: Terminal, tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine\n", encoding="utf-8")
    assert "is there already" in terminal("new", "spring-fair", "--from", "activity", "--into", tmp_path, code=1).err
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text("utf-8") == "mine\n"


def test_not_even_what_a_link_leads_to(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "spring-fair.yaml").symlink_to(tmp_path / "elsewhere")
    assert "is there already" in terminal("new", "spring-fair", "--from", "activity", "--into", tmp_path, code=1).err
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["spring-fair"], "Say with --from"),
        (["spring-fair", "--from", "activty"], "Did you mean activity?"),
        (["spring-fair", "--from", "carnival"], "--list"),
        (["Spring", "--from", "activity"], "no id of a flow"),
        (["../out", "--from", "activity"], "no id of a flow"),
        (["--from", "activity"], "needs a name"),
    ],
)
def test_what_cannot_be_begun(terminal: Terminal, tmp_path: Path, words: list[str], why: str) -> None:
    assert why in terminal("new", *words, "--into", tmp_path, code=2).err
    assert not list(tmp_path.iterdir())

"""`--help` answers at once, in two languages: nothing that a command needs is loaded before it is called."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Terminal

HELP = "import sys; sys.argv = ['guankou', *sys.argv[1:]]; from workflow.cli import main\ntry: main()\nexcept SystemExit: pass\nprint('\\n'.join(sys.modules), file=sys.stderr)"
HEAVY = {
    "asyncpg", "starlette", "uvicorn", "transitions", "pydantic_settings", "structlog", "msgspec", "yaml", "jinja2", "cryptography",
    "holidays", "adapters", "workflow.engine", "workflow.store", "workflow.language", "workflow.cli.house", "workflow.cli.trouble",
}  # fmt: skip


def loaded(*words: str) -> set[str]:
    told = subprocess.run([sys.executable, "-c", HELP, *words], capture_output=True, text=True, check=True)
    assert "--help" in told.stdout
    return set(told.stderr.split())


def test_help_loads_nothing_that_only_commands_need() -> None:
    modules = loaded("--help")
    assert not modules & (HEAVY | {"asyncio", "pydantic"})
    assert len(modules) < 250, "typer and what it needs are some 150"


@pytest.mark.parametrize("words", [["audit"], ["decide"], ["demo"]], ids=" ".join)
def test_nor_does_the_help_of_a_command(words: list[str]) -> None:
    assert not loaded(*words, "--help") & HEAVY


def test_help_speaks_the_language_of_the_terminal() -> None:
    terminal = Terminal({})
    assert "Check this machine" in terminal.typed("--help").out
    assert "检查这台机器" in terminal("--help", GUANKOU_LANGUAGE="zh").out
    assert "检查这台机器" in Terminal({"GUANKOU_LANGUAGE": "", "LANG": "zh_CN.UTF-8"}).typed("--help").out


def test_every_command_says_what_it_does() -> None:
    terminal = Terminal({})
    for words in ([], ["db"], ["audit"], ["org"]):
        listed = terminal(*words, "--help").out.partition("Commands:")[2].strip().splitlines()
        assert len(listed) >= 2
        assert all(len(line.split(maxsplit=1)) == 2 for line in listed), listed

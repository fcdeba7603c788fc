"""docs/testing.md is true: its session and its report are what the commands print, its case goes as it says, its tables are those of the code."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, PROGRAM, Terminal
from tests.rehearsal.rig import cases, compiled
from workflow.cli.explain import pages
from workflow.cli.new import templates
from workflow.lifecycle import Lifecycle
from workflow.rehearsal import words
from workflow.rehearsal.play import play
from workflow.rehearsal.session import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs/testing.md").read_text("utf-8")
CONSOLE = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FLOW = """
flow: fair
title: 社区义诊
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  站初审: { check: 站.审核员, items: [证书有效, 身份相符], due: 1工作日 }
  所复审: { when: 人数 >= 100, review: 所.审核员, need: 2, back: [提交人, 站初审] }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FLOWS / "activity.yaml", tmp_path)
    return tmp_path


def typed(block: str) -> list[str]:
    """What stands behind the first `$`: the command."""
    (line,) = re.findall(r"^\$ guankou (.*)$", block, re.MULTILINE)
    return shlex.split(line)


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: typed(block)[0])
def test_the_commands_print_what_the_page_shows(folder: Path, block: str) -> None:
    command, _, shown = block.partition("\n")
    assert command.startswith("$ ")
    if "simulate" in command:
        lines = [match[1] for match in re.finditer(r"^(?:> |  \S+ \[[^]]*\] )(.*)$", shown, re.MULTILINE)]
        (folder / "script.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if typed(block)[0] == "test":
        begun = "- case: 站里通过\n  people: { 站.协调员: 李明, 站.审核员: 张三, 所.审核员: 王五 }\n  start: { by: 李明, form: { 标题: 读书会, 主题: 学习实践科学理论, 时间: 5工作日后, 地点: 书房, 预计人数: 30, 方案: a.pdf } }\n  then:\n    - 张三 通过 站初审\n"
        (folder / "activity.test.yaml").write_text(begun + "    - expect: { at: 中心终审 }\n", encoding="utf-8")
    more = ["--script", "script.txt"] if "simulate" in command else []
    done = subprocess.run(
        [PROGRAM, *typed(block), *more],
        cwd=folder,
        env=Terminal({}).environment(GUANKOU_LANGUAGE="zh"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == shown


def test_the_case_of_the_page_goes_as_it_says() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    definition = compiled(FLOW)
    for case in cases(text):
        assert play(case, definition, Lifecycle(definition), None).finding is None


def rows(after: str) -> dict[str, str]:
    """The rows of the first table behind these words."""
    table = PAGE.partition(after)[2]
    lines = itertools.takewhile(
        lambda line: line.startswith("|"),
        itertools.dropwhile(lambda line: not line.startswith("|"), table.splitlines()),
    )
    return dict(line.strip("| ").split(" | ", 1) for line in list(lines)[2:])


def test_the_table_of_templates() -> None:
    assert rows("`--list` shows") == {f"`{one.name}`": f"{one.zh} {one.en}" for one in templates()}


def test_the_tables_of_keys() -> None:
    found = {
        where: dict(re.findall(r"`(\w+)` (\w+)", keys)) for where, keys in rows("published: [], names: {} }").items()
    }
    assert found == {
        "用例 case": words.CASE,
        "`start`": words.START,
        "一行 line": words.LINE,
        "`expect`": words.EXPECT,
        "`state`": words.STATE_WORDS,
    }


def test_the_verbs() -> None:
    (line,) = re.findall(r"^能做的 verbs: (.*)$", PAGE, re.MULTILINE)
    assert {word for pair in line.split(" · ") for word in pair.replace("`", "").split()} == set(words.VERBS)


def test_the_table_of_codes() -> None:
    assert rows("每个去处一条") == {code: f"{plain(one.zh)} · {plain(one.en)}" for code, one in words.CODES.items()}


def plain(sentence: str) -> str:
    """A sentence with its slots as three dots."""
    return re.sub(r"\{[a-z_]+\}", "…", re.sub(r"\{asked_[a-z]+\}", "", sentence))


def test_every_command_of_a_session_is_on_the_page() -> None:
    listed = set(rows("Every screen says"))
    assert {word for word in COMMANDS if not any(word in row for row in listed)} == set()


def test_every_code_has_a_page_of_its_own() -> None:
    assert {page.code for page in pages() if page.code.startswith("T")} == words.CODES.keys()

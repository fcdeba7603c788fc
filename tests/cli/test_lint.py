"""`guankou lint`: exit codes, places, folders, organisations at hand, and output for programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Terminal

FLOW = """
flow: outing
title: 郊游
start: {{ by: 站.协调员, form: {{ 标题: text 2..40 }} }}
steps:
  初审: {{ review: 站.{role} }}
"""


@pytest.fixture
def terminal() -> Terminal:
    """Lint needs no database: a folder that cannot be made would fail everything else."""
    return Terminal({"GUANKOU_DATA": "/proc/nowhere"})


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    shutil.copytree(FLOWS / "orgs", tmp_path / "orgs")
    shutil.copytree(FLOWS / "lists", tmp_path / "lists")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text.lstrip(), encoding="utf-8")
    return path


def test_what_is_shipped_is_clean(terminal: Terminal) -> None:
    told = terminal("lint", FLOWS)
    assert not [line for line in told.out.splitlines() if "flows/" in line and " note: " not in line]


def test_a_finding_has_its_place_a_caret_and_what_was_meant(terminal: Terminal, rules: Path) -> None:
    path = write(rules, "outing.yaml", FLOW.format(role="审合员"))
    told = terminal("lint", path, code=1)
    line = next(line for line in told.out.splitlines() if line.startswith(f"{path}:5:"))
    assert "审合员" in line
    assert "^^^" in told.out
    assert "审核员" in told.out
    assert told.out.endswith("1 to mend\n")
    assert "审合员" in terminal("lint", path, code=1, GUANKOU_LANGUAGE="zh").out
    assert "1 处要改" in terminal("lint", path, code=1, GUANKOU_LANGUAGE="zh").out


def test_without_an_organisation_its_names_pass_with_one_note(terminal: Terminal, tmp_path: Path) -> None:
    told = terminal("lint", write(tmp_path, "outing.yaml", FLOW.format(role="审合员")))
    assert told.out.count(" note: ") == 1


def test_the_organisation_may_be_named(terminal: Terminal, tmp_path: Path) -> None:
    path = write(tmp_path, "outing.yaml", FLOW.format(role="审合员"))
    assert "审核员" in terminal("lint", path, "--org", FLOWS / "orgs/jiuxianqiao.yaml", code=1).out
    assert "no file" in terminal("lint", path, "--org", tmp_path / "orgs/none.yaml", code=2).err


def test_several_organisations_beside_a_flow_are_not_guessed_at(terminal: Terminal, rules: Path) -> None:
    write(rules, "outing.yaml", FLOW.format(role="审合员"))
    write(
        rules / "orgs",
        "two.yaml",
        "organisation: two\ntitle: 二\ntiers: [中心]\nroles: [管理员]\nunits: { 总: { tier: 中心 } }\n",
    )
    told = terminal("lint", rules / "outing.yaml")
    assert "--org" in told.err


def test_folders_are_walked_and_tests_are_no_rules(terminal: Terminal, rules: Path) -> None:
    write(rules, "outing.yaml", FLOW.format(role="审核员"))
    write(rules, "outing.test.yaml", "- case: [[[")
    (rules / ".hidden").mkdir()
    write(rules / ".hidden", "broken.yaml", "flow: [[[")
    assert not terminal("lint", rules).err
    assert "is a test" in terminal("lint", rules / "outing.test.yaml", code=2).err
    write(rules / "lists", "broken.yaml", "list: 名\ncolumns: { 甲: text }\nrows: [{ 乙: 1 }]\n")
    assert "broken.yaml:3" in terminal("lint", rules, code=1).out


def test_a_table_beside_a_list_is_read_and_its_findings_name_it(terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path, "services.yaml", "list: 服务\ncolumns: { 名称: text 1..20, 类别: [生活, 文化] }\n")
    write(tmp_path, "services.csv", "名称,类别\n理发,生活\n读书,天文\n")
    told = terminal("lint", tmp_path / "services.yaml", code=1)
    assert "services.csv:3" in told.out


def test_programs_get_one_line_of_json(terminal: Terminal, rules: Path) -> None:
    path = write(rules, "outing.yaml", FLOW.format(role="审合员"))
    [one] = terminal("lint", path, "--output", "json", code=1).json
    assert (one["file"], one["line"], one["level"], one["fix"]) == (str(path), 5, "error", "审核员")
    path.write_text(FLOW.lstrip().format(role="审核员"), encoding="utf-8")
    assert {one["level"] for one in terminal("lint", path, "--output", "json").json} <= {"note"}


def test_what_cannot_be_read_is_said(terminal: Terminal, tmp_path: Path) -> None:
    assert "There is no file or folder" in terminal("lint", tmp_path / "none.yaml", code=2).err
    assert "There is no .yaml file" in terminal("lint", tmp_path, code=2).err
    assert "没有" in terminal("lint", tmp_path, code=2, GUANKOU_LANGUAGE="zh").err


@pytest.mark.parametrize(
    "text",
    [
        "flow: x\n" + "[" * 100_000,
        "flow: a\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)),
        "flow: x\nflow: y\n",
        "flow: !!python/object:os.system x\n",
        "flow: \u202e x\n",
        "",
        "\ufeffflow： x\n",
    ],
    ids=["deep", "bomb", "twice", "tag", "bidi", "empty", "full width"],
)
def test_bad_text_gets_findings_at_once(terminal: Terminal, tmp_path: Path, text: str) -> None:
    told = terminal("lint", write(tmp_path, "bad.yaml", text), code=1)
    assert "bad.yaml:" in told.out


def test_bytes_that_are_no_text(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00flow: x")
    assert "bad.yaml:1" in terminal("lint", tmp_path / "bad.yaml", code=1).out


def test_fix_mends_what_is_certain_and_says_so(terminal: Terminal, rules: Path) -> None:
    path = write(rules, "outing.yaml", FLOW.format(role="审合员").replace("title:", "title："))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    told = terminal("lint", "--fix", path)
    assert f"mended {path}:2:6 Y105" in told.err
    assert f"mended {path}:5:19 O452" in told.err
    assert "“审合员” → “审核员”" in told.err
    assert path.read_bytes().decode() == FLOW.format(role="审核员").lstrip().replace("\n", "\r\n")
    assert "mended" not in terminal("lint", "--fix", path).err


def test_fix_leaves_what_is_not_certain(terminal: Terminal, rules: Path) -> None:
    path = write(rules, "outing.yaml", FLOW.format(role="审核员, due: 3月"))
    before = path.read_bytes()
    told = terminal("lint", "--fix", path, code=1)
    assert "3个月" in told.out
    assert path.read_bytes() == before


def test_fix_mends_an_organisation_before_the_flows_that_use_it(terminal: Terminal, rules: Path) -> None:
    organisation = rules / "orgs/jiuxianqiao.yaml"
    organisation.write_text(organisation.read_text("utf-8").replace("time_zone:", "time_zoen:"), "utf-8")
    flow = write(rules, "outing.yaml", FLOW.format(role="审核员"))
    told = terminal("lint", "--fix", organisation, flow)
    assert "time_zoen" in told.err
    assert "time_zone: Asia/Shanghai" in organisation.read_text("utf-8")

"""`guankou test`: exit codes, lines, ways not walked, JUnit, JSON. It needs no database."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import FLOWS, Terminal
from tests.rehearsal.rig import HEAD

GOOD = HEAD + "    - 张三 通过 站初审\n"
WRONG = GOOD + "    - expect: { at: 站初审 }\n"


@pytest.fixture
def terminal() -> Terminal:
    return Terminal({"GUANKOU_DATA": "/proc/nowhere"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FLOWS / "activity.yaml", tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "activity.test.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_flows(terminal: Terminal) -> None:
    told = terminal("test", "--strict", FLOWS)
    assert "activity: all 15 ways were walked" in told.out
    cases = sum(len(re.findall("^- case:", one.read_text("utf-8"), re.MULTILINE)) for one in FLOWS.rglob("*.test.yaml"))
    assert told.out.splitlines()[-1] == f"{cases} cases, 0 failed, 0 ways not walked"


@pytest.mark.parametrize("given", ["activity.test.yaml", "activity.yaml", ""])
def test_a_file_its_flow_or_its_folder(terminal: Terminal, folder: Path, given: str) -> None:
    write(folder, GOOD)
    told = terminal("test", folder / given)
    assert "  ok     试\n" in told.out
    assert f"{folder}/activity.yaml:16 站初审: reject; return to the submitter\n" in told.out
    assert told.out.splitlines()[-1] == "1 cases, 0 failed, 13 ways not walked"


def test_a_case_that_goes_otherwise(terminal: Terminal, folder: Path) -> None:
    path = write(folder, WRONG)
    told = terminal("test", folder, code=1)
    assert (
        f"{path}:6:21 T515 at: expected [站初审], found [所复审]\n    6 |     - expect: {{ at: 站初审 }}\n" in told.out
    )
    assert "1 cases, 1 failed" in told.out


def test_in_chinese(terminal: Terminal, folder: Path) -> None:
    path = write(folder, WRONG)
    told = terminal("test", folder, code=1, GUANKOU_LANGUAGE="zh")
    assert f"{path}:6:21 T515 所在：期望 [站初审]，实际 [所复审]" in told.out
    assert "站初审：驳回；退回到提交人" in told.out
    assert "1 个用例，1 个不对，13 条路没有走过" in told.out


def test_strict_fails_where_a_way_is_not_walked(terminal: Terminal, folder: Path) -> None:
    write(folder, GOOD)
    terminal("test", folder)
    terminal("test", "--strict", folder, code=1)


def test_a_flow_without_tests_is_named(terminal: Terminal, folder: Path) -> None:
    write(folder, GOOD)
    shutil.copy(FLOWS / "livestream.yaml", folder)
    assert f"{folder / 'livestream.yaml'} has no tests yet" in terminal("test", folder).out
    assert terminal("test", folder, "--output", "json").json["untested"] == [str(folder / "livestream.yaml")]


def test_for_programs(terminal: Terminal, folder: Path) -> None:
    path = write(folder, WRONG)
    told = terminal("test", folder, "--output", "json", code=1).json
    (case,) = told["cases"]
    assert (case["file"], case["case"], case["line"], case["ok"]) == (str(path), "试", 1, False)
    assert (case["expected"], case["found"]) == (["站初审"], ["所复审"])
    assert (case["failure"]["code"], case["failure"]["line"], case["failure"]["column"]) == ("T515", 6, 21)
    assert {
        "flow": "activity",
        "step": "站初审",
        "trigger": "reject",
        "target": "rejected",
        "line": 16,
        "zh": "驳回",
        "en": "reject",
        "file": str(folder / "activity.yaml"),
    } in told["unwalked"]


def test_junit(terminal: Terminal, folder: Path) -> None:
    path = write(folder, GOOD.replace("case: 试", "case: 一 & <二>") + WRONG)
    terminal("test", folder, "--junit", folder / "out.xml", code=1)
    root = ElementTree.parse(folder / "out.xml").getroot()  # noqa: S314 (our own)
    assert root.tag == "testsuites"
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("activity", "2", "1")
    first, second, out = suite
    assert (first.get("name"), first.get("line"), len(first)) == ("一 & <二>", "1", 0)
    assert float(second.get("time", "-1")) >= 0
    assert second[0].get("message") == f"{path}:11:21 T515 at: expected [站初审], found [所复审]"
    assert "站初审 reject" in (out.text or "").splitlines()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + "    - 张三 同意 站初审\n", ":5:10 T501"),
        ("- case: 一\n", ":1:3 F302"),
        ("- case: [\n", "Y1"),
        ("", "Y100"),
    ],
)
def test_cases_that_cannot_be_read(terminal: Terminal, folder: Path, text: str, why: str) -> None:
    path = write(folder, text)
    told = terminal("test", path, code=2)
    assert why in told.err
    assert str(path) in told.err


def test_what_cannot_be_read_does_not_stop_the_others(terminal: Terminal, folder: Path) -> None:
    write(folder, GOOD)
    (folder / "broken.yaml").write_text("flow: broken\n", encoding="utf-8")
    (folder / "broken.test.yaml").write_text(GOOD, encoding="utf-8")
    told = terminal("test", folder, code=2)
    assert "  ok     试" in told.out
    assert "broken.yaml:1:1 F302" in told.err


def test_what_is_not_there(terminal: Terminal, folder: Path) -> None:
    assert "There is no file" in terminal("test", folder / "nothing.yaml", code=2).err
    assert "activity.test.yaml" in terminal("test", folder / "activity.yaml", code=2).err
    assert "no *.test.yaml" in terminal("test", folder, code=2).err
    write(folder, GOOD).rename(folder / "lost.test.yaml")
    assert "There is no flow lost.yaml beside" in terminal("test", folder, code=2).err


def test_an_organisation_of_one_s_own(terminal: Terminal, folder: Path) -> None:
    write(folder, GOOD.replace("所.审核员: 王五", "所.志愿者: 王五"))
    terminal("test", folder)
    assert "T521" in terminal("test", folder, "--org", FLOWS / "orgs/jiuxianqiao.yaml", code=1).out
    assert "holds no organisation" in terminal("test", folder, "--org", folder / "activity.yaml", code=2).err

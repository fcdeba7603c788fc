"""`guankou check`: what it says of flows on every path, for people and for programs, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from workflow.cli import check as checking
from workflow.cli.check import check
from workflow.cli.trouble import Stop

HOUSE = FLOWS / "orgs/jiuxianqiao.yaml"
WRONG = """\
flow: wrong
title: 前面的条件已经定了
start: { by: 站.协调员, form: { 人数: int 1..500 } }
steps:
  甲: { when: 人数 >= 100, review: 站.审核员, reject: continue }
  乙: { when: 甲.结果 == 跳过 and 人数 > 200, review: 所.审核员 }
  丙: { review: 中心.审核员, need: 3 if 人数 > 300 else 1 }
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, "utf-8")
    return path


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(checking, "SPOKEN", request.param)
    monkeypatch.setattr(checking, "say", lambda zh, en: zh if request.param == "zh" else en)
    return str(request.param)


def test_how_much_was_walked_and_a_path_to_each_problem(
    wrong: Path, spoken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([wrong], "text", HOUSE) == 1
    first, *lines = capsys.readouterr().out.splitlines()
    assert [
        word for word in first.replace("：", " ").replace("、", " ").replace(",", " ").split() if word.isdigit()
    ] == ["12", "6", "5"]
    assert "P502" in lines[0]
    assert lines[1].endswith("乙: { when: 甲.结果 == 跳过 and 人数 > 200, review: 所.审核员 }")
    assert set(lines[2].replace("|", " ").split()) == {
        "^" * len("甲.结果 == 跳过 and 人数 > 200") + "^" * len("甲结果跳过人数")
    }
    assert lines[3].split("：" if spoken == "zh" else ": ", 1)[1] == (
        "提交 → 甲 驳回" if spoken == "zh" else "handed in → 甲 rejected"
    )
    assert "人数 = 100..500" in lines[4]
    assert any("P551" in line for line in lines)
    assert lines[-1] == ("1 处一定，1 处可能" if spoken == "zh" else "1 certain, 1 possible")


def test_for_programs(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([wrong], "json", HOUSE) == 1
    ((one,), *rest) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not rest
    assert (one["flow"], one["whole"], one["sorts"]) == ("wrong", True, 1)
    sure, perhaps = one["findings"]
    assert (sure["code"], sure["certain"], sure["level"], sure["line"]) == ("P502", True, "warning", 6)
    assert (sure["path_zh"], sure["path_en"], sure["known"]) == (
        "提交 → 甲 驳回",
        "handed in → 甲 rejected",
        {"人数": "100..500"},
    )
    assert (perhaps["code"], perhaps["certain"], perhaps["level"]) == ("P551", False, "note")


def test_the_shipped_flows_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """The organisation beside the flows is found; nothing is certainly wrong with any of them."""
    for path in sorted([*FLOWS.glob("*.yaml"), *(FLOWS / "capital").glob("*.yaml")]):
        if not path.stem.endswith(".test"):
            assert check([path], "text", None) == 0, capsys.readouterr().out


def test_possible_alone_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG.replace("人数 > 200, ", "人数 > 20, "), "utf-8")
    assert check([path], "text", HOUSE) == 0


def test_without_an_organisation_people_are_not_looked_at(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([wrong], "text", None) == 1
    out = capsys.readouterr().out
    assert "--org" in out
    assert "P551" not in out


def test_errors_are_lint_s_and_nothing_is_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG.replace("review: 所", "reviw: 所"), "utf-8")
    assert check([path], "text", HOUSE) == 1
    out = capsys.readouterr().out
    assert "F301" in out
    assert "P5" not in out


@pytest.mark.parametrize("path", [HOUSE, FLOWS / "nothing.yaml"])
def test_what_is_no_flow_is_refused(path: Path) -> None:
    with pytest.raises(Stop) as stopped:
        check([path], "text", None)
    assert stopped.value.code == 2

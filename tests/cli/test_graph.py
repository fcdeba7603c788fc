"""`guankou graph`: pictures of flows, from files, without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from workflow.cli.graph import graph
from workflow.cli.trouble import Stop

ACTIVITY = FLOWS / "activity.yaml"


def test_the_three_formats(capsys: pytest.CaptureFixture[str]) -> None:
    for form, begins in (("svg", "<svg "), ("mermaid", "---\ntitle:"), ("dot", "digraph ")):
        assert graph(ACTIVITY, form, None, None, "zh") == 0  # type: ignore[arg-type]
        said = capsys.readouterr().out
        assert said.startswith(begins)
        assert all(name in said for name in ("站初审", "所复审", "中心终审", "派发", "驳回"))


def test_into_a_file_and_in_english(tmp_path: Path) -> None:
    file = tmp_path / "activity.svg"
    assert graph(ACTIVITY, "svg", file, FLOWS / "orgs/jiuxianqiao.yaml", "en") == 0
    assert "Rejected" in file.read_text("utf-8")


def test_the_organisation_orders_the_lanes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow = tmp_path / "upside.yaml"
    flow.write_text(
        "flow: upside\ntitle: 倒着来\nstart: { by: 中心.协调员, form: { 标题: text 2..40 } }\n"
        "steps: { 一: { review: 中心.审核员 }, 二: { review: 所.审核员 } }\n", "utf-8"
    )  # fmt: skip

    def lanes(organisation: Path | None) -> list[str]:
        graph(flow, "mermaid", None, organisation, "zh")
        return [line.split('"')[1] for line in capsys.readouterr().out.splitlines() if "subgraph" in line]

    assert lanes(None) == ["中心", "所"]
    assert lanes(FLOWS / "orgs") == ["所", "中心"]


def test_a_flow_with_errors_is_not_drawn_but_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flow = tmp_path / "broken.yaml"
    flow.write_text("flow: broken\ntitle: 坏\nstart: { by: 站.协调员 }\nsteps: { 一: { revew: 站.审核员 } }\n", "utf-8")
    assert graph(flow, "svg", tmp_path / "never.svg", None, "zh") == 1
    assert "F301" in capsys.readouterr().err
    assert not (tmp_path / "never.svg").exists()


@pytest.mark.parametrize("path", ["nothing.yaml", "orgs/jiuxianqiao.yaml"])
def test_what_is_no_flow_is_refused(path: str) -> None:
    with pytest.raises(Stop) as stopped:
        graph(FLOWS / path, "svg", None, None, "zh")
    assert stopped.value.code == 2


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Stop) as stopped:
        graph(ACTIVITY, "svg", tmp_path / "no/such/folder.svg", None, "zh")
    assert stopped.value.code == 2

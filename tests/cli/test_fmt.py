"""`guankou fmt` and `guankou explain`: exit codes, what is written and what is left alone, and in which language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Terminal

ROUGH = "flow:   outing  # 郊游\ntitle: '郊游'\n\nstart: {by: 站.协调员, form: {标题: text 2..40}}\nsteps:\n    初审: {review: 站.审核员,due: 1日}\n"
NEAT = "flow: outing  # 郊游\ntitle: 郊游\n\nstart: { by: 站.协调员, form: { 标题: text 2..40 } }\nsteps:\n  初审: { review: 站.审核员, due: 1日 }\n"
CHINESE = "流程: outing  # 郊游\n名称: 郊游\n\n发起: { 由: 站.协调员, 表单: { 标题: 文字 2..40 } }\n步骤:\n  初审: { 审核: 站.审核员, 限时: 1日 }\n"


@pytest.fixture
def terminal() -> Terminal:
    """Neither needs a database: a folder that cannot be made would fail everything else."""
    return Terminal({"GUANKOU_DATA": "/proc/nowhere"})


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "outing.yaml"
    path.write_text(ROUGH, "utf-8")
    return path


def test_a_flow_is_put_in_form_once(terminal: Terminal, flow: Path) -> None:
    assert terminal("fmt", flow).err == "1 reformatted\n"
    assert flow.read_text("utf-8") == NEAT
    assert terminal("fmt", flow).err == "1 unchanged\n"
    assert terminal("fmt", flow, GUANKOU_LANGUAGE="zh").err == "1 个不变\n"


def test_check_and_diff_write_nothing(terminal: Terminal, flow: Path) -> None:
    assert terminal("fmt", "--check", flow, code=1).out == f"would reformat: {flow}\n"
    told = terminal("fmt", "--diff", flow, code=1)
    assert "\n-title: '郊游'\n" in told.out
    assert "\n+title: 郊游\n" in told.out
    assert flow.read_text("utf-8") == ROUGH
    terminal("fmt", flow)
    terminal("fmt", "--check", flow)
    assert terminal("fmt", "--diff", flow).out == ""


def test_into_chinese_and_back(terminal: Terminal, flow: Path) -> None:
    terminal("fmt", "--zh", flow)
    assert flow.read_text("utf-8") == CHINESE
    terminal("fmt", "--en", flow)
    assert flow.read_text("utf-8") == NEAT.replace("1日", "1d")
    assert "--zh" in terminal("fmt", "--zh", "--en", flow, code=2).err


def test_what_cannot_be_read_is_said_and_left_alone_and_the_rest_is_done(terminal: Terminal, flow: Path) -> None:
    other = flow.with_name("other.yaml")
    other.write_text("flow： other\n", "utf-8")
    told = terminal("fmt", flow.parent, code=2)
    assert f"{other}:1:5 Y105" in told.out
    assert told.err == "1 reformatted, 1 unreadable and left alone\n"
    assert other.read_text("utf-8") == "flow： other\n"
    assert flow.read_text("utf-8") == NEAT


def test_lines_end_as_they_did(terminal: Terminal, flow: Path) -> None:
    flow.write_bytes(b"\xef\xbb\xbf" + ROUGH.replace("\n", "\r\n").encode())
    terminal("fmt", flow)
    assert flow.read_bytes() == b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode()
    terminal("fmt", "--check", flow)


def test_only_flows_are_touched(terminal: Terminal, tmp_path: Path) -> None:
    organisation = (FLOWS / "orgs/jiuxianqiao.yaml").read_bytes()
    path = tmp_path / "jiuxianqiao.yaml"
    path.write_bytes(organisation + b"\n\n\n")
    terminal("fmt", path, code=2)
    assert path.read_bytes() == organisation + b"\n\n\n"
    assert terminal("fmt", "--check", FLOWS).out == ""


def test_a_code_is_explained(terminal: Terminal) -> None:
    told = terminal("explain", "f301").out
    assert told.startswith("F301 no such key\n")
    assert "wrong:\n    甲: { reviw: 站.审核员 }\n" in told
    assert "right:\n    甲: { review: 站.审核员 }\n" in told
    assert terminal("explain", "F301", GUANKOU_LANGUAGE="zh").out.startswith("F301 没有这个键\n")
    told = terminal("explain", "F399", code=2).err
    assert "F399" in told
    assert "F396" in told


def test_a_flow_is_explained_or_its_errors_are_said(terminal: Terminal, flow: Path) -> None:
    assert "郊游" in terminal("explain", flow).out
    flow.write_text(ROUGH.replace("review", "reviw"), "utf-8")
    assert "F301" in terminal("explain", flow, code=1).out
    assert "F301" in terminal("explain", FLOWS / "orgs/jiuxianqiao.yaml", code=2).err
    assert "nowhere.yaml" in terminal("explain", "nowhere.yaml", code=2).err

"""`guankou apply` and `guankou org`: all that is given or nothing, and who is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Terminal


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    shutil.copytree(FLOWS, tmp_path / "flows")
    return tmp_path / "flows"


def test_what_changed_is_printed(guankou: Terminal, rules: Path) -> None:
    first = guankou("apply", rules, "--tenant", "second")
    assert "tenant\tsecond\tnew" in first.out
    assert "flow\tactivity\tnew" in first.out
    flow = rules / "activity.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("1工作日", "2工作日"), encoding="utf-8")
    again = guankou("apply", rules, "--tenant", "second", "--as", "郭建军")
    assert "flow\tactivity\tchanged" in again.out
    assert "flow\tlivestream\tunchanged" in again.out
    assert "organisation\tjiuxianqiao\tunchanged" in again.out
    assert "郭建军" in guankou("audit", "tail", "--tenant", "second").out
    assert "several tenants" in guankou("inbox", "--as", "张伟", code=1, GUANKOU_TENANT="").err
    assert "second" in guankou("apply", rules / "activity.yaml", code=1).err, "of a flow alone nobody knows whose it is"


def test_one_error_and_nothing_is_applied(guankou: Terminal, rules: Path) -> None:
    flow = rules / "activity.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("站.审核员", "站.审合员"), encoding="utf-8")
    told = guankou("apply", rules, "--tenant", "third", code=1)
    assert "activity.yaml:" in told.err
    assert "nothing was put into force" in told.err
    assert "no tenant “third”" in guankou("org", "show", "--tenant", "third", code=1).err


def test_two_organisations_at_once_are_refused(guankou: Terminal, rules: Path) -> None:
    two = "organisation: two\ntitle: 二\ntiers: [中心]\nroles: [管理员]\nunits: { 总: { tier: 中心 } }\n"
    (rules / "orgs/two.yaml").write_text(two, encoding="utf-8")
    assert "One organisation at a time" in guankou("apply", rules, code=1).err


def test_no_organisation_takes_anothers_place(guankou: Terminal, tmp_path: Path) -> None:
    one = "organisation: lonely\ntitle: 一\ntiers: [中心]\nroles: [管理员]\nunits: { 总: { tier: 中心 } }\n"
    (tmp_path / "lonely.yaml").write_text(one, encoding="utf-8")
    assert (
        "is jiuxianqiao, not lonely" in guankou("apply", tmp_path / "lonely.yaml", "--tenant", "chaoyang", code=1).err
    )
    assert "大山子站" in guankou("org", "show").out


def test_a_warning_does_not_stop_it(guankou: Terminal, tmp_path: Path) -> None:
    one = "organisation: lonely\ntitle: 一\ntenant: lonely\ntiers: [中心]\nroles: [管理员]\nunits: { 总: { tier: 中心 } }\npeople: { 甲: { roles: [总.管理员] } }\n"
    (tmp_path / "lonely.yaml").write_text(one, encoding="utf-8")
    assert "O490" in guankou("apply", tmp_path / "lonely.yaml").err


def test_who_is_there(guankou: Terminal) -> None:
    shown = guankou("org", "show", "--tenant", "chaoyang").out
    assert "酒仙桥所 (所)" in shown
    assert "审核员: 王芳、戴维" in shown
    told = guankou("org", "person", "mia", "--tenant", "chaoyang").out
    assert "米娅" in told
    assert "酒仙桥所.现场负责人" in told
    assert "guankou link mia" in told
    assert "nobody called" in guankou("org", "person", "无此人", "--tenant", "chaoyang", code=1).err

"""`guankou replay`: the items of the store through a changed flow, as a coordinator asks before putting it into force."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import FLOWS, ROOT, Terminal

Submit = Callable[..., str]

PAGE = (ROOT / "docs/testing.md").read_text("utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (FLOWS / "activity.yaml").read_text("utf-8")
    assert text.count(old) == 1, old
    path = tmp_path / "activity.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_what_would_differ_is_said_and_what_would_not_is_counted(
    guankou: Terminal, submit: Submit, tmp_path: Path
) -> None:
    done, rejected = submit("放映会", people=120), submit("义诊", people=90)
    for code, verb, person in ((done, "approve", "张伟"), (done, "approve", "david"), (rejected, "reject", "张伟")):
        guankou("decide", code, verb, "--as", person, "-m", "意见")
    same = guankou("replay", FLOWS / "activity.yaml", "--items", 2)
    assert "2 items replayed: 0 would differ" in same.out
    wider = changed(tmp_path, "预计人数 >= 500", "预计人数 >= 100")
    told = guankou("replay", wider, "--items", 2, code=1)
    assert "2 items replayed: 1 would differ, 1 would not." in told.out
    assert done in told.out
    assert rejected not in told.out
    assert "中心终审: skipped → approved" in told.out
    assert "taken as approved: 中心终审 赵敏、中心终审 钱学文" in told.out
    (page,) = re.findall(r"^```text\n\$ guankou replay [^\n]*\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    shown = guankou("replay", wider, "--items", 2, code=1, GUANKOU_LANGUAGE="zh").out
    assert shown == page.replace("7K2M9Q", done)
    found = guankou("replay", wider, "--items", 2, "--output", "json", code=1).json
    assert {one["item"]: one["differs"] for one in found} == {done: True, rejected: False}
    steps = {one["step"]: one["result"] for one in next(one for one in found if one["differs"])["would"]["steps"]}
    assert steps["中心终审"] == "approved"


def test_a_flow_that_cannot_be_read_or_has_no_past(guankou: Terminal, submit: Submit, tmp_path: Path) -> None:
    submit()
    assert "F320" in guankou("replay", changed(tmp_path, "{ review: 所.审核员 }", "{}"), code=2).err
    other = tmp_path / "outing.yaml"
    other.write_text((FLOWS / "activity.yaml").read_text("utf-8").replace("flow: activity", "flow: outing"), "utf-8")
    assert "no item of the flow “outing”" in guankou("replay", other, code=1).err

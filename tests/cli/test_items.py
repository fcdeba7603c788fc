"""`guankou submit inbox show decide`: an item from a terminal, with a chat's rights and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from tests.cli.conftest import Terminal

Submit = Callable[..., str]


def codes(guankou: Terminal, person: str) -> list[str]:
    return [one["code"] for one in guankou("inbox", "--as", person, "--output", "json").json]


def test_from_submission_to_approval(guankou: Terminal, submit: Submit) -> None:
    code = submit("清明祭扫活动")
    assert code in codes(guankou, "张伟")
    assert code in guankou("inbox", "--as", "刘洋").out
    assert "running" in guankou("decide", code, "通过", "--as", "张伟", "-m", "同意").out
    assert code not in codes(guankou, "张伟")
    assert code not in codes(guankou, "刘洋")
    assert guankou("decide", code, "approve", "--as", "david", "--output", "json").json["state"] == "done"
    shown = guankou("show", code, GUANKOU_LANGUAGE="zh").out
    assert "清明祭扫活动" in shown
    assert "张伟" in shown
    assert "DX-" in shown
    told = guankou("show", code, "--as", "李明", "--output", "json").json
    assert told["item"]["number"] == code
    assert told["timeline"][0]["kind"] == "started"


def test_the_same_id_counts_once(guankou: Terminal, submit: Submit, plan: Path) -> None:
    words = (
        "submit", "activity", "--as", "陈静", "--set", "标题=只交一次", "--set", "主题=培育践行主流价值", "--set", "时间=5工作日后",
        "--set", "地点=红霞", "--set", "预计人数=30", "--file", f"方案={plan}", "--output", "json", "--id", uuid4(),
    )  # fmt: skip
    assert guankou(*words).json == guankou(*words).json
    rows = guankou("inbox", "--as", "杨帆", "--output", "json").json
    assert [one["title"] for one in rows].count("只交一次") == 1
    code, vote = submit(), ("--as", "张伟", "--output", "json", "--id", str(uuid4()))
    first = guankou("decide", code, "approve", *vote).json
    assert guankou("decide", code, "approve", *vote).json == first
    assert "UUID" in guankou("decide", code, "approve", "--as", "张伟", "--id", "one", code=1).err


def test_refusals_say_why(guankou: Terminal, submit: Submit) -> None:
    code = submit()
    assert "You have no task" in guankou("decide", code, "approve", "--as", "李明", code=1).err
    assert "reason" in guankou("decide", code, "reject", "--as", "张伟", code=1).err
    assert "no such item" in guankou("decide", code, "approve", "--as", "陈静", code=1).err
    assert "no such item" in guankou("show", "ZZZZZZ", code=1).err
    assert "no such item" in guankou("show", code, "--as", "陈静", code=1).err
    assert "There is no act" in guankou("decide", code, "bless", "--as", "张伟", code=1).err
    assert "没有“bless”" in guankou("decide", code, "bless", "--as", "张伟", code=1, GUANKOU_LANGUAGE="zh").err
    assert "nobody called" in guankou("inbox", "--as", "张三丰", code=1).err
    assert "no tenant" in guankou("inbox", "--as", "张伟", "--tenant", "none", code=1).err
    assert "刘洋" in guankou("decide", code, "transfer", "--as", "张伟", "--to", "刘洋", code=1).err, (
        "by name, not by id"
    )


def test_a_form_that_is_wrong_is_told_field_by_field(guankou: Terminal, tmp_path: Path, plan: Path) -> None:
    told = guankou(
        "submit", "activity", "--as", "李明", "--set", "标题=一", "--set", "预计人数=9999", "--set", "外=1", code=1
    )
    for word in ("标题", "预计人数", "外", "方案", "时间"):
        assert word in told.err
    assert "标题: 标题" not in told.err
    assert "FIELD=VALUE" in guankou("submit", "activity", "--as", "李明", "--set", "标题", code=1).err
    assert (
        "cannot be read"
        in guankou("submit", "activity", "--as", "李明", "--file", f"方案={tmp_path}/none.pdf", code=1).err
    )
    assert "no place" in guankou("submit", "livestream", "--as", "吕梁", "--file", f"嘉宾/0/承诺书={plan}", code=1).err
    assert "JSON" in guankou("submit", "livestream", "--as", "吕梁", "--set", "嘉宾=[{]", code=1).err
    disguised = tmp_path / "plan.pdf"
    disguised.write_bytes(b"<!doctype html><script>")
    assert "plan.pdf" in guankou("submit", "activity", "--as", "李明", "--file", f"方案={disguised}", code=1).err
    assert "cannot" in guankou("submit", "livestream", "--as", "李明", code=1).err
    assert "no such flow" in guankou("submit", "nothing", "--as", "李明", code=1).err


def test_returned_amended_and_handed_in_again(guankou: Terminal, submit: Submit) -> None:
    code = submit("先退回一次")
    guankou("decide", code, "退回", "--as", "张伟", "--to", "提交人", "-m", "人数不对")
    assert code in codes(guankou, "李明")
    assert "returned" in guankou("show", code).out
    guankou("decide", code, "resubmit", "--as", "李明", "--set", "预计人数=120")
    assert "120" in guankou("show", code).out
    assert guankou("decide", code, "withdraw", "--as", "李明", "--output", "json").json["state"] == "withdrawn"
    assert "withdrawn" in guankou("decide", code, "approve", "--as", "张伟", code=1).err


def test_a_checklist_and_rows(guankou: Terminal, plan: Path) -> None:
    guests = [{"姓名": "甲嘉宾", "单位": "某单位"}, {"姓名": "乙嘉宾", "单位": "某单位"}]
    told = guankou(
        "submit", "livestream", "--as", "吕梁", "--set", "选题=红色传承 走向复兴", "--set", "开播=20工作日后", "--set", "时长=1小时",
        "--set", "平台=抖音、花椒", "--set", f"嘉宾={json.dumps(guests, ensure_ascii=False)}", "--file", f"脚本={plan}",
        "--file", f"嘉宾/0/承诺书={plan}", "--file", f"嘉宾/1/承诺书={plan}", "--output", "json",
    )  # fmt: skip
    code = told.json["code"]
    assert "导向正确" in guankou("decide", code, "通过", "--as", "林国栋", code=1).err
    failed = guankou(
        "decide", code, "通过", "--as", "林国栋", "--mark", "全部=通过", "--mark", "符合计划=不通过", code=1
    )
    assert "符合计划" in failed.err
    assert "导向正确" not in failed.err
    assert "no mark" in guankou("decide", code, "通过", "--as", "林国栋", "--mark", "符合计划=好", code=1).err
    guankou("decide", code, "approve", "--as", "林国栋", "--mark", "all=pass")
    assert "several tasks" in guankou("decide", code, "approve", "--as", "彭慧", "--mark", "all=pass", code=1).err
    assert (
        "嘉宾关/1"
        in guankou("decide", code, "approve", "--as", "彭慧", "--step", "嘉宾关", "--mark", "all=pass", code=1).err
    )
    guankou("decide", code, "approve", "--as", "彭慧", "--step", "嘉宾关/2", "--mark", "all=pass")
    left = [one for one in guankou("inbox", "--as", "彭慧", "--output", "json").json if one["code"] == code]
    assert len(left) == 1
    assert "no task at" in guankou("decide", code, "approve", "--as", "彭慧", "--step", "内容关", code=1).err


def test_an_administrator_assigns_what_is_stuck(guankou: Terminal, plan: Path) -> None:
    told = guankou(
        "submit", "activity", "--as", "袁圆", "--set", "标题=无人可审的活动", "--set", "主题=培育践行主流价值", "--set", "时间=5工作日后",
        "--set", "地点=春晖园", "--set", "预计人数=30", "--file", f"方案={plan}", "--output", "json",
    )  # fmt: skip
    code = told.json["code"]
    assert code in codes(guankou, "henry")
    guankou("decide", code, "指派", "--as", "何亨利", "--to", "张伟", "-m", "代审")
    assert code in codes(guankou, "张伟")

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.talk.stage import ORGANISATION, START
from workflow.domain import tree
from workflow.grammars.field import choice, read_field, rows
from workflow.talk.scene import Upload
from workflow.talk.speaker import Speaker
from workflow.talk.values import Ink, commitments, fen, files_in

FILE = Upload("f1", "方案.pdf", "application/pdf", 10, "李明", "c1")
WORDS = {
    "w1": "烈士陵园",
    "w2": "不\u202e同意",
    "w3": '{"latitude":39904200,"longitude":116407400}',
    "w4": '{"latitude":1,"longitude":2,"text":"东门"}',
}
ZH, EN = (Ink(Speaker(language, ORGANISATION, START), WORDS, {"f1": FILE}) for language in ("zh", "en"))


def field(text: str) -> tree.Field:
    return read_field(text, "项")


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("text", {"sealed": "w1"}, "烈士陵园", "烈士陵园"),
        ("text", {"sealed": "w2"}, "不同意", "不同意"),
        ("text", {"sealed": "gone"}, "〔已删除〕", "[erased]"),
        ("place", {"sealed": "w3"}, "39.904200, 116.407400", "39.904200, 116.407400"),
        ("place", {"sealed": "w4"}, "东门", "东门"),
        ("int", 600, "600", "600"),
        ("number", "3.5", "3.5", "3.5"),
        ("money", 1234500, "12345.00 元", "12345.00 yuan"),
        ("money", 5, "0.05 元", "0.05 yuan"),
        ("bool", True, "是", "Yes"),
        ("bool", False, "否", "No"),
        ("date", "2026-12-01", "12月1日", "1 Dec"),
        ("date", "2027-01-03", "2027年1月3日", "3 Jan 2027"),
        ("datetime", "2026-12-01T11:00:00Z", "12月1日 19:00", "1 Dec 19:00"),
        ("datetime", "2026-12-31T17:00:00Z", "2027年1月1日 01:00", "1 Jan 2027 01:00"),
        ("duration", 5400, "1小时30分钟", "1 h 30 min"),
        ("duration", 0, "0分钟", "0 min"),
        ("duration", 90061, "1天1小时1分钟1秒", "1 d 1 h 1 min 1 s"),
        ("stars 5", 3, "★★★☆☆", "★★★☆☆"),
        ("person", "王芳", "王芳", "王芳"),
        ("person", "nobody", "（未知人员）", "(unknown person)"),
        ("unit", "大山子站", "大山子站", "大山子站"),
        ("file", [{"file": "f1", "sealed": "c1"}], "方案.pdf", "方案.pdf"),
        ("file", [{"file": "f9", "sealed": "c9"}], "〔已删除〕", "[erased]"),
        ("money", "spoilt", "spoilt", "spoilt"),
        ("datetime", "spoilt", "spoilt", "spoilt"),
        ("int", None, "", ""),
    ],
)
def test_a_value_is_spelt_for_its_reader(kind: str, value: Any, zh: str, en: str) -> None:
    assert ZH.value(field(kind), value) == zh
    assert EN.value(field(kind), value) == en


def test_several_of_a_choice_are_listed() -> None:
    many = choice(("甲", "乙"), "项", many=True)
    assert ZH.value(many, ["甲", "乙"]) == "甲、乙"
    assert EN.value(many, ["甲", "乙"]) == "甲, 乙"


def test_rows_are_a_line_each_and_their_files_are_offered() -> None:
    table = rows([read_field("text", "姓名"), read_field("file", "承诺书")], "嘉宾")
    row = [["姓名", {"sealed": "w1"}], ["承诺书", [{"file": "f1", "sealed": "c1"}]]]
    assert ZH.value(table, [row, [["姓名", {"sealed": "gone"}]]]) == "1. 烈士陵园 · 方案.pdf\n2. 〔已删除〕"
    assert [one.name for one in ZH.attachments(table, [row])] == ["方案.pdf"]
    assert list(commitments([row])) == ["w1"]
    assert list(files_in([row])) == ["f1"]
    assert "另有 5 行" in ZH.value(table, [row] * 25)


def test_moments_need_no_date_today_and_no_year_this_year() -> None:
    speaker = ZH.speaker
    assert speaker.when(START) == "09:00"
    assert speaker.when(START + timedelta(days=1)) == "11月24日 09:00"
    assert speaker.when(START + timedelta(days=60)) == "2027年1月22日 09:00"
    assert speaker.moment(START) == "11月23日 09:00"
    # 23:30 in Beijing is still today, though in London it is not
    assert speaker.when(START.replace(hour=15, minute=30)) == "23:30"


def test_many_names_are_counted() -> None:
    people = [one.id for one in ORGANISATION.people][:8]
    assert ZH.speaker.people(people).endswith("等 8 人")
    assert ZH.speaker.people(["system"]) == "系统"


def test_steps_are_called_by_their_own_names() -> None:
    speaker = ZH.speaker
    assert speaker.step("三关并审/嘉宾关/各") == "嘉宾关"
    assert speaker.step("三关并审/嘉宾关/2") == "嘉宾关 · 2"
    assert speaker.step("submitter") == "提交人"
    assert speaker.step("returned") == "已退回，待提交人修改"
    assert speaker.step("") == ""


def test_fen_are_exact() -> None:
    assert [fen(one) for one in (0, 7, 100, -250)] == ["0.00", "0.07", "1.00", "-2.50"]

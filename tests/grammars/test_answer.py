"""What people type, read for a field: the value as it is kept, or a problem in both languages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammars.environment import Table
from workflow.domain.tree import Field
from workflow.grammars.answer import Problem, clean_text, read_answer
from workflow.grammars.field import choice, read_field, rows
from workflow.grammars.typed import Unreadable
from workflow.grammars.values import lift, lower

WORLD = Table(开播=datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC))


def answer(field: str | Field, raw: Any) -> Any:
    return read_answer(read_field(field, "甲") if isinstance(field, str) else field, raw, WORLD)


@pytest.mark.parametrize(
    ("field", "raw", "kept"),
    [
        ("text 2..4", "  你好\r\n吗 ", "你好\n吗"),
        ("text", "a\tb", "a\tb"),
        ("int 1..5000", "600", 600),
        ("int", "１，２００".replace("，", ","), 1200),
        ("int", "-5", -5),
        ("int", "2万", 20000),
        ("int", 7, 7),
        ("number", "1.50", "1.5"),
        ("number", 0.1, "0.1"),
        ("number", "-0.000000001", "-0.000000001"),
        ("money 0..200000", "¥ 1,234.5元", 123450),
        ("money", "3.5万", 3_500_000),
        ("money", 0.29, 29),
        ("bool", "是", True),
        ("bool", "No", False),
        ("bool", False, False),
        ("date", "2026/12/1", "2026-12-01"),
        ("date", "2026年12月1号", "2026-12-01"),
        ("date", "12月1日", "2026-12-01"),
        ("date", "1月1日", "2027-01-01"),
        ("date", "2月29日", "2028-02-29"),
        ("date", "后天", "2026-03-07"),
        ("datetime", "2026-12-01 19:00", "2026-12-01T11:00:00Z"),
        ("datetime", "2026-12-01T19:00", "2026-12-01T11:00:00Z"),
        ("datetime", "2026-12-01T19:00:30+02:00", "2026-12-01T17:00:30Z"),
        ("datetime", "2026-12-01 19：00", "2026-12-01T11:00:00Z"),
        ("datetime", "12月1日 19:00", "2026-12-01T11:00:00Z"),
        ("datetime", "明天 9:00", "2026-03-06T01:00:00Z"),
        ("datetime", "后天下午3点半", "2026-03-07T07:30:00Z"),
        ("datetime", "tomorrow 12:05 am", "2026-03-05T16:05:00Z"),
        ("datetime", "今天晚上8点15分", "2026-03-05T12:15:00Z"),
        ("datetime", "5工作日后", "2026-03-12T02:00:00Z"),
        ("datetime", "今天 18:00", "2026-03-05T10:00:00Z"),
        ("datetime >= 3工作日后", "2026-03-10 10:00", "2026-03-10T02:00:00Z"),
        ("datetime > 开播", "2026-03-10 20:01", "2026-03-10T12:01:00Z"),
        ("date >= 今天", "今天", "2026-03-05"),
        ("date <= 开播", "2026-03-10", "2026-03-10"),
        ("date > 无", "2026-01-01", "2026-01-01"),
        ("duration <= 3小时", "1.5小时", 5400),
        ("duration", "2小时30分钟", 9000),
        ("duration", "2h 5m", 7500),
        ("duration", 90, 90),
        ("stars 5", "★★★", 3),
        ("stars 5", 5, 5),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "010-12345678", "01012345678"),
        ("phone", "+1 415 555 2671", "+14155552671"),
        ("url", "https://a.b/c?d=e#f", "https://a.b/c?d=e#f"),
        ("place", "烈士陵园", "烈士陵园"),
        ("place", "geo:39.9042,116.4074", {"latitude": 39904200, "longitude": 116407400}),
        ("place", "39.98,116.49", {"latitude": 39980000, "longitude": 116490000}),
        ("place", "geo:门口", "geo:门口"),
        ("checkin", "GEO:-39.9,116.4074,55.2;u=35;crs=wgs84", {"latitude": -39900000, "longitude": 116407400}),
        ("checkin", "39.9042，116.4074", {"latitude": 39904200, "longitude": 116407400}),
        (
            "checkin",
            {"latitude": -0.5, "longitude": "1", "text": "门口"},
            {"latitude": -500000, "longitude": 1000000, "text": "门口"},
        ),
        ("file pdf docx", "a.PDF", "a.PDF"),
        ("file pdf", [{"id": "x", "name": "方案.pdf"}], {"id": "x", "name": "方案.pdf"}),
        ("photo 2..9", ["a.jpg", {"id": "1", "name": "b.png"}], ["a.jpg", {"id": "1", "name": "b.png"}]),
        ("one 服务类型", " 理发 ", "理发"),
        ("person", "李明", "李明"),
    ],
)
def test_answers(field: str, raw: Any, kept: Any) -> None:
    found = answer(field, raw)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("field", "raw", "words"),
    [
        ("text 2..4", "好", "2 到 4 个字，现在 1 个"),
        ("text 2..4", "一二三四五", "现在 5 个"),
        ("text", "a" * 4001, "最多 4000"),
        ("text", "a\0b", "U+0000"),
        ("text", "a\u202eb", "U+202E"),
        ("text", "\ud800", "U+D800"),
        ("text", 3, "文字"),
        ("int", "9223372036854775808", "太大"),
        ("int", "9007199254740992", "太大"),
        ("int 1..5000", "0", "1 到 5000"),
        ("int 1..", "0", "最少 1"),
        ("int", "1.5", "整数"),
        ("int", "1e5", "不是一个数"),
        ("int", "٣", "不是一个数"),
        ("int", True, "要一个数"),
        ("number", float("nan"), "不是一个数"),
        ("number", float("inf"), "不是一个数"),
        ("number", "0.0000000001", "不是一个数"),
        ("money", "-1", "负数"),
        ("money", "1.005", "到分"),
        ("money 0..20万", "300000", "0 到 200000元"),
        ("bool", "也许", "是 或 否"),
        ("date", "2026-02-30", "没有"),
        ("date", "1026-02-03", "没有"),
        ("date", "12", "不是日期"),
        ("date >= 今天", "昨天", "不早于 2026-03-05"),
        ("datetime", "明天", "还差钟点"),
        ("datetime", "今天", "还差钟点"),
        ("datetime", "2026-12-01", "还差钟点"),
        ("datetime", "9999年后", "不是时间"),
        ("datetime", "明天 25:00", "钟点不对"),
        ("datetime", "很快", "不是时间"),
        ("datetime", "开播前 2小时", "不是时间"),
        ("datetime >= 3工作日后", "明天 9:00", "不早于 2026-03-10 10:00，现在是 2026-03-06 09:00"),
        ("duration <= 3小时", "4h", "最多 3小时，现在是 4小时"),
        ("duration", "3日", "不是时长"),
        ("duration", -5, "文字"),
        ("stars 5", "6", "1 到 5"),
        ("stars 5", 0, "1 到 5"),
        ("phone", "12", "电话号码不对"),
        ("phone", "138001380001", "电话号码不对"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "https://user:pass@a.b", "https://"),
        ("url", "https://a b", "https://"),
        ("url", "https://[::1", "https://"),
        ("url", "https://a.b:99999/", "https://"),
        ("checkin", "91, 0", "经纬度"),
        ("checkin", "geo:91,0", "经纬度"),
        ("checkin", "geo:1", "位置"),
        ("checkin", "门口", "位置"),
        ("checkin", {"latitude": "x"}, "不是一个数"),
        ("file pdf docx", "a.exe", "pdf、docx"),
        ("file pdf", "pdf", "pdf"),
        ("file", ["a", "b"], "一个文件"),
        ("file", [3], "文字"),
        ("photo 2..9", ["a.jpg"], "2 到 9张"),
        ("photo", ["a.svg"], "jpg"),
        ("text", "", "还没有填"),
        ("int", None, "还没有填"),
        ("photo", [], "还没有填"),
        ("place", ["a"], "文字"),
    ],
)
def test_problems(field: str, raw: Any, words: str) -> None:
    found = answer(field, raw)
    assert isinstance(found, Problem)
    assert words in found.zh
    assert found.en


def test_what_is_optional_may_be_left_out() -> None:
    field = read_field("int 1..5", "甲", optional=True)
    assert read_answer(field, "  ", WORLD) is None
    assert isinstance(read_answer(field, "6", WORLD), Problem)


def test_choices_written_in_the_flow() -> None:
    one, many = choice(["生活", "法律"], "类"), choice(["生活", "法律", "一、二"], "类", many=True)
    assert answer(one, ["生活"]) == "生活"
    assert answer(many, "法律，生活、法律") == ["法律", "生活"]
    assert answer(many, "一、二") == ["一、二"]
    assert answer(many, ["一、二", "生活"]) == ["一、二", "生活"]
    found = answer(one, "文化")
    assert isinstance(found, Problem)
    assert "可选：生活、法律" in found.zh


def test_options_say_what_is_kept() -> None:
    people = {"李明": "p1", "王芳": "p2"}
    field = read_field("person", "主审")
    assert read_answer(field, "李明", WORLD, lambda _: people) == "p1"
    assert read_answer(field, "p2", WORLD, lambda _: people) == "p2"
    assert isinstance(read_answer(field, "赵六", WORLD, lambda _: people), Problem)
    guests = rows([field], "嘉宾")
    assert read_answer(guests, [{"主审": "王芳"}], WORLD, lambda _: people) == [{"主审": "p2"}]


def test_rows_are_read_column_by_column() -> None:
    guests = rows([read_field("text 2..20", "姓名"), read_field("money", "酬金", optional=True)], "嘉宾")
    assert answer(guests, [{"姓名": "李明", "酬金": "5"}, {"姓名": "王芳"}]) == [
        {"姓名": "李明", "酬金": 500},
        {"姓名": "王芳"},
    ]
    for raw, words in [
        ([{"姓名": "李明"}, {"姓名": "王"}], "第 2 行，姓名"),
        ([{"姓名": "李明", "工号": "1"}], "工号"),
        ([{}], "还没有填"),
        (["李明"], "若干行"),
        ([{"姓名": "李明"}] * 201, "200"),
        ("李明", "若干行"),
    ]:
        found = answer(guests, raw)
        assert isinstance(found, Problem)
        assert words in found.zh


FIELDS = [
    "text",
    "int",
    "number",
    "money",
    "bool",
    "date",
    "datetime",
    "duration",
    "stars 5",
    "phone",
    "url",
    "place",
    "checkin",
    "file",
    "photo",
    "person",
]


@given(
    st.sampled_from(FIELDS),
    st.one_of(
        st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.lists(st.text(max_size=5), max_size=3)
    ),
)
def test_anything_posted_gives_a_value_or_a_problem(field: str, raw: Any) -> None:
    found = answer(field, raw)
    assert found is not None
    if isinstance(found, Problem):
        assert found.zh
        assert found.en


@given(st.datetimes(min_value=datetime.datetime(2000, 1, 1), max_value=datetime.datetime(2100, 1, 1)))  # noqa: DTZ001 (wall clocks are meant)
def test_a_moment_typed_is_the_moment_meant(wall: datetime.datetime) -> None:
    wall = wall.replace(second=0, microsecond=0)
    kept = answer("datetime", wall.strftime("%Y-%m-%d %H:%M"))
    moment = lift(kept, "datetime")
    assert lower(moment, "datetime") == kept
    assert moment.astimezone(WORLD.zone).replace(tzinfo=None) - wall in (
        datetime.timedelta(0),
        datetime.timedelta(hours=-1),
        datetime.timedelta(hours=1),
    )


def test_text_is_measured_before_it_is_searched() -> None:
    with pytest.raises(Unreadable, match="too long"):
        clean_text("x" * 10_000_000)

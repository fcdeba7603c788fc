"""Values computed: exact, over an environment that is a dictionary; what cannot be computed is said, never guessed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammars.environment import SHANGHAI, Table
from workflow.domain.tree import Everyone, InOrder, Number
from workflow.grammars.errors import ConditionError, MissingError
from workflow.grammars.evaluate import evaluate, evaluate_condition, evaluate_moment, evaluate_need, references
from workflow.grammars.expression import read_condition, read_moment, read_need, read_value
from workflow.grammars.values import MISSING, Money, Row

ROWS = [
    Row("问卷/1", {"分": 5, "知晓": True, "额": Money(10_050), "评语": "好"}),
    Row("问卷/2", {"分": 4, "知晓": False, "额": Money(1), "评语": MISSING}),
    Row("问卷/3", {"分": 1, "知晓": True, "额": Money(0), "评语": "差"}),
]
WORLD = Table(
    预算=Money(6_000_000),
    人数=600,
    主题="宣传",
    开播=datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC),
    时长=datetime.timedelta(hours=3),
    截止=datetime.date(2026, 3, 10),
    平台=["抖音", "微信"],
    率=Decimal("0.1"),
    是=True,
    问卷=ROWS,
    空=[],
    各=ROWS[0],
    **{"各.创新": [30, 41], "各.分": 5, "评单.超时": True, "问卷.结束": datetime.datetime(2026, 3, 6, tzinfo=datetime.UTC), "问卷.份数": 3},
)  # fmt: skip


def value(text: str) -> Any:
    return evaluate(read_value(text), WORLD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预算 > 5万", True),
        ("预算 == 60000", True),
        ("预算 / 7 * 7 == 预算", True),
        ("人数 / 7 * 7", 600),
        ("率 + 率 + 率", Fraction(3, 10)),
        ("0.1 + 0.2 == 0.3", True),
        ("60% * 人数", 360),
        ("预算 / 预算", 1),
        ("mean(问卷.分)", Fraction(10, 3)),
        ("mean(问卷.知晓)", Fraction(2, 3)),
        ("sum(问卷.知晓)", 2),
        ("count(问卷)", 3),
        ("count(问卷.评语)", 2),
        ("count(问卷.知晓)", 2),
        ("count(问卷.分 >= 4 and not 问卷.知晓)", 1),
        ("sum(问卷.额)", Money(10_051)),
        ("max(问卷.额)", Money(10_050)),
        ("min(问卷.分 * 2)", 2),
        ("sum(空)", 0),
        ("mean(空, 7)", 7),
        ("max(人数, 700)", 700),
        ("max(问卷.份数, 2)", 3),
        ("count(问卷.分 > 各.分 - 2)", 2),
        ("max(各.创新)", 41),
        ("“抖音” in 平台", True),
        ("主题 not in (“宣传”、“学习”)", False),
        ("人数 in (1、600)", True),
        ("has(无) and 无 > 3", False),
        ("评单.超时 or 无 > 3", True),
        ("1 if 是 else 无", 1),
        ("10 * 时长 / 1小时", 30),
        ("时长 / 2 == 90分钟", True),
        ("时长 * 1.5", datetime.timedelta(hours=4, minutes=30)),
        ("季度", 1),
        ("year(开播) + month(截止) + day(开播)", 2026 + 3 + 10),
        ("quarter(2026-12-31)", 4),
        ("截止 - 2026-03-01", datetime.timedelta(days=9)),
        ("截止 + 1日", datetime.date(2026, 3, 11)),
        ("截止 == 开播", True),
        ("-人数", -600),
    ],
)
def test_values(text: str, expected: Any) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开播前 2小时", "2026-03-10T10:00:00+00:00"),
        ("2h after 开播", "2026-03-10T14:00:00+00:00"),
        ("开播前 1日", "2026-03-09T12:00:00+00:00"),
        ("今天 18:00", "2026-03-05T10:00:00+00:00"),
        ("开播 09:30", "2026-03-10T01:30:00+00:00"),
        ("现在", "2026-03-05T02:00:00+00:00"),
        ("3日后", "2026-03-08T02:00:00+00:00"),
        ("3d ago", "2026-03-02T02:00:00+00:00"),
        ("3日", "2026-03-07T02:00:00+00:00"),
        ("2小时", "2026-03-04T04:00:00+00:00"),
        ("时长", "2026-03-04T05:00:00+00:00"),
        ("问卷", "2026-03-06T00:00:00+00:00"),
        ("问卷后 1小时", "2026-03-06T01:00:00+00:00"),
        ("截止", "2026-03-09T16:00:00+00:00"),
        ("截止前 1日", "2026-03-08T16:00:00+00:00"),
        ("截止 if 人数 > 5 else 2日", "2026-03-09T16:00:00+00:00"),
    ],
)
def test_moments_count_from_their_opening(text: str, expected: str) -> None:
    opening = datetime.datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
    assert evaluate_moment(read_moment(text), WORLD, opening).astimezone(datetime.UTC).isoformat() == expected


def test_a_date_that_is_due_ends_with_its_day() -> None:
    found = evaluate_moment(read_moment("截止"), WORLD, WORLD.now, end_of_day=True)
    assert found == datetime.datetime(2026, 3, 10, 23, 59, 59, tzinfo=SHANGHAI)


def test_hours_pass_evenly_over_a_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    world = Table(开播=datetime.datetime(2026, 3, 29, 4, tzinfo=berlin))
    found = evaluate(read_value("开播前 2小时"), world)
    assert found == datetime.datetime(2026, 3, 29, 1, tzinfo=berlin)


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("无 > 3", (0, 1), "无"),
        ("人数 + 无.有 > 3", (5, 8), "has(无.有)"),
        ("1 + 人数 / 0", (4, 10), "除数是 0"),
        ("预算 * 预算", (0, 7), "金额"),
        ("主题 > 3", (0, 6), "文字"),
        ("人数 and 是", (0, 2), "判断"),
        ("mean(空)", (0, 7), "一行也没有"),
        ("sum(人数)", (0, 7), "列表"),
        ("人数 in 主题", (6, 8), "列表"),
        ("9007199254740991 + 1", (0, 20), "太大"),
        ("94906267 * 94906267", (0, 19), "太大"),
        ("主题前 1日", (0, 6), "推移"),
        ("今天 + 999999年", (0, 12), "日历"),
        ("mean(问卷.评语 == “好”)", (5, 10), "评语"),
        ("mean(回访.满意度)", (5, 11), "“回访.满意度”还没有值"),
    ],
)
def test_what_cannot_be_computed_goes_to_a_person(text: str, span: tuple[int, int], words: str) -> None:
    with pytest.raises(ConditionError) as caught:
        value(text)
    assert caught.value.span == span
    assert words in caught.value.message_zh
    assert caught.value.message_en


def test_a_condition_is_a_yes_or_a_no() -> None:
    assert evaluate_condition(read_condition("是 and not 评单.超时 or 人数 > 5"), WORLD)
    with pytest.raises(ConditionError, match="yes or no"):
        evaluate_condition(read_condition("人数"), WORLD)
    with pytest.raises(MissingError, match="has"):
        evaluate_condition(read_condition("无"), WORLD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", Number((0, 1), 3)),
        ("60%", Number((0, 3), Decimal("0.60"), percent=True)),
        ("人数", Number((0, 2), 600)),
        ("2 if 预算 > 5万 else 1", Number((0, 1), 2)),
        ("2 if 预算 > 7万 else in order if 是 else 1", InOrder((18, 26))),
        ("all", Everyone((0, 3))),
    ],
)
def test_how_many_are_needed(text: str, expected: Any) -> None:
    assert evaluate_need(read_need(text), WORLD) == expected


@pytest.mark.parametrize("text", ["主题", "是", "率"])
def test_a_need_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="whole number"):
        evaluate_need(read_need(text), WORLD)


def test_rows_are_the_same_when_their_origin_is() -> None:
    ranked = [Row("问卷/1", {"名次": 1})]
    world = Table(排名=ranked, 各=ROWS[0], 核查=[Row("核查/1", {"项目": "问卷/1"}), Row("核查/2", {"项目": ROWS[1]})])
    assert evaluate(read_value("count(核查.项目 == 各)"), world) == 1
    assert evaluate(read_value("各 in 排名"), world)


def test_references_come_from_left_to_right() -> None:
    tree = read_value("a + mean(b.c) if 开播前 2h > 现在 else d in e")
    assert [".".join(ref.parts) for ref in references(tree)] == ["a", "b.c", "开播", "现在", "d", "e"]


numbers = st.one_of(st.integers(-(10**6), 10**6), st.decimals(min_value=-1000, max_value=1000, places=4))


@given(numbers, numbers, numbers)
def test_arithmetic_is_exact(a: Any, b: Any, c: Any) -> None:
    world = Table(a=a, b=b, c=c)
    exact = [Fraction(each) for each in (a, b, c)]
    assert evaluate(read_value("(a + b) * c - a"), world) == (exact[0] + exact[1]) * exact[2] - exact[0]
    if exact[2]:
        assert evaluate(read_value("a / c * c == a"), world)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50))
def test_means_and_sums_of_money_lose_no_fen(fen: list[int]) -> None:
    world = Table(单=[Row(str(number), {"额": Money(each)}) for number, each in enumerate(fen)])
    assert evaluate(read_value("sum(单.额)"), world) == Money(sum(fen))
    assert evaluate(read_value("mean(单.额) * count(单) == sum(单.额)"), world)
    assert evaluate(read_value("max(单.额)"), world) == Money(max(fen))

"""What a field may hold: its types in both languages, bounds in the type's own unit, and every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workflow.domain.tree import Field
from workflow.grammars.errors import GrammarError
from workflow.grammars.field import check_name, choice, read_field, read_key, rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text", {"type": "text"}),
        ("text 2..40", {"type": "text", "low": 2, "high": 40}),
        ("文字 2..", {"type": "text", "low": 2}),
        ("int 1..5000", {"type": "int", "low": 1, "high": 5000}),
        ("int 0..2万", {"type": "int", "low": 0, "high": 20000}),
        ("number 0.5..1.5", {"type": "number", "low": Decimal("0.5"), "high": Decimal("1.5")}),
        ("money 0..200000", {"type": "money", "low": 0, "high": 20_000_000}),
        ("金额 0.01..20万", {"type": "money", "low": 1, "high": 20_000_000}),
        ("photo 2..9", {"type": "photo", "low": 2, "high": 9}),
        ("stars 5", {"type": "stars", "high": 5}),
        ("bool", {"type": "bool"}),
        ("place", {"type": "place"}),
        ("checkin", {"type": "checkin"}),
        ("phone", {"type": "phone"}),
        ("url", {"type": "url"}),
        ("file", {"type": "file"}),
        ("file PDF docx", {"type": "file", "files": ("pdf", "docx")}),
        ("person", {"type": "person"}),
        ("unit", {"type": "unit"}),
        ("unit 站", {"type": "unit", "tier": "站"}),
        ("one 服务类型", {"type": "choice", "source": "服务类型"}),
        ("多选 直播平台", {"type": "choice", "source": "直播平台", "many": True}),
    ],
)
def test_types_and_bounds(text: str, expected: dict[str, Any]) -> None:
    assert read_field(text, "甲") == Field((0, len(text)), "甲", **expected)


def test_bounds_and_conditions_are_trees() -> None:
    dated = read_field("datetime ≥ 3工作日后", "时间", optional=True)
    assert (dated.compare, dated.optional, type(dated.bound).__name__) == (">=", True, "Shift")
    listed = read_field("one 排名 where 各.入选 and 各.得分 > 3", "项目")
    assert type(listed.where).__name__ == "Logic"
    who = read_field("person 站.审核员 except 提交人", "主审").who
    assert who is not None
    assert (who.who.parts, who.but and who.but.parts) == (("站", "审核员"), ("提交人",))


@pytest.mark.parametrize(
    ("text", "span", "suggestion", "words"),
    [
        ("txt 2..40", (0, 3), "text", "是不是 text"),
        ("string", (0, 6), "text", "是不是 text"),
        ("", (0, 0), None, "字段的类型"),
        ("text 40", (7, 7), None, ".."),
        ("text 2...40", (8, 9), None, "结束"),
        ("int 5..1", (4, 8), None, "下限大于上限"),
        ("int 1.5..3", (4, 7), None, "整数"),
        ("money 0.001..", (6, 11), None, "到分"),
        ("stars 1", (6, 7), None, "从 2 到 10"),
        ("stars", (5, 5), None, "整数"),
        ("file pdf, docx", (8, 9), " ", "空格"),
        ("datetime >= ", (12, 12), None, "一个值"),
        ("one", (3, 3), None, "名录"),
        ("bool yes", (5, 8), None, "结束"),
        ("text 1..30000", (5, 13), None, "最多"),
    ],
)
def test_refusals(text: str, span: tuple[int, int], suggestion: str | None, words: str) -> None:
    with pytest.raises(GrammarError) as caught:
        read_field(text)
    assert (caught.value.span, caught.value.suggestion) == (span, suggestion)
    assert words in caught.value.message_zh


def test_keys_say_whether_a_field_may_be_left_out() -> None:
    assert read_key("预算?") == ("预算", True)
    assert read_key("预计人数") == ("预计人数", False)
    with pytest.raises(GrammarError, match="ASCII") as caught:
        read_key("预算？")
    assert (caught.value.span, caught.value.suggestion) == ((2, 3), "?")


@pytest.mark.parametrize("name", ["站", "a1", "一_二", "阿卜杜·热合曼", "count", "every", "全部"])
def test_names_that_may_be_given(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", " ", "各站", "各", "年", "submitter", "and", "属于", "2x", "a b", "_a", "a-b", "Ａ", "a.b", "站?站"]
)
def test_names_that_may_not(name: str) -> None:
    with pytest.raises(GrammarError):
        read_key(name)


def test_choices_and_rows() -> None:
    assert choice(["甲", "70岁以上"], "类", many=True).choices == ("甲", "70岁以上")
    for bad in (["甲", "甲"], [""], [], [f"{n}" for n in range(201)], ["x" * 101]):
        with pytest.raises(GrammarError):
            choice(bad)
    column = read_field("text 2..20", "姓名")
    assert rows([column], "嘉宾").columns == (column,)
    for worse in ([], [rows([column], "内")]):
        with pytest.raises(GrammarError):
            rows(worse)

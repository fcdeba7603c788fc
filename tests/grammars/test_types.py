"""Types, choices and guards of a value, over a scope that is a table; and what each grammar asks of its tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.grammars.environment import Table
from workflow.domain.tree import Choose, Compare, Contains, Field, String
from workflow.grammars.checks import check_condition, check_field, check_moment, check_need, check_text, type_of
from workflow.grammars.evaluate import evaluate
from workflow.grammars.expression import read_condition, read_moment, read_need, read_value
from workflow.grammars.field import read_field, rows
from workflow.grammars.guards import facts
from workflow.grammars.kinds import BOOL, DATE, INT, MOMENT, TEXT, Absence, Type, comparable, joined, result
from workflow.grammars.text import read_text
from workflow.grammars.types import check

RESULT = Type("choice", choices=("通过", "驳回", "逾期", "跳过", "取消"), aliases={"approved": "通过", "late": "逾期"})
NAMES: dict[str, Type] = {
    "预算": Type("money"), "人数": INT, "开播": MOMENT, "截止": DATE, "时长": Type("duration"), "标题": TEXT, "率": Type("number"), "加急": BOOL,
    "主题": Type("choice", choices=("宣传", "学习", "70岁以上", "2")), "类型": Type("choice", open=True), "区": Type("unit"), "方案": Type("file"),
    "平台": Type("choice", open=True, many=True), "星": Type("stars"), "站": Type("unit"),
    "问卷": Type("rows", columns={"分": Type("stars"), "知晓": BOOL, "评语": TEXT}), "问卷.份数": INT, "核查": Type("rows", columns={"结论": RESULT}),
    "各": Type("row", columns={"创新": Type("int", many=True), "片区": Type("unit")}),
    "评单": Type("step"), "评单.超时": BOOL, "评单.满意度": Type("stars"), "评单.结果": RESULT, "评单.意见": TEXT,
}  # fmt: skip
STEP: frozenset[Absence] = frozenset({("评单", "late"), ("评单", "skipped")})
LATE: frozenset[Absence] = frozenset({("评单", "late")})
ABSENT: dict[str, frozenset[Absence]] = {
    "预算": frozenset({("预算", "optional")}),
    "评单": STEP,
    "评单.满意度": LATE,
    "评单.意见": STEP | {("评单.意见", "optional")},
    "问卷.评语": frozenset({("问卷.评语", "optional")}),
}  # fmt: skip


class Names:
    def type_of(self, parts: tuple[str, ...]) -> Type | None:
        return NAMES.get(".".join(parts))

    def absences(self, parts: tuple[str, ...]) -> frozenset[Absence]:
        return ABSENT.get(".".join(parts), frozenset())

    def names(self, prefix: tuple[str, ...]) -> Iterable[str]:
        return [name.split(".")[-1] for name in NAMES if tuple(name.split(".")[:-1]) == prefix]


SCOPE = Names()


def problems(text: str) -> list[str]:
    return [problem.message_zh for problem in check(read_value(text), SCOPE).problems]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("人数 + 1", "int"), ("人数 / 2", "number"), ("率 * 人数", "number"), ("has(预算) and 预算 > 5万", "bool"), ("mean(问卷.分)", "number"),
        ("sum(问卷.知晓)", "int"), ("mean(问卷.知晓, 0)", "number"), ("max(问卷.分)", "int"), ("count(问卷)", "int"), ("count(问卷.评语)", "int"),
        ("max(各.创新)", "int"), ("max(人数, 率)", "number"), ("10 * 时长 / 1小时", "number"), ("时长 * 2", "duration"), ("开播 + 1日", "datetime"),
        ("截止 + 1日", "date"), ("截止 + 1小时", "datetime"), ("1小时 + 截止", "datetime"), ("截止前 1工作时", "datetime"), ("截止前 1周", "date"),
        ("开播 - 开播", "duration"), ("今天", "date"), ("今天 09:00", "datetime"), ("year(开播)", "int"), ("季度", "int"), ("主题", "choice"),
        ("“甲” if 加急 else 标题", "text"), ("1 if 加急 else 率", "number"), ("“抖音” in 平台", "bool"), ("3工作日", "duration"), ("-人数", "int"),
        ("评单", "unknown"), ("not 评单.超时 and 评单.满意度 > 3", "bool"),
    ],
)  # fmt: skip
def test_types(text: str, kind: str) -> None:
    checked = check(read_value(text), SCOPE)
    assert checked.type.kind == kind or (kind == "unknown" and checked.problems)
    assert bool(checked.problems) is (kind == "unknown") or text == "评单"


@pytest.mark.parametrize(
    ("text", "words", "span", "suggestion"),
    [
        ("人数数 > 3", "是不是 人数", (0, 3), "人数"),
        ("评单.满意渡 > 3", "“评单”里没有“满意渡”；是不是 满意度", (3, 6), "满意度"),
        ("标题 == 清明祭扫", "写成 “清明祭扫”", (6, 10), "“清明祭扫”"),
        ("主题 == 宣转", "是不是 宣传", (6, 8), "宣传"),
        ("主题 in (宣传、学席)", "是不是 学习", (10, 12), "学习"),
        ("主题 == “别的”", "可选：宣传、学习", (6, 10), None),
        ("人数 > 5万元", "是不是 5万", (5, 8), "5万"),
        ("人数 > 主题", "整数不能和选项", (0, 7), None),
        ("人数 == 标题", "不能和", (0, 8), None),
        ("时长 > 1日", "时长", (0, 7), None),
        ("时长 / 1日", "没有意义", (0, 7), None),
        ("开播 + 开播", "没有意义", (0, 7), None),
        ("人数 and 加急", "要一个判断", (0, 2), None),
        ("标题 + 标题", "没有意义", (0, 7), None),
        ("问卷.分 > 3", "放进函数", (0, 4), None),
        ("mean(标题)", "恰好一个列表", (0, 8), None),
        ("mean(问卷.评语)", "不能用 mean", (5, 10), None),
        ("count(问卷.分 > 核查.结论)", "不止一个列表", (0, 19), None),
        ("mean(问卷.分, 标题)", "代替的值", (11, 13), None),
        ("max(人数, 标题)", "比不出大小", (0, 11), None),
        ("has(人数 + 1)", "只能是一个名称", (4, 10), None),
        ("人数 in 标题", "要一个列表", (6, 8), None),
        ("标题前 1日", "要跟着时间", (0, 2), None),
        ("人数 09:00", "要一个日期", (0, 2), None),
        ("1 if 加急 else 标题", "同一种值", (0, 15), None),
        ("-标题", "没有负数", (0, 3), None),
        ("year(人数)", "要一个日期", (5, 7), None),
        ("sum(问卷.分, 3)", "太多", (0, 12), None),
        ("核查.结论 == 通过", "放进函数", (0, 5), None),
    ],
)
def test_problems_say_where_and_what_was_meant(
    text: str, words: str, span: tuple[int, int], suggestion: str | None
) -> None:
    first = check(read_value(text), SCOPE).problems[0]
    assert words in first.message_zh
    assert (first.span, first.suggestion) == (span, suggestion)
    assert first.message_en


@pytest.mark.parametrize(
    "text",
    [
        "has(预算) and 预算 > 5", "not has(预算) or 预算 > 5", "预算 if has(预算) else 0", "0 if not has(预算) else 预算", "人数 > 3 and has(预算) and 预算 > 人数",
        "评单.超时 or 评单.满意度 <= 2", "not 评单.超时 and 评单.满意度 > 3", "评单.结果 == 通过 and 评单.满意度 > 3", "评单.结果 == approved and 评单.满意度 > 3",
        "评单.结果 != 逾期 and 评单.满意度 > 3", "has(评单.意见) and 评单.意见 == “好”", "has(评单) and 评单.满意度 > 3", "count(has(问卷.评语) and 问卷.评语 == “好”)",
        "not (评单.超时 or 加急) and 评单.满意度 > 1", "has(预算) and (加急 or 预算 > 5)",
    ],
)  # fmt: skip
def test_guards_are_followed(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "预算 > 5", "预算 > 5 and has(预算)", "has(预算) or 预算 > 5", "not has(预算) and 预算 > 5", "0 if has(预算) else 预算", "评单.满意度 > 3",
        "评单.超时 and 评单.满意度 > 3", "评单.结果 == 驳回 or 评单.满意度 > 3", "not 评单.超时 and 评单.意见 == “好”", "count(问卷.评语 == “好”)",
        "(has(预算) or 加急) and 预算 > 5", "has(预算) and 加急 or 预算 > 5",
    ],
)  # fmt: skip
def test_what_is_not_guarded_is_said(text: str) -> None:
    assert len(found := problems(text)) == 1
    assert "可能没有值" in found[0]


def test_what_a_when_rules_out_holds_for_its_step() -> None:
    settled = facts(read_value("has(预算) and 人数 > 3"), SCOPE, holds=True)
    assert settled == {("预算", "optional")}
    assert check(read_value("预算 > 5"), SCOPE, settled).problems == ()
    assert facts(read_value("has(预算) or 加急"), SCOPE, holds=True) == frozenset()
    assert facts(read_value("has(评单) or has(评单.意见)"), SCOPE, holds=True) == STEP


def test_a_word_beside_a_choice_becomes_its_value() -> None:
    tree = check(read_value("70岁以上 == 主题"), SCOPE).tree
    assert isinstance(tree, Compare)
    assert tree.left == String((0, 5), "70岁以上")
    among = check(read_value("主题 in (宣传、2)"), SCOPE).tree
    assert isinstance(among, Contains)
    assert [getattr(each, "text", None) for each in among.among] == ["宣传", "2"]  # type: ignore[union-attr]
    late = check(read_value("评单.结果 == late"), SCOPE).tree
    assert isinstance(late, Compare)
    assert late.right == String((9, 13), "逾期")


def test_what_was_checked_computes() -> None:
    world = Table(主题="宣传", 类型="理发", 区="东城区", 站="大山子站")
    for text, expected in [
        ("主题 == 宣传", True),
        ("类型 == 理发", True),
        ("主题 in (学习、宣传)", True),
        ("区 == 东城区", True),
        ("区 == 站", False),
    ]:
        checked = check(read_value(text), SCOPE)
        assert checked.problems == ()
        assert evaluate(checked.tree, world) is expected


def test_a_choice_inside_a_function_and_a_branch() -> None:
    counted = check(read_value("count(核查.结论 == 通过) if 主题 == 宣传 else 0"), SCOPE)
    assert counted.problems == ()
    assert isinstance(counted.tree, Choose)
    assert "String" in repr(counted.tree.then)


@pytest.mark.parametrize(
    ("check_it", "read_it", "good", "bad"),
    [
        (check_condition, read_condition, ["加急", "人数 > 3"], ["人数", "平台"]),
        (check_moment, read_moment, ["3工作日", "开播", "截止前 1日", "问卷"], ["人数", "加急", "主题"]),
        (check_need, read_need, ["1", "all", "in order", "60%", "人数", "2 if 人数 > 5 else 1", "2 if has(预算) and 预算 > 5万 else 1"],
         ["0", "1.5", "0%", "101%", "率", "标题", "2 if 预算 > 5万 else 1", "2 if 人数 else 1"]),
        (check_text, read_text, ["《<标题>》<人数 if 加急 else 0>", "<开播>"], ["<问卷>", "<标题题>", "<0001>", "<方案>"]),
    ],
)  # fmt: skip
def test_what_each_grammar_asks(
    check_it: Callable[..., Any], read_it: Callable[[str], Any], good: list[str], bad: list[str]
) -> None:
    for text in good:
        assert check_it(read_it(text), SCOPE).problems == (), text
    for text in bad:
        assert check_it(read_it(text), SCOPE).problems, text


def test_a_number_counts_only_where_numbers_are_given() -> None:
    assert check_text(read_text("DX-<年>-<0001 每年>"), SCOPE, counts=True).problems == ()


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("datetime >= 3工作日后", True),
        ("datetime > 开播", True),
        ("date >= 今天", True),
        ("duration <= 3小时", True),
        ("duration <= 3日", False),
        ("datetime >= 人数", False),
        ("one 问卷 where 各.片区 == 站", True),
        ("one 问卷 where 各.片区", False),
        ("text 2..40", True),
    ],
)
def test_a_fields_bound_fits_its_type(text: str, fine: bool) -> None:
    assert (check_field(read_field(text, "甲"), SCOPE).problems == ()) is fine


def test_the_type_of_rows_names_its_columns() -> None:
    field: Field = rows([read_field("text 2..20", "姓名"), read_field("file", "承诺书")], "嘉宾")
    assert type_of(field).columns == {"姓名": TEXT, "承诺书": Type("file")}
    bad = rows([read_field("date > 标题", "日子")], "嘉宾")
    assert len(check_field(bad, SCOPE).problems) == 1


def test_the_tables_of_types_are_symmetric() -> None:
    kinds = [
        INT,
        Type("number"),
        Type("money"),
        BOOL,
        DATE,
        MOMENT,
        TEXT,
        Type("duration"),
        Type("choice"),
        Type("person"),
        Type("rows"),
    ]
    for one in kinds:
        for other in kinds:
            assert comparable("==", one, other) is comparable("==", other, one)
            assert (joined(one, other) is None) is (joined(other, one) is None)
            for op in "+*":
                assert (result(op, one, other) is None) is (result(op, other, one) is None), (op, one, other)

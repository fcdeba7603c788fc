"""The hand-written readers against the same grammar in lark, and what they say when they refuse."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.utils import logger

from tests.grammars.oracle import GRAMMAR, STARTS, accepts, shape
from workflow.domain.tree import At, Calculate, Compare, Counter, Duration, Node, Ref, Shift, Slot, Value
from workflow.grammars.actor import read_actor
from workflow.grammars.errors import GrammarError
from workflow.grammars.expression import read_condition, read_moment, read_need, read_value
from workflow.grammars.text import read_text

READERS: dict[str, Callable[[str], Any]] = {
    "value": read_value,
    "cond": read_condition,
    "need": read_need,
    "actor": read_actor,
    "text": read_text,
}
TOKENS = [
    "预算", "站", "a", "开播", "评单", "all", "order", "count", "every", "where", "per", "提交人", "submitter", "各", "本件", "今天", "年", "year", "群众",
    "各站", "开播前", "开播后", "前", "每年", "每", "季度", "5", "0", "007", "0001", "1", "1.5", "60%", "5万", "2亿", "70岁以上", "1工作曰", "3工作日", "2小时30分钟",
    "2h", "3mo", "1wd2wh", "3工作日后", "2周前", "2026-12-01", "09:00", "“甲”", "“”", "+", "-", "*", "/", "(", ")", "、", ",", ".", "..", "==", "!=", "≠", "<",
    "<=", "≤", ">", ">=", "≥", "=", "and", "且", "or", "或", "not", "非", "in", "属于", "if", "若", "else", "否则", "except", "除", "has", "有", "mean",
    "平均", "max", "later", "ago", "before", "after", "<<", "，", "“", "?", "会签", "依次",
]  # fmt: skip


def read(text: str, start: str) -> Any:
    try:
        return shape(READERS[start](text))
    except GrammarError:
        return None


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(TOKENS), min_size=1, max_size=9), st.sampled_from([" ", ""]))
@settings(max_examples=1500)
@example("value", ["开播", ".", "开播前", "2h"], "")
@example("need", ["5", "if", "a", ">", "1", "else", "in", "order"], " ")
@example("actor", ["各", "站", ".", "站"], " ")
@example("actor", ["every", ".", "站"], "")
@example("value", ["各", "09:00"], "")
@example("actor", ["各", "007", ".", "站"], "")
@example("actor", ["各", "各站", ".", "站"], "")
@example("actor", ["各", "and", ".", "站"], "")
@example("actor", ["各", "开播前", "2h", ".", "站"], "")
@example("actor", ["各", "count", ".", "站"], "")
def test_both_agree_on_any_heap_of_tokens(start: str, tokens: list[str], glue: str) -> None:
    text = glue.join(tokens)
    if start == "text" and ">=" in text:
        return  # a slot's `>` may be the beginning of a `>=`, which a lexer of whole tokens cannot see
    if re.search("[0-9]{7}", text):
        return  # a duration may not be so long, which is no matter of grammar
    assert read(text, start) == accepts(text, start)


def _names() -> st.SearchStrategy[str]:
    return st.sampled_from(["预算", "站初审.结果", "各.得分", "本件.编号", "a", "复盘.清单.金额", "今天", "年"])


def _values() -> st.SearchStrategy[str]:
    leaves = st.one_of(
        _names(),
        st.sampled_from(
            [
                "5",
                "1.5万",
                "60%",
                "“甲 乙”",
                "3工作日后",
                "2h before 开播",
                "开播前 2小时",
                "今天 18:00",
                "2026-12-01",
                "70岁以上",
                "in 2d",
            ]
        ),
        _names().map(lambda name: f"has({name})"),
    )

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "and", "或", "==", "≤", ">"]), inner).map(
                lambda three: f"({three[0]}) {three[1]} ({three[2]})"
            ),
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "且", "or", "!="]), inner).map(" ".join),
            inner.map(lambda one: f"not {one}"),
            inner.map(lambda one: f"-({one})"),
            pair.map(lambda two: f"mean({two[0]}, {two[1]})"),
            pair.map(lambda two: f"a not in ({two[0]}、{two[1]})"),
            st.tuples(inner, inner, inner).map(lambda three: f"{three[0]} if {three[1]} else {three[2]}"),
        )

    return st.recursive(leaves, grow, max_leaves=8)


@given(_values())
@settings(max_examples=400)
def test_both_agree_on_what_is_mostly_right(text: str) -> None:
    assert read(text, "value") == accepts(text, "value")


@given(_values())
@settings(max_examples=300)
def test_every_span_reads_as_the_node_that_holds_it(text: str) -> None:
    try:
        tree = read_value(text)
    except GrammarError:
        return
    for node in nodes(tree):
        start, end = node.span
        assert shape(read_value(text[start:end])) == shape(node), text[start:end]


def nodes(tree: Any) -> list[Node]:
    if isinstance(tree, Node):
        return [tree, *(inner for name in tree.__struct_fields__ for inner in nodes(getattr(tree, name)))]
    return [inner for each in tree for inner in nodes(each)] if isinstance(tree, tuple) else []


def test_the_grammar_has_no_conflict(caplog: pytest.LogCaptureFixture) -> None:
    logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        Lark(GRAMMAR, start=list(STARTS), parser="lalr", lexer="contextual", debug=True)
    logger.setLevel(logging.CRITICAL)
    assert [record.message for record in caplog.records if "conflict" in record.message.lower()] == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("has(预算) 且 预算 > 5", "has(预算) and 预算 > 5"),
        ("非 评单.超时 或 主题 属于 (甲、乙)", "not 评单.超时 or 主题 in (甲, 乙)"),
        ("2 若 平均(问卷.分) ≥ 3 否则 1", "2 if mean(问卷.分) >= 3 else 1"),
        ("提交人 ≠ 各.提交人", "submitter != row.submitter"),
        ("开播前 2小时", "2h before 开播"),
        ("3工作日后", "in 3wd"),
        ("年(今天) - 年", "year(today) - year"),
        ("本件.轮次 > 1", "item.轮次 > 1"),
    ],
)
def test_both_languages_give_the_same_tree(chinese: str, english: str) -> None:
    assert shape(read_value(chinese)) == shape(read_value(english))


def test_precedence() -> None:
    assert shape(read_value("a or b and not c == 1 + 2 * -3")) == shape(
        read_value("a or (b and (not (c == (1 + (2 * (-3))))))")
    )
    assert shape(read_value("a - b - c")) == shape(read_value("(a - b) - c"))
    assert shape(read_value("1 if a else 2 if b else 3")) != shape(read_value("1 if b else 3"))


@pytest.mark.parametrize(
    ("read", "text", "span", "suggestion", "words"),
    [
        (read_moment, "1工作曰", (0, 4), "1工作日", "是不是 1工作日"),
        (read_moment, "3个工作日后", (0, 6), "3工作日后", "3工作日后"),
        (read_moment, "3 工作日", (0, 5), "3工作日", "不空格"),
        (read_moment, "今天 9:00", (3, 7), "09:00", "09:00"),
        (read_moment, "今天 25:00", (3, 8), None, "25:00"),
        (read_moment, "2026-02-30", (0, 10), None, "2026-02-30"),
        (read_need, "2人", (0, 2), "2", "是不是 2"),
        (read_need, "in 顺序", (3, 5), None, "order"),
        (read_condition, "人数 = 3", (3, 4), "==", "两个等号"),
        (read_condition, "人数 => 3", (3, 5), ">=", ">="),
        (read_condition, "人数＞3", (2, 3), ">", "是不是 >"),
        (read_condition, "a < b < c", (6, 7), None, "不能连写"),
        (read_condition, 'a == "甲 乙"', (5, 10), "“甲 乙”", "中文引号"),
        (read_condition, "a == “甲", (5, 7), None, "收尾"),
        (read_condition, "a == 甲 乙", (7, 8), None, "“”"),
        (read_condition, "", (0, 0), None, "还应当有"),
        (read_condition, "(a", (2, 2), None, ")"),
        (read_condition, "各站 == 2", (0, 2), "各.站", "各.站"),
        (read_condition, "Ａ > 2", (0, 1), "A", "全角"),
        (read_condition, "a > 9007199254740992", (4, 20), None, "太大"),
        (read_condition, "a > 1.0123456789", (4, 16), None, "小数"),
        (read_value, "1 if a", (6, 6), None, "else"),
        (read_actor, "站.审核员, 所.审核员", (5, 6), None, "YAML 列表"),
        (read_actor, "各站", (2, 2), None, "."),
        (read_text, "<标题", (3, 3), None, ">"),
        (read_text, "a<0001 每秒>", (7, 9), None, "每年"),
    ],
)
def test_a_refusal_says_where_what_and_how_to_mend_it(
    read: Callable[[str], Any], text: str, span: tuple[int, int], suggestion: str | None, words: str
) -> None:
    with pytest.raises(GrammarError) as caught:
        read(text)
    assert (caught.value.span, caught.value.suggestion) == (span, suggestion)
    assert words in caught.value.message_zh
    assert caught.value.message_en


def test_limits_of_length_and_depth() -> None:
    read_condition("(" * 31 + "a" + ")" * 31)
    for deep in ("(" * 33 + "a" + ")" * 33, "not " * 33 + "a", "1 if a else " * 33 + "1"):
        with pytest.raises(GrammarError, match=r"too (deep|long)"):
            read_value(deep)
    read_condition("1+" * 249 + "1")
    with pytest.raises(GrammarError, match="at most 500"):
        read_condition("1+" * 250 + "1")


@given(st.text(max_size=60), st.sampled_from([*STARTS]))
@settings(max_examples=300)
def test_any_text_gives_a_tree_or_a_grammar_error_inside_it(text: str, start: str) -> None:
    refused: GrammarError | None = None
    try:
        READERS[start](text)
    except GrammarError as error:
        refused = error
    if refused is not None:
        assert 0 <= refused.span[0] <= refused.span[1] <= len(text)
        assert refused.message_zh
        assert refused.message_en


def test_a_word_keeps_its_marks() -> None:
    tree = read_condition("阿卜杜·热合曼 == 2")
    assert isinstance(tree, Compare)
    assert tree.left == Ref((0, 7), ("阿卜杜·热合曼",), ((0, 7),))


def test_the_shortest_anchor_wins_and_only_before_a_duration() -> None:
    assert read_value("开播前2小时") == Shift(
        (0, 6), Ref((0, 2), ("开播",), ((0, 2),)), Duration((3, 6), ((2, "h"),)), -1
    )
    assert isinstance(read_value("会前通知 == 1"), Compare)
    tree = read_value("截标 18:00")
    assert isinstance(tree, At)
    assert (tree.hour, tree.minute) == (18, 0)


def test_a_slot_ends_at_the_first_bare_sign() -> None:
    template = read_text("共<a + 1>=<b if c > 5 else 0>>")
    assert [piece.span for piece in template.pieces] == [(0, 1), (1, 8), (8, 9), (9, 28), (28, 29)]
    slot = template.pieces[1]
    assert isinstance(slot, Slot)
    assert isinstance(slot.value, Calculate)
    assert read_text("a << b").pieces[0].span == (0, 6)


@pytest.mark.parametrize(
    ("text", "width", "per"),
    [
        ("<0001>", 4, None),
        ("<1>", 1, None),
        ("<01 每月>", 2, "month"),
        ("<01 每 季度>", 2, "quarter"),
        ("<001 per year>", 3, "year"),
    ],
)
def test_numbers_that_count(text: str, width: int, per: str | None) -> None:
    (counter,) = read_text(text).pieces
    assert isinstance(counter, Counter)
    assert (counter.width, counter.per, counter.span) == (width, per, (0, len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "<0001 per 年>",
        "<0001 每 year>",
        "<0001 per 3>",
        "<0001 +1>",
        "<" + "0" * 12 + "1>",
        "<a < b>",
        "x" * 4001,
    ],
)
def test_texts_that_are_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        read_text(text)


def test_a_slot_may_not_be_longer_than_a_condition() -> None:
    value: Value = read_value("1")
    assert value.span == (0, 1)
    with pytest.raises(GrammarError, match="500"):
        read_text("<" + "a+" * 300 + "a>")

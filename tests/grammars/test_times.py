"""Recurrences, caps and windows: read, refused with a reason, respelt, and the same as the lark oracle reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammars.oracle import shape
from tests.grammars.oracle_times import accepts
from workflow.domain.tree import Recurrence
from workflow.grammars.errors import GrammarError
from workflow.grammars.periods import read_cap, read_last
from workflow.grammars.recurrence import read_recurrence
from workflow.grammars.respell import changed, changes, same

READERS = {"recur": read_recurrence, "cap": read_cap, "last": read_last}
WELL = {
    "recur": (
        "每季度 第5个工作日 09:00", "every quarter workday 5 09:00", "每月最后工作日", "every month last workday",
        "每周一、三,五 08:30", "every monday, friday", "每半年 第2个月 5日", "every half-year month 2 day 5",
        "每年3月 第1个工作日", "every year month 3 day 31", "每3个月", "every 2wd 09:00", "每工作日", "每天 07:00",
        "每2小时30分钟", "每季度最后工作日", "每周一、周三", "每月 第3个工作日 23:59", "每7日 06:00", "every day",
    ),
    "cap": ("80 每日", "80 per day", "1.5万 每 月", "200 每季度", "5 per quarter"),
    "last": ("10", "7日", "本季度", "上月", "this week", "last year", "2周3日", "1000", "本 月"),
}  # fmt: skip
ILL = {
    "recur": (
        "", "每", "季度 第5个工作日", "每季度", "每季度 第0个工作日", "每季度 第4个月 5日", "每月 第24个工作日", "每月5号",
        "每季度 第5个工作日 9:00", "每季度 第5个工作日 24:00", "每2小时 09:00", "每30秒", "每0日", "every mondays",
        "every quarter", "every year day 5", "every month month 1 day 2", "每周", "每周八", "每周一、一", "每日 09:00 起",
        "every half year day 5", "每年 第1个工作日", "everyday", "每3日志",
    ),
    "cap": ("", "80", "每日", "0 每日", "60% 每日", "80 per 日", "80 每 day", "80 每日 内", "-1 每日", "200每季度"),
    "last": ("", "0", "1001", "60%", "1.5", "本日子", "this 月", "上 quarter", "0日", "最近", "本", "每月"),
}  # fmt: skip


@pytest.mark.parametrize(("start", "text"), [(start, text) for start, texts in WELL.items() for text in texts])
def test_it_is_read_as_the_oracle_reads_it(start: str, text: str) -> None:
    expected = accepts(text, start)
    assert expected is not None
    assert shape(READERS[start](text)) == expected


@pytest.mark.parametrize(("start", "text"), [(start, text) for start, texts in ILL.items() for text in texts])
def test_it_is_refused_with_a_reason_in_both_languages_and_a_place(start: str, text: str) -> None:
    assert accepts(text, start) is None
    with pytest.raises(GrammarError) as caught:
        READERS[start](text)
    error = caught.value
    assert error.message_zh
    assert error.message_en
    assert 0 <= error.span[0] <= error.span[1] <= len(text)


def test_the_mistakes_have_their_fix() -> None:
    for text, fix in (("每月5号", "每月5日"), ("每季度 第5个工作日 9:00", "每季度 第5个工作日 09:00")):
        with pytest.raises(GrammarError) as caught:
            read_recurrence(text)
        start, end = caught.value.span
        mended = text[:start] + str(caught.value.suggestion) + text[end:]
        assert mended == fix
        read_recurrence(mended)


PIECES = st.sampled_from([
    "每", "every ", "季度", "月", "半年", "年", "周", "日", "工作日", "第", "个工作日", "个月", "最后工作日", "一", "五", "、", ",", " ",
    "5", "2", "12", "40", "09:00", "25:00", "quarter ", "month ", "half-year ", "year ", "day ", "workday ", "last ", "monday", "friday",
    "2wd", "3日", "2小时", "this ", "上", "本", "per ", "80", "万", "%",
])  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join), st.sampled_from(sorted(READERS)))
def test_reader_and_oracle_agree_on_whatever_is_written(text: str, start: str) -> None:
    try:
        mine = shape(READERS[start](text))
    except GrammarError:
        mine = None
    assert mine == accepts(text, start)


@given(st.text(max_size=30), st.sampled_from(sorted(READERS)))
def test_nothing_but_a_grammar_error_ever_comes_out(text: str, start: str) -> None:
    span = (0, 0)
    try:
        READERS[start](text)
    except GrammarError as error:
        span = error.span
    assert 0 <= span[0] <= span[1] <= len(text)


@pytest.mark.parametrize(("start", "text"), [(start, text) for start, texts in WELL.items() for text in texts])
def test_each_language_respells_it_and_means_the_same(start: str, text: str) -> None:
    read = READERS[start]
    tree = read(text)
    spelt = {word: changed(text, changes(text, tree, word)) for word in ("zh", "en")}
    for word, other in spelt.items():
        assert same(read(other), tree)
        assert changed(other, changes(other, read(other), word)) == other  # type: ignore[arg-type]
    assert changed(spelt["zh"], changes(spelt["zh"], read(spelt["zh"]), "en")) == spelt["en"]
    assert spelt["en"].isascii() or start == "cap"


def test_a_recurrence_knows_where_it_stands() -> None:
    tree = read_recurrence(" 每季度 第5个工作日 09:00 ")
    assert isinstance(tree, Recurrence)
    assert tree.span == (1, 17)
    assert tree.nth is not None
    assert tree.nth.span == (5, 11)

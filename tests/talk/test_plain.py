from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.talk.plain import clean, cut, line


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("清明祭扫", "清明祭扫"),
        ("  两头  ", "两头"),
        ("a\x00b\x07c", "abc"),
        ("审\u202e核\u2066通过\u2069", "审核通过"),
        ("零\u200b宽\ufeff", "零宽"),
        ("第一\r\n第二\u2028第三\r第四", "第一\n第二\n第三\n第四"),
        ("表\t格", "表 格"),
        ("\ud800半个", "半个"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("", ""),
        ("\u200b\u200d \n", ""),
        ("\u3164\u2800\uffa0", ""),
        ("\u2800字", "\u2800字"),
    ],
)
def test_only_what_can_be_seen_is_left(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_line_is_one_line() -> None:
    assert line("第一\n 第二") == "第一 第二"


def test_what_is_too_long_says_so() -> None:
    assert cut("一二三四五", 4) == "一二三…"
    assert cut("一二三四", 4) == "一二三四"
    assert len(clean("字" * 9000)) == 4000


@given(st.text(), st.integers(1, 50))
def test_no_control_and_no_bidi_survive(text: str, most: int) -> None:
    shown = clean(text, most)
    assert len(shown) <= most
    assert not [
        one for one in shown if one not in "\n\u200c\u200d" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co")
    ]
    shown.encode()
    assert clean(shown, most) == shown

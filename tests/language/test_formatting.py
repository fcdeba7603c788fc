"""`fmt`: what it does to a text, that it does nothing more, and that what it has done it leaves alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS
from tests.language.flows import with_steps
from tests.language.test_words import ALL_OF_IT, RICH, TEXTS
from workflow.grammars.respell import same
from workflow.language.compile import compile_flow
from workflow.language.text import nodes
from workflow.language.text.nodes import Node
from workflow.language.text.reader import read
from workflow.language.text.slips import as_before
from workflow.language.writing.formatting import formatted
from workflow.language.writing.paper import sheet_of


def form(text: str) -> str:
    found = formatted(text)
    assert found.text is not None, found.findings
    assert not found.kept
    return found.text


def texts(node: Node | None) -> Any:
    match node:
        case nodes.Mapping():
            return [(key.text, texts(value)) for key, value in node.entries]
        case nodes.Sequence():
            return [texts(one) for one in node.items]
        case nodes.Scalar():
            return node.text
    return None


def remarks(text: str) -> list[str]:
    sheet = sheet_of(text)
    return [] if sheet is None else [one.text for one in sheet.remarks if one.text]


@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text("utf-8") for path in sorted(FLOWS.glob("*.yaml")) if ".test" not in path.name),
        ALL_OF_IT,
    ],
)
def test_what_is_shipped_is_in_form(text: str) -> None:
    assert form(text) == text


ROUGH = """\


# 头
flow:   trial   # 名
title :  '试验'

start:
    by: "站.协调员"      # 谁
    form:
        # 第一项
        标题: text 2..40
        类别: [ 活动,讲座 ]

        # 末尾
    # 再末尾
steps:
  甲: {review: 站.审核员,due: 1日,   back: []}   # 一
  乙:
    review:
    - 站.审核员
    -   所.审核员
    help: |
        第一行
          第二行

    late: { 0日: {tell: 所.协调员}, 1日: cancel }
# 完


"""
NEAT = """\
# 头
flow: trial       # 名
title: 试验

start:
  by: 站.协调员         # 谁
  form:
    # 第一项
    标题: text 2..40
    类别: [活动, 讲座]

    # 末尾
  # 再末尾
steps:
  甲: { review: 站.审核员, due: 1日, back: [] }      # 一
  乙:
    review:
      - 站.审核员
      - 所.审核员
    help: |
      第一行
        第二行

    late: { 0日: { tell: 所.协调员 }, 1日: cancel }
# 完
"""


def test_a_rough_flow_in_its_form() -> None:
    found = form(ROUGH)
    assert re.sub(" +#", "  #", found) == re.sub(" +#", "  #", NEAT)
    assert form(found) == found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # quotation marks only where something needs them
        ("title: '第1期 #2'", "title: '第1期 #2'"),
        ("title: '通知: 春季'", "title: '通知: 春季'"),
        ('title: "通知"', "title: 通知"),
        ("title: 'yes'", "title: yes"),
        ("title: '-'", "title: '-'"),
        ('title: "一\\n二"', 'title: "一\\n二"'),
        ("title: ' 空 '", "title: ' 空 '"),
        ("'title': x", "title: x"),
        ("a: [ '甲，乙' ]", "a: ['甲，乙']"),
        ("a: { b: '甲, 乙' }", "a: { b: '甲, 乙' }"),
        ("a: '甲, 乙'", "a: 甲, 乙"),
        ("a: '｛甲｝'", "a: '｛甲｝'"),
        ("a: '>= 3'", "a: '>= 3'"),
        # blanks
        ("a: {b: c,d: [e,f]}", "a: { b: c, d: [e, f] }"),
        ("a: [ {b: c} ]", "a: [ { b: c } ]"),
        ("a: {}\nb: [ ]", "a: {}\nb: []"),
        ("a:\n- b\n-   - c\n    - d", "a:\n  - b\n  - - c\n    - d"),
        ("a:\n  - b: 1\n    c: 2", "a:\n  - b: 1\n    c: 2"),
        # lines
        ("a: [ b,\n  c ]", "a: [b, c]"),
        ("a: [ b, # 一\n  c ]", "a:\n  - b  # 一\n  - c"),
        ("a: { b: 1,\n\n  c: 2 }", "a:\n  b: 1\n\n  c: 2"),
        ("a: b\n  c", "a: b\n  c"),
        ("a: >-\n     b\n     c\nd: e", "a: >-\n  b\n  c\nd: e"),
        ("a: |2\n   b\nc: d", "a: |2\n   b\nc: d"),
        ("a: # 一\n  b", "a:  # 一\n  b"),
        ("# 一\n\n\n# 二\na: b", "# 一\n\n\n# 二\na: b"),
        ("--- # 一\na: b\n...", "# 一\na: b"),
        ("? a\n: b", "a: b"),
    ],
)  # fmt: skip
def test_the_form(written: str, expected: str) -> None:
    assert form(written) == expected + "\n"
    assert form(expected) == expected + "\n"


def test_a_line_too_wide_becomes_a_block_and_its_comment_stays_at_its_head() -> None:
    items = ", ".join(f"第{n}项核对内容" for n in range(1, 10))
    text = with_steps(f"甲: {{ check: 站.审核员, items: [{items}], due: 1日 }}  # 一")
    found = form(text)
    assert f"  甲:  # 一\n    check: 站.审核员\n    items: [{items}]\n    due: 1日\n" in found
    assert form(found) == found


@pytest.mark.parametrize("text", ["", "a: b: c", "flow： x", "a: [b", "a: &b c", "title: 第1期 #2", "\x00"])
def test_what_cannot_be_read_is_left_alone(text: str) -> None:
    found = formatted(text)
    assert found.text is None
    assert found.findings == read(text).findings != ()


def test_a_flow_with_mistakes_is_put_in_form_but_not_translated() -> None:
    text = with_steps("甲: {reviw: 站.审核员}")
    assert "甲: { reviw: 站.审核员 }" in form(text)
    found = formatted(text, "zh")
    assert found.text is None
    assert "F301" in [one.code for one in found.findings]


def test_line_ends_and_the_mark_stay() -> None:
    source = b"\xef\xbb\xbfa:   b\r\nc: d\r\n"
    found = formatted(source)
    assert found.text is not None
    assert as_before(found.text, source) == b"\xef\xbb\xbfa: b\r\nc: d\r\n"


PIECES = [
    " ", "\n", "\n\n", " # 注", "\n# 注\n", "  ", "\n  ", "\n    # 注\n    ", "'", '"', ": ", ", ", "- ", "|\n", "[", "]", "{", "}", "# ", "  #  x\n",
    "\n      ",
]  # fmt: skip
STRANGE = """\
a: |
    x
      y

    z


# c
b: >-
  f
  g

c:
  - |+
    keep

  - "q # no"   # yes
  - 'it''s'
  -   # deep
    - x
    - y: 1
      z: 2
  - [ # one
     a, # two
     b
    ] # three
d: {x: 1,
  # in
  y: [1,2, { z: 3 }]} # after
e: long
  plain
  text
f: "dq
   more\\n
   x"
? g
: h
i: [a: 1]
"""


@st.composite
def handled(draw: st.DrawFn) -> str:
    """A text that many hands went over: with blanks, comments, line ends and quotation marks where they may or may not stand."""
    text: str = draw(st.sampled_from([*TEXTS.values(), STRANGE]))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["insert", "insert", "cut", "spread"])):
            case "insert":
                text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
            case "cut":
                text = text[:at] + text[at + draw(st.integers(1, 4)) :]
            case _:
                comma = text.find(", ", at)
                more = draw(st.sampled_from([",\n      ", ", # 注\n      ", ",", ",\n\n      ", "  ,  "]))
                text = text if comma < 0 else text[:comma] + more + text[comma + 2 :]
    return text


@settings(max_examples=120)
@given(handled())
@example(STRANGE)
@example(ROUGH)
@example("a: # 一\n  { b: c } # 二\nd: e")
def test_nothing_is_lost_and_form_stays_form(text: str) -> None:
    document = read(text)
    assume(document.root is not None and not document.findings)
    found = form(text)
    assert form(found) == found
    again = read(found)
    assert again.findings == ()
    assert texts(again.root) == texts(document.root)
    assert remarks(found) == remarks(text)
    before = compile_flow(text).definition
    if before is not None:
        assert same(compile_flow(found).definition, before)


@st.composite
def roughened(draw: st.DrawFn) -> str:
    """A good flow with comments, blank lines and line ends where they may stand."""
    lines = draw(st.sampled_from(list(TEXTS.values()))).split("\n")[:-1]
    for at in sorted(draw(st.sets(st.integers(0, len(lines) - 1), max_size=6)), reverse=True):
        match draw(st.sampled_from(["behind", "above", "blank", "spread", "tight"])):
            case "behind":
                lines[at] += "  # 注"
            case "above":
                lines.insert(at, " " * draw(st.integers(0, 6)) + "# 注")
            case "blank":
                lines.insert(at, "")
            case "spread" if not lines[at].lstrip().startswith("#"):
                lines[at] = lines[at].replace(", ", ",\n" + " " * 12)
            case _:
                lines[at] = lines[at].replace("{ ", "{").replace(", ", ",").replace(" }", "}")
    return "\n".join(lines)


@settings(max_examples=60)
@given(roughened(), st.sampled_from(["zh", "en"]))
@example(RICH, "zh")
def test_translated_it_means_the_same(text: str, language: Any) -> None:
    before = compile_flow(text).definition
    assert before is not None
    found = formatted(text, language)
    assert found.text is not None
    assert not found.kept
    assert same(compile_flow(found.text).definition, before)
    assert formatted(found.text, language).text == found.text
    assert remarks(found.text) == remarks(text)

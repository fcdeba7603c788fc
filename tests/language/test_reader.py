"""YAML text to a positioned tree: exact places, limits, and every trap with its own words and its fix."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.domain.finding import Finding
from workflow.grammars.errors import GrammarError
from workflow.grammars.expression import read_condition
from workflow.language.text.nodes import Mapping, Node, Place, Scalar, Sequence
from workflow.language.text.reader import read

FLOW = """\
flow: activity
title: 活动项目三级审核                # what people see
start:
  by: 站.协调员
  form:
    标题: text 2..40
    主题: [学习实践科学理论, 宣传宣讲党的政策]
    预算?: money 0..200000
steps:
  站初审: { review: 站.审核员, due: 1工作日 }
  中心终审:
    when: 预计人数 >= 500
    need: all
    on: no
    code: 0001
    at: 12:30
    help: >-
      注意：材料
      要齐全
    quoted: "a # b"
    single: 'it''s'
  派发:
    do:
      - number: { 项目编号: DX-<年>-<0001 每年> }
      - publish: [北京大兴APP, 站群]
        text: <项目编号> <标题>，<时间>
"""


def plain(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items] if isinstance(node, Sequence) else node.text if node else None


def scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Mapping):
        return [found for key, value in node.entries for found in (key, *scalars(value))]
    if isinstance(node, Sequence):
        return [found for item in node.items for found in scalars(item)]
    return [node] if node else []


def test_every_scalar_is_text() -> None:
    document = read(FLOW)
    assert document.findings == ()
    assert plain(document.root) == yaml.load(FLOW, Loader=yaml.CBaseLoader)  # noqa: S506 (it makes nothing but text)
    assert plain(document.root)["steps"]["中心终审"]["on"] == "no"
    assert plain(document.root)["steps"]["中心终审"]["at"] == "12:30"


def test_places_are_exact() -> None:
    lines = FLOW.split("\n")
    exact = 0
    for scalar in scalars(read(FLOW).root):
        place = scalar.place
        if scalar.indent is not None:
            exact += 1
            assert lines[place.line - 1][scalar.indent - 1 :].startswith(scalar.text)
            assert scalar.part((0, len(scalar.text))) == Place(
                place.line, scalar.indent, place.line, scalar.indent + len(scalar.text)
            )
    assert exact == len(scalars(read(FLOW).root)) - 2  # the folded one and the one with an escape are known as a whole


def test_a_grammars_error_is_said_of_the_file() -> None:
    root = read("a:\n  when: 人数 = 3\n  quoted: '人数 = 3'\n  folded: >-\n    人数\n    = 3\n").root
    places = []
    for scalar in scalars(root):
        if "=" in scalar.text:
            with pytest.raises(GrammarError) as caught:
                read_condition(scalar.text)
            found = scalar.finding("G201", caught.value)
            places.append((found.line, found.column, found.end_line, found.end_column, found.fix))
    assert places == [(2, 12, 2, 13, "=="), (3, 15, 3, 16, "=="), (4, 11, 7, 1, None)]


def mended(text: str, findings: tuple[Finding, ...]) -> str:
    lines = text.split("\n")
    for each in sorted(findings, key=lambda found: (found.line, found.column), reverse=True):
        if each.fix is not None:
            line = lines[each.line - 1]
            lines[each.line - 1] = line[: each.column - 1] + each.fix + line[each.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "code", "at", "meant"),
    [
        ("标题：text 2..40\n", "Y105", "1:3", {"标题": "text 2..40"}),
        ("form:\n  标题：text\n  人数: int\n", "Y105", "2:5", {"form": {"标题": "text", "人数": "int"}}),
        ("start：\n  by: 站\n", "Y105", "1:6", {"start": {"by": "站"}}),
        ("a: { 甲：text, 乙： int }\n", "Y105", "1:7", {"a": {"甲": "text", "乙": "int"}}),
        ("do:\n- number：{ 编号: x }\n", "Y105", "2:9", {"do": [{"number": {"编号": "x"}}]}),
        ("a: { b: c， d: e }\n", "Y108", "1:10", {"a": {"b": "c", "d": "e"}}),
        ("a: {\n  b: c，\n  d: 乙， e: f }\n", "Y108", "3:7", None),
        ("a:\u3000b\n", "Y106", "1:3", {"a": "b"}),
        ("- a\n-\u3000b\n", "Y106", "2:2", ["a", "b"]),
        ("a:\n\u3000b: c\n", "Y104", "2:1", {"a": {"b": "c"}}),
        ("a:\n\tb: c\n", "Y104", "2:1", {"a": {"b": "c"}}),
        ("a: 【甲，乙】\n", "Y107", "1:4", None),
        ("a: ［甲, 乙］\n", "Y107", "1:4", {"a": ["甲", "乙"]}),
        ("a: ｛ b: c ｝\n", "Y107", "1:4", {"a": {"b": "c"}}),
        ("a: [甲, 乙】\n", "Y107", "1:9", {"a": ["甲", "乙"]}),
        ("－ a\n", "Y112", "1:1", ["a"]),
        ("review:站.审核员\nneed: 2\n", "Y109", "1:7", {"review": "站.审核员", "need": "2"}),
        ("a: { review:站.审核员 }\n", "Y132", "1:12", {"a": {"review": "站.审核员"}}),
        ("when: >= 500\n", "Y130", "1:7", {"when": ">= 500"}),
        ("a: { when: >= 500, need: 2 }\n", "Y130", "1:12", {"a": {"when": ">= 500", "need": "2"}}),
        ("a: !重要 通知\n", "Y130", "1:4", {"a": "!重要 通知"}),
        ("a: %5\n", "Y130", "1:4", {"a": "%5"}),
        ("a: @所有人 # 一\n", "Y130", "1:4", {"a": "@所有人"}),
        ("a: *必填\n", "Y130", "1:4", {"a": "*必填"}),
        ("title: [急] 通知\n", "Y130", "1:8", {"title": "[急] 通知"}),
        ("text: 时间: 明天\n", "Y131", "1:7", {"text": "时间: 明天"}),
        ("title: 第1期 #2\n", "Y133", "1:12", None),
        ("a: [甲，乙、丙（一，二）, 丁]\n", "Y134", "1:6", {"a": ["甲", "乙", "丙（一，二）", "丁"]}),
        ("a: { when: max(a, b) > 3 }\n", "Y135", "1:17", {"a": {"when": "max(a、 b) > 3"}}),
        ("a: { when: 甲 in (一, 二), need: 2 }\n", "Y135", "1:19", {"a": {"when": "甲 in (一、 二)", "need": "2"}}),
        ("a: [ max(a, b) ]\n", "Y135", "1:11", {"a": ["max(a、 b)"]}),
        ("a: { f: file docx,pdf }\n", "Y132", "1:18", {"a": {"f": "file docx pdf"}}),
        ("a: { b: c, help: 注意: 请看 }\n", "Y131", "1:18", {"a": {"b": "c", "help": "注意: 请看"}}),
        ("a: { help: 第1期 #2, b: c }\nd: e\n", "Y133", "1:12", {"a": {"help": "第1期 #2", "b": "c"}, "d": "e"}),
        ("a: [ 甲, 乙 #2 ]\n", "Y133", "1:9", {"a": ["甲", "乙 #2"]}),
        ("a: { b }\n", "Y132", "1:6", None),
        ("a: &b c\n", "Y120", "1:4", {"a": "&b c"}),
        ("a: &b { c: d }\n", "Y120", "1:4", None),
        ("a: *b\n", "Y121", "1:4", {"a": "*b"}),
        ("a: !!python/object:os.system x\n", "Y122", "1:4", {"a": "!!python/object:os.system x"}),
        ("a: !!map { b: c }\n", "Y122", "1:4", None),
        ("<<: { a: b }\n", "Y123", "1:1", None),
        ("a: b\nc: d\na: e\n", "Y124", "3:1", None),
        ("? [a]\n: b\n", "Y125", "1:3", None),
        ("?\n: b\n", "Y125", "1:2", None),
        ("a: b\n---\nc: d\n", "Y126", "2:1", None),
        ("%YAML 1.1\n---\na: b\n", "Y127", "1:1", None),
        ("", "Y100", "1:1", None),
        ("# nothing\n", "Y100", "1:1", None),
        ("a: b\0c\n", "Y103", "1:5", {"a": "bc"}),
        ("a: b\u202ec\n", "Y103", "1:5", {"a": "bc"}),
        ("a: b\u200bc\n", "Y103", "1:5", {"a": "bc"}),
        ("a: \ud800\n", "Y101", "1:4", None),
        ("a: 'b\n", "Y199", "1:4", None),
        ("a: { b: c\nd: e\n", "Y199", "1:4", None),
        ("a: [b, c\n", "Y199", "1:4", None),
        ("a: [\n", "Y199", "1:1", None),
        ("a: b\n  c: d\n", "Y199", "2:4", None),
        ("a:\n - b\n c: d\n", "Y199", "3:2", None),
        ("a: - b\n", "Y199", "1:4", None),
        ("a: ]\n", "Y199", "1:4", None),
        ('a: "\\q"\n', "Y199", "1:5", None),
    ],
)
def test_traps(text: str, code: str, at: str, meant: Any) -> None:
    document = read(text)
    first = document.findings[0]
    assert (first.code, f"{first.line}:{first.column}") == (code, at)
    assert first.message_zh
    assert first.message_en
    if meant is not None:
        again = read(mended(text, document.findings))
        assert again.findings == ()
        assert plain(again.root) == meant


@pytest.mark.parametrize(
    "text",
    [
        "title: 公益微创投（一轮）\n", "help: 注意：材料要齐全\n", "items:\n- 注意：材料\n- 甲、乙，丙\n", "title: 【通知】清明祭扫\n", "a: { text: 你好，世界, b: 【急】 }\n",
        "help: |\n  标题：x\n  【甲，乙】\n  \ta # b\n   #c\nb: c\n", 'a: "甲：乙 #2、【"\n', "a: '甲：乙' # 说明：无\n", "a: [ 丙（一，二）, “一，二” ]\n", "a: http://a.b/c#d\n",
        "by: anyone   # 群众\n#注释\n", "a: { 甲 : b }\n", "a:\n  b: >\n    一：二\n\n    三：四\n  c: d\n", "a: b　c\n", "at: 每季度 第5个工作日 09:00\n", "a: { b: max(a、b) > 3 }\n",
        "问题?: text 2..2000\n", "a: { 问题?: text }\n", "\ufeffa: b\n", "a: b\r\nc: d\r\n", "a: 1 < 2\n", "a: x > 3\n",
    ],
)  # fmt: skip
def test_what_is_fine(text: str) -> None:
    assert read(text).findings == ()


def test_a_key_written_twice_is_left_out_once() -> None:
    document = read("a: b\na: c\nd: e\n")
    assert plain(document.root) == {"a": "b", "d": "e"}
    assert "第 1 行" in document.findings[0].message_zh


def test_bytes_that_are_no_utf8() -> None:
    found = read("甲: 乙\n丙: ".encode() + b"\xb5\xda").findings[0]
    assert (found.code, found.line, found.column) == ("Y101", 2, 4)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "Y110"),
        ("{a: " * 30_000, "Y110"),
        ("- " * 50_000, "Y110"),
        ("\n".join("  " * n + "a:" for n in range(30)), "Y110"),
        ("[" + "a," * 25_000 + "]", "Y111"),
        ("a: " + "x" * (256 * 1024), "Y102"),
        ("x" * 10_000_000, "Y102"),
        ("a: &a [b,b]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "Y120"),
    ],
)
def test_limits_hold_while_reading(text: str, code: str) -> None:
    begun = time.process_time()
    found = read(text).findings
    assert found[0].code == code
    assert time.process_time() - begun < 2


def test_only_so_many_findings() -> None:
    assert len(read("a: \0" * 5000).findings) == 50


def test_twenty_levels_are_fine() -> None:
    assert read("[" * 20 + "a" + "]" * 20).findings == ()
    assert read("[" * 21 + "a" + "]" * 21).findings[0].code == "Y110"


words = st.text(st.characters(codec="utf-8", categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=6)
trees = st.recursive(
    words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=12
)


@given(trees)
@settings(max_examples=150)
def test_what_yaml_writes_is_read_back(tree: Any) -> None:
    for flow in (True, False):
        text = yaml.dump(
            tree, Dumper=yaml.CSafeDumper, allow_unicode=True, default_flow_style=flow, width=10_000, sort_keys=False
        )
        document = read(text.removesuffix("...\n"))
        assert plain(document.root) == tree
        assert [each for each in document.findings if each.code != "Y100"] == []


@given(st.text(max_size=80))
@settings(max_examples=400)
def test_any_text_is_read_or_refused(text: str) -> None:
    document = read(text)
    assert document.root is not None or document.findings


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "甲",
                ": ",
                "：",
                ", ",
                "，",
                "{",
                "}",
                "[",
                "]",
                "【",
                "】",
                "\n",
                "  ",
                "- ",
                "#",
                " #",
                "'",
                '"',
                ">",
                "|",
                "&",
                "*",
                "!",
                "\u3000",
                "\t",
            ]
        ),
        max_size=14,
    )
)
@settings(max_examples=600)
def test_any_heap_of_signs_is_read_or_refused_and_stays_in_the_text(signs: list[str]) -> None:
    text = "".join(signs)
    document = read(text)
    lines = text.split("\n")
    assert document.root is not None or document.findings
    for found in document.findings:
        assert 1 <= found.line <= len(lines) + 1
        assert found.column >= 1
        assert (found.end_line, found.end_column) >= (found.line, found.column)

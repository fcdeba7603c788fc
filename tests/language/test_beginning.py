"""`at`, `each`, `unit`, `with`, `merge` and `watch` as text: read, refused in place, respelt, drawn, told in words, and known to editors."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from tests.flows.house import house
from tests.language.test_schema import in_chinese
from workflow.domain.definition import Definition
from workflow.grammars.respell import same
from workflow.language import shapes
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.graph.shape import shape_of
from workflow.language.prose import prose
from workflow.language.schema import schema
from workflow.language.writing.formatting import formatted

FLOW = """\
flow: trial
title: 试验
start:
  by: 站.协调员
  at: 每季度 第5个工作日 09:00
  each: 站
  where: 季度 in (2、4)
  unit: 各
  form: { 点位: unit 站, 期: int, 类: [甲类, 乙类], 标题: text 2..40, 分?: stars 5, 备注?: text }
  with: { 点位: 各, 期: 季度, 类: 甲类, 标题: “季报” }
  merge: { same: [点位, 标题], last: 7日 }
steps:
  甲: { review: 站.审核员 }
watch:
  差评:
    per: 类
    last: 10
    when: mean(分) < 4 and count(甲.结果 == 通过) >= 2
    do:
      - tell: 中心.协调员
        text: <类> 差评多
"""


def compiled(text: str) -> Definition:
    found = compile_flow(text, organisation=house())
    assert found.definition is not None, [(one.code, one.line, one.message_zh) for one in found.findings]
    return found.definition


def test_all_of_it_is_read() -> None:
    definition = compiled(FLOW)
    start, (rule,) = definition.start, definition.watch
    assert start.at is not None
    assert start.at.clock == (9, 0)
    assert [name for name, _ in start.values] == ["点位", "期", "类", "标题"]
    assert start.merge is not None
    assert start.merge.same == ("点位", "标题")
    assert (rule.name, rule.last.count, len(rule.columns), len(rule.actions)) == ("差评", 10, 2, 1)


def test_a_rule_that_keeps_something_else_begins_anew() -> None:
    (before,), (after,), (said,) = (
        compiled(text).watch
        for text in (FLOW, FLOW.replace("甲.结果 == 通过", "甲.结果 == 驳回"), FLOW.replace("<类> 差评多", "<类>"))
    )
    assert before.rule != after.rule
    assert before.rule == said.rule


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("第5个工作日", "第5个工作曰", "G212", "个工作曰"),
        ("with: { 点位: 各", "with: { 点: 各", "F402", "点"),
        ("with: { 点位: 各, 期: 季度", "with: { 点位: 各, 期: “四”", "F394", "“四”"),
        ("类: 甲类", "类: 丙类", "G210", "丙类"),
        (", 标题: “季报” }", " }", "F403", "with"),
        ("each: 站", "each: 街坊", "F405", "街坊"),
        ("unit: 各", "unit: 期", "F404", "期"),
        ("same: [点位, 标题]", "same: [点位, 题目]", "F402", "题目"),
        ("last: 7日", "last: 7", "F408", "7"),
        ("    last: 10\n", "", "F302", "差评"),
        ("per: 类", "per: 标题", "F351", "标题"),
        ("count(甲.结果 == 通过) >= 2", "甲.结果 == 通过", "F411", "甲.结果"),
        ("mean(分)", "mean(标题)", "F351", "标题"),
        ("mean(分)", "mean(分数)", "G210", "分数"),
        ("- tell: 中心.协调员", "- number: { 号: <0001> }", "F413", "number"),
        ("merge: { same: [点位, 标题], last: 7日 }", "merge: { same: [点位, 标题] }", "F302", "merge"),
        ("  at: 每季度 第5个工作日 09:00\n", "", "F401", "each"),
        ("  by: 站.协调员\n", "", "F406", "merge"),
        ("备注?: text }", "备注?: text, 图?: photo 1..2 }\n  must: 期 > 0", "F407", "图"),
        ("per: 类", "per: 甲.结束", "F410", "甲.结束"),
        ("mean(分) < 4 and count(甲.结果 == 通过) >= 2", "今天 > 2026-01-01", "F412", "今天"),
    ],
)
def test_a_mistake_is_found_where_it_stands(old: str, new: str, code: str, at: str) -> None:
    text = FLOW.replace(old, new, 1).replace("same: [点位", "same: [图" if code == "F407" else "same: [点位", 1)
    found = [one for one in compile_flow(text, organisation=house()).findings if level(one.code) == "error"]
    assert [one.code for one in found][:1] == [code], [(one.code, one.message_zh) for one in found]
    first = found[0]
    assert text.split("\n")[first.line - 1][first.column - 1 :].startswith(at)


def test_nobody_is_the_submitter_where_nobody_begins_it() -> None:
    text = FLOW.replace("  by: 站.协调员\n", "").replace("  merge: { same: [点位, 标题], last: 7日 }\n", "")
    assert compiled(text).steps[0].back == ()
    found = compile_flow(text.replace("站.审核员 }", "站.审核员, back: 提交人 }"), organisation=house()).findings
    assert [one.code for one in found if level(one.code) == "error"] == ["F400"]
    assert compiled(FLOW).steps[0].back == ("submitter",)
    must = text.replace("  unit: 各\n", "  unit: 各\n  must: 期 > 0\n")
    found = compile_flow(must, organisation=house()).findings
    assert [one.code for one in found if level(one.code) == "error"] == ["F409"]


def test_it_is_respelt_in_either_language_and_means_the_same() -> None:
    english = formatted(FLOW, "en").text
    assert english is not None
    for word in ("every quarter workday 5 09:00", "row", "quarter in (2、4)", "7d", "甲.result == approved"):
        assert word in english, english
    chinese = formatted(english, "zh").text
    assert chinese is not None
    for word in ("定时: 每季度 第5个工作日 09:00", "合并: { 相同:", "监测:", "平均(分) < 4", "最近: 10"):
        assert word in chinese, chinese
    one, two = compiled(FLOW), compiled(english)
    assert same(one.start, two.start)
    assert same(one.watch, two.watch)
    assert formatted(chinese, "zh").text == chinese


def test_it_is_told_in_words() -> None:
    zh, en = prose(compiled(FLOW), "zh"), prose(compiled(FLOW), "en")
    for said in (
        "每季度第 5 个工作日 09:00 自动发起",
        "停机错过的",
        "对“站”的每一行各发起一件",
        "7 天以内",
        "三、监测",
        "最近 10 件",
        "“<类> 差评多”",
    ):
        assert said in zh, zh
    for said in (
        "It begins by itself on working day 5 of every quarter at 09:00",
        "within 7 days",
        "III. What is watched",
    ):
        assert said in en, en
    assert "·" not in zh.partition("三、监测")[2].partition("四、")[0]


def test_the_picture_says_when_it_begins() -> None:
    alone = FLOW.replace("  by: 站.协调员\n", "").replace("  merge: { same: [点位, 标题], last: 7日 }\n", "")
    for text, lines in ((FLOW, ("站.协调员", "每季度 第5个工作日 09:00")), (alone, ("每季度 第5个工作日 09:00",))):
        box = shape_of(compiled(text), "zh", house()).boxes[0]
        assert box.lines == lines


@pytest.mark.parametrize("language", ["zh", "en"])
def test_editors_take_it_in_both_languages_and_see_what_is_missing(language: Any) -> None:
    validator = jsonschema.Draft7Validator(schema(language))
    root = yaml.load(FLOW, Loader=yaml.CBaseLoader)  # noqa: S506 - it makes nothing but text
    top = shapes.SECTIONS["top"]
    assert list(validator.iter_errors(root)) == []
    assert (
        list(validator.iter_errors({top.words[key]: in_chinese(each, top.shapes[key]) for key, each in root.items()}))
        == []
    )
    del root["watch"]["差评"]["last"]
    assert list(validator.iter_errors(root))

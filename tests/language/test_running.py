"""`run` in a flow's text: held against the flow that it names where that one is at hand, and passed where it is not."""

from __future__ import annotations

import pytest

from workflow.domain.tree import String
from workflow.language.beside import Beside
from workflow.language.compile import Compiled, compile_flow
from workflow.language.neighbours import cycle

VISIT = """\
flow: visit
title: 实地
start: { form: { 受检区: unit 区, 期限: int 1..9, 事由?: text 2..40, 级别: [一级, 二级] } }
steps:
  打分: { review: 市.测评科, form: { 分: number 0..100 } }
  分行: { each: 名录, do: { set: { 行分: 1 } } }
  定分: { do: [ { set: { 得分: 打分.分 } }, { number: { 文号: V-<0001> } } ] }
"""
LOOP = "flow: loop\ntitle: 圈\nstart: { by: 市.测评科 }\nsteps:\n  去: { run: assess }\n"
BROKEN = "flow: broken\ntitle: 坏\nsteps: {}\n"
TEXTS = {"visit": VISIT, "loop": LOOP, "broken": BROKEN}
BESIDE = Beside({flow: text.encode for flow, text in TEXTS.items()})
WITH = "with: { 受检区: 区名, 期限: 3, 级别: 一级 }"


def assess(*steps: str, neighbours: Beside | None = BESIDE) -> Compiled:
    text = "flow: assess\ntitle: 测评\nstart: { by: 市.测评科, form: { 标题: text 2..40, 区名: unit 区, 点位: { rows: { 名称: text, 分值: int } } } }\nsteps:\n"
    return compile_flow(text + "".join(f"  {one}\n" for one in steps), "assess", neighbours=neighbours)


def said(found: Compiled) -> list[str]:
    return [one.code for one in found.findings if one.code != "O450"]


@pytest.mark.parametrize(
    ("step", "codes"),
    [
        (f"实地: {{ run: visit, {WITH} }}", []),
        (f"实地: {{ run: visti, {WITH} }}", ["F421"]),
        ("实地: { run: Visit }", ["F311"]),
        ("实地: { run: loop }", ["F422"]),
        ("实地: { run: assess }", ["F422"]),
        ("实地: { run: visit }", ["F423"]),
        ("实地: { run: visit, with: { 受检区: 区名, 期限: 3 } }", ["F423"]),
        ("实地: { run: visit, with: { 受检区: 区名, 期限: 3, 级别: 一级, 事由: 标题 } }", []),
        ("实地: { run: visit, with: { 受检区: 区名, 期现: 3, 级别: 一级 } }", ["F424"]),
        ("实地: { run: visit, with: { 受检区: 区名, 期限: 标题, 级别: 一级 } }", ["F394"]),
        ("实地: { run: visit, with: { 受检区: 区名, 期限: 3, 级别: 三级 } }", ["G210"]),
        (f"实地: {{ run: visit, unit: 本件.轮次, {WITH} }}", ["F404"]),
        (f"实地: {{ run: visit, unit: 区名, {WITH} }}", []),
        ("实地: { run: broken, with: { 什么: 1 } }", []),
        ("实地: { do: { run: visit } }", ["F423"]),
        (f"实地: {{ do: {{ run: visit, {WITH}, text: 甲 }} }}", ["F355"]),
        (f"实地: {{ run: visit, {WITH}, back: [提交人] }}", ["F306"]),
        (f"实地: {{ run: visit, {WITH}, need: 2 }}", ["F306"]),
    ],
)
def test_what_is_wrong_with_a_run(step: str, codes: list[str]) -> None:
    assert said(assess(step)) == codes


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("实地.得分 + 1", []),
        ("实地.期限 + 实地.得分", []),
        ("实地.文号 == 本件.编号", []),
        ("实地.code == 本件.编号", []),
        ("实地.级别 == 二级", []),
        ("实地.级别 == 三级", ["G210"]),
        ("实地.得份", ["G210"]),
        ("实地.行分", ["G210"]),
        ("实地.文号 + 1", ["G210"]),
        ("实地.事由 == 标题", ["G210"]),
        ("实地.结果 == 通过", []),
    ],
)
def test_what_a_run_exports(value: str, codes: list[str]) -> None:
    use = (
        f"再: {{ when: {value}, review: 市.测评科 }}"
        if "==" in value
        else f"算: {{ do: {{ set: {{ 总: {value} }} }} }}"
    )
    assert said(assess(f"实地: {{ run: visit, {WITH} }}", use)) == codes


def test_what_may_be_missing_must_be_guarded() -> None:
    run = f"实地: {{ run: visit, when: 标题 == 标题, {WITH} }}".replace("标题 == 标题", "has(区名)")
    assert said(assess(run, "算: { do: { set: { 总: 实地.得分 } } }"))[-1:] == ["G210"]
    assert "G210" not in said(assess(run, "算: { do: { set: { 总: 实地.得分 if has(实地) else 0 } } }"))
    late = f"实地: {{ run: visit, reject: continue, {WITH} }}"
    assert said(assess(late, "算: { do: { set: { 总: 实地.得分 } } }")) == ["G210"]


def test_rows_of_items_have_the_columns_of_both() -> None:
    run = "查: { each: 点位, where: 各.分值 > 1, run: visit, with: { 受检区: 区名, 期限: 各.分值, 级别: 一级 } }"
    assert said(assess(run, "算: { do: { set: { 总: sum(查.得分) + sum(查.分值) } } }")) == []
    assert said(assess(run, "算: { do: { set: { 总: sum(查.没有) } } }")) == ["G210"]
    found = assess(run)
    assert found.definition is not None
    step = found.definition.places["查"]
    assert (step.kind, step.body, step.rows, step.each is not None, step.where is not None) == (
        "run",
        (),
        True,
        True,
        True,
    )


def test_an_each_with_a_run_may_stand_inside_an_each() -> None:
    inner = "{ each: 名录, run: visit, with: { 受检区: 区名, 期限: 3, 级别: 一级 } }"
    assert said(assess(f"逐点: {{ each: 点位, steps: {{ 查: {inner} }} }}")) == []
    assert "F328" in said(assess("逐点: { each: 点位, steps: { 查: { each: 点位, review: 市.测评科 } } }"))


def test_without_neighbours_everything_passes_and_a_bare_word_is_a_choice() -> None:
    found = assess("实地: { run: visit }", "再: { when: 实地.级别 == 二级, review: 市.测评科 }", neighbours=None)
    assert said(found) == []
    assert found.definition is not None
    when = found.definition.places["再"].when
    assert isinstance(when.right, String)  # type: ignore[union-attr]
    assert when.right.text == "二级"  # type: ignore[union-attr]


def test_what_a_flow_shows_to_others() -> None:
    face = BESIDE["visit"]
    assert set(face.names) == {"得分", "文号"}, "what is set in an each is the row's"
    assert face.names["得分"].kind == "number"
    assert BESIDE["loop"].runs == {"assess"}
    assert "broken" in BESIDE
    assert BESIDE.get("broken") is None


def test_the_shortest_way_back() -> None:
    assert cycle("assess", ["visit", "loop"], BESIDE) == ("assess", "loop", "assess")
    assert cycle("assess", ["visit"], BESIDE) == ()
    assert cycle("assess", ["assess"], {}) == ("assess", "assess")

"""A flow in words: word for word for the shipped ones, and for any flow: nothing of it goes unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.language.flows import FIRST, definition, with_steps
from tests.language.imagined import flows
from tests.language.test_graph import SHIPPED, shipped
from workflow.domain.definition import Action, Definition
from workflow.domain.tree import Field
from workflow.language.prose import prose
from workflow.language.prose.words import WORDS, Language
from workflow.steps.course import SUSPENDED_AFTER, TOLD_AFTER

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
both = pytest.mark.parametrize("language", LANGUAGES)


@both
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_flows_word_for_word(name: str, language: Language) -> None:
    """What changes here changes what people read: look at it, then write it down."""
    assert prose(shipped(name), language) == (GOLDEN / f"{name}.{language}.txt").read_text("utf-8")


def words_of(flow: Definition) -> Iterator[str]:
    """Everything an author gave a name, or chose."""
    yield from (flow.flow, flow.title, *flow.help.splitlines())
    yield from fields(flow.start.form)
    for actor in flow.start.by:
        yield from actor.who.parts
    for step in flow.places.values():
        yield from (step.name, step.help, *step.own.get("items", ()), *step.show, *fields(step.form))
        for actor in (*step.who, *step.tell):
            yield from (part for part in actor.who.parts if part != "提交人")
        for rung in () if isinstance(step.late, str) else step.late:
            yield from deeds(rung.actions)
        yield from deeds(step.own.get("actions", ()))
        yield from (back.rpartition("/")[2] for back in step.back if back != "submitter")


def fields(some: tuple[Field, ...]) -> Iterator[str]:
    for one in some:
        yield from (one.name, *one.choices, one.source or "", one.tier or "", *one.files, *fields(one.columns))


def deeds(some: tuple[Action, ...]) -> Iterator[str]:
    for one in some:
        yield from (*(name for name, _ in one.names), *one.outlets)


@both
@given(text=flows(20))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_step_field_and_name_is_mentioned(text: str, language: Language) -> None:
    flow = definition(text, checked=False)
    said = prose(flow, language)
    assert [word for word in words_of(flow) if word not in said] == []
    numbered = [line.strip().partition(". ")[2] for line in said.splitlines() if re.match(r"\s*[\d.]+\. \S+$", line)]
    rows = {step.body[0].place for step in flow.places.values() if step.kind == "each"}
    assert [name for name in numbered if name in {step.name for step in flow.places.values()}] == [
        step.name for step in flow.places.values() if step.place not in rows
    ]


BARE = definition(with_steps(FIRST.strip() + "\n乙: { review: 站.审核员 }"), checked=False)


@both
@pytest.mark.parametrize(
    "keys",
    [
        "when: 人数 > 3", "each: 名单", "each: 名单, where: 各.年龄 > 3", "open: 开始日前 1日", "tell: 站.协调员", "help: 看清楚", "due: 1工作日", "late: continue",
        "late: reject", "late: cancel", "late: { 0日: { tell: 站.协调员 } }", "late: { 0日: reject }", "late: { 1日: cancel }", "reject: continue", "need: 2", "need: all",
        "need: 60%", "need: in order", "need: 2 if 人数 > 3 else 1", "remind: no", "remind: 1工作日", "back: []", "back: 甲", "resume: here", "show: 标题",
        "form: { 评分: int 0..9 }", "form: { 评分: int 0..9 }, must: 评分 > 1",
    ],
)  # fmt: skip
def test_every_key_says_something_of_its_own(keys: str, language: Language) -> None:
    """Each key changes the rule, and takes the mark of the default away where it stands in one's place."""
    changed = definition(with_steps(FIRST.strip() + f"\n乙: {{ review: 站.审核员, {keys} }}"), checked=False)
    before, after = article(prose(BARE, language)), article(prose(changed, language))
    assert after != before
    mark = WORDS["default"][language == "en"]
    key = keys.partition(":")[0]
    if key in {"when", "open", "due", "late", "reject", "need", "remind", "show"} or keys == "back: 甲":
        assert after.count(mark) == before.count(mark) - 1
    elif key in {"each", "help", "form", "tell"}:
        assert after.count(mark) == before.count(mark)


def article(said: str) -> str:
    """What is said of the step 乙."""
    return said.partition(". 乙\n")[2].partition("\n\n")[0]


@both
@pytest.mark.parametrize(
    ("before", "after"),
    [("title: 试验", "title: 测试"), ("  by: 站.协调员", "  by: anyone"), ("  by: 站.协调员", "  by: 站.协调员\n  via: web"), ("steps:", "  must: 人数 > 3\nsteps:"),
     ("title: 试验", "title: 试验\nsecret: yes"), ("title: 试验", "title: 试验\nhelp: 这样办"), ("人数: int 1..500", "人数?: int 1..500"), ("text 2..40", "text 2..41")],
)  # fmt: skip
def test_every_key_of_the_start_says_something(before: str, after: str, language: Language) -> None:
    text = with_steps(FIRST.strip())
    one, other = definition(text, checked=False), definition(text.replace(before, after, 1), checked=False)
    assert prose(one, language) != prose(other, language)


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("人数 >= 100", "人数不低于 100", "人数 is at least 100"),
        ("类别 == 活动", "类别是“活动”", "类别 is “活动”"),
        ("类别 not in (活动、讲座)", "类别不是“活动”、“讲座”之一", "类别 is none of “活动”, “讲座”"),
        ("has(预算) and 预算 > 5万", "填了预算，并且预算超过 50000", "预算 is given and 预算 is more than 50000"),
        ("not has(预算) or 人数 < 3", "没有填预算，或者人数不到 3", "预算 is not given or 人数 is less than 3"),
        (
            "人数 > 3 and (人数 < 9 or 人数 == 20)",
            "人数超过 3，并且（人数不到 9，或者人数是 20）",
            "人数 is more than 3 and (人数 is less than 9 or 人数 is 20)",
        ),
        ("开始日 >= 3工作日后", "开始日不早于当时起 3 个工作日后", "开始日 is not before 3 working days from then"),
        ("开始日 < 2026-12-01", "开始日早于 2026-12-01", "开始日 is before 2026-12-01"),
        (
            "(人数 + 1) * 2 > 10 - 3 - 人数",
            "（人数 + 1） × 2 超过 10 − 3 − 人数",
            "(人数 + 1) × 2 is more than 10 − 3 − 人数",
        ),
        ("人数 - (3 - 人数) > 0", "人数 − （3 − 人数）超过 0", "人数 − (3 − 人数) is more than 0"),
        ("count(名单) > 2", "名单的个数超过 2", "the number of 名单 is more than 2"),
        ("mean(名单.年龄) > 2.5", "“名单”的年龄的平均超过 2.5", "the mean of 年龄 of “名单” is more than 2.5"),
        ("甲.轮次 > 1", "“甲”的轮次超过 1", "the round of “甲” is more than 1"),
        ("甲.结果 == 通过", "“甲”的结果是“通过”", "the result of “甲” is “通过”"),
    ],
)
def test_conditions_in_words(written: str, zh: str, en: str) -> None:
    flow = definition(with_steps(FIRST.strip() + f"\n乙: {{ when: {written}, review: 站.审核员 }}"), checked=False)
    assert f"只有{zh}" in prose(flow, "zh").replace(" 时才办", "时才办")
    assert f"Only if {en}; otherwise the step is skipped" in prose(flow, "en")


@both
def test_the_bounds_are_the_engines(language: Language) -> None:
    said = prose(BARE, language)
    assert str(TOLD_AFTER + (language == "en")) in said
    assert str(SUSPENDED_AFTER) in said


def test_what_is_inside_an_all_says_whose_rejection_it_is() -> None:
    flow = definition(
        with_steps(
            FIRST.strip() + "\n乙: { all: { 丙: { review: 所.审核员, late: reject }, 丁: { review: 站.审核员 } } }"
        ),
        checked=False,
    )
    said = prose(flow, "zh")
    assert said.count(WORDS["reject.around"][0]) == 2
    assert WORDS["rejected.around"][0] in said


@pytest.mark.parametrize("key", WORDS)
def test_every_sentence_stands_in_both_languages_with_the_same_slots(key: str) -> None:
    zh, en = WORDS[key]
    slots = [{slot for _, slot, _, _ in Formatter().parse(one) if slot} for one in (zh, en)]
    assert slots[0] == slots[1] or key == "always.rounds"
    assert not re.search(r"[\u4e00-\u9fff]", en)


def test_every_sentence_is_used() -> None:
    folder = Path(__file__).parents[2] / "workflow/language/prose"
    source = "".join(path.read_text("utf-8").partition("WORDS: Final")[0] for path in folder.glob("*.py"))
    source += (folder / "words.py").read_text("utf-8").partition("def say(")[2]
    for key in WORDS:
        family, dot, _ = key.rpartition(".")
        known = (
            f'"{key}"' in source
            or (dot and re.search(rf'f"({re.escape(family)}|{{[^"]*)\.{{', source))
            or key.startswith("always.")
        )
        assert known, f"{key} is not used: delete it"


def test_it_ends_with_a_line_break_and_has_no_blanks_at_the_end_of_lines() -> None:
    said = prose(replace(BARE, help="说明"), "zh")
    assert said.endswith("\n")
    assert not re.search(r"[ \t]\n", said)

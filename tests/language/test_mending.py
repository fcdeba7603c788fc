"""`lint --fix`: what is certain is mended, what is not stays; a fix never brings anything new, and nothing is mended twice."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS, house
from tests.language.flows import FIRST, HEAD, with_steps
from tests.language.test_compile_spoilt import spoilt
from tests.language.test_findings import STEPS, TOPS
from tests.language.test_words import RICH
from workflow.domain.finding import Finding
from workflow.language.compile import compile_flow
from workflow.language.writing.formatting import formatted
from workflow.language.writing.mending import Mended, mended


def find(text: str) -> tuple[Finding, ...]:
    return compile_flow(text, "trial", organisation=house()).findings


def mend(text: str) -> Mended:
    return mended(text, find)


def wrong(text: str) -> list[tuple[str, str]]:
    return [(one.code, one.message_en) for one in find(text) if one.code not in {"O461", "O463"}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲: { reviw: 站.审核员 }", "甲: { review: 站.审核员 }"),
        ("甲: { review:站.审核员 }", "甲: { review: 站.审核员 }"),
        ("甲： ｛ review： 站.审核员， due： 1工作曰 ｝", "甲: { review: 站.审核员, due: 1工作日 }"),
        ("甲: { review: [站.审核员，所.审核员] }", "甲: { review: [站.审核员, 所.审核员] }"),
        ("甲: { review: 站.审核员, need: 2人, late: cancell }", "甲: { review: 站.审核员, need: 2, late: cancel }"),
        ("甲: { review: 站.审核员, when: 人数 ＞ 3 && 类别 = 活动 }", "甲: { review: 站.审核员, when: 人数 > 3 and 类别 == 活动 }"),
        ("甲: { review: 站.审核员, form: { 备注: txet, 分？: int } }", "甲: { review: 站.审核员, form: { 备注: text, 分?: int } }"),
        ("甲: { review: 站.审核员, due: 今天 9:00 }", "甲: { review: 站.审核员, due: 今天 09:00 }"),
        ("甲: { review: 站.审核员, due: 3 工作日, help: @我 }", "甲: { review: 站.审核员, due: 3工作日, help: '@我' }"),
        ("甲: { review: 站.审核元, tell: 各站.协条员 }", "甲: { review: 站.审核员, tell: 各站.协调员 }"),
        ("甲: { reviw: 站.审核元 }", "甲: { review: 站.审核员 }"),
        ("甲: { review: 站.审核员, when: max(人数, 3) > 5 }", "甲: { review: 站.审核员, when: max(人数、 3) > 5 }"),
        ("甲:\n\treview: 站.审核员", "甲:\n  review: 站.审核员"),
    ],
)  # fmt: skip
def test_what_is_certain_is_mended(before: str, after: str) -> None:
    found = mend(with_steps(before))
    assert found.text == with_steps(after)
    assert found.made
    assert wrong(found.text) == []


@pytest.mark.parametrize(
    "steps",
    [
        "甲: { review: 站.审核员, 截止: 1日 }",  # nobody knows which key was meant
        "甲: { review: 占.审核员 }",  # one letter of one
        "甲: { review: 站.审核员, when: has(预祘) }",  # half of the word differs
        "甲: { review: 站.审核员, due: 3月 }",  # three months, or March
        "甲: { review: 站.审核员 }\n乙: { review: 甲 }",  # who did it, or somebody else
        "甲: { check: 站.审核员, items: [场地、设备] }",  # two lines, or one
        "甲: { review: 站.审核员, help: &A }",  # an anchor, or a text
        "第1步: { review: 站.审核员 }\n乙: { review: 所.审核员, back: 第2步 }",  # another number is another step
        "甲: review: 站.审核员",  # quotation marks would only make another mistake of it
    ],
)
def test_what_is_not_certain_stays(steps: str) -> None:
    text = with_steps(steps)
    assert wrong(text) != []
    assert mend(text) == Mended(text)


def test_it_says_what_stood_there() -> None:
    (made,) = mend(with_steps("甲: { reviw: 站.审核员 }")).made
    assert (made.finding.code, made.before, made.finding.fix) == ("F301", "reviw", "review")
    assert (made.finding.line, made.finding.column) == (14, 8)


def test_fixes_at_one_place_are_made_one_after_the_other() -> None:
    text = with_steps("甲: { review: 站.审核员, when: 人数 ＞ 3 && 人数 ＜ 50 }")
    found = mend(text)
    assert wrong(found.text) == []
    assert len(found.made) > 2


CLEAN = [(FLOWS / "activity.yaml").read_text("utf-8").replace("flow: activity", "flow: trial"), RICH]
ENGLISH = [formatted(text, language).text or "" for text in CLEAN for language in ("zh", "en")]
SLIPS = {
    ": ": ["：", "： ", ":　", ":"], ", ": ["，", "， "], "{": ["｛"], "}": ["｝"], "review": ["reviw", "revew"], "审核": ["审核核"],
    "工作日": ["工作曰"], " > ": [" ＞ "], " >= ": [" ≥ ", " => "], " == ": [" = "], "due": ["deu"], "steps": ["step", "setps"],
    "datetime": ["datetme"], "cancel": ["cancle"], "- ": ["－ "], "when": ["wen"], "title": ["titel"],
}  # fmt: skip


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """A flow in which nothing was wrong, with slips of the finger and of the input method at a few places."""
    text = draw(st.sampled_from([*CLEAN, *ENGLISH]))
    for _ in range(draw(st.integers(1, 4))):
        was = draw(st.sampled_from([word for word in SLIPS if word in text]))
        places = [at for at in range(len(text)) if text.startswith(was, at)]
        at = draw(st.sampled_from(places))
        text = text[:at] + draw(st.sampled_from(SLIPS[was])) + text[at + len(was) :]
    return text


def unreadable(text: str) -> bool:
    return any(code.startswith("Y") for code, _ in wrong(text))


@settings(max_examples=150)
@given(slipped())
def test_after_a_fix_its_finding_is_gone_or_unchanged_and_no_new_one_appears(text: str) -> None:
    before, found = wrong(text), mend(text)
    after = wrong(found.text)
    assert mend(found.text) == Mended(found.text)
    assert (found.text == text) == (not found.made)
    if found.made and not unreadable(text):
        fixed = {one.finding.code for one in found.made}
        made = {(one.finding.code, one.finding.message_en) for one in found.made}
        assert len(after) < len(before) or not made >= set(after)
        fresh = [one for one in after if one not in before]
        # what only comes to light once a key or a value can be read was there before
        assert not fresh or fixed & {"F301", "F307", "F325", "G201", "G202", "G203", "G204", "G205", "G210"}


@settings(max_examples=150)
@given(spoilt())
@example("title:: x")
@example(HEAD + "  甲：{review：站.审核员}")
def test_whatever_the_text_mending_ends_and_rests(text: str) -> None:
    found = mend(text)
    assert mend(found.text).text == found.text
    assert (found.text == text) == (not found.made)


@pytest.mark.parametrize(("steps", "expected"), STEPS, ids=[steps for steps, _ in STEPS])
def test_every_mistake_of_a_step_is_mended_whole_or_left(
    steps: str, expected: list[tuple[str, str, str | None]]
) -> None:
    text = with_steps(steps)
    left_or_whole(text)


@pytest.mark.parametrize(
    ("before", "after", "expected"), TOPS, ids=[after or f"no {before}" for before, after, _ in TOPS]
)
def test_every_mistake_at_the_top_is_mended_whole_or_left(before: str, after: str, expected: object) -> None:
    left_or_whole(HEAD.replace(before, after, 1) + FIRST)


def left_or_whole(text: str) -> None:
    before, found = wrong(text), mend(text)
    after = wrong(found.text)
    if found.made:
        assert len(after) < len(before)
        assert [one for one in after if one not in before] == []
    else:
        assert after == before

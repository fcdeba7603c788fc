"""Files of cases as they are read: every mistake a finding with its place, nothing raised whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS
from tests.rehearsal.rig import HEAD, cases
from workflow.rehearsal.case import Expect, Jump, Sentence
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.words import CODES

GOOD = HEAD + "    - 张三 通过 站初审\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("case: 一", "F303", 1),
        ("[]", "T504", 1),
        ("", "Y100", 1),
        ("- case: 一\n  then: []\n", "F302", 1),
        (GOOD.replace("people", "peple"), "F301", 2),
        (GOOD.replace("by: 李明, ", ""), "F302", 3),
        (GOOD.replace("{ 站.协调员: 李明, 站.审核员: [张三, 李四], 所.审核员: 王五 }", "李明"), "F303", 2),
        (GOOD.replace("{ by: 李明", "{ by: 李明, 由: 李明"), "F304", 3),
        (GOOD + GOOD, "T505", 6),
        (HEAD + "    - 张三 同意 站初审\n", "T501", 5),
        (HEAD + "    - 张三\n", "T501", 5),
        (HEAD + "    - 张三 退回 站初审 到\n", "T501", 5),
        (HEAD + "    - 张三 退回 站初审 所复审\n", "T501", 5),
        (HEAD + "    - { say: 张三 通过 站初审, after: 1日 }\n", "T502", 5),
        (HEAD + "    - { marks: { 甲: 通过 } }\n", "T502", 5),
        (HEAD + "    - { after: 1日, comment: 慢 }\n", "T503", 5),
        (HEAD + "    - { say: 张三 通过 站初审, because: voted }\n", "T503", 5),
        (HEAD + "    - { hope: 好 }\n", "F301", 5),
        (HEAD + "    - after: 3工作曰\n", "G205", 5),
        (HEAD + "    - expect: { wating: [] }\n", "F301", 5),
        (HEAD + "    - expect: { state: dnoe }\n", "F307", 5),
        (HEAD + "    - expect: { escalated: 也许 }\n", "F307", 5),
        (HEAD + "    - expect: { results: { 站初审: 同意 } }\n", "F307", 5),
        (HEAD + "    - expect: { names: DX }\n", "F303", 5),
        (HEAD + "    - expect: {}\n", "F308", 5),
        (HEAD + "    - { say: 张三 通过 站初审, marks: { 甲: 好 } }\n", "F307", 5),
        (HEAD + "    - [张三]\n", "F303", 5),
        (HEAD + "    - *a\n", "Y", 5),
    ],
)  # fmt: skip
def test_a_mistake_is_a_finding_at_its_line(text: str, code: str, line: int) -> None:
    read = read_cases(text)
    assert not read.cases
    assert [(one.code[: len(code)], one.line) for one in read.findings] == [(code, line)]


def test_a_misspelt_verb_has_its_fix() -> None:
    (finding,) = read_cases(HEAD + "    - 张三 重新递交\n").findings
    assert (finding.fix, finding.column) == ("重新提交", 10)


def test_a_case_as_read() -> None:
    (case,) = cases(
        GOOD + "    - say: 张三 通过 站初审\n      marks: { 甲: 不适用 }\n      comment: 好\n    - until: 时间前 1日\n"
        "    - expect: { waiting: [李四, 张三], escalated: 否 }\n"
    )
    assert case.people == {"站.协调员": ("李明",), "站.审核员": ("张三", "李四"), "所.审核员": ("王五",)}
    assert (case.by, case.form["预计人数"], case.place.line) == ("李明", "30", 1)
    first, second, third, fourth = case.lines
    assert isinstance(first, Sentence)
    assert (first.who, first.verb, first.step, first.to, first.comment) == ("张三", "approve", "站初审", "", None)
    assert isinstance(second, Sentence)
    assert (second.marks, second.comment) == ({"甲": "na"}, "好")
    assert isinstance(third, Jump)
    assert isinstance(fourth, Expect)
    assert [(one.word, one.value) for one in fourth.things] == [("waiting", ("张三", "李四")), ("escalated", False)]


def test_every_code_has_both_sentences_and_the_same_slots() -> None:
    slots = {code: ({*_slots(one.zh)}, {*_slots(one.en)}) for code, one in CODES.items()}
    for zh, en in slots.values():
        assert {name.removesuffix("_zh").removesuffix("zh") for name in zh} == {
            name.removesuffix("_en").removesuffix("en") for name in en
        }


def _slots(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_breaks_the_reading(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([(FLOWS / "livestream.test.yaml").read_text("utf-8")[:3000], GOOD]))
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 12))
    put = data.draw(st.text("{}[]:,-#&*“：通过到 \n'\"a1", max_size=6))
    read = read_cases(text[:at] + put + text[at + cut :])
    assert bool(read.cases) != bool(read.findings)

"""Whatever the text, `compile_flow` answers: with a definition that holds together, or with findings; soon, and in little memory."""

from __future__ import annotations

import sys
import time
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS, house
from tests.language.flows import HEAD, with_steps
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.report import render, rows
from workflow.lifecycle import Lifecycle

TEXTS = [(FLOWS / f"{name}.yaml").read_text("utf-8") for name in ("activity", "livestream")]
TEXTS.append(
    with_steps(
        "甲: { review: [站.审核员, 所.审核员 except 提交人], need: 2 if 人数 > 5 else 1, late: { 1日: { tell: 站群 }, 2日: cancel } }\n"
        "乙: { each: 名单, where: 各.年龄 > 60, check: 负责人, items: [一, 二], back: [甲, 提交人], resume: here, reject: continue }\n"
        "丙: { steps: { 丁: { when: has(预算) and 预算 > 5万, do: [ { set: { 双: 人数 * 2 } }, { number: { 号: A-<双>-<001 每月> } } ] } } }"
    )
)
PIECES = [
    "review", "check", "all", "steps", "each", "do", "when", "late", "form", "rows", "many", "各", "提交人", "站.审核员", "必须", "表单",
    "结果", "has(", ")", "(", "{", "}", "[", "]", ":", ": ", ", ", "?", "“", "”", "<", ">", "<0001>", "..", "1日", "1..5", "0", "-1", "9999999999999999",
    "\n", "\n  ", "  ", "\t", "　", "：", "&a ", "*a", "!x ", "# ", "\x00", "\u202e", "，", "、", "done", "start", "if", "else", "in order", "60%",
]  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A good flow with a few places changed: cut, doubled, swapped, or with something put in."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.just("")))
        match draw(st.sampled_from(["replace", "insert", "double", "line", "word"])):
            case "replace":
                text = text[:at] + piece + text[at + length :]
            case "insert":
                text = text[:at] + piece + text[at:]
            case "double":
                text = text[: at + length] + text[at:]
            case "line":
                lines = text.split("\n")
                one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
            case _:
                words = text.split(" ")
                words[draw(st.integers(0, len(words) - 1))] = piece
                text = " ".join(words)
    return text


@settings(max_examples=300)
@given(spoilt(), st.booleans())
@example("", True)
@example("- a", True)
@example("flow: trial\ntitle: t\nstart: {}\nsteps: {}", False)
@example(HEAD, True)
def test_a_spoilt_flow_is_answered(text: str, checked: bool) -> None:
    found = compile_flow(text, "trial", organisation=house() if checked else None)
    wrong = [one for one in found.findings if level(one.code) == "error"]
    assert (found.definition is None) == bool(wrong)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in found.findings:
        assert 1 <= one.line <= one.end_line <= len(lines) + 1
        assert one.message_zh
        assert one.message_en
        assert (
            "{" not in one.message_en.replace("{ many: [甲, 乙] }", "") or one.code in {"F303", "F301"} or "{" in text
        )
    for language in ("zh", "en"):
        assert render(found.findings, text, "f", language).count("\n") >= len(found.findings)
    assert len(rows(found.findings, "f")) == len(found.findings)
    if found.definition is not None:
        Lifecycle(found.definition)


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_anything_is_answered(source: bytes | str) -> None:
    assert compile_flow(source, "trial").definition is None


HUGE = {
    "fields": HEAD.replace("    标题", "".join(f"    f{n}: int 1..9\n" for n in range(6000)) + "    标题"),
    "fields with bounds": HEAD.replace("    标题", "".join(f"    f{n}: datetime >= f{n + 1}\n" for n in range(6000)) + "    标题"),
    "choices": HEAD.replace("[活动, 讲座]", "[" + ", ".join(f"c{n}" for n in range(9000)) + "]"),
    "steps": HEAD + "".join(f"  s{n}: {{ review: 站.审核员 }}\n" for n in range(6000)),
    "unknown keys": HEAD + "  甲: { " + ", ".join(f"reviev{n}: a" for n in range(6000)) + " }\n",
    "actions": with_steps("甲: { do: [ " + ", ".join("{ count: { 场次: 1 } }" for _ in range(4000)) + " ] }"),
    "names": with_steps("甲: { do: { set: { " + ", ".join(f"n{n}: {n}" for n in range(6000)) + " } } }"),
    "lines": with_steps("甲: { check: 站.审核员, items: [" + ", ".join(f"l{n}" for n in range(9000)) + "] }"),
    "actors": with_steps("甲: { review: [" + ", ".join(f"站.r{n}" for n in range(9000)) + "] }"),
    "rungs": with_steps("甲: { review: 站.审核员, late: { " + ", ".join(f"{n}日: {{ tell: 站群 }}" for n in range(4000)) + " } }"),
    "a long value": with_steps("甲: { review: 站.审核员, when: " + "人数 > 1 and " * 9000 + "人数 > 2 }"),
    "parentheses": with_steps("甲: { review: 站.审核员, when: " + "(" * 400 + "人数 > 2" + ")" * 400 + " }"),
    "slots": with_steps("甲: { do: { publish: 公众号, text: " + "<人数>" * 600 + " } }"),
    "nested": HEAD + "  甲: " + "{ steps: { 乙: " * 30 + "{ review: 站.审核员 }" + " } }" * 30,
    "brackets": "[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_flow_is_answered_soon(name: str) -> None:
    organisation = house()
    begin = time.process_time()
    compile_flow(HUGE[name], "trial", organisation=organisation)
    assert time.process_time() - begin < (2 if sys.gettrace() is None else 20)


@pytest.mark.parametrize("name", ["fields with bounds", "choices", "nested", "brackets"])
def test_a_huge_flow_needs_little_memory(name: str) -> None:
    organisation = house()
    compile_flow(TEXTS[0], organisation=organisation)
    tracemalloc.start()
    compile_flow(HUGE[name], "trial", organisation=organisation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024

"""docs/language.md is true: every flow, fragment and case in it works, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flows.house import house
from workflow.domain.definition import Definition
from workflow.language import keys
from workflow.language.codes import CODES, GRAMMARS
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import play
from workflow.steps.kinds.kind import JUDGED, TIMED, VOTED

PAGE = (Path(__file__).parents[2] / "docs/language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
(FLOW,) = [block for block in BLOCKS if block.startswith("flow:")]
CASES = [block for block in BLOCKS if block.startswith("- case:")]
FRAGMENTS = [block for block in BLOCKS if block != FLOW and block not in CASES]


def clean(text: str) -> Definition:
    """The flow, in which nothing is wrong beside the shipped organisation."""
    found = compile_flow(text, "fair", organisation=house())
    assert [one for one in found.findings if one.code not in {"O461", "O463"}] == []
    assert found.definition is not None
    return found.definition


def test_the_page_has_examples_of_each_sort() -> None:
    assert len(FRAGMENTS) >= 5
    assert CASES


def test_the_flow() -> None:
    Lifecycle(clean(FLOW))


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.split(":")[0])
def test_a_fragment(fragment: str) -> None:
    Lifecycle(clean(FLOW + "".join(f"  {line}\n" for line in fragment.splitlines())))


@pytest.mark.parametrize("text", CASES, ids=lambda text: text.split("\n")[0])
def test_a_case(text: str) -> None:
    definition = clean(FLOW)
    read = read_cases(text)
    assert not read.findings
    for case in read.cases:
        assert play(case, definition, Lifecycle(definition), house()).finding is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("top 顶层", keys.TOP),
        ("`start`", keys.START),
        ("every step 每一步", keys.COMMON),
        ("kinds 种类", keys.WRITTEN_KINDS),
        ("`review` `check` `all` `steps`", {key: keys.SHARED[key] for key in TIMED | JUDGED}),
        ("`review` `check`", {"need": keys.OWN["need"], **{key: keys.SHARED[key] for key in VOTED - TIMED - JUDGED}}),
        ("`check`", {"items": keys.OWN["items"]}),
        ("actions 动作", {**keys.ACTIONS, **keys.ACTION_KEYS}),
    ],
)
def test_the_table_of_keys(row: str, words: dict[str, str]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {row} | `")]
    assert dict(re.findall(r"`(\w+)` (\w+)", line.removeprefix(f"| {row} |"))) == words


def test_the_table_of_findings() -> None:
    listed = dict(re.findall(r"^\| ([GFO][0-9]{3}) \| (\w+) \|", PAGE, re.MULTILINE))
    assert listed == {**dict.fromkeys(GRAMMARS, "error"), **{code: one.level for code, one in CODES.items()}}

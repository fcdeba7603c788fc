"""Every finding of a proof has its page, and its page is true: the wrong example yields that code, the right one nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.language.flows import with_steps
from tests.proof.proving import proof_of
from workflow.cli.explain import Example, Page, pages
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.proof.codes import BESIDE, PROVEN

PAGES = {page.code: page for page in pages() if page.code.startswith("P")}
UNSHOWN = {"P501", "P504", "P505", "P521"}
"""No kind of today can have it; of the last, no list that is shipped."""


def found(example: Example) -> set[str]:
    """The codes of what a person would mend or look at, lint's and the proof's."""
    text = with_steps(example.text)
    compiled = compile_flow(text, "trial")
    lint = {one.code for one in compiled.findings if level(one.code) != "note"}
    return lint | {one.finding.code for one in proof_of(text)[1].found}


def test_every_code_has_one_page_and_what_lint_says_before_is_known() -> None:
    assert set(PAGES) == set(PROVEN)
    assert set(BESIDE) <= set(PROVEN)
    assert {code for code in PROVEN if level(code) == "note"} == {code for code in PROVEN if code >= "P550"}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_speaks_both_languages(page: Page) -> None:
    for zh, en in (page.title, page.words):
        assert re.search("[\u4e00-\u9fff]", zh)
        assert re.match("[A-Za-z]", en)
        assert len(re.findall("[\u4e00-\u9fff]", en)) < len(en) / 5
    assert len(page.examples) == (0 if page.code in UNSHOWN else 2)


@pytest.mark.parametrize("code", sorted(set(PROVEN) - UNSHOWN))
def test_the_wrong_example_is_wrong_and_the_right_one_is_right(code: str) -> None:
    wrong, right = PAGES[code].examples
    assert found(wrong) == {code}
    assert found(right) == set()


def test_the_documentation_lists_them_all() -> None:
    text = (Path(__file__).parents[2] / "docs/proof.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (P[0-9]{3}) \| (\w+) \|", text, re.MULTILINE))
    assert listed == {code: "certain" if level(code) == "warning" else "possible" for code in PROVEN}

"""Every code has its page, and every page is true: its wrong example yields that code and no other, its right one none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flows.house import FLOWS, house
from tests.language.flows import FIRST, HEAD
from workflow.cli.explain import Example, Page, pages
from workflow.domain.finding import Finding
from workflow.language.beside import Beside
from workflow.language.codes import CODES, GRAMMARS, level
from workflow.language.compile import compile_flow
from workflow.language.organisations.lists import read_list
from workflow.language.organisations.organisation import read_organisation

ROOM = Path(__file__).parents[2] / "workflow/language"
PAGES = {page.code: page for page in pages() if page.code[0] in "YGFO"}
UNSHOWN = {
    "Y101": "bytes that are no text",
    "Y102": "256 KiB",
    "Y103": "nobody would see it",
    "Y110": "twenty levels",
    "Y111": "20,000 nodes",
    "F313": "sixty-one steps",
    "F314": "seven levels",
    "F372": "no kind of today can",
    "F373": "no kind of today can",
    "O437": "a .csv",
    "O438": "20,001 rows",
    "O450": "an option of the command",
    "O458": "the machine's settings",
}
ORGANISATION = """\
organisation: demo
title: 某街道
tiers: [中心, 所, 站]
roles: [管理员, 协调员, 审核员]
units: { 区中心: { tier: 中心 }, 甲所: { tier: 所, parent: 区中心 }, 东站: { tier: 站, parent: 甲所 } }
people: { 张三: { roles: [区中心.管理员] }, 李四: { roles: [区中心.管理员] }, 李明: { roles: [东站.协调员] } }
"""


NEIGHBOURS = Beside(
    {one.stem: one.read_bytes for one in sorted(FLOWS.glob("*.yaml")) if not one.stem.endswith(".test")}
)


def sections(text: str) -> dict[str, str]:
    """A text by its keys at the left margin."""
    parts = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if part.strip()}


def with_parts(whole: str, part: str) -> str:
    """The whole, its sections replaced by those of the part."""
    return "".join({**sections(whole), **sections(part)}.values())


def findings(example: Example) -> tuple[Finding, ...]:
    text = example.text
    match example.of:
        case "text":
            return compile_flow(text, "trial", organisation=house()).findings
        case "steps":
            indented = "".join(f"  {line}\n" for line in text.splitlines())
            return compile_flow(HEAD + indented, "trial", organisation=house(), neighbours=NEIGHBOURS).findings
        case "top":
            return compile_flow(with_parts(HEAD + FIRST, text), "trial", organisation=house()).findings
        case "organisation":
            return read_organisation(with_parts(ORGANISATION, text), None, ["志愿者"])[1]
        case "list":
            return read_list(text).findings
    raise AssertionError(example.of)


def test_every_code_has_one_page() -> None:
    source = "\n".join(path.read_text("utf-8") for path in ROOM.rglob("*.py"))
    used = set(re.findall(r'"([YGFO][0-9]{3})"', source)) | set(CODES) | set(GRAMMARS)
    assert set(PAGES) == used
    headings = "\n".join(path.read_text("utf-8") for path in (ROOM / "pages").glob("*.md"))
    codes = re.findall("^## ([A-Z][0-9]{3})", headings, re.MULTILINE)
    assert len(codes) == len(set(codes))
    assert {page.code for page in pages()} == set(codes)  # none is written so that it is not read


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_speaks_both_languages(page: Page) -> None:
    for zh, en in (page.title, page.words):
        assert re.search("[\u4e00-\u9fff]", zh)
        assert re.match("[A-Za-z%.]", en)
        assert len(re.findall("[\u4e00-\u9fff]", en)) < len(en) / 5
    assert [one.of for one in page.examples] == [] if page.code in UNSHOWN else len(page.examples) == 2


@pytest.mark.parametrize(
    "page", [page for code, page in PAGES.items() if code not in UNSHOWN], ids=lambda page: page.code
)
def test_the_wrong_example_is_wrong_and_the_right_one_is_right(page: Page) -> None:
    wrong, right = page.examples
    assert {one.code for one in findings(wrong) if level(one.code) != "note" or one.code == page.code} == {page.code}
    assert [one for one in findings(right) if level(one.code) != "note" or one.code == page.code] == []

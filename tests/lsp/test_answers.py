"""What the server answers with, without the server: the outline beside the reader, places in two counts, and no text that any answer stumbles over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from tests.flows.house import FLOWS, house
from tests.language.flows import FIRST, HEAD, with_steps
from tests.language.test_compile_spoilt import spoilt
from tests.language.test_language_page import FLOW, FRAGMENTS
from workflow.domain.finding import Finding
from workflow.language.compile import compile_flow
from workflow.language.files import kind_of
from workflow.language.meanings import Language
from workflow.language.text import nodes
from workflow.language.text.reader import read
from workflow.lsp import answers
from workflow.lsp.completion import offers
from workflow.lsp.hover import hover
from workflow.lsp.outline import DEEPEST, cursor, outline
from workflow.lsp.page import Page
from workflow.lsp.positions import Positions

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
FILES = [path.read_text("utf-8") for path in sorted(FLOWS.rglob("*.yaml"))]
GOOD = [
    *FILES,
    FLOW,
    *(FLOW + "".join(f"  {line}\n" for line in fragment.splitlines()) for fragment in FRAGMENTS),
    HEAD + FIRST,
    HEAD
    + "  甲:\n    review:\n    - 站.审核员\n    -   所.审核员\n    help: |\n      一: 二\n      - 三\n    due: 1日 # {\n",
    HEAD
    + "  甲: { review: '站.审核员', help: \"一: {二} # 三\",\n        back: [提交人,\n          ] }\n  乙: { review: 所.审核员 }\n",
    "{ flow: trial, title: 试验,\nstart: { by: 站.协调员, form: { 甲: text } },\n  steps: { 乙: { review: 站.审核员 } } }\n",
    'list: 一\ncolumns: { 甲: text, "乙": [a, b] }\nrows:\n- { 甲: 1, 乙: a }\n-\n  甲: 2\n  乙: b\n',
]


def keys(node: nodes.Node | None) -> Iterator[tuple[str, int, int]]:
    """Every key that the reader reads, with its place, in the order of the text."""
    if isinstance(node, nodes.Mapping):
        for key, value in node.entries:
            yield key.text, key.place.line - 1, key.place.column - 1
            yield from keys(value)
    elif isinstance(node, nodes.Sequence):
        for value in node.items:
            yield from keys(value)


def texts(node: nodes.Node | None) -> Iterator[tuple[str, int]]:
    """Every single text of one line."""
    if isinstance(node, nodes.Mapping):
        for _, value in node.entries:
            yield from texts(value)
    elif isinstance(node, nodes.Sequence):
        for value in node.items:
            yield from texts(value)
    elif node is not None and node.text and node.indent is not None:
        yield node.text, node.place.line - 1


@pytest.mark.parametrize("text", GOOD, ids=lambda text: text.split("\n")[0] + text[-30:].replace("\n", " "))
def test_the_outline_reads_what_the_reader_reads(text: str) -> None:
    document = read(text)
    assert document.root is not None
    assert document.findings == ()
    entries = list(outline(text).walk())
    assert [(one.key, one.at.row, one.at.start) for one in entries if not one.parent.sequence] == list(
        keys(document.root)
    )
    assert [(one.text, one.value.row) for one in entries if one.text and one.value] == list(texts(document.root))


@settings(max_examples=300, deadline=None)
@given(spoilt())
def test_of_a_spoilt_text_too_where_that_can_be_read(text: str) -> None:
    document = read(text)
    if document.root is not None and not document.findings and isinstance(document.root, nodes.Mapping):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        found = {(one.key, one.at.row) for one in outline(text).walk() if one.key}
        missed = [one for one in keys(document.root) if one[:2] not in found]
        assert len(missed) <= 1, missed  # a text of several lines may hide one; every other stands where it stands


SPOTS: list[tuple[str, list[str] | None, str]] = [
    ("steps:\n  甲: { review: 站.¦", ["steps", "甲", "review"], "站."),
    ("steps:\n  甲: { rev¦", ["steps", "甲"], "rev"),
    ("steps:\n  甲:\n    rev¦", ["steps", "甲"], "rev"),
    ("steps:\n  甲:\n    review: 站.审核员\n    ¦", ["steps", "甲"], ""),
    ("steps:\n  甲:\n    review: 站.审核员\n  ¦", ["steps"], ""),
    ("steps:\n  甲:\n    review: 站.审核员\n¦", [], ""),
    ("steps:\n  甲:\n    do:\n      - pub¦", ["steps", "甲", "do", "-"], "pub"),
    ("steps:\n  甲:\n    do:\n      - publish: 公众号\n        te¦", ["steps", "甲", "do", "-"], "te"),
    ("steps:\n  甲:\n    do:\n    - publish: [公众号, ¦", ["steps", "甲", "do", "-", "publish", "-"], ""),
    ("steps:\n  甲: { back: [提交人, ¦ ] }", ["steps", "甲", "back", "-"], ""),
    ("steps:\n  甲: { late: { 1日: { tell: ¦", ["steps", "甲", "late", "1日", "tell"], ""),
    ("steps:\n  甲: { review: [站.审核员\n  乙: { d¦", ["steps", "乙"], "d"),
    ("{ steps: { 甲: { rev¦", ["steps", "甲"], "rev"),
    ("title: a # b¦", None, ""),
    ("# ¦", None, ""),
    ("help: |\n  一: ¦", None, ""),
    ("¦", [], ""),
]


@pytest.mark.parametrize(("text", "path", "word"), SPOTS, ids=[text for text, _, _ in SPOTS])
def test_what_stands_around_the_cursor(text: str, path: list[str] | None, word: str) -> None:
    before = text.partition("¦")[0]
    for after in ("", text.partition("¦")[2] + "\n  丙: { review: 所.审核员 }\n"):
        found = cursor(before + after, before.count("\n"), len(before.rpartition("\n")[2]))
        assert (found.path() if found is not None else None) == path
        assert found is None or found.word == word


def test_what_is_nested_too_deep_is_not_kept() -> None:
    for text in ("k: " + "[" * 5000, "k: " + "{a: " * 5000, "- " * 5000, "".join(f"{' ' * n}k:\n" for n in range(500))):
        assert max(len(one.parent.path()) for one in outline(text).walk()) <= DEEPEST


# ---------------------------------------------------------------------------------------------------- places


@given(st.text(max_size=60), st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.data())
@example("🎪a\n\ufeffb", "utf-16", None)
def test_places_there_and_back(text: str, encoding: str, data: st.DataObject | None) -> None:
    positions = Positions(text, encoding)
    row = data.draw(st.integers(0, len(positions.lines) - 1)) if data is not None else 0
    column = data.draw(st.integers(0, len(positions.lines[row]))) if data is not None else 1
    there = positions.position(row, column)
    before = positions.lines[row][:column]
    mark = 1 if row == 0 and text.startswith("\ufeff") else 0
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    coded = before.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding], "surrogatepass")
    assert (there.line, there.character) == (row, len(coded) // size + mark)
    assert positions.place(there) == (row, column)


@pytest.mark.parametrize(("character", "column"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (99, 3)])
def test_the_middle_of_a_character_is_before_it(character: int, column: int) -> None:
    """In `a🎪b` the second character has two units: 2 is in its middle."""
    assert Positions("a🎪b").place(lsp.Position(0, character)) == (0, column)


def test_a_place_beyond_the_text_is_its_end() -> None:
    positions = Positions("a\nbc")
    assert positions.place(lsp.Position(7, 0)) == (1, 2)
    beyond = Finding(code="Y100", message_zh="", message_en="", line=9, column=1, end_line=9, end_column=4)
    assert positions.of(beyond) == lsp.Range(lsp.Position(1, 0), lsp.Position(1, 2))


# ---------------------------------------------------------------------------------------------------- nothing stumbles


@settings(max_examples=250, deadline=None)
@given(st.one_of(spoilt(), st.text(max_size=200), st.sampled_from(GOOD)), st.data(), st.sampled_from(["zh", "en"]))
@example("\ud800: [", None, "zh")
@example("steps: { : { each: {", None, "en")
def test_every_question_is_answered(text: str, data: st.DataObject | None, language: Language) -> None:
    page = Page(text, kind_of(text), "utf-16")
    row = data.draw(st.integers(0, len(page.positions.lines))) if data is not None else 0
    column = data.draw(st.integers(0, 80)) if data is not None else 3
    row, column = page.positions.place(lsp.Position(row, column))
    for organisation in (None, house()):
        said = hover(page, row, column, organisation, language, NOW)
        assert said is None or said[0]
        found, before = offers(page, row, column, organisation, language)
        assert before <= column
        assert len({one.insert for one in found}) == len(found)
    for one in answers.symbols(page):
        assert one.range.start <= one.selection_range.start
        assert one.selection_range.end <= one.range.end
    for finding in compile_flow(text.encode("utf-8", "surrogatepass")).findings:
        where = answers.diagnostic(finding, page.positions, language).range
        assert where.start <= where.end
        assert where.end.line < len(page.positions.lines)


def test_what_is_offered_is_right() -> None:
    """Whatever key is offered for an empty step makes, with a fitting value, no finding about the key."""
    text = with_steps("甲: { review: 站.审核员,  }")
    row = len(text.split("\n")) - 2
    page = Page(text, "flow", "utf-16")
    found, _ = offers(page, row, text.split("\n")[row].index(", ") + 2, house(), "zh")
    assert len(found) > 20
    for one in found:
        codes = {
            each.code
            for each in compile_flow(text.replace(",  }", f", {one.insert} 1 }}"), organisation=house()).findings
        }
        assert not codes & {"F301", "F304", "F306", "F321"}, one

"""Every shipped flow with one mistake in it, in every way the linter names: the right code, at the right place, and nothing else."""

from __future__ import annotations

import sys
import time
import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS, house
from tests.language.flow_text import Flow
from tests.language.flows import HEAD, with_steps
from tests.language.mutations import MUTATORS, form_of
from tests.language.test_compile_spoilt import PIECES
from tests.proof.proving import TODAY
from workflow.cli import sources
from workflow.cli.explain import Page, pages
from workflow.cli.lint import names_of
from workflow.domain.finding import Finding
from workflow.language.codes import level
from workflow.language.compile import Compiled, compile_flow
from workflow.language.neighbours import Neighbours
from workflow.language.report import render
from workflow.organisation.model import Organisation
from workflow.proof.prove import prove

PATHS = {
    path.stem: path
    for folder in (FLOWS, FLOWS / "capital")
    for path in sorted(folder.glob("*.yaml"))
    if not path.stem.endswith(".test")
}
SHIPPED = sorted(PATHS)
STEPS = {
    page.code: page for page in pages() if page.code[0] in "YGFO" and page.examples and page.examples[0].of == "steps"
}
ABOUT_WHERE = {"O460", "O461", "O462", "O463", "O464", "O465", "O466"}
"""What depends on where the flow's items start: the same step says it in one flow, and not in another."""


@cache
def text_of(name: str) -> str:
    return PATHS[name].read_text("utf-8")


@cache
def around(folder: Path) -> tuple[Organisation, Neighbours]:
    """The organisation of the flows of a folder, and the flows themselves."""
    one = next(path for path in PATHS.values() if path.parent == folder)
    organisation = names_of(sources.beside(one)).organisation
    assert organisation is not None
    return organisation, sources.flows_beside(one)


def compiled(text: str, name: str) -> Compiled:
    organisation, neighbours = around(PATHS[name].parent)
    return compile_flow(text, name, organisation=organisation, neighbours=neighbours)


@cache
def said_before(name: str) -> frozenset[str]:
    found = compiled(text_of(name), name)
    assert found.definition is not None, [one.message_en for one in found.findings if level(one.code) == "error"]
    return frozenset(one.code for one in found.findings)


def said(text: str, name: str) -> list[Finding]:
    """What a person would mend."""
    found = compiled(text, name)
    return [one for one in found.findings if level(one.code) != "note" and one.code not in said_before(name)]


MADE = [
    (mistake, name) for mistake, make in MUTATORS.items() for name in SHIPPED if make(Flow(text_of(name))) is not None
]
"""Not every flow has what a mistake needs."""


@pytest.mark.parametrize(("mistake", "name"), MADE)
def test_one_mistake_in_a_shipped_flow_is_one_finding_at_its_place(name: str, mistake: str) -> None:
    made = MUTATORS[mistake](Flow(text_of(name)))
    assert made is not None
    assert made.text != text_of(name)
    found = said(made.text, name)
    about = [one for one in found if one.code not in ABOUT_WHERE or one.code == made.code]
    assert [one.code for one in about] == [made.code], [(one.code, one.line, one.message_en) for one in found]
    assert not made.line or about[0].line <= made.line <= about[0].end_line


def test_every_mistake_is_made_in_some_flow() -> None:
    assert {mistake for mistake, _ in MADE} == set(MUTATORS)


# ------------------------------------------------------------------------------------------------- the pages' mistakes in shipped flows


def grafted(name: str, steps: str) -> tuple[str, range]:
    """A shipped flow with steps more before its own, the fields that they may name in its form; and the lines of the new steps."""
    flow = Flow(text_of(name))
    lines = list(flow.lines)
    fields = [line for line in HEAD.split("form:\n")[1].split("\n") if line.startswith("    ")]
    at = flow.top["steps"][0].place.line
    more = [f"  {line}" for line in steps.splitlines()]
    lines[at:at] = more
    form = next(n for n, line in enumerate(lines) if line.startswith("  form:"))
    had = {key.text.rstrip("?") for key, _ in form_of(flow).entries}
    lines[form + 1 : form + 1] = [line for line in fields if line.strip().partition(":")[0].rstrip("?") not in had]
    shift = len(lines) - len(flow.lines)
    return "\n".join(lines), range(at + shift - len(more) + 1, at + shift + 1)


GRAFTED = [
    name
    for name in SHIPPED
    if PATHS[name].parent == FLOWS and "\n  form:\n" in text_of(name) and "\nsteps:\n" in text_of(name)
]


def takes_one_flow(page: Page) -> bool:
    """Whether its mistake shows in a flow alone; some take neighbours."""
    alone = compile_flow(with_steps(page.examples[0].text), "trial", organisation=house()).findings
    return page.code in {one.code for one in alone} and page.code != "F422"


@pytest.mark.parametrize("page", [page for page in STEPS.values() if takes_one_flow(page)], ids=lambda page: page.code)
def test_a_page_s_mistake_is_found_in_a_shipped_flow(page: Page) -> None:
    assert GRAFTED
    tried = False
    for name in GRAFTED:
        right, _ = grafted(name, page.examples[1].text)
        wrong, lines = grafted(name, page.examples[0].text)
        before = {one.code for one in compiled(right, name).findings if level(one.code) != "note"}
        if before - ABOUT_WHERE - said_before(name):
            continue  # its names are another flow's, or another tier's
        found = [
            one
            for one in compiled(wrong, name).findings
            if one.code not in (said_before(name) | ABOUT_WHERE) - {page.code}
        ]
        tried = tried or page.code in {one.code for one in found}
        assert {one.code for one in found if level(one.code) != "note" or one.code == page.code} <= {page.code}
        assert any(one.line in lines for one in found if one.code == page.code) or page.code not in {
            one.code for one in found
        }
    assert tried


# ------------------------------------------------------------------------------------------------- two hundred mutated flows


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A shipped flow with a mistake or two, and a few pieces of anything put anywhere."""
    name = draw(st.sampled_from(SHIPPED))
    text = text_of(name)
    made = MUTATORS[draw(st.sampled_from(sorted(set(MUTATORS) - {"too much", "a file too large"})))](Flow(text))
    text = made.text if made is not None else text
    for _ in range(draw(st.integers(0, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 9))
        text = text[:at] + draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=4))) + text[at + length :]
    return name, text


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_a_mutated_flow_is_answered_soon_and_in_little_memory(each: tuple[str, str]) -> None:
    name, text = each
    began = time.thread_time()
    traced = sys.gettrace() is None
    if traced:
        tracemalloc.start()
    try:
        found = compiled(text, name)
        if found.definition is not None:
            prove(found.definition, around(PATHS[name].parent)[0], TODAY, found.findings)
        most = tracemalloc.get_traced_memory()[1] if traced else 0
    finally:
        if traced:
            tracemalloc.stop()
    assert most < 32 << 20
    assert time.thread_time() - began < 5
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(1 <= one.line <= one.end_line <= len(lines) + 1 and one.column >= 1 for one in found.findings)
    assert render(found.findings, text, name, "zh").count("\n") >= len(found.findings)

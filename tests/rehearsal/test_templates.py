"""The templates that `guankou new` begins from: clean by themselves and in the shipped organisation, their cases right, every way walked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flows.house import FLOWS, house
from tests.rehearsal.rig import compiled
from workflow.cli.new import TEMPLATES, Template, templates
from workflow.cli.rehearsing import Played, read_tests
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.report import render

ALL = list(templates())
each = pytest.mark.parametrize("template", ALL, ids=lambda one: one.name)
SHIPPED = FLOWS / "orgs/jiuxianqiao.yaml"


def test_the_templates_there_are() -> None:
    assert [one.name for one in ALL] == [
        "activity",
        "base",
        "briefing",
        "commend",
        "dispatch",
        "livestream",
        "manuscript",
        "materials",
        "rectify",
        "volunteer",
    ]


@each
def test_it_says_in_a_line_of_each_language_what_it_is_for(template: Template) -> None:
    assert re.match("[\u4e00-\u9fff]{3,}[：，]", template.zh), template.zh
    assert template.en.isprintable()
    assert re.match("[A-Z][a-z ,'-]+", template.en), template.en
    assert len(template.zh) < 60


@each
@pytest.mark.parametrize("organisation", [None, house()], ids=["alone", "in 酒仙桥"])
def test_nothing_in_it_is_to_be_mended(template: Template, organisation: object) -> None:
    found = compile_flow(template.path.read_bytes(), template.name, organisation=organisation)  # type: ignore[arg-type]
    assert [one for one in found.findings if level(one.code) != "note"] == []


@each
@pytest.mark.parametrize("organisation", [None, SHIPPED], ids=["alone", "in 酒仙桥"])
def test_its_cases_go_as_they_say_and_walk_every_way(template: Template, organisation: Path | None) -> None:
    tests = read_tests(template.path.with_name(f"{template.name}.test.yaml"), organisation)
    played = Played(tests, [tests.play(case) for case in tests.cases])
    wrong = [one.finding for one in played.wrong if one.finding is not None]
    assert not wrong, render(wrong, tests.text, str(tests.path), "zh")
    assert not [way["zh"] for way in played.unwalked]
    assert any(edge.target == "done" for outcome in played.outcomes for edge in outcome.walked), (
        "one case comes to the good end"
    )


@each
def test_every_step_must_be_approved_by_somebody_before_the_good_end(template: Template) -> None:
    """A template passes nothing by itself: its starters never lie above a tier that decides, which would be skipped."""
    definition = compiled(template.path.read_text("utf-8"), house())
    assert not definition.start.anyone or definition.start.unit  # who holds no post names the unit that it is for


def test_nothing_else_is_in_the_folder() -> None:
    names = {f"{one.name}{ending}" for one in ALL for ending in (".yaml", ".test.yaml")}
    assert {path.name for path in TEMPLATES.iterdir()} == names

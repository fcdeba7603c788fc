"""The city's flows (flows/capital), with an organisation of their own: every case as it says, every way walked, nothing to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from workflow.cli import lint, sources
from workflow.cli.rehearsing import Played, read_tests
from workflow.language.organisations.organisation import read_organisation
from workflow.language.report import render
from workflow.organisation.draft import settle

CAPITAL = FLOWS / "capital"
FILES = sorted(CAPITAL.glob("*.test.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_case_goes_as_it_says_and_every_way_is_walked(file: Path) -> None:
    tests = read_tests(file, None)
    assert tests.flow.organisation is not None
    played = Played(tests, [tests.play(case) for case in tests.cases])
    wrong = [one.finding for one in played.wrong if one.finding is not None]
    assert not wrong, render(wrong, tests.text, str(file), "zh")
    assert not [way["zh"] for way in played.unwalked]


def test_there_is_nothing_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.lint([CAPITAL], "text", None) == 0
    assert capsys.readouterr().out == ""


def test_it_has_sixteen_districts_and_somebody_for_every_role() -> None:
    draft, findings = read_organisation((CAPITAL / "orgs/beijing.yaml").read_bytes(), "beijing")
    assert draft is not None, findings
    districts = [unit.id for unit in draft.units if unit.tier == "区"]
    assert len(districts) == 16
    house = settle(draft, {one.key: one.key for one in draft.people}, 1)
    held = {(one.unit, one.role) for one in house.positions}
    assert {(unit, role) for unit in districts for role in ("区委书记", "文明办", "协调员")} <= held
    assert {role for _, role in held} == set(draft.roles)


def test_another_organisations_folder_is_not_applied_with_the_one_around_it() -> None:
    around, whole = sources.read([FLOWS], alone=True), sources.read([FLOWS])
    assert {one.path for one in whole} - {one.path for one in around} == {one.path for one in sources.read([CAPITAL])}
    assert [one.name for one in around if one.kind == "organisation"] == ["jiuxianqiao"]
    assert [one.name for one in sources.read([CAPITAL], alone=True) if one.kind == "organisation"] == ["beijing"]

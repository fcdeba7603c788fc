"""The shipped flows, played by the product: every case of every `*.test.yaml` in the shipped organisation, and every way of every flow walked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from workflow.cli.rehearsing import Played, read_flow, read_tests, without
from workflow.language.compile import compile_flow
from workflow.language.report import render

FILES = sorted(FLOWS.glob("*.test.yaml"))
assert not without([FLOWS]), "every shipped flow has its cases"
WRITTEN = [
    one for one in FLOWS.rglob("*.yaml") if one.parent.name not in ("orgs", "lists") and not one.name.endswith(".test.yaml")
]  # fmt: skip
LISTED = frozenset({"dispatch.test.yaml"})
"""Flows whose people are matched by the columns of a list: an organisation that is made up has no such list."""


@pytest.mark.parametrize(
    ("file", "organisation"),
    [(file, how) for file in FILES for how in ("beside", "made up") if how == "beside" or file.name not in LISTED],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_every_case_goes_as_it_says_and_every_way_is_walked(
    file: Path, organisation: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = file if organisation == "beside" else alone(file, tmp_path_factory.mktemp("alone"))
    tests = read_tests(path, None)
    assert (tests.flow.organisation is None) == (organisation == "made up")
    played = Played(tests, [tests.play(case) for case in tests.cases])
    wrong = [one.finding for one in played.wrong if one.finding is not None]
    assert not wrong, render(wrong, tests.text, str(path), "zh")
    assert not [way["zh"] for way in played.unwalked]


def alone(file: Path, folder: Path) -> Path:
    """The cases and their flow where no organisation stands beside them."""
    for one in (file, file.with_name(file.name.replace(".test", ""))):
        (folder / one.name).write_bytes(one.read_bytes())
    return folder / file.name


@pytest.mark.parametrize("path", sorted(WRITTEN), ids=lambda path: path.stem)
def test_a_flow_means_the_same_whether_or_not_its_organisation_is_known(path: Path) -> None:
    """The engine compiles what is stored without one: nothing that is computed may rest on what only a check knows."""
    with_all = read_flow(path, None).definition
    alone = compile_flow(path.read_bytes(), path.stem).definition
    assert alone == with_all

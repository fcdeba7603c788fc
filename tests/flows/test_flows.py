"""The shipped flows, played: every case of every `*.test.yaml`, and every branch of every flow walked by one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.house import house
from tests.flows.play import Play, cases, house_for, owed
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle

FLOWS = Path(__file__).parents[2] / "flows"
NAMES = sorted(path.name.removesuffix(".yaml") for path in FLOWS.glob("*.yaml") if not path.name.endswith(".test.yaml"))
PLAYS = [(name, case) for name in NAMES for case in cases((FLOWS / f"{name}.test.yaml").read_text("utf-8"))]


def definition_of(name: str) -> Definition:
    compiled = compile_flow((FLOWS / f"{name}.yaml").read_bytes(), name, organisation=house())
    assert compiled.definition is not None, compiled.findings
    return compiled.definition


@pytest.mark.parametrize(("name", "case"), PLAYS, ids=[f"{name}: {case.name}" for name, case in PLAYS])
def test_a_case_goes_as_it_says(name: str, case: object) -> None:
    definition = definition_of(name)
    Play(definition, Lifecycle(definition), house_for(case, house()), case).run()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_every_branch_is_walked(name: str) -> None:
    definition = definition_of(name)
    lifecycle = Lifecycle(definition)
    walked = set()
    for case in [case for flow, case in PLAYS if flow == name]:
        walked |= Play(definition, lifecycle, house_for(case, house()), case).run()
    missing = owed(definition) - walked
    assert not missing, "no case walks " + "; ".join(
        sorted(f"{one.trigger} {one.source} → {one.target}" for one in missing)
    )

"""A small flow, proven beside the shipped organisation on a Monday whose year is published."""

from __future__ import annotations

from datetime import date

from tests.flows.house import house
from tests.language.flows import under, with_steps
from workflow.cli.check import dated
from workflow.domain.definition import Definition
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.organisation.model import Organisation
from workflow.proof.prove import Proof, prove
from workflow.proof.words import told

TODAY = date(2026, 11, 23)


def proof_of(text: str, organisation: Organisation | None = None, *, today: date = TODAY) -> tuple[Definition, Proof]:
    """The flow `trial`, in which lint finds no error."""
    house_ = organisation or house()
    found = compile_flow(text, "trial", organisation=house_)
    assert found.definition is not None, [
        (one.code, one.message_en) for one in found.findings if level(one.code) == "error"
    ]
    return found.definition, prove(found.definition, dated(house_, today), today, found.findings)


def proven(steps: str, organisation: Organisation | None = None) -> list[tuple[str, str, str]]:
    """What is found in these steps: code, what is underlined, and the path to it in Chinese."""
    text = with_steps(steps)
    definition, proof = proof_of(text, organisation)
    return [
        (one.finding.code, under(text, one.finding), told(definition, one.path, "zh") if one.path is not None else "")
        for one in proof.found
    ]  # fmt: skip


def codes(steps: str, organisation: Organisation | None = None) -> list[str]:
    """The codes of what is found."""
    return [code for code, _, _ in proven(steps, organisation)]

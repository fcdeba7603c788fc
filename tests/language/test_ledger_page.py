"""docs/ledger.md is true: its flow and fragments have nothing wrong, its cases go as they say, its table of accounts is what accounts are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.flows.house import house
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import play

PAGE = (Path(__file__).parents[2] / "docs/ledger.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
(FLOW,) = [block for block in BLOCKS if block.startswith("flow:")]
CASES = [case for block in BLOCKS if block.startswith("- case:") for case in read_cases(block).cases]
FRAGMENTS = [block for block in BLOCKS if not block.startswith(("flow:", "- case:"))]
ACCOUNTS = re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| (.*?) \|", PAGE[: PAGE.index("```yaml")], re.MULTILINE)))


def clean(text: str) -> Definition:
    """The flow, in which nothing is wrong beside the shipped organisation."""
    found = compile_flow(text, "coins", organisation=house())
    assert [one for one in found.findings if one.code not in {"O461", "O463"}] == []
    assert found.definition is not None
    return found.definition


@pytest.mark.parametrize("fragment", ["", *FRAGMENTS], ids=lambda fragment: fragment[:2] or "flow")
def test_the_flow_and_what_may_be_added_to_it(fragment: str) -> None:
    Lifecycle(clean(FLOW + "".join(f"  {line}\n" for line in fragment.splitlines())))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_cases(case: object) -> None:
    definition = clean(FLOW)
    assert play(case, definition, Lifecycle(definition), house()).finding is None  # type: ignore[arg-type]


def test_there_are_cases_and_fragments() -> None:
    assert len(CASES) == 2
    assert len(FRAGMENTS) == 2


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_of_the_table_is_one(account: str) -> None:
    text = FLOW + "  征集: { collect: 所.审核员, due: 1日, form: { 额: money 0..5 } }\n"
    around = "each: 征集, " if "各." in account else ""
    clean(text + f"  另付: {{ {around}do: {{ pay: 公益币, amount: 1, from: 中心.公益币池, to: {account} }} }}\n")

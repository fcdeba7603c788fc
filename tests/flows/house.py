"""The shipped organisation and its lists, read as they stand in flows/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workflow.language.organisations.lists import read_list
from workflow.language.organisations.organisation import read_organisation
from workflow.organisation.draft import settle
from workflow.organisation.model import Organisation

FLOWS = Path(__file__).parents[2] / "flows"


@cache
def house() -> Organisation:
    """酒仙桥, everybody's id being what the file calls them."""
    draft, findings = read_organisation((FLOWS / "orgs/jiuxianqiao.yaml").read_bytes(), "jiuxianqiao")
    assert draft is not None, findings
    lists = [read_list(path.read_bytes()).value for path in sorted((FLOWS / "lists").glob("*.yaml"))]
    return settle(draft, {one.key: one.key for one in draft.people}, 1, lists=[one for one in lists if one is not None])

"""A file is what its first key says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS
from workflow.cli import shipped, sources


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("flow: a\norganisation: b\n", "flow"),
        ("# 说明\n\norganisation: a\n", "organisation"),
        ("---\n组织: a\n", "organisation"),
        ("\ufeff名录: 平台\n", "list"),
        ("'list': 平台\n", "list"),
        ("list：平台\n", "list"),
        ("title: nothing of ours\n", "flow"),
        ("[[[", "flow"),
    ],
)
def test_the_first_key_says_what_it_is(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    [one] = sources.read([tmp_path])
    assert (one.kind, one.name) == (kind, "a")


def test_organisations_and_lists_come_before_the_flows_that_use_them_and_nothing_twice() -> None:
    given = sources.read([FLOWS / "activity.yaml", FLOWS, FLOWS / "orgs"])
    kinds = [one.kind for one in given]
    assert kinds == sorted(kinds, key=["organisation", "list", "flow"].index)
    assert len({one.path for one in given}) == len(given)


def test_what_is_shipped_is_found() -> None:
    assert (shipped.flows() / "activity.yaml").is_file()
    assert {one.kind for one in sources.beside(shipped.flows() / "activity.yaml")} == {"organisation", "list"}

"""What is written for people is true of the code: links lead somewhere, commands and settings exist."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docker").glob("*.md")])
SOURCES = [path for folder in ("workflow", "adapters", "tests") for path in (ROOT / folder).rglob("*.py")]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code(page: Path) -> str:
    """Take what stands in `spans` and in fenced blocks, a line each."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```(?:sh|console|bash)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", text)])


@cache
def commands(*above: str) -> frozenset[str]:
    """Ask the program itself which commands it has, below `above`."""
    guankou = Path(sys.executable).with_name("guankou")
    told = subprocess.run([guankou, *above, "--help"], capture_output=True, text=True, check=True).stdout
    return frozenset(re.findall(r"^\W*([a-z]+)\s{2,}", told, re.MULTILINE))


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    lost = [target for target in targets if not (page.parent / target).exists()]
    assert not lost


@each_page
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^\s*make ([a-z]+)", code(page), re.MULTILINE)) <= known


@each_page
def test_commands_exist(page: Path) -> None:
    named = set(
        re.findall(r"^\s*(?:\.venv/bin/|docker compose exec guankou )?guankou ([a-z]+)", code(page), re.MULTILINE)
    )
    assert named <= commands() if named else True


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "docker/compose.yaml", ROOT / "docker/Dockerfile"], ids=lambda p: p.name
)
def test_settings_exist(page: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    known = set(re.findall(r"GUANKOU_([A-Z_]+[A-Z])\b", "\n".join(texts)))
    for text in texts:
        prefix = re.search(r'env_prefix="GUANKOU_([A-Z_]*)"', text)
        if prefix is not None:
            known |= {prefix[1] + name.upper() for name in re.findall(r"^    ([a-z_]+):", text, re.MULTILINE)}
    assert set(re.findall(r"GUANKOU_([A-Z_]+[A-Z])", page.read_text(encoding="utf-8"))) <= known


def test_the_changelog_knows_this_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {version[1]}" in changes or "## Not yet released" in changes


def test_every_decision_is_in_the_list() -> None:
    pages = {path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md")}
    listed = re.findall(
        r"^\d+\. \[.+\]\((.+)\)$", (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(pages) == listed

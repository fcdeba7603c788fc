"""What is installed is what was locked: every line hashed, no address anywhere, every chosen library accounted for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements.runtime.lock")


def pins(lock: str) -> dict[str, Requirement]:
    """Read a lock: canonical name -> its exact requirement. A line without a hash is an error."""
    text = re.sub(r"#.*", "", (ROOT / lock).read_text(encoding="utf-8")).replace("\\\n", " ")
    entries = [line.split("--hash=") for line in text.splitlines() if line.strip()]
    assert entries, f"{lock} is empty"
    for name, *hashes in entries:
        assert hashes, f"{lock}: {name.strip()} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", value) for value in hashes), f"{lock}: {name.strip()}"
    wanted = [Requirement(entry[0]) for entry in entries]
    assert all(str(requirement.specifier).startswith("==") for requirement in wanted)
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def direct(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|file:|@ ", text)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    runtime = direct(PROJECT["project"]["dependencies"])
    develop = direct(PROJECT["dependency-groups"]["dev"]) | direct(PROJECT["build-system"]["requires"])
    assert runtime | develop <= pins("requirements.lock").keys()
    assert runtime <= pins("requirements.runtime.lock").keys()


def test_what_runs_in_the_image_is_what_was_tested() -> None:
    tested = pins("requirements.lock")
    for name, requirement in pins("requirements.runtime.lock").items():
        assert requirement.specifier == tested[name].specifier, name


def test_every_library_has_its_reason() -> None:
    record = (ROOT / "docs/decisions/0001-libraries.md").read_text(encoding="utf-8")
    reasons = {canonicalize_name(name) for name in re.findall(r"^- `([A-Za-z0-9_.-]+)`: \S", record, re.MULTILINE)}
    chosen = direct(PROJECT["project"]["dependencies"]) | direct(PROJECT["dependency-groups"]["dev"])
    assert reasons == chosen

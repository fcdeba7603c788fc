"""Imports run downwards only: the contract of pyproject.toml holds, and every room of `workflow` has a place in it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

# What belongs to no room: read by everybody above the domain, and reading nothing but libraries.
FLOORLESS: set[str] = set()


def test_the_import_contract_holds() -> None:
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    outcome = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_room_has_a_place_in_the_contract() -> None:
    layers = [layer for contract in CONTRACTS if contract["type"] == "layers" for layer in contract["layers"]]
    placed = {room.strip() for layer in layers for room in layer.replace("|", ":").split(":")}
    rooms = {path.parent.name for path in ROOT.glob("workflow/*/__init__.py")}
    rooms |= {path.stem for path in ROOT.glob("workflow/*.py") if path.stem != "__init__"}
    assert rooms - placed <= FLOORLESS, "name the new room in the layers of [tool.importlinter] in pyproject.toml"


def test_every_room_is_in_the_plan_of_the_house() -> None:
    plan = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [f"workflow/{path.parent.name}/" for path in ROOT.glob("workflow/*/__init__.py")]
    rooms += [f"workflow/{path.name}" for path in ROOT.glob("workflow/*.py") if path.stem != "__init__"]
    assert [room for room in rooms if f"| `{room}` |" not in plan] == []


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    sources = [path for folder in ("workflow", "adapters") for path in (ROOT / folder).rglob("*.py")]
    silent = [path for path in sources if not path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))]
    assert not silent, silent

"""The built wheel is whole: installed elsewhere, away from the clone, it has its flows and its SQL, and it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    outcome = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, f"{words}\n{outcome.stdout}{outcome.stderr}"
    return outcome.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    [built] = out.glob("guankou-*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with the wheel in it, and the libraries of this one, but not the clone."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "-qq", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=home)
    # A path in a .pth file is searched, but its own .pth files (that of the clone) are not.
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home


def test_the_wheel_has_all_flows_and_all_sql_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    flows = {f"workflow/{path.relative_to(ROOT)}" for path in (ROOT / "flows").rglob("*") if path.is_file()}
    tracked = {
        str(path.relative_to(ROOT))
        for folder in ("workflow", "adapters")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith(".yaml") for name in flows)
    assert any(name.endswith(".sql") for name in tracked)
    assert {name for name in names if ".dist-info/" not in name} == flows | tracked


def test_the_installed_command_runs_away_from_the_clone(elsewhere: Path) -> None:
    where = run(elsewhere / "bin" / "python", "-c", "import workflow; print(workflow.__file__)", cwd=elsewhere)
    assert Path(where.strip()).is_relative_to(elsewhere)
    assert "guankou" in run(elsewhere / "bin" / "guankou", "--help", cwd=elsewhere)


def test_the_installed_flows_are_without_findings(elsewhere: Path) -> None:
    [flows] = elsewhere.glob("lib/python*/site-packages/workflow/flows")
    run(elsewhere / "bin" / "guankou", "lint", flows, cwd=elsewhere)

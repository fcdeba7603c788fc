"""What is pure asks nobody: no clock, no dice, no waiting, no files. Imports of such things are the contract's business."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
[PURE] = [contract["source_modules"] for contract in CONTRACTS if contract.get("id") == "pure"]

CLOCKS_AND_DICE = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "perf_counter", "monotonic"}
OUTSIDE = {"open", "print", "input", "exec", "eval", "breakpoint"}
EXPRESSIONS = {"workflow/journal/canonical.py": "eval()"}
"""Written at import from our own types, as dataclasses write theirs: a walk without it costs three times as much, with every event."""
IMPORTS = {"time", "random", "secrets", "asyncio", "socket", "subprocess", "threading", "os", "pathlib"}


def impurities(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what) for everything in `source` that asks the world outside."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield node.lineno, "await"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCKS_AND_DICE:
                yield node.lineno, f".{name}()"
            case ast.Call(func=ast.Name(id=name)) if name in CLOCKS_AND_DICE | OUTSIDE:
                yield node.lineno, f"{name}()"
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names if alias.name.split(".")[0] in IMPORTS)
            case ast.ImportFrom(module=str(module), names=names):
                if module.split(".")[0] in IMPORTS:
                    yield node.lineno, module
                yield from ((node.lineno, alias.name) for alias in names if alias.name in CLOCKS_AND_DICE)
            case _:
                pass


def pure_files() -> list[Path]:
    places = [ROOT.joinpath(*module.split(".")) for module in PURE]
    return [
        file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")])
    ]


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pure(path: Path) -> None:
    let = EXPRESSIONS.get(path.relative_to(ROOT).as_posix())
    found = [f"{path}:{line} {what}" for line, what in impurities(path.read_text(encoding="utf-8")) if what != let]
    assert not found, "ask World for it, or move it to the engine: " + ", ".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import os.path",
        "from random import choice",
        "from uuid import uuid4",
        "x = datetime.now(UTC)",
        "x = date.today()",
        "x = uuid.uuid4()",
        "x = open('y')",
        "async def f(): ...",
        "async def f():\n    await g()",
    ],
)
def test_what_is_impure_is_seen(source: str) -> None:
    assert list(impurities(source))


def test_what_is_pure_is_let_through() -> None:
    source = (
        "from datetime import date, timedelta\nfrom uuid import uuid5\nx = world.now + timedelta(1)\ny = uuid5(a, b)"
    )
    assert not list(impurities(source))

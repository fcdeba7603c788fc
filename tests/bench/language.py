"""How long the flow language takes: one flow read and checked, a keystroke answered, a thousand flows linted as files, every path of the live-stream proven."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time_ns

import msgspec

from tests.flows.house import FLOWS, house
from tests.lsp.editor import editing
from workflow.language.compile import compile_flow

FLOW = "livestream"
FLOWS_LINTED = 1000


class Language(msgspec.Struct, frozen=True):
    """`lint_ms` of the processor for one flow in process; the others by the clock: `keystroke_ms` of the program that an editor starts, and two commands."""

    lint_ms: float
    keystroke_ms: float
    lint_1000_seconds: float
    check_livestream_seconds: float


def language(repeats: int = 60, flows: int = FLOWS_LINTED) -> Language:
    """Everything once. With fewer `flows` than a thousand, the time is what they took, made up to a thousand."""
    return Language(
        lint_ms_apart(repeats),
        asyncio.run(keystroke_ms(repeats)),
        lint_seconds(flows) * FLOWS_LINTED / flows,
        check_seconds(),
    )


def lint_ms_apart(repeats: int) -> float:
    """`lint_ms` in a process of its own: the bench's own is full of what was measured before."""
    call = f"from tests.bench.language import lint_ms; print(lint_ms({repeats}))"
    return float(subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True).stdout)


def lint_ms(repeats: int) -> float:
    """The shipped live-stream, with its organisation: the median of many."""
    text, organisation = (FLOWS / f"{FLOW}.yaml").read_bytes(), house()
    took = []
    for _ in range(repeats):
        began = thread_time_ns()
        found = compile_flow(text, FLOW, organisation=organisation)
        took.append((thread_time_ns() - began) / 1e6)
        assert found.definition is not None, found.findings
    return median(took)


async def keystroke_ms(repeats: int) -> float:
    """From a keystroke in the shipped live-stream to the findings in the editor, the pause and both pipes included: the median."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for beside in ("orgs", "lists"):
            shutil.copytree(FLOWS / beside, folder / beside)
        text, path = (FLOWS / f"{FLOW}.yaml").read_text("utf-8"), folder / f"{FLOW}.yaml"
        took = []
        async with editing() as editor:
            await editor.open(path, text)
            for number in range(repeats):
                began = perf_counter()
                editor.type(path, text.replace("review", "revi" + "e" * number))
                await editor.heard(path)
                took.append((perf_counter() - began) * 1e3)
        return median(took)


def lint_seconds(flows: int) -> float:
    """`guankou lint FOLDER`, in which so many copies of the flow stand beside their organisation and its lists."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for beside in ("orgs", "lists"):
            shutil.copytree(FLOWS / beside, folder / beside)
        for path in FLOWS.glob("*.yaml"):
            if path.stem != FLOW and not path.stem.endswith(".test"):
                shutil.copy(path, folder)
        text = (FLOWS / f"{FLOW}.yaml").read_text("utf-8")
        for n in range(flows):
            (folder / f"flow-{n}.yaml").write_text(text.replace(f"flow: {FLOW}", f"flow: flow-{n}"), "utf-8")
        return _program("lint", folder)


def check_seconds() -> float:
    """`guankou check` of the live-stream, from the program's start to its end."""
    return _program("check", FLOWS / f"{FLOW}.yaml", "--org", FLOWS / "orgs" / "jiuxianqiao.yaml")


def _program(*words: object) -> float:
    guankou = Path(sys.executable).with_name("guankou")
    began = perf_counter()
    ended = subprocess.run([guankou, *map(str, words)], capture_output=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr
    return perf_counter() - began
